"""One document looked at: its first page, and what is known of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from traitlets import Dict, HasTraits

from curation_kit.documents.document import Document
from curation_kit.documents.page_images import PageImages
from curation_kit.errors import DocumentFailure, NotFound
from curation_kit.species import SPECIES
from curation_kit.workspace import Workspace

__all__ = ["PREVIEW_WIDTH", "DocumentPreview"]

#: Pixels across of the picture of page 1: crisp at half of it on a fine screen.
PREVIEW_WIDTH = 1100

#: Jobs listed with a document.
MOST_JOBS = 20


class DocumentPreview(HasTraits):
    """The document that is looked at, with its neighbours in the table.

    Attributes
    ----------
    document : dict
        Name, preflight report, batches, jobs, and where it stands among the
        documents found (``number`` of ``count``); empty when none is open.
    picture : dict
        ``id`` of its document, ``png`` with the bytes of page 1, or
        ``problem`` and ``hint`` when it cannot be drawn. Empty as long as it
        is drawn.
    images : PageImages
        What draws the pages, in a process of its own.

    Parameters
    ----------
    workspace
        Where the document is.
    neighbours
        Gives the ids of the documents found around one.
    lock
        Held while documents are read or shown; that of the table.
    failed
        Called, from a thread, with an error that no document is to blame for.
    """

    document = Dict()
    picture = Dict()

    def __init__(
        self,
        workspace: Workspace,
        neighbours: Callable[[str], list[str]],
        *,
        lock: threading.RLock,
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__()
        self._workspace = workspace
        self._neighbours = neighbours
        self._lock = lock
        self._failed = failed
        self._open: Document | None = None
        self._wanted: Document | None = None
        self._thread: threading.Thread | None = None
        self.images = PageImages()

    def open(self, document_id: str) -> None:
        """Look at a document; its page is drawn meanwhile."""
        document = self._workspace.documents.get(document_id)
        with self._lock:
            self._open = document
            self.picture = {}
            self._tell()
            if document.preflight.problem and document.preflight.pages == 0:
                self.picture = {
                    "id": document.id,
                    "problem": document.preflight.problem,
                }
                self._wanted = None
                return
            self._wanted = document
            if self._thread is None:
                self._thread = threading.Thread(target=self._draw, daemon=True)
                self._thread.start()

    def step(self, by: int) -> None:
        """Look at the next document of those found (1), or at the previous (-1)."""
        with self._lock:
            if self._open is None:
                return
            around = self._neighbours(self._open.id)
            if self._open.id not in around:
                return
            place = around.index(self._open.id) + by
            if 0 <= place < len(around):
                self.open(around[place])

    def dismiss(self) -> None:
        """Look at no document."""
        with self._lock:
            self._open = self._wanted = None
            self.document = {}
            self.picture = {}

    def leave(self, ids: Iterable[str]) -> None:
        """Look at the next document when the one on screen is among these."""
        with self._lock:
            leaving = set(ids)
            if self._open is None or self._open.id not in leaving:
                return
            around = self._neighbours(self._open.id)
            at = around.index(self._open.id) if around else 0
            for other in (*around[at + 1 :], *reversed(around[:at])):
                if other not in leaving:
                    self.open(other)
                    return
            self.dismiss()

    def refresh(self) -> None:
        """Read the document on screen again; it may be gone."""
        with self._lock:
            if self._open is None:
                return
            try:
                self._open = self._workspace.documents.get(self._open.id)
            except NotFound:
                self.dismiss()
                return
            self._tell()

    def join(self) -> None:
        """Wait until the picture is drawn."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def close(self) -> None:
        """End the process that draws."""
        self.dismiss()
        self.images.close()
        self.join()

    def _tell(self) -> None:
        assert self._open is not None  # noqa: S101 - the callers look
        document, report = self._open, self._open.preflight
        around = self._neighbours(document.id)
        jobs = self._workspace.jobs.holding([document.id])
        self.document = {
            "id": document.id,
            "name": document.name,
            "pages": report.pages,
            "pages_with_text": report.pages_with_text,
            "size": report.size,
            "title": report.title,
            "doi": report.doi,
            "species": [
                f"{key} ({SPECIES[key].name})" if key in SPECIES else key
                for key in report.species
            ],
            "batches": list(document.upload_batches),
            "problem": report.problem or "",
            "warning": report.warning or "",
            "hint": report.hint,
            "added": document.added,
            "jobs": [
                {"id": job["id"], "name": job["name"], "status": job["status"]}
                for job in jobs[:MOST_JOBS]
            ],
            "more_jobs": max(len(jobs) - MOST_JOBS, 0),
            "number": around.index(document.id) + 1 if document.id in around else 0,
            "count": len(around),
        }

    def _draw(self) -> None:
        """Draw what is wanted last, until nothing is."""
        while True:
            with self._lock:
                document, self._wanted = self._wanted, None
                if document is None:
                    self._thread = None
                    return
            try:
                picture = self._picture(document)
            except Exception as error:  # noqa: BLE001 - shown on the page
                self._failed(error)
                picture = {"problem": "The page could not be drawn.", "hint": ""}
            with self._lock:
                if self._open is not None and self._open.id == document.id:
                    self.picture = {"id": document.id, **picture}

    def _picture(self, document: Document) -> dict[str, Any]:
        try:
            return {"png": self.images.render(document.path, 1, PREVIEW_WIDTH)}
        except DocumentFailure as error:
            return {"problem": error.message, "hint": error.hint}
        except FileNotFoundError:
            return {
                "problem": "The file is missing from the workspace.",
                "hint": "Add it again: its name, batches and jobs are kept.",
            }
