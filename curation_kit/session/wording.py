"""The words of a job's page: agents by their titles, events as sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from curation_kit.agents import get_agent
from curation_kit.errors import NotFound
from curation_kit.flow import Flow
from curation_kit.phrases import counted

__all__ = ["SENTENCES", "agent_title", "event_text", "tenths"]


def agent_title(name: str) -> str:
    """Title of an agent; of one that is not installed (any more), its name."""
    try:
        return get_agent(name).title
    except NotFound:
        return name.replace("_", " ").capitalize()


def tenths(seconds: float) -> str:
    """A time of work: "1.3 s"; of less than one can judge, that it is less."""
    return f"{seconds:,.1f} s" if seconds >= 0.05 else "less than 0.1 s"  # noqa: PLR2004


def event_text(row: dict[str, Any], flow: Flow) -> str:
    """Give an event as a sentence, without its document.

    Parameters
    ----------
    row
        As `Job.event_rows` gives it.
    flow
        The flow of its document.
    """
    sentence = SENTENCES.get(row["type"])
    if sentence is None:  # written by a newer version
        return str(row["type"]).replace("_", " ")
    return sentence(row["data"], len(flow.steps))


def _retried(data: dict[str, Any], _: int) -> str:
    how = " with a corrected flow" if data.get("corrected") else ""
    what = f"{data.get('status', 'failed')} document"  # none in logs of older versions
    return f"{counted(data['documents'], what)} put back to be retried{how}"


def _job_ended(data: dict[str, Any], _: int) -> str:
    return f"job ended: {data['completed']:,} completed, {data['failed']:,} failed"


def _step(data: dict[str, Any], steps: int) -> str:
    number = data["step"] + 1
    return f"step {number} of {max(steps, number)}, {agent_title(data['agent'])}"


def _reused(data: dict[str, Any], _: int) -> str:
    return f"kept results used for {', '.join(map(agent_title, data['agents']))}"


def _completed(data: dict[str, Any], _: int) -> str:
    records = counted(data["records"], "record")
    return f"completed with {records} in {tenths(data['seconds'])}"


def _failed(data: dict[str, Any], _: int) -> str:
    message, hint = data.get("message") or "", data.get("hint") or ""
    if hint and message[-1:].isalnum():  # that of an exception
        message += "."
    return f"failed: {f'{message} {hint}'.strip() or data.get('reason', '')}"


def _reviewed(data: dict[str, Any], _: int) -> str:
    what = ", ".join(data["changes"])
    how = f"edited ({what.replace('_', ' ')})" if what else data["verdict"]
    note = f": {data['note']}" if data["note"] else ""
    return f"record {data['record']} {how} by {data['reviewer']}{note}"


def _added(data: dict[str, Any], _: int) -> str:
    note = f": {data['note']}" if data["note"] else ""
    return f"record {data['record']} added by {data['reviewer']}{note}"


#: Sentence of each type of event, from its data and the number of steps.
SENTENCES: dict[str, Callable[[dict[str, Any], int], str]] = {
    "job_created": lambda d, _: (
        f"job created with {counted(d['documents'], 'document')}"
    ),
    "job_started": lambda *_: "job started",
    "job_paused": lambda d, _: f"job paused: {d['reason']}",
    "job_resumed": lambda *_: "job resumed",
    "job_cancelled": lambda *_: (
        "job cancelled; documents already done keep their results"
    ),
    "job_retried": _retried,
    "job_completed": _job_ended,
    "job_failed": _job_ended,
    "runner_started": lambda *_: "job goes on in a new runner",
    "service_waiting": lambda d, _: d["text"],
    "service_answers": lambda d, _: d["text"],
    "cluster_waiting": lambda d, _: d["text"],
    "cluster_works": lambda d, _: d["text"],
    "document_started": lambda d, _: (
        f"started, attempt {d['attempt']}" if d["attempt"] > 1 else "started"
    ),
    "steps_reused": _reused,
    "step_started": _step,
    "document_completed": _completed,
    "document_failed": _failed,
    "document_requeued": lambda d, _: f"put back to be tried again: {d['reason']}",
    "document_cancelled": lambda *_: "cancelled",
    "record_reviewed": _reviewed,
    "record_added": _added,
    "review_withdrawn": lambda d, _: (
        f"added record {d['record']} removed by {d['reviewer']}"
        if d.get("records")
        else f"review of record {d['record']} taken back by {d['reviewer']}"
    ),
}
