"""The documents of a workspace: add, rename, remove."""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from curation_kit.documents.catalogue import DocumentCatalogue
from curation_kit.documents.document import (
    LONGEST_NAME,
    AddedDocuments,
    Document,
    clean_name,
)
from curation_kit.documents.given import document_key
from curation_kit.documents.intake import Arrival, Intake, sweep
from curation_kit.documents.paths import Refusal, pdf_files
from curation_kit.documents.report import Preflight
from curation_kit.errors import CurationKitError
from curation_kit.phrases import shown, whole_characters
from curation_kit.processes import cores
from curation_kit.store import Database

__all__ = ["DocumentLibrary"]

#: Documents that are deleted in one transaction: others wait to write meanwhile.
_AT_ONCE = 500


class DocumentLibrary(DocumentCatalogue):
    """Documents of a workspace, known by the SHA-256 of their bytes.

    Parameters
    ----------
    database
        The workspace's store.
    folder
        Where the files are kept, each named by its hash.
    jobs_using
        Gives the names of the jobs that use a document.
    look
        Gives the preflight report of a file; it is run in another process.
    """

    def __init__(
        self,
        database: Database,
        folder: Path,
        *,
        jobs_using: Callable[[str], list[str]] = lambda _: [],
        look: Callable[[Path], Preflight] | None = None,
    ) -> None:
        super().__init__(database, folder)
        self._jobs_using = jobs_using
        self._look = look

    def __repr__(self) -> str:
        return f"<Documents: {len(self):,}; list() gives them, add(PATHS) adds more>"

    def add(
        self,
        paths: str | Path | Iterable[str | Path],
        upload_batch: str | None = None,
        *,
        progress: Callable[[str, int, int], None] | None = None,
        each: Callable[[Path, Document], None] | None = None,
    ) -> AddedDocuments:
        """Copy PDFs into the workspace.

        Parameters
        ----------
        paths
            Files, folders (searched through for ``*.pdf``, also where links in them
            lead to) or glob patterns.
        upload_batch
            Name that groups the documents; the date and time when left out.
        progress
            Called before each file with its name, the number done, and the
            number in all. What it raises ends the adding; what was added
            until then stays.
        each
            Called after each file that was not refused, with its document.

        Returns
        -------
        AddedDocuments
            One document per file; for bytes already known, the existing one.
            Paths that are missing or no PDF are in ``.refused``, and a
            warning names them.

        Raises
        ------
        CurationKitError
            If something given is no path.
        WorkspaceError
            If the workspace was moved or deleted.
        """
        batch = whole_characters(upload_batch or time.strftime("%Y-%m-%d %H:%M"))
        if isinstance(paths, str | Path) or not isinstance(paths, Iterable):
            paths = [paths]
        # The items of a table are its columns, whose names would be taken for paths.
        is_row = document_key(paths) is not paths
        given: list[Any] = [paths] if is_row or hasattr(paths, "columns") else [*paths]
        if wrong := [path for path in given if not isinstance(path, str | Path)]:
            raise CurationKitError(
                f"{shown(wrong[0])} is no path: give files, folders or patterns, for "
                'instance ws.documents.add("papers").'
            )
        self._database.check_place()  # the folder and its list go together
        added = AddedDocuments()
        sweep(self.folder)
        files = list(pdf_files(given, added.refused))
        intake = Intake(
            self.folder,
            is_known=lambda document_id: self._row(document_id) is not None,
            look=self._look,
            at_once=min(cores(), len(files)),
        )
        with intake.arrivals(files) as arrivals:
            for number, path in enumerate(files):
                if progress:
                    progress(path.name, number, len(files))
                document = self._take(next(arrivals), batch, intake, added)
                if each and document is not None:
                    each(path, document)
        if added.refused:
            warnings.warn(f"Not added: {added.refusals}", stacklevel=2)
        return added

    def _take(
        self, arrival: Arrival, batch: str, intake: Intake, added: AddedDocuments
    ) -> Document | None:
        """Keep a file that has been copied, unless it is refused."""
        known = None
        while known is None and not arrival.refused:
            try:
                known = self._put(arrival, batch)
            except OSError as error:
                arrival.refused = f"cannot be kept ({error.strerror or error})"
                break
            if known is None:  # it was there when it came, and was removed meanwhile
                intake.look_at(arrival)
        if known is None:
            added.refused.append(Refusal(str(arrival.path), arrival.refused))
            return None
        document, is_new = known
        if not is_new:
            added.duplicates.append(document)
        if document.id not in added.ids:
            added.ids.add(document.id)
            added.append(document)
        return document

    def _put(self, arrival: Arrival, batch: str) -> tuple[Document, bool] | None:
        """Put a copied file in its place; give its document, and whether it is new.

        None if it is new, and was not looked at yet.
        """
        document_id, report, copy = arrival.document_id, arrival.report, arrival.copy
        assert copy is not None  # noqa: S101 - else it was refused
        # The file comes and goes in the transaction of its row: see `_delete`.
        with self._database.transaction():
            is_new = self._row(document_id) is None
            if is_new and report is None:
                return None
            if is_new or not self._file(document_id).exists():  # lost from the folder
                copy.replace(self._file(document_id))
            if is_new and report is not None:
                self._insert(document_id, arrival.path.name, report)
            self._database.execute(
                "INSERT OR IGNORE INTO upload_batches (name, document_id) "
                "VALUES (?, ?)",
                (batch, document_id),
            )
            return self.get(document_id), is_new

    def _insert(self, document_id: str, name: str, report: Preflight) -> None:
        self._database.execute(
            "INSERT INTO documents (id, name, added, preflight) VALUES (?, ?, ?, ?)",
            (document_id, clean_name(name), time.time(), report.model_dump_json()),
        )

    def rename(self, document_id: Document | str, name: str) -> Document:
        """Give a document another file name; jobs keep the name they ran with.

        Folders and control characters are taken off; ".pdf" is put at the end
        where it is missing.

        Raises
        ------
        NotFound
            If there is no such document; see `get`.
        CurationKitError
            If nothing is left of the name.
        """
        document = self.get(document_id)
        cleaned = clean_name(name)
        stem = cleaned[: -len(".pdf")] if cleaned.lower().endswith(".pdf") else cleaned
        if not stem.strip(". "):
            raise CurationKitError(f'"{name}" is no name for a document.')
        cleaned = f"{stem[: LONGEST_NAME - len('.pdf')]}.pdf"
        self._database.execute(
            "UPDATE documents SET name = ? WHERE id = ?", (cleaned, document.id)
        )
        return self.get(document.id)

    def remove(self, document_id: Document | str, *, force: bool = False) -> None:
        """Delete a document and its file; jobs keep the results they have.

        Raises
        ------
        CurationKitError
            If a job uses the document and `force` is not set.
        """
        document = self.get(document_id)
        jobs = [] if force else self._jobs_using(document.id)
        if jobs:
            raise CurationKitError(
                f"{document.name} is used by {', '.join(jobs)}. Their results would "
                "stay, but the paper could not be run or shown again. "
                "Remove it with force=True (--force) if you mean it."
            )
        self.remove_all([document.id])

    def remove_all(self, document_ids: Iterable[str]) -> int:
        """Delete documents, whether jobs use them or not; give their number.

        Hundreds in one transaction, so thousands take seconds. An id that is not
        there counts for nothing.

        Raises
        ------
        CurationKitError
            If files cannot be deleted; their documents are gone all the same.
        """
        ids = list(document_ids)
        left: list[OSError] = []
        gone = sum(
            self._delete(ids[start : start + _AT_ONCE], left.append)
            for start in range(0, len(ids), _AT_ONCE)
        )
        if left:
            raise CurationKitError(
                f"The documents are deleted, but {len(left)} of their files are not "
                f"({left[0]}). Delete these files yourself."
            )
        return gone

    def _delete(
        self, document_ids: Sequence[str], hinders: Callable[[OSError], object]
    ) -> int:
        """Delete documents; give their number, and tell what hinders.

        Their files go before anybody can add the same bytes again.
        """
        ids = (json.dumps(document_ids),)
        meant = "documents WHERE id IN (SELECT value FROM json_each(?))"
        with self._database.transaction():
            gone = self._database.all(f"SELECT id FROM {meant}", ids)  # noqa: S608 - a constant
            self._database.execute(f"DELETE FROM {meant}", ids)  # noqa: S608 - as above
            for row in gone:
                try:
                    self._file(row["id"]).unlink(missing_ok=True)
                except OSError as error:
                    hinders(error)
        return len(gone)
