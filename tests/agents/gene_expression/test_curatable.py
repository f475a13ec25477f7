"""How curatable sentences are, by the weights that are shipped."""

from __future__ import annotations

import re
from importlib.resources import as_file, files

import numpy as np
import pytest

from curation_kit.agents.gene_expression import classify, curatable, probabilities
from curation_kit.agents.gene_expression.curatable import LABELS
from curation_kit.agents.gene_expression.curatable.model import Model
from curation_kit.agents.gene_expression.curatable.wording import wording

FULLY = (
    "lim-7::GFP was strongly expressed in the pharynx and the vulval muscles of L4 "
    "larvae (Fig. 2A, B)."
)
PARTIALLY = "Strong GFP expression was observed in the intestine of adults (Fig. 3C)."
RELATED = (
    "To ask whether lim-7 acts in neurons, we expressed lim-7 cDNA under the control "
    "of the rab-3 promoter in lim-7(tn61) mutants, which rescued the defect."
)
NONE = "Plates were incubated at 20 °C for 48 h and the survivors were counted."


def stripped(sentence: str) -> str:
    """Take the punctuation away as the corpus of the training does."""
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s-]", " ", sentence))


def test_each_label_is_given_to_a_plain_example():
    """The examples are ours, in no corpus."""
    assert classify([FULLY, PARTIALLY, RELATED, NONE]) == list(LABELS)


@pytest.mark.parametrize("judge", [classify, probabilities])
def test_what_is_no_list_of_sentences_is_refused(judge):
    """The letters of a string are no sentences, nor is a missing value."""
    with pytest.raises(TypeError, match=r"write \[sentence\]"):
        judge(FULLY)
    with pytest.raises(TypeError, match="Sentence 1 is None"):
        judge([FULLY, None])


@pytest.mark.parametrize("sentence", [FULLY, PARTIALLY, RELATED, NONE])
def test_punctuation_does_not_matter(sentence):
    """Text of a PDF and of the corpus are judged alike."""
    assert stripped(sentence) != sentence
    np.testing.assert_array_equal(
        probabilities([stripped(sentence)]), probabilities([sentence])
    )


@pytest.mark.parametrize(
    ("printed", "plain"),
    [("\ufb02", "fl"), ("\u2010", "-"), (":", "::"), (" :", "::"), ("  ", " ")],
)
def test_the_typesetting_does_not_matter(printed, plain):
    """Ligatures, hyphens and the colons of a fusion vary between papers."""
    sentence = "Fluorescence of lim-7::GFP, a fluorescent fusion, lit up the anus."
    assert plain in sentence
    np.testing.assert_array_equal(
        probabilities([sentence.replace(plain, printed)]), probabilities([sentence])
    )


def test_the_name_of_the_gene_does_not_matter():
    """Any gene stands for any other."""
    other = FULLY.replace("lim-7", "zyx-101")
    assert other != FULLY
    np.testing.assert_array_equal(probabilities([other]), probabilities([FULLY]))


@pytest.mark.parametrize("sentence", [FULLY, RELATED])
@pytest.mark.parametrize("other", ["Shh", "Fgf9", "Nkx2-5", "dpp", "Dll", "pax2a"])
def test_genes_of_other_species_are_genes(sentence, other):
    """Symbols of mice, flies and fish count as those of worms do."""
    twin = sentence.replace("lim-7(tn61)", "lim-7").replace("lim-7", other)
    worm = sentence.replace("lim-7(tn61)", "lim-7")
    assert twin != worm
    np.testing.assert_array_equal(probabilities([twin]), probabilities([worm]))


@pytest.mark.parametrize(
    ("gene", "rest"),
    [
        ("Fgf9", "mRNA was detected in the limb and heart of embryos (Fig. 1C)."),
        ("dpp", "is expressed in the wing disc and the brain of larvae (Fig. 4B)."),
    ],
    ids=["mouse", "fly"],
)
def test_a_finding_in_another_species_is_one(gene, rest):
    """A mouse's or a fly's sentence is fully curatable as its worm's twin is."""
    assert classify([f"{gene} {rest}", f"lin-3 {rest}"]) == ["fully", "fully"]


def test_words_are_no_genes():
    """What looks a little like a symbol in plain prose is left alone."""
    prose = "The Why and My of Fly, Try, Dry and All in stage 4, hyp7 and Mrs Smith"
    assert "gene" not in wording(prose).split()


def test_a_common_driver_is_told_from_the_gene_that_is_studied():
    """Promoters that most strains carry say less about the gene in question."""
    studied = "The lim-7p mCherry transgene is expressed only in GABAergic cells."
    driver = studied.replace("lim-7", "unc-47")
    assert probabilities([driver])[0, 0] < probabilities([studied])[0, 0]


def test_probabilities_sum_to_one():
    """One row per sentence, one column per label."""
    found = probabilities([FULLY, PARTIALLY, RELATED, NONE, ""])
    assert found.shape == (5, len(LABELS))
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1)


def test_a_sentence_is_judged_by_itself():
    """Its neighbours in the list do not matter."""
    one_by_one = [classify([one])[0] for one in (NONE, FULLY, RELATED)]
    assert classify([NONE, FULLY, RELATED]) == one_by_one


def test_no_sentences_give_no_labels():
    """An empty list is no error."""
    assert classify([]) == []
    assert probabilities([]).shape == (0, len(LABELS))


@pytest.mark.parametrize(
    "odd", ["", " ", "?!", "\u0000", "\U0001f9ec", "a" * 10_000, "gfp " * 2_500]
)
def test_text_that_is_no_sentence_gets_a_label(odd):
    """Nothing that a PDF may hold is an error."""
    assert classify([odd])[0] in LABELS


def test_empty_text_is_not_curatable():
    """There is nothing to curate."""
    assert classify([""]) == ["none"]


def test_weights_hold_no_long_pieces_of_the_corpus():
    """Terms are at most three words, so that no sentence can be read from them."""
    with as_file(files(curatable) / "weights.npz") as path, np.load(path) as kept:
        terms = kept["terms"]
    assert len(terms)
    assert max(len(term.split()) for term in terms.tolist()) <= 3


def test_weights_are_written_as_they_were_read(tmp_path):
    """Training with the same result changes no byte of the repository."""
    with as_file(files(curatable) / "weights.npz") as path:
        kept = path.read_bytes()
        Model.read(path).write(tmp_path / "weights.npz")
    assert (tmp_path / "weights.npz").read_bytes() == kept


def test_card_says_what_the_weights_are_worth():
    """Its figures of the shipped variant are those that the training wrote."""
    folder = files(curatable)
    card = (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    rows = (folder / "figures.tsv").read_text(encoding="utf-8").splitlines()
    last = [row.split("\t") for row in rows if row.startswith("all\t")]
    assert len(last) == 18
    for _, _, _, f1, low, high in last:
        assert f"{float(f1):.3f} ({float(low):.3f}–{float(high):.3f})" in card


def test_figures_can_leave_a_source_out_and_weigh_sentences():
    """Its errors no longer count, and a sentence of ``none`` counts less."""
    train = pytest.importorskip("curation_kit.agents.gene_expression.curatable.train")
    corpus = train.Corpus(
        [],
        labels=np.array([0, 0, 3, 3]),
        papers=np.array(["one"] * 4),
        sources=np.array(["GOLD", "1000", "NEGATIVE", "1000"]),
    )
    wrong = np.array([[True] * 3, [False] * 3, [False] * 3, [True] * 3])
    f1 = {
        mix: next(iter(train.figures(corpus, wrong[None], weight)))[1]
        for mix, weight in corpus.mixes()
    }
    assert f1 == {
        "": pytest.approx(2 / 4),
        ", fewer none": pytest.approx(2 / (2 + 1 + train.FEWER)),
        ", without 1000": 1.0,
    }
