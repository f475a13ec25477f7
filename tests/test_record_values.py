"""What tables show of the values of records, and which values they cannot hold."""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from curation_kit.records import Record, cell, unfit, value_types

ZONE = dt.timezone(dt.timedelta(hours=2))


class Sign(Enum):
    """Directions, one of them more than a text."""

    UP = "up"
    BOTH = ("up", "down")


class Level(IntEnum):
    """A degree."""

    HIGH = 2


class Dose(BaseModel):
    """What has names inside."""

    mg: float | None = None


@dataclass
class Point:
    """What has names inside, too."""

    x: int = 1


class Held(Record):
    """A record that takes whatever it is given."""

    value: Any = None


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        ("a", "a"),
        (True, True),
        (2**63 - 1, 2**63 - 1),
        (dt.date(2024, 1, 2), dt.date(2024, 1, 2)),
        (dt.datetime(2024, 1, 2, 3), dt.datetime(2024, 1, 2, 3)),  # noqa: DTZ001
        (dt.datetime(2024, 1, 1, tzinfo=ZONE), dt.datetime(2023, 12, 31, 22)),  # noqa: DTZ001
        ([dt.datetime(2024, 1, 1, tzinfo=ZONE)], "2023-12-31 22:00:00"),
        (dt.time(1, 2, tzinfo=ZONE), "01:02:00+02:00"),
        (dt.timedelta(hours=1), "1:00:00"),
        (Decimal("1.50"), "1.50"),
        (Sign.UP, "up"),
        (Sign.BOTH, "up|down"),
        (Level.HIGH, 2),
        (b"a\xff", "a\\xff"),
        ([["a", 1], [None, True]], "a|1||true"),
        (deque([1, 2]), "1|2"),
        ({"b", "c", "a"}, "a|b|c"),
        ({"n": [1]}, '{"n":[1]}'),
        (Dose(mg=1.5), '{"mg":1.5}'),
        (Point(), '{"x":1}'),
    ],
)
def test_a_cell_is_text_a_number_a_truth_value_or_a_date(
    value: Any, shown: Any
) -> None:
    """Whatever the value; the same in each process."""
    assert cell(value) == shown
    assert type(cell(value)) is type(shown)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (2**63, "value is 9223372036854775808, a whole number beyond 64 bits"),
        (-(2**63) - 1, "a whole number beyond 64 bits"),
        (float("nan"), "JSON does not have"),
        ([1.0, float("-inf")], "JSON does not have"),
        ({"a": {"b": float("inf")}}, "JSON does not have"),
        (Dose(mg=float("inf")), "JSON does not have"),
        ("\ud800", "half a character"),
        (["é", "\ud800"], "cannot be stored as JSON"),
        ({"\ud800": 1}, "cannot be stored as JSON"),
        (b"\xff", "cannot be stored as JSON"),
        (object, "cannot be stored as JSON"),
        (dt.datetime(1, 1, 1, tzinfo=ZONE), "outside of the years 1 to 9999"),
    ],
)
def test_what_tables_cannot_hold_is_told(value: Any, why: str) -> None:
    """With the column, the value, and what to do."""
    wrong = unfit(Held(value=value))

    assert wrong is not None
    assert why in str(wrong)
    assert (wrong.column, bool(wrong.advice)) == ("value", True)


@pytest.mark.parametrize(
    "value",
    [None, True, -(2**63), 1e308, [10**30], "é\0\x0b", {"n": 1}, dt.date(1, 1, 1)],
)
def test_what_tables_can_hold_is_fit(value: Any) -> None:
    """Long numbers in lists, too: these are text."""
    assert unfit(Held(value=value)) is None


def test_a_record_that_lacks_values_is_not_judged_by_them() -> None:
    """That is told when it is read again."""

    class Whole(Record):
        count: int

    assert unfit(Whole.model_construct()) is None


def test_the_types_of_a_field_are_found_inside_of_its_annotation() -> None:
    """Without what is said about them, and without None."""
    assert [*value_types(Annotated[int, Field(ge=0)] | str | None)] == [int, str]
    assert [*value_types(list[int])] == [list[int]]
    assert [*value_types(Literal["a"] | None)] == [Literal["a"]]
