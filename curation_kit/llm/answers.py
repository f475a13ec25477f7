"""Answers of paid services, kept the moment they arrive."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from curation_kit.store import Database


__all__ = ["AnswerCache", "Answers", "NoAnswers", "answer_key"]

#: When an answer was used is noted if that was not within so many seconds.
USED_INTERVAL = 3600.0

#: Share of the size that is freed when it is reached.
FREED = 0.1


class Answers(Protocol):
    """Where an agent looks before it asks a service, and puts what it was told."""

    def get(self, key: str) -> str | None:
        """Give the answer to a request, None when there is none yet."""

    def put(self, key: str, answer: str) -> None:
        """Keep a valid answer; when this returns it is never lost again."""


def answer_key(request: Mapping[str, Any]) -> str:
    """Give the key of a request: all that decides its answer, as JSON values."""
    return sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()


class NoAnswers:
    """Keeps nothing: for an agent that is called outside a job."""

    def get(self, key: str) -> str | None:
        """Give None."""
        del key
        return None

    def put(self, key: str, answer: str) -> None:
        """Forget it."""


class AnswerCache:
    """The table of answers; only the runner writes it.

    Parameters
    ----------
    megabytes
        Size (1e6 bytes of answers) past which those that were not used for the
        longest time are deleted.
    """

    def __init__(self, database: Database, megabytes: float = math.inf) -> None:
        self._database = database
        self.megabytes = megabytes
        self._bytes: int | None = None  # counted when the first answer is kept

    def get(self, key: str, since: int = 0) -> str | None:
        """Give the answer to a request, None when there is none yet.

        Parameters
        ----------
        since
            Seq of an event; what was kept before it is not given.
        """
        row = self._database.one(
            "SELECT answer, used FROM answers WHERE key = ? AND event >= ?",
            (key, since),
        )
        if row is None:
            return None
        if (now := time.time()) - row["used"] > USED_INTERVAL:
            self._database.execute(
                "UPDATE answers SET used = ? WHERE key = ?", (now, key)
            )
        return str(row["answer"])

    def put(self, key: str, answer: str) -> None:
        """Keep an answer; it is on the disk when this returns."""
        with self._database.transaction(durable=True):
            self.store(key, answer)

    def store(self, key: str, answer: str) -> None:
        """As `put`, in the caller's transaction; make room for it."""
        if self._bytes is None:
            self._bytes = self.size()[1]
        size, now = len(answer.encode()), time.time()
        self._database.execute(
            "INSERT OR REPLACE INTO answers (key, answer, size, created, used, event) "
            "VALUES (?, ?, ?, ?, ?, coalesce((SELECT max(seq) FROM events), 0))",
            (key, answer, size, now, now),
        )
        self._bytes += size
        most = self.megabytes * 1e6
        if self._bytes > most:
            self._bytes = self.size()[1]  # some have taken the place of others
        if self._bytes > most:
            # Some at a time: it is not looked for with every answer then.
            self._make_room(int(self._bytes - most * (1 - FREED)), key)

    def _make_room(self, excess: int, newest: str) -> None:
        self._database.execute(
            "DELETE FROM answers WHERE key IN (SELECT key FROM (SELECT key, "
            "total(size) OVER (ORDER BY used, key) - size AS before FROM answers "
            "WHERE key != ?) WHERE before < ?)",
            (newest, excess),
        )
        self._bytes = self.size()[1]

    def size(self) -> tuple[int, int]:
        """Number of answers and their bytes."""
        row = self._database.one(
            "SELECT count(*) AS n, coalesce(sum(size), 0) AS bytes FROM answers"
        )
        assert row is not None  # noqa: S101 - an aggregate has a row
        return int(row["n"]), int(row["bytes"])

    def clear(self) -> None:
        """Forget all."""
        self._database.execute("DELETE FROM answers")
        self._bytes = None
