"""The dashboard: its parts, put together."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qs

from ipywidgets import VBox

from curation_kit.session import CurationSession
from curation_kit.widgets._browser import Browser
from curation_kit.widgets._controls import JobControls
from curation_kit.widgets._create import CreateJob
from curation_kit.widgets._jobs import JobList
from curation_kit.widgets._messages import Messages
from curation_kit.widgets._monitor import JobMonitor
from curation_kit.widgets._picker import DocumentPicker
from curation_kit.widgets._results import ResultsTable
from curation_kit.widgets._upload import DocumentUpload
from curation_kit.workspace import Workspace

__all__ = ["compose"]


class Dashboard(VBox):
    """The whole page; `session` is what it shows."""

    def __init__(self, session: CurationSession, *, owns_address: bool) -> None:
        self.session = session
        self._main = VBox(
            [
                DocumentUpload(session),
                CreateJob(session),
                DocumentPicker(session),
                JobList(session),
            ]
        )
        self._job = VBox(
            [
                JobControls(session),
                JobMonitor.of_session(session),
                ResultsTable(session),
            ]
        )
        super().__init__(
            [
                Browser(session, owns_address=owns_address),
                Messages(session),
                self._main,
                self._job,
            ]
        )
        self.add_class("ck-dashboard")
        session.observe(self._turn, names="job_id")
        self._turn()

    def __repr__(self) -> str:
        return "Dashboard()"

    def _turn(self, _: object = None) -> None:
        """Show the main page or the page of a job."""
        on_job = bool(self.session.job_id)
        self._main.layout.display = "none" if on_job else None
        self._job.layout.display = None if on_job else "none"


def compose(workspace: Workspace | CurationSession | str | Path | None) -> Dashboard:
    """Give the dashboard; in Voilà it opens the job that the address names."""
    owns_address = os.environ.get("SERVER_SOFTWARE", "").startswith("voila")
    if isinstance(workspace, CurationSession):
        session = workspace
    else:
        job_id = ""
        if owns_address:
            query = parse_qs(os.environ.get("QUERY_STRING", ""))
            job_id = query.get("job", [""])[0]
        session = CurationSession(workspace, job_id=job_id)
    session.follow()
    return Dashboard(session, owns_address=owns_address)
