"""The live monitor of one job."""

from __future__ import annotations

from weakref import WeakValueDictionary

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

    view: JobView

    @classmethod
    def of_job(cls, job: Job) -> JobMonitor:
        """Show one job, outside the dashboard.

        All displays of a job in one kernel are views of one widget, kept up to
        date by one thread: a paused job is never done.
        """
        leaf = _of_jobs.get(job.id)
        if leaf is None or leaf.comm is None:  # closed, by Widget.close()
            view = JobView(with_results=False)
            leaf = cls(view, actions={"show_documents": view.show_documents})
            leaf.view = view
            _of_jobs[job.id] = leaf
        leaf.view.open(job)
        return leaf

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
        leaf.view = session.view
        leaf.has_downloads = True
        return leaf


#: The monitor of each job shown in this kernel, as long as its widget is open.
_of_jobs: WeakValueDictionary[str, JobMonitor] = WeakValueDictionary()
