"""Verdicts that curators gave in a spreadsheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from curation_kit.documents.paths import user_path
from curation_kit.errors import CurationKitError, JobError
from curation_kit.formats import (
    MISSING,
    Kind,
    columns_of,
    is_mangled,
    plain_cell,
    read_spreadsheet,
)
from curation_kit.jobs import VERDICTS, Review
from curation_kit.phrases import counted, shown
from curation_kit.records import EVIDENCE_COLUMNS, Record, Verdict, id_column
from curation_kit.workspace.content import iso
from curation_kit.workspace.corrections import (
    changed_values,
    column_kind,
    whole_text,
)
from curation_kit.workspace.record_keys import KeysReadOnce, resolve
from curation_kit.workspace.reviewing import JobReviewing

__all__ = ["JobReviewTables", "TakenLines"]

#: Columns that a table of verdicts needs, as a workbook of the results has them.
_NEEDED = ("document", "record", "review")

#: What can come of a line.
_OUTCOMES = (*map(str, VERDICTS), "same", "kept", "left", "unsaid", "ignored")

#: Bytes that are no letter of Windows: its programs make control characters of them.
_NO_LETTERS = "\x81\x8d\x8f\x90\x9d"


class TakenLines(dict[str, list[int]]):
    """Numbers of the lines of a table, by what came of them; short in a notebook."""

    def __repr__(self) -> str:
        told = [f"{len(lines)} {what}" for what, lines in self.items() if lines]
        return f"<TakenLines {', '.join(told) or 'none'}>"


class JobReviewTables(JobReviewing):
    """Take verdicts from the results as somebody has filled them in."""

    def review_from(
        self,
        path: str | Path,
        *,
        reviewer: str | None = None,
        replace: bool = False,
    ) -> TakenLines:
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
        replace
            Whether a verdict of the table also counts where the record has another,
            which the table does not know, as its column ``review_time`` tells, or
            none any more.

        Returns
        -------
        TakenLines
            A dictionary: numbers of the lines, by what came of them. It is the
            verdict that their records got, ``same`` where it was given before,
            ``kept`` where the record's stays as it is for want of `replace`,
            ``left`` where the line has no verdict, and ``unsaid`` where such a line
            has other values than the record. Lines may be among the ``ignored``, too:
            they have changed cells that are not taken whatever the verdict, of the
            evidence or of a record that is rejected.

        Raises
        ------
        CurationKitError
            If the table cannot be read.
        JobError
            If it lacks a column, is of another job, or what a line says is not
            possible: which one, and why. Also if others reviewed the same records at
            this moment.
        """
        file, own = user_path(path), self.record_model().domain_columns()
        known = KeysReadOnce(self.id, self._store)
        found = TakenLines({name: [] for name in _OUTCOMES})
        reviews: dict[tuple[str, int], Review] = {}
        numbers: dict[tuple[str, int], int] = {}
        over: dict[tuple[str, int], float | None] = {}
        for number, line in self._lines(file, own):
            job_id, seen = (
                None if name in own or name not in line else line[name].strip()
                for name in ("job_id", "review_time")
            )
            try:
                self._check_job(job_id)
                key = resolve(known, _key(line))
                if (first := numbers.setdefault(key, number)) != number:
                    raise JobError(
                        f"this record has line {first} already: leave one of the two."
                    )
                earlier = self._store.review_of(self.id, *key)
                time = earlier.time if earlier else None
                is_current = _utc(seen) == iso(time)
                # A table that tells times and has none knows of no verdict.
                base = None if seen == "" else earlier
                if seen != "" and not is_current:
                    line = self._without_old_identifiers(line, key, known)  # noqa: PLW2901
                review, what, ignored = self._said(key, line, base, reviewer)
            except CurationKitError as error:
                raise JobError(f"{file}, line {number}: {error}") from error
            if review is None:
                pass
            elif earlier and _says(review) == _says(earlier):
                what = "same"
            elif replace or is_current:
                reviews[key], over[key] = review, time
            else:
                what = "kept"
            found[what].append(number)
            if ignored:
                found["ignored"].append(number)
        stored = self._store.review(self.id, reviews, over=None if replace else over)
        if late := len(reviews) - stored:
            raise JobError(
                f"{counted(late, 'record was', 'records were')} reviewed while the "
                "table was taken, and that stays; all else is taken. Take the table "
                "again to see which."
            )
        return found

    def _lines(
        self, file: Path, own: Collection[str]
    ) -> Iterator[tuple[int, dict[str, str]]]:
        """Number of each line of a table, and its cells by column.

        What is written for what is missing is left to `_said` in columns of the
        record's `own`: a value may be called so.
        """
        dates = {c.name for c in columns_of(self.record_model()) if c.kind is Kind.DATE}
        texts = {*own} - dates
        header, lines = read_spreadsheet(file, f"table {file}", texts=texts)
        if missing := [name for name in _NEEDED if name not in header]:
            raise JobError(
                f"{file} has no column {', '.join(missing)}: take the workbook of "
                f"curation-kit results {self.id} --out records.xlsx, or a CSV with "
                "--wide."
            )
        for number, cells in lines:
            yield (
                number,
                {
                    name: "" if name not in own and cell.strip() in MISSING else cell
                    for name, cell in zip(header, cells, strict=True)
                },
            )

    def _check_job(self, job_id: str | None) -> None:
        """Raise if a line is of another job: its records have the same numbers."""
        if job_id and job_id != self.id:
            raise JobError(
                f"this record is of the job {job_id}, and not of {self.name} "
                f"({self.id}): take the table for that job."
            )

    def _without_old_identifiers(
        self, line: dict[str, str], key: tuple[str, int], known: KeysReadOnce
    ) -> dict[str, str]:
        """A line without identifiers that its record had with other names only.

        Where a name was changed they still stand beside the new one.
        """
        machine = self.record(*key, rows="machine").row("")
        had = [
            {n: _plain(plain_cell(value)) for n, value in {**machine, **more}.items()}
            for more in ({}, *known.changes_logged.get(key, []))
        ]
        old = set()
        for name, identifier in ((name, id_column(name)) for name in line):
            if identifier in line:
                cell = _plain(line[identifier])
                names = {row.get(name) for row in had if row.get(identifier) == cell}
                if names and _plain(line[name]) not in names:
                    old.add(identifier)
        return {name: cell for name, cell in line.items() if name not in old}

    def _said(
        self,
        key: tuple[str, int],
        line: dict[str, str],
        earlier: Review | None,
        reviewer: str | None,
    ) -> tuple[Review | None, str, bool]:
        """Give the review of a line, what it counts as, and if cells are ignored.

        Nothing was said `earlier`: the line began as what the flow made.
        """
        record = self.record(*key, rows="all" if earlier else "machine")
        others = _other_cells(record, line)
        cells = {
            n: "" if line[n].strip() in MISSING else line[n]
            for n in others
            if n in record.domain_columns()
        }
        changes = changed_values(record, cells)
        fixed = [name for name in others if name in EVIDENCE_COLUMNS]
        verdict = line["review"].strip().casefold()
        if verdict in {"", Verdict.CHECK.value}:
            return None, "unsaid" if changes else "left", bool(fixed)
        ignored = bool(fixed)
        if verdict == Verdict.REJECTED.value:
            changes, ignored = {}, bool(fixed or changes)
        if verdict == Verdict.EDITED.value and not (
            changes or (earlier and earlier.changes)
        ):
            raise JobError(
                f"{self._named(key)}: an edited record needs other values than it has, "
                f"in one of {', '.join(record.domain_columns())}"
                + (f"; its {' and '.join(fixed)} cannot be edited." if fixed else ".")
            )
        wanted: dict[str, Any] = {n: cells[n] for n in cells if n in changes}
        self._check_names(key, record, wanted)
        note = whole_text(line.get("review_note", earlier.note if earlier else ""))
        if earlier and _plain(earlier.note) in {
            _plain(note),
            *_before_misreading(note),
        }:
            note = earlier.note
        if earlier:
            # An identifier goes with its name: that of another name says nothing.
            named = {id_column(name) for name in wanted}
            touched = {*earlier.changes, *map(id_column, earlier.changes)} - named
            wanted = {**record.model_dump(mode="json", include=touched), **wanted}
        review = self._judged(
            key, verdict, None if earlier and not changes else wanted, note, reviewer
        )
        return review, review.verdict.value, ignored

    def _check_names(
        self, key: tuple[str, int], record: Record, changed: dict[str, str]
    ) -> None:
        """Raise if a new value is what a spreadsheet makes of a name."""
        for name, cell in changed.items():
            if column_kind(type(record), name) not in {"text", "list"}:
                continue
            was = getattr(record, name)
            told = f"{self._named(key)}: {name} is {shown(cell)}, was {shown(was)}"
            if is_mangled(cell):
                raise JobError(
                    f"{told}: Excel changes names such as SEPT2 and 2E10. Make the "
                    "cell one of text, and write the name into it again. If it is "
                    "what you mean, edit this record on the job's page instead."
                )
            if _before_misreading(cell):
                raise JobError(
                    f"{told}: a program read letters such as β in another encoding "
                    "than UTF-8. Write the name into the cell again."
                )


def _utc(cell: str | None) -> str | None:
    """A time as `iso` writes it, whatever a program made of it; None without one."""
    try:
        time = dt.datetime.fromisoformat(cell or "")
        time = time if time.tzinfo else time.replace(tzinfo=dt.UTC)
        return time.astimezone(dt.UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError):
        return cell or None


def _says(review: Review) -> tuple[object, ...]:
    """What a review says, whoever says it and when."""
    return review.verdict, review.changes, review.note


def _key(line: dict[str, str]) -> tuple[str, int]:
    """Paper and number of the record that a line is of."""
    number = line["record"].strip().removesuffix(".0")  # of a spreadsheet
    if not number.isdecimal():
        raise JobError(
            f'"{line["record"]}" in the column record is no number of a record.'
        )
    return line.get("document_id", "").strip() or line["document"], int(number)


def _before_misreading(cell: str) -> set[str]:
    """What a cell was if a program read its UTF-8 as of Windows or Mac: Î² is β."""
    found = set()
    for encoding in () if cell.isascii() else ("cp1252", "mac_roman"):
        with suppress(UnicodeError):
            letters = (
                letter.encode("latin-1" if letter in _NO_LETTERS else encoding)
                for letter in cell
            )
            found.add(_plain(b"".join(letters).decode()))
    return found


def _other_cells(record: Record, line: dict[str, str]) -> list[str]:
    """Columns of values and evidence in which a line says other than the record."""
    return [
        name
        for name, value in record.row("").items()
        if name in line
        and name not in {"document", "review"}
        and (was := _plain(plain_cell(value))) != _plain(line[name])
        and was not in _before_misreading(line[name])
    ]


def _plain(cell: str) -> str:
    """A cell but for what programs make of it: spaces, line ends, a page of 3.0."""
    text = " ".join(cell.split())
    return text.removesuffix(".0") if text.removesuffix(".0").isdecimal() else text
