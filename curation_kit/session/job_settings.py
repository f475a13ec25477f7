"""How a job is run: its flow, the corrected ones, its options."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from traitlets import Dict

from curation_kit.agents import get_agent
from curation_kit.errors import NotFound
from curation_kit.flow import Flow, Step
from curation_kit.jobs import LOCAL, JobOptions
from curation_kit.llm import dollars
from curation_kit.session.job_part import JobPart
from curation_kit.session.wording import agent_title
from curation_kit.workspace import Job

__all__ = ["JobSettings"]


#: What the evidence gate does, by its setting.
_GATES = {
    "keep": "keep: records are written as they are",
    "flag": "flag: records that a curator should check are marked",
    "drop": "drop: records whose evidence is not verified are left out",
}


class JobSettings(JobPart):
    """The flow as it was run, and the options of the job.

    Attributes
    ----------
    settings : dict
        ``flows`` (the job's, then those given with a retry; each with its
        evidence gate, its steps and its YAML) and ``options`` (pairs of label and
        value).
    """

    settings = Dict()
    shown = "settings"

    def _reset(self) -> None:
        self._known: tuple[JobOptions, list[Flow]] | None = None

    def _content(self, job: Job) -> dict[str, Any]:
        """Only a retry or a resume changes it, and YAML takes a while."""
        now = job.row.options, job.flows
        if now != self._known:
            self._known = now
            self._made = {
                "flows": [_flow(flow) for flow in now[1]],
                "options": _options(now[0]),
            }
        return dict(self._made)


def _flow(flow: Flow) -> dict[str, Any]:
    return {
        "name": flow.name,
        "instructions": flow.instructions,
        "evidence_gate": _GATES[flow.evidence_gate],
        "steps": [_step(step) for step in flow.steps],
        "yaml": flow.to_yaml(),
    }


def _step(step: Step) -> dict[str, Any]:
    """One step; options that the flow leaves out are shown with their defaults."""
    try:
        agent = get_agent(step.agent)
        values = agent.Options.model_validate(step.options).model_dump(mode="json")
    except (NotFound, ValidationError):  # not as installed now: what was given
        values = step.options
    return {
        "agent": step.agent,
        "title": agent_title(step.agent),
        "instructions": step.instructions,
        "options": [
            [name.replace("_", " "), _text(value), name not in step.options]
            for name, value in values.items()
        ],
    }


def _options(options: JobOptions) -> list[tuple[str, str]]:
    cache = "used where they fit" if options.use_cache else "not used"
    rows = [
        ("Documents at the same time", str(options.n_jobs or _most(options))),
        ("Time limit of a document", _minutes(options.time_limit)),
        ("Memory limit of a document", f"{options.memory_limit:g} GB"),
        ("Gives way to other programs (nice)", str(options.nice)),
        ("Results of earlier jobs", cache),
    ]
    if options.io_jobs:
        rows.insert(1, ("Further documents waiting for services", str(options.io_jobs)))
    if options.budget is not None:
        rows.append(("Budget for calls to models", dollars(options.budget)))
    if options.backend != "loky":
        rows.append(("Backend", options.backend))
    if options.address is not None:
        rows.append(("Address of the cluster", options.address))
    return rows


def _most(options: JobOptions) -> str:
    return "one per core" if options.lane == LOCAL else "one per thread of the cluster"


def _minutes(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{seconds:g} s" if rest or not minutes else f"{minutes:g} min"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "none"
    return "none" if value in (None, "") else str(value)
