from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from curation_kit.errors import JobError
from curation_kit.records import GeneExpressionRecord, Record
from curation_kit.workspace.corrections import changed_values, column_kind, whole_text

MACHINE = GeneExpressionRecord(
    gene_symbol="myo-2",
    gene_id="WB:WBGene00003514",
    anatomy_label="pharynx",
    anatomy_id="WBbt:0003681",
)


class _Sample(Record):
    """Columns of each kind."""

    name: str = ""
    strain: str | None = None
    parts: list[str] | None = None
    taken: dt.date | None = None
    size: float = 0.0
    mutant: bool = False


def test_a_new_name_loses_the_identifier_of_the_old() -> None:
    """Unless one is given with it; another spelling of nothing changes nothing."""
    tail = {"anatomy_label": "tail"}
    assert changed_values(MACHINE, tail) == {**tail, "anatomy_id": None}
    given = {**tail, "anatomy_id": "WBbt:0005741"}
    assert changed_values(MACHINE, given) == given
    assert changed_values(MACHINE, {"anatomy_label": " pharynx "}) == {}


def test_what_is_typed_becomes_what_the_column_holds() -> None:
    """Lists are taken apart, and nothing typed is no value, where there may be none."""
    typed = {"parts": " a | b |", "taken": "2026-01-02", "size": "1.5", "mutant": "yes"}
    assert changed_values(_Sample(), typed) == {
        "parts": ["a", "b"],
        "taken": "2026-01-02",
        "size": 1.5,
        "mutant": True,
    }
    assert changed_values(_Sample(), {"name": "a\ud83d "}) == {"name": "a?"}
    full = _Sample(name="a", strain="N2", parts=["a"])
    assert changed_values(full, dict.fromkeys(("name", "strain", "parts"), " ")) == {
        "name": "",
        "strain": None,
        "parts": [],
    }


@pytest.mark.parametrize("nothing", [pd.NA, pd.NaT, float("nan"), np.nan, None])
def test_what_a_table_has_for_nothing_is_no_value(nothing: object) -> None:
    """Rows of tables are where values come from."""
    full = _Sample(strain="N2", parts=["a", "b"], taken=dt.date(2026, 1, 2))
    assert changed_values(full, {"strain": nothing, "parts": ["a", nothing]}) == {
        "strain": None,
        "parts": ["a"],
    }
    assert changed_values(full, {"taken": nothing}) == {"taken": None}
    assert whole_text(nothing) == ""
    with pytest.raises(JobError, match=r"^mutant needs a value: it cannot be empty\.$"):
        changed_values(full, {"mutant": nothing})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"gene": "a"}, "gene is no column"),
        ({"quote": "a"}, "quote cannot be edited"),
        ({"gene_symbol": " "}, "gene_symbol needs a value"),
        ({"negated": "perhaps"}, "it should be true or false"),
        ({"gene_id": "WB:912"}, "identifiers of WB look like"),
    ],
)
def test_what_a_column_cannot_hold_is_refused(
    changes: dict[str, str], told: str
) -> None:
    """In plain words."""
    with pytest.raises(JobError, match=told):
        changed_values(MACHINE, changes)


def test_kinds_of_columns() -> None:
    """As the page makes fields of them."""
    kinds = {name: column_kind(_Sample, name) for name in _Sample().domain_columns()}
    assert kinds == {
        "name": "text",
        "strain": "text",
        "parts": "list",
        "taken": "text",
        "size": "number",
        "mutant": "truth",
    }
