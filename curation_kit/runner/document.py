"""Run one document through a flow. Pure: a path and a flow in, an outcome out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from curation_kit.agents import (
    Agent,
    Extractor,
    Formatter,
    InputAgent,
    Paper,
    Validator,
)
from curation_kit.errors import DocumentFailure, FailureCategory, WorkspaceError
from curation_kit.flow import Flow, record_model
from curation_kit.jobs import Outcome, ResultFile, Status
from curation_kit.records import Record

__all__ = ["DocumentTask", "run_document"]


@dataclass(frozen=True, slots=True)
class DocumentTask:
    """All that a worker needs to know.

    Attributes
    ----------
    stem
        Name of the result files, without extension.
    agents
        The class of each step's agent: the worker then also has those that
        were registered in the session that runs the job.
    cache
        Folder where texts of documents are kept between jobs, or None.
    """

    document_id: str
    name: str
    path: Path
    stem: str
    flow: Flow
    agents: tuple[type[Agent], ...]
    cache: Path | None = None


def run_document(task: DocumentTask, go_on: Callable[[int], bool]) -> Outcome:
    """Run a document through all steps of a flow.

    Parameters
    ----------
    go_on
        Called with the index of each step before it starts; when it gives
        False the document stops there and counts as cancelled.

    Returns
    -------
    Outcome
        Whatever goes wrong with the document is in it; nothing is raised.
    """
    began = time.perf_counter()
    paper = Paper(
        id=task.document_id,
        name=task.name,
        path=task.path,
        flow_instructions=task.flow.instructions,
        cache=task.cache,
    )
    records: list[Record] = []
    files: list[ResultFile] = []
    step = 0
    try:
        for step in range(len(task.flow.steps)):
            if not go_on(step):
                return Outcome(
                    status=Status.CANCELLED,
                    seconds=time.perf_counter() - began,
                    ledger=paper.ledger,
                    step=step,
                )
            records = _run_step(task, step, paper, records, files)
    except WorkspaceError:  # the store, asked by `go_on`: not the paper's failure
        raise
    except DocumentFailure as failure:
        category, message, hint = failure.category, failure.message, failure.hint
    except MemoryError:
        category = FailureCategory.RESOURCE
        message = "The document needs more memory than there is."
        hint = "Run fewer documents at the same time, or split the PDF."
    except Exception as error:  # noqa: BLE001 - a paper fails alone, with its reason
        agent = task.flow.steps[step].agent
        category = FailureCategory.INTERNAL
        message = (
            f'The agent "{agent}" stopped with {type(error).__name__}: {error}'
        ).rstrip(": ")
        hint = (
            "This is a fault in the agent, not in the paper. Retry it; if it fails "
            "again, report the message together with the file name."
        )
    else:
        paper.ledger.kept = len(records)
        return Outcome(
            status=Status.COMPLETED,
            seconds=time.perf_counter() - began,
            records=records,
            files=files,
            ledger=paper.ledger,
        )
    return Outcome(
        status=Status.FAILED,
        seconds=time.perf_counter() - began,
        ledger=paper.ledger,
        step=step,
        category=category,
        message=message,
        hint=hint,
    )


def _run_step(
    task: DocumentTask,
    step: int,
    paper: Paper,
    records: list[Record],
    files: list[ResultFile],
) -> list[Record]:
    """Run one step; give the records after it."""
    if not task.path.exists():
        raise DocumentFailure(
            FailureCategory.INPUT,
            f"{task.name} was removed from the workspace before it was done.",
            "Add the file again, then retry.",
        )
    settings = task.flow.steps[step]
    agent = task.agents[step](settings.options, settings.instructions)
    match agent:
        case InputAgent():
            paper.text = agent.read(paper)
        case Extractor():
            return [*records, *agent.extract(paper)]
        case Validator():
            return list(agent.validate(paper, records))
        case Formatter():
            name = f"{task.stem}.{agent.extension}"
            if any(file.name == name for file in files):  # two outputs of one kind
                # No stem has a tilde, so no other paper's file has this name.
                name = f"{task.stem}~{step + 1}.{agent.extension}"
            content = agent.format(paper, records, record_model(task.agents))
            files.append(ResultFile(step=step, name=name, content=content))
    return records
