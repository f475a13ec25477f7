"""Verdicts that curators gave in a spreadsheet."""

from __future__ import annotations

from pathlib import Path

from curation_kit.documents.paths import user_path
from curation_kit.errors import CurationKitError, JobError
from curation_kit.formats import plain_cell, read_spreadsheet
from curation_kit.jobs import Review
from curation_kit.records import Record, Verdict
from curation_kit.workspace.corrections import changed_values, whole_text
from curation_kit.workspace.record_keys import KeysReadOnce, resolve
from curation_kit.workspace.reviewing import JobReviewing

__all__ = ["JobReviewTables"]

#: Columns that a table of verdicts needs, as a workbook of the results has them.
_NEEDED = ("document", "record", "review")


class JobReviewTables(JobReviewing):
    """Take verdicts from the results as somebody has filled them in."""

    def review_from(
        self, path: str | Path, *, reviewer: str | None = None
    ) -> dict[str, int]:
        """Take the verdicts that stand in a table of the results: all, or none.

        The table is that of `export_table`, as ``.xlsx``, or wide as CSV or TSV, with
        ``accepted``, ``edited`` or ``rejected`` written into the column ``review`` and
        the right values in place of wrong ones. ``review_note`` has the note. Lines
        may be left out, and columns but for ``document``, ``record`` and ``review``.

        Parameters
        ----------
        path
            The table; the first sheet of a workbook.
        reviewer
            As for `review`.

        Returns
        -------
        dict of str to int
            Number of records that got each verdict, of lines that say what was said
            before (``same``), of those without a verdict (``left``), and of these that
            have other values than the record (``unsaid``): nothing is taken of them.

        Raises
        ------
        CurationKitError
            If the table cannot be read.
        JobError
            If it lacks a column, or what a line says is not possible: which one, and
            why.
        """
        model = self.record_model()
        file = user_path(path)
        header, lines = read_spreadsheet(
            file, f"table {file}", texts=model.domain_columns()
        )
        if missing := [name for name in _NEEDED if name not in header]:
            raise JobError(
                f"{file} has no column {', '.join(missing)}: take the workbook of "
                f"curation-kit results {self.id} --out records.xlsx, or a CSV with "
                "--wide."
            )
        known = KeysReadOnce(self.id, self._store)
        columns = [name for name in header if name in model.domain_columns()]
        counts = dict.fromkeys(
            ("accepted", "edited", "added", "rejected", "same", "left", "unsaid"), 0
        )
        reviews: dict[tuple[str, int], Review] = {}
        for number, cells in lines:
            line = dict(zip(header, cells, strict=True))
            try:
                key = resolve(known, _key(line))
                if key in reviews:
                    raise JobError("this record has a verdict in a line above.")
                review, what = self._said(key, line, columns, reviewer)
            except CurationKitError as error:
                raise JobError(f"{file}, line {number}: {error}") from error
            if review is not None:
                reviews[key] = review
            counts[what] += 1
        self._store.review(self.id, reviews)
        return counts

    def _said(
        self,
        key: tuple[str, int],
        line: dict[str, str],
        columns: list[str],
        reviewer: str | None,
    ) -> tuple[Review | None, str]:
        """Give the review of a line, if it is a new one, and what it counts as."""
        record, earlier = self.record(*key), self._store.review_of(self.id, *key)
        changes = _changes(record, {name: line[name] for name in columns})
        verdict = line["review"].strip().casefold()
        if verdict in {"", Verdict.CHECK.value}:
            return None, "unsaid" if changes else "left"
        note = whole_text(line.get("review_note", earlier.note if earlier else ""))
        if earlier and not changes and (verdict, note) == (record.review, earlier.note):
            return None, "same"
        wanted = {**(earlier.changes if earlier else {}), **changes}
        if verdict == Verdict.REJECTED.value:
            wanted = {}
        review = self._judged(key, verdict, wanted or None, note, reviewer)
        return review, review.verdict.value


def _key(line: dict[str, str]) -> tuple[str, int]:
    """Paper and number of the record that a line is of."""
    number = line["record"].strip().removesuffix(".0")  # of a spreadsheet
    if not number.isdecimal():
        raise JobError(
            f'"{line["record"]}" in the column record is no number of a record.'
        )
    return line.get("document_id", "").strip() or line["document"], int(number)


def _changes(record: Record, cells: dict[str, str]) -> dict[str, object]:
    """Values by column that are not those of a record."""
    now = record.row("")
    others = {
        name: cell
        for name, cell in cells.items()
        if cell.strip() != plain_cell(now[name]).strip()
    }
    return changed_values(record, others)
