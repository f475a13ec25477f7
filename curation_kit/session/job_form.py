"""Create New Batch Job: what the form shows beside the chosen documents."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from traitlets import Dict, HasTraits, Unicode

from curation_kit.documents.library import Document
from curation_kit.errors import JobError, NotFound
from curation_kit.flow import Flow
from curation_kit.jobs import JobOptions, default_name
from curation_kit.session.wording import documents as number_of_documents
from curation_kit.workspace import Workspace

__all__ = ["ASSUMED_SECONDS_PER_PAGE", "JobForm", "job_options"]

#: Time of a flow that works by rules and was never run here. Measured with the
#: built-in flow on 30 real papers (451 pages), two at a time: 0.016 to 0.029 s.
ASSUMED_SECONDS_PER_PAGE = 0.03

#: Until the first worker has started, in seconds.
STARTING = 3.0

#: So many timed documents make an estimate that is called measured.
ENOUGH = 3

#: Names of the options in the form, with the smallest and largest value.
_LIMITS: dict[str, tuple[str, float, float]] = {
    "n_jobs": ("Documents at the same time", 1, 256),
    "minutes": ("Time limit", 0.1, 1440),
    "memory_limit": ("Memory limit", 0.1, 1024),
    "nice": ("Priority (nice)", 0, 19),
}


class JobForm(HasTraits):
    """The form of a new job.

    Attributes
    ----------
    flow : str
        Name of the chosen flow; empty for the first one.
    suggested_name : str
        Name of the job when none is typed.
    estimate : str
        About how long it will take, and by what that is judged.
    prefill : dict
        ``flow``, ``name`` and a number that grows, when the form shall be
        filled with an earlier job.
    defaults : dict
        Default of each option in the form.
    """

    flow = Unicode()
    suggested_name = Unicode()
    estimate = Unicode()
    prefill = Dict()
    defaults = Dict()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._documents: Sequence[Document] = ()
        self._n_jobs: int | None = None
        options = JobOptions()
        self.defaults = {
            "n_jobs": cores(),
            "minutes": options.time_limit / 60,
            "memory_limit": options.memory_limit,
            "nice": options.nice,
        }

    def consider(self, flow: str, n_jobs: int | None = None) -> None:
        """Choose a flow, and how many documents are done at the same time."""
        self.flow = flow
        self._n_jobs = n_jobs if n_jobs and n_jobs > 0 else None
        self._judge()

    def take(self, documents: Sequence[Document]) -> None:
        """Know the selected documents."""
        self._documents = documents
        self._judge()

    def fill(self, flow: str, name: str) -> None:
        """Fill the form with an earlier job."""
        self.flow = flow
        number = self.prefill.get("number", 0) + 1
        self.prefill = {"flow": flow, "name": name, "number": number}
        self._judge()

    def _judge(self) -> None:
        """Say what the job will be called and about how long it takes."""
        try:
            name = self.flow or next(iter(self._workspace.flows), "")
            flow = self._workspace.flows[name]
        except NotFound:  # deleted meanwhile
            self.suggested_name = self.estimate = ""
            return
        fit = [item for item in self._documents if not item.preflight.problem]
        count = len(self._documents)
        self.suggested_name = default_name(flow, count, time.time()) if count else ""
        self.estimate = self._estimate(flow, fit) if fit else ""

    def _estimate(self, flow: Flow, fit: Sequence[Document]) -> str:
        pages = sum(max(item.preflight.pages, 1) for item in fit)
        longest = max(max(item.preflight.pages, 1) for item in fit)
        per_page, measured = self._seconds_per_page(flow)
        what = f"{number_of_documents(len(fit))}, {pages:,} pages"
        if per_page is None:
            return (
                f"{what}. How long it takes is not known: this flow is not timed yet."
            )
        slots = min(self._n_jobs or cores(), len(fit))
        seconds = STARTING + per_page * max(pages / slots, longest)
        by = (
            f"measured with this flow on {number_of_documents(measured)}"
            if measured
            else "assumed: this flow is not timed yet"
        )
        return f"{what}: {_about(seconds)} ({by})."

    def _seconds_per_page(self, flow: Flow) -> tuple[float | None, int]:
        """Seconds of a page, and on how many documents that was measured."""
        timed = self._workspace.jobs.times_of(flow)
        if len(timed) >= ENOUGH:
            pages, seconds = map(sum, zip(*timed, strict=True))
            return seconds / pages, len(timed)
        waits = _waits(flow)
        return (None if waits else ASSUMED_SECONDS_PER_PAGE), 0


def job_options(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Options of `Workspace.submit` from those of the form.

    Raises
    ------
    JobError
        If one is no number or out of its range.
    """
    given = dict(given or {})
    options: dict[str, Any] = {"use_cache": given.pop("use_cache", True) is not False}
    for name, value in given.items():
        if value is None:
            continue
        label, least, most = _LIMITS[name]
        whole = name in {"n_jobs", "nice"}
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not least <= value <= most
            or (whole and value != int(value))
        ):
            kind = "a whole number" if whole else "a number"
            raise JobError(f"{label}: give {kind} from {least:g} to {most:g}.")
        if name == "minutes":
            options["time_limit"] = value * 60
        else:
            options[name] = int(value) if whole else value
    return options


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _waits(flow: Flow) -> bool:
    """Whether a step waits for a service; an unknown one may."""
    try:
        return flow.waits()
    except (NotFound, ValidationError):
        return True


def _about(seconds: float) -> str:
    """A time as one would say it: "about 2 min"."""
    for below, step, unit in _ROUNDED:
        if seconds < below:
            return (
                f"about {max(round(seconds / step), 1) * step // unit:g} {_UNITS[unit]}"
            )
    return f"about {seconds / 3600:.1f} h"


#: Times below the first number are rounded to the second, and told in the third.
_ROUNDED = ((55, 10, 1), (600, 60, 60), (3300, 300, 60))
_UNITS = {1: "s", 60: "min"}
