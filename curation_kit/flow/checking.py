"""What keeps a flow from running, and what may surprise in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from curation_kit.agents import Agent, Extractor, Kind, Validator, agents, get_agent
from curation_kit.errors import NotFound
from curation_kit.flow.step import Step, record_models

__all__ = ["Finding", "problems_of", "remarks_on"]

#: What pydantic says in a programmer's words, in plain ones.
_PLAIN = {
    "missing": "A value is needed.",
    "extra_forbidden": "There is nothing of that name.",
    "too_short": "Give at least {min_length}.",
    "value_error": "{error}.",
}


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


def problems_of(name: str, steps: Sequence[Step]) -> Iterator[Finding]:
    """Find what keeps a flow from running."""
    if not name.strip():
        yield Finding("The flow has no name: give it one.")
    if not steps:
        yield Finding("The flow has no steps: start it with the pdf agent.")
        return
    used: list[type[Agent]] = []
    for number, step in enumerate(steps, start=1):
        try:
            agent = get_agent(step.agent)
        except NotFound as error:
            yield Finding(f"Step {number}: {error}", number)
            continue
        used.append(agent)
        yield from _step_problems(number, step, agent)
    if len(used) == len(steps):
        # What an unknown agent would do in the chain, nobody can say.
        yield from map(Finding, _chain_problems([agent.kind for agent in used]))
        yield from map(Finding, _record_problems(steps, used))
        yield from _validator_problems(steps, used)


def remarks_on(instructions: str, steps: Sequence[Step]) -> Iterator[Finding]:
    """Find what works but may surprise."""
    known = agents()
    used = [known.get(step.agent) for step in steps]
    for number, (step, agent) in enumerate(zip(steps, used, strict=True), start=1):
        if step.instructions.strip() and agent and not _reads(agent, step):
            yield Finding(
                f'Step {number} ("{step.agent}") works by rules: its custom '
                "instructions change nothing.",
                number,
                blocks=False,
            )
    if instructions.strip() and not any(
        agent is None or _reads(agent, step)
        for step, agent in zip(steps, used, strict=True)
    ):
        yield Finding(
            "All steps work by rules: the initial instructions change nothing.",
            blocks=False,
        )


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
        models = dict(record_models(steps, agents))
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
        models = {model for model, _ in record_models(steps, agents)}
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
    if kinds != sorted(kinds, key=[*Kind].index):
        yield (
            "The steps are out of order: first the input, then extractors, then "
            "validators, then outputs."
        )
