"""What was read of a job's papers and what came of it, kept up by its log."""

from __future__ import annotations

from curation_kit.jobs import Totals
from curation_kit.workspace import Job

__all__ = ["FollowedTotals"]


class FollowedTotals:
    """`Job.totals`, to which at each look those of new documents are added.

    To add up the ledgers of 10,000 documents takes 50 ms. A document that was
    completed stays so.

    Parameters
    ----------
    job
        The job.

    Attributes
    ----------
    job : Job
        The job.
    now : Totals
        The totals at the last look.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.now: Totals = job.totals()

    def look(self) -> None:
        """Add what has come since the last look."""
        news = self.job.news(self.now.seq)
        corrected = any(  # a curator added a record, or removed it
            records for kind, records in news.events if not kind.startswith("document")
        )
        if news.documents is None or corrected:
            self.now = self.job.totals()
        elif news.completed:
            # Up to this event: what came meanwhile is told the next time.
            some = self.job.totals(news.completed)
            self.now = self.now.plus(some).until(news.seq)
        elif news.seq != self.now.seq:
            self.now = self.now.until(news.seq)
