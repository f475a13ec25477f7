"""Steps that compute and steps that wait for the network, side by side."""

from __future__ import annotations

import builtins
import os
import re
import shutil
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from batches import add_papers, fake_flow, rows, statuses, until
from fake_workers import TO_HOST, FakeDesk, FakeWorker
from fakes import FakeExtractor, FakeInput, FakeValidator, plain_text

import curation_kit as ck
from curation_kit.agents import Options, get_agent, register
from curation_kit.documents.text import DocumentText
from curation_kit.jobs import (
    JobOptions,
    JobStore,
    Outcome,
    StepCache,
    Suspicion,
)
from curation_kit.processes import (
    Worker,
    WorkerDied,
    WorkerStopped,
    WorkerTimedOut,
)
from curation_kit.processes import child as child_module
from curation_kit.records import Record
from curation_kit.runner.admission import Admissions
from curation_kit.runner.desk import RunnerDesk
from curation_kit.runner.places import DocumentTask
from curation_kit.runner.pool import Lost, WorkerPool


class Board(Options):
    """A folder where agents leave notes."""

    folder: Path = Path()
    count: int = 0


def note(folder: Path, name: str) -> None:
    """Leave a note that tells the process."""
    (folder / name).write_text(str(os.getpid()))


def wait_for(folder: Path, pattern: str, count: int = 1) -> None:
    """Wait until there are so many notes."""
    while len(list(folder.glob(pattern))) < count:
        time.sleep(0.005)


class Asker(FakeExtractor):
    """Waits for the network, as told."""

    name = "asker"
    title = "Asker"
    io_bound = True
    Options = Board

    def extract(self, paper: ck.Paper) -> Iterable[Record]:
        """Obey, once all papers that shall meet are in this step."""
        folder = self.options.folder
        command = paper.text.text.split()[0]
        note(folder, f"ask-{paper.id}-{time.monotonic_ns()}")
        paper.ledger.chunks_sent += 2
        if command.startswith("meet"):
            note(folder, f"met-{paper.id}")
            wait_for(folder, "met-*", self.options.count)
        match command:
            case "meet-linger" if len([*folder.glob(f"ask-{paper.id}-*")]) == 1:
                wait_for(folder, "gone")
            case "meet-number":
                try:
                    paper.answers.put("key", 5)  # type: ignore[arg-type]
                finally:
                    note(folder, "gone")
            case "meet-exit":
                os._exit(3)
            case "meet-stuck":
                re.match(r"(a*)*b", "a" * 60)
            case "meet-greedy":
                block = bytes(6 * 10**8)
                note(folder, "greedy")
                wait_for(folder, "modest")
                del block
            case "meet-modest":
                wait_for(folder, "greedy")
            case "once" if not (folder / "again").exists():
                note(folder, "again")
                raise ck.DocumentFailure("model", "No answer.", "Retry it.")
        paper.ledger.chunks_answered += 2
        for record in super().extract(paper):
            record.assay = command
            yield record


class Checker(FakeValidator):
    """Computes, and notes where."""

    name = "checker"
    title = "Checker"
    Options = Board

    def validate(self, paper: ck.Paper, records: Sequence[Record]) -> Iterable[Record]:
        """Meet the others where told; mark each record with its process."""
        folder = self.options.folder
        command = paper.text.text.split()[0]
        note(folder, f"check-{paper.id}")
        if command == "compute":
            # Not before all others are waiting; they wait until this is here.
            wait_for(folder, "met-*", self.options.count - 1)
            note(folder, f"met-{paper.id}")
        for record in records:
            record.stage_label = paper.text.text
            yield record


@pytest.fixture
def board(tmp_path: Path, fakes: None) -> Path:
    """Folder for notes; the agents of this file are registered."""
    del fakes
    register(Asker)
    register(Checker)
    folder = tmp_path / "board"
    folder.mkdir()
    return folder


def asking(board: Path, count: int = 0, *outputs: str) -> ck.Flow:
    """Give a flow: reads and checks by computing, asks by waiting."""
    options = {"folder": str(board), "count": count}
    return ck.Flow(
        name="Asking",
        steps=[
            ck.Step(agent="fake_input"),
            ck.Step(agent="asker", options=options),
            ck.Step(agent="checker", options=options),
            *[ck.Step(agent=output) for output in outputs or ("csv",)],
        ],
    )


def pids(board: Path, pattern: str) -> list[int]:
    """Processes that left notes of a kind."""
    return [int(path.read_text()) for path in sorted(board.glob(pattern))]


def test_many_wait_while_one_computes(workspace: ck.Workspace, board: Path) -> None:
    """With one process to compute in, eight papers are asked about at once."""
    papers = add_papers(workspace, *["meet"] * 8, "compute")

    job = workspace.run(asking(board, 9), papers, n_jobs=1, io_jobs=9)

    assert rows(job) == [("completed", None, 1)] * 9
    hosts, workers = set(pids(board, "ask-*")), set(pids(board, "check-*"))
    assert len(hosts) == len(workers) == 1
    assert not hosts & workers


def test_a_paper_that_changes_places_gives_the_same(
    workspace: ck.Workspace, board: Path
) -> None:
    """Records, ledger and files are those of one process for all steps."""
    papers = add_papers(workspace, "ok", "ok", "raise", "fail")
    flow = asking(board, 0, "csv", "json")

    apart = workspace.run(flow, papers, n_jobs=2, use_cache=False)
    here = workspace.run(flow, papers, backend="sequential", use_cache=False)

    assert statuses(apart) == ["completed", "completed", "failed", "failed"]
    assert list(apart.records()) == list(here.records())
    for told in ("status", "step", "category", "error", "hint", "ledger", "records"):
        assert [row[told] for row in apart.document_rows()] == [
            row[told] for row in here.document_rows()
        ]
    assert [path.name for path in apart.result_files()] == [
        path.name for path in here.result_files()
    ]
    for one, other in zip(apart.result_files(), here.result_files(), strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_a_first_step_that_waits_begins_among_the_waiting(
    workspace: ck.Workspace, board: Path
) -> None:
    """For instance a service that reads PDFs; its text is kept for later steps."""

    @register
    class Fetched(FakeInput):
        """Asks a service for the text."""

        name = "fetched"
        title = "Fetched"
        io_bound = True
        Options = Board

        def read(self, paper: ck.Paper) -> DocumentText:
            """Note the process."""
            (self.options.folder / f"read-{paper.id}").write_text(str(os.getpid()))
            return plain_text(paper.path.read_text())

    flow = asking(board)
    flow.steps[0] = ck.Step(agent="fetched", options={"folder": str(board)})

    job = workspace.run(flow, add_papers(workspace, "ok", "ok"), n_jobs=1)

    assert statuses(job) == ["completed"] * 2
    assert set(pids(board, "read-*")) == set(pids(board, "ask-*"))
    assert not set(pids(board, "read-*")) & set(pids(board, "check-*"))


def test_a_text_that_cannot_be_kept_stays_where_it_was_read(
    workspace: ck.Workspace, board: Path
) -> None:
    """No other process has it: all steps are run there."""
    papers = add_papers(workspace, "ok", "ok", "once")
    (workspace.path / "cache").rmdir()
    (workspace.path / "cache").write_text("in the way")

    job = workspace.run(asking(board), papers, n_jobs=1)

    assert statuses(job) == ["completed", "completed", "failed"]
    assert set(pids(board, "ask-*")) == set(pids(board, "check-*"))
    assert job.retry_failed() == 1
    assert statuses(job) == ["completed"] * 3


def test_a_text_deleted_from_the_cache_is_read_again(
    workspace: ck.Workspace, board: Path
) -> None:
    """A retry that begins where papers wait does not depend on the cache."""
    papers = add_papers(workspace, "once", "ok")
    job = workspace.run(asking(board), papers, n_jobs=1)
    assert rows(job)[0] == ("failed", "model", 1)
    shutil.rmtree(workspace.path / "cache")

    job.retry_failed()

    assert rows(job) == [("completed", None, 2), ("completed", None, 1)]
    assert [row["reused"] for row in job.attempt_rows()] == ["", "fake_input", ""]


def test_a_waiting_paper_stops_before_its_next_step(
    workspace: ck.Workspace, board: Path, tmp_path: Path
) -> None:
    """Cancelling lets the answer arrive and computes nothing more."""
    gate = tmp_path / "gate"
    papers = add_papers(workspace, f"wait {gate}")
    job = workspace.create(asking(board), papers, n_jobs=1)
    thread = threading.Thread(target=job.run)
    thread.start()
    until(Path(f"{gate}.started").exists)

    job.cancel()
    gate.touch()
    thread.join(60)

    assert statuses(job) == ["cancelled"]
    assert not list(board.glob("check-*"))


def test_agents_of_a_notebook_wait_in_a_shared_process_too(
    workspace: ck.Workspace, board: Path
) -> None:
    """A class that only the session knows travels with the paper."""
    suffix = "from a cell"

    @register
    class Cell(FakeExtractor):
        """Defined in a notebook."""

        name = "cell"
        title = "Cell"
        io_bound = True

        def extract(self, paper: ck.Paper) -> Iterable[Record]:
            """Mark what is found."""
            for record in super().extract(paper):
                record.assay = f"{suffix} {os.getpid() != record.negated}"
                yield record

    flow = asking(board)
    flow.steps[1] = ck.Step(agent="cell")

    job = workspace.run(flow, add_papers(workspace, *["ok"] * 4), n_jobs=1, io_jobs=4)

    assert {record.assay for _, _, record in job.records()} == {"from a cell True"}


def test_a_crash_where_many_wait_costs_only_the_culprit(
    workspace: ck.Workspace, board: Path
) -> None:
    """All run again apart; nobody else is charged, and no second host dies of it."""
    papers = add_papers(workspace, *["meet-linger"] * 5, "meet-exit", *["ok"] * 4)

    job = workspace.run(asking(board, 6), papers, n_jobs=2, io_jobs=6)

    assert rows(job) == [
        *[("completed", None, 1)] * 5,
        ("failed", "crashed", 1),
        *[("completed", None, 1)] * 4,
    ]
    culprit = job.document_rows()[5]
    assert culprit["step"] == "asker"
    assert "exit status 3" in culprit["error"]
    lost = [row for row in job.attempt_rows() if row["outcome"] == "lost"]
    assert [row["charged"] for row in lost] == [False] * 6


def test_what_the_runner_cannot_do_fails_the_paper_that_asked(
    workspace: ck.Workspace, board: Path
) -> None:
    """The process lives on, with the others in it."""
    papers = add_papers(workspace, "meet-number", *["meet-linger"] * 2)

    job = workspace.run(asking(board, 3), papers, n_jobs=1, io_jobs=3)

    assert rows(job) == [("failed", "internal", 1), *[("completed", None, 1)] * 2]
    failed = job.document_rows()[0]
    assert failed["step"] == "asker"
    assert "NotDone: AttributeError" in failed["error"]
    assert [row["outcome"] for row in job.attempt_rows()].count("lost") == 0


def test_a_paper_that_keeps_the_interpreter_is_found_among_many(
    workspace: ck.Workspace, board: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits beside it is put back and not blamed."""
    monkeypatch.setattr(child_module, "PULSE", 0.5)
    papers = add_papers(workspace, *["meet-linger"] * 3, "meet-stuck")
    # On a busy machine the bad one may be late before it has met the others.
    good = workspace.create(asking(board, 3), papers[:3], n_jobs=2, io_jobs=4)
    bad = workspace.create(asking(board, 3), papers[3], io_jobs=4, time_limit=3)

    def let_go() -> None:
        """One that came late lingers in a process of its own, and `run` waits."""
        until(lambda: bad.status.ended)
        (board / "gone").touch()

    threads = [threading.Thread(target=target) for target in (good.run, let_go)]
    for thread in threads:
        thread.start()

    bad.run()
    for thread in threads:
        thread.join(60)

    assert rows(good) == [("completed", None, 1)] * 3
    assert rows(bad) == [("failed", "timeout", 1)]


def test_a_paper_left_without_memory_by_another_is_not_blamed(
    workspace: ck.Workspace, board: Path
) -> None:
    """It runs again apart, where it has all the memory it may use."""

    @register
    class Modest(Asker):
        """Needs some memory while another has most of it."""

        def extract(self, paper: ck.Paper) -> Iterable[Record]:
            """Take it."""
            found = list(super().extract(paper))
            if paper.text.text.startswith("meet-modest"):
                bytes(5 * 10**8)
                (self.options.folder / "modest").touch()
            return found

    papers = add_papers(workspace, "meet-greedy", "meet-modest")

    job = workspace.run(asking(board, 2), papers, n_jobs=1, io_jobs=2, memory_limit=1.0)

    assert rows(job) == [("completed", None, 1)] * 2
    modest = [row for row in job.attempt_rows() if "modest" in row["document"]]
    assert [row["outcome"] for row in modest] == ["lost", "completed"]


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux refuses memory beforehand"
)
def test_what_an_agent_has_loaded_stays_loaded(
    workspace: ck.Workspace, board: Path
) -> None:
    """Also more than half of the memory; who finds too little left has it all once."""

    @register
    class Loader(FakeExtractor):
        """Loads a model once in a process, or needs much memory for a paper."""

        name = "loader"
        title = "Loader"
        Options = Board

        def extract(self, paper: ck.Paper) -> Iterable[Record]:
            """Note the process."""
            name = paper.text.text.split()[0]
            if name == "large":
                bytes(5 * 10**8)
            elif not hasattr(builtins, "model"):
                vars(builtins)["model"] = b"x" * (6 * 10**8)
            note(self.options.folder, f"{name}-{paper.id}")
            return super().extract(paper)

    flow = asking(board)
    flow.steps[1:3] = [ck.Step(agent="loader", options={"folder": str(board)})]
    papers = add_papers(workspace, *["load"] * 3, "large", "load")

    job = workspace.run(flow, papers, n_jobs=1, memory_limit=1.0)

    assert rows(job) == [("completed", None, 1)] * 5
    ran = [int(next(board.glob(f"l*-{paper.id}")).read_text()) for paper in papers]
    assert ran == [ran[0]] * 3 + [ran[-1]] * 2
    assert ran[0] != ran[-1]


@pytest.fixture
def task(board: Path) -> DocumentTask:
    """A paper with a flow that computes, waits and computes."""
    flow = asking(board)
    agents = tuple(get_agent(step.agent) for step in flow.steps)
    return DocumentTask("0" * 64, "x.pdf", Path("x.pdf"), "x", flow, agents)


def pool_with(worker: FakeWorker, host: FakeWorker) -> WorkerPool:
    """Give a pool of fake processes."""
    pool = WorkerPool(1, 1)
    pool._idle.get()
    pool._channels.get()
    pool._idle.put(worker)  # type: ignore[arg-type]
    pool._channels.put(host)  # type: ignore[arg-type]
    assert pool.reserve()
    return pool


HOST_LOSSES = [
    (WorkerDied(-9, calls=3), False, Suspicion.APART),
    (WorkerDied(-11, calls=3), False, Suspicion.APART),
    (WorkerDied(-9, calls=1), True, Suspicion.APART),
    (WorkerDied(-9, 3, WorkerTimedOut(9)), False, Suspicion.NONE),
    (WorkerDied(-9, 3, WorkerTimedOut(9, 3)), False, Suspicion.APART),
    (WorkerDied(-9, 3, WorkerStopped("disk full")), False, Suspicion.NONE),
    (WorkerTimedOut(9, 3), False, Suspicion.APART),
]


@pytest.mark.parametrize(("loss", "charged", "suspect"), HOST_LOSSES)
def test_who_is_charged_when_a_shared_process_is_lost(
    task: DocumentTask,
    loss: Exception,
    charged: bool,  # noqa: FBT001 - a parameter of the test
    suspect: Suspicion,
) -> None:
    """Only one that was there by itself; any that may be to blame runs apart."""
    pool = pool_with(FakeWorker(TO_HOST), FakeWorker(loss))

    with pytest.raises(Lost) as lost:
        pool.run(task, FakeDesk(), JobOptions(), apart=False)  # type: ignore[arg-type]

    assert (lost.value.charged, lost.value.suspect) == (charged, suspect)


@pytest.mark.parametrize(
    ("loss", "category"),
    [
        (WorkerDied(-11), "crashed"),
        (WorkerDied(3), "crashed"),
        (WorkerTimedOut(9), "timeout"),
        (MemoryError(), "resource"),
    ],
)
def test_a_paper_that_is_lost_by_its_own_doing_fails(
    task: DocumentTask, loss: Exception, category: str
) -> None:
    """In a process of its own, at once, with a hint."""
    pool = pool_with(FakeWorker(loss), FakeWorker())

    outcome = pool.run(task, FakeDesk(), JobOptions(), apart=True)  # type: ignore[arg-type]

    assert outcome.category == category
    assert outcome.hint


@pytest.mark.parametrize(("needed", "tries"), [(0, 1), (1, 2)])
def test_a_paper_without_memory_is_tried_where_nobody_was_before_it(
    task: DocumentTask, needed: int, tries: int
) -> None:
    """Once, with all its time; nobody settles calls that were lost on the way."""
    worker, desk = FakeWorker(*[MemoryError()] * 2), FakeDesk()
    worker.needed = needed

    outcome = pool_with(worker, FakeWorker()).run(
        task,
        desk,  # type: ignore[arg-type]
        JobOptions(nice=0),
        apart=True,
    )

    assert outcome.category == "resource"
    assert worker.spent == [0.0] * tries
    assert desk.told == [("give up",)] * (tries - 1)


@pytest.mark.parametrize(
    ("needed", "memory", "renewed"),
    [
        (10**8, 5 * 10**8, False),
        (10**8, 6 * 10**8, True),
        (6 * 10**8, 7 * 10**8, False),  # a new one would be as large
        (6 * 10**8, 9 * 10**8, True),
    ],
)
def test_a_shared_process_is_renewed_when_it_has_grown(
    task: DocumentTask,
    needed: int,
    memory: int,
    renewed: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """By half of what it may: one that is large from the beginning is kept."""
    host = FakeWorker(Outcome("completed", 0.0))
    host.needed, host.memory = needed, memory
    pool, options = pool_with(FakeWorker(TO_HOST), host), JobOptions(memory_limit=1.0)

    pool.run(task, FakeDesk(), options, apart=False)  # type: ignore[arg-type]

    assert host.renewed == renewed


@pytest.mark.parametrize("where", ["worker", "host"])
def test_a_paper_in_flight_when_all_stops_is_no_suspect(
    task: DocumentTask, where: str
) -> None:
    """After Ctrl-C all go on side by side, uncharged."""
    death = WorkerDied(-9)
    doings = (death,) if where == "worker" else (TO_HOST,)
    pool = pool_with(FakeWorker(*doings), FakeWorker(death))
    pool.stop()

    with pytest.raises(Lost) as lost:
        pool.run(task, FakeDesk(), JobOptions(), apart=False)  # type: ignore[arg-type]

    assert (lost.value.charged, lost.value.suspect) == (False, Suspicion.NONE)


def test_a_process_gets_the_nice_level_of_the_job(
    workspace: ck.Workspace, board: Path
) -> None:
    """The shared ones too."""

    @register
    class Nice(FakeExtractor):
        """Tells its level."""

        name = "nice"
        title = "Nice"
        io_bound = True

        def extract(self, paper: ck.Paper) -> Iterable[Record]:
            """Tell it."""
            for record in super().extract(paper):
                record.assay = str(os.nice(0))
                yield record

    flow = asking(board)
    flow.steps[1] = ck.Step(agent="nice")

    job = workspace.run(flow, add_papers(workspace, "ok"), n_jobs=1, nice=4)

    [(_, _, record)] = job.records()
    assert record.assay == str(min(os.nice(0) + 4, 19))


def test_a_pool_starts_no_more_processes_than_it_needs() -> None:
    """Those that wait share a few."""
    pool = WorkerPool(2, 70)

    assert len(pool._hosts) == 3
    assert all(isinstance(worker, Worker) for worker in pool._workers)
    assert not any(worker.pid for worker in (*pool._workers, *pool._hosts))


def test_a_pool_may_open_the_files_that_it_takes() -> None:
    """Most systems allow 1024, which is less than 256 processes take."""
    resource = pytest.importorskip("resource")
    before = _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (300, hard))
    try:
        WorkerPool(50)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= 400
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_pool_that_is_stopped_grows_in_vain() -> None:
    """Who has asked for more slots did not know yet."""
    pool = WorkerPool(1)
    pool.stop()

    assert pool.grow(2, 33) == 34
    assert (pool.width, pool.slots) == (2, 35)
    for worker in (*pool._workers, *pool._hosts):
        with pytest.raises(WorkerDied):
            worker.call(os.getpid)


def test_flows_that_only_compute_need_no_shared_process(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """No room is kept for what waits."""
    job = workspace.create(flow, add_papers(workspace, "ok"), io_jobs=9)

    assert fake_flow("csv") == flow
    assert job.row.options.io_jobs == 0


@pytest.mark.parametrize(
    "options", [{"io_jobs": 0}, {"backend": "sequential"}, {"io_jobs": 40}]
)
def test_a_step_that_waits_needs_no_slots_of_its_own(
    workspace: ck.Workspace, board: Path, options: dict[str, object]
) -> None:
    """Whatever the job asks for, it ends."""
    job = workspace.run(asking(board), add_papers(workspace, "ok"), **options)

    assert rows(job) == [("completed", None, 1)]


def test_a_pool_without_shared_processes_runs_all_steps_in_one(
    workspace: ck.Workspace, board: Path
) -> None:
    """A document may reach a pool that was made for other jobs."""
    [paper] = add_papers(workspace, "ok")
    job = workspace.create(asking(board), paper)
    store = JobStore(workspace._database)
    claim = store.claim(1)
    assert claim is not None
    desk = RunnerDesk(claim, store, StepCache(store.database), Admissions(store))
    names = [step.agent for step in claim.flow.steps]
    task = DocumentTask(
        document_id=paper.id,
        name=paper.name,
        path=paper.path,
        stem=claim.stem,
        flow=claim.flow,
        agents=tuple(get_agent(name) for name in names),
    )
    pool = WorkerPool(1)
    assert pool.reserve()
    try:
        outcome = pool.run(task, desk, claim.options, apart=False)
    finally:
        pool.close()

    assert outcome.status == "completed"
    assert job.status == "processing"
