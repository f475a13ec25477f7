"""The folder ``_run`` of a job's ZIP: one table of all, and how it was made.

Everything in it is told again whenever a ZIP is made, from the store alone: the
same job gives the same bytes as long as nothing about it or the program changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from curation_kit.formats import (
    ParquetAside,
    delimited_lines,
    has_parquet,
    json_pieces,
)
from curation_kit.jobs import Rows
from curation_kit.records import Ledger
from curation_kit.results import Archive, Packed, crate, parquet_aside
from curation_kit.workspace.content import DOCUMENT_COLUMNS, JobContent, Progress, iso

if TYPE_CHECKING:
    from curation_kit.store import Row

__all__ = ["add_run_folder"]

#: Columns of ``dropped.csv`` before and after those of the records.
_DROPPED = ("document", "reason", "agent")
_DROPPED_EVIDENCE = ("quote", "page", "section", "figures", "document_id")


def add_run_folder(
    archive: Archive,
    content: JobContent,
    *,
    rows: Rows = "all",
    progress: Progress | None = None,
) -> None:
    """Add the folder ``_run`` to a ZIP.

    Its files are made one after the other, beside the ZIP: where that fits, each
    of them does.

    Parameters
    ----------
    archive
        Has the result files, and the highlighted papers in ``evidence/``.
    content
        Of the job whose results they are.
    rows
        Which records the result files hold, see `Job.records`.
    progress
        Called while the workbook is made, which takes longest.
    """
    path = archive.path
    with TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
        run = _RunFolder(content, Path(folder), archive.packed, rows, progress)
        for file in run.files():
            archive.add(f"_run/{file.name}", file)
            file.unlink()


class _RunFolder:
    """Writes the files of ``_run``, one after the other.

    Parameters
    ----------
    packed
        What is in the ZIP so far; it grows meanwhile.
    """

    def __init__(
        self,
        content: JobContent,
        folder: Path,
        packed: Mapping[str, Packed],
        rows: Rows,
        progress: Progress | None,
    ) -> None:
        self._content = content
        self._job = content.job
        self._store = content.store
        self._folder = folder
        self._packed = packed
        self._rows = rows
        self._progress = progress
        self._link = content.link(evidence="../evidence/", among=packed)
        self._manifest = content.manifest(rows=rows)

    def files(self) -> Iterator[Path]:
        """Each file, to be taken before the next one is asked for."""
        yield self._table("csv")
        if has_parquet():
            with self._parquet() as beside:
                yield self._table("xlsx", beside)
                yield beside.finish()
        else:
            yield self._table("xlsx")
        yield self._delimited(
            "documents.csv",
            self._content.documents(),
            [column.name for column in DOCUMENT_COLUMNS],
        )
        yield self._write("ledger.json", json_pieces(self._ledgers()))
        names = [*_DROPPED, *self._job.record_model().domain_columns()]
        yield self._delimited(
            "dropped.csv", self._dropped(names), [*names, *_DROPPED_EVIDENCE]
        )
        yield self._write("events.jsonl", self._events())
        for number, flow in enumerate(self._job.flows):
            name = f"flow-{number}.yaml" if number else "flow.yaml"
            yield self._write(name, [flow.to_yaml().encode()])
        manifest = {**self._manifest, "documents": self._documents()}
        yield self._write("manifest.json", json_pieces(manifest))
        yield self._write("ro-crate-metadata.json", self._crate())
        yield self._write("SHA256SUMS", self._sums())

    def _write(self, name: str, pieces: Iterable[bytes]) -> Path:
        path = self._folder / name
        with path.open("wb") as file:
            file.writelines(pieces)
        return path

    def _delimited(
        self, name: str, rows: Iterable[Mapping[str, Any]], columns: list[str]
    ) -> Path:
        return self._write(name, delimited_lines(rows, columns, ","))

    def _table(self, kind: str, also: ParquetAside | None = None) -> Path:
        path = self._folder / f"results.{kind}"
        return self._content.write_table(
            path,
            kind,
            rows=self._rows,
            link=self._link,
            progress=self._progress if kind == "xlsx" else None,
            also=also,
        )

    def _parquet(self) -> ParquetAside:
        path, model = self._folder / "results.parquet", self._job.record_model()
        return parquet_aside(path, model, metadata=self._manifest)

    def _ledgers(self) -> Iterator[dict[str, Any]]:
        for row in self._store.all_documents(self._job.id):
            if row["ledger"]:
                ledger = Ledger.model_validate_json(row["ledger"])
                yield {
                    "document": row["name"],
                    "document_id": row["document_id"],
                    **self._content.scrubbed(ledger.model_dump(mode="json")),
                }

    def _dropped(self, names: list[str]) -> Iterator[dict[str, Any]]:
        empty = dict.fromkeys([*names, *_DROPPED_EVIDENCE])
        for document in self._store.about_documents(self._job.id):
            for row in self._job.dropped_rows(document_id=document["document_id"]):
                yield {**empty, **row}

    def _events(self) -> Iterator[bytes]:
        for event in self._job.events():
            line = {
                "seq": event.seq,
                "time": iso(event.time),
                "type": event.type,
                "document_id": event.document_id,
                "data": self._content.scrubbed(event.data),
            }
            yield (json.dumps(line, ensure_ascii=False) + "\n").encode()

    def _documents(self) -> Iterator[dict[str, Any]]:
        for row in self._store.all_documents(self._job.id):
            document_id = row["document_id"]
            evidence = f"evidence/{row['stem']}.pdf"
            about = self._content.about(document_id)
            yield {
                "id": document_id,
                "name": row["name"],
                "pages": about["pages"],
                "doi": about["doi"] or None,
                "status": row["status"],
                "records": row["records"],
                "seconds": row["seconds"],
                "files": [
                    {
                        "name": file["name"],
                        "step": file["step"] + 1,
                        **_plain(self._packed[file["name"]]),
                    }
                    for file in self._store.files_of(self._job.id, [document_id])
                    if file["name"] in self._packed
                ],
                "evidence": {"name": evidence, **_plain(self._packed[evidence])}
                if evidence in self._packed
                else None,
                "attempts": [
                    self._attempt(attempt)
                    for attempt in self._store.attempts(self._job.id, document_id)
                ],
            }

    def _attempt(self, row: Row) -> dict[str, Any]:
        return {
            "number": row["number"],
            "started": iso(row["started"]),
            "seconds": round(row["ended"] - row["started"], 3)
            if row["ended"]
            else None,
            "outcome": row["outcome"],
            "flow": row["flow"],
            "category": row["category"],
        }

    def _crate(self) -> Iterator[bytes]:
        files = {
            name.removeprefix("_run/"): _plain(packed)
            for name, packed in self._packed.items()
            if name.startswith("_run/")
        }
        top = sum("/" not in name for name in self._packed)
        return crate(
            self._manifest,
            lambda: map(dict, self._store.about_documents(self._job.id)),
            files,
            result_files=top,
        )

    def _sums(self) -> Iterator[bytes]:
        """Lines for ``sha256sum -c _run/SHA256SUMS``, in the folder of the ZIP."""
        for name, packed in self._packed.items():
            yield f"{packed.sha256.hex()}  {name}\n".encode()


def _plain(packed: Packed) -> dict[str, Any]:
    """Size and checksum of an entry, as JSON tells them."""
    return {"size": packed.size, "sha256": packed.sha256.hex()}
