"""A flow on its way: edited step by step, with a way back."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, cast, get_args

from curation_kit.agents import Agent, Kind, agents
from curation_kit.errors import FlowError, NotFound
from curation_kit.flow import EvidenceGate, Finding, Flow, Step
from curation_kit.session.option_fields import OptionField, fields_of, plain, read_yaml

__all__ = ["DraftStep", "FlowDraft", "flow_of_yaml"]


#: Steps back that are kept.
MAX_UNDO = 100


@dataclass(slots=True)
class DraftStep:
    """A step with what is typed in its form.

    Attributes
    ----------
    key
        Names the step in the page, wherever it is moved.
    options
        Options that are set; the others have their default.
    unreadable
        Options whose YAML text cannot be read: the text, and what is wrong.
    """

    key: str
    agent: str
    options: dict[str, Any] = field(default_factory=dict)
    instructions: str = ""
    unreadable: dict[str, tuple[str, str]] = field(default_factory=dict)

    def fields(self) -> dict[str, OptionField]:
        """Fields of the step's form, none when its agent is not there."""
        agent = agents().get(self.agent)
        return {} if agent is None else {one.name: one for one in fields_of(agent)}


class FlowDraft:
    """A flow that is being edited.

    Parameters
    ----------
    flow
        Where the draft begins.
    source
        Name of the saved flow that it will replace; empty for a new one.
    is_kept
        Whether the flow is kept elsewhere as it is here: leaving it then loses
        nothing.
    """

    def __init__(self, flow: Flow, *, source: str = "", is_kept: bool = True) -> None:
        self.source = source
        self._is_kept = is_kept
        self._opened = flow
        self._count = 0
        self._undo: list[tuple[str, str, str, EvidenceGate, list[DraftStep]]] = []
        self._last = ""
        self._fill(flow)
        self.saved = self.flow()

    def flow(self) -> Flow:
        """Give the flow as it is now."""
        steps = [
            Step(
                agent=step.agent,
                options=deepcopy(step.options),
                instructions=step.instructions,
            )
            for step in self.steps
        ]
        return Flow(
            name=self.name,
            instructions=self.instructions,
            evidence_gate=self.evidence_gate,
            steps=steps,
        )

    @property
    def changed(self) -> bool:
        """Whether it differs from where it began, or from what was saved last."""
        return self.can_discard or not self._is_kept

    @property
    def can_discard(self) -> bool:
        """Whether it differs from what `discard` goes back to."""
        return self.flow() != self.saved or any(step.unreadable for step in self.steps)

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._undo)

    def findings(self) -> list[Finding]:
        """Problems and remarks, those of texts that cannot be read included."""
        unreadable = [
            Finding(
                f'Step {number} ("{step.agent}"), option "{name}": {problem}',
                number,
                name,
            )
            for number, step in enumerate(self.steps, start=1)
            for name, (_, problem) in step.unreadable.items()
        ]
        known = {(found.step, found.option) for found in unreadable}
        return unreadable + [
            found
            for found in self.flow().findings()
            if not found.option or (found.step, found.option) not in known
        ]

    def check_source(self, current: Flow | None) -> None:
        """Raise `FlowError` if the saved flow is not what it was when opened."""
        if current is not None and current != self._opened:
            text = (
                f'"{self.source}" was changed elsewhere after you had opened it. Give '
                "yours another name and save it as new, or go back to all flows and "
                "open it again."
            )
            raise FlowError([text])

    def mark_saved(self, flow: Flow) -> None:
        """Remember that the draft was saved as a flow."""
        self.name = self.source = flow.name
        self._opened, self.saved, self._is_kept = flow, self.flow(), True

    # ---- changes

    def set_name(self, name: str) -> None:
        """Give the flow a name."""
        self._remember("name")
        self.name = name

    def set_instructions(self, text: str) -> None:
        """Give the flow initial instructions."""
        self._remember("instructions")
        self.instructions = text

    def set_evidence_gate(self, gate: str) -> None:
        """Say what becomes of records whose evidence does not hold."""
        known = get_args(EvidenceGate)
        if gate not in known:
            text = f'The evidence gate is {", ".join(known)}, not "{gate}".'
            raise FlowError([text])
        self._remember("evidence gate")
        self.evidence_gate = cast("EvidenceGate", gate)

    def add(self, agent_name: str) -> DraftStep:
        """Add a step where its kind belongs: after the last of that kind or before."""
        agent = agents().get(agent_name)
        if agent is None:
            raise NotFound(f'There is no agent "{agent_name}": reload the page.')
        self._remember()
        step = self._step(agent_name)
        self.steps.insert(self._place_of(agent), step)
        return step

    def remove(self, key: str) -> DraftStep:
        """Take a step out."""
        step = self.step(key)
        self._remember()
        self.steps.remove(step)
        return step

    def move(self, key: str, index: int) -> int:
        """Move a step to a place, counted from 0; give the place."""
        step = self.step(key)
        index = min(max(index, 0), len(self.steps) - 1)
        if self.steps[index] is not step:
            self._remember()
            self.steps.remove(step)
            self.steps.insert(index, step)
        return index

    def set_step_instructions(self, key: str, text: str) -> None:
        """Give a step custom instructions."""
        step = self.step(key)
        self._remember(f"{key} instructions")
        step.instructions = text

    def set_option(self, key: str, name: str, shown: Any) -> None:
        """Set an option to what its form holds; its default counts as not set."""
        step = self.step(key)
        form = step.fields().get(name)
        if form is None:
            raise NotFound(f'"{step.agent}" has no option "{name}": reload the page.')
        self._remember(f"{key} {name}")
        step.unreadable.pop(name, None)
        try:
            value = form.parse(shown)
        except FlowError as error:
            step.unreadable[name] = (shown, str(error))
            return
        empty = shown == "" and form.control in {"number", "yaml", "choice"}
        if (empty and not form.optional) or (not form.required and _same(value, form)):
            step.options.pop(name, None)
        else:
            step.options[name] = value

    def set_cell(self, key: str, name: str, index: int, part: str, shown: Any) -> None:
        """Set a field of one row of an option; empty or its default is not set."""
        step, form, rows = self._rows(key, name)
        cell = next((one for one in form.fields if one.name == part), None)
        if cell is None or not 0 <= index < len(rows):
            raise NotFound("This row is no longer there: reload the page.")
        self._remember(f"{key} {name} {index} {part}")
        value = cell.parse(shown)
        if value in (None, "", []) or _same(value, cell):
            rows[index].pop(part, None)
        else:
            rows[index][part] = value
        step.options[name] = rows

    def add_row(self, key: str, name: str) -> int:
        """Add an empty row to an option; give its place."""
        step, _, rows = self._rows(key, name)
        self._remember()
        step.options[name] = [*rows, {}]
        return len(rows)

    def remove_row(self, key: str, name: str, index: int) -> None:
        """Take a row of an option out."""
        step, _, rows = self._rows(key, name)
        self._remember()
        step.options[name] = rows[:index] + rows[index + 1 :]

    def move_row(self, key: str, name: str, index: int, place: int) -> None:
        """Move a row of an option to another place; both count from 0."""
        step, _, rows = self._rows(key, name)
        if index in range(len(rows)) and place in range(len(rows)):
            self._remember()
            rows.insert(place, rows.pop(index))
            step.options[name] = rows

    def _rows(
        self, key: str, name: str
    ) -> tuple[DraftStep, OptionField, list[dict[str, Any]]]:
        step = self.step(key)
        form = step.fields().get(name)
        if form is None or form.control != "rows":
            raise NotFound(f'"{step.agent}" has no rows "{name}": reload the page.')
        value = step.options.get(name, form.default or [])
        return step, form, deepcopy(form.shown(value))

    def reset_option(self, key: str, name: str) -> None:
        """Leave an option at its default; also one that the agent does not have."""
        step = self.step(key)
        self._remember()
        step.options.pop(name, None)
        step.unreadable.pop(name, None)

    def replace(self, flow: Flow) -> None:
        """Put another flow into the draft; it can be undone."""
        self._remember()
        self._fill(flow)

    def discard(self) -> None:
        """Go back to what was saved; it can be undone."""
        self.replace(self.saved)

    def undo(self) -> None:
        """Take the last change back."""
        if self._undo:
            _, self.name, self.instructions, self.evidence_gate, self.steps = (
                self._undo.pop()
            )
            self._last = ""

    def step(self, key: str) -> DraftStep:
        """Give the step of a key."""
        for step in self.steps:
            if step.key == key:
                return step
        raise NotFound("This step is no longer in the flow: reload the page.")

    # ---- details

    def _remember(self, what: str = "") -> None:
        """Keep what is now for `undo`; typing in one field counts as one change."""
        if what and what == self._last:
            return
        self._last = what
        now = (
            what,
            self.name,
            self.instructions,
            self.evidence_gate,
            deepcopy(self.steps),
        )
        self._undo = [*self._undo, now][-MAX_UNDO:]

    def _fill(self, flow: Flow) -> None:
        self.name, self.instructions = flow.name, flow.instructions
        self.evidence_gate = flow.evidence_gate
        self.steps = [
            self._step(step.agent, plain(step.options), step.instructions)
            for step in flow.steps
        ]

    def _step(
        self, agent: str, options: dict[str, Any] | None = None, instructions: str = ""
    ) -> DraftStep:
        self._count += 1
        return DraftStep(f"s{self._count}", agent, options or {}, instructions)

    def _place_of(self, agent: type[Agent]) -> int:
        known, order = agents(), [*Kind]
        place = 0
        for index, step in enumerate(self.steps, start=1):
            other = known.get(step.agent)
            if other and order.index(other.kind) <= order.index(agent.kind):
                place = index
        return place


def _same(value: Any, form: OptionField) -> bool:
    # True == 1, but an option that is yes or no is no number.
    return type(value) is type(form.default) and bool(value == form.default)


def flow_of_yaml(text: str) -> Flow:
    """Read a flow from YAML that came from outside.

    Raises
    ------
    FlowError
        If it is no YAML, or not that of a flow.
    """
    if not isinstance(read_yaml(text), dict):
        raise FlowError(
            ["This is no flow: its YAML begins with name, instructions and steps."]
        )
    return Flow.from_yaml(text)
