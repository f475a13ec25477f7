"""The flow that is being built, as its page shows it."""

from __future__ import annotations

import re
from typing import Any

from traitlets import Bool, Dict, HasTraits, List, Unicode

from curation_kit.agents import agents, broken_agents
from curation_kit.errors import FlowError, NotFound, WorkspaceError
from curation_kit.flow import Finding, Flow, Step
from curation_kit.session.builder_rows import finding_row, palette, step_row
from curation_kit.session.flow_draft import DraftStep, FlowDraft, flow_of_yaml
from curation_kit.workspace import Workspace

__all__ = ["FlowBuilder"]

#: A new flow begins with the chain whose table has identifiers beside the names.
_START = ("pdf", "gene_expression", "gene_validation", "ontology", "csv")


class FlowBuilder(HasTraits):
    """A flow on screen: its draft, what is wrong with it, and what may be added.

    Attributes
    ----------
    is_open : bool
        Whether a flow is on screen.
    palette : list of dict
        Kinds of agents with ``title``, ``about`` and ``agents``; each of these
        with name, title, description, version and the fields of its options.
    broken_agents : list of dict
        Agents that could not be loaded: ``name`` and ``reason``.
    draft : dict
        ``source`` (name of the saved flow, empty for a new one), ``built_in``,
        ``name``, ``instructions``, ``evidence_gate``, ``steps``, ``changed``,
        ``can_undo``, ``can_discard``.
    check : dict
        ``findings`` (text, short, step, option, blocks), ``can_save``, ``can_run``.
    yaml : str
        The draft as YAML.
    yaml_error : str
        What is wrong with the YAML that was to be applied; empty when nothing.
    told : str
        The last change in words, for those who do not see it.
    """

    is_open = Bool(default_value=False)
    palette = List(Dict())
    broken_agents = List(Dict())
    draft = Dict()
    check = Dict()
    yaml = Unicode()
    yaml_error = Unicode()
    told = Unicode()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._draft: FlowDraft | None = None
        self._names: set[str] = set()
        self._built_in: set[str] = set()

    # ---- open and close

    def open(self, name: str) -> None:
        """Show a saved flow, or a built-in one, which cannot be changed."""
        flow = self._workspace.flows[name]
        self._begin(FlowDraft(flow, source=name))

    def new(self) -> None:
        """Begin a new flow with the usual steps."""
        self.begin(Flow(steps=[Step(agent=name) for name in _START]))

    def begin(self, flow: Flow, *, is_kept: bool = True) -> None:
        """Begin a new flow that is as another one; its name is made unique.

        Parameters
        ----------
        flow
            Where it begins.
        is_kept
            Whether that is kept elsewhere; else it counts as not saved.
        """
        if flow.name.strip():
            flow = flow.model_copy(update={"name": self._free_name(flow.name)})
        self._begin(FlowDraft(flow, is_kept=is_kept))

    def close(self) -> None:
        """Show no flow; changes that are not saved are lost."""
        self._draft = None
        self.is_open = False
        self.draft, self.check, self.yaml = {}, {}, ""

    @property
    def source(self) -> str:
        """Name of the saved flow on screen; empty for a new one or none."""
        return "" if self._draft is None else self._draft.source

    @property
    def changed(self) -> bool:
        """Whether there are changes that are not saved."""
        return self._draft is not None and self._draft.changed

    @property
    def flow(self) -> Flow:
        """The flow on screen as it is now, saved or not."""
        return self._open_draft().flow()

    # ---- changes

    def set_name(self, name: str) -> None:
        """Give the flow a name."""
        self._editable().set_name(name)
        self._show()

    def set_instructions(self, text: str) -> None:
        """Give the flow initial instructions."""
        self._editable().set_instructions(text)
        self._show()

    def set_evidence_gate(self, gate: str) -> None:
        """Say what becomes of records whose evidence does not hold."""
        self._editable().set_evidence_gate(gate)
        self._show()

    def add_step(self, agent: str) -> None:
        """Add a step where its kind belongs in the order."""
        draft = self._editable()
        step = draft.add(agent)
        self._tell(f"{_title(step)} added as step {draft.steps.index(step) + 1}.")

    def remove_step(self, key: str) -> None:
        """Take a step out."""
        self._tell(f"{_title(self._editable().remove(key))} removed.")

    def move_step(self, key: str, index: int) -> None:
        """Move a step to a place, counted from 0."""
        draft = self._editable()
        place = draft.move(key, index)
        title = _title(draft.step(key))
        self._tell(f"{title} is now step {place + 1} of {len(draft.steps)}.")

    def set_step_instructions(self, key: str, text: str) -> None:
        """Give a step custom instructions."""
        self._editable().set_step_instructions(key, text)
        self._show()

    def set_option(self, key: str, name: str, value: Any) -> None:
        """Set an option of a step to what its form holds."""
        self._editable().set_option(key, name, value)
        self._show()

    def set_cell(self, key: str, name: str, index: int, part: str, value: Any) -> None:
        """Set a field of one row of an option to what its form holds."""
        self._editable().set_cell(key, name, index, part, value)
        self._show()

    def add_row(self, key: str, name: str) -> None:
        """Add an empty row to an option."""
        place = self._editable().add_row(key, name)
        self._tell(f"Row {place + 1} added to {name}.")

    def remove_row(self, key: str, name: str, index: int) -> None:
        """Take a row of an option out, counted from 0."""
        self._editable().remove_row(key, name, index)
        self._tell(f"Row {index + 1} of {name} removed.")

    def move_row(self, key: str, name: str, index: int, place: int) -> None:
        """Move a row of an option; places count from 0."""
        self._editable().move_row(key, name, index, place)
        self._tell(f"Row {index + 1} of {name} is now row {place + 1}.")

    def reset_option(self, key: str, name: str) -> None:
        """Leave an option of a step at its default."""
        self._editable().reset_option(key, name)
        self._tell(f"{name} is at its default.")

    def apply_yaml(self, text: str) -> None:
        """Put the flow of a YAML text into the draft."""
        draft = self._editable()
        try:
            flow = flow_of_yaml(text)
        except FlowError as error:
            self.yaml_error = str(error)
            return
        draft.replace(flow)
        self._tell("The YAML is now the draft.")

    def undo(self) -> None:
        """Take the last change back."""
        self._editable().undo()
        self._tell("The last change is taken back.")

    def discard(self) -> None:
        """Go back to what was saved."""
        self._editable().discard()
        self._tell("Your changes are discarded. Undo brings them back.")

    # ---- save

    def save(self) -> str:
        """Save the flow in the place of the one opened; give its name.

        Raises
        ------
        FlowError
            If it has problems, its name is taken, or it was changed elsewhere
            after it had been opened.
        """
        draft = self._editable()
        current = self._workspace.flows.get(draft.source)
        draft.check_source(current)
        return self._save(draft.source if current else "")

    def save_as_new(self) -> str:
        """Save the flow under its new name and keep the one opened as it was."""
        return self._save("")

    def _save(self, replacing: str) -> str:
        draft = self._editable()
        flow = draft.flow()
        flow.name = flow.name.strip()
        unread = [found.text for found in draft.findings() if found.blocks]
        if unread:
            raise FlowError(unread)
        self._workspace.flows.save(flow, replacing=replacing)
        draft.mark_saved(self._workspace.flows[flow.name])
        self._read_names()
        self._show()
        return flow.name

    # ---- show

    def _begin(self, draft: FlowDraft) -> None:
        self._draft = draft
        self._read_names()
        if not self.palette:
            self.palette = palette()
            self.broken_agents = [
                {"name": name, "reason": reason}
                for name, reason in broken_agents().items()
            ]
        self.told = ""
        self._show()
        self.is_open = True

    def _read_names(self) -> None:
        self._names = set(self._workspace.flows.names())
        self._built_in = self._workspace.flows.built_in()

    def _tell(self, told: str) -> None:
        self.told = told
        self._show()

    def _show(self) -> None:
        draft = self._open_draft()
        built_in = draft.source in self._built_in
        self.yaml_error = ""
        self.draft = {
            "source": draft.source,
            "built_in": built_in,
            "name": draft.name,
            "instructions": draft.instructions,
            "evidence_gate": draft.evidence_gate,
            "steps": [step_row(step, draft.instructions) for step in draft.steps],
            "changed": draft.changed,
            "can_undo": draft.can_undo,
            "can_discard": draft.can_discard,
        }
        findings = draft.findings()
        blocked = [found for found in findings if found.blocks]
        names = [] if built_in else self._name_findings(draft)
        unnamed = not draft.name.strip()
        # Only the name may be missing for a test.
        complete = len(blocked) <= unnamed
        services = self._service_findings(draft) if complete else []
        self.check = {
            "findings": [
                finding_row(found, draft.steps)
                for found in [*names, *findings, *services]
            ],
            "can_save": not (blocked or names or built_in),
            "can_run": complete and not services,
        }
        self.yaml = draft.flow().to_yaml()

    def _name_findings(self, draft: FlowDraft) -> list[Finding]:
        """Problems of the name, against the names read when the flow was opened.

        `save` asks the files again.
        """
        name = draft.name.strip()
        taken = {other.casefold(): other for other in self._names - {draft.source}}
        other = taken.get(name.casefold())
        if other is None or (other == name and other in self._built_in):
            return []  # a flow may stand in the place of a built-in one
        return [Finding(f'A flow "{other}" is already there: choose another name.')]

    def _service_findings(self, draft: FlowDraft) -> list[Finding]:
        """Problems of this workspace with the flow, which can be saved all the same."""
        try:
            flow = draft.flow()
            flow.with_services(flow.settings(self._workspace.path))
        except FlowError as error:
            return [Finding(problem, _step_of(problem)) for problem in error.problems]
        except WorkspaceError as error:
            return [Finding(str(error))]
        return []

    def _free_name(self, name: str) -> str:
        taken = {other.casefold() for other in self._workspace.flows.names()}
        free, number = name, 1
        while free.casefold() in taken:
            free = f"{name} copy" if number == 1 else f"{name} copy {number}"
            number += 1
        return free

    def _open_draft(self) -> FlowDraft:
        if self._draft is None:
            raise NotFound("No flow is open: choose one from the list of flows.")
        return self._draft

    def _editable(self) -> FlowDraft:
        draft = self._open_draft()
        if draft.source in self._built_in:
            raise FlowError(
                [f'"{draft.source}" is built in: duplicate it to change the copy.']
            )
        return draft


def _step_of(problem: str) -> int:
    """Number of the step that a problem begins with, 0 if it names none."""
    found = re.match(r"Step (\d+) ", problem)
    return int(found[1]) if found else 0


def _title(step: DraftStep) -> str:
    agent = agents().get(step.agent)
    return step.agent if agent is None else agent.title
