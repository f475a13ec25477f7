"""What is offered to the browser to be saved: results, tables, marked papers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from traitlets import Dict, HasTraits

from curation_kit.jobs import Rows
from curation_kit.session.job_view import JobView
from curation_kit.session.preparation import Preparation
from curation_kit.workspace import evidence_problems

__all__ = ["Downloads"]

_Progress = Callable[[str, int, int], None]


class Downloads(HasTraits):
    """Makes files of the job on screen, and offers them.

    Attributes
    ----------
    offered : dict
        File for the browser to save: ``name`` and ``path``.
    preparation : Preparation
        A file that is being made.

    Parameters
    ----------
    view
        The job on screen.
    noted
        Called, from a thread, with what is to be known about a file that is offered.
    failed
        Called, from a thread, with the error that ended the making of a file.
    """

    offered = Dict()

    def __init__(
        self,
        view: JobView,
        *,
        noted: Callable[[str], None],
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__()
        self._view = view
        self._noted = noted
        self._folder: TemporaryDirectory[str] | None = None
        self._lock = threading.Lock()
        self.preparation = Preparation(made=self._made, failed=failed)

    def of_document(self, document_id: str, step: int | None = None) -> None:
        """Offer the results of one document: a file, or a ZIP of several.

        Parameters
        ----------
        step
            Only the file of this output step, by its index in the flow.
        """
        self.offer(self._view.opened().write_results(self._place(), document_id, step))

    def of_all(self, evidence: bool = False, rows: Rows = "all") -> None:  # noqa: FBT001, FBT002 - from the page
        """Offer the results of all completed documents as one ZIP, when it is made.

        Parameters
        ----------
        evidence
            Whether it holds the highlighted papers too.
        rows
            Which records: see `Job.records`.
        """
        job, folder = self._view.opened(), self._place()

        def make(progress: _Progress) -> Path:
            return job.export_zip(
                folder, rows=rows, evidence=evidence, progress=progress
            )

        self.preparation.start("Making the ZIP", make)

    def of_paper(self, document_id: str) -> None:
        """Offer a paper with its evidence highlighted, when the copy is made."""
        job, folder = self._view.opened(), self._place()

        def make(_: _Progress) -> Path:
            return job.highlighted_pdf(document_id, folder)

        self.preparation.start("Highlighting the paper", make)

    def of_records(self, format: str = "csv") -> None:  # noqa: A002 - as in the command
        """Offer the records that are shown, on whatever page, as one table.

        Parameters
        ----------
        format
            ``csv``, ``tsv``, ``json``, ``xlsx`` or ``parquet``.
        """
        job, records = self._view.opened(), self._view.records
        path = self._place() / f"{job.id}-records.{format}"

        def make(progress: _Progress) -> Path:
            return job.export_table(path, records=records.keys(), progress=progress)

        self.preparation.start("Making the table", make)

    def offer(self, path: Path) -> None:
        """Offer a file that is there."""
        with self._lock:  # a thread may have made another one
            self.offered = {}  # the same file may be asked for again
            self.offered = {"name": path.name, "path": str(path)}

    def offer_text(self, name: str, text: str) -> None:
        """Offer a text as a file of this name."""
        path = self._place() / name
        path.write_text(text, encoding="utf-8")
        self.offer(path)

    def close(self) -> None:
        """Make nothing any more, and delete what was made."""
        self.preparation.stop()
        self.preparation.join()
        if self._folder is not None:
            self._folder.cleanup()

    # ---- within

    def _place(self) -> Path:
        """Folder for files on their way to the browser; it goes with the session."""
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="curation-kit-")
        return Path(self._folder.name)

    def _made(self, path: Path) -> None:
        if path.suffix == ".zip" and (problems := evidence_problems(path)):
            self._noted(problems)
        self.offer(path)
