"""What is shown of two jobs side by side: numbers, and one page of differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from curation_kit.evaluation.rows import Summaries, plain_rows
from curation_kit.session.job_part import shortened
from curation_kit.session.paging import turned
from curation_kit.workspace import JobComparison

__all__ = ["DIFFERENCES", "DifferenceQuery", "comparison_content"]

#: Kinds of differences, in the order in which they are offered.
DIFFERENCES = ("changed", "moved", "lost", "gained")

#: Differences with two sentences each: about 12 kB.
DIFFERENCES_PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class DifferenceQuery:
    """Which differences are meant; of an empty kind the first one that there is."""

    kind: str = ""
    page: int = 0


def comparison_content(result: JobComparison, query: DifferenceQuery) -> dict[str, Any]:
    """Give plain JSON values of a comparison of two jobs.

    Returns
    -------
    dict
        ``summary``, ``kinds`` (number of differences of each), ``kind``, ``rows``,
        ``found``, ``page``, ``pages``, ``first``. A row has ``document``,
        ``fields``, and for the jobs ``before`` and ``after``: what it says, its
        quote and page, and ``key`` (document id and number of the record), or
        nothing.
    """
    tables = {kind: getattr(result, kind) for kind in DIFFERENCES}
    kinds = {kind: len(table) for kind, table in tables.items()}
    kind = query.kind or next((kind for kind in DIFFERENCES if kinds[kind]), "changed")
    table = tables[kind]
    where = turned(len(table), query.page, DIFFERENCES_PER_PAGE)
    shown = table.iloc[where["first"] : where["first"] + DIFFERENCES_PER_PAGE]
    single = Summaries(shown) if kind in {"lost", "gained"} else None
    return {
        "summary": result.summary(),
        "kinds": kinds,
        "kind": kind,
        "rows": [
            _pair(row, result) if single is None else _single(row, single(at), kind)
            for at, row in enumerate(plain_rows(shown))
        ],
        **where,
    }


def _pair(row: dict[str, Any], result: JobComparison) -> dict[str, Any]:
    """A difference of which both jobs have a row."""
    sides = {
        side: {
            "row": row[side],
            "quote": shortened(row[f"quote_{side}"]),
            "page": row[f"page_{side}"],
            "key": [*keys[row[f"{which}_row"]]],
        }
        for side, which, keys in zip(
            ("before", "after"), ("first", "second"), result.keys, strict=True
        )
    }
    return {"document": row["document"], "fields": row["fields"], **sides}


def _single(row: dict[str, Any], told: str, kind: str) -> dict[str, Any]:
    """A row that only one of the jobs has."""
    side = {
        "row": told,
        "quote": shortened(str(row["quote"])),
        "page": "" if row["page"] is None else str(row["page"]),
        "key": [row["document_id"], int(row["record"])],
    }
    before, after = (side, None) if kind == "lost" else (None, side)
    shared = {"document": row["document"], "fields": ""}
    return {**shared, "before": before, "after": after}
