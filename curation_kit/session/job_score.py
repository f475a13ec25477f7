"""How well a job did: against a gold table, and beside another job."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from traitlets import Dict

from curation_kit.errors import CurationKitError, JobError
from curation_kit.evaluation import Match
from curation_kit.session.comparison_content import (
    DIFFERENCES,
    DifferenceQuery,
    comparison_content,
)
from curation_kit.session.job_part import CostlyPart
from curation_kit.session.score_content import (
    MISSED,
    WRONG,
    ErrorQuery,
    score_content,
)
from curation_kit.workspace import Job, JobComparison, JobEvaluation, Workspace

__all__ = ["LARGEST_GOLD", "JobScore"]

#: Largest gold table that is taken from the page, in bytes: it comes in one message.
LARGEST_GOLD = 5_000_000

#: Other jobs that are offered, the newest.
MOST_JOBS = 100


class JobScore(CostlyPart):
    """The scores of a job with one page of its errors, and what another job did.

    Attributes
    ----------
    score : dict
        ``golds`` (names of the gold tables in the workspace), what was chosen
        (``gold``, ``match``, ``within``), ``problem`` (why there is no score),
        ``result`` (see `score_content`; empty without one); ``jobs`` (id and name
        of others), ``other`` (the chosen one), ``other_problem`` and
        ``comparison`` (see `comparison_content`).

    Parameters
    ----------
    workspace
        Where gold tables and other jobs are.
    """

    score = Dict()
    shown = "score"

    def __init__(self, workspace: Workspace | None = None) -> None:
        super().__init__()
        self._workspace = workspace

    def _reset(self) -> None:
        super()._reset()
        self._gold, self._other = "", ""
        self._match: Match = "ontology"
        self._within = 1
        self._errors, self._differences = ErrorQuery(), DifferenceQuery()
        self._result: tuple[tuple[Any, ...], JobEvaluation] | None = None
        self._comparison: tuple[tuple[Any, ...], JobComparison] | None = None

    # ---- what is chosen

    def choose(self, gold: str, match: Match = "ontology", within: int = 1) -> None:
        """Score the job against a gold table of the workspace, or none ("")."""
        with self._lock:
            if gold != self._gold:
                self._errors = ErrorQuery()
            self._gold, self._match, self._within = gold, match, int(within)
            self.refresh()

    def add(self, name: str, content: bytes | None = None) -> None:
        """Keep a gold table in the workspace, and score the job against it.

        Parameters
        ----------
        name
            Its file name.
        content
            Nothing where it is too large to be sent.

        Raises
        ------
        CurationKitError
            If it is not a gold table, or too large.
        """
        if self._workspace is None:
            raise JobError("No job is open: choose one from Your Batch Jobs.")
        if content is None or len(content) > LARGEST_GOLD:
            raise CurationKitError(
                f"{name} has more than {LARGEST_GOLD // 1_000_000} MB: put it into the "
                f"folder {self._workspace.path / 'gold'} instead."
            )
        kept = self._workspace.gold.add(name, bytes(content))
        with self._lock:
            self._result = None  # a table of this name may have been scored before
            self.choose(kept, self._match, self._within)

    def show_errors(
        self, kind: str = MISSED, document: str = "", cause: str = "", page: int = 0
    ) -> None:
        """Turn to a page of the errors that are meant: see `ErrorQuery`."""
        with self._lock:
            kind = kind if kind in {MISSED, WRONG} else MISSED
            self._errors = ErrorQuery(kind, document, cause, max(page, 0))
            self.refresh()

    def compare(self, job_id: str) -> None:
        """Show how another job differs, or none ("")."""
        with self._lock:
            self._other, self._differences = job_id, DifferenceQuery()
            self.refresh()

    def show_differences(self, kind: str = "", page: int = 0) -> None:
        """Turn to a page of the differences of a kind."""
        with self._lock:
            kind = kind if kind in DIFFERENCES else ""
            self._differences = DifferenceQuery(kind, max(page, 0))
            self.refresh()

    def other(self) -> Job:
        """Give the job that is shown beside this one.

        Raises
        ------
        JobError
            If there is none.
        """
        if self._workspace is None or not self._other:
            raise JobError("No other job is chosen to compare with.")
        return self._workspace.jobs.get(self._other)

    # ---- what is shown

    def _content(self, job: Job) -> dict[str, Any]:
        self._seq = job.last_seq()  # first: what comes now is new
        workspace = self._workspace
        jobs = [] if workspace is None else workspace.jobs.page(limit=MOST_JOBS)[0]
        return {
            "golds": [] if workspace is None else workspace.gold.names(),
            "gold": self._gold,
            "match": self._match,
            "within": self._within,
            **self._scored(job),
            "jobs": [[row["id"], row["name"]] for row in jobs if row["id"] != job.id],
            "other": self._other,
            **self._compared(job),
        }

    def _scored(self, job: Job) -> dict[str, Any]:
        if not self._gold or self._workspace is None:
            return {"problem": "", "result": {}}
        try:
            path = self._workspace.gold.path(self._gold)
            written = path.stat().st_mtime_ns  # it may be edited meanwhile
            asked = (self._seq, path, written, self._match, self._within)
            if self._result is None or self._result[0] != asked:
                found = job.evaluate(path, match=self._match, within=self._within)
                self._result = (asked, found)
        except (CurationKitError, OSError) as error:
            return {"problem": str(error), "result": {}}
        content = score_content(self._result[1], self._errors)
        self._errors = replace(self._errors, page=content["page"])
        return {"problem": "", "result": content}

    def _compared(self, job: Job) -> dict[str, Any]:
        if not self._other or self._workspace is None:
            return {"other_problem": "", "comparison": {}}
        try:
            other = self.other()
            asked = (self._seq, other.id, other.last_seq())
            if self._comparison is None or self._comparison[0] != asked:
                self._comparison = (asked, job.compare(other))
            content = comparison_content(self._comparison[1], self._differences)
        except CurationKitError as error:
            return {"other_problem": str(error), "comparison": {}}
        self._differences = replace(self._differences, page=content["page"])
        return {"other_problem": "", "comparison": content}
