"""The documents of a workspace, looked up by what names them."""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from curation_kit.documents.document import Document, id_of_file
from curation_kit.documents.given import document_key
from curation_kit.documents.report import Preflight
from curation_kit.errors import NotFound
from curation_kit.phrases import composed, shown
from curation_kit.store import Database, Row

__all__ = ["SHORTEST_ID", "DocumentCatalogue"]

#: A document is looked up by this many characters of its id or more.
SHORTEST_ID = 6


class DocumentCatalogue:
    """What can be asked of the documents of a workspace.

    Parameters
    ----------
    database
        The workspace's store.
    folder
        Where the files are kept, each named by its hash.
    """

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self.folder = folder

    def __len__(self) -> int:
        [count] = self._database.all("SELECT count(*) FROM documents")[0]
        return int(count)

    def __iter__(self) -> Iterator[Document]:
        return iter(self.list())

    def __getitem__(self, document_id: str) -> Document:
        return self.get(document_id)

    def __contains__(self, document: Document | str) -> bool:
        """Whether it is one of them, or `get` gives one by this id or name."""
        try:
            self.get(document)
        except NotFound:
            return False
        return True

    def list(self, upload_batch: str | None = None) -> list[Document]:
        """All documents, or those of one upload batch, in the order added."""
        batches = self._database.all("SELECT name, document_id FROM upload_batches")
        rows = self._database.all("SELECT * FROM documents ORDER BY added, name, id")
        documents = [*self._documents(rows, batches)]
        if upload_batch is None:
            return documents
        return [item for item in documents if upload_batch in item.upload_batches]

    def get(self, document_id: Document | str | Path) -> Document:
        """Give a document by its id, the start of its id, its name, or its file.

        Also by itself, or by a row of ``job.documents`` or ``job.results``.

        Raises
        ------
        NotFound
            If none matches, or more than one does.
        """
        return self.get_all([document_id])[0]

    def get_all(self, documents: Iterable[Document | str | Path]) -> Sequence[Document]:
        """Give many documents, each as `get` does, with one look at all of them.

        Raises
        ------
        NotFound
            As `get`.
        """
        keys = [_key(one) for one in documents]
        found = self._found(keys)
        if others := [key for key in dict.fromkeys(keys) if key not in found]:
            meant = {key: _only(key, ids) for key, ids in self._meant(others).items()}
            rows = self._found(meant.values())
            for key, document_id in meant.items():
                if document_id not in rows:
                    raise NotFound(
                        f'There is no document "{key}" in the workspace: add the file '
                        "first, or look at the list (curation-kit documents, "
                        "ws.documents)."
                    )
                found[key] = rows[document_id]
        return [found[key] for key in keys]

    def _found(self, ids: Iterable[str]) -> dict[str, Document]:
        """Documents by their whole ids, as far as they are there."""
        # As it is, so that half a character is refused as in any other query.
        wanted = (json.dumps([*ids], ensure_ascii=False),)
        batches = self._database.all(
            "SELECT name, document_id FROM upload_batches "
            "WHERE document_id IN (SELECT value FROM json_each(?))",
            wanted,
        )
        rows = self._database.all(
            "SELECT * FROM documents WHERE id IN (SELECT value FROM json_each(?))",
            wanted,
        )
        return {one.id: one for one in self._documents(rows, batches)}

    def _meant(self, keys: Sequence[str]) -> dict[str, set[str]]:
        """Ids of the documents that have these names, or ids that start so."""
        called: defaultdict[str, set[str]] = defaultdict(set)
        forms = {
            form
            for key in keys  # a workspace of earlier may have names as a Mac gave them
            for form in (key, composed(key), unicodedata.normalize("NFD", key))
        }
        for row in self._database.all(
            "SELECT id, name FROM documents "
            "WHERE name IN (SELECT value FROM json_each(?))",
            (json.dumps([*forms]),),
        ):
            called[composed(row["name"])].add(row["id"])
        meant = {key: {*called[composed(key)]} for key in keys}
        long = [key for key in keys if len(key) >= SHORTEST_ID]
        for row in self._database.all(  # in the order of ids: all are hexadecimal
            "SELECT start.key, d.id FROM json_each(?) start CROSS JOIN documents d "
            "ON d.id >= start.value AND d.id < start.value || 'g'",
            (json.dumps([key.lower() for key in long]),),
        ):
            meant[long[row["key"]]].add(row["id"])
        return meant

    def upload_batches(self) -> dict[str, int]:
        """Names of the upload batches, newest first, with their sizes."""
        rows = self._database.all(
            "SELECT b.name, count(*) AS size FROM upload_batches b "
            "JOIN documents d ON d.id = b.document_id "
            "GROUP BY b.name ORDER BY max(d.added) DESC"
        )
        return {row["name"]: row["size"] for row in rows}

    def _row(self, document_id: str) -> Row | None:
        return self._database.one(
            "SELECT * FROM documents WHERE id = ?", (document_id,)
        )

    def _file(self, document_id: str) -> Path:
        return self.folder / f"{document_id}.pdf"

    def _documents(
        self, rows: Iterable[Row], batches: Iterable[Row]
    ) -> Sequence[Document]:
        """Give documents of rows of the two tables."""
        names: defaultdict[str, list[str]] = defaultdict(list)
        for batch in batches:
            names[batch["document_id"]].append(batch["name"])
        return [
            Document(
                id=row["id"],
                name=row["name"],
                path=self._file(row["id"]),
                added=row["added"],
                upload_batches=tuple(sorted(names[row["id"]])),
                preflight=_report(row["preflight"]),
            )
            for row in rows
        ]


def _key(document: Any) -> str:
    """What names a document: its id, its name or its path."""
    key = document_key(document)
    if not isinstance(key, Document | str | Path):
        raise NotFound(
            f"{shown(key)} names no document: give its file name or its id, or a "
            "row of a table with one of them in its column document or document_id."
        )
    return key.id if isinstance(key, Document) else str(key)


def _only(key: str, ids: set[str]) -> str:
    """The one id that is meant, else that of the file at a path; it may be unknown."""
    if len(ids) > 1:
        told = ", ".join(one[:12] for one in sorted(ids))
        raise NotFound(f'More than one document is meant by "{key}": {told}.')
    # A path that somebody's shell completed, of a file that is added already.
    return ids.pop() if ids else id_of_file(key) or ""


@lru_cache(maxsize=20_000)
def _report(text: str) -> Preflight:
    """Read a stored report; lists of many documents are read again and again."""
    return Preflight.model_validate_json(text)
