"""The session of one visitor: where they are, and what the buttons do."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

from traitlets import List, Unicode

from curation_kit.errors import NotFound, WorkspaceError
from curation_kit.session.documents_view import DocumentsView
from curation_kit.session.downloads import Downloads
from curation_kit.session.evidence_view import EvidenceView
from curation_kit.session.flows_page import FlowsPage
from curation_kit.session.folder import FolderAdder
from curation_kit.session.follower import Follower
from curation_kit.session.footing import Footing
from curation_kit.session.help import HelpView
from curation_kit.session.job_actions import JobActions
from curation_kit.session.job_form import JobForm
from curation_kit.session.job_list import JobList
from curation_kit.session.job_view import COMPLETENESS, RESULTS, SCORE, JobView
from curation_kit.session.job_view import DOCUMENTS as FIRST_TAB
from curation_kit.session.messages import Messages, worded
from curation_kit.session.outcomes import Outcomes
from curation_kit.session.places import (
    DOCUMENTS,
    FLOWS,
    HELP,
    JOB,
    JOBS,
    PAGES,
    SETTINGS,
    Place,
    read_record_key,
    record_key,
)
from curation_kit.session.review_desk import ReviewDesk
from curation_kit.session.selection import DocumentSelection
from curation_kit.session.settings_page import SettingsPage
from curation_kit.session.uploads import UploadReceiver
from curation_kit.workspace import Job, Workspace

__all__ = ["CurationSession"]

#: A runner that died is missed at most this late, in seconds.
RUNNER_INTERVAL = 5.0


class CurationSession(Messages):
    """Everything the dashboard shows, as traits, and does, as methods.

    What is told to its visitor is in `Messages`, what is done with jobs in `jobs`.

    Parameters
    ----------
    workspace
        The workspace, its folder, or None for the default one.
    query
        Query of the page's address, which says what to show first; an unknown
        job gives an `error`.

    Attributes
    ----------
    workspace : Workspace
        Where documents, flows and jobs are.
    job_list : JobList
        Your Batch Jobs.
    documents : DocumentsView
        The documents of the workspace, and the one looked at.
    selection : DocumentSelection
        Choosing the documents of a new job.
    uploads : UploadReceiver
        Files on their way in.
    folder : FolderAdder
        A folder that is being added.
    outcomes : Outcomes
        What became of the files added last.
    form : JobForm
        Create New Batch Job.
    view : JobView
        The job on screen.
    jobs : JobActions
        What the buttons do with jobs.
    review_desk : ReviewDesk
        Reviewing the records of that job.
    evidence : EvidenceView
        The evidence of the record that is selected in it.
    downloads : Downloads
        Files for the browser to save.
    help : HelpView
        The topic of the help on screen.
    flows_page : FlowsPage
        The list of flows and the builder.
    settings_page : SettingsPage
        Model services, limits, prices and budget.
    flows : list of str
        Names of the flows that can be run.
    page : str
        Page on screen: one of `curation_kit.session.places.PAGES`, or ``job``.
    query : str
        The place as query of the page's address.
    title : str
        What is on screen, for the browser's tab and history.
    job_id : str
        Job on screen; empty on the other pages.
    lost : str
        Why nothing can be saved: the workspace is gone or read-only; empty when
        it is there.
    runner_trouble : str
        Why no runner can be started; empty when one can.
    """

    flows = List(Unicode())
    broken_flows = List(Unicode())
    page = Unicode(JOBS)
    query = Unicode()
    title = Unicode()
    job_id = Unicode()
    lost = Unicode()
    runner_trouble = Unicode()

    def __init__(
        self, workspace: Workspace | str | Path | None = None, *, query: str = ""
    ) -> None:
        super().__init__()
        if not isinstance(workspace, Workspace):
            workspace = Workspace(workspace)
        self.workspace = workspace
        self._footing = Footing(workspace.path)
        self.job_list = JobList(workspace)
        self.selection = DocumentSelection(workspace.documents)
        self.documents = DocumentsView(
            workspace, changed=self.selection.reload, failed=self.show_error
        )
        self.outcomes = Outcomes()
        self.uploads = UploadReceiver(
            workspace.documents,
            workspace.path / "cache",
            outcomes=self.outcomes,
            added=self._documents_changed,
            failed=self.show_error,
        )
        self.folder = FolderAdder(
            workspace.documents,
            outcomes=self.outcomes,
            added=self._documents_changed,
            failed=self.show_error,
        )
        self.form = JobForm(workspace)
        self.selection.observe(self._selected, names=["count", "chips"])
        self.view = JobView(workspace=workspace)
        self.evidence = EvidenceView(
            self.documents.preview.images, self.view.records, failed=self.show_error
        )
        self.review_desk = ReviewDesk(self.view, self.evidence, check=self.check_place)
        self.jobs = JobActions(self)
        self.help = HelpView()
        self.view.observe(self._view_changed, names=["error", "monitor"])
        self.view.observe(self._tab_turned, names="tab")
        self.view.records.observe(self._tab_turned, names="record")
        self._jobs_version = -1
        self._flows_version: object = None
        self._unseen = ""  # why looks at the workspace fail
        self.downloads = Downloads(self.view, noted=self._note, failed=self.show_error)
        self.flows_page = FlowsPage(
            self, arrive=self._arrive_at_flow, offer=self.downloads.offer_text
        )
        self.settings_page = SettingsPage(
            workspace, noted=self._note, failed=self.show_error
        )
        self._follower = Follower(self._look, self._look_failed, self._look_mended)
        self.refresh()
        with self.reporting():
            self.visit(query)
        self._ensure_runner()

    # ---- keeping up to date

    def refresh(self) -> None:
        """Read flows and jobs again."""
        self._read_flows()
        self.job_list.refresh()
        self.view.refresh()

    def follow(self) -> None:
        """Keep the list of jobs up to date from a thread, until `close`."""
        self._follower.start()

    def close(self) -> None:
        """End the session; its jobs go on."""
        self._follower.stop()
        self._follower.join()
        self.view.close()
        self.evidence.end()
        self.flows_page.close()
        self.uploads.close()
        self.folder.close()
        self.documents.close()
        self.downloads.close()

    def _read_flows(self) -> None:
        """Read the flows again, if there is anything new."""
        version = self.workspace.flows.version()
        if version == self._flows_version:
            return
        self.form.refresh()  # first: without its flow, the page has another to choose
        self.flows = self.workspace.flows.names()
        self.broken_flows = [
            f"{path.name}: {problem}"
            for path, problem in self.workspace.flows.broken().items()
        ]
        if self.page == FLOWS:
            self.flows_page.list.refresh()
        self._flows_version = version  # last: what fails is done again

    def _look(self) -> bool:
        if self._lost_again():
            return True
        if self.page in {JOBS, FLOWS}:
            self._read_flows()  # perhaps one was saved or deleted elsewhere
        version = self.workspace.jobs.version()
        if version != self._jobs_version and (
            self.page != JOBS or self.job_list.look()
        ):
            self.view.follow()  # a job retried elsewhere runs again
            if self.page == DOCUMENTS:
                self.documents.refresh()
            if self.page == JOBS and not self.selection.total:
                self.selection.reload()  # perhaps the first were added elsewhere
            self._jobs_version = version  # last: what fails is done again
        if time.monotonic() >= self._runner_due:
            self._ensure_runner()
        return True

    def _look_failed(self, error: Exception) -> None:
        self.error = self._unseen = worded(error)

    def _look_mended(self) -> None:
        self.withdraw(self._unseen)

    def _lost_again(self) -> bool:
        """Look whether the workspace is lost; go on with its jobs when it is back."""
        was, self.lost = self.lost, self._footing.problem()
        if was and not self.lost:
            self.runner_trouble = ""
            self._runner_due = 0.0
            self.withdraw(was)  # a button that was pressed meanwhile said so too
        return bool(self.lost)

    def _ensure_runner(self) -> None:
        """Go on with jobs whose runner died; one that cannot work is left alone."""
        self._runner_due = time.monotonic() + RUNNER_INTERVAL
        try:
            self.check_place()
            self.workspace.jobs.ensure_runner()
        except Exception as error:  # noqa: BLE001 - shown on the page
            if not isinstance(error, WorkspaceError | OSError):  # these may pass
                self._runner_due = math.inf  # until a button starts the next one
            before, self.runner_trouble = self.runner_trouble, worded(error)
            if self.runner_trouble != before:
                self.error = self.runner_trouble
        else:
            self.withdraw(self.runner_trouble)
            self.runner_trouble = ""

    def check_place(self) -> None:
        """Raise if the workspace was deleted, moved or made read-only meanwhile."""
        if self._lost_again():
            raise WorkspaceError(self.lost)

    def start_runner(self) -> None:
        """Start a runner again, after what kept it from working was mended."""
        self.runner_trouble = ""
        self._ensure_runner()

    def runner_started(self) -> None:
        """Note that a runner was just started: for a while it is not looked after."""
        self._runner_due = time.monotonic() + RUNNER_INTERVAL
        self.runner_trouble = ""

    def _selected(self, _: object) -> None:
        self.form.take(self.selection.documents)

    def _view_changed(self, change: dict[str, Any]) -> None:
        if change["name"] == "error":
            self.withdraw(change["old"])
            if change["new"]:
                self.error = change["new"]
        if change["name"] == "monitor" and change["new"].get("gone"):
            self.evidence.close()

    # ---- navigation

    def visit(self, query: str) -> None:
        """Go where an address leads, for instance one step back."""
        place = Place.of_query(query)
        if place.page == JOB:
            self.open_job(place.item, place.tab, place.record)
        else:
            self.open_page(place.page, place.item)
        if self.flows_page.question:  # not there yet: the address must come back
            here, self.query = self.query, place.query
            self.query = here

    def open_page(self, page: str, item: str = "") -> None:
        """Show a page of the navigation bar, and an item of it."""
        if self.flows_page.stays(Place(page, item)):
            return
        self.view.close()
        self.evidence.close()
        self.job_id = ""
        self.refresh()
        if page == DOCUMENTS:
            self.documents.refresh()
        if page == JOBS:
            self.selection.reload()
        if page in {FLOWS, SETTINGS}:
            self.settings_page.refresh()
        if page == FLOWS:
            item = self.flows_page.enter(item)
        self._arrive(Place(page, item), PAGES.get(page, ""))
        if page == HELP:
            self.help.open(item)  # last: the page scrolls to a section of it
            self.title = self.help.article["title"]

    def open_job(self, job_id: str, tab: str = "", record: str = "") -> None:
        """Show a job, a part of its page, and the evidence of a record."""
        if record:
            tab = RESULTS
        if self.flows_page.stays(Place(JOB, job_id, tab, record)):
            return
        try:
            job = self.workspace.jobs.get(job_id)
        except NotFound:
            self.open_page(JOBS)  # beside the message there is something to do
            raise NotFound(
                f'There is no job "{job_id}" in this workspace: it was deleted, or the '
                "address is of another workspace. All jobs that there are stand below."
            ) from None
        if self.job_id == job.id and self.view.job is not None:
            self.view.show_tab(tab or FIRST_TAB)  # what was searched there stays
            self.view.follow()
        else:
            self.evidence.close()
            self.view.open(job, tab)
        self.job_id = job.id
        try:
            self._select(job, record)
        finally:
            self._arrive(self._place_of_job(), job.name)

    def _select(self, job: Job, record: str) -> None:
        """Select the record that an address names."""
        beginning, number = read_record_key(record)
        found = [key for key, _ in job.documents_with_records()] if beginning else []
        found = [key for key in found if key.startswith(beginning)]
        if record and len(found) != 1:
            raise NotFound(
                "The record that this address names is not among the results of the "
                "job: its document was processed again, or the link is incomplete."
            )
        self.view.records.select(found[0] if found else "", number)
        self.view.records.reveal()

    def show_other_evidence(self, document_id: str, number: int) -> None:
        """Show the evidence of a record of the job that is compared with."""
        other = self.view.score.other()
        self.view.records.select("")
        self.evidence.show(other, document_id, number)

    def _place_of_job(self) -> Place:
        tab, record = self.view.tab, self.view.records.record
        return Place(
            JOB,
            self.job_id,
            "" if tab == FIRST_TAB else tab,
            record_key(record["document_id"], record["number"])
            if record and tab == RESULTS
            else "",
        )

    def _tab_turned(self, change: dict[str, Any]) -> None:
        """Tell it in the address, unless the job is only just being opened."""
        if change["new"] in (RESULTS, COMPLETENESS, SCORE):
            self.evidence.prepare()
        if self.page == JOB and self.view.job and self.view.job.id == self.job_id:
            self.query = self._place_of_job().query

    def _arrive(self, place: Place, title: str) -> None:
        self.query = place.query  # first: what is on screen has its address already
        self.page, self.title = place.page, title

    def _arrive_at_flow(self, name: str) -> None:
        self._arrive(Place(FLOWS, name), name or PAGES[FLOWS])

    # ---- documents

    def _documents_changed(self) -> None:
        self.selection.reload()
        self.documents.refresh()
