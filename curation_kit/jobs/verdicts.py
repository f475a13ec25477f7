"""What curators say of records, and the records as they left them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from curation_kit.errors import JobError
from curation_kit.records import Record, Verdict, id_column

if TYPE_CHECKING:
    from curation_kit.store import Row

__all__ = ["KEPT", "VERDICTS", "Review", "Rows", "check_rows", "curated"]

#: Which records are meant: all of them, with the curators' values where they
#: changed some; only those that curators accepted, edited or added; or all as the
#: flow made them.
Rows = Literal["all", "reviewed", "machine"]

#: What a curator may say of a record.
VERDICTS = (Verdict.ACCEPTED, Verdict.EDITED, Verdict.ADDED, Verdict.REJECTED)

#: Verdicts with which a record is kept.
KEPT = frozenset({Verdict.ACCEPTED.value, Verdict.EDITED.value, Verdict.ADDED.value})


@dataclass(frozen=True, slots=True)
class Review:
    """What a curator says of one record.

    Attributes
    ----------
    verdict
        ``accepted``, ``edited`` (an acceptance with changes), ``added`` (the
        record is the curator's) or ``rejected``.
    changes
        The curator's values by column; only those that are not the machine's.
    time
        Seconds since the epoch.
    """

    verdict: Verdict
    changes: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    reviewer: str = ""
    time: float = 0.0


def check_rows(rows: str) -> None:
    """Raise if `rows` is not one of `Rows`."""
    if rows not in get_args(Rows):
        raise JobError(
            f'Rows can be {", ".join(get_args(Rows))}, not "{rows}": all records with '
            "the curators' changes, those accepted, edited or added, or all as the "
            "flow made them."
        )


def curated(model: type[Record], row: Row, rows: Rows = "all") -> Record | None:
    """Give a stored record as a curator left it, None if it is not meant.

    Parameters
    ----------
    row
        ``record`` (JSON), ``verdict`` and ``changes`` (JSON), the last two None
        where there is no review.
    """
    verdict = row["verdict"]
    if rows == "reviewed" and verdict not in KEPT:
        return None
    if rows == "machine" or verdict is None:
        record = model.model_validate_json(row["record"])
        added = record.review == Verdict.ADDED
        return None if added and rows == "machine" else record
    changes = json.loads(row["changes"])
    if not changes:
        record = model.model_validate_json(row["record"])
        record.review = verdict
        return record
    content = {**json.loads(row["record"]), **changes, "review": verdict}
    # What an old name might have meant says nothing of the new one.
    settled = {*changes, *(id_column(name) for name in changes)}
    content["candidates"] = {
        name: found
        for name, found in content.get("candidates", {}).items()
        if name not in settled
    }
    return model.model_validate(content)
