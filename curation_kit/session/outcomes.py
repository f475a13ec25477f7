"""What became of the files that were added last."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Any

from traitlets import Dict, HasTraits

from curation_kit.documents.document import Document
from curation_kit.session.follower import INTERVAL

__all__ = ["MAX_OUTCOMES", "Outcomes", "outcome", "tell_added"]

#: Files listed with what is to be said of them; the others are a number.
MAX_OUTCOMES = 30

#: States about which there is something to say, what matters most first.
_TELLING = ("refused", "problem", "duplicate")


class Outcomes(HasTraits):
    """Counts of files by what became of them, and those worth a word.

    A state is ``checking``, ``added``, ``problem`` (added, cannot be
    processed), ``duplicate`` or ``refused``.

    Attributes
    ----------
    summary : dict
        ``counts`` by state, ``rows`` (the first `MAX_OUTCOMES` files of which
        something is to be said, refused ones first: name, status, text) and how
        many ``more`` there are; empty when nothing was added yet.
    """

    summary = Dict()

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.RLock()
        self._told: dict[str, dict[str, str]] = {}
        self._fit: list[str] = []
        self._counts: Counter[str] = Counter()
        self._published = 0.0

    def list(self) -> list[dict[str, str]]:
        """Give what was told of every file: name, status and text."""
        with self._lock:
            return list(self._told.values())

    def begin(self) -> None:
        """Forget what is done, as something new begins."""
        with self._lock:
            self._fit = []
            self._told = {
                key: told
                for key, told in self._told.items()
                if told["status"] == "checking"
            }
            self._counts = Counter(told["status"] for told in self._told.values())
            self.publish()

    def fit(self) -> tuple[str, ...]:
        """Ids of the documents that the files are, of those that can be processed."""
        with self._lock:
            return tuple(dict.fromkeys(self._fit))

    def tell(self, key: str, name: str, status: str, text: str = "") -> None:
        """Tell what became of a file; `key` is its own, names may repeat."""
        with self._lock:
            before = self._told.get(key)
            if before is not None:
                self._counts[before["status"]] -= 1
            self._told[key] = {"name": name, "status": status, "text": text}
            self._counts[status] += 1
            if time.monotonic() - self._published >= INTERVAL or status == "refused":
                self.publish()

    def can_be_processed(self, document_id: str) -> None:
        """Note that a file is a document with which a job can be made."""
        with self._lock:
            self._fit.append(document_id)

    def publish(self) -> None:
        """Bring `summary` up to date: it is only now and then while files come."""
        with self._lock:
            self._published = time.monotonic()
            telling = [o for o in self._told.values() if o["status"] in _TELLING]
            telling.sort(key=lambda told: _TELLING.index(told["status"]))
            summary: dict[str, Any] = {}
            if self._told:
                summary = {
                    "counts": {k: n for k, n in self._counts.items() if n},
                    "rows": telling[:MAX_OUTCOMES],
                    "more": max(len(telling) - MAX_OUTCOMES, 0),
                }
            self.summary = summary


def tell_added(
    outcomes: Outcomes, key: str, name: str, document: Document, known: dict[str, str]
) -> None:
    """Tell of a file that it is a document now, or was one before.

    `known` has the names of the documents that were there before, by id.
    """
    status, text = outcome(document, name, known=known.get(document.id))
    outcomes.tell(key, name, status, text)
    if not document.preflight.problem:
        outcomes.can_be_processed(document.id)
    known.setdefault(document.id, name)


def outcome(document: Document, name: str, *, known: str | None) -> tuple[str, str]:
    """Say what became of a file: a state of `Outcomes`, and what to say of it.

    `known` is the name under which it was there before, if it was.
    """
    if known is not None:
        other = "" if known == name else f" as {known}"
        return "duplicate", f"already in the workspace{other}."
    if document.preflight.problem:
        return "problem", document.preflight.problem
    return "added", ""
