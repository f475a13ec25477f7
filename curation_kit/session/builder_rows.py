"""What the page of the builder shows: the palette, the steps, the findings."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from curation_kit.agents import Agent, Kind, agents
from curation_kit.agents.paper import joined
from curation_kit.flow import Finding
from curation_kit.session.flow_draft import DraftStep
from curation_kit.session.option_fields import fields_of

__all__ = ["finding_row", "palette", "step_row"]

#: The palette's headings: what each kind of agent does.
_KINDS = {
    Kind.INPUT: ("Input", "Reads the document. Every flow starts with one."),
    Kind.EXTRACTOR: ("Extractors", "Find records in the text."),
    Kind.VALIDATOR: ("Validators", "Check records and look up their identifiers."),
    Kind.OUTPUT: ("Outputs", "Write one result file per document."),
}


def palette() -> list[dict[str, Any]]:
    """Give all agents by kind, each with the fields of its options."""
    return [
        {
            "kind": kind.value,
            "title": title,
            "about": about,
            "agents": [
                _agent(agent) for agent in agents().values() if agent.kind is kind
            ],
        }
        for kind, (title, about) in _KINDS.items()
    ]


def _agent(agent: type[Agent]) -> dict[str, Any]:
    return {
        "name": agent.name,
        "title": agent.title,
        "description": agent.description,
        "version": agent.version,
        "reads": agent.reads_instructions or agent.requires_instructions,
        "requires": agent.requires_instructions,
        "fields": [field.row() for field in fields_of(agent)],
    }


def step_row(step: DraftStep, flow_instructions: str) -> dict[str, Any]:
    """Give a step as JSON; what its YAML fields hold comes as text.

    Parameters
    ----------
    flow_instructions
        Those that a model reads before the step's own.
    """
    fields = step.fields()
    values = {
        name: fields[name].shown(value) if name in fields else value
        for name, value in step.options.items()
    }
    unreadable = {name: text for name, (text, _) in step.unreadable.items()}
    return {
        "key": step.key,
        "agent": step.agent,
        "values": {**values, **unreadable},
        "unknown": [name for name in step.options if name not in fields],
        "instructions": step.instructions,
        **_effect(step, flow_instructions),
    }


def _effect(step: DraftStep, flow_instructions: str) -> dict[str, Any]:
    """What the step's options come to: which are idle, and what a model is told.

    Of wrong options, and of faults in the code of others, the findings tell.
    """
    agent = agents().get(step.agent)
    if agent is None:
        return {"idle": [], "reads": False, "prompt": ""}
    idle: list[str] = []
    reads = agent.reads_instructions or agent.requires_instructions
    with suppress(Exception):
        options = agent.Options.model_construct(**step.options)
        reads = agent.reads(options)
        idle = sorted(agent.idle_options(options))
    told = ""
    with suppress(Exception):
        options = agent.Options.model_validate(step.options)
        told = agent.prompt(options, joined(flow_instructions, step.instructions))
    return {"idle": idle, "reads": reads, "prompt": told}


def finding_row(found: Finding, steps: Sequence[DraftStep]) -> dict[str, Any]:
    """Give a finding as JSON, with texts to stand beside its option, or its part."""
    # Beside the option nobody needs to be told which one it is.
    short = found.text.partition('": ')[2] if found.option else found.text
    part = _named(found, steps)
    return {
        "text": found.text,
        "short": f"{part}: {short}" if part else short,
        "plain": short,
        "part": found.part,
        "step": found.step,
        "option": found.option,
        "blocks": found.blocks,
    }


def _named(found: Finding, steps: Sequence[DraftStep]) -> str:
    """What the form calls the part of an option: "Column 2, name" for ``2.name``."""
    number, _, rest = found.part.partition(".")
    form = steps[found.step - 1].fields().get(found.option) if found.step else None
    if form is None or form.control != "rows":
        return found.part
    return ", ".join(filter(None, [f"{form.item} {number}", rest]))
