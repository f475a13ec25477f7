"""What a job has asked models and what it has cost, as its page shows it."""

from __future__ import annotations

from typing import Any

from curation_kit.llm import Usage
from curation_kit.session.wording import agent_title
from curation_kit.workspace import Job

__all__ = ["costs_of", "usage_row"]


def costs_of(job: Job) -> dict[str, Any]:
    """Give tokens and US dollars of a job and of each of its steps.

    Returns
    -------
    dict
        What `usage_row` gives, ``budget``, ``projected`` (None when not known),
        and ``steps``, each with its ``number`` and ``title``; empty where no
        model is asked.
    """
    costs = job.costs
    if costs.budget is None and not (costs.total.calls or costs.total.kept):
        return {}
    agents = [step.agent for step in job.flow.steps]
    return {
        **usage_row(costs.total),
        "budget": costs.budget,
        "projected": costs.projected,
        "steps": [
            {
                **usage_row(usage),
                "number": index + 1,
                "title": agent_title(agents[index]) if index < len(agents) else "",
            }
            for index, usage in costs.steps.items()
        ],
    }


def usage_row(usage: Usage) -> dict[str, Any]:
    """Give what calls have used as plain JSON values.

    ``cost`` is None if no call has a price; ``partly`` tells that some have none.
    """
    return {
        "calls": usage.calls,
        "kept": usage.kept,
        "failed": usage.failed,
        "input": usage.input_tokens,
        "output": usage.output_tokens,
        "cost": usage.priced_cost,
        "reserved": usage.reserved,
        "partly": usage.unpriced > 0,
        "estimated": usage.estimated > 0,
    }
