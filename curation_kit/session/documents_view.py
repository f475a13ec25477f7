"""The documents of the workspace as their page shows them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from traitlets import Dict, HasTraits, List

from curation_kit.documents.document import Document
from curation_kit.errors import CurationKitError
from curation_kit.session.deletion import Deletion
from curation_kit.session.document_rows import (
    ID_LENGTH,
    SEVERITY,
    Shared,
    document_row,
    has_words,
    mark_of,
    natural,
    search_words,
    state_of,
)
from curation_kit.session.paging import turned
from curation_kit.session.preview import DocumentPreview
from curation_kit.workspace import Workspace

__all__ = ["DOCUMENTS_PER_PAGE", "DocumentsView"]

#: One page of documents and its summary are about 8 kB per refresh.
DOCUMENTS_PER_PAGE = 50

#: Jobs named before documents are deleted, and documents named with them.
MOST_NAMED = 5

#: States of the filter by preflight: all, can be processed, cannot.
STATES = ("", "fit", "unfit")

_COLUMNS = ("name", "pages", "size", "batch", "state", "species", "added", "jobs")


class DocumentsView(HasTraits):
    """A table of documents: search, filter, sort, tick, rename, delete.

    Attributes
    ----------
    table : dict
        What is asked for (``search``, ``batch``, ``state``, ``sort``,
        ``descending``), one page of ``rows``, and the numbers of documents in
        ``total``, ``fit``, ``unfit``, ``found``, ``ticked``. Rows share the
        sentences of ``problems`` and the names of ``labels``. Plain JSON values.
    batches : list of dict
        Upload batches with ``name`` and ``size``, newest first.
    asking : dict
        The question before documents are deleted: how many, their ``names``,
        the ``jobs`` which use them. Once the answer is yes ``deleting`` is true
        and ``done`` grows; it is false when not all were deleted. Empty when
        nothing is asked.
    preview : DocumentPreview
        The document that is looked at.

    Parameters
    ----------
    workspace
        Where the documents are.
    changed
        Called when a document was renamed or deleted here.
    failed
        Called, from a thread, with an error that no document is to blame for.
    """

    table = Dict()
    batches = List(Dict())
    asking = Dict()

    def __init__(
        self,
        workspace: Workspace,
        *,
        changed: Callable[[], None] = lambda: None,
        failed: Callable[[Exception], None] = lambda _: None,
    ) -> None:
        super().__init__()
        self._workspace = workspace
        self._changed = changed
        self._lock = threading.RLock()
        self._documents: list[Document] = []
        self._ids: dict[str, str] = {}
        self._found: list[Document] = []
        self._ticked: set[str] = set()
        self._to_delete: list[str] = []
        self._uses: dict[str, int] = {}  # jobs of the documents looked up so far
        self._all_uses = False
        self._unfit = 0
        self._search = self._batch = self._state = ""
        self._sort, self._descending = "added", True
        self._page = 0
        self.preview = DocumentPreview(
            workspace, self._neighbours, lock=self._lock, failed=failed
        )
        self._deletion = Deletion(
            workspace.documents, told=self._deleted, ended=self._ended, failed=failed
        )

    def close(self) -> None:
        """End what draws the pages, and what deletes documents."""
        self._deletion.stop()
        self._deletion.join()
        self.preview.close()

    # ---- what is shown

    def refresh(self) -> None:
        """Read the documents again."""
        with self._lock:
            library = self._workspace.documents
            self._documents = library.list()
            self._ids = {item.id[:ID_LENGTH]: item.id for item in self._documents}
            self._ticked &= {item.id for item in self._documents}
            self._uses, self._all_uses = {}, False
            self._unfit = sum(state_of(item) == "unfit" for item in self._documents)
            self.batches = [
                {"name": name, "size": size}
                for name, size in library.upload_batches().items()
            ]
            if self._batch and self._batch not in {b["name"] for b in self.batches}:
                self._batch = ""  # its last document was deleted
            self._find()
            self.preview.refresh()

    def find(self, search: str, batch: str = "", state: str = "") -> None:
        """Show documents with every word in their name, title or DOI.

        Parameters
        ----------
        batch
            Upload batch, all when empty.
        state
            ``fit`` or ``unfit`` for what can or cannot be processed, else all.
        """
        with self._lock:
            self._search, self._batch = search, batch
            self._state = state if state in STATES else ""
            self._page = 0
            self._find()

    def sort(self, column: str) -> None:
        """Sort by a column; by the same one again, the other way round."""
        with self._lock:
            if column not in _COLUMNS:
                return
            if column == self._sort:
                self._descending = not self._descending
            else:  # what is newest, largest, used most is looked for first
                self._sort = column
                self._descending = column in {"pages", "size", "added", "jobs"}
            self._page = 0
            self._find()

    def turn(self, page: int) -> None:
        """Turn to a page of the table, counted from 0."""
        with self._lock:
            self._page = max(page, 0)
            self._show()

    # ---- ticks

    def tick(self, document_id: str, on: bool) -> None:  # noqa: FBT001 - a check box
        """Tick or untick one document."""
        self._tick([self._known(document_id)], on=on)

    def tick_page(self, on: bool) -> None:  # noqa: FBT001 - a check box
        """Tick or untick the documents of the page on screen."""
        self._tick((item.id for item in self._shown()), on=on)

    def tick_found(self, on: bool) -> None:  # noqa: FBT001 - a check box
        """Tick or untick all documents found, shown or not."""
        self._tick((item.id for item in self._found), on=on)

    def untick_all(self) -> None:
        """Untick all documents, found or not."""
        with self._lock:
            self._ticked.clear()
            self._show()

    @property
    def ticked(self) -> list[Document]:
        """The ticked documents, in the order added."""
        return [item for item in self._documents if item.id in self._ticked]

    # ---- changes

    def open(self, document_id: str) -> None:
        """Look at a document."""
        self.preview.open(self._known(document_id))

    def rename(self, document_id: str, name: str) -> None:
        """Give a document another file name; jobs keep the old one."""
        self._workspace.documents.rename(self._known(document_id), name)
        self._told()

    def ask_to_delete(self, document_id: str = "") -> None:
        """Ask before one document, or all ticked ones, are deleted."""
        with self._lock:
            if document_id:
                chosen = [self._workspace.documents.get(self._known(document_id))]
            else:
                chosen = self.ticked
            if self._deletion.running:
                raise CurationKitError(
                    "Documents are being deleted: wait until that is done, or stop it."
                )
            if not chosen:
                return
            ids = [item.id for item in chosen]
            jobs = self._workspace.jobs.holding(ids)
            self._to_delete = ids
            self.asking = {
                "count": len(ids),
                "from": "preview" if document_id else "table",
                "names": [item.name for item in chosen[:MOST_NAMED]],
                "jobs": [job["name"] for job in jobs[:MOST_NAMED]],
                "more_jobs": max(len(jobs) - MOST_NAMED, 0),
                "waiting": sum(job["waiting"] for job in jobs),
            }

    def keep(self) -> None:
        """Delete nothing."""
        with self._lock:
            self._to_delete = []
            self.asking = {}

    def delete(self) -> None:
        """Delete the documents that were asked about."""
        with self._lock:
            doomed, self._to_delete = self._to_delete, []
            here = {item.id for item in self._documents}
            doomed = [item for item in doomed if item in here]
            if not doomed:
                self.asking = {}
                return
            self.asking = {
                **self.asking,
                "count": len(doomed),  # another page may have deleted some
                "deleting": True,
                "done": 0,
            }
            self.preview.leave(doomed)
        self._deletion.start(doomed)

    def stop_deleting(self) -> None:
        """Keep the documents that are not deleted yet."""
        self._deletion.stop()

    def join(self, timeout: float | None = None) -> None:
        """Wait until what is being deleted is gone."""
        self._deletion.join(timeout)

    # ---- within

    def _deleted(self, done: int) -> None:
        with self._lock:
            self.asking = {**self.asking, "done": done}

    def _ended(self, done: int) -> None:
        with self._lock:
            if 0 < done < self.asking.get("count", 0):  # stopped, or out of luck
                self.asking = {**self.asking, "deleting": False, "done": done}
            else:
                self.asking = {}
        self._told()

    def _told(self) -> None:
        self.refresh()
        self._changed()

    def _known(self, document_id: str) -> str:
        """Give the whole id of a document that the page names."""
        return self._ids.get(document_id, document_id)

    def _neighbours(self, document_id: str) -> list[str]:
        """Give the documents found, in order, when this one is among them."""
        found = [item.id for item in self._found]
        return found if document_id in found else []

    def _tick(self, ids: Iterable[str], *, on: bool) -> None:
        with self._lock:
            if on:
                self._ticked.update(ids)
            else:
                self._ticked.difference_update(ids)
            self._ticked &= {item.id for item in self._documents}
            self._show()

    def _find(self) -> None:
        words = search_words(self._search)
        found = [
            item
            for item in self._documents
            if (not self._batch or self._batch in item.upload_batches)
            and (not self._state or self._state == state_of(item))
            and has_words(item, words)
        ]
        if self._sort == "jobs" and not self._all_uses:
            self._uses, self._all_uses = self._workspace.jobs.uses(), True
        found.sort(key=self._key(), reverse=self._descending)
        self._found = found
        self._show()

    def _key(self) -> Callable[[Document], Any]:
        uses = self._uses
        keys: dict[str, Callable[[Document], Any]] = {
            "name": lambda item: natural(item.name),
            "pages": lambda item: item.preflight.pages,
            "size": lambda item: item.preflight.size,
            "batch": lambda item: natural(item.upload_batches[0:1]),
            "state": lambda item: (
                SEVERITY[mark_of(item)],
                item.preflight.problem or item.preflight.warning or "",
            ),
            "species": lambda item: item.preflight.species[:1] or ("~",),
            "added": lambda item: item.added,
            "jobs": lambda item: uses.get(item.id, 0),
        }
        return keys[self._sort]

    def _shown(self) -> list[Document]:
        first = self._page * DOCUMENTS_PER_PAGE
        return self._found[first : first + DOCUMENTS_PER_PAGE]

    def _show(self) -> None:
        where = turned(len(self._found), self._page, DOCUMENTS_PER_PAGE)
        self._page = where["page"]
        shown = self._shown()
        unknown = [item.id for item in shown if item.id not in self._uses]
        if unknown and not self._all_uses:
            self._uses |= dict.fromkeys(unknown, 0)
            self._uses |= self._workspace.jobs.uses(unknown)
        problems = Shared()
        labels = Shared()
        self.table = {
            "search": self._search,
            "batch": self._batch,
            "state": self._state,
            "sort": self._sort,
            "descending": self._descending,
            "total": len(self._documents),
            "fit": len(self._documents) - self._unfit,
            "unfit": self._unfit,
            "ticked": len(self._ticked),
            **where,
            "rows": [
                document_row(
                    item, problems, labels, self._uses, ticked=item.id in self._ticked
                )
                for item in shown
            ],
            "problems": problems.values,
            "labels": labels.values,
        }
