"""What the form of the review has: the columns of a record, and their values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from curation_kit.records import LIST_SEPARATOR, Record, id_column
from curation_kit.session.record_query import cell_text
from curation_kit.workspace import Job, column_kind

__all__ = ["fields", "missed"]


def fields(record: Record, machine: Record) -> list[dict[str, Any]]:
    """Give the columns of a record that can be edited, with both values."""
    return _fields(type(record), record.row(""), machine.row(""))


def missed(job: Job, dropped: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a record of a dropped candidate would begin with; nothing is saved.

    Parameters
    ----------
    dropped
        The candidate, as `EvidenceView.evidence` tells of it.
    """
    model, document_id = job.record_model(), dropped["document_id"]
    # Of several genes the first: a record is about one.
    known = {n: v.partition(LIST_SEPARATOR)[0] for n, v in dropped["row"].items()}
    if not known.get("taxon"):
        others = job.records_of([document_id], model=model)
        taxa = (getattr(other, "taxon", None) for *_, other in others)
        known["taxon"] = next(filter(None, taxa), "")
    return {
        "job": job.id,
        "document_id": document_id,
        "number": dropped["number"],
        "quote": dropped["items"][0]["quote"] if dropped["items"] else "",
        "fields": _fields(model, known, known),
    }


def _fields(
    model: type[Record], now: Mapping[str, Any], then: Mapping[str, Any]
) -> list[dict[str, Any]]:
    columns = model.domain_columns()
    return [
        {
            "name": name,
            "kind": column_kind(model, name),
            "value": cell_text(now.get(name)),
            "machine": cell_text(then.get(name)),
            "id": id_column(name) if id_column(name) in columns else "",
        }
        for name in columns
    ]
