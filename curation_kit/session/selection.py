"""Choosing the documents of a new job."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable
from textwrap import shorten
from typing import Any

from traitlets import Bool, Dict, HasTraits, Int, List, Unicode

from curation_kit.documents.document import Document
from curation_kit.documents.library import DocumentLibrary
from curation_kit.phrases import counted, listed
from curation_kit.session.document_rows import ID_LENGTH, has_words, search_words

__all__ = ["MAX_CHIPS", "MAX_ROWS", "DocumentSelection"]

#: Rows of the panel, about 35 kB; nobody scrolls further.
MAX_ROWS = 200

#: Chips shown for selected documents; the rest is a number.
MAX_CHIPS = 40

#: Characters of a title by which one knows a paper.
_TITLE = 75

#: DOIs of which the files are named that may be one paper.
_MOST_NAMED = 3

#: Preflight codes in the words of the warning; the others say it themselves.
_WORDS = {
    "no_text": "scanned",
    "no_pages": "without pages",
    "not_a_pdf": "not a PDF",
}


class DocumentSelection(HasTraits):
    """The documents chosen for a new job, and the panel to choose them.

    Ticks in the panel are a draft until `confirm`.

    Attributes
    ----------
    total, unfit : int
        Documents in the workspace, and those that cannot be processed.
    batches : list of dict
        Upload batches with ``name`` and ``size``, newest first.
    is_open : bool
        Whether the panel is shown.
    panel : dict
        ``search``, ``batch``, ``rows`` (at most `MAX_ROWS`), ``found``,
        ``ticked``.
    chips : list of dict
        The first `MAX_CHIPS` selected documents, those that will fail before
        the others.
    count : int
        Selected documents.
    count_unfit : int
        Selected documents that will fail.
    warning : str
        Which of them will fail, and why; empty when none.
    twice : str
        Which of them have one DOI, so that a paper's records may come twice;
        empty when none.
    """

    total = Int()
    unfit = Int()
    batches = List(Dict())
    is_open = Bool(default_value=False)
    panel = Dict()
    chips = List(Dict())
    count = Int()
    count_unfit = Int()
    warning = Unicode()
    twice = Unicode()

    def __init__(self, library: DocumentLibrary) -> None:
        super().__init__()
        self._library = library
        self._lock = threading.RLock()  # documents are added from threads, too
        self._documents: dict[str, Document] = {}
        self._ids: dict[str, str] = {}
        self._ticked: set[str] = set()
        self._selected: dict[str, Document] = {}
        self._search = self._batch = ""
        self.reload()

    @property
    def documents(self) -> list[Document]:
        """The selected documents, in the order of the workspace."""
        return list(self._selected.values())

    def reload(self) -> None:
        """Read the list of documents again."""
        with self._lock:
            self._documents = {
                document.id: document for document in self._library.list()
            }
            self._ids = {key[:ID_LENGTH]: key for key in self._documents}
            self.total = len(self._documents)
            self.unfit = sum(
                bool(d.preflight.problem) for d in self._documents.values()
            )
            self.batches = [
                {"name": name, "size": size}
                for name, size in self._library.upload_batches().items()
            ]
            self._ticked &= self._documents.keys()
            self.select(self._selected)
            if self.is_open:
                self._show()

    def select(self, ids: Iterable[str]) -> None:
        """Select these documents and no others."""
        with self._lock:
            wanted = set(ids)
            self._selected = {
                key: document
                for key, document in self._documents.items()
                if key in wanted
            }
            self.count = len(self._selected)
            self.chips = [
                {
                    "id": item.id[:ID_LENGTH],
                    "name": item.name,
                    "problem": item.preflight.problem or "",
                }
                for item in sorted(
                    self.documents, key=lambda item: not item.preflight.problem
                )[:MAX_CHIPS]
            ]
            self.count_unfit = sum(bool(d.preflight.problem) for d in self.documents)
            self.warning = _warning(self.documents)
            self.twice = _twice(self.documents)

    def remove(self, document_id: str) -> None:
        """Take one document out of the selection."""
        with self._lock:
            self.select(self._selected.keys() - {self._known(document_id)})

    def leave_out_unfit(self) -> None:
        """Take out of the selection what will fail."""
        with self._lock:
            self.select(d.id for d in self.documents if not d.preflight.problem)

    def clear(self) -> None:
        """Select nothing."""
        self.select(())

    def open_panel(self) -> None:
        """Show the panel, with the current selection ticked."""
        with self._lock:
            self._ticked = set(self._selected)
            self._search = self._batch = ""
            self.reload()
            self._show()
            self.is_open = True

    def find(self, search: str, batch: str) -> None:
        """Show documents with every word in name, title or DOI, of a batch or all."""
        with self._lock:
            self._search, self._batch = search, batch
            self._show()

    def tick(self, document_id: str, on: bool) -> None:  # noqa: FBT001 - a check box
        """Tick or untick one document in the panel."""
        with self._lock:
            known = self._known(document_id)
            if on and known in self._documents:
                self._ticked.add(known)
            else:
                self._ticked.discard(known)
            self._show()

    def tick_none(self) -> None:
        """Untick all documents, found or not."""
        with self._lock:
            self._ticked = set()
            self._show()

    def tick_found(self, on: bool) -> None:  # noqa: FBT001 - a check box
        """Tick or untick all documents that the search finds, shown or not."""
        with self._lock:
            found = {document.id for document in self._found()}
            self._ticked = self._ticked | found if on else self._ticked - found
            self._show()

    def confirm(self) -> None:
        """Select what is ticked and close the panel."""
        with self._lock:
            self.select(self._ticked)
            self.is_open = False

    def dismiss(self) -> None:
        """Close the panel; the selection stays as it was."""
        self.is_open = False

    def _found(self) -> list[Document]:
        words = search_words(self._search)
        return [
            document
            for document in self._documents.values()
            if (not self._batch or self._batch in document.upload_batches)
            and has_words(document, words)
        ]

    def _show(self) -> None:
        found = self._found()
        self.panel = {
            "search": self._search,
            "batch": self._batch,
            "found": len(found),
            "ticked": len(self._ticked),
            "rows": [self._row(document) for document in found[:MAX_ROWS]],
        }

    def _known(self, document_id: str) -> str:
        """Give the whole id of a document that the page names."""
        return self._ids.get(document_id, document_id)

    def _row(self, document: Document) -> dict[str, Any]:
        row: dict[str, Any] = {
            "id": document.id[:ID_LENGTH],
            "name": document.name,
            "pages": document.preflight.pages,
        }
        if document.preflight.problem:  # what most rows have is left out
            row["problem"] = document.preflight.problem
        elif document.preflight.title:
            row["title"] = shorten(document.preflight.title, _TITLE, placeholder="…")
        if document.id in self._ticked:
            row["ticked"] = True
        return row


def _warning(documents: list[Document]) -> str:
    """Say how many documents will fail and why: "3 of 40 will fail: …"."""
    unfit = [item.preflight for item in documents if item.preflight.problem]
    if not unfit:
        return ""
    kinds = Counter(
        _WORDS.get(report.code, report.code.replace("_", " ")) for report in unfit
    )
    listed = ", ".join(f"{number} {kind}" for kind, number in kinds.most_common())
    others = " The others are not affected." if len(unfit) < len(documents) else ""
    return f"{len(unfit)} of {len(documents)} will fail: {listed}.{others}"


def _twice(documents: list[Document]) -> str:
    """Say which documents have one DOI: a paper, its proof, its supplement."""
    by_doi: defaultdict[str, list[str]] = defaultdict(list)
    for document in documents:
        by_doi[document.preflight.doi.casefold()].append(document.name)
    same = [names for doi, names in by_doi.items() if doi and len(names) > 1]
    if not same:
        return ""
    groups = [*map(listed, same[:_MOST_NAMED])]
    if left := len(same) - len(groups):
        groups.append(counted(left, "more DOI"))
    return (
        f"The same DOI: {'; '.join(groups)}. If that is a paper in two versions, its "
        "records will come twice."
    )
