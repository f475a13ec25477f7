"""What a job's exports tell: its records, its documents, and how it was run."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from curation_kit.formats import (
    FORMATS,
    Column,
    Kind,
    ParquetAside,
    Sheet,
    TableRow,
)
from curation_kit.jobs import JobStore, Rows, check_rows, curated
from curation_kit.results import write_pieces, write_table
from curation_kit.workspace.software import software

if TYPE_CHECKING:
    from curation_kit.store import Row
    from curation_kit.workspace.exporting import JobExporting

__all__ = ["DOCUMENT_COLUMNS", "SCHEMA", "JobContent", "iso"]

#: Version of ``manifest.json``: the first number grows when a reader of the
#: version before would misunderstand it.
SCHEMA = "1.0"

#: Columns of ``documents.csv`` and of the sheet "Documents".
DOCUMENT_COLUMNS = (
    Column("document"),
    Column("status"),
    Column("step"),
    Column("category"),
    Column("error", Kind.PROSE),
    Column("hint", Kind.PROSE),
    Column("records", Kind.INTEGER),
    Column("seconds", Kind.NUMBER, rounded=True),
    Column("attempts", Kind.INTEGER),
    Column("ledger", Kind.PROSE),
    Column("doi"),
    Column("document_id"),
)

_ABOUT_COLUMNS = (Column("what"), Column("value", Kind.MIXED))

#: Which records a table holds, in words.
_ROWS = {
    "all": "all, with curators' changes; rejected ones say so in review",
    "reviewed": "those that curators accepted, edited or added",
    "machine": "all, as the flow made them",
}

#: Called with a file name, how many records are done, and how many there are.
Progress = Callable[[str, int, int], None]

#: Formats of which files can be joined: a heading, then one row after the other.
_JOINED = ("csv", "tsv")

#: Documents that are read, or records that are written, at a time.
_AT_A_TIME = 200


class JobContent:
    """A job as its exports tell of it, some documents at a time.

    Nothing of the machine is told: see `scrubbed`.

    Parameters
    ----------
    job, store
        The job, and where it is stored.
    workspace
        Folder that no export names.
    """

    def __init__(self, job: JobExporting, store: JobStore, workspace: Path) -> None:
        self.job = job
        self.store = store
        self._private = [
            (str(workspace), "WORKSPACE"),
            (str(workspace.resolve()), "WORKSPACE"),
        ]
        # The rows of a document come together: no more of them are kept.
        self._about = lru_cache(maxsize=_AT_A_TIME)(
            partial(store.about_document, job.id)
        )
        with suppress(RuntimeError):  # the user of a container may have none
            self._private.append((str(Path.home()), "~"))

    def about(self, document_id: str) -> Row:
        """Name, stem, pages and DOI of a document."""
        return self._about(document_id)

    @cached_property
    def time(self) -> float:
        """When the job ended, or was made while it has not, in seconds."""
        row = self.job.row
        return row.ended or row.created

    def scrubbed(self, value: Any) -> Any:
        """A JSON value without the folders of this machine.

        Messages of errors may name files: the workspace becomes ``WORKSPACE``,
        the user's folder ``~``.
        """
        if isinstance(value, str):
            for path, name in self._private:
                if len(path) > 1:
                    value = value.replace(path, name)
            return value
        if isinstance(value, dict):
            return {key: self.scrubbed(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.scrubbed(item) for item in value]
        return value

    def rows(
        self, rows: Rows = "all", keys: Sequence[tuple[str, int]] | None = None
    ) -> Iterator[TableRow]:
        """Records on their way into a table.

        Parameters
        ----------
        rows
            See `Job.records`.
        keys
            Document id and number of those wanted, in this order; all, in
            document order, when left out.
        """
        check_rows(rows)
        model = self.job.record_model()
        stored = (
            self.store.records_reviewed(self.job.id)
            if keys is None
            else self.store.records_at(self.job.id, keys)
        )
        for row in stored:
            record = curated(model, row, rows)
            if record is None:
                continue
            reviewed = rows != "machine" and row["verdict"] is not None
            changes = json.loads(row["changes"]) if reviewed else {}
            made = json.loads(row["record"]) if changes else {}
            yield TableRow(
                document=row["name"],
                document_id=row["document_id"],
                number=row["number"],
                record=record,
                reviewer=row["reviewer"] if reviewed else "",
                review_time=iso(row["time"]) or "" if reviewed else "",
                note=row["note"] if reviewed else "",
                machine={name: made.get(name) for name in changes},
                job_id=self.job.id,
            )

    def documents(self) -> Iterator[dict[str, Any]]:
        """Rows with `DOCUMENT_COLUMNS`."""
        for row in self.job.all_document_rows():
            about = self.about(row["document_id"])
            yield {**self.scrubbed(row), "doi": about["doi"] or None}

    def link(
        self, *, evidence: str = "", among: Container[str] = ()
    ) -> Callable[[TableRow], tuple[str, str] | None]:
        """Give what finds the address of a record's page, and what to say of it.

        Parameters
        ----------
        evidence
            Path to the folder of highlighted papers.
        among
            Names of those that are there; for others it is the paper's DOI.
        """

        def address(row: TableRow) -> tuple[str, str] | None:
            about = self.about(row.document_id)
            page = row.record.evidence[0].page
            if f"evidence/{about['stem']}.pdf" in among:
                target = f"{evidence}{quote(about['stem'])}.pdf#page={page}"
                return target, f"Page {page} with its evidence"
            if about["doi"]:
                target = f"https://doi.org/{quote(about['doi'], safe='/')}"
                return target, f"The paper, doi:{about['doi']}: see its page {page}"
            return None

        return address

    def write_table(
        self,
        path: Path,
        kind: str,
        *,
        rows: Rows = "all",
        keys: Sequence[tuple[str, int]] | None = None,
        wide: bool = False,
        link: Callable[[TableRow], tuple[str, str] | None] | None = None,
        progress: Progress | None = None,
        also: ParquetAside | None = None,
    ) -> Path:
        """Write records as one table: see `results.write_table`.

        That of a format which each document has a file of is joined from these.
        """
        if keys is None and not wide and (pieces := self._joined(kind, rows, progress)):
            return write_pieces(path, pieces)
        manifest = self.manifest(rows=rows)
        found = self.rows(rows, keys)
        if progress is not None:
            total = manifest["job"]["records"] if keys is None else len(keys)
            found = _counted(found, total, progress)
        about = [
            {"what": what, "value": value} for what, value in _about(manifest).items()
        ]
        return write_table(
            path,
            found,
            self.job.record_model(),
            format=kind,
            wide=wide,
            link=link or self.link(),
            more=(
                Sheet("Documents", DOCUMENT_COLUMNS, self.documents()),
                Sheet("About", _ABOUT_COLUMNS, about),
            ),
            metadata=manifest,
            also=also,
            title=f"{manifest['job']['name']}: records found by curation_kit",
            time=self.time,
        )

    def _joined(
        self, kind: str, rows: Rows, progress: Progress | None
    ) -> Iterator[bytes] | None:
        """A heading, then the rows of each result file, if there are such files.

        That takes a tenth of the time of telling all records again, to the same bytes.
        """
        flows = self.job.flows
        steps = [i for i, step in enumerate(flows[0].steps) if step.agent == kind]
        if kind not in _JOINED or not steps or len(flows) > 1 or rows != "all":
            return None
        return self._rows_of_files(kind, steps[0], progress)

    def _rows_of_files(
        self, kind: str, step: int, progress: Progress | None
    ) -> Iterator[bytes]:
        job, model, write = self.job, self.job.record_model(), FORMATS[kind]
        heading = write("", "", [], model)
        yield heading
        papers, records = job.progress.total, job.total_records
        for number, (document_id, content) in enumerate(job.unreviewed_files(step)):
            if progress and number % _AT_A_TIME == 0:
                progress(self._name(document_id), records * number // papers, records)
            if content is None or not content.startswith(heading):
                found = [record for *_, record in job.records_of([document_id])]
                content = write(self._name(document_id), document_id, found, model)  # noqa: PLW2901
            yield content[len(heading) :]

    def _name(self, document_id: str) -> str:
        name: str = self.about(document_id)["name"]
        return name

    def manifest(self, *, rows: Rows = "all") -> dict[str, Any]:
        """How the job was run and with what, as JSON values; without its documents."""
        row = self.job.row
        flows = self.job.flows
        return {
            "schema": f"curation_kit manifest {SCHEMA}",
            "job": {
                "id": row.id,
                "name": row.name,
                "status": row.status.value,
                "reason": self.scrubbed(row.reason),
                "created": iso(row.created),
                "started": iso(row.started),
                "ended": iso(row.ended),
                "seconds": round(row.worked, 3),
                "documents": self.job.progress.total,
                "records": self.job.total_records,
                "options": row.options.model_dump(mode="json"),
            },
            "rows": {"kind": rows, "meaning": _ROWS[rows]},
            "flow": row.flow.model_dump(mode="json"),
            "corrected_flows": [flow.model_dump(mode="json") for flow in flows[1:]],
            "evidence_gate": {
                "policy": row.flow.evidence_gate,
                **self._verified(),
                "dropped": self.job.completeness.dropped,
            },
            "software": software(flows),
        }

    def _verified(self) -> dict[str, Any]:
        verification, flagged = self.job.verified()
        return {"verification": verification, "to_check": flagged}


def _counted(
    rows: Iterator[TableRow], total: int, progress: Progress
) -> Iterator[TableRow]:
    """The same rows; now and then it is told how many there were."""
    for done, row in enumerate(rows):
        if done % _AT_A_TIME == 0:
            progress(row.document, done, total)
        yield row


def _about(manifest: dict[str, Any]) -> dict[str, str | int]:
    """Rows of the sheet "About"."""
    job, made = manifest["job"], manifest["software"]
    gate = manifest["evidence_gate"]
    agents = ", ".join(
        f"{agent['name']} {agent['version'] or '(not installed)'}"
        for agent in made["agents"]
    )
    found = ", ".join(f"{count} {name}" for name, count in gate["verification"].items())
    # Several tables of ours may be of one vocabulary.
    vocabularies = "; ".join(
        dict.fromkeys(
            f"{source['upstream']} {source['released']} ({source['licence']})"
            for source in made["vocabularies"].values()
        )
    )
    rows = {
        "job": job["name"],
        "job id": job["id"],
        "status": job["status"],
        "created": job["created"],
        "ended": job["ended"] or "",
        "documents": job["documents"],
        "records": job["records"],
        "rows": manifest["rows"]["meaning"],
        "flow": manifest["flow"]["name"],
        "steps": " → ".join(step["agent"] for step in manifest["flow"]["steps"]),
        "evidence gate": f"{gate['policy']}; {found or 'no records'}",
        "curation_kit": made["curation_kit"] or "",
        "agents": agents,
        "vocabularies": vocabularies,
    }
    return {name: value for name, value in rows.items() if value != ""}


def iso(time: float | None) -> str | None:
    """Seconds since the epoch as UTC of ISO 8601."""
    if time is None:
        return None
    return dt.datetime.fromtimestamp(time, dt.UTC).isoformat(timespec="milliseconds")
