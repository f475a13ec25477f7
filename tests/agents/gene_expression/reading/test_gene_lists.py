"""Genes listed as expressed somewhere, in one sentence or over several."""

import pytest

from curation_kit.agents.gene_expression import GeneExpressionAgent
from curation_kit.agents.gene_expression.genes.finder import GeneFinder
from curation_kit.agents.gene_expression.places.finder import PlaceFinder
from curation_kit.agents.gene_expression.reading.gene_lists import GeneLists


def _read(*sentences: str) -> list[tuple[str, str]]:
    lists = GeneLists()
    genes, places = GeneFinder(["mouse"], " ".join(sentences)), PlaceFinder(["mouse"])
    found = []
    start = 0
    for text in sentences:
        found += lists.read(text, start, genes.find(text), places.find(text))
        start += len(text) + 1
    paper = " ".join(sentences)
    return [
        (one.gene.text, one.anatomy.text if one.anatomy else "")
        for one in found
        if one.gene.text in paper
    ]


def test_genes_of_a_place_are_listed() -> None:
    """The words for the list may be followed by its genes."""
    assert _read("Genes enriched in the liver include Alb, Apoa1 and Ttr.") == [
        ("Alb", "liver"),
        ("Apoa1", "liver"),
        ("Ttr", "liver"),
    ]


def test_a_later_sentence_goes_on_about_the_list() -> None:
    """“Two genes from this list” are of the list before."""
    assert _read(
        "Genes more highly expressed in the liver were found.",
        "Most had a known function.",
        "Two genes from this list were of interest: Alb and Ttr.",
    ) == [("Alb", "liver"), ("Ttr", "liver")]


def test_genes_outside_the_list_are_not_of_it() -> None:
    """What binds a gene of the list is not in the list."""
    assert _read(
        "Alb is known.",
        "Genes expressed in the liver include Ttr, which binds Rbp4.",
    ) == [("Ttr", "liver")]


def test_a_list_does_not_hold_on_for_long() -> None:
    """After some sentences “these genes” may be others."""
    assert not _read(
        "Genes expressed in the liver were found.",
        *["Another thing was done."] * 4,
        "These genes include Alb and Ttr.",
    )


def test_lists_of_mutants_and_of_others_are_left_out() -> None:
    """A list must be a finding of this paper in normal animals."""
    assert not _read("Genes expressed in the liver of mutants include Alb and Ttr.")
    assert not _read(
        "Genes expressed in the liver include Alb and Ttr (Smith et al., 2004)."
    )


@pytest.mark.parametrize(
    "text",
    [
        "Pax6, wibble factor 1 and Sox2 were detected in the lens.",
        "Pax6, wibble factor, and Sox2 were detected in the lens.",
        "Wibble factor 1, Pax6 and Sox2 were expressed in the lens.",
        "The lens expressed wibble factor 1, Pax6 and Sox2.",
        "We detected wibblin, Pax6 and Sox2 in the lens.",
        "We found that Pax6, wibblin and Sox2 were detected in the lens.",
        "In mice, Pax6, wibblin and Sox2 were detected in the lens.",
        "Expression of wibblin, Pax6 and Sox2 was seen in the lens.",
    ],
)
def test_an_unknown_name_does_not_break_a_list(make_paper, text) -> None:
    """The other genes are read as if it were one."""
    records = GeneExpressionAgent({"species": ["mouse"]}).extract(
        make_paper(("results", text))
    )
    assert {(one.gene_symbol, one.anatomy_label) for one in records} == {
        ("Pax6", "lens"),
        ("Sox2", "lens"),
    }


@pytest.mark.parametrize(
    "text",
    [
        "Pax6 regulates eye growth, and Sox2 was detected in the lens.",
        "Pax6, expressed early, and Sox2 were seen; Sox2 was detected in the lens.",
        "In mutants of Pax6, growth is slow, and Sox2 was detected in the lens.",
        "Targets of Pax6, crystallin genes, and Sox2 are expressed in the lens.",
        "Targets of Otx2, Pax6, wibblin, and Sox2 are expressed in the lens.",
        "Binding of Pax6, retinoic acid, and Sox2 was seen in the lens.",
        "Loss of Pax6, crystallin genes and Sox2 was seen in the lens.",
        "Using antibodies to Pax6, wibblin and Sox2 was detected in the lens.",
        "We studied Pax6, wibblin, and Sox2 was detected in the lens.",
    ],
)
def test_other_words_between_commas_are_no_list(make_paper, text) -> None:
    """What is said of the first gene is something else."""
    records = GeneExpressionAgent({"species": ["mouse"]}).extract(
        make_paper(("results", text))
    )
    assert {one.gene_symbol for one in records} == {"Sox2"}
