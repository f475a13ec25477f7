from __future__ import annotations

import threading
from pathlib import Path

import curation_kit as ck
from curation_kit.session.follower import Follower


def test_starts_again_while_the_old_thread_is_stopping() -> None:
    """A start after a stop is not lost, though the last look still goes on."""
    inside, go_on, again = threading.Event(), threading.Event(), threading.Event()

    def look() -> bool:
        if inside.is_set():
            again.set()
            return False
        inside.set()
        return go_on.wait(30)

    follower = Follower(look, failed=lambda _: None)
    follower.start()
    old = follower._thread
    assert old is not None
    assert inside.wait(30)
    follower.stop()
    follower.start()
    assert again.wait(30)
    assert old.is_alive()
    go_on.set()
    old.join(30)
    follower.join(30)
    assert not follower.running


def test_one_thread_however_often_it_is_started() -> None:
    """A start while it follows changes nothing."""
    go_on = threading.Event()
    follower = Follower(lambda: not go_on.wait(30), failed=lambda _: None)
    follower.start()
    thread = follower._thread
    follower.start()
    assert follower._thread is thread
    go_on.set()
    follower.join(30)
    assert not follower.running


def test_goes_on_after_looks_that_failed() -> None:
    """The error is told once, and that a look works again."""
    told: list[str] = []
    looks = iter([True, False, False, True, False, True])

    def look() -> bool:
        told.append("look")
        if not next(looks):
            raise OSError("The store is locked.")
        return told.count("look") < 6

    follower = Follower(
        look,
        failed=lambda error: told.append(str(error)),
        mended=lambda: told.append("mended"),
        interval=0.0,
    )
    follower.start()
    follower.join(30)
    failed = ["look", "The store is locked."]
    assert told == [
        *("look", *failed, "look", "look", "mended"),
        *(*failed, "look", "mended"),
    ]


def test_of_a_closed_workspace_there_is_no_more_to_tell(tmp_path: Path) -> None:
    """No thread is left behind in a notebook that goes on."""
    workspace = ck.Workspace(tmp_path / "ws")
    workspace.close()
    told: list[str] = []
    follower = Follower(
        lambda: workspace.jobs.version() > 0, lambda error: told.append(str(error))
    )
    follower.start()
    follower.join(30)
    assert not follower.running
    [text] = told
    assert "was closed here" in text


def test_a_start_during_the_last_look_is_not_lost() -> None:
    """What is followed may begin again while the thread finds that it has ended."""
    looks: list[int] = []

    def look() -> bool:
        looks.append(len(looks))
        if len(looks) == 1:
            follower.start()
        return False

    follower = Follower(look, failed=lambda _: None)
    follower.start()
    follower.join(30)
    assert len(looks) == 2
    assert not follower.running


def test_starts_again_after_its_end() -> None:
    """A thread that has told all is followed by another one."""
    looks: list[int] = []

    def look() -> bool:
        looks.append(len(looks))
        return False

    follower = Follower(look, failed=lambda _: None)
    for _ in range(3):
        follower.start()
        follower.join(30)
    assert len(looks) == 3
