"""News of a workspace's jobs for all clients of a server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from curation_kit.errors import WorkspaceError
from curation_kit.server._sse import event_text

if TYPE_CHECKING:
    from curation_kit.workspace import Jobs, Workspace

__all__ = ["Feed", "News"]

T = TypeVar("T")

#: How often the store is asked whether it changed, in seconds: an event is seen
#: after 15 ms on average, for 1.5 % of a core.
POLL = 0.03

#: Events read at a time, so that a long log is not in memory as a whole.
PAGE = 1000


@dataclass(frozen=True, slots=True)
class News:
    """Events of a job after a sequence number.

    Attributes
    ----------
    text
        The events as they are sent; empty when there are none.
    last
        Sequence number of the last one; the one asked for when there are none.
    status
        State of the job when it was read.
    final
        Whether the job is settled and nothing comes after these events.
    more
        Whether there may be more events already.
    """

    text: str
    last: int
    status: str
    final: bool
    more: bool


class Feed:
    """Reads one workspace for any number of followers in one event loop.

    The store is read in one thread of its own, because a read may have to
    wait for a writer (seconds, on a busy disk) and the event loop must not.
    One watcher looks for changes while there are followers; followers at the
    same place share what is read.

    Parameters
    ----------
    workspace
        Folder of the workspace, opened at the first question; the default
        one, as it is then, when left out.
    create
        Whether who puts something into it makes one that is not there. Not where it
        was there when the server was started: it was moved or deleted, and an empty
        one would hide that.
    """

    def __init__(self, workspace: Path | None = None, *, create: bool = True) -> None:
        self._path = workspace
        self._create = create
        self._workspace: Workspace | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="curation-kit feed")
        self._changed = asyncio.Event()
        self._watcher: asyncio.Task[None] | None = None
        self._looks: dict[tuple[int, str, int], asyncio.Task[News]] = {}
        self.followers = 0
        self.turn = 0

    async def ask(self, question: Callable[[Jobs], T]) -> T:
        """Put a question to the jobs of the workspace.

        Raises
        ------
        CurationKitError
            What the question raises, or `WorkspaceError` if the workspace is
            not there or cannot be opened.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: question(self._jobs()))

    async def workspace(self, *, create: bool = False) -> Workspace:
        """Give the workspace, opened.

        Parameters
        ----------
        create
            Whether something is put into it, so that one may be made.

        Raises
        ------
        WorkspaceError
            If it is not there or cannot be opened.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._thread, partial(self._opened, create=create)
        )

    def _jobs(self) -> Jobs:
        return self._opened(create=False).jobs

    def _opened(self, *, create: bool) -> Workspace:
        if self._workspace is not None:
            try:
                self._workspace.check_place()
            except WorkspaceError:  # moved or deleted; or a backup is in its place
                self._workspace.close()
                self._workspace, self._create = None, False
        if self._workspace is None:
            from curation_kit.workspace import Workspace

            self._workspace = Workspace(self._path, create=create and self._create)
        return self._workspace

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Count as a follower: changes are looked for while the block runs."""
        self.followers += 1
        if self._watcher is None:
            self._watcher = asyncio.ensure_future(self._watch())
        try:
            yield
        finally:
            self.followers -= 1
            if not self.followers:
                self._watcher.cancel()
                self._watcher = None

    async def _watch(self) -> None:
        seen: int | None = None
        while True:
            try:
                version = await self.ask(lambda jobs: jobs.version())
            except Exception:  # noqa: BLE001 - each follower looks next and meets it
                version = None
            if version is None or version != seen:
                seen = version
                self.turn += 1
                self._changed.set()
                self._changed.clear()
            await asyncio.sleep(POLL)

    async def change(self, turn: int) -> None:
        """Wait until the workspace has changed since a `turn`."""
        while self.turn == turn:
            await self._changed.wait()

    async def news(self, job_id: str, after: int) -> News:
        """Read the events of a job after a sequence number, a page of them.

        The turn is part of the key: who woke for a change must not be given
        what was read before it.
        """
        key = (self.turn, job_id, after)
        if key not in self._looks:
            question = partial(_look, job_id=job_id, after=after)
            self._looks[key] = asyncio.ensure_future(self.ask(question))
            self._looks[key].add_done_callback(lambda _: self._looks.pop(key))
        # Others may wait for the same read: it goes on when one of them leaves.
        return await asyncio.shield(self._looks[key])

    def close(self) -> None:
        """Close the workspace, if it was opened."""
        if self._workspace is not None:
            self._thread.submit(self._workspace.close)
        self._thread.shutdown()


def _look(jobs: Jobs, *, job_id: str, after: int) -> News:
    job = jobs.get(job_id)
    settled = job.settled  # asked first: its last event is then read
    events = list(islice(job.events(after), PAGE))
    more = len(events) == PAGE
    return News(
        text="".join(map(event_text, events)),
        last=events[-1].seq if events else after,
        status=job.status.value,
        final=settled and not more,
        more=more,
    )
