"""Jobs run in this process, with worker processes."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from batches import add_papers, rows, statuses, until
from fakes import FakeExtractor

import curation_kit as ck
from curation_kit.agents import register, registry
from curation_kit.errors import FailureCategory, JobError, WorkspaceError
from curation_kit.jobs import LOCAL, Outcome
from curation_kit.runner.desk import LEASE
from curation_kit.runner.pool import WorkerPool
from curation_kit.runner.schedule import Scheduler, _Seldom


def test_a_job_whose_papers_all_fail_raises_nothing(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """A paper's failure is data."""
    job = workspace.run(flow, add_papers(workspace, "fail", "raise"), n_jobs=1)

    assert (job.status, job.progress.failed) == ("failed", 2)


def test_the_sequential_backend_starts_no_process(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """A debugger sees the agents."""
    pids: list[int] = []

    @register
    class Spy(FakeExtractor):
        """Notes where it runs."""

        def extract(self, paper: ck.Paper):
            """Note the process."""
            pids.append(os.getpid())
            return super().extract(paper)

    papers = add_papers(workspace, "ok", "fail", "ok")

    job = workspace.run(flow, papers, backend="sequential")

    assert statuses(job) == ["completed", "failed", "completed"]
    assert pids == [os.getpid()] * 3


def in_a_thread(job: ck.Job) -> threading.Thread:
    """Run a job in a thread, on the same store connection."""
    thread = threading.Thread(target=job.run, name="run")
    thread.start()
    return thread


def test_cancelling_stops_the_document_at_the_next_step(
    workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """What was done stays, what waits is not begun."""
    gate = tmp_path / "gate"
    papers = add_papers(workspace, "ok", f"wait {gate}", "ok")
    job = workspace.create(flow, papers, n_jobs=1)
    thread = in_a_thread(job)
    until(Path(f"{gate}.started").exists)
    began = time.monotonic()
    until(lambda: time.monotonic() > began + LEASE)  # from now on it asks

    job.cancel()
    gate.touch()
    thread.join(60)

    assert job.status == "cancelled"
    assert statuses(job) == ["completed", "cancelled", "cancelled"]
    last = [event for event in job.events() if event.document_id == papers[1].id]
    assert [event.type for event in last] == [
        "document_started",
        "step_started",
        "step_started",
        "document_cancelled",
    ]
    assert len(job.results) == 1


def test_pausing_finishes_what_runs_and_resuming_does_the_rest(
    workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """Nothing is run twice."""
    gate = tmp_path / "gate"
    papers = add_papers(workspace, f"wait {gate}", "ok", "ok")
    job = workspace.create(flow, papers, n_jobs=1)
    raised: list[BaseException] = []

    def run() -> None:
        try:
            job.run()
        except JobError as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    until(Path(f"{gate}.started").exists)
    job.pause("Lunch.")
    assert job.paused_reason == "Lunch."
    gate.touch()
    thread.join(60)

    assert "is paused: Lunch." in str(raised[0])
    assert statuses(job) == ["completed", "pending", "pending"]
    workspace._store.resume(job.id)
    job.run()
    assert rows(job) == [("completed", None, 1)] * 3


def test_a_short_job_does_not_wait_for_a_long_one(
    workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """Three papers sent behind sixty are done while most of the sixty wait."""
    gate = tmp_path / "gate"
    long = workspace.create(
        flow, add_papers(workspace, f"wait {gate}", *["ok"] * 59), n_jobs=2
    )
    thread = in_a_thread(long)
    until(Path(f"{gate}.started").exists)
    short = workspace.create(flow, add_papers(workspace, "ok", "ok", "ok"))
    gate.touch()
    thread.join(120)

    assert (long.status, short.status) == ("completed", "completed")
    begun = [e.seq for e in short.events() if e.type == "document_started"]
    # At most one paper of the long job per paper of the short one, and those
    # that were in flight.
    between = [
        event
        for event in long.events(after=begun[0])
        if event.type == "document_started" and event.seq < begun[-1]
    ]
    assert len(between) <= 3 + 2
    assert long.progress.completed == 60


def test_who_asks_for_more_slots_waits_for_no_document(
    workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """One that takes very long keeps its own slot, and no other."""
    gate = tmp_path / "gate"
    long = workspace.create(flow, add_papers(workspace, f"wait {gate}"), n_jobs=1)
    scheduler = Scheduler(workspace._store, workspace._folders)
    thread = threading.Thread(
        target=scheduler.run,
        kwargs={"until": lambda: long.status == "completed"},
        daemon=True,
    )
    thread.start()
    until(Path(f"{gate}.started").exists)
    wide = workspace.create(flow, add_papers(workspace, "ok", "ok"), n_jobs=2)
    until(lambda: wide.status == "completed")
    assert rows(long) == [("processing", None, 1)]
    gate.touch()
    thread.join(60)

    assert not thread.is_alive()
    assert rows(long) == [("completed", None, 1)]


def test_there_are_no_more_slots_than_documents(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """Threads of thousands would keep each other from the few papers there are."""
    job = workspace.create(flow, add_papers(workspace, *["ok"] * 3), n_jobs=90)
    scheduler = Scheduler(workspace._store, workspace._folders)

    scheduler.run(until=lambda: job.status == "completed")

    assert scheduler._pool is not None
    assert scheduler._pool.slots == 3
    assert rows(job) == [("completed", None, 1)] * 3


def test_a_document_of_a_cancelled_job_keeps_no_slot_from_others(
    workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """One that takes very long is still in its slot: the next one gets another."""
    gate = tmp_path / "gate"
    long = workspace.create(flow, add_papers(workspace, f"wait {gate}"), n_jobs=2)
    scheduler = Scheduler(workspace._store, workspace._folders)
    thread = threading.Thread(target=scheduler.run, kwargs={"until": gate.exists})
    thread.start()
    until(Path(f"{gate}.started").exists)
    long.cancel()
    short = workspace.create(flow, add_papers(workspace, "ok"), n_jobs=2)
    try:
        until(lambda: short.status == "completed", 30)
    finally:
        gate.touch()
        thread.join(60)


def test_a_document_removed_before_its_turn_fails_as_input(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """The message says what happened and what to do."""
    papers = add_papers(workspace, "ok", "ok")
    job = workspace.create(flow, papers, n_jobs=1)
    workspace.documents.remove(papers[1].id, force=True)

    job.run()

    row = job.document_rows()[1]
    assert (row["status"], row["category"]) == ("failed", "input")
    assert "was removed from the workspace" in row["error"]
    assert row["hint"]


def test_a_workspace_that_is_moved_fails_no_paper(
    workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """The run says so and stops; where the folder is now the job can be resumed."""
    gate, moved = tmp_path / "gate", tmp_path / "moved"
    papers = add_papers(workspace, f"wait {gate}", *["ok"] * 4)
    job = workspace.create(flow, papers, n_jobs=1)
    raised: list[BaseException] = []

    def run() -> None:
        try:
            job.run()
        except WorkspaceError as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    until(Path(f"{gate}.started").exists)
    workspace.path.rename(moved)
    gate.touch()
    thread.join(60)

    assert "was moved or deleted" in str(raised[0])
    assert not workspace.path.exists()
    workspace.close()
    there = ck.Workspace(moved)
    job = there.jobs.get(job.id)
    assert "was moved or deleted" in (job.paused_reason or "")
    assert rows(job) == [("pending", None, 0)] * 5
    assert rows(job.run()) == [("completed", None, 1)] * 5
    there.close()


def test_results_that_cannot_be_written_pause_the_job(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """No paper is blamed; with room again the job goes on."""
    job = workspace.create(flow, add_papers(workspace, "ok", "ok", "fail"), n_jobs=2)
    blocker = workspace.path / "results" / job.id
    blocker.write_text("in the way")

    with pytest.raises(JobError, match="paused: Results cannot be written"):
        job.run()

    assert "resume the job" in (job.paused_reason or "")
    assert "completed" not in statuses(job)
    blocker.unlink()
    workspace._store.resume(job.id)
    job.run()
    assert rows(job) == [
        ("completed", None, 1),
        ("completed", None, 1),
        ("failed", "input", 1),
    ]


def test_a_cancelled_job_whose_results_cannot_be_written_just_ends(
    workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """There is nothing to pause any more."""
    gate = tmp_path / "gate"
    job = workspace.create(flow, add_papers(workspace, f"wait {gate}"), n_jobs=1)
    (workspace.path / "results" / job.id).write_text("in the way")

    thread = in_a_thread(job)
    until(Path(f"{gate}.started").exists)
    job.cancel()
    gate.touch()
    thread.join(60)

    assert statuses(job) == ["cancelled"]


def test_a_store_that_cannot_be_written_ends_the_run_with_its_reason(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """The run neither hangs nor leaves processes; later it can be resumed."""
    job = workspace.create(flow, add_papers(workspace, *["ok"] * 6), n_jobs=2)
    database = workspace._database
    [size] = database.all("PRAGMA page_count")
    database.all(f"PRAGMA max_page_count = {size[0] + 1}")

    with pytest.raises(WorkspaceError, match="full"):
        job.run()

    database.all("PRAGMA max_page_count = 1000000")
    job.run()
    assert statuses(job) == ["completed"] * 6


def test_events_can_be_followed_while_the_job_runs_in_a_thread(
    workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """The follower shares the store's connection with the runner."""
    gate = tmp_path / "gate"
    papers = add_papers(workspace, "ok", f"wait {gate}")
    job = workspace.create(flow, papers, n_jobs=1)
    thread = in_a_thread(job)

    seen = []
    for event in job.follow():
        seen.append(event)
        if event.type == "document_completed" and event.document_id == papers[0].id:
            gate.touch()  # the job could not end if nothing was seen before
    thread.join(60)

    assert [event.seq for event in seen] == [event.seq for event in job.events()]
    assert seen[-1].type == "job_completed"


def test_a_signal_stops_a_run_at_once_and_it_can_be_resumed(
    workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """Ctrl-C pauses the job; documents in flight are not charged."""
    gate = tmp_path / "gate"
    papers = add_papers(workspace, "ok", f"wait {gate}", f"wait {gate}2", "ok")
    job = workspace.create(flow, papers, n_jobs=2)

    def interrupt() -> None:
        until(lambda: Path(f"{gate}.started").exists())
        until(lambda: Path(f"{gate}2.started").exists())
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        job.run()
    thread.join()

    assert job.paused_reason == "Interrupted with Ctrl-C."
    assert statuses(job) == ["completed", "pending", "pending", "pending"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    for path in (gate, tmp_path / "gate2"):
        path.touch()
    workspace._store.resume(job.id)
    job.run()
    assert rows(job) == [("completed", None, 1)] * 4


def test_a_job_with_agents_of_a_session_is_left_to_that_session(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """A process without them takes nothing of it and says so when asked."""
    job = workspace.create(flow, add_papers(workspace, "ok"))
    here = dict(registry._registered), set(registry._session)
    registry._session.clear()
    for name in job.row.options.session_agents:
        del registry._registered[name]

    assert workspace._store.claim() is None
    assert not workspace._store.has_work()
    with pytest.raises(ck.JobError, match="register fake_"):
        job.run()

    registry._registered.update(here[0])
    registry._session.update(here[1])
    assert job.run().status == "completed"


class Unstorable(FakeExtractor):
    """Fails with text that is no valid Unicode, as models give it."""

    name = "fake_extractor"

    def extract(self, paper: ck.Paper) -> Iterable[ck.Record]:
        """Fail, where told to."""
        if paper.text.text.startswith("fail"):
            raise ValueError("half an emoji: \ud83d")
        yield from super().extract(paper)


def test_an_outcome_that_cannot_be_stored_fails_alone(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """The others go on, and the text is told as far as it can be."""
    register(Unstorable)
    papers = add_papers(workspace, "ok", "fail", "ok")

    job = workspace.run(flow, papers, n_jobs=1)

    assert rows(job) == [
        ("completed", None, 1),
        ("failed", "internal", 1),
        ("completed", None, 1),
    ]
    assert "cannot be stored: UnicodeEncodeError" in job.document_rows()[1]["error"]


class QuietPool(WorkerPool):
    """Runs nothing, and gets its first paper while a slot waits."""

    def __init__(self, submit: Callable[[], object]) -> None:
        super().__init__(1)
        self.log: list[str] = []
        self._submit = submit

    def wait_for_room(self, timeout: float) -> None:
        """Have a job come meanwhile."""
        del timeout
        self.log.append("wait")
        self._submit()

    def rouse(self) -> None:
        """Note that another slot is told."""
        self.log.append("rouse")

    def run(self, *_: object, **__: object) -> Outcome:
        """Fail."""
        self.log.append("run")
        return Outcome.failure(FailureCategory.MODEL, "It says nothing.", "Retry it.")


def test_an_idle_slot_that_finds_work_tells_another(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """It would else find out by itself, up to a tenth of a second later."""
    papers = add_papers(workspace, "ok", "ok")
    pool = QuietPool(lambda: workspace.create(flow, papers))
    scheduler = Scheduler(workspace._store, workspace._folders)
    scheduler._outcomes.start()

    scheduler._work(pool, lambda: pool.log.count("run") == 2, LOCAL)

    scheduler._outcomes.close()
    given_back = over = "rouse"  # there is room again; there is no more work
    assert pool.log == ["wait", "rouse", "run", given_back, "run", given_back, over]


def test_a_run_returns_when_the_last_result_is_stored(
    workspace: ck.Workspace, flow: ck.Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its slots do not have to find out by themselves."""
    monkeypatch.setattr("curation_kit.runner.schedule.IDLE_POLL", 3600.0)
    monkeypatch.setattr("curation_kit.runner.schedule.LONGEST_PAUSE", 3600.0)
    papers = add_papers(workspace, *["ok"] * 3)
    run = threading.Thread(
        target=workspace.run, args=(flow, papers), kwargs={"n_jobs": 2}, daemon=True
    )
    run.start()
    run.join(120)
    assert not run.is_alive()


def test_what_held_for_one_slot_holds_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also for one that began to look before, and is slow; it is seldom looked."""
    monkeypatch.setattr("curation_kit.runner.schedule.IDLE_POLL", 3600.0)
    told: list[bool] = []

    def condition() -> bool:
        if not told:
            told.append(False)
            over.look_next()
            told.append(over())  # another slot, meanwhile
            return False
        return True

    over = _Seldom(condition)
    assert (over(), told) == (True, [False, True])
    fresh = _Seldom(lambda: len(told) > 2)
    assert not fresh()
    told.append(True)
    assert not fresh()
    fresh.look_next()
    assert fresh()
