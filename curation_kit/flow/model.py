"""A flow: its steps, what is wrong with them, and its YAML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field, ValidationError

from curation_kit.agents import Agent, get_agent
from curation_kit.errors import FlowError, NotFound
from curation_kit.flow.checking import Finding, problems_of, remarks_on
from curation_kit.flow.step import Step, Written, record_models, sentences
from curation_kit.llm import Settings
from curation_kit.phrases import shown
from curation_kit.records import Record

__all__ = ["EvidenceGate", "Flow", "check_is_flow", "record_model"]

#: What becomes of records whose evidence is not verified.
EvidenceGate = Literal["keep", "flag", "drop"]


class Flow(Written):
    """A named chain: input, then extractors, validators, outputs.

    Attributes
    ----------
    name, instructions, steps
        What it is called, its initial instructions, and the chain.
    evidence_gate
        What becomes of records before they are written. With ``flag``, those
        whose best evidence is approximate or unsupported, and those with a
        flag (look-alike letters, text that cannot be seen, what a step doubts),
        get the review ``check``. With ``drop`` the approximate and unsupported
        ones are left out (`Job.dropped` lists them), and flagged ones get the
        review too; with ``keep`` none does, and the flags stay.
    """

    # JSON has no infinity: options that are numbers take it from text.
    model_config = ConfigDict(extra="forbid", ser_json_inf_nan="strings")

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
        return [
            *problems_of(self.name, self.steps),
            *remarks_on(self.instructions, self.steps),
        ]

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
            agent.waits(options) for agent, options in map(Step.prepared, self.steps)
        )

    @property
    def asks_model(self) -> bool:
        """Whether a step asks a model, so that the settings count."""
        return any(step.model_options() for step in self.steps)

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
            options = step.model_options()
            if options is None:
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
            if options := step.model_options():
                name, service = settings.service(options.service)
                if options.model not in service.prices:
                    found[f'"{options.model}" of the service "{name}"'] = None
        return list(found)

    def to_yaml(self) -> str:
        """Give the flow as YAML, as it is kept in the workspace."""
        from curation_kit.formats.yaml_text import yaml_text

        given = self.model_dump(exclude_defaults=True)
        # The gate is always told: what it is decides what the results hold.
        given["evidence_gate"] = self.evidence_gate
        content = {name: given[name] for name in Flow.model_fields if name in given}
        return yaml_text(content)

    @classmethod
    def from_yaml(cls, text: str) -> Flow:
        """Read a flow from YAML.

        Raises
        ------
        FlowError
            If the text is no YAML or not the YAML of a flow.
        """
        # A text of one line may end like the name of a file: "name: worm.yaml".
        if not isinstance(text, str) or re.fullmatch(r"(?!\w+: ).*\.ya?ml", text):
            read = "Flow.from_yaml(Path(FILE).read_text())"
            raise FlowError(
                [f"{shown(text)} is not the text of a flow. To read a file: {read}."]
            )
        # Not above: workers get their flow pickled.
        from curation_kit.formats.yaml_text import read_yaml

        try:
            return cls.model_validate(read_yaml(text))
        except ValidationError as error:
            raise FlowError(sentences(error, cls)) from error
        except ValueError as error:
            raise FlowError([f"This is {error}."]) from error


def check_is_flow(given: object) -> None:
    """Raise `FlowError` unless this is a flow."""
    if not isinstance(given, Flow):
        what = "is no flow: give a Flow, as ws.flows[NAME] or Flow.from_yaml(TEXT)"
        raise FlowError([f"{shown(given)} {what}."])


def record_model(flow: Flow, agents: Sequence[type[Agent]]) -> type[Record]:
    """Model of the records that a flow gives, with the class of each step's agent."""
    models = [model for model, _ in record_models(flow.steps, agents)]
    return models[-1] if models else Record
