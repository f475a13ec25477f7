"""The live monitor of one job: head of its page, or all of it in a notebook."""

from __future__ import annotations

from weakref import WeakValueDictionary

from traitlets import Bool, Dict, Unicode

from curation_kit.session import CurationSession, JobView
from curation_kit.widgets._job_documents import document_actions
from curation_kit.widgets._leaf import Leaf, script
from curation_kit.workspace import Job

__all__ = ["JobMonitor"]


class JobMonitor(Leaf):
    """Status and progress of a job, live until it has ended.

    In a notebook with the table of its documents; on the dashboard with the
    tabs, below which the parts of the page are widgets of their own.
    """

    patched = frozenset({"documents"})
    _esm = script("tables", "costs", "documents_of_job", "monitor")

    monitor = Dict().tag(sync=True)
    documents = Dict().tag(sync=True)
    detail = Dict().tag(sync=True)
    error = Unicode().tag(sync=True)
    runner_trouble = Unicode().tag(sync=True)
    tab = Unicode().tag(sync=True)
    on_dashboard = Bool(default_value=False).tag(sync=True)

    view: JobView

    @classmethod
    def of_job(cls, job: Job) -> JobMonitor:
        """Show one job, outside the dashboard.

        All displays of a job in one kernel are views of one widget, kept up to
        date by one thread: a paused job is never done.
        """
        leaf = _of_jobs.get(job.id)
        if leaf is None or leaf.comm is None:  # closed, by Widget.close()
            view = JobView()
            leaf = cls(
                view,
                view.documents,
                actions={
                    "show_documents": view.documents.show,
                    "expand": view.documents.expand,
                },
            )
            leaf.view = view
            _of_jobs[job.id] = leaf
        leaf.view.open(job)
        return leaf

    @classmethod
    def of_session(cls, session: CurationSession) -> JobMonitor:
        """Show the job that is open in a session."""
        leaf = cls(
            session.view,
            session,
            actions={
                **document_actions(session),
                "show_tab": session.view.show_tab,
                "show_to_check": session.view.show_to_check,
                "open_page": session.open_page,
                "start_runner": session.start_runner,
                "resume_job": session.jobs.resume,
            },
            reporting=session.reporting,
        )
        leaf.view = session.view
        leaf.on_dashboard = True
        return leaf


#: The monitor of each job shown in this kernel, as long as its widget is open.
_of_jobs: WeakValueDictionary[str, JobMonitor] = WeakValueDictionary()
