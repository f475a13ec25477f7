"""Files of a batch: what its output steps wrote, and the ZIP of all."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from curation_kit.documents.paths import file_path, names_folder, user_path
from curation_kit.errors import JobError
from curation_kit.jobs import Rows, check_rows
from curation_kit.workspace.completeness import JobCompleteness
from curation_kit.workspace.content import JobContent
from curation_kit.workspace.curated_files import CuratedFiles, nothing_reviewed
from curation_kit.workspace.highlighting import (
    PROBLEMS_FILE,
    JobHighlighting,
    Progress,
    evidence_folder,
)
from curation_kit.workspace.run_folder import add_run_folder

if TYPE_CHECKING:
    from curation_kit.formats import TableRow
    from curation_kit.store import Row
    from curation_kit.workspace.record_keys import RecordKey

__all__ = ["JobExporting"]


class JobExporting(CuratedFiles, JobHighlighting, JobCompleteness):
    """Result files of a job, one by one and together."""

    def result_files(
        self, document_id: str | None = None, step: int | None = None
    ) -> list[Path]:
        """Result files of completed documents.

        Parameters
        ----------
        document_id
            Only those of one document.
        step
            Only those of one output step, by its index in the flow.
        """
        folder = self._folders.results / self.id
        return [folder / row["name"] for row in self._result_rows(document_id, step)]

    def _result_rows(self, document_id: str | None, step: int | None) -> Iterator[Row]:
        rows = (
            self._store.all_result_files(self.id)
            if document_id is None
            else self._store.files_of(self.id, [document_id])
        )
        return (row for row in rows if step in {None, row["step"]})

    def outputs(self, document_ids: Sequence[str]) -> dict[str, list[tuple[int, str]]]:
        """Output steps of some documents, each with the extension of its file."""
        found: dict[str, list[tuple[int, str]]] = {}
        for row in self._store.files_of(self.id, document_ids):
            extension = row["name"].rpartition(".")[2]
            found.setdefault(row["document_id"], []).append((row["step"], extension))
        return found

    def result_entries(
        self,
        document_id: str | None = None,
        step: int | None = None,
        *,
        rows: Rows = "all",
    ) -> Iterator[tuple[str, bytes, bytes | None]]:
        """Give each result file as an entry of a ZIP, as it is given to people.

        The files in the workspace are never changed: those of documents that
        were reviewed are made anew here, and those that are gone or changed, as
        in a backup copy.

        Parameters
        ----------
        document_id, step
            Only some of them: see `result_files`.
        rows
            Which records they hold: see `records`. With ``reviewed`` documents
            of which nothing was reviewed are left out.

        Yields
        ------
        str, bytes, bytes or None
            Its name, its content, and the SHA-256 of that where it is known.

        Raises
        ------
        JobError
            If with ``reviewed`` nothing is left, or a file cannot be made.
        """
        check_rows(rows)
        folder, none = self._folders.results / self.id, True
        reviewed = self.reviewed_ids()
        for row in self._result_rows(document_id, step):
            if rows == "machine" or row["document_id"] not in reviewed:
                if rows == "reviewed":
                    continue
                content = _unchanged(folder / row["name"], row["sha256"])
                if content is not None:
                    yield row["name"], content, bytes.fromhex(row["sha256"])
                    continue
            none = False
            content = self.result_bytes(row["document_id"], row["step"], rows)
            yield row["name"], content, None
        if none and rows == "reviewed":
            raise nothing_reviewed(self.name)

    def unreviewed_files(self, step: int) -> Iterator[tuple[str, bytes | None]]:
        """Id of each document with a result file of a step, and the file's content.

        The content is None where it is not what it should be: a curator has said
        something of the records, or the file is gone or changed.
        """
        folder, reviewed = self._folders.results / self.id, self.reviewed_ids()
        for row in self._result_rows(None, step):
            known = row["document_id"] not in reviewed
            yield (
                row["document_id"],
                _unchanged(folder / row["name"], row["sha256"]) if known else None,
            )

    def write_results(
        self,
        folder: Path,
        document_id: str,
        step: int | None = None,
        *,
        rows: Rows = "all",
    ) -> Path:
        """Give the results of one document: a file, or a ZIP of several.

        Parameters
        ----------
        folder
            Where it is put, unless it is a file of the workspace as it stands.
        step, rows
            See `result_entries`.

        Raises
        ------
        JobError
            If the document has none.
        """
        from curation_kit.results import zip_archive

        found = list(self.result_entries(document_id, step, rows=rows))
        if not found:
            raise JobError("This document has no results: it did not complete.")
        name, content, _ = found[0]
        if len(found) > 1:
            target = folder / f"{Path(name).stem}.zip"
            with zip_archive(target) as archive:
                for entry in found:
                    archive.add(*entry)
            return target
        own = self._folders.results / self.id / name
        with suppress(OSError):
            if own.read_bytes() == content:
                return own
        (folder / name).write_bytes(content)
        return folder / name

    def export_zip(
        self,
        path: str | Path | None = None,
        *,
        rows: Rows = "all",
        evidence: bool = False,
        progress: Progress | None = None,
    ) -> Path:
        """Write a ZIP with one result file per completed document and output.

        Its folder ``_run`` has all records as one table (CSV, Excel, and Parquet
        where PyArrow is installed), the documents, their ledgers, the dropped
        candidates, the log, the flow, a manifest with versions and checksums, and
        RO-Crate metadata. The same job gives the same bytes.

        Parameters
        ----------
        path
            The ZIP, or a folder for it, which is made if there is none and the
            text ends with a slash; ``<job id>.zip`` in the current folder when
            left out.
        rows
            Which records the result files hold: see `result_entries`.
        evidence
            Whether it also holds the papers with their evidence highlighted,
            in ``evidence/``: see `evidence_entries`.
        progress
            Called before each highlighted paper, and now and then while the
            workbook is made, with the name of a document, the number (of papers,
            of records) done, and the number in all. What it raises ends the
            export.

        Raises
        ------
        JobError
            If no document has completed.
        """
        from curation_kit.results import zip_archive

        target = file_path(path, f"{self.id}.zip")
        if not any(self._result_rows(None, None)):
            which = "" if self.progress.failed else " --cancelled"
            raise JobError(
                f"{self.name} has no completed document, so there is nothing to "
                f"download: curation-kit show {self.id} says why; once that is mended, "
                f"curation-kit retry {self.id}{which} runs them again."
                if self.settled
                else f"{self.name} has no completed document yet, so there is nothing "
                "to download: wait for the first."
            )
        content = self._content()
        with zip_archive(target, time=content.time) as archive:
            for result in self.result_entries(rows=rows):
                archive.add(*result)
            if evidence:
                for paper in self.evidence_entries(progress, rows=rows):
                    archive.add(*paper)
            add_run_folder(archive, content, rows=rows, progress=progress)
        return target

    def table_rows(self, rows: Rows = "all") -> Iterator[TableRow]:
        """Records in document order, with all that tables tell of them.

        Parameters
        ----------
        rows
            Which records: see `records`.
        """
        return self._content().rows(rows)

    def export_table(
        self,
        path: str | Path,
        *,
        format: str | None = None,  # noqa: A002 - as in the command
        rows: Rows = "all",
        wide: bool = False,
        evidence: bool = False,
        records: Iterable[RecordKey] | None = None,
        progress: Progress | None = None,
    ) -> Path:
        """Write all records as one table.

        Row by row: a hundred thousand records need little memory.

        Parameters
        ----------
        path
            The file; an existing one is replaced.
        format
            ``csv``, ``tsv``, ``json``, ``xlsx`` or ``parquet`` (which needs
            PyArrow); by the end of the file's name when left out.
        rows
            Which records: see `records`.
        wide
            Whether CSV, TSV and Parquet also tell why a record was kept, where its
            quote and the paper differ, and what curators said of it, as JSON and
            Excel always do.
        evidence
            Only for ``xlsx``: also write the papers with their evidence highlighted
            into the folder ``<name>-evidence`` beside it, to whose pages the rows
            then lead. Else they lead to the paper's DOI, where that is known.
        records
            Those wanted, in this order, each as for `review`; all, in document
            order, when left out. Those that are gone are left out.
        progress
            Called now and then with the name of a document, the number of
            records done, and the number in all. What it raises ends the export.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        JobError
            If there is no such format, if with ``reviewed`` no record was
            reviewed, if evidence is wanted with another format than ``xlsx``, or
            if a file cannot be written.
        NotFound
            If one of `records` names a document that the job does not have.
        CurationKitError
            If PyArrow is not installed.
        """
        from curation_kit.results import table_format

        target = user_path(path)
        kind = table_format(target, format)
        if names_folder(path):
            raise JobError(f"{target} is a folder: name the file for the table.")
        self.check_there()
        self.check_rows_exist(rows)
        keys = None if records is None else self.resolved(records, gone=True)
        content, link = self._content(), None
        if evidence:
            if kind != "xlsx":
                raise JobError(
                    f"Only a workbook leads to highlighted papers, not {kind}: name "
                    f"the file {target.stem}.xlsx, or leave evidence out."
                )
            folder = evidence_folder(target)
            written = self._write_evidence(folder, rows, progress)
            link = content.link(evidence=f"{quote(folder.name)}/", among=written)
        return content.write_table(
            target, kind, rows=rows, keys=keys, wide=wide, link=link,
            progress=progress,
        )  # fmt: skip

    def _write_evidence(
        self, folder: Path, rows: Rows, progress: Progress | None
    ) -> set[str]:
        """Write the highlighted papers into a folder; give their names in a ZIP."""
        from curation_kit.results import in_the_way

        written = set()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / PROBLEMS_FILE).unlink(missing_ok=True)  # of an earlier time
            for name, entry in self.evidence_entries(progress, rows=rows):
                target = folder / Path(name).name
                if isinstance(entry, Path):
                    shutil.copyfile(entry, target)
                else:
                    target.write_bytes(entry)
                written.add(name)
        except OSError as error:
            raise JobError(
                f"{folder} cannot be written "
                f"({in_the_way(folder / PROBLEMS_FILE, error)}): choose another place "
                "for the table."
            ) from error
        return written

    def _content(self) -> JobContent:
        return JobContent(self, self._store, self._folders.results.parent)


def _unchanged(path: Path, digest: str) -> bytes | None:
    """Content of a file, if it is there and still the same."""
    try:
        with path.open("rb", buffering=0) as file:
            content = file.read()
    except OSError:  # gone, or of somebody else: the store has it, too
        return None
    return content if sha256(content).hexdigest() == digest else None
