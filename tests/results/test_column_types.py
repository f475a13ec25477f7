from __future__ import annotations

import datetime as dt
from enum import Enum, IntEnum
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field

from curation_kit.records import GeneExpressionRecord, Record
from curation_kit.results import Categories, record_types, records_frame


class Sign(Enum):
    """A direction."""

    UP = "up"
    DOWN = "down"


class Level(IntEnum):
    """A degree."""

    LOW = 1
    HIGH = 2


class Measurement(Record):
    """A record with all kinds of columns."""

    repeated_columns = frozenset({"unit"})

    name: str
    unit: str | None = None
    count: Annotated[int, Field(ge=0)] | None = None
    weight: float | None = None
    either: int | float = 0
    mixed: int | str = 0
    sure: bool | None = None
    day: dt.date | None = None
    moment: dt.datetime | None = None
    tags: list[str] = Field(default_factory=list)
    strength: Literal["weak", "strong"] | None = None
    sign: Sign | None = None
    level: Level = Level.LOW
    signs: list[Sign] = Field(default_factory=list)


def test_types_follow_the_model() -> None:
    """All may be missing; what the model lists are the categories, in its order."""
    own = {
        name: type_
        for name, type_ in record_types(Measurement).items()
        if name in Measurement.domain_columns()
    }

    assert own == {
        "name": "str",
        "unit": Categories(),
        "count": "Int64",
        "weight": "Float64",
        "either": "Float64",
        "mixed": "str",
        "sure": "boolean",
        "day": "datetime64[s]",
        "moment": "datetime64[us]",
        "tags": "str",
        "strength": Categories(("weak", "strong")),
        "sign": Categories(("up", "down")),
        "level": Categories((1, 2)),
        "signs": "str",
    }


def test_a_table_has_these_types() -> None:
    """Of a record with all values, and of one with none."""
    full = Measurement(
        name="x",
        unit="mg",
        count=3,
        weight=1.5,
        either=2.5,
        mixed="a",
        sure=True,
        day=dt.date(2026, 1, 2),
        moment=dt.datetime(2026, 1, 2, 3, 4, tzinfo=None),  # noqa: DTZ001 - local
        tags=["a", "b"],
        strength="strong",
        sign=Sign.DOWN,
        level=Level.HIGH,
        signs=[Sign.UP, Sign.DOWN],
    )

    table = records_frame(
        [("a", "0", 0, full), ("a", "0", 1, Measurement(name="y"))],
        Measurement,
        papers={"0": "a"},
    )

    first, second = table.iloc[0], table.iloc[1]
    assert first["day"] == pd.Timestamp("2026-01-02")
    assert (first["sign"], first["level"], first["signs"]) == ("down", 2, "up|down")
    assert (first["tags"], first["strength"], first["mixed"]) == ("a|b", "strong", "a")
    assert second[["unit", "count", "weight", "sure", "day", "sign"]].isna().all()
    for name, type_ in record_types(Measurement).items():
        if type_ == Categories():
            assert isinstance(table[name].dtype, pd.CategoricalDtype)
        elif isinstance(type_, Categories):
            assert table[name].dtype == type_.dtype()
        else:
            assert table[name].dtype == type_


def test_what_is_repeated_in_gene_expression_is_categories() -> None:
    """Genes, places and stages are text: people change and combine them."""
    types = record_types(GeneExpressionRecord)

    assert [name for name, type_ in types.items() if isinstance(type_, Categories)] == [
        "document", "taxon", "assay", "section", "verification", "review",
    ]  # fmt: skip
    assert (types["negated"], types["page"]) == ("boolean", "Int64")
    assert list(types) == list(GeneExpressionRecord.columns())
