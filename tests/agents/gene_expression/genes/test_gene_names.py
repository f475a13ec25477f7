"""Which words of a paper are genes: short symbols need the paper's own evidence."""

from __future__ import annotations

import pytest

from curation_kit.agents.gene_expression.genes.finder import GeneFinder


def names(species, text):
    """Genes found in a text that is the whole paper."""
    return [one.text for one in GeneFinder(species.split(), text).find(text)]


@pytest.mark.parametrize(
    ("species", "text", "expected"),
    [
        ("fly", "We studied eyeless (ey), seen in the disc.", "ey"),
        ("fly", "The vg gene, vg mRNA and the vg promoter were used.", "vg"),
        ("fly", "The genes in it, sona, trol, vkg and dlp, are known.", None),
        ("fly", "There are four genes: sona, trol, vkg and dlp.", "vkg"),
        ("fly", "Dll transcripts were seen.", "Dll"),
        ("zebrafish", "kdrl was not expressed in the fin.", "kdrl"),
        ("human", "INS was detected in the islets.", "INS"),
        ("human", "Bax protein, Bax expression and Bax staining.", "Bax"),
        ("mouse", "Shh mRNA was seen.", "Shh"),
        ("mouse", "Snail protein, Snail mRNA and Snail expression.", "Snail"),
        ("mouse", "SirT1 protein was seen.", "SirT1"),
        ("fly", "The disc: vg (green) and nuclei.", "vg"),
        ("fly", "Sections labelled with Wg (green), Nab (red) and Hh.", "Nab"),
        ("fly", "Wg protein, Wg expression and Wg staining.", "Wg"),
        ("fly", "Yan protein and Yan expression.", "Yan"),
        ("fly", "ELAV protein and ELAV expression.", "ELAV"),
        ("fly", "VESTIGIAL expression was seen.", "VESTIGIAL"),
        ("fly", "vestigial is expressed in the disc.", "vestigial"),
        ("fly", "svb mRNA and svb expression.", "svb"),
        ("fly", "Expression of Sex combs reduced was seen.", "Sex combs reduced"),
        (
            "fly",
            "We saw Cut protein, then Cut expression, and no Cut mRNA.",
            "Cut",
        ),
        ("fly", "Cut expression, Cut mRNA, Cut protein.", None),
        ("fly", "5 cm probes, RNA vs protein.", None),
        ("fly", "We saw ey once.", None),
        ("mouse", "Snail protein alone.", None),
    ],
)
def test_evidence_decides(species, text, expected):
    """A full name, words beside it, or a list of genes tell of a gene."""
    found = names(species, text)
    assert (expected in found) if expected else (found == [])


@pytest.mark.parametrize("word", ["the", "a", "was", "not", "white", "eyes"])
def test_words_of_the_language_are_no_genes(word):
    """Not even where the words of expression stand beside them."""
    text = f"The {word} gene, {word} mRNA, {word} protein; {word} was expressed."
    assert word not in names("fly", text)


def test_case_tells_man_from_mouse():
    """In a paper of both each spelling is the gene of its own species."""
    text = "PAX6 was seen in patients and Pax6 in mice."
    found = GeneFinder(["mouse", "human"], text).find(text)
    assert [(one.text, one.symbol) for one in found] == [
        ("PAX6", "PAX6"),
        ("Pax6", "Pax6"),
    ]


def test_short_names_are_known_by_the_series_they_belong_to():
    """K14 is Krt14, so K8 is Krt8; alone it may be anything."""
    text = "K14 expression, K14 protein, K14 mRNA and K14 staining. " * 2 + "K8 mRNA."
    assert "K8" in names("mouse", text)
    assert "K8" not in names("mouse", "K8 protein was seen.")


@pytest.mark.parametrize(
    ("species", "text", "expected"),
    [
        ("zebrafish", "krox20 expression was seen.", [("krox20", "krox20")]),
        ("zebrafish", "vlgr1 expression was seen.", [("vlgr1", "adgrv1")]),
        (
            "rat",
            "hippocalcin mRNA; hippocalcin protein.",
            [("hippocalcin", "Hpca")] * 2,
        ),
        ("rat", "choline acetyltransferase was seen.", [("Chat", "Chat")]),
        (
            "rat",
            "transformation related protein 53 was seen.",
            [("Tp53", "Tp53")],
        ),
        ("rat", "An odd-releasing hormone receptor was seen.", []),
        ("zebrafish", "A pax2a probe.", [("pax2a", "pax2a")]),
        # Several genes of man have this name.
        ("zebrafish", "par1 expression was seen.", []),
        # What is in capitals may be anything.
        ("zebrafish", "PAR expression was seen.", []),
        ("mouse", "PGC1a mRNA was seen.", [("PGC1a", "Ppargc1a")]),
        (
            "mouse",
            "α-catenin mRNA and α-catenin protein; α-catenin staining.",
            [("α-catenin", "Ctnna1")] * 3,
        ),
        (
            "mouse",
            "β-catenin mRNA and β-catenin protein; β-catenin staining.",
            [("β-catenin", "Ctnnb1")] * 3,
        ),
        ("mouse", "An α-Pax6 antibody.", [("Pax6", "Pax6")]),
    ],
)
def test_animals_have_names_of_man_and_mouse(species, text, expected):
    """Their own tables lack them."""
    found = GeneFinder([species], text).find(text)
    assert [(one.text, one.symbol) for one in found] == expected


@pytest.mark.parametrize(
    ("species", "text", "expected"),
    [
        ("mouse", "Ret and Kit are expressed.", ["Ret", "Kit"]),
        ("mouse", "Sox9 (A, B), Pax6 and Kit.", ["Sox9", "Pax6", "Kit"]),
        ("fly", "Dll expression, and not ey.", ["Dll"]),
        ("fly", "rn (blue), nub and Dll transcripts.", ["rn", "nub", "Dll"]),
        ("human", "KIT and BMI of patients.", []),
    ],
)
def test_a_symbol_beside_a_gene_in_a_list_is_one(species, text, expected):
    """Spelled exactly, and no word of the language."""
    assert names(species, text) == expected


def test_a_greek_letter_tells_the_member_of_a_family():
    """The name of the family alone is another gene's, or nobody's."""
    found = GeneFinder(["mouse"], "").find("PLC beta 3 mRNA was seen.")
    assert [(one.text, one.symbol) for one in found] == [("PLC beta 3", "Plcb3")]
