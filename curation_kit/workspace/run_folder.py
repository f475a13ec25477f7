"""The folder ``_run`` of a job's ZIP: one table of all, and how it was made.

Everything in it is told again whenever a ZIP is made, from the store alone: the
same job gives the same bytes as long as nothing about it or the program changes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from curation_kit.formats import (
    ParquetAside,
    delimited_lines,
    has_parquet,
    json_items,
)
from curation_kit.jobs import Rows
from curation_kit.records import Ledger
from curation_kit.results import Entry, crate, parquet_aside
from curation_kit.workspace.content import DOCUMENT_COLUMNS, JobContent, Progress, iso

if TYPE_CHECKING:
    from curation_kit.store import Row

__all__ = ["with_run_folder"]

#: Columns of ``dropped.csv`` before and after those of the records.
_DROPPED = ("document", "reason", "agent")
_DROPPED_EVIDENCE = ("quote", "page", "section", "figures", "document_id")

#: Bytes that are read at a time.
_CHUNK = 1 << 20


def with_run_folder(
    content: JobContent,
    entries: Iterable[Entry],
    *,
    rows: Rows = "all",
    progress: Progress | None = None,
) -> Iterator[Entry]:
    """Give the entries of a ZIP, then those of its folder ``_run``.

    Parameters
    ----------
    content
        Of the job whose results they are.
    entries
        Result files, and the highlighted papers in ``evidence/``.
    rows
        Which records the result files hold, see `Job.records`.
    progress
        Called while the workbook is made, which takes longest.
    """
    packed: dict[str, _Told] = {}
    for name, entry in entries:
        entry = _in_memory(entry)  # noqa: PLW2901 - the same, elsewhere
        packed[name] = _told(entry)
        yield name, entry
    with TemporaryDirectory(prefix="curation-kit-") as folder:
        run = _RunFolder(content, Path(folder), packed, rows, progress)
        for path in run.files():
            packed[f"_run/{path.name}"] = _told(path)
            yield f"_run/{path.name}", path
            path.unlink()


class _RunFolder:
    """Writes the files of ``_run``, one after the other.

    Parameters
    ----------
    packed
        What is in the ZIP so far, with size and SHA-256; it grows meanwhile.
    """

    def __init__(
        self,
        content: JobContent,
        folder: Path,
        packed: Mapping[str, _Told],
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
        yield self._write("ledger.json", json_items(self._ledgers()))
        names = [*_DROPPED, *self._job.record_model().domain_columns()]
        yield self._delimited(
            "dropped.csv", self._dropped(names), [*names, *_DROPPED_EVIDENCE]
        )
        yield self._write("events.jsonl", self._events())
        for number, flow in enumerate(self._job.flows):
            name = f"flow-{number}.yaml" if number else "flow.yaml"
            yield self._write(name, [flow.to_yaml().encode()])
        yield self._write("manifest.json", self._whole_manifest())
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

    def _whole_manifest(self) -> Iterator[bytes]:
        """The manifest with its documents, which are written one by one."""
        head = json.dumps(self._manifest, ensure_ascii=False, indent=2)
        yield head.removesuffix("\n}").encode() + b',\n  "documents": '
        items = json_items(self._documents())
        yield from (piece.replace(b"\n", b"\n  ") for piece in items)
        yield b"}\n"

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
                        **self._packed[file["name"]].plain(),
                    }
                    for file in self._store.files_of(self._job.id, [document_id])
                    if file["name"] in self._packed
                ],
                "evidence": {"name": evidence, **self._packed[evidence].plain()}
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
            name.removeprefix("_run/"): told.plain()
            for name, told in self._packed.items()
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
        for name, told in self._packed.items():
            yield f"{told.digest.hex()}  {name}\n".encode()


def _in_memory(content: Path | bytes) -> Path | bytes:
    """Content of a small file, which is then read once and not twice."""
    if isinstance(content, Path):
        with suppress(FileNotFoundError), content.open("rb", buffering=0) as file:
            # A file that is gone is missed by who packs it.
            if os.fstat(file.fileno()).st_size <= _CHUNK:
                return file.read()
    return content


class _Told(NamedTuple):
    """Size and SHA-256 of an entry; of ten thousand that is 1 MB."""

    size: int
    digest: bytes

    def plain(self) -> dict[str, Any]:
        """As it is told in JSON."""
        return {"size": self.size, "sha256": self.digest.hex()}


def _told(content: Path | bytes) -> _Told:
    """What is told of an entry; a file that is gone is missed by who packs it."""
    digest, size = sha256(), 0
    if isinstance(content, bytes):
        digest.update(content)
        size = len(content)
    elif content.exists():
        with content.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
    return _Told(size, digest.digest())
