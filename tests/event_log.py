"""What a job's event log tells, to be compared with what is stored."""

from __future__ import annotations

from collections.abc import Iterable

from curation_kit.jobs import Event

_DOCUMENT = {"started": "processing", "requeued": "pending"}


def fold(documents: Iterable[str], events: Iterable[Event]) -> dict[str | None, str]:
    """Status of each document as the log tells it, and of the job under None.

    Parameters
    ----------
    documents
        Ids of the documents of the job.
    """
    state: dict[str | None, str] = dict.fromkeys(documents, "pending")
    state[None] = "pending"
    started = False
    for event in events:
        kind, _, what = event.type.partition("_")
        if kind in {"step", "steps", "service", "cluster", "runner"}:
            continue
        if kind == "document":
            state[event.document_id] = _DOCUMENT.get(what, what)
        elif what == "started":
            state[None], started = "processing", True
        elif what == "cancelled":
            _move(state, "pending", "cancelled")
            state[None] = "cancelled"
        elif what == "retried":
            if state[None] in {"completed", "failed", "cancelled"}:
                state[None] = "processing"
            _move(state, event.data["status"], "pending")
        elif what == "resumed":
            state[None] = "processing" if started else "pending"
        elif what != "created":
            state[None] = what
    return state


def _move(state: dict[str | None, str], before: str, after: str) -> None:
    for key, value in state.items():
        if key is not None and value == before:
            state[key] = after
