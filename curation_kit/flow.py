"""Flows: a named chain of steps that turns one paper into a result file."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from curation_kit.agents import Agent, Extractor, Kind, agents, get_agent
from curation_kit.errors import FlowError, NotFound
from curation_kit.records import Record

__all__ = ["TEMPLATES", "Flow", "FlowLibrary", "Step", "record_model"]

_ORDER = [Kind.INPUT, Kind.EXTRACTOR, Kind.VALIDATOR, Kind.OUTPUT]


class Step(BaseModel):
    """One step of a flow.

    Attributes
    ----------
    agent
        Name of the agent, as `curation_kit.agents.agents` lists it.
    options
        The agent's options; those left out have their default.
    instructions
        Custom instructions, for agents that read them.
    """

    model_config = ConfigDict(extra="forbid")

    agent: str
    options: dict[str, Any] = Field(default_factory=dict)
    instructions: str = ""


class Flow(BaseModel):
    """A named chain: input, then extractors, validators, outputs."""

    model_config = ConfigDict(extra="forbid")

    name: str = ""
    instructions: str = ""
    steps: list[Step] = Field(default_factory=list)

    def problems(self) -> list[str]:
        """What keeps the flow from running, in plain words; empty when nothing does."""
        found = [] if self.name.strip() else ["The flow has no name: give it one."]
        if not self.steps:
            return [*found, "The flow has no steps: start it with the pdf agent."]
        used: list[type[Agent]] = []
        for number, step in enumerate(self.steps, start=1):
            try:
                agent = get_agent(step.agent)
            except NotFound as error:
                found.append(f"Step {number}: {error}")
                continue
            used.append(agent)
            found += _step_problems(number, step, agent)
        if len(used) < len(self.steps):
            return found  # what an unknown agent would do in the chain, nobody can say
        chain = _chain_problems([agent.kind for agent in used])
        return [*found, *chain, *_record_problems(used)]

    def remarks(self) -> list[str]:
        """Things that work but may surprise, such as instructions nobody reads."""
        known = agents()
        return [
            f'Step {number} ("{step.agent}") works by rules: its custom instructions '
            "change nothing."
            for number, step in enumerate(self.steps, start=1)
            if step.instructions.strip()
            and step.agent in known
            and not known[step.agent].reads_instructions
        ]

    def check(self) -> None:
        """Raise `FlowError` with all problems, if there are any."""
        if problems := self.problems():
            raise FlowError(problems)

    def record_model(self) -> type[Record]:
        """Model of the records the flow gives: that of its last extractor."""
        return record_model([get_agent(step.agent) for step in self.steps])

    def to_yaml(self) -> str:
        """Give the flow as YAML, as it is kept in the workspace."""
        content = self.model_dump(exclude_defaults=True)
        return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)

    @classmethod
    def from_yaml(cls, text: str) -> Flow:
        """Read a flow from YAML.

        Raises
        ------
        FlowError
            If the text is no YAML or not the YAML of a flow.
        """
        try:
            return cls.model_validate(yaml.safe_load(text))
        except yaml.YAMLError as error:
            raise FlowError([f"This is not valid YAML: {error}"]) from error
        except ValidationError as error:
            raise FlowError(_sentences(error)) from error


def record_model(agents: Iterable[type[Agent]]) -> type[Record]:
    """Model of the records that a chain of agents gives."""
    models = [agent.record for agent in agents if issubclass(agent, Extractor)]
    return models[-1] if models else Record


def _sentences(error: ValidationError) -> list[str]:
    return [
        f"{'.'.join(str(part) for part in item['loc']) or 'flow'}: {item['msg']}."
        for item in error.errors()
    ]


def _step_problems(number: int, step: Step, agent: type[Agent]) -> Iterator[str]:
    try:
        agent.Options.model_validate(step.options)
    except ValidationError as error:
        for item in error.errors():
            option = ".".join(str(part) for part in item["loc"])
            if item["type"] == "extra_forbidden":
                known = ", ".join(agent.Options.model_fields) or "none"
                yield (
                    f'Step {number} ("{agent.name}") has no option "{option}". '
                    f"Its options: {known}."
                )
            else:
                name = f'Step {number} ("{agent.name}"), option "{option}"'
                yield f"{name}: {item['msg']}."
    if agent.requires_instructions and not step.instructions.strip():
        yield (
            f'Step {number} ("{agent.name}") needs instructions: '
            "say in its custom instructions what to look for."
        )


def _record_problems(agents: Iterable[type[Agent]]) -> Iterator[str]:
    models = {
        agent.record: agent.name for agent in agents if issubclass(agent, Extractor)
    }
    if len(models) > 1:
        names = " and ".join(f'"{name}"' for name in models.values())
        yield (
            f"The extractors {names} give records with different columns: "
            "make a flow for each."
        )


def _chain_problems(kinds: list[Kind]) -> Iterator[str]:
    if Kind.INPUT not in kinds:
        yield "No step reads the PDF: make the pdf agent the first step."
    elif kinds.count(Kind.INPUT) > 1:
        yield "More than one step reads the PDF: keep only one."
    if Kind.EXTRACTOR not in kinds:
        if Kind.OUTPUT in kinds:
            yield (
                "The output has nothing to write: add an extractor such as "
                "gene_expression before it."
            )
        if Kind.VALIDATOR in kinds:
            yield "A validator has nothing to check: add an extractor before it."
    if Kind.OUTPUT not in kinds:
        yield "No step writes a result file: end the flow with csv, tsv or json."
    if kinds != sorted(kinds, key=_ORDER.index):
        yield (
            "The steps are out of order: first the input, then extractors, then "
            "validators, then outputs."
        )


def _template(name: str, *outputs: str) -> Flow:
    agents = ["pdf", "gene_expression", "gene_validation", "ontology", *outputs]
    return Flow(name=name, steps=[Step(agent=agent) for agent in agents])


#: Built-in flows, read-only: every workspace has them.
TEMPLATES: dict[str, Flow] = {
    flow.name: flow
    for flow in (
        _template("Gene Expression Extraction", "csv"),
        _template("Gene Expression to TSV", "tsv"),
        _template("Gene Expression to JSON", "json"),
        _template("Gene Expression to CSV, TSV and JSON", "csv", "tsv", "json"),
    )
}


class FlowLibrary(Mapping[str, Flow]):
    """The saved flows of a workspace and the built-in templates, by name.

    Each saved flow is one YAML file that people may edit and share.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __getitem__(self, name: str) -> Flow:
        flows = {**TEMPLATES, **self._saved()[0]}
        if name not in flows:
            known = ", ".join(f'"{flow}"' for flow in self.names())
            raise NotFound(f'There is no flow "{name}". Saved flows: {known}.')
        return flows[name].model_copy(deep=True)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __len__(self) -> int:
        return len(self.names())

    def names(self) -> list[str]:
        """Names of all flows that can be run: built-in ones first."""
        return [*TEMPLATES, *sorted(self._saved()[0], key=str.casefold)]

    def broken(self) -> dict[Path, str]:
        """Flow files that cannot be read, with what is wrong in each."""
        return self._saved()[1]

    def problems(self, flow: Flow) -> list[str]:
        """Problems of a flow, and of its name among the saved ones."""
        return [*flow.problems(), *self._name_problems(flow.name)]

    def save(self, flow: Flow) -> Path:
        """Save a flow under its name, replacing an earlier version of it.

        Raises
        ------
        FlowError
            If the flow has problems or its name is taken.
        """
        if problems := self.problems(flow):
            raise FlowError(problems)
        return _write(flow, self._path(flow.name))

    def delete(self, name: str) -> None:
        """Delete a saved flow; jobs that used it keep their copy."""
        if name in TEMPLATES:
            raise FlowError([f'"{name}" is built in and cannot be deleted.'])
        self[name]  # raises NotFound with the names there are
        self._path(name).unlink()

    def rename(self, name: str, new_name: str) -> Flow:
        """Give a saved flow another name."""
        if name in TEMPLATES:
            raise FlowError([f'"{name}" is built in: save a copy under another name.'])
        flow = self[name].model_copy(update={"name": new_name})
        if new_name == name:
            return flow
        if new_name in self:
            raise FlowError([f'There already is a flow "{new_name}".'])
        if new_name.casefold() == name.casefold():  # only its capitals change
            flow.check()
            _write(flow, self._path(name))
        else:
            self.save(flow)
            self.delete(name)
        return flow

    def _name_problems(self, name: str) -> list[str]:
        if name in TEMPLATES:
            return [f'"{name}" is a built-in flow: save yours under another name.']
        return [
            f'There already is a flow "{other}": choose a name that differs by more '
            "than capitals."
            for other in self.names()
            if other != name and other.casefold() == name.casefold()
        ]

    def _path(self, name: str) -> Path:
        """Path of a flow's file: where it was found, else one made from the name."""
        for path in sorted(self.folder.glob("*.yaml")):
            try:
                if Flow.from_yaml(path.read_text(encoding="utf-8")).name == name:
                    return path
            except (FlowError, OSError, UnicodeDecodeError):
                continue  # listed by broken()
        slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:60] or "flow"
        path = self.folder / f"{slug}.yaml"
        if path.exists():  # another name with the same slug
            digest = hashlib.sha256(name.encode()).hexdigest()[:8]
            path = self.folder / f"{slug}-{digest}.yaml"
        return path

    def _saved(self) -> tuple[dict[str, Flow], dict[Path, str]]:
        flows: dict[str, Flow] = {}
        broken: dict[Path, str] = {}
        for path in sorted(self.folder.glob("*.yaml")):
            try:
                flow = Flow.from_yaml(path.read_text(encoding="utf-8"))
            except (FlowError, OSError, UnicodeDecodeError) as error:
                broken[path] = str(error)
                continue
            if not flow.name.strip():
                broken[path] = "The flow has no name."
            elif flow.name in TEMPLATES or flow.name in flows:
                broken[path] = f'There already is a flow "{flow.name}".'
            else:
                flows[flow.name] = flow
        return flows, broken


def _write(flow: Flow, path: Path) -> Path:
    """Write a flow's file whole: a crash in between leaves the earlier one."""
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(flow.to_yaml(), encoding="utf-8")
    temporary.replace(path)
    return path
