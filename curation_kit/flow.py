"""Flows: a named chain of steps that turns one paper into a result file."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from curation_kit.agents import (
    Agent,
    Extractor,
    Kind,
    ModelOptions,
    Validator,
    agents,
    get_agent,
)
from curation_kit.errors import FlowError, NotFound
from curation_kit.llm import Settings
from curation_kit.records import Record

__all__ = [
    "TEMPLATES",
    "EvidenceGate",
    "Finding",
    "Flow",
    "FlowLibrary",
    "Step",
    "record_model",
]

#: What becomes of records whose evidence is not verified.
EvidenceGate = Literal["keep", "flag", "drop"]

#: What pydantic says in a programmer's words, in plain ones.
_PLAIN = {
    "missing": "A value is needed.",
    "extra_forbidden": "There is nothing of that name.",
    "too_short": "Give at least {min_length}.",
    "value_error": "{error}.",
}

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


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem of a flow, or a remark on it, which does not block a run.

    `step` counts from 1, and 0 is the flow as a whole; `option` names the
    step's option that it is about, if it is about one, and `part` the part of
    that, for instance ``2.name``, which counts from 1 too.
    """

    text: str
    step: int = 0
    option: str = ""
    part: str = ""
    blocks: bool = True


class Flow(BaseModel):
    """A named chain: input, then extractors, validators, outputs.

    Attributes
    ----------
    name, instructions, steps
        What it is called, its initial instructions, and the chain.
    evidence_gate
        What becomes of records before they are written. With ``flag``, those
        whose best evidence is approximate or unsupported, and those with a
        quote of look-alike letters or of text that cannot be seen, get the
        review ``check``. With ``drop`` the approximate and unsupported ones are
        left out (`Job.dropped` lists them); ``keep`` does nothing.
    """

    model_config = ConfigDict(extra="forbid")

    name: str = ""
    instructions: str = ""
    evidence_gate: EvidenceGate = "flag"
    steps: list[Step] = Field(default_factory=list)

    def problems(self) -> list[str]:
        """What keeps the flow from running, in plain words; empty when nothing does."""
        return [found.text for found in self.findings() if found.blocks]

    def remarks(self) -> list[str]:
        """Things that work but may surprise, such as instructions nobody reads."""
        return [found.text for found in self.findings() if not found.blocks]

    def findings(self) -> list[Finding]:
        """Problems and remarks, each with the step that it is about."""
        return [*self._problems(), *self._remarks()]

    def _problems(self) -> Iterator[Finding]:
        if not self.name.strip():
            yield Finding("The flow has no name: give it one.")
        if not self.steps:
            yield Finding("The flow has no steps: start it with the pdf agent.")
            return
        used: list[type[Agent]] = []
        for number, step in enumerate(self.steps, start=1):
            try:
                agent = get_agent(step.agent)
            except NotFound as error:
                yield Finding(f"Step {number}: {error}", number)
                continue
            used.append(agent)
            yield from _step_problems(number, step, agent)
        if len(used) == len(self.steps):
            # What an unknown agent would do in the chain, nobody can say.
            yield from map(Finding, _chain_problems([agent.kind for agent in used]))
            yield from map(Finding, _record_problems(self.steps, used))
            yield from _validator_problems(self.steps, used)

    def _remarks(self) -> Iterator[Finding]:
        known = agents()
        used = [known.get(step.agent) for step in self.steps]
        for number, (step, agent) in enumerate(
            zip(self.steps, used, strict=True), start=1
        ):
            if step.instructions.strip() and agent and not _reads(agent, step):
                yield Finding(
                    f'Step {number} ("{step.agent}") works by rules: its custom '
                    "instructions change nothing.",
                    number,
                    blocks=False,
                )
        if self.instructions.strip() and not any(
            agent is None or _reads(agent, step)
            for step, agent in zip(self.steps, used, strict=True)
        ):
            yield Finding(
                "All steps work by rules: the initial instructions change nothing.",
                blocks=False,
            )

    def check(self) -> None:
        """Raise `FlowError` with all problems, if there are any."""
        if problems := self.problems():
            raise FlowError(problems)

    def record_model(self) -> type[Record]:
        """Model of the records the flow gives: that of its last extractor."""
        return record_model(self, [get_agent(step.agent) for step in self.steps])

    def waits(self) -> bool:
        """Whether a step mostly waits for the network."""
        return any(
            agent.waits(agent.Options.model_validate(step.options))
            for step in self.steps
            for agent in [get_agent(step.agent)]
        )

    @property
    def asks_model(self) -> bool:
        """Whether a step asks a model, so that the settings count."""
        return any(
            isinstance(options, ModelOptions) and agent.asks_model(options)
            for step in self.steps
            for agent in [get_agent(step.agent)]
            for options in [agent.Options.model_validate(step.options)]
        )

    def settings(self, workspace: Path) -> Settings:
        """Read the settings that count for it.

        Those of a workspace if a step asks a model; else the standard ones: a
        mistake in the file is no matter of flows that work by rules.

        Raises
        ------
        WorkspaceError
            If they cannot be read.
        """
        return Settings.read(workspace) if self.asks_model else Settings()

    def with_services(self, settings: Settings) -> Flow:
        """Give the flow with the names of the services and models it will ask.

        Raises
        ------
        FlowError
            If a step asks a model, and the settings do not tell which.
        """
        steps, problems = [], []
        for number, step in enumerate(self.steps, start=1):
            agent = get_agent(step.agent)
            options = agent.Options.model_validate(step.options)
            if not (isinstance(options, ModelOptions) and agent.asks_model(options)):
                steps.append(step)
                continue
            try:
                name, service = settings.service(options.service)
            except NotFound as error:
                problems.append(f'Step {number} ("{step.agent}"): {error}')
                continue
            model = options.model or service.model
            if not model:
                problems.append(
                    f'Step {number} ("{step.agent}"): choose a model, or give the '
                    f'service "{name}" one in its settings.'
                )
            chosen = {**step.options, "service": name, "model": model}
            steps.append(step.model_copy(update={"options": chosen}))
        if problems:
            raise FlowError(problems)
        return self.model_copy(update={"steps": steps})

    def unpriced(self, settings: Settings) -> list[str]:
        """Models that its steps ask and that have no price, in words."""
        found: dict[str, None] = {}  # a set that keeps the order
        for step in self.with_services(settings).steps:
            agent = get_agent(step.agent)
            options = agent.Options.model_validate(step.options)
            if isinstance(options, ModelOptions) and agent.asks_model(options):
                name, service = settings.service(options.service)
                if options.model not in service.prices:
                    found[f'"{options.model}" of the service "{name}"'] = None
        return list(found)

    def to_yaml(self) -> str:
        """Give the flow as YAML, as it is kept in the workspace."""
        given = self.model_dump(exclude_defaults=True)
        # The gate is always told: what it is decides what the results hold.
        given["evidence_gate"] = self.evidence_gate
        content = {name: given[name] for name in Flow.model_fields if name in given}
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


def record_model(flow: Flow, agents: Sequence[type[Agent]]) -> type[Record]:
    """Model of the records that a flow gives, with the class of each step's agent."""
    models = [model for model, _ in _record_models(flow.steps, agents)]
    return models[-1] if models else Record


def _record_models(
    steps: Sequence[Step], agents: Sequence[type[Agent]]
) -> Iterator[tuple[type[Record], str]]:
    for step, agent in zip(steps, agents, strict=True):
        if issubclass(agent, Extractor):
            options = agent.Options.model_validate(step.options)
            yield agent.record_for(options), agent.name


def _sentences(error: ValidationError) -> list[str]:
    return [
        f"{'.'.join(str(part) for part in item['loc']) or 'flow'}: {item['msg']}."
        for item in error.errors()
    ]


def _reads(agent: type[Agent], step: Step) -> bool:
    """Whether a step reads instructions."""
    try:  # wrong options and faults of the agent have findings of their own
        return agent.reads(agent.Options.model_construct(**step.options))
    except Exception:  # noqa: BLE001 - code of others: it breaks only this flow
        return agent.reads_instructions or agent.requires_instructions


def _step_problems(number: int, step: Step, agent: type[Agent]) -> Iterator[Finding]:
    try:
        options = agent.Options.model_validate(step.options)
        agent.waits(options)
        agent.reads(options)
        if issubclass(agent, Extractor):
            agent.record_for(options)
    except ValidationError as error:
        for item in error.errors():
            places = [str(at + 1 if isinstance(at, int) else at) for at in item["loc"]]
            option, part = ".".join(places), ".".join(places[1:])
            if item["type"] == "extra_forbidden" and not part:
                known = ", ".join(agent.Options.model_fields) or "none"
                text = f'has no option "{option}". Its options: {known}.'
                text = f'Step {number} ("{agent.name}") {text}'
            else:
                name = f'Step {number} ("{agent.name}"), option "{option}"'
                told = _PLAIN.get(item["type"], "{msg}.")
                ctx = {**item.get("ctx", {}), "msg": item["msg"]}
                text = f"{name}: {told.format(**ctx)}"
            yield Finding(text, number, places[0] if places else "", part)
    except Exception as error:  # noqa: BLE001 - code of others: it breaks only this flow
        yield Finding(
            f'Step {number} ("{agent.name}"): the agent itself is at fault: '
            f"{type(error).__name__}: {error}",
            number,
        )
    if agent.requires_instructions and not step.instructions.strip():
        yield Finding(
            f'Step {number} ("{agent.name}") needs instructions: '
            "say in its custom instructions what to look for.",
            number,
        )


def _record_problems(
    steps: Sequence[Step], agents: Sequence[type[Agent]]
) -> Iterator[str]:
    try:
        models = dict(_record_models(steps, agents))
    except Exception:  # noqa: BLE001 - told already, as a problem of that step
        return
    if len(models) > 1:
        names = " and ".join(f'"{name}"' for name in models.values())
        yield (
            f"The extractors {names} give records with different columns: "
            "make a flow for each."
        )


def _validator_problems(
    steps: Sequence[Step], agents: Sequence[type[Agent]]
) -> Iterator[Finding]:
    try:
        models = {model for model, _ in _record_models(steps, agents)}
        made = [
            agent(step.options, step.instructions)
            for step, agent in zip(steps, agents, strict=True)
        ]
    except Exception:  # noqa: BLE001 - told already, as a problem of that step
        return
    for number, agent in enumerate(made, start=1):
        if isinstance(agent, Validator) and len(models) == 1:
            (model,) = models
            if problem := agent.problem(model):
                told = f'Step {number} ("{agent.name}"): {problem}'
                yield Finding(told, number, "column")


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

    Each saved flow is one YAML file that people may edit and share. One that has
    the name of a template stands in its place; deleting it brings that back.
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
        return list({**TEMPLATES, **self._saved()[0]})

    def built_in(self) -> set[str]:
        """Names of the templates that no saved flow stands in the place of."""
        return {*TEMPLATES} - {*self._saved()[0]}

    def all(self) -> list[Flow]:
        """All flows in the order of `names`, read in one go."""
        return list({**deepcopy(TEMPLATES), **self._saved()[0]}.values())

    def broken(self) -> dict[Path, str]:
        """Flow files that cannot be read, with what is wrong in each."""
        return self._saved()[1]

    def problems(self, flow: Flow, *, replacing: str | None = None) -> list[str]:
        """Problems of a flow, and of its name among the saved ones.

        Parameters
        ----------
        flow
            The flow.
        replacing
            Name of the saved flow in whose place it is put, "" for a new flow,
            which replaces none. When left out, a saved flow of the same name
            is replaced.
        """
        return [*flow.problems(), *self._name_problems(flow.name, replacing)]

    def save(self, flow: Flow, *, replacing: str | None = None) -> Path:
        """Save a flow under its name, replacing an earlier version of it.

        Parameters are those of `problems`.

        Raises
        ------
        FlowError
            If the flow has problems or its name is taken.
        """
        if problems := self.problems(flow, replacing=replacing):
            raise FlowError(problems)
        if not replacing or replacing == flow.name:
            return _write(flow, self._path(flow.name))
        old = self._path(replacing)
        if replacing.casefold() == flow.name.casefold():  # only its capitals change
            return _write(flow, old)
        path = _write(flow, self._path(flow.name))
        _delete(old)
        return path

    def delete(self, name: str) -> None:
        """Delete a saved flow; jobs that used it keep their copy."""
        if name in self.built_in():
            raise FlowError([f'"{name}" is built in and cannot be deleted.'])
        self[name]  # raises NotFound with the names there are
        _delete(self._path(name))

    def rename(self, name: str, new_name: str) -> Flow:
        """Give a saved flow another name."""
        if name in self.built_in():
            raise FlowError([f'"{name}" is built in: save a copy under another name.'])
        flow = self[name].model_copy(update={"name": new_name})
        if new_name != name:
            self.save(flow, replacing=name)
        return flow

    def _name_problems(self, name: str, replacing: str | None) -> list[str]:
        if name == replacing or name in self.built_in():
            return []
        others = [other for other in self.names() if other != replacing]
        if replacing is not None and name in others:
            return [f'There already is a flow "{name}".']
        return [
            f'There already is a flow "{other}": choose a name that differs by more '
            "than capitals."
            for other in others
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
            elif flow.name in flows:
                broken[path] = f'There already is a flow "{flow.name}".'
            else:
                flows[flow.name] = flow
        ordered = sorted(flows.items(), key=lambda item: item[0].casefold())
        return dict(ordered), broken


def _write(flow: Flow, path: Path) -> Path:
    """Write a flow's file whole: a crash in between leaves the earlier one."""
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        temporary.write_text(flow.to_yaml(), encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        raise FlowError([f"{path} cannot be written: {error.strerror}."]) from error
    return path


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise FlowError([f"{path} cannot be deleted: {error.strerror}."]) from error
