# ruff: noqa: RUF001 -- look-alike characters are the subject

from __future__ import annotations

import pytest
from fakes import plain_text
from hypothesis import given, settings
from hypothesis import strategies as st

from curation_kit.documents.text import DocumentText, Page, Section
from curation_kit.evidence import Aligner
from curation_kit.records import LOOK_ALIKE, DifferenceKind, Evidence, Verification

TEXT = (
    "In adult worms, mec-4 is expressed in the six touch receptor neurons [12]. "
    "TGF-β signalling was not detected in muscle (Smith et al., 2010). "
    "We found 1,234 cells at 37 °C (p < 0.05) in CD4- mice. "
    "The efficient reporter was increased in 15.5 of cases at 10⁵ cells/ml. "
    "No expression of unc-86 was seen in the tail. "
    "Worms carry mec-4(-) alleles. "
    "Shh is upregulated in the limb bud12,13. "
    "Wnt5a is notable and inactive. "
    "Lin-12 was expressed in no tissue. "
    "Cells in the gut (3) were small. "
    "Its RΝA was exprеssed weakly."
)


@pytest.fixture(scope="module")
def aligner() -> Aligner:
    """An aligner of a short text."""
    return Aligner(plain_text(TEXT))


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("mec-4 is expressed in the six touch receptor neurons",) * 2,
        (
            "mec‑4 is ex- pressed in the six touch receptor neurons [12].",
            "mec-4 is expressed in the six touch receptor neurons [12].",
        ),
        (
            "in the six touch receptor neurons. TGFbeta signalling was not detected",
            "in the six touch receptor neurons [12]. TGF-β signalling was not detected",
        ),
        (
            "1234 cells at 37°C (p<0.05) in CD4− mice.",
            "1,234 cells at 37 °C (p < 0.05) in CD4- mice.",
        ),
        ("THE E\ufb03CIENT\nREPORTER", "The efficient reporter"),
        ("at 10^5 cells / ml", "at 10⁵ cells/ml"),
        ("at 10<sup>5</sup> cells/ml", "at 10⁵ cells/ml"),
        ("<i>mec-4</i> is expressed", "mec-4 is expressed"),
        ("No expression of *unc-86*", "No expression of unc-86"),
        ("… mec 4(−) alleles …", "mec-4(-) alleles"),
        ("expressed in no tissue", "expressed in no tissue"),
    ],
)
def test_what_the_paper_says_is_verified(aligner, quote: str, found: str) -> None:
    """In any spelling; the quote is the paper's, the claim is kept."""
    evidence = aligner.align(quote)

    assert evidence.verification is Verification.VERIFIED
    assert evidence.score == 1.0
    assert evidence.quote == found == TEXT[evidence.start : evidence.end]
    assert evidence.claimed == (quote if quote != found else None)
    assert evidence.differences == []
    assert evidence.page == 1
    assert evidence.boxes


@pytest.mark.parametrize(
    ("quote", "kind", "claimed", "paper"),
    [
        (
            "mec-4 is not expressed in the six touch receptor neurons",
            "negation", "not", "",
        ),
        ("TGF-β signalling was detected in muscle", "negation", "", "not"),
        ("expression of unc-86 was seen in the tail", "negation", "", "No"),
        ("Lin-12 was expressed in", "negation", "", "no"),
        ("Wnt5a is not able and inactive", "negation", "not able", "notable"),
        ("mec-3 is expressed in the six touch", "name", "mec-3", "mec-4"),
        ("was increased in 155 of cases at", "number", "155", "15.5"),
        ("was increased in 15 of cases at", "number", "15", "15.5"),
        ("was decreased in 15.5 of cases at", "opposite", "decreased", "increased"),
        ("cases at 105 cells/ml", "number", "105", "10⁵"),
        ("found 1,235 cells at 37 °C", "number", "1,235", "1,234"),
        ("at 37 °C (p > 0.05) in", "sign", ">", "<"),
        ("(p < 0.05) in CD4 mice", "sign", "CD4 mice", "CD4- mice"),
        ("Worms carry mec-4 alleles", "sign", "mec-4 alleles", "mec-4(-) alleles"),
        ("regulated in the limb bud", "cut word", "regulated", "upregulated"),
        ("Shh is upregulated in the limb bud", "citation", "", "12,13"),
        ("Cells in the gut were small", "citation", "", "(3)"),
        ("in the six touch receptor neurons [13].", "citation", "[13]", ""),
        ("expressed in the gut touch receptor neurons", "number", "gut", "six"),
        ("mec-4 is expresed in the six touch", "wording", "expresed", "expressed"),
        (
            "mec-4 is еxpressed in the six touch",
            "look-alike letters", "еxpressed", "",
        ),
    ],
)  # fmt: skip
def test_what_it_does_not_quite_say_is_told(
    aligner, quote: str, kind: str, claimed: str, paper: str
) -> None:
    """The gravest difference first, in the words of both."""
    evidence = aligner.align(quote)

    assert evidence.verification is Verification.APPROXIMATE
    assert 0.8 <= evidence.score < 1
    assert evidence.differences[0] == (kind, claimed, paper)
    assert evidence.claimed == (quote if quote != evidence.quote else None)


@pytest.mark.parametrize(
    ("paper", "quote", "kind"),
    [
        ("It was p = 1e-5 in all cells.", "It was p = 1e5 in all", "sign"),
        ("Residues 12, 345 and 7 were seen.", "Residues 12345 and 7", "number"),
        ("It lasted 1½ days in all.", "It lasted 11/2 days", "number"),
        ("Water of 5‰ was used in all.", "Water of 5 was used in all", "sign"),
        ("It was stored at \x0220\x04C and dried.", "stored at 20\x04C and", "sign"),
        ("It was stored at \x0220\x04C and dried.", "20\x04C and dried", "sign"),
        ("It was stored at \uf02d5 degrees.", "It was stored at 5", "sign"),
        ("Lin-12 was expressed in no tissue.", "Lin-12 was expressed", "negation"),
        ("Then hsa_circ_01 is seen.", "circ_01 is seen", "cut word"),
        ("We saw CD4−CD8− cells in all.", "saw CD4 CD8− cells", "sign"),
        ("We saw CD4-CD8- cells in all.", "saw CD4CD8- cells", "sign"),
        ("We saw CD4 CD8− cells in all.", "saw CD4−CD8− cells", "sign"),
        ("We saw Lin−Sca1+ cells in all.", "saw Lin Sca1+ cells", "sign"),
        ("It took 5 s−1 in all.", "It took 5 s 1 in", "sign"),
        ("It took 5 s⁻¹ in all.", "It took 5 s1 in", "sign"),
        ("It is 5 Å wide in all.", "It is 5 A wide", "sign"),
        ("It is 5 A\u030a wide in all.", "It is 5 A wide", "sign"),
        ("It is 5 A wide in all.", "It is 5 Å wide", "sign"),
        ("X is in the gut. Muscle is dark.", "X is in the gut muscle", "splice"),
        ("X is in the gut [12]. Muscle is dark.", "is in the gut, muscle", "splice"),
        ("X is in (all of) it! Muscle is not.", "in (all of) it muscle", "splice"),
        ("X is in the gut Muscle of all.", "is in the gut. Muscle", "splice"),
    ],
)
def test_what_is_easily_lost_is_told(paper: str, quote: str, kind: str) -> None:
    """Also signs that the font of a paper does not name."""
    evidence = Aligner(plain_text(paper)).align(quote)

    assert [one.kind for one in evidence.differences] == [kind]
    assert Aligner(plain_text(paper)).align(paper).differences == []


@pytest.mark.parametrize(
    ("paper", "quote", "told"),
    [
        ("It was 5 mV in all.", "-5 mV in all", "“-5” for the paper's “5”"),
        ("It was −5 mV in all.", "5 mV in all", "the paper also has “−5”"),
        ("It is .5 of all.", "5 of all", "the paper also has “.5”"),
        ("It is seen in CD8.", "seen in CD8-", "“CD8-” for the paper's “CD8”"),
        ("It is seen in CD8-.", "seen in CD8", "the paper also has “CD8-”"),
        ("We saw mec-4(-) worms", "We saw mec-4", "the paper also has “mec-4(-)”"),
        ("We saw X.", "- We saw X", "“-We” for the paper's “We”"),
    ],
)
def test_a_sign_at_either_end_is_told_of_who_has_it(
    paper: str, quote: str, told: str
) -> None:
    """With the word that it belongs to, once."""
    evidence = Aligner(plain_text(paper)).align(quote)

    assert [str(one) for one in evidence.differences] == [f"sign: {told}"]


@pytest.mark.parametrize(
    ("paper", "quote"),
    [
        ("We saw CD4−CD8− cells.", "CD4-CD8- cells"),
        ("We saw CD4−CD8− cells.", "CD4⁻CD8⁻ cells"),
        ("We saw CD4⁻CD8⁻ cells.", "CD4−CD8− cells"),
        ("We saw CD4−CD8− cells.", "CD4<sup>−</sup>CD8<sup>−</sup> cells"),
        ("We saw CD4−\nCD8− cells.", "CD4−CD8− cells"),
        ("We saw beta−alanine there.", "beta alanine there"),
        ("We saw IL-2-induced mec-4.", "IL 2 induced mec 4"),
        ("We saw IL−2 and Wnt−3a.", "saw IL2 and Wnt3a"),
        ("It took 5 s−1.", "5 s⁻¹"),
        ("It took 5 s-1.", "5 s^-1"),
        ("It is 5 Å or 5 Å2 wide.", "5 \u212b or 5 A\u030a2 wide"),
        ("It is 5 A˚ wide.", "5 Å wide"),
        ("Mårten of Århus saw it.", "Marten of A\u030arhus saw"),
        ("It cuts 5′–3′ and 3´-5´.", "cuts 5'-3' and 3ʹ–5ʹ"),
        ("It is p < 5 in α & β.", "It is p &lt; 5 in &alpha; &amp; &#946;"),
        (
            "It is in Fig. 2. As in C. Elegans, et al. Say so.",
            "Fig 2 As in C Elegans, et al Say",
        ),
        ("Results\n\nIt is in the gut.", "Results. It is in the gut"),
        ("It is in the gut. Muscle is dark.", "in the gut; muscle is dark"),
    ],
)
def test_another_spelling_of_a_sign_is_the_same(paper: str, quote: str) -> None:
    """A minus as a hyphen, raised or not; a hyphen that is none as a space."""
    evidence = Aligner(plain_text(paper)).align(quote)

    assert evidence.verification is Verification.VERIFIED


@pytest.mark.parametrize(
    "quote",
    [
        "",
        " … ",
        "Nothing of this is in the paper at all.",
        "Ras",
        "tile",
        "the six mice",
        "worms cells tail muscle expression neurons bud",
    ],
)
def test_what_is_not_there_is_unsupported(aligner, quote: str) -> None:
    """No page, no quote; the claim is kept."""
    assert aligner.align(quote) == Evidence(quote="", claimed=quote)


def test_a_trick_in_the_paper_itself_is_flagged(aligner) -> None:
    """Also when the claimant copied it."""
    copied = aligner.align("was exprеssed weakly")
    assert copied.verification is Verification.VERIFIED
    assert copied.flags == [LOOK_ALIKE]
    clean = aligner.align("was expressed weakly")
    assert clean.verification is Verification.APPROXIMATE
    assert clean.differences[0].kind is DifferenceKind.LOOK_ALIKE
    assert clean.flags == [LOOK_ALIKE]


def test_whole_sentences_may_be_left_out(aligner) -> None:
    """The boxes cover what was quoted, the offsets all."""
    quote = "Worms carry mec-4(-) alleles. … Wnt5a is notable and inactive."
    evidence = aligner.align(quote)

    assert evidence.verification is Verification.VERIFIED
    assert evidence.quote.startswith("Worms carry")
    assert "limb bud" in evidence.quote
    left_out = TEXT.index("limb")
    assert not any(box.x0 <= left_out < box.x1 for box in evidence.boxes)


@pytest.mark.parametrize(
    ("quote", "kind"),
    [
        ("signalling was … detected in muscle", "negation"),
        ("In adult worms … TGF-β signalling was not detected", "omission"),
        ("mec-4 is expressed … in muscle", "negation"),
        ("Worms carry [...] alleles", "omission"),
    ],
)
def test_an_omission_inside_a_sentence_is_told(aligner, quote: str, kind: str) -> None:
    """It may give the sentence another sense."""
    evidence = aligner.align(quote)

    assert evidence.verification is Verification.APPROXIMATE
    assert evidence.differences[0].kind == kind


def test_parts_out_of_order_are_no_quote(aligner) -> None:
    """An ellipsis leaves out, it does not move."""
    evidence = aligner.align("Wnt5a is notable … Worms carry mec-4(-) alleles")
    assert evidence.verification is Verification.UNSUPPORTED


def test_a_quote_in_two_places_is_told() -> None:
    """Interrupted by a figure, or made up of two statements."""
    text = plain_text(
        "The gene was first seen in all of the\n\nFigure 1. A worm and many of its "
        "cells.\n\nneurons of the tail. Other genes of the family were not studied."
    )
    evidence = Aligner(text).align(
        "The gene was first seen in all of the neurons of the tail."
    )
    assert evidence.verification is Verification.APPROXIMATE
    assert [item.kind for item in evidence.differences] == [DifferenceKind.SPLICE]
    assert len(evidence.boxes) == 2


def repeated() -> DocumentText:
    """A sentence that stands there three times, in two sections."""
    sentence = "It is on in neurons. "
    text = plain_text(sentence * 2 + "The gut is dark. " + sentence)
    half = len(sentence) * 2
    text.sections = [
        Section("abstract", "", 0, half),
        Section("results", "", half, len(text.text)),
    ]
    text.pages = [Page(1, 0, len(text.text), 612, 792)]
    return text


def test_repeated_sentences_keep_their_order() -> None:
    """Each next one is looked for behind the one before."""
    quotes = [
        "It is on in neurons.",
        "It is on in neurons",
        "The gut is dark.",
        "It is on in neurons.",
    ]
    found = Aligner(repeated()).align_all(quotes)

    assert [item.start for item in found] == [0, 21, 42, 59]


def test_there_may_be_fewer_repeats_than_claims() -> None:
    """Then the first is taken again."""
    found = Aligner(repeated()).align_all(["It is on in neurons."] * 4)
    assert [item.start for item in found] == [0, 21, 59, 0]


@pytest.mark.parametrize(
    ("section", "after", "start"),
    [
        (None, 0, 0),
        (None, 5, 21),
        ("results", 0, 59),
        ("abstract", 30, 0),
        ("methods", 0, 0),
    ],
)
def test_section_then_place_decide(section, after, start) -> None:
    """Of places that are as good."""
    aligner = Aligner(repeated())
    for quote in ("It is on in neurons.", "It is on in a neurons"):
        evidence = aligner.align(quote, section=section, after=after)
        assert evidence.start == start


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    "tail", ["", " and of every other stage that was looked at" * 6]
)
def test_a_raised_citation_makes_no_other_number_the_better(order, tail: str) -> None:
    """A sentence with one letter changed is not more like the quote than the right."""
    said = (
        f"Lin-3 is seen in 13 cells of the gut of worms at day two{tail}.",
        f"Lin-3 is seen in 12 cells of the gut of worms4,5 at day two{tail}.",
    )
    aligner = Aligner(
        plain_text(" In between other things are told. ".join(said[::order]))
    )

    found = aligner.align(said[0].replace("13", "12"))

    assert found.quote == said[1]
    assert [one.kind for one in found.differences] == [DifferenceKind.CITATION]


def test_an_empty_paper_supports_nothing() -> None:
    """No text, no error."""
    text = DocumentText("", [], [], [], *([plain_text("").word_starts] * 4))
    assert Aligner(text).align("Anything at all may be claimed.").page is None


WORDS = st.sampled_from(
    [
        "mec-4",
        "TGF-β",
        "is",
        "was",
        "not",
        "the",
        "in",
        "of",
        "neurons",
        "10.5",
        "CD4+",
        "IL-2",
        "(p",
        "<",
        "0.05)",
        "cells",
        "—",
        "eﬃcient",
        "“anchor”",
        "37",
        "°C",
        "10⁵",
        "naïve",
        "[12]",
        "(Smith,",
        "2010)",
        "Δ",
        "and/or",
        "−5",
        "…",
        "é",
    ]
)


@given(st.lists(WORDS, min_size=1, max_size=40), st.data())
def test_what_is_cut_out_is_found_again(words: list[str], data) -> None:
    """Every whole stretch of words of any text is in it to the letter."""
    text = plain_text(" ".join(words))
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    quote = " ".join(words[first:last])
    evidence = Aligner(text).align(quote)

    if not any(map(str.isalnum, quote)):
        return
    assert evidence.start is not None
    assert text.text[evidence.start : evidence.end] == evidence.quote
    assert {item.kind for item in evidence.differences} <= {
        "negation",
        "sign",
        "cut word",
    }


PLAIN = st.sampled_from(
    ["worm", "tail", "gut", "mec", "CD4", "is", "was", "in", "no", "not", "3", "10"]
)


@given(
    st.lists(PLAIN, min_size=6, max_size=30),
    st.sampled_from(["drop", "put in", "change", "swap"]),
    st.integers(1, 28),
    PLAIN,
)
def test_no_changed_sentence_is_verified(words, how, at, other) -> None:
    """Unless the paper has the changed one as well."""
    at = 1 + at % (len(words) - 2)
    changed = {
        "drop": words[:at] + words[at + 1 :],
        "put in": [*words[:at], other, *words[at:]],
        "change": [*words[:at], other, *words[at + 1 :]],
        "swap": [*words[: at - 1], words[at], words[at - 1], *words[at + 1 :]],
    }[how]
    evidence = Aligner(plain_text(" ".join(words))).align(" ".join(changed))

    if evidence.verification is Verification.VERIFIED:
        assert f" {' '.join(changed)} " in f" {' '.join(words)} "


SYMBOLS = [
    *("mec-4", "mec-14", "unc-86", "TGF-β", "TGF-α", "Wnt5a", "Wnt5b", "lin-12"),
    *("lin-12(−)", "IL-2Rα", "IL-2", "CD4+", "CD4−", "Gli3−/−", "Gli3+/−", "miR-1"),
    *("p53", "p63", "H3K27me3", "H3K4me3", "ZK637.8", "ZK637.1", "E(spl)m8", "hsa_01"),
]
NUMBERS = [
    *("5", "15", "1.5", ".05", "0.05", "1,234", "12,345", "10⁵", "10⁻⁵", "1e-5", "1e5"),
    *("½", "1½", "−5", "+5", "5%", "5‰", "3/4", "1:3", "5–10", "37°", "thirty", "1st"),
]
OTHERS = [
    "is",
    "was",
    "expressed",
    "in",
    "the",
    "of",
    "neurons",
    "gut",
    "tail",
    "weak",
    "early",
    "cells",
    "ﬁeld",
]


@given(
    st.lists(st.sampled_from([*SYMBOLS, *NUMBERS, *OTHERS]), min_size=5, max_size=12),
    st.sampled_from([SYMBOLS, NUMBERS]),
    st.data(),
)
@settings(max_examples=200)
def test_another_gene_or_number_is_never_verified(words, kind, data) -> None:
    """However it is spelled, and wherever it stands."""
    at = data.draw(st.integers(0, len(words)))
    was = data.draw(st.sampled_from(kind))
    other = data.draw(st.sampled_from([one for one in kind if one != was]))
    paper = " ".join([*words[:at], was, *words[at:]])
    evidence = Aligner(plain_text(f"It {paper} then.")).align(
        " ".join([*words[:at], other, *words[at:]])
    )

    assert evidence.verification is not Verification.VERIFIED


@given(st.text(max_size=60), st.text(max_size=30))
def test_any_claim_about_any_text_has_an_answer(text: str, quote: str) -> None:
    """Offsets are those of the quote, whatever was claimed."""
    paper = plain_text(text)
    evidence = Aligner(paper).align(quote)

    if evidence.start is None:
        assert evidence.quote == ""
    else:
        assert paper.text[evidence.start : evidence.end] == evidence.quote
    assert evidence.claimed in {None, quote}
