from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from curation_kit.errors import WorkspaceError
from curation_kit.jobs import Event, Status
from curation_kit.server._feed import Feed, News
from curation_kit.workspace import Workspace


class FakeJobs:
    """One job whose log is a list, with a gate before each read of it."""

    def __init__(self) -> None:
        self.log = [Event(1, "job", None, "job_created", 0.0, {})]
        self.gate = threading.Event()
        self.gate.set()
        self.reads = 0
        self.broken = False
        self.settled = False
        self.status = Status.PENDING

    def get(self, job_id: str) -> FakeJobs:
        """Give itself: it is its only job."""
        del job_id
        return self

    def events(self, after: int) -> Iterator[Event]:
        """Give what is in the log now, once the gate is open."""
        self.reads += 1
        found = [event for event in self.log if event.seq > after]
        assert self.gate.wait(30)
        return iter(found)

    def version(self) -> int:
        """Give a number that grows with the log."""
        if self.broken:
            raise WorkspaceError("The disk is gone.")
        return len(self.log)


@pytest.fixture
def jobs() -> FakeJobs:
    """The jobs that `run` serves."""
    return FakeJobs()


def run(jobs: FakeJobs, test: Any) -> Any:
    """Run a test with a feed, in an event loop."""

    async def main() -> Any:
        feed = Feed()
        feed._jobs = lambda: jobs
        try:
            async with asyncio.timeout(30):
                return await test(feed)
        finally:
            jobs.gate.set()
            feed.close()

    return asyncio.run(main())


async def begun(question: Coroutine[Any, Any, News], jobs: FakeJobs) -> Any:
    """Start a read and return when it is at the gate."""
    reads = jobs.reads
    task = asyncio.ensure_future(question)
    while jobs.reads == reads:  # noqa: ASYNC110 - told by another thread
        await asyncio.sleep(0)
    return task


def test_the_folder_is_made_by_who_puts_something_into_it(tmp_path: Path) -> None:
    """Not by who looks; and not where it was there before."""

    async def main() -> None:
        feed, moved = Feed(tmp_path / "ws"), Feed(tmp_path / "ws", create=False)
        for look in (feed.ask(list), feed.workspace(), moved.workspace(create=True)):
            with pytest.raises(WorkspaceError, match="is no workspace"):
                await look
        assert not (tmp_path / "ws").exists()
        await feed.workspace(create=True)
        assert (tmp_path / "ws" / "curation.sqlite").exists()
        assert await feed.ask(list) == await moved.ask(list) == []
        feed.close()
        moved.close()

    asyncio.run(main())


def test_another_workspace_in_its_place_is_opened(tmp_path: Path) -> None:
    """As one that was restored from a backup; one that is gone is not made anew."""
    place, other = tmp_path / "ws", tmp_path / "other"
    for folder in (place, other):
        Workspace(folder).close()

    async def main() -> None:
        feed = Feed(place)
        first = await feed.workspace()
        assert await feed.workspace() is first
        place.rename(tmp_path / "moved")
        with pytest.raises(WorkspaceError, match="moved or deleted"):
            await feed.workspace(create=True)
        other.rename(place)
        assert await feed.workspace() is not first
        feed.close()

    asyncio.run(main())
    assert not other.exists()


def test_the_default_workspace_is_that_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for every other client."""
    monkeypatch.setenv("CURATION_KIT_WORKSPACE", str(tmp_path / "named"))

    async def main() -> None:
        feed = Feed()
        await feed.workspace(create=True)
        feed.close()

    asyncio.run(main())
    assert (tmp_path / "named" / "curation.sqlite").exists()


def test_a_slow_store_does_not_hold_up_the_event_loop(jobs: FakeJobs) -> None:
    """The read waits in a thread; the loop opens the gate."""

    async def test(feed: Feed) -> None:
        jobs.gate.clear()
        task = await begun(feed.news("job", 0), jobs)
        jobs.gate.set()
        assert (await task).last == 1

    run(jobs, test)


def test_followers_at_the_same_place_share_a_read(jobs: FakeJobs) -> None:
    """Twenty followers cost the store what one does."""

    async def test(feed: Feed) -> None:
        news = await asyncio.gather(*(feed.news("job", 0) for _ in range(20)))
        assert {one.last for one in news} == {1}
        assert jobs.reads == 1
        assert not feed._looks

    run(jobs, test)


def test_a_read_goes_on_when_one_of_those_who_wait_leaves(jobs: FakeJobs) -> None:
    """The other one gets its news."""

    async def test(feed: Feed) -> None:
        jobs.gate.clear()
        first = await begun(feed.news("job", 0), jobs)
        second = asyncio.ensure_future(feed.news("job", 0))
        await asyncio.sleep(0)
        first.cancel()
        jobs.gate.set()
        assert (await second).last == 1
        assert jobs.reads == 1

    run(jobs, test)


def test_who_woke_for_a_change_is_not_given_what_was_read_before_it(
    jobs: FakeJobs,
) -> None:
    """Else an event would wait for the next change to be seen."""

    async def test(feed: Feed) -> None:
        jobs.gate.clear()
        early = await begun(feed.news("job", 0), jobs)
        jobs.log.append(Event(2, "job", None, "job_started", 0.0, {}))
        feed.turn += 1
        late = asyncio.ensure_future(feed.news("job", 0))
        await asyncio.sleep(0)
        jobs.gate.set()
        assert (await early).last == 1
        assert (await late).last == 2

    run(jobs, test)


def test_changes_wake_followers_and_nobody_polls_without_them(jobs: FakeJobs) -> None:
    """The watcher lives as long as there is a follower."""

    async def test(feed: Feed) -> None:
        with feed.watching(), feed.watching():
            await feed.change(feed.turn)  # the first look
            turn = feed.turn
            jobs.log.append(Event(2, "job", None, "job_started", 0.0, {}))
            await feed.change(turn)
            watcher = feed._watcher
        await asyncio.wait([watcher])
        assert watcher.cancelled()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(jobs, test)


def test_a_store_that_fails_wakes_the_followers(jobs: FakeJobs) -> None:
    """They look, and meet the error themselves."""

    async def test(feed: Feed) -> None:
        with feed.watching():
            await feed.change(feed.turn)
            jobs.broken = True
            for _ in range(2):
                await feed.change(feed.turn)
        with pytest.raises(WorkspaceError, match="The disk is gone"):
            await feed.ask(FakeJobs.version)

    run(jobs, test)
