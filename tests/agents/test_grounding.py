"""What a model says, held against the paper."""

from __future__ import annotations

import datetime as dt

import pytest
from pydantic import Field

from curation_kit.agents.grounding import cite, flag, merged, not_in
from curation_kit.records import Evidence, Record

QUOTE = (
    "Twelve mice got 2.5 mg of drug A on 3 May 2019; 1,200 cells and −4 °C, P14, 2-3 h."
)


class Row(Record):
    """A row of a made-up domain."""

    drug: str | None = None
    days: list[str] = Field(default_factory=list)
    dose: float | None = None


@pytest.mark.parametrize(
    ("value", "missing"),
    [
        ("drug A", False),
        ("Drugs A", False),
        ("drug B", True),
        ("A of the drug", True),
        ("", False),
        (None, False),
        (True, False),
        (12, False),
        (2.5, False),
        (1200, False),
        (-4, False),
        (4, False),
        (3, False),
        (5, True),
        (0.25, True),
        (dt.date(2019, 5, 3), False),
        (dt.date(2018, 5, 3), True),
    ],
)
def test_a_value_needs_its_words_or_number_in_the_quote(value, missing) -> None:
    """In any order and case; truth and nothing need no words."""
    assert not_in(value, QUOTE) is missing


def test_the_best_quote_comes_first_and_has_the_flags(make_paper) -> None:
    """Each quote once; each item of a list is looked for."""
    paper = make_paper(("results", QUOTE))
    row = Row(drug="drug A", days=["P14", "P30"], dose=2.5)

    cite(paper, row, ["not at all in it", QUOTE, QUOTE, " "], ["drug", "days", "dose"])

    assert [one.verification for one in row.evidence] == ["verified", "unsupported"]
    assert row.evidence[0].flags == ["not in the quote: days “P30”"]
    assert {one.column for one in row.evidence[0].mentions} == {"drug", "days"}


def test_a_row_without_quotes_is_unsupported(make_paper) -> None:
    """It is kept, for the gate to judge."""
    row = Row(drug="x")

    cite(make_paper(("results", QUOTE)), row, [], ["drug"])

    assert [one.verification for one in row.evidence] == ["unsupported"]


def test_a_quote_of_a_word_or_two_is_flagged(make_paper) -> None:
    """It is found in any paper."""
    row = Row(drug="drug A")

    cite(make_paper(("results", QUOTE)), row, ["drug A"], ["drug"])

    assert row.evidence[0].verification == "verified"
    assert row.evidence[0].flags == ["the quote is too short to say so"]


def test_a_verified_quote_does_not_carry_one_that_turns_the_paper_around(
    make_paper,
) -> None:
    """The record would be verified, on words that say nothing of its values."""
    text = f"{QUOTE} Drug B was not given to any of the mice at P30 [12]."
    paper = make_paper(("results", text))
    for quote, flags in (
        ("Drug B was given to any of the mice", ["not in the quote: drug “drug B”"]),
        ("Drug B was not given to any of mice", []),
    ):
        row = Row(drug="drug B")
        cite(paper, row, [QUOTE, quote], ["drug"])

        found = [one.verification for one in row.evidence]
        assert found == ["verified", "approximate"]
        assert row.evidence[0].flags == flags


def test_rows_of_the_same_values_are_merged() -> None:
    """The evidence of all, best first; capitals count only where they are told to."""
    good = Evidence(quote="a", start=0, end=1, verification="verified", score=1.0)
    poor = Evidence(quote="", claimed="b")
    rows = [
        Row(drug="Drug  a", evidence=[poor], why="It is claimed."),
        Row(drug="drug A", evidence=[good, poor], why="It is found."),
        Row(drug="drug A", dose=1.0),
    ]

    one, other = merged([row.model_copy(deep=True) for row in rows])

    assert (one.evidence, one.why) == ([good, poor], "It is found.")
    assert other.dose == 1.0
    assert len(merged(rows, exact=["drug"])) == 3


def test_names_that_differ_in_capitals_stay_apart() -> None:
    """SHH is a gene of humans, Shh one of mice; a sentence begins with a capital."""
    rows = [Row(drug=drug) for drug in ("SHH", "Shh", "Muscle cell", "muscle cell")]

    assert [row.drug for row in merged(rows)] == ["SHH", "Shh", "Muscle cell"]


def test_of_two_quotes_of_one_place_the_better_stays() -> None:
    """With the flags of both."""
    near = Evidence(
        quote="a",
        claimed="b",
        start=0,
        end=1,
        verification="approximate",
        score=0.9,
        flags=["look"],
    )
    exact = Evidence(quote="a", start=0, end=1, verification="verified", score=1.0)

    (row,) = merged([Row(drug="a", evidence=[near]), Row(drug="a", evidence=[exact])])

    (one,) = row.evidence
    assert (one.verification, one.flags) == ("verified", ["look"])


def test_a_flag_is_set_once_even_without_evidence() -> None:
    """It stands on the best evidence."""
    row = Row()
    flag(row, "look")
    flag(row, "look")
    assert row.evidence[0].flags == ["look"]
