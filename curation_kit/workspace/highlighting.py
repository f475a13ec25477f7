"""Copies of a batch's papers with their evidence highlighted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from curation_kit.documents.cache import TextCache
from curation_kit.documents.catalogue import SHORTEST_ID
from curation_kit.documents.document import Document, id_of_file
from curation_kit.documents.given import document_key
from curation_kit.documents.paths import file_path
from curation_kit.errors import DocumentFailure, JobError, NotFound
from curation_kit.jobs import Rows
from curation_kit.phrases import composed, shown
from curation_kit.records import Record, Verdict
from curation_kit.workspace.job_reading import JobReading

if TYPE_CHECKING:
    from curation_kit.documents.page_images import PageImages
    from curation_kit.documents.text import DocumentText
    from curation_kit.store import Row

__all__ = [
    "PROBLEMS_FILE",
    "JobHighlighting",
    "evidence_folder",
    "evidence_problems",
]

#: File that names the papers which could not be highlighted.
PROBLEMS_FILE = "PROBLEMS.txt"
_PROBLEMS = f"evidence/{PROBLEMS_FILE}"

#: Called with a file name, how many are done, and how many there are.
Progress = Callable[[str, int, int], None]


class JobHighlighting(JobReading):
    """Highlighted PDFs, one by one and as entries of a ZIP."""

    def highlighted_pdf(
        self,
        document: Document | str,
        path: str | Path | None = None,
        *,
        rows: Rows = "all",
        images: PageImages | None = None,
    ) -> Path:
        """Write a copy of a paper with its evidence as highlight annotations.

        Any PDF reader shows them: quotes in yellow, genes, places and stages in
        colours of their own, each with the record's values in its note.

        Parameters
        ----------
        document
            File name of a document of the job, its id, or the start of it.
        path
            The copy, or a folder for it, which is made if there is none and the
            text ends with a slash; ``<name>-evidence.pdf`` in the current folder
            when left out. An existing file is replaced.
        rows
            Which records it shows, as for `records`.
        images
            What writes it, in a process of its own; one that ends with the
            call when left out.

        Returns
        -------
        Path
            The copy.

        Raises
        ------
        NotFound
            If the job does not hold the document, or more than one is meant.
        JobError
            If it has not completed or has no records, if it was removed from
            the workspace or changed, or if no copy of it can be written.
        """
        row = self._with_results(document)
        records = self._records(row, rows)
        if not records:
            raise JobError(
                f"{row['name']} has no {'reviewed ' if rows == 'reviewed' else ''}"
                "records in this job, so there is nothing to highlight."
            )
        target = file_path(path, f"{row['stem']}-evidence.pdf")
        if target.resolve().parent == self._folders.documents.resolve():
            raise JobError(
                f"{target} is a place for the papers themselves: choose another."
            )
        from curation_kit.results import whole_file

        try:
            with whole_file(target, "PDF") as place:
                if images is not None:
                    self._write(row, records, place, images)
                else:
                    with closing(_images()) as own:
                        self._write(row, records, place, own)
        except DocumentFailure as error:
            raise JobError(f"{row['name']}: {_told(error)}") from error
        return target

    def evidence_entries(
        self, progress: Progress | None = None, *, rows: Rows = "all"
    ) -> Iterator[tuple[str, Path | bytes]]:
        """Give the highlighted papers as entries of a ZIP, one after the other.

        Each file is gone when the next one is asked for.

        Parameters
        ----------
        progress
            Called before each paper with its name, the number done, and the
            number in all. What it raises ends it.
        rows
            Which records they show, as for `records`; a paper that has none of
            these is left out.

        Yields
        ------
        str, Path or bytes
            ``evidence/<name>.pdf`` for each completed document with records.
            Those that could not be written are named, with the reason, in a
            last entry ``evidence/PROBLEMS.txt``.
        """
        wanted = [document_id for document_id, _ in self.documents_with_records()]
        if not wanted:
            return
        problems = []
        with (
            closing(_images()) as images,
            TemporaryDirectory(prefix="curation-kit-") as folder,
        ):
            copy = Path(folder) / "copy.pdf"
            for number, document_id in enumerate(wanted):
                row = self._store.document(self.id, document_id)
                if row is None or row["status"] != "completed":  # retried meanwhile
                    continue
                if progress:
                    progress(row["name"], number, len(wanted))
                records = self._records(row, rows)
                if not records:
                    continue
                try:
                    self._write(row, records, copy, images)
                except DocumentFailure as error:
                    problems.append(f"{row['name']}: {_told(error)}\n")
                except JobError as error:
                    problems.append(f"{error}\n")
                else:
                    yield f"evidence/{row['stem']}.pdf", copy
        if problems:
            head = "These papers have records, but no copy with highlights:\n\n"
            yield _PROBLEMS, (head + "\n".join(problems)).encode()

    def _records(self, row: Row, rows: Rows) -> list[tuple[int, Record]]:
        found = self.records_of([row["document_id"]], rows)
        return [(number, record) for _, _, number, record in found]

    def _write(
        self,
        row: Row,
        records: list[tuple[int, Record]],
        target: Path,
        images: PageImages,
    ) -> None:
        from curation_kit.evidence.highlighting import highlighting

        document_id = row["document_id"]
        made = highlighting(
            records,
            self._text(document_id, records),
            curators=self._curators(document_id, records),
        )
        source = self._folders.documents / f"{document_id}.pdf"
        if not source.is_file():
            raise JobError(
                f"{row['name']} was removed from the workspace: add the same file "
                "again, then make the copy."
            )
        try:
            images.highlight(
                source, target, made.highlights, made.note, sha256=document_id
            )
        except OSError as error:
            if error.filename != str(source):
                raise
            raise JobError(  # it is no other paper's failure
                f"{row['name']} cannot be read in the workspace "
                f"({error.strerror or error}): look at its permissions."
            ) from error

    def _curators(
        self, document_id: str, records: list[tuple[int, Record]]
    ) -> dict[int, tuple[str, str]]:
        """Who gave each verdict that the records show, and the note to it."""
        found = {}
        for number, record in records:
            if record.review in {None, Verdict.CHECK.value}:
                continue
            if review := self._store.review_of(self.id, document_id, number):
                found[number] = review.reviewer, review.note
        return found

    def _text(
        self, document_id: str, records: list[tuple[int, Record]]
    ) -> DocumentText | None:
        """Text in which to look for what the extractor did not tell, if it was kept."""
        for _, record in records:
            for evidence in record.evidence:
                if evidence.mentions or evidence.start is None:
                    continue
                for text in TextCache(self._folders.cache).texts(document_id):
                    if text.text[evidence.start : evidence.end] == evidence.quote:
                        return text
                return None
        return None

    def _with_results(self, document: Document | str) -> Row:
        """Row of a document that has results."""
        row = self._meant(document)
        if row["status"] != "completed":
            raise JobError(_without_results(row, self.id))
        return row

    def find_document(self, document: Document | str) -> str:
        """Id of a document of the job: by its id or its start, its name, or its file.

        Raises
        ------
        NotFound
            If the job does not hold it, or more than one is meant.
        """
        found: str = self._meant(document)["document_id"]
        return found

    def _meant(self, document: Document | str) -> Row:
        """Row of the document of the job that a name or an id means."""
        key = document_key(document)
        key = key.id if isinstance(key, Document) else key
        document = str(key) if isinstance(key, str | Path) else shown(key)
        row = self._store.document(self.id, document)
        if row is not None:
            return row
        name, names = composed(document), self.document_names()
        found = [one for one in names if composed(names[one]) == name]
        if not found and (called := self.paper_ids().get(name)):  # as in `results`
            found = [called]
        if not found and len(document) >= SHORTEST_ID:
            found = [one for one in names if one.startswith(document.lower())]
        if len(found) > 1:
            raise NotFound(
                f'More than one document of {self.name} is meant by "{document}": '
                f"{', '.join(one[:12] for one in found)}."
            )
        found_id = found[0] if found else id_of_file(document)
        row = self._store.document(self.id, found_id) if found_id is not None else None
        if row is not None:
            return row
        raise NotFound(
            f'{self.name} has no document "{document}". Those it has: '
            f"curation-kit show {self.id}, or job.documents."
        )


def _without_results(row: Row, job_id: str) -> str:
    """Say why a document has no results."""
    match row["status"]:
        case "failed":
            told = f"{row['message'] or ''} {row['hint'] or ''}".strip()
            return (
                f"{row['name']} failed in this job, so it has no results: "
                f"{told or f'curation-kit show {job_id} says why.'}"
            )
        case "cancelled":
            return f"{row['name']} was cancelled in this job, so it has no results."
    return f"{row['name']} has no results yet: it is {row['status']} in this job."


def evidence_folder(table: Path) -> Path:
    """Folder of the highlighted papers to which the rows of a workbook lead."""
    return table.with_name(f"{table.stem}-evidence")


def evidence_problems(path: Path) -> str:
    """What was said of papers that could not be highlighted.

    Parameters
    ----------
    path
        The ZIP of a job, or a folder of highlighted papers.
    """
    from zipfile import ZipFile

    if path.is_dir():
        told = path / PROBLEMS_FILE
        return told.read_text("utf-8").strip() if told.is_file() else ""
    with ZipFile(path) as archive:
        if _PROBLEMS not in archive.namelist():
            return ""
        return archive.read(_PROBLEMS).decode().strip()


def _images() -> PageImages:
    from curation_kit.documents.page_images import PageImages

    return PageImages()


def _told(error: DocumentFailure) -> str:
    return f"{error.message} {error.hint}".strip()
