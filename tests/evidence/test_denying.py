from __future__ import annotations

import pytest
from fakes import plain_text

from curation_kit.evidence import Aligner
from curation_kit.records import DifferenceKind, Verification


@pytest.mark.parametrize(
    ("paper", "denial"),
    [
        ("In all, no X was [seen in the gut].", "no X was"),
        ("It did not appear to be [seen in the gut].", "not appear to be"),
        (
            "So no X, in any of the tissues that were examined, was [seen in the gut].",
            "no X, in any of the tissues that were examined, was",
        ),
        ("It was not, as others said, [expressed in it].", "not, as others said"),
        ("No X (in any of the worms) was [seen in it].", "No X (in any of the worms)"),
        ("No X [12], as it is, was [seen in the gut].", "No X [12], as it is, was"),
        ("There is no clear evidence that [X is in it].", "no clear evidence that"),
        ("It is not known at all if [X is in the gut].", "if"),
        ("To learn if in worms [X is in the gut], we looked.", "if in worms"),
        ("We tested in three lines whether [X is in it].", "whether"),
        ("The tail can't in these worms be [seen].", "can't in these worms be"),
        ("X was [seen in the gut] in none of the worms.", "in none"),
        ("These are genes that were not [seen in the gut].", "not"),
        ("A gene that was not found to be [seen in the gut].", "not found to be"),
        ("A gene that was not found localised [in the gut].", "not found localised"),
        ("We saw that X was not stained or [seen in it].", "not stained or"),
        ("A gene that is not localised or [expressed in it].", "not localised or"),
        ("A gene that was not labelled or had [X in the gut].", "not labelled or"),
        ("Genes that are no longer [expressed in the gut].", "no longer"),
        ("Genes that were not yet expressed [in the gut].", "not yet expressed"),
        ("Genes that were not indeed [expressed in the gut].", "not indeed"),
        ("Genes that were not deemed [expressed in the gut].", "not deemed"),
        ("A gene that was not expected to have [X in it].", "not expected to have"),
        ("Genes that do not seem to have [X in the gut].", "not seem to have"),
        ("Cells that have never yet had [X in the gut].", "never yet had"),
        ("X was not [only seen in the gut].", "not"),
        ("Cells that did not contain any [labelled X in it].", "not contain any"),
        ("Regions that have never had [settled cells in it].", "never had"),
        ("We doubt that [X is in the gut].", "doubt that"),
        ("X was seen in it, and nowhere [seen in the gut].", "nowhere"),
        ("Cells that never express Y or [express X].", "never express Y or"),
    ],
)
def test_a_negation_around_a_quote_is_told(paper: str, denial: str) -> None:
    """However far it is, if it denies what the quote says."""
    quote = paper.rpartition("[")[2].partition("]")[0]

    evidence = Aligner(plain_text(_unmarked(paper, quote))).align(quote)

    assert [one.kind for one in evidence.differences] == [DifferenceKind.NEGATION]
    assert evidence.differences[0].paper.startswith(denial)


@pytest.mark.parametrize(
    "paper",
    [
        "It was not in the tail, but [X was seen in the gut].",
        "It did not bind any DNA in vitro and [X was seen in the gut].",
        "No X was seen. [Y was seen in the gut].",
        "It is not in the tail, which means that [X is in the gut].",
        "In worms without Y, which were dark, [X was seen in the gut].",
        "It does not bind (unlike Y), making [X visible in the gut].",
        "The tail (which has no X) [has Y in every cell].",
        "Worms that lacked all of gene Y, Z and W [had X in the gut].",
        "X was expressed in T cells [of every mouse].",
        "Then [X was seen in the gut] but not in the tail.",
        "Not surprisingly, in all of them [X was in the gut].",
        "No fewer than twelve of the embryos [had X in the gut].",
        "Embryos that were not treated showed [X in the gut].",
        "Embryos which were not treated [showed X in the gut].",
        "Embryos that were never treated had [X in the gut].",
        "There is no doubt that [X is in the gut].",
        "Without doubt [X is in the gut].",
        "Beyond doubt, as we saw, [X is in the gut].",
        "X was not only [seen in the gut] but in the tail.",
        "Cells that no longer express Y [express X].",
        "Cells that do not contain any Y [contain X].",
        "By IF of the tail [X is in the gut].",
        "If it was not washed away, [X was in the gut].",
        "We tested if Y is needed and found that [X is in the gut].",
    ],
)
def test_what_is_said_of_something_else_is_no_denial(paper: str) -> None:
    """A clause of its own, words in brackets, T cells."""
    quote = paper.rpartition("[")[2].partition("]")[0]

    evidence = Aligner(plain_text(_unmarked(paper, quote))).align(quote)

    assert evidence.verification is Verification.VERIFIED


def test_t_cells_are_no_negation_in_what_is_left_out() -> None:
    """Only the "t" of "isn't" is."""
    paper = "X is in worms. We saw all T cells. It isn't Y. Z is in the gut."
    aligner = Aligner(plain_text(paper))

    assert aligner.align("X is in worms. … It isn't Y.").differences == []
    told = aligner.align("We saw all T cells. … Z is in the gut.").differences
    assert [one.kind for one in told] == [DifferenceKind.NEGATION]


def _unmarked(paper: str, quote: str) -> str:
    return paper.replace(f"[{quote}]", quote)
