"""The dashboard: its pages, each put together when it is first opened."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from ipywidgets import VBox, Widget

from curation_kit.errors import WorkspaceError
from curation_kit.session import CurationSession
from curation_kit.session.places import (
    DOCUMENTS,
    FLOWS,
    HELP,
    JOB,
    JOBS,
    SETTINGS,
)
from curation_kit.store import DATABASE
from curation_kit.widgets._browser import Browser
from curation_kit.widgets._builder import FlowEditor
from curation_kit.widgets._connection import Connection
from curation_kit.widgets._controls import JobControls
from curation_kit.widgets._create import CreateJob
from curation_kit.widgets._documents import DocumentDialog, DocumentTable
from curation_kit.widgets._evidence import EvidencePanel, EvidenceSheet
from curation_kit.widgets._flows import FlowTable
from curation_kit.widgets._help import Help
from curation_kit.widgets._job_completeness import JobCompletenessView
from curation_kit.widgets._job_documents import JobDocuments
from curation_kit.widgets._job_log import JobLog
from curation_kit.widgets._job_score import JobScoreView
from curation_kit.widgets._job_settings import JobSettingsView
from curation_kit.widgets._jobs import JobTable
from curation_kit.widgets._leaf import styled_already
from curation_kit.widgets._messages import Messages
from curation_kit.widgets._monitor import JobMonitor
from curation_kit.widgets._navigation import Navigation
from curation_kit.widgets._picker import DocumentPicker
from curation_kit.widgets._refusal import Refusal
from curation_kit.widgets._results import ResultsTable
from curation_kit.widgets._review import ReviewPanel
from curation_kit.widgets._settings import SettingsForms
from curation_kit.widgets._upload import DocumentUpload
from curation_kit.workspace import Workspace

__all__ = ["compose"]


def evidence_sheet(session: CurationSession) -> EvidenceSheet:
    """Give the sheet beside the results, with its parts from top to bottom."""
    parts = [
        EvidencePanel.of_session(session),
        Messages(session),  # those of the page are below the sheet
        ReviewPanel(session),
    ]
    return EvidenceSheet(session, parts)


#: The parts of each page, from top to bottom.
_PARTS: dict[str, tuple[Callable[[CurationSession], Widget], ...]] = {
    DOCUMENTS: (DocumentUpload, DocumentTable, DocumentDialog),
    FLOWS: (FlowTable, FlowEditor),
    JOBS: (CreateJob, DocumentPicker, JobTable),
    JOB: (
        JobControls,
        JobMonitor.of_session,
        JobDocuments,
        ResultsTable,
        evidence_sheet,
        JobCompletenessView,
        JobScoreView,
        JobLog,
        JobSettingsView,
    ),
    SETTINGS: (SettingsForms,),
    HELP: (Help,),
}


class Dashboard(VBox):
    """The whole page; `session` is what it shows."""

    def __init__(self, session: CurationSession, *, owns_address: bool) -> None:
        self.session = session
        navigation = Navigation(session)  # brings the style
        with styled_already():
            self._head = (
                Browser(session, owns_address=owns_address),
                navigation,
                Connection(owns_address=owns_address),
                Messages(session),
            )
        self._pages: dict[str, VBox] = {}
        super().__init__(self._head)
        self.add_class("ck-dashboard")
        session.observe(self._turn, names="page")
        self._turn()

    def __repr__(self) -> str:
        return "Dashboard()"

    def _turn(self, _: object = None) -> None:
        """Show the page on which the session is."""
        name = self.session.page
        if name not in self._pages:
            with styled_already():
                parts = [part(self.session) for part in _PARTS[name]]
            self._pages[name] = VBox(parts)
            self._pages[name].add_class("ck-place")
            self.children = (*self._head, *self._pages.values())
        for page, box in self._pages.items():
            box.layout.display = None if page == name else "none"


class Refused(VBox):
    """What stands in the place of a dashboard whose workspace cannot be opened."""

    def __init__(self, again: Callable[[], VBox], error: WorkspaceError) -> None:
        self._again = again
        self._message = Refusal(str(error), again=self._try)
        super().__init__((self._message,))
        self.add_class("ck-dashboard")

    def __repr__(self) -> str:
        return "Refused()"

    def _try(self) -> None:
        """Open the workspace again; the dashboard takes this one's place."""
        opened = self._again()
        if isinstance(opened, Refused):
            self._message.problem = opened._message.problem  # noqa: SLF001 - our own
        else:
            self.children = (opened,)


def _check_there() -> None:
    """Raise if the workspace of our server, which it had when it began, is gone.

    It would be made anew, and all would seem lost.
    """
    expected = os.environ.get("CURATION_KIT_SERVED")
    if expected and not (Path(expected) / DATABASE).is_file():
        raise WorkspaceError(
            f"The workspace {expected} is gone: its folder was moved or deleted, or "
            "its disk is not mounted. Bring the folder back."
        )


def compose(
    workspace: Workspace | CurationSession | str | Path | None,
) -> Dashboard | Refused:
    """Give the dashboard; in Voilà it opens the place that the address names.

    A workspace that cannot be opened is told on the page: nobody who sees the
    page can do anything with a traceback.
    """
    owns_address = os.environ.get("SERVER_SOFTWARE", "").startswith("voila")
    if isinstance(workspace, CurationSession):
        session = workspace
    else:
        query = os.environ.get("QUERY_STRING", "") if owns_address else ""
        try:
            if workspace is None:
                _check_there()
            session = CurationSession(workspace, query=query)
        except WorkspaceError as error:
            return Refused(lambda: compose(workspace), error)
    session.follow()
    return Dashboard(session, owns_address=owns_address)
