"""Store what became of documents: many at a time, while others are processed."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from curation_kit.errors import FailureCategory, WorkspaceError
from curation_kit.jobs import Claim, JobStore, Outcome, Status
from curation_kit.runner.pool import Lost
from curation_kit.runner.result_files import ResultFiles

__all__ = ["Outcomes"]

#: Outcomes that wait to be stored; who brings one more waits: they take memory,
#: and a kill has these documents run again.
MOST = 32

#: For so many seconds an outcome waits for others, to be stored with them: each
#: round of the disk takes as much CPU as all else that is done to store one.
GATHER = 0.02

_log = logging.getLogger(__name__)

Ended = tuple[Claim, Outcome | Lost]


class Outcomes:
    """A thread that stores outcomes, so that no document waits for the disk.

    Those that have come while the disk was busy are stored together: first their
    result files are brought to the disk, then the transactions of the store that
    tell of them. A power cut may not leave a completed document with an empty file.

    Parameters
    ----------
    results
        Folder of the result files.
    pause
        Pauses a job, by its id, for a reason.
    fail
        Told of what makes work impossible.
    idle
        Called when all that was begun is stored.
    """

    def __init__(
        self,
        store: JobStore,
        results: Path,
        *,
        pause: Callable[[str, str], object],
        fail: Callable[[Exception], object],
        idle: Callable[[], object],
    ) -> None:
        self._store = store
        self._results = results
        self._files = ResultFiles(results)
        self._pause = pause
        self._fail = fail
        self._idle = idle
        self._expected = 0  # documents under way
        self._waiting: list[Ended] = []
        self._busy = False
        self._hurried = False  # whether what waits does not wait for more
        self._closed = False
        self._changed = threading.Condition()  # guards the above
        self._thread = threading.Thread(
            target=self._work, name="curation-kit outcomes", daemon=True
        )

    def start(self) -> None:
        """Begin to store."""
        self._thread.start()

    def expect(self) -> None:
        """Know that a document begins, whose outcome will be `put`."""
        with self._changed:
            self._expected += 1

    def put(self, claim: Claim, outcome: Outcome | Lost) -> None:
        """Have an outcome stored soon; wait while too many others wait."""
        self._store.set_down(claim)
        with self._changed:
            self._expected -= 1
            self._changed.wait_for(lambda: len(self._waiting) < MOST)
            self._waiting.append((claim, outcome))
            if len(self._waiting) in {1, MOST}:  # else the thread knows of it in time
                self._changed.notify_all()

    def hurry(self) -> None:
        """Have what was put stored at once, unless more is expected to join it."""
        with self._changed:
            if self._waiting and not self._expected:
                self._hurried = True
                self._changed.notify_all()

    def wait(self) -> None:
        """Return when all that was put is stored."""
        self.hurry()
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting and not self._busy)

    def close(self) -> None:
        """Return when all is stored."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()
        self._files.close()

    def _work(self) -> None:
        while batch := self._gathered():
            try:
                self._store_all(batch)
                self._store.database.sync()
            except Exception as error:  # noqa: BLE001 - raised by `Scheduler.run`
                self._fail(error)
            if not self._expected and not self._waiting:
                self._idle()

    def _gathered(self) -> list[Ended]:
        """Give the next outcomes, and room for others; none when it is over."""
        with self._changed:
            self._busy = False
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._waiting or self._closed)
            self._changed.wait_for(
                lambda: len(self._waiting) == MOST or self._hurried or self._closed,
                GATHER,
            )
            batch, self._waiting, self._hurried = self._waiting, [], False
            self._busy = bool(batch)
            self._changed.notify_all()
            return batch

    def _store_all(self, batch: Sequence[Ended]) -> None:
        done: list[tuple[Claim, Outcome]] = []
        for claim, outcome in batch:
            if isinstance(outcome, Lost):
                self._store.release(
                    claim,
                    str(outcome),
                    charged=outcome.charged,
                    suspect=outcome.suspect,
                )
            elif outcome.status is Status.PENDING:  # suspended: not its fault
                self._store.release(claim, outcome.message, charged=False)
            else:
                done.append((claim, outcome))
        refusals = self._files.write(
            [(claim.job_id, outcome.files) for claim, outcome in done]
        )
        self._check_place(done)
        for (claim, outcome), refused in zip(done, refusals, strict=True):
            if refused is None:
                self._finish(claim, outcome)
            else:
                self._no_room(claim, refused)

    def _check_place(self, done: Sequence[tuple[Claim, Outcome]]) -> None:
        """Put documents back whose workspace is elsewhere, and stop.

        They may have failed for it, and their files may have been left behind.
        """
        try:
            self._store.database.check_place()
        except WorkspaceError as error:
            for claim, _ in done:
                self._store.release(claim, str(error), charged=False)
            raise

    def _no_room(self, claim: Claim, refused: OSError) -> None:
        """Wait for room: a full disk is not the paper's fault, and nothing is lost."""
        self._pause(
            claim.job_id,
            f"Results cannot be written to {self._results} ({refused}). "
            "Make room or make the folder writable, then resume the job.",
        )
        self._store.release(claim, "its result could not be written", charged=False)

    def _finish(self, claim: Claim, outcome: Outcome) -> None:
        """Store the outcome of a document whose files are on the disk."""
        try:
            status = self._store.finish(claim, outcome, _described(outcome))
        except WorkspaceError:
            raise
        except Exception as error:  # noqa: BLE001 - told as the document's outcome
            # Not the store: something in the outcome cannot be stored.
            _log.exception("the outcome of %s cannot be stored", claim.name)
            status = self._store.finish(claim, _not_storable(error), ())
        if status is not Status.COMPLETED:  # cancelled in its last step: no results
            self._files.remove(claim.job_id, outcome.files)


def _described(outcome: Outcome) -> list[dict[str, Any]]:
    """What the store keeps of result files."""
    return [
        {
            "step": file.step,
            "name": file.name,
            "size": len(file.content),
            "sha256": hashlib.sha256(file.content).hexdigest(),
        }
        for file in outcome.files
    ]


def _not_storable(error: Exception) -> Outcome:
    """Outcome of a document whose outcome the store refuses."""
    return Outcome.failure(
        FailureCategory.INTERNAL,
        f"What the flow gave cannot be stored: {type(error).__name__}: {error!a}",
        "An agent gave text or values that are no valid Unicode or JSON: report the "
        "message together with the name of the flow.",
    )
