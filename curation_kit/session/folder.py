"""Adding the PDFs of a folder on the kernel's computer, or sample papers."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from traitlets import Dict, HasTraits

from curation_kit.documents.document import Document
from curation_kit.documents.library import DocumentLibrary
from curation_kit.errors import CurationKitError
from curation_kit.processes import Worker
from curation_kit.session.follower import INTERVAL
from curation_kit.session.incoming import batch_name
from curation_kit.session.outcomes import Outcomes, tell_added

__all__ = ["SAMPLES", "FolderAdder"]

#: Upload batch of the sample papers.
SAMPLES = "Sample papers"

#: Longest time that the typesetting of the sample papers may take, in seconds.
_SAMPLES_TIME_LIMIT = 120.0


class _Stopped(Exception):  # noqa: N818 - no error: a person asked for it
    """The adding was stopped."""


class FolderAdder(HasTraits):
    """Adds many files from a thread, one at a time, and can be stopped.

    Attributes
    ----------
    progress : dict
        What is done now: ``text``, ``number`` and ``total`` of files (0 when
        they are not counted yet), ``stopping``; empty when nothing is added.

    Parameters
    ----------
    library
        Where the files go.
    outcomes
        Where it is told what became of the files.
    added
        Called, from the thread, when documents were added.
    failed
        Called, from the thread, with what went wrong.
    """

    progress = Dict()

    def __init__(
        self,
        library: DocumentLibrary,
        *,
        outcomes: Outcomes,
        added: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__()
        self._library = library
        self._outcomes = outcomes
        self._added = added
        self._failed = failed
        self._lock = threading.RLock()  # guards what is told against the end
        self._stop = threading.Event()
        self._told = 0.0
        self._thread: threading.Thread | None = None

    def add(self, path: str, batch: str = "") -> None:
        """Add the PDFs of a folder (with those below it), a pattern, or one file.

        Returns at once. Files that are refused are named in the outcomes.

        Raises
        ------
        CurationKitError
            If no path is given, or files are being added already.
        """
        chosen = path.strip()
        if not chosen:
            raise CurationKitError("Type the path of a folder with PDF files first.")
        self._start("Looking for PDFs…", lambda: self._add([chosen], batch_name(batch)))

    def add_samples(self) -> None:
        """Add the sample papers that the package writes itself; returns at once."""
        self._start("Writing the sample papers…", self._add_samples)

    def stop(self) -> None:
        """Stop after the file in work; what was added stays."""
        with self._lock:
            if self.progress:
                self._stop.set()
                self.progress = {**self.progress, "stopping": True}

    def join(self) -> None:
        """Wait until nothing is added any more."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def close(self) -> None:
        """Stop, and wait for the file in work."""
        self.stop()
        self.join()

    def _start(self, text: str, work: Callable[[], None]) -> None:
        with self._lock:
            if self.progress:
                raise CurationKitError(
                    "Files are being added: wait until that is done."
                )
            self._stop.clear()
            self._show(text)
        self._outcomes.begin()
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], None]) -> None:
        try:
            try:
                work()
            except _Stopped:
                pass
            finally:
                self._outcomes.publish()
                self._added()
        except Exception as error:  # noqa: BLE001 - shown on the page
            self._failed(error)
        finally:
            with self._lock:
                self.progress = {}

    def _show(self, text: str, number: int = 0, total: int = 0) -> None:
        self._told = time.monotonic()
        with self._lock:
            self.progress = {
                "text": text,
                "number": number,
                "total": total,
                "stopping": self._stop.is_set(),
            }

    def _next(self, name: str, number: int, total: int) -> None:
        if self._stop.is_set():
            raise _Stopped
        if time.monotonic() - self._told >= INTERVAL:
            self._show(name, number, total)

    def _add(self, paths: list[str], batch: str) -> None:
        known = {document.id: document.name for document in self._library.list()}

        def added(path: Path, document: Document) -> None:
            tell_added(self._outcomes, str(path), path.name, document, known)

        with warnings.catch_warnings(action="ignore"):  # refusals are told below
            refused = self._library.add(
                paths, batch, progress=self._next, each=added
            ).refused
        for item in refused:
            self._outcomes.tell(item.path, item.path, "refused", f"{item.reason}.")

    def _add_samples(self) -> None:
        from curation_kit.samples import write_sample_papers

        with TemporaryDirectory(prefix="curation-kit-") as folder:
            worker = Worker()  # typesetting needs PyMuPDF, which wants no threads
            try:
                worker.call(
                    write_sample_papers, Path(folder), timeout=_SAMPLES_TIME_LIMIT
                )
            finally:
                worker.close()
            self._add([folder], SAMPLES)
