"""A flow with which documents of a job are run again."""

from __future__ import annotations

from pathlib import Path

from curation_kit.agents import session_agents
from curation_kit.errors import JobError
from curation_kit.flow import Flow, check_is_flow
from curation_kit.workspace.costs import check_prices
from curation_kit.workspace.job_reading import JobReading

__all__ = ["corrected"]


def corrected(flow: Flow, job: JobReading, workspace: Path) -> Flow:
    """Give a corrected flow with the names of the models that it asks.

    Parameters
    ----------
    workspace
        Folder with the settings, which name those.

    Raises
    ------
    JobError
        If it does not fit the job: its records must have the same columns, of the
        same types.
    FlowError
        If it has problems.
    """
    check_is_flow(flow)
    flow.check()
    has, wants = flow.record_model(), job.record_model()
    if has.columns() != wants.columns():
        raise JobError(
            f"{job.name} has records with the columns {', '.join(wants.columns())}"
            f"; the corrected flow gives {', '.join(has.columns())}. Start a new "
            "job with it."
        )
    other = [
        name
        for name in wants.domain_columns()
        if has.model_fields[name].annotation != wants.model_fields[name].annotation
    ]
    if other:
        raise JobError(
            f"In the corrected flow, values of {' and '.join(other)} are of "
            f"another type than in the records of {job.name}, or other values "
            "are allowed. Start a new job with it."
        )
    unknown = session_agents() & {step.agent for step in flow.steps}
    if unknown - set(job.row.options.session_agents):
        raise JobError(
            f"The corrected flow needs {', '.join(sorted(unknown))}, registered in "
            f"this session only; {job.name} was made without: start a new job."
        )
    settings = flow.settings(workspace)
    flow = flow.with_services(settings)
    if (cap := job.row.options.budget) is not None:
        check_prices(cap, flow, settings)
    return flow
