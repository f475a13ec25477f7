from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from curation_kit.errors import DocumentFailure, FailureCategory
from curation_kit.records import Record
from curation_kit.runner.given_records import as_stored


class Count(Record):
    """A record with a number, and with anything."""

    count: int = 0
    more: Any = None


class Other(Record):
    """A record of another kind."""

    name: str = ""


def test_records_come_back_as_they_will_be_read() -> None:
    """Later steps see the same whether what a step gave was kept or not."""
    given = Count().model_copy(update={"count": "5", "more": dt.timedelta(1)})

    with pytest.warns(UserWarning, match="serialize"):
        rows, [found] = as_stored([given], "own", Count)

    assert (found.count, found.more) == (5, "P1D")  # type: ignore[attr-defined]
    assert Count.model_validate_json(rows[0]) == found


def test_a_value_that_tables_cannot_hold_fails_the_paper() -> None:
    """It is told which, and what to do; the pages of a job go on."""
    with pytest.raises(DocumentFailure) as raised:
        as_stored([Count(), Count(count=10**30)], "own", Count)

    failure = raised.value
    assert failure.category is FailureCategory.INTERNAL
    assert failure.message == (
        'The agent "own" gave a record that not every table can hold: count is '
        "1000000000000000000000000000000, a whole number beyond 64 bits, which no "
        "column of numbers can hold."
    )
    assert "give the column text" in failure.hint


def test_what_is_no_record_is_told() -> None:
    """Such as a row of a table."""
    with pytest.raises(DocumentFailure) as raised:
        as_stored([{"count": 1}], "own", Count)

    assert "gave {'count': 1} in place of a record" in raised.value.message
    assert "of the model Count" in raised.value.hint


def test_a_record_of_another_model_is_refused() -> None:
    """Nobody could read it with the others."""
    with pytest.raises(DocumentFailure) as raised:
        as_stored([Other(name="a")], "own", Count)

    assert raised.value.message == (
        'The agent "own" gave the record Other, which is no Count (name: Extra '
        "inputs are not permitted)."
    )
    assert "of the model Count" in raised.value.hint
