"""Jobs on a cluster, with pilots started as programs on this machine."""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from asking_agent import GENE, asking_flow
from batches import BAD, add_papers, fake_flow, rows, until
from chat_server import ChatServer
from fake_cluster import ADDRESS, FakeCluster, pilots, run_on, working_on
from fakes import FakeExtractor

import curation_kit as ck
from curation_kit.agents import register
from curation_kit.jobs import JobStore
from curation_kit.llm import Settings
from curation_kit.records import Record
from curation_kit.runner import desk
from curation_kit.runner.cluster import lanes, waves
from curation_kit.runner.cluster.holding import Order
from curation_kit.runner.cluster.likeness import identity
from curation_kit.runner.cluster.wire import Wire

KEY = "sk-planted-4711"


@pytest.fixture
def flow(plugins: Path) -> ck.Flow:
    """Give a flow of agents that the pilots find too."""
    del plugins
    return fake_flow("csv")


def on_cluster(workspace: ck.Workspace, flow: ck.Flow, papers, **options) -> ck.Job:
    """Make a job for the cluster."""
    options = {"use_cache": False, **options}
    return workspace.create(flow, papers, backend="dask", address=ADDRESS, **options)


def test_each_paper_fails_alone(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """As on this machine; and the pilots are not lost."""
    papers = add_papers(workspace, *[name for one in BAD for name in ("ok", one)])
    cluster = FakeCluster()
    job = on_cluster(workspace, flow, papers, time_limit=15)

    run_on(cluster, workspace, job)

    assert job.status == "completed", job.paused_reason
    assert rows(job)[::2] == [("completed", None, 1)] * 6
    assert rows(job)[1::2] == list(BAD.values())
    assert cluster.held == 2


def test_a_pilot_whose_child_is_killed_is_kept(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """Nothing is wrong with it: by the out-of-memory killer, for instance."""
    cluster = FakeCluster(1)
    job = on_cluster(workspace, flow, add_papers(workspace, "kill", "ok"))

    run_on(cluster, workspace, job)

    assert rows(job) == [("failed", "crashed", 3), ("completed", None, 1)]
    assert cluster.held == 1


def test_lanes_are_watched_until_they_are_closed(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """A job may come when there was nothing to do: the runner has not ended yet."""
    cluster, store = FakeCluster(), JobStore(workspace._database)
    job = on_cluster(workspace, flow, add_papers(workspace, "ok"))
    opened, idle, asked = threading.Event(), threading.Event(), threading.Semaphore(0)
    idle.set()

    def until_idle() -> bool:
        asked.release()
        return idle.is_set()

    class Lane:
        """Works until it shall not any more."""

        def run(self, connect: object, until_over: Callable[[], bool]) -> None:
            assert connect is cluster
            opened.set()
            until(until_over)

    made = lanes.Lanes(store, lambda _: Lane(), cluster, until_idle, pytest.fail)
    for _ in range(2):
        assert asked.acquire(timeout=30)
    assert not opened.is_set()
    idle.clear()
    assert opened.wait(30)
    made.close()  # the lane ends, though there is work
    assert job.status == "pending"


@pytest.fixture
def chat() -> Iterator[ChatServer]:
    """A service that wants a key."""
    with ChatServer(GENE, key=KEY) as server:
        yield server


class Tapped(FakeCluster):
    """Notes every byte that goes between the runner and its pilots."""

    def __init__(self, width: int = 2) -> None:
        super().__init__(width)
        self.seen = bytearray()

    def hold(self, orders: Iterable[Order]) -> list[str]:
        """Send the pilots to a relay."""
        orders = list(orders)
        door = socket.create_server(("127.0.0.1", 0))
        target = orders[0].host, orders[0].port

        def relay() -> None:
            near, _ = door.accept()
            with near, socket.create_connection(target) as far:
                back = threading.Thread(target=pump, args=(far, near))
                back.start()
                pump(near, far)
                back.join()

        def pump(source: socket.socket, sink: socket.socket) -> None:
            with suppress(OSError):
                while data := source.recv(1 << 16):
                    self.seen += data
                    sink.sendall(data)
            with suppress(OSError):
                sink.shutdown(socket.SHUT_RDWR)

        relays = [threading.Thread(target=relay) for _ in orders]
        for thread in relays:
            thread.start()
        port = door.getsockname()[1]
        with door:
            words = super().hold([replace(order, port=port) for order in orders])
            for thread in relays:
                thread.join()
        return words


def test_steps_that_ask_a_service_and_its_key_stay_here(
    workspace: ck.Workspace,
    flow: ck.Flow,
    chat: ChatServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A pilot reads the papers, is sent them, and sends the texts; it asks nobody."""
    del flow
    cluster = Tapped()
    monkeypatch.setenv("CURATION_KIT_SHIP", "1")
    monkeypatch.setenv("CHAT_KEY", KEY)
    workspace.settings = Settings(services={"chat": chat.service(key="env:CHAT_KEY")})
    papers = add_papers(workspace, "ok", "ok")
    job = on_cluster(workspace, asking_flow(service="chat", model="fake"), papers)

    run_on(cluster, workspace, job)

    assert rows(job) == [("completed", None, 1)] * 2
    assert len(chat.asked) == 2
    assert len(list((workspace.path / "cache").rglob("*.text"))) == 2
    assert b"ok 0" in cluster.seen  # what a paper says
    assert KEY.encode() not in cluster.seen


def test_a_job_that_asks_a_service_waits_for_no_paper_in_work(
    workspace: ck.Workspace,
    flow: ck.Flow,
    chat: ChatServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The lane was opened for one that asks none."""
    gate = tmp_path / "gate"
    monkeypatch.setenv("CHAT_KEY", KEY)
    workspace.settings = Settings(services={"chat": chat.service(key="env:CHAT_KEY")})
    [slow] = add_papers(workspace, f"wait {gate}")
    papers = add_papers(workspace, "ok", "ok")
    long = on_cluster(workspace, flow, slow)

    with working_on(FakeCluster(), workspace, long):
        until(Path(f"{gate}.started").exists)
        asking = on_cluster(
            workspace, asking_flow(service="chat", model="fake"), papers
        )
        until(lambda: asking.status == "completed")
        assert rows(long) == [("processing", None, 1)]
        gate.touch()

    assert rows(long) == [("completed", None, 1)]


def test_cancelled_papers_in_work_keep_no_other_job_waiting(
    workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """They have their pilots until the end of their step; the cluster has more."""
    gates = [tmp_path / name for name in "abc"]
    papers = add_papers(workspace, *[f"wait {gate}" for gate in gates], "ok")
    first = on_cluster(workspace, flow, papers[:2])
    here = workspace.create(flow, papers[2:3])

    with working_on(FakeCluster(3), workspace, first, here):
        for gate in gates:
            until(Path(f"{gate}.started").exists)
        first.cancel()
        second = on_cluster(workspace, flow, papers[3:])
        until(lambda: second.status == "completed")
        for gate in gates:
            gate.touch()


def test_a_paper_is_sent_in_pieces_and_its_text_comes_back(
    workspace: ck.Workspace, flow: ck.Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To a pilot that cannot read the workspace; the results are those of here."""
    monkeypatch.setenv("CURATION_KIT_SHIP", "1")
    monkeypatch.setattr(desk, "PIECE", 1000)
    papers = add_papers(workspace, "word " * 1000, "ok")
    here = workspace.run(flow, papers, n_jobs=1, use_cache=False)
    texts = {file: file.read_bytes() for file in workspace.path.rglob("*.text")}
    shutil.rmtree(workspace.path / "cache")
    job = on_cluster(workspace, flow, papers)

    run_on(FakeCluster(), workspace, job)

    assert list(job.records()) == list(here.records())
    assert {file: file.read_bytes() for file in texts} == texts
    assert [file.read_bytes() for file in job.result_files()] == [
        file.read_bytes() for file in here.result_files()
    ]


def test_a_paper_for_which_a_machine_has_no_room_runs_again(
    workspace: ck.Workspace,
    flow: ck.Flow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is not at fault; the log of the runner says what is wrong there."""
    gate, temporary = tmp_path / "gate", tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("CURATION_KIT_SHIP", "1")
    monkeypatch.setenv("TMPDIR", str(temporary))
    job = on_cluster(workspace, flow, add_papers(workspace, f"wait {gate}", "ok"))

    with working_on(FakeCluster(1), workspace, job):
        until(Path(f"{gate}.started").exists)
        [folder] = temporary.glob("curation-kit-*")
        (folder / f"{job.document_rows()[1]['document_id']}.pdf").mkdir()
        gate.touch()

    assert rows(job) == [("completed", None, 1)] * 2
    assert "a paper cannot be kept" in caplog.text


def test_a_paper_whose_pilot_is_lost_runs_again_and_then_apart(
    workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """Not charged: machines of a cluster go. After the second loss it runs here."""
    gate, started = tmp_path / "gate", tmp_path / "gate.started"
    job = on_cluster(workspace, flow, add_papers(workspace, f"wait {gate}"))

    with working_on(FakeCluster(), workspace, job):
        for _ in range(2):
            until(started.exists)
            [pilot] = pilots()
            assert int(started.read_text()) in [c.pid for c in pilot.children()]
            started.unlink()
            pilot.kill()
        until(started.exists)
        assert psutil.Process(int(started.read_text())).ppid() == os.getpid()
        gate.touch()

    assert rows(job) == [("completed", None, 1)]
    lost = [event.data for event in job.events() if event.type == "document_requeued"]
    assert [socket.gethostname() in event["reason"] for event in lost] == [True] * 2


def test_another_pilot_comes_for_one_that_was_lost(
    workspace: ck.Workspace,
    flow: ck.Flow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It need not wait for the others of its call to end."""
    monkeypatch.setattr(waves, "AGAIN", 0.0)
    gates = [tmp_path / name for name in "ab"]
    papers = add_papers(workspace, *[f"wait {gate}" for gate in gates])
    job = on_cluster(workspace, flow, papers)

    with working_on(FakeCluster(), workspace, job):
        for gate in gates:
            until(Path(f"{gate}.started").exists)
        pilots()[0].kill()
        until(lambda: job.progress.pending)
        until(lambda: job.progress.processing == 2)
        assert len(pilots()) == 2
        for gate in gates:
            gate.touch()

    assert rows(job) == [("completed", None, 1)] * 2


def test_a_job_here_runs_beside_one_on_a_cluster(
    workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """Neither waits for the other; a document that must be alone is so in its lane."""
    gate = tmp_path / "gate"
    far = on_cluster(workspace, flow, add_papers(workspace, f"wait {gate}"))
    here = workspace.create(flow, add_papers(workspace, "ok", "kill"), use_cache=False)

    with working_on(FakeCluster(1), workspace, far, here):
        until(Path(f"{gate}.started").exists)
        until(lambda: here.status == "completed")
        assert rows(far) == [("processing", None, 1)]
        gate.touch()

    assert rows(here) == [("completed", None, 1), ("failed", "crashed", 3)]
    assert rows(far) == [("completed", None, 1)]


def test_a_job_that_is_resumed_does_not_wait_for_its_papers_in_work(
    workspace: ck.Workspace,
    flow: ck.Flow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The lane stays open for as long as they last."""
    monkeypatch.setattr(lanes, "IDLE", 0.0)
    first, second, other = (tmp_path / name for name in "abc")
    papers = [f"wait {first}", f"wait {second}", "ok"]
    job = on_cluster(workspace, flow, add_papers(workspace, *papers))
    here = workspace.create(flow, add_papers(workspace, f"wait {other}"))
    looks = threading.Semaphore(0)
    look = JobStore.in_work

    def in_work(store: JobStore, lane: str) -> bool:
        looks.release()
        return look(store, lane)

    with working_on(FakeCluster(), workspace, job, here):
        for gate in (first, second, other):
            until(Path(f"{gate}.started").exists)
        workspace._store.pause(job.id, "a while")
        monkeypatch.setattr(JobStore, "in_work", in_work)
        for _ in range(3):
            assert looks.acquire(timeout=30)
        workspace._store.resume(job.id)
        second.touch()
        until(lambda: rows(job)[2] == ("completed", None, 1))
        assert rows(job)[0] == ("processing", None, 1)
        first.touch()
        other.touch()

    assert rows(job) == [("completed", None, 1)] * 3


def test_documents_in_flight_are_put_back_when_the_runner_is_stopped(
    workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """At no cost, and no pilot is left."""
    gate = tmp_path / "gate"
    job = on_cluster(workspace, flow, add_papers(workspace, f"wait {gate}", "ok"))

    with working_on(FakeCluster(1), workspace, job) as scheduler:
        until(Path(f"{gate}.started").exists)
        scheduler.stop()

    assert rows(job) == [("pending", None, 0)] * 2
    assert not pilots()


def test_more_pilots_are_called_when_the_cluster_grows(
    workspace: ck.Workspace,
    flow: ck.Flow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As many as it has room for, and no more than there are documents."""
    monkeypatch.setattr(waves, "ASK_WIDTH", 0.0)
    gates = [tmp_path / name for name in "ab"]
    cluster = FakeCluster(1)
    papers = add_papers(workspace, *[f"wait {gate}" for gate in gates])
    job = on_cluster(workspace, flow, papers)

    with working_on(cluster, workspace, job):
        until(Path(f"{gates[0]}.started").exists)
        assert job.progress.processing == 1
        cluster.workers = 5
        cluster.free.release()
        until(Path(f"{gates[1]}.started").exists)
        for gate in gates:
            gate.touch()

    assert rows(job) == [("completed", None, 1)] * 2
    assert cluster.held == 2


class Empty(FakeCluster):
    """Has no workers."""

    def width(self) -> int:
        """None."""
        return 0


class Unlike(FakeCluster):
    """Has workers with another version of Python."""

    def hold(self, orders: Iterable[Order]) -> list[str]:
        """Tell what they are."""
        [order] = orders
        wire = Wire.to(order.host, order.port, bytes.fromhex(order.key))
        other = {**identity(), "Python": "3.9", "pymupdf": "1.0"}
        wire.tell({"host": "node7", "pid": 1, "order": order.number, "identity": other})
        assert "refused" in wire.hear()
        wire.close()
        return [""]


class Cut(FakeCluster):
    """Has workers that cannot reach the runner."""

    def hold(self, orders: Iterable[Order]) -> list[str]:
        """Send them where nobody is."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        return super().hold([replace(order, port=port) for order in orders])


class Gone(FakeCluster):
    """Loses what it is given."""

    def hold(self, orders: Iterable[Order]) -> list[str]:
        """Raise as Dask does."""
        del orders
        raise RuntimeError("KilledWorker")


@pytest.mark.parametrize(
    ("cluster", "reason"),
    [
        (Empty(), "no workers.*dask worker.*resume"),
        (Unlike(1), r"node7: Python 3\.9 there, .* here; pymupdf 1\.0 there"),
        (Cut(1), "cannot reach the runner at 127.0.0.1:.*resume"),
        (Gone(1), "cannot work for this job .*KilledWorker.*resume"),
    ],
)
def test_a_cluster_that_cannot_work_pauses_the_job(
    workspace: ck.Workspace,
    flow: ck.Flow,
    monkeypatch: pytest.MonkeyPatch,
    cluster: FakeCluster,
    reason: str,
) -> None:
    """It says why, and nothing is charged; a job of this machine is not paused."""
    monkeypatch.setattr(lanes, "EMPTY", 0.6)
    monkeypatch.setattr(lanes, "PATIENCE", 0.0)
    job = on_cluster(workspace, flow, add_papers(workspace, "ok"))

    run_on(cluster, workspace, job)

    assert job.status == "paused"
    assert re.search(reason, job.paused_reason)
    waiting = [e.data["text"] for e in job.events() if e.type == "cluster_waiting"]
    assert waiting[:1] == ["The cluster has no workers at the moment."] or (
        cluster.width()
    )
    assert rows(job) == [("pending", None, 0)]


class Crowded(FakeCluster):
    """All its places are taken by others, until they leave."""

    def __init__(self) -> None:
        super().__init__(0)
        self.workers = 1

    def taken(self) -> int:
        """As long as nobody can be held."""
        return self.workers

    def leave(self) -> None:
        """Make room."""
        self.workers = 1
        self.free.release()


def test_a_job_is_told_what_it_waits_for_and_when_that_has_changed(
    workspace: ck.Workspace, flow: ck.Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dead workers are not busy ones."""
    monkeypatch.setattr(lanes, "PATIENCE", 0.0)
    cluster = Crowded()
    job = on_cluster(workspace, flow, add_papers(workspace, "ok"))

    def told() -> list[str]:
        return [e.data["text"] for e in job.events() if e.type.startswith("cluster_")]

    with working_on(cluster, workspace, job):
        until(lambda: len(told()) == 1)
        cluster.workers = 0
        until(lambda: len(told()) == 2)
        cluster.leave()

    assert rows(job) == [("completed", None, 1)]
    busy, empty, *_, came = told()
    assert busy == "All workers of the cluster are busy with other work."
    assert empty == "The cluster has no workers at the moment."
    assert re.fullmatch(r"A worker on .+ \(process \d+\) has come\.", came)


def test_a_job_that_waited_in_an_earlier_lane_hears_that_a_worker_has_come(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """Its runner died meanwhile."""
    job = on_cluster(workspace, flow, add_papers(workspace, "ok", "ok"))
    workspace._store.service_told([job.id], "cluster_waiting", text="None.")

    run_on(FakeCluster(1), workspace, job)

    kinds = [e.type for e in job.events() if e.type.startswith("cluster_")]
    assert kinds == ["cluster_waiting", "cluster_works"]


def test_a_plug_in_that_the_workers_lack_pauses_the_job(
    workspace: ck.Workspace, flow: ck.Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its papers are not failed for that."""
    job = on_cluster(workspace, flow, add_papers(workspace, "ok"))
    monkeypatch.setenv("PYTHONPATH", str(Path(ck.__file__).parents[1]))

    run_on(FakeCluster(1), workspace, job)

    assert job.status == "paused"
    assert "lack what the flow needs" in job.paused_reason
    assert rows(job) == [("pending", None, 0)]


@pytest.mark.usefixtures("fakes")
def test_agents_of_a_notebook_travel(
    workspace: ck.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A class that only the session knows is sent along."""
    tests = Path(__file__).parents[2]
    monkeypatch.setenv("PYTHONPATH", f"{tests}{os.pathsep}{tests.parent}")

    @register
    class Local(FakeExtractor):
        """Known here only."""

        name = "local"

        def extract(self, paper: ck.Paper) -> Iterable[Record]:
            """Say where."""
            for record in super().extract(paper):
                record.assay = "far"
                yield record

    flow = fake_flow("csv")
    flow.steps[1] = ck.Step(agent="local")
    job = on_cluster(workspace, flow, add_papers(workspace, "ok"))

    run_on(FakeCluster(1), workspace, job)

    assert [record.assay for _, _, record in job.records()] == ["far"]
