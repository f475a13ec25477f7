"""Answers of paid services, kept the moment they arrive."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Protocol

from curation_kit.store import Database

__all__ = ["AnswerCache", "Answers", "NoAnswers", "answer_key"]


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
    """The table of answers; only the runner writes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str, since: float = 0.0) -> str | None:
        """Give the answer to a request, None when there is none yet.

        Parameters
        ----------
        since
            Seconds since the epoch; what was kept earlier is not given.
        """
        row = self._database.one(
            "SELECT answer FROM answers WHERE key = ? AND created >= ?", (key, since)
        )
        return None if row is None else str(row["answer"])

    def put(self, key: str, answer: str) -> None:
        """Keep an answer; it is on the disk when this returns."""
        with self._database.transaction(durable=True):
            self._database.execute(
                "INSERT OR REPLACE INTO answers (key, answer, created) "
                "VALUES (?, ?, ?)",
                (key, answer, time.time()),
            )

    def size(self) -> tuple[int, int]:
        """Number of answers and their bytes."""
        row = self._database.one(
            "SELECT count(*) AS n, total(length(answer)) AS bytes FROM answers"
        )
        assert row is not None  # noqa: S101 - an aggregate has a row
        return int(row["n"]), int(row["bytes"])

    def clear(self) -> None:
        """Forget all."""
        self._database.execute("DELETE FROM answers")
