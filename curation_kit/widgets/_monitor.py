"""The live monitor of one job."""

from __future__ import annotations

from traitlets import Bool, Dict, Unicode

from curation_kit.session import CurationSession, JobView
from curation_kit.widgets._leaf import Leaf, script
from curation_kit.workspace import Job

__all__ = ["JobMonitor"]


class JobMonitor(Leaf):
    """Status, progress and documents of a job, live until it has ended."""

    _esm = script("monitor")

    monitor = Dict().tag(sync=True)
    error = Unicode().tag(sync=True)
    has_downloads = Bool(default_value=False).tag(sync=True)

    @classmethod
    def of_job(cls, job: Job) -> JobMonitor:
        """Show one job, outside the dashboard."""
        view = JobView(job, with_results=False)
        return cls(view, actions={"show_documents": view.show_documents})

    @classmethod
    def of_session(cls, session: CurationSession) -> JobMonitor:
        """Show the job that is open in a session."""
        leaf = cls(
            session.view,
            actions={
                "show_documents": session.show_documents,
                "download_document": session.download_document,
            },
            reporting=session.reporting,
        )
        leaf.has_downloads = True
        return leaf
