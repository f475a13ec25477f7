"""How far a job is, kept up by its log."""

from __future__ import annotations

import time

from curation_kit.jobs import JobRow, Progress, Status
from curation_kit.workspace import Job

__all__ = ["JobCounts"]

#: All is counted anew at the latest after this time, in seconds.
COUNTED_ANEW = 30.0

#: Events of the workspace among which a page that was just opened looks for what its
#: job waits for: while a job waits, few come.
LOOKED_BACK = 500


class JobCounts:
    """Documents of a job by state, its records, and what it waits for.

    Counting those of 100,000 documents takes 50 ms; to follow their log takes a tenth
    of one, however many they are.

    Parameters
    ----------
    job
        The job.

    Attributes
    ----------
    seq
        The last event that was counted.
    progress
        As `Job.progress`.
    records
        As `Job.total_records`.
    reviews, checked
        As `Job.review_counts` and `Job.checked`.
    waiting
        What is told of each service that does not answer now, and of the cluster.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._heard = max(job.last_seq() - LOOKED_BACK, 0)
        self.seq: int
        self.waiting: dict[str, str] = {}
        self.progress: Progress
        self.records: int
        self.reviews: dict[str, int]
        self.checked: int
        self._count()

    def look(self, row: JobRow) -> None:
        """Count what has happened since the last look.

        Parameters
        ----------
        row
            The job as it is now.
        """
        if time.monotonic() >= self._due or not self._follow(row):
            self._count()

    def _count(self) -> None:
        """Count all."""
        self._due = 0.0  # until all was counted
        before = self._job.last_seq()
        self.progress, self.records = self._job.progress, self._job.total_records
        self.seq = self._job.last_seq()
        self._hear()  # last: all up to `seq` was heard
        if self.seq == before:  # else something is perhaps not in all of the counts
            self._due = time.monotonic() + COUNTED_ANEW

    def _follow(self, row: JobRow) -> bool:
        """Count the new events; say whether they tell all."""
        news = self._job.news(self.seq)
        if news.documents is None:
            return False
        if all(kind.startswith(("document", "step")) for kind, _ in news.events):
            self._heard = max(self._heard, news.seq)
        else:
            self._hear()
        self.seq = news.seq
        counts = {status: getattr(self.progress, status, 0) for status in Status}
        for event, records in news.events:
            kind, _, state = event.partition("_")
            self.records += records
            if kind != "document":
                continue
            before = Status.PENDING if state == "started" else Status.PROCESSING
            after = {"started": "processing", "requeued": "pending"}.get(state, state)
            if after not in counts:
                return False
            counts[before] -= 1
            counts[Status(after)] += 1
        elapsed = row.worked + (max(time.time() - row.since, 0) if row.since else 0)
        self.progress = Progress.of(row.status, counts, elapsed)
        return min(counts.values()) >= 0

    def _hear(self) -> None:
        """Note the verdicts, and which services and cluster answer or do not."""
        self.reviews, self.checked = self._job.review_counts, self._job.checked()
        for event in self._job.events(self._heard):
            self._heard = event.seq
            kind, _, state = event.type.partition("_")
            service = event.data.get("service", "")
            if state == "waiting":
                self.waiting[service] = event.data["text"]
            elif kind in ("service", "cluster"):
                self.waiting.pop(service, None)
            elif kind in ("job", "runner"):  # it was paused, or goes on
                self.waiting.clear()
