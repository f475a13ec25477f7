"""What is seen to before a job is written: its flow, its options, its price."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from curation_kit.agents import session_agents
from curation_kit.errors import FlowError
from curation_kit.flow import Flow
from curation_kit.jobs import JobOptions
from curation_kit.runner import check_installed
from curation_kit.workspace.costs import check_prices

__all__ = ["checked_flow", "checked_options", "io_jobs_of", "refuse_session_agents"]

#: Documents that wait for the network at the same time, unless told otherwise.
IO_JOBS = 32


def checked_flow(flow: Flow, workspace: Path) -> Flow:
    """Give a flow without problems, with the services and models that it will ask.

    Raises
    ------
    FlowError
        If it is none, has problems, or asks a model and no service is there.
    """
    if not isinstance(flow, Flow):
        what = f"{type(flow).__name__} is neither a Flow nor the name of one."
        raise FlowError([f"First the flow, then the documents: {what}"])
    flow.check()
    return flow.with_services(flow.settings(workspace))


def checked_options(
    flow: Flow, workspace: Path, given: Mapping[str, Any]
) -> JobOptions:
    """Give the options of a job with a flow; those that are None have their default.

    Raises
    ------
    JobError
        If one is not valid, the package for the backend is missing, or there is a
        budget but no price for a model.
    """
    check_prices(given.get("budget"), flow, flow.settings(workspace))
    wanted = {name: value for name, value in given.items() if value is not None}
    options = JobOptions.of(
        {
            **wanted,
            "io_jobs": io_jobs_of(flow, wanted.get("io_jobs")),
            "session_agents": sorted(_session_agents_of(flow)),
        }
    )
    check_installed(options.backend)
    return options


def io_jobs_of(flow: Flow, wanted: int | None) -> int:
    """Documents that may wait for the network; none where no step does."""
    if not flow.waits():
        return 0
    return IO_JOBS if wanted is None else wanted


def refuse_session_agents(flow: Flow) -> None:
    """Refuse agents that the detached runner cannot know.

    Raises
    ------
    FlowError
        If a step's agent was registered in this process only.
    """
    if own := _session_agents_of(flow):
        raise FlowError(
            [
                f'The agent "{agent}" was registered in this session only, and a '
                "submitted job runs in another process: use run(), or offer the "
                "agent as a plug-in."
                for agent in sorted(own)
            ]
        )


def _session_agents_of(flow: Flow) -> set[str]:
    """Names of the agents of a flow that only this process knows."""
    return session_agents() & {step.agent for step in flow.steps}
