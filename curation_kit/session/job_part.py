"""A part of a job's page that shows one page of a long list."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

from traitlets import HasTraits

from curation_kit.session.patching import patch
from curation_kit.workspace import Job

__all__ = [
    "BYTES_PER_SECOND",
    "MAX_TEXT",
    "CostlyPart",
    "JobPart",
    "shortened",
]

#: What one part sends to the browser while its job runs; with the head of the page
#: it stays below 30 kB per second.
BYTES_PER_SECOND = 12_000

#: Shortest time between two changes of a part while its job runs, in seconds: four
#: in a second look live, and each has the browser draw the part.
SHORTEST = 0.25

#: A part that takes long to read is read anew at most this often while the job
#: runs, in seconds.
COSTLY_INTERVAL = 2.0

#: Longest error or quote that is sent for one row; the rest is in the downloads.
MAX_TEXT = 400


def shortened(text: str) -> str:
    """Give a text of at most `MAX_TEXT` characters, with a sign if it was cut."""
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"


class JobPart(HasTraits):
    """Shows a job in one trait, as often as an allowance of bytes permits.

    A subclass gives the content; a trait that stays as it is sends nothing. Each
    content has a ``version``; what it has in common with the one before is not
    sent again, see `patch`.
    """

    #: Name of the trait that is shown.
    shown: str

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.RLock()
        self._job: Job | None = None
        self._due = 0.0
        self._version = 0

    def open(self, job: Job) -> None:
        """Show a job from its beginning; what was chosen for another is forgotten."""
        with self._lock:
            self._job = job
            self._due = 0.0
            self._reset()

    def close(self) -> None:
        """Show nothing."""
        with self._lock:
            self._job = None
            self._reset()
            setattr(self, self.shown, {})

    def refresh(self) -> None:
        """Show what is there now."""
        with self._lock:
            if self._job is None:
                return
            before = getattr(self, self.shown)
            try:
                content = self._content(self._job)
            except Exception:
                self._forget()  # perhaps it had noted what it did not read any more
                raise
            content["version"] = self._version
            if content != before:
                self._version += 1
                content["version"] = self._version
                setattr(self, self.shown, content)
                size = len(json.dumps(patch(before, content)))
                wait = max(size / BYTES_PER_SECOND, SHORTEST)
                self._due = time.monotonic() + wait

    def look(self) -> None:
        """Show what is there now, unless much was sent just before."""
        if time.monotonic() >= self._due:
            self.refresh()

    def _reset(self) -> None:
        """Forget what was chosen."""
        raise NotImplementedError

    def _forget(self) -> None:
        """Read all anew the next time."""

    def _content(self, job: Job) -> dict[str, Any]:
        """What the trait shall be."""
        raise NotImplementedError


class CostlyPart(JobPart):
    """A part that takes long to read: looked at when the job has changed, and seldom.

    A subclass notes in ``_seq``, before it reads, the last event of the job.
    """

    def _reset(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._seq = -1

    def look(self) -> None:
        """Read again when there is something new, but not too often."""
        with self._lock:
            if self._job is None or self._job.last_seq() == self._seq:
                return
            if time.monotonic() < self._due:
                return
            begun = time.monotonic()
            self.refresh()
            now = time.monotonic()
            self._due = max(self._due, now + COSTLY_INTERVAL, now + 10 * (now - begun))
