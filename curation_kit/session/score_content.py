"""What is shown of an evaluation: scores, papers, and one page of its errors."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from curation_kit.evaluation.rows import Summaries, plain_rows
from curation_kit.phrases import fold
from curation_kit.session.job_part import shortened
from curation_kit.session.paging import turned
from curation_kit.workspace import JobEvaluation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ERRORS_PER_PAGE", "MISSED", "WRONG", "ErrorQuery", "score_content"]

MISSED, WRONG = "missed", "wrong"

#: Errors with their sentences: about 12 kB.
ERRORS_PER_PAGE = 20

#: Papers that are listed, the worst first.
MOST_PAPERS = 50

_SCORES = ("precision", "recall", "f1")


@dataclass(frozen=True, slots=True)
class ErrorQuery:
    """Which errors are meant: those of a kind, of a document and of a cause."""

    kind: str = MISSED
    document: str = ""
    cause: str = ""
    page: int = 0


def score_content(result: JobEvaluation, query: ErrorQuery) -> dict[str, Any]:
    """Give plain JSON values of an evaluation.

    Returns
    -------
    dict
        ``coverage`` and ``summary`` (sentences), ``scores`` (of rows and fields:
        name, three of value, low and high or nothing, expected, found),
        ``documents`` (the worst first: name, three scores, expected, found),
        ``kinds`` (number of errors of each), what was asked for (``kind``,
        ``document``, ``cause``), ``causes`` (with their numbers), ``rows`` of
        errors, ``found``, ``page``, ``pages``, ``first``.
    """
    table = result.missed if query.kind == MISSED else result.false
    names, causes = _names(result, table), list(table["cause"])
    of_document = [
        position for position, name in enumerate(names) if query.document in {"", name}
    ]
    meant = [p for p in of_document if not query.cause or causes[p] == query.cause]
    where = turned(len(meant), query.page, ERRORS_PER_PAGE)
    shown = meant[where["first"] : where["first"] + ERRORS_PER_PAGE]
    told, row = Summaries(table), _missed if query.kind == MISSED else _wrong
    rows = [
        {"row": told(position), "document": names[position], "cause": causes[position]}
        | row(result, cells)
        for position, cells in zip(shown, plain_rows(table.iloc[shown]), strict=True)
    ]
    return {
        "coverage": result.coverage(),
        "summary": result.summary(),
        "scores": _scores(result),
        "documents": _documents(result),
        "kinds": {MISSED: len(result.missed), WRONG: len(result.false)},
        "kind": query.kind,
        "document": query.document,
        "cause": query.cause,
        "causes": Counter(causes[position] for position in of_document).most_common(),
        "rows": rows,
        **where,
    }


def _names(result: JobEvaluation, table: pd.DataFrame) -> list[str]:
    """What the document of each row is called in the list of documents."""
    ids = {document_id: name for name, document_id in result.document_ids.items()}
    names = {fold(name): str(name) for name in result.documents.index}
    rows = zip(table["document"], table["document_id"], strict=True)
    return [ids.get(key) or names.get(fold(name), name) for name, key in rows]


def _scores(result: JobEvaluation) -> list[list[Any]]:
    scores = (_score(getattr(result, s), *result.intervals[s]) for s in _SCORES)
    lines = [["rows", *scores, result.gold, result.found]]
    for field in result.fields.reset_index().to_dict("records"):
        if field["gold"]:
            scores = (
                _score(field[name], field[f"{name}_low"], field[f"{name}_high"])
                for name in _SCORES
            )
            lines.append(
                [field["field"], *scores, int(field["gold"]), int(field["found"])]
            )
    return lines


def _documents(result: JobEvaluation) -> list[list[Any]]:
    rows = result.documents.reset_index().to_dict("records")
    rows.sort(key=lambda row: (row["f1"], row["document"]))
    return [
        [
            row["document"],
            *(_score(row[name], math.nan, math.nan) for name in _SCORES),
            int(row["gold"]),
            int(row["found"]),
        ]
        for row in rows[:MOST_PAPERS]
    ]


def _score(value: float, low: float, high: float) -> list[float] | None:
    """Value, with the ends of its interval where it is more than a point."""
    if math.isnan(value):
        return None
    if math.isnan(low) or low == high:
        return [round(value, 4)]
    return [round(value, 4), round(low, 4), round(high, 4)]


def _wrong(result: JobEvaluation, row: dict[str, Any]) -> dict[str, Any]:
    """What is known of a row that is wrong; ``key`` is the record's."""
    del result
    return {
        "key": [row["document_id"], row["record"]],
        "quote": shortened(row["quote"] or ""),
        "page": row["page"],
        "section": row["section"] or "",
        "verification": row["verification"] or "",
        "why": shortened(row["why"]),
        "nearest": row["nearest"] or "",
    }


def _missed(result: JobEvaluation, row: dict[str, Any]) -> dict[str, Any]:
    """What is known of a row that was missed; ``key`` is the nearest record's."""
    nearest, dropped = row["nearest_row"], row["dropped_row"]
    return {
        "key": None if nearest is None else [*result.keys[nearest]],
        "nearest": row["nearest"] or "",
        "expected_page": str(row.get("page") or ""),
        "dropped": None if dropped is None else _candidate(result, dropped),
    }


def _candidate(result: JobEvaluation, position: int) -> dict[str, Any]:
    one = result.job.dropped_rows(limit=1, offset=position)[0]
    return {
        "key": [one["document_id"], one["number"]],
        "reason": one["reason"],
        "quote": shortened(" ".join(one["quote"].split())),
        "page": one["page"],
    }
