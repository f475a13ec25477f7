"""Run one document through a flow. Pure: a path and a flow in, an outcome out."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Sequence
from functools import cached_property

from curation_kit.agents import (
    Agent,
    Extractor,
    Formatter,
    InputAgent,
    Paper,
    Validator,
)
from curation_kit.documents.cache import TextCache, Texts
from curation_kit.documents.text import DocumentText
from curation_kit.errors import (
    DocumentFailure,
    FailureCategory,
    Suspended,
    WorkspaceError,
)
from curation_kit.flow import record_model
from curation_kit.jobs import KeptStep, Outcome, ResultFile, Status, step_keys
from curation_kit.llm.client import ModelClient
from curation_kit.phrases import shown
from curation_kit.records import LEFT_OUT, Ledger, Record
from curation_kit.runner.desk import Desk, NoDesk
from curation_kit.runner.gate import pass_gate
from curation_kit.runner.given_records import as_stored
from curation_kit.runner.places import DocumentTask, HandOver, Place, place_after

__all__ = ["format_again", "run_document"]

#: Characters that are told of a failure: an error may carry the data that it is about.
MOST_TOLD = 2000

_log = logging.getLogger(__name__)


def run_document(
    task: DocumentTask,
    desk: Desk,
    place: Place = Place.ANY,
    state: HandOver | None = None,
    texts: Texts | None = None,
) -> Outcome | HandOver:
    """Run a document through the steps of a flow that belong to a place.

    Parameters
    ----------
    desk
        Asked before each step whether to go on, and given what it gave.
    place
        Where this is; with ``ANY`` all steps are run.
    state
        What the steps gave that were run in another place; None at first.
    texts
        Where texts of documents are kept; in the task's folder when left out.

    Returns
    -------
    Outcome or HandOver
        Whatever goes wrong with the document is in its outcome; nothing is
        raised. A `HandOver` when the next step belongs to another place.
    """
    return _Run(task, desk, place, state, texts).go()


def format_again(
    task: DocumentTask, step: int, records: Sequence[Record], model: type[Record]
) -> bytes:
    """Give what an output step writes of other records, such as reviewed ones.

    Parameters
    ----------
    step
        Index of the output step in the flow.
    model
        Of the records: that of the flow may have changed since it gave them.

    Raises
    ------
    DocumentFailure
        If the step needs the text of the paper, and it is no longer kept.
    Exception
        Whatever the agent raises.
    """
    state = HandOver(step=step, records=[*records])
    return _Run(task, NoDesk(), Place.IO, state).format(model)


def _shortened(text: str) -> str:
    """Give a text that is not too long to be told."""
    return text if len(text) <= MOST_TOLD else f"{text[:MOST_TOLD]} …"


class _Run:
    """One document in one place."""

    def __init__(
        self,
        task: DocumentTask,
        desk: Desk,
        place: Place,
        state: HandOver | None,
        texts: Texts | None = None,
    ) -> None:
        if texts is None and task.cache is not None:
            texts = TextCache(task.cache)
        self._texts = texts
        self._task = task
        self._desk = desk
        self._place = place
        self._first = state is None
        self._state = state or HandOver()
        self._began = time.perf_counter()
        self._step = self._state.step
        self._agents: dict[int, Agent] = {}
        self._done: tuple[str, KeptStep] | None = None  # not yet handed in
        self._at_gate = False
        self._models = ModelClient(task.settings, desk)
        self._paper = Paper(
            id=task.document_id,
            name=task.name,
            path=task.path,
            flow_instructions=task.flow.instructions,
            ledger=self._state.ledger,
            answers=desk,
            models=self._models,
            read_text=self._text,
        )

    def go(self) -> Outcome | HandOver:
        try:
            return self._steps()
        except WorkspaceError:  # the store, asked at the desk: not the paper's failure
            raise
        except Suspended as suspended:
            return Outcome(
                status=Status.PENDING,
                seconds=self._seconds(),
                step=self._step,
                message=str(suspended),
            )
        except DocumentFailure as failure:
            return self._failed(failure.category, failure.message, failure.hint)
        except MemoryError:
            return self._failed(
                FailureCategory.RESOURCE,
                "The document needs more memory than it may use.",
                "Give the job a higher memory limit, or split the PDF.",
            )
        except Exception as error:  # noqa: BLE001 - a paper fails alone, with its reason
            agent = self._task.flow.steps[self._step].agent
            part, who = "agent", f'agent "{agent}"'
            if self._at_gate:
                part = who = "evidence gate"
            what = f"{type(error).__name__}: {error}".rstrip(": ")
            return self._failed(
                FailureCategory.INTERNAL,
                f"The {who} stopped with {what}",
                f"This is a fault in the {part}, not in the paper. Retry it; if it "
                "fails again, report the message together with the file name.",
            )

    def format(self, model: type[Record]) -> bytes:
        """Run the next step, an output, and no other."""
        self._prepare()
        agent = self._agent(self._state.step)
        assert isinstance(agent, Formatter)  # noqa: S101 - it has written a file
        return self._format(agent, model).content

    def _steps(self) -> Outcome | HandOver:
        self._prepare()
        state = self._state
        while state.step < len(self._task.agents):
            self._step = state.step
            agent = self._agent(state.step)
            if self._belongs_elsewhere():
                return self._handed_over()
            if isinstance(agent, Formatter) and not state.gated:
                self._pass_gate()
                continue  # the output may belong to another place than the gate
            if not self._may_go():
                state.seconds = self._seconds()
                return state.cancelled()
            self._run_step(agent)
            state.step += 1
        if not state.gated:  # a flow without outputs
            if self._belongs_elsewhere():
                return self._handed_over()
            self._pass_gate()
        self._hand_in()
        return Outcome.of(
            Status.COMPLETED,
            self._seconds(),
            state.records,
            state.ledger,
            files=state.files,
        )

    def _may_go(self) -> bool:
        """Whether the next step may begin."""
        said, self._state.may_go = self._state.may_go, None
        if said is not None:
            return said
        done, self._done = self._done, None
        return self._desk.go_on(self._state.step, done)

    def _handed_over(self) -> HandOver:
        """Give what the next place needs."""
        self._state.done, self._done = self._done, None
        self._state.seconds += time.perf_counter() - self._began
        return self._state

    def _pass_gate(self) -> None:
        """Let the records through the evidence gate, once, before the first output.

        What the steps gave is kept without it: a corrected flow may have another.
        """
        self._hand_in()  # drawing pages may end this process
        self._check_there()
        state, paper = self._state, self._paper
        self._at_gate = True
        state.records = pass_gate(state.records, paper, self._task.flow.evidence_gate)
        paper.ledger.settle(len(state.records))
        state.gated, self._at_gate = True, False

    def _belongs_elsewhere(self) -> bool:
        """Whether the next step is run in another place than this one."""
        here = {Place.ANY, place_after(self._task, self._state)}
        if self._place in here:
            return False
        if self._place is Place.CPU and self._state.step > 0:
            # The other place may not be able to read it. Where it cannot be kept
            # for the other place, all steps are run here.
            _ = self._paper.text
        return self._place not in here

    def _agent(self, step: int) -> Agent:
        """Give the agent of a step, made when it is first needed."""
        if step not in self._agents:
            settings = self._task.flow.steps[step]
            self._agents[step] = self._task.agents[step](
                settings.options, settings.instructions
            )
        return self._agents[step]

    def _prepare(self) -> None:
        """Make the agents, and take what is kept of earlier attempts."""
        if self._state.keys:  # done in another place
            return
        task = self._task
        identities = []
        for self._step in range(len(task.agents)):
            agent = self._agent(self._step)
            identity = agent.identity()
            if agent.reads(agent.options):
                identity["flow_instructions"] = task.flow.instructions
            identities.append([*task.origins[self._step : self._step + 1], identity])
        self._state.keys = step_keys(task.document_id, identities)
        self._step = self._state.step
        if not self._first:
            return
        if task.fresh:
            self._state.may_go = True
            return
        # An output is cheap to write again, and its file is stored at the end.
        kinds = [issubclass(agent, Formatter) for agent in task.agents]
        keys = self._state.keys[: kinds.index(True)] if any(kinds) else []
        while isinstance(kept := self._desk.begin(keys), KeptStep):
            try:
                records, ledger = kept.state(self._model)
            except ValueError as error:  # as if absent
                _log.warning("a kept result of %s is no use: %s", task.name, error)
                keys = keys[: kept.step]
                continue
            self._state.step, self._state.records = kept.step + 1, records
            self._state.ledger = self._paper.ledger = ledger
            return
        self._state.may_go = kept

    @cached_property
    def _model(self) -> type[Record]:
        """Model of the flow's records."""
        return record_model(self._task.flow, self._task.agents)

    def _run_step(self, agent: Agent) -> None:
        """Run one step, and keep what it gave if it can be used again."""
        state, paper = self._state, self._paper
        self._models.where = state.step, agent.name
        self._check_there()
        match agent:
            case InputAgent():
                paper.text = self._read(agent, state.step, paper)
            case Extractor():
                state.records = [*state.records, *agent.extract(paper)]
            case Validator():
                self._validate(agent)
            case Formatter():
                state.files.append(self._format(agent, self._model))
                return
        # Also if it is not kept: what cannot be read again must not be stored.
        rows, state.records = as_stored(state.records, agent.name, self._model)
        kept = KeptStep.of(state.step, agent.name, rows, paper.ledger)
        if paper.ledger.complete:  # else a part is missing: no success to build on
            self._done = self._state.keys[state.step], kept

    def _check_there(self) -> None:
        """Raise if the file was removed meanwhile, or is not for us to read."""
        if not self._task.path.exists():
            raise DocumentFailure(
                FailureCategory.INPUT,
                f"{self._task.name} was removed from the workspace before it was done.",
                "Add the file again, then retry.",
            )
        if not os.access(self._task.path, os.R_OK):  # no fault of the agent
            raise DocumentFailure(
                FailureCategory.INPUT,
                f"{self._task.name} cannot be read in the workspace: permission "
                "denied.",
                "Make the files in its folder documents readable, then retry.",
            )

    def _validate(self, agent: Validator) -> None:
        """Check the records; those that do not come back are dropped candidates."""
        ledger, before = self._paper.ledger, len(self._state.records)
        told = len(ledger.drops)
        self._state.records = list(agent.validate(self._paper, self._state.records))
        lost = before - len(self._state.records) - (len(ledger.drops) - told)
        for _ in range(lost):
            ledger.drop(LEFT_OUT, agent=agent.name)

    def _hand_in(self) -> None:
        """Have the last result kept, where no next step takes it along."""
        if self._done is not None:
            self._desk.keep(*self._done)
            self._done = None

    def _read(self, agent: InputAgent, step: int, paper: Paper) -> DocumentText:
        """Read the paper and keep its text for later steps, attempts and jobs."""
        text, kept = agent.read(paper), False
        if self._texts is not None:
            try:
                self._texts.put(paper.id, self._state.keys[step], text)
                kept = True
            except OSError as error:  # the next job reads the paper again
                _log.warning("the text of %s is not kept: %s", paper.name, error)
        if not kept and self._place is Place.CPU:
            self._place = Place.ANY  # only this process has the text
        return text

    def _text(self) -> DocumentText:
        """Give the text that an earlier attempt or another place has read."""
        step, agent = self._input()
        texts, key = self._texts, self._state.keys[step]
        text = None if texts is None else texts.get(self._paper.id, key)
        if text is None and self._place is Place.IO and not agent.waits(agent.options):
            # PyMuPDF must not run in a thread beside others.
            raise DocumentFailure(
                FailureCategory.INTERNAL,
                f"The text of {self._task.name} was deleted from the cache while it "
                "was needed.",
                "Retry it.",
            )
        if text is None:
            # What reading adds to the ledger is in it already.
            ledger = self._paper.ledger
            self._paper.ledger = Ledger()
            try:
                text = self._read(agent, step, self._paper)
            finally:
                self._paper.ledger = ledger
        return text

    def _input(self) -> tuple[int, InputAgent]:
        for step, kind in enumerate(self._task.agents):
            if issubclass(kind, InputAgent):
                agent = self._agent(step)
                assert isinstance(agent, InputAgent)  # noqa: S101 - of this class
                return step, agent
        message = f"{self._task.name} was not read: the flow has no input step."
        raise RuntimeError(message)

    def _format(self, agent: Formatter, model: type[Record]) -> ResultFile:
        task, state = self._task, self._state
        name = f"{task.stem}.{agent.extension}"
        if any(file.name == name for file in state.files):  # two outputs of one kind
            # No stem has a tilde, so no other paper's file has this name.
            name = f"{task.stem}~{state.step + 1}.{agent.extension}"
        content: object = agent.format(self._paper, state.records, model)
        if not isinstance(content, bytes):
            raise DocumentFailure(
                FailureCategory.INTERNAL,
                f'The agent "{agent.name}" gave {shown(content)} in place of bytes.',
                'Have its format() give bytes, such as text.encode("utf-8"). Then '
                "retry the paper.",
            )
        return ResultFile(step=state.step, name=name, content=content)

    def _failed(self, category: FailureCategory, message: str, hint: str) -> Outcome:
        def outcome(ledger: Ledger) -> Outcome:
            return Outcome.of(
                Status.FAILED,
                self._seconds(),
                [],
                ledger,
                step=self._step,
                category=category,
                message=_shortened(message or "No reason was given."),
                hint=_shortened(hint),
            )

        try:
            return outcome(self._paper.ledger)
        except (AttributeError, TypeError, ValueError):
            return outcome(Ledger())  # an agent has spoiled the other one

    def _seconds(self) -> float:
        return self._state.seconds + time.perf_counter() - self._began
