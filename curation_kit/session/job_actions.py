"""What the buttons do with jobs: create, repeat, stop, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from curation_kit.documents.document import Document
from curation_kit.errors import FlowError, JobError, WorkspaceError
from curation_kit.flow import Flow
from curation_kit.phrases import counted
from curation_kit.session.job_form import job_options
from curation_kit.session.places import JOBS

if TYPE_CHECKING:
    from curation_kit.session.session import CurationSession

__all__ = ["JobActions"]


class JobActions:
    """What is done with jobs; the session shows what comes of it.

    Parameters
    ----------
    session
        The session whose buttons these are.
    """

    def __init__(self, session: CurationSession) -> None:
        self._session = session

    def create(
        self, flow: str, name: str = "", options: dict[str, Any] | None = None
    ) -> None:
        """Submit a job for the selected documents and show it.

        Parameters
        ----------
        options
            ``n_jobs``, ``minutes`` (time limit of a document), ``memory_limit``
            (GB), ``nice``, ``use_cache``, ``budget`` (US dollars), ``backend``,
            ``address``; those left out have their default.
        """
        self._submit(flow, self._selected(), name.strip(), options)
        self._session.selection.clear()
        self._session.form.fill(flow, "")

    def with_added(self) -> None:
        """Go to the form of a new job, with the documents that were added last."""
        self._session.open_page(JOBS)
        self._session.selection.select(self._session.outcomes.fit())

    def with_flow(self) -> None:
        """Go to the form of a new job, with the flow that is open in the builder."""
        name = self._session.flows_page.builder.flow.name
        self._session.open_page(JOBS)
        self._session.form.fill(name, "")

    def try_flow(self, flow: str, options: dict[str, Any] | None = None) -> None:
        """Run a flow on the first selected document, as a job of its own.

        The selection stays, so that the whole job can follow.
        """
        documents = self._selected()
        fit = [item for item in documents if not item.preflight.problem]
        self._submit(flow, (fit or documents)[:1], f"Test · {flow}", options)

    def _selected(self) -> list[Document]:
        """Give the selected documents, if none of them was deleted meanwhile."""
        selection = self._session.selection
        before = selection.count
        selection.reload()
        if gone := before - selection.count:
            raise JobError(
                f"{counted(gone, 'selected document')} "
                f"{'was' if gone == 1 else 'were'} deleted meanwhile: "
                f"{selection.count:,} of {before:,} are left. Press the button again "
                "to run those."
            )
        return selection.documents

    def _submit(
        self,
        flow: str,
        documents: list[Document],
        name: str,
        options: dict[str, Any] | None,
    ) -> None:
        self._session.check_place()
        if not flow:
            raise JobError("Choose a flow first.")
        if not documents:
            raise JobError("Select at least one document first.")
        job = self._session.workspace.submit(
            flow, documents, name=name or None, **job_options(options)
        )
        self._session.runner_started()
        self._session.open_job(job.id)
        self._session.job_list.refresh()

    def duplicate(self, job_id: str) -> None:
        """Fill the form with the flow and the documents of an earlier job."""
        job = self._session.workspace.jobs.get(job_id)
        self._session.open_page(JOBS)
        wanted = [row["document_id"] for row in job.document_rows()]
        self._session.selection.select(wanted)
        row, told = job.row, []
        saved = self._session.workspace.flows.get(row.flow.name)
        if saved is None:
            told.append(
                f'There is no saved flow "{row.flow.name}" any more: choose another.'
            )
        elif self._as_run(saved) != row.flow:
            told.append(f'"{row.flow.name}" has been changed since that job.')
        if gone := len(wanted) - self._session.selection.count:
            papers = counted(gone, "document")
            told.append(f"Left out, no longer in the workspace: {papers}.")
        self._session.form.fill(row.flow.name, f"{row.name} (copy)")
        self._session.notice = " ".join(
            [f'The form is filled with "{row.name}": start it when ready.', *told]
        )

    def _as_run(self, flow: Flow) -> Flow:
        """A flow with the models that a job of it would name, where that is known."""
        try:
            return flow.with_services(flow.settings(self._session.workspace.path))
        except (FlowError, WorkspaceError):  # creating the job will tell
            return flow

    def delete(self, job_id: str) -> None:
        """Delete a job with its records and result files."""
        job = self._session.workspace.jobs.get(job_id)
        name = job.name
        job.delete()
        if self._session.job_id == job.id:
            self._session.open_page(JOBS)
        self._session.job_list.refresh()
        self._session.notice = f"{name} is deleted."

    def cancel(self) -> None:
        """Cancel the job on screen."""
        self._session.view.opened().cancel()
        self._changed(
            "Cancelled. Documents already done keep their results; Retry Cancelled "
            "runs the others."
        )

    def pause(self) -> None:
        """Start no more documents of the job on screen; finish those in work."""
        self._session.view.opened().pause()
        self._changed()

    def resume(self, budget: float | None = None) -> None:
        """Go on with the job on screen, with another budget if one is given.

        Raises
        ------
        JobError
            If the budget is no amount, less than what is spent, or no higher than
            the one that the job was paused for.
        """
        cap = job_options({"budget": budget}).get("budget")
        self._session.view.opened().resume(budget=cap)
        self._changed()

    def retry_failed(self, document_id: str | None = None) -> None:
        """Run the failed documents of the job on screen again, or one of them."""
        count = self._session.view.opened().retry_failed(document_id=document_id)
        self._put_back(count)

    def retry_cancelled(self, document_id: str | None = None) -> None:
        """Run the cancelled documents of the job on screen, or one of them."""
        count = self._session.view.opened().retry_cancelled(document_id=document_id)
        self._put_back(count)

    def _put_back(self, count: int) -> None:
        papers = counted(count, "document")
        self._changed(f"{papers} put back, to be processed again.")

    def _changed(self, notice: str = "") -> None:
        self._session.runner_started()
        self._session.view.refresh()
        self._session.view.follow()
        self._session.job_list.refresh()
        self._session.notice = notice
