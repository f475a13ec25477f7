"""What steps gave, kept so that a retry goes on where it failed."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from curation_kit.records import Ledger, Record, unfit

if TYPE_CHECKING:
    from curation_kit.store import Database

__all__ = ["KeptStep", "StepCache", "step_keys"]

#: Characters below which compressing a text gains next to nothing.
SHORT = 1000

#: Level of compression that takes half the time of zlib's own, for a sixth more bytes.
FAST = 1


@dataclass(frozen=True)  # with slots, pickling it takes several times as long
class KeptStep:
    """State of a document after a step.

    Attributes
    ----------
    step
        Index of the step in the flow.
    records
        JSON of a list of records; as bytes where it is long: compressed.
    ledger
        JSON of the ledger with all dropped candidates, likewise.
    """

    step: int
    agent: str
    records: str | bytes
    ledger: str | bytes

    @classmethod
    def of(
        cls, step: int, agent: str, records: Iterable[str], ledger: Ledger
    ) -> KeptStep:
        """Give the state after a step, with JSON of each record.

        Raises
        ------
        ValueError
            If the ledger is not what its own model allows.
        """
        return cls(
            step,
            agent,
            _packed(f"[{','.join(records)}]"),
            _packed(ledger.model_dump_json(warnings="error")),
        )

    def state(self, model: type[Record]) -> tuple[list[Record], Ledger]:
        """Give the records, as instances of a model, and the ledger.

        Raises
        ------
        ValueError
            If they cannot be read, or not be stored any more: other code has written
            them, or a damage.
        """
        adapter = TypeAdapter(list[model])  # type: ignore[valid-type]
        try:
            records, ledger = _unpacked(self.records), _unpacked(self.ledger)
        except (zlib.error, TypeError) as error:
            raise ValueError(f"it is damaged: {error}") from error
        found: list[Record] = adapter.validate_json(records)
        if wrong := next(filter(None, map(unfit, found)), None):
            raise ValueError(str(wrong))
        return found, Ledger.model_validate_json(ledger)


def step_keys(document_id: str, identities: Sequence[Any]) -> list[str]:
    """Keys of the results of a chain of steps for one document.

    Parameters
    ----------
    identities
        For each step, what decides its result besides its input, as JSON
        values: `Agent.identity` and where the agent comes from.

    Returns
    -------
    list of str
        SHA-256 in hex; each covers the document and all steps up to its own.
    """
    keys, upstream = [], document_id
    for identity in identities:
        content = json.dumps([upstream, identity], sort_keys=True, default=str)
        upstream = sha256(content.encode()).hexdigest()
        keys.append(upstream)
    return keys


class StepCache:
    """The table of step results; only the runner writes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(self, keys: Sequence[str], since: int = 0) -> KeptStep | None:
        """Give the kept result of the last step that has one.

        Parameters
        ----------
        keys
            Of the steps of one document, in order.
        since
            Seq of an event; what was kept before it is not given.
        """
        rows = self._database.all(
            "SELECT * FROM step_results WHERE event >= ? "
            "AND key IN (SELECT value FROM json_each(?))",
            (since, json.dumps(list(keys))),
        )
        found = {row["key"]: row for row in rows}
        for step in reversed(range(len(keys))):
            if (row := found.get(keys[step])) is not None:
                return KeptStep(step, row["agent"], row["records"], row["ledger"])
        return None

    def keep(self, document_id: str, steps: Iterable[tuple[str, KeptStep]]) -> None:
        """Keep results of steps by their keys, while the document is there."""
        now = time.time()
        self._database.executemany(
            "INSERT OR REPLACE INTO step_results "
            "(key, document_id, agent, records, ledger, created, event) "
            "SELECT ?, id, ?, ?, ?, ?, coalesce((SELECT max(seq) FROM events), 0) "
            "FROM documents WHERE id = ?",
            [
                (
                    key,
                    kept.agent,
                    kept.records,
                    kept.ledger,
                    now,
                    document_id,
                )
                for key, kept in steps
            ],
        )

    def size(self) -> tuple[int, int]:
        """Number of results and their bytes."""
        row = self._database.one(
            "SELECT count(*) AS n, total(length(records) + length(ledger)) AS bytes "
            "FROM step_results"
        )
        assert row is not None  # noqa: S101 - an aggregate has a row
        return int(row["n"]), int(row["bytes"])

    def clear(self) -> None:
        """Forget all."""
        self._database.execute("DELETE FROM step_results")


@lru_cache(maxsize=4)  # a step often leaves the ledger as it was
def _packed(text: str) -> str | bytes:
    """Compress a text that is long enough."""
    return text if len(text) < SHORT else zlib.compress(text.encode(), FAST)


def _unpacked(value: str | bytes) -> str:
    return value if isinstance(value, str) else zlib.decompress(value).decode()
