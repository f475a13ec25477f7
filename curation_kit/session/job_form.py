"""Create New Batch Job: what the form shows beside the chosen documents."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from traitlets import Bool, Dict, HasTraits, Unicode

from curation_kit.documents.document import Document
from curation_kit.errors import FlowError, JobError, NotFound, WorkspaceError
from curation_kit.jobs import JobOptions, default_name
from curation_kit.processes import cores
from curation_kit.workspace import Workspace

__all__ = ["JobForm", "job_options"]

#: Names of the options in the form, with the smallest and largest value.
_LIMITS: dict[str, tuple[str, float, float]] = {
    "n_jobs": ("Documents at the same time", 1, 256),
    "minutes": ("Time limit", 0.1, 1440),
    "memory_limit": ("Memory limit", 0.1, 1024),
    "nice": ("Priority (nice)", 0, 19),
    "budget": ("Budget", 0, 1_000_000),
}


#: Backends that run elsewhere.
_CLUSTERS = {"dask", "ray"}


class JobForm(HasTraits):
    """The form of a new job.

    Attributes
    ----------
    flow : str
        Name of the chosen flow; empty for the first one.
    flow_gone : bool
        Whether the chosen flow was deleted or renamed, and none was chosen since.
    suggested_name : str
        Name of the job when none is typed.
    estimate : str
        About how long it will take, and by what that is judged.
    spending : dict
        ``text`` (what models are asked, and what it costs) and whether there is
        a price (``has_price``), without which no budget can be kept; or the
        ``problem`` that keeps the flow from asking; empty where no model is
        asked.
    prefill : dict
        ``flow``, ``name`` and a number that grows, when the form shall be
        filled with an earlier job.
    defaults : dict
        Default of each option in the form.
    """

    flow = Unicode()
    flow_gone = Bool(default_value=False)
    suggested_name = Unicode()
    estimate = Unicode()
    spending = Dict()
    prefill = Dict()
    defaults = Dict()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._lock = threading.RLock()  # documents are taken from threads, too
        self._documents: Sequence[Document] = ()
        self._n_jobs: int | None = None
        self._backend = ""
        options = JobOptions()
        self.defaults = {
            "n_jobs": cores(),
            "minutes": options.time_limit / 60,
            "memory_limit": options.memory_limit,
            "nice": options.nice,
        }

    def consider(self, flow: str, n_jobs: int | None = None, backend: str = "") -> None:
        """Choose a flow, how many documents are done at the same time, and where."""
        with self._lock:
            self._choose(flow)
            self._backend = backend
            self._n_jobs = n_jobs if n_jobs and n_jobs > 0 else None
            self._judge()

    def refresh(self) -> None:
        """Judge anew, as flows have changed."""
        with self._lock:
            self._judge()

    def take(self, documents: Sequence[Document]) -> None:
        """Know the selected documents."""
        with self._lock:
            self._documents = documents
            self._judge()

    def fill(self, flow: str, name: str) -> None:
        """Fill the form with an earlier job."""
        with self._lock:
            self._choose(flow)
            number = self.prefill.get("number", 0) + 1
            self.prefill = {"flow": flow, "name": name, "number": number}
            self._judge()

    def _choose(self, flow: str) -> None:
        if flow:
            self.flow, self.flow_gone = flow, False

    def _judge(self) -> None:
        """Say what the job will be called, and about what it takes and costs."""
        # What stays as it is must not go in between: the page would jump, and a button
        # that moves under the mouse is not clicked.
        with self.hold_trait_notifications():
            self.estimate, self.spending = "", {}
            try:
                name = self.flow or next(iter(self._workspace.flows), "")
                flow = self._workspace.flows[name]
            except NotFound:  # deleted meanwhile
                self.suggested_name = ""
                self.flow_gone = bool(self.flow)
                return
            count = len(self._documents)
            self.suggested_name = (
                default_name(flow, count, time.time()) if count else ""
            )
            try:
                found = self._workspace.estimate(
                    flow, self._documents, n_jobs=self._n_jobs
                )
            except (FlowError, WorkspaceError) as error:
                self.spending = {"problem": str(error)}
                return
            if found.documents and (self._n_jobs or self._backend not in _CLUSTERS):
                self.estimate = found.time_text  # nobody knows how wide a cluster is
            if found.calls:
                self.spending = {
                    "text": found.cost_text,
                    "has_price": found.cost is not None,
                }


def job_options(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Options of `Workspace.submit` from those of the form.

    Raises
    ------
    JobError
        If one is no number or out of its range.
    """
    given = dict(given or {})
    options: dict[str, Any] = {"use_cache": given.pop("use_cache", True) is not False}
    for name in ("backend", "address"):  # JobOptions says what is wrong with them
        if (value := given.pop(name, None)) is not None:
            options[name] = value
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
            raise JobError(f"{label}: give {kind} from {least:,} to {most:,}.")
        if name == "minutes":
            options["time_limit"] = value * 60
        else:
            options[name] = int(value) if whole else value
    return options
