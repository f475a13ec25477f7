"""Where the steps of a document are run, and what goes from place to place."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from curation_kit.agents import Agent, Formatter
from curation_kit.flow import Flow
from curation_kit.jobs import KeptStep, Outcome, ResultFile, Status
from curation_kit.llm import Settings
from curation_kit.records import Ledger, Record

__all__ = ["DocumentTask", "HandOver", "Place", "place_after", "place_of"]


class Place(StrEnum):
    """Where steps are run."""

    CPU = "cpu"  # a process of its own, one document at a time
    IO = "io"  # a process with many threads, for steps that wait for the network
    ANY = "any"  # all steps where the document is now


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
    origins
        Where each agent comes from, as `curation_kit.agents.origin` tells.
    cache
        Folder where texts of documents are kept between jobs, or None.
    settings
        Names the model services; no keys.
    fresh
        Whether nothing of it is kept, and its first step has begun: `Claim.fresh`.
    """

    document_id: str
    name: str
    path: Path
    stem: str
    flow: Flow
    agents: tuple[type[Agent], ...]
    origins: tuple[str, ...] = ()
    cache: Path | None = None
    settings: Settings = field(default_factory=Settings)
    fresh: bool = False


@dataclass(slots=True)
class HandOver:
    """A document between two places: what its steps have given so far.

    Attributes
    ----------
    step
        Index of the next step.
    gated
        Whether the records have passed the evidence gate.
    seconds
        Time spent on the document.
    done
        Key and result of the last step; who passes the document on keeps it.
    may_go
        Whether the next step may begin, where the runner has said so already.
    keys
        Under which the results of the steps are kept.
    """

    step: int = 0
    gated: bool = False
    records: list[Record] = field(default_factory=list)
    files: list[ResultFile] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)
    seconds: float = 0.0
    done: tuple[str, KeptStep] | None = None
    may_go: bool | None = None
    keys: list[str] = field(default_factory=list)

    def cancelled(self) -> Outcome:
        """Give the outcome of a document that stops before its next step."""
        return Outcome.of(
            Status.CANCELLED, self.seconds, [], self.ledger, step=self.step
        )


def place_of(task: DocumentTask, step: int) -> Place:
    """Where a step is run."""
    agent = task.agents[step]
    options = agent.Options.model_validate(task.flow.steps[step].options)
    return Place.IO if agent.waits(options) else Place.CPU


def place_after(task: DocumentTask, state: HandOver) -> Place:
    """Where a document goes on; the evidence gate looks at the pages of the PDF."""
    at_gate = not state.gated and (
        state.step == len(task.agents) or issubclass(task.agents[state.step], Formatter)
    )
    return Place.CPU if at_gate else place_of(task, state.step)
