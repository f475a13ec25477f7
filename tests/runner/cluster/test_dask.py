"""Jobs on a real Dask cluster: a scheduler and two workers on loopback."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
from collections.abc import Iterator
from logging import INFO
from pathlib import Path

import distributed
import pytest
from batches import add_papers, alive, fake_flow, rows, runners, statuses, until
from dask_cluster import DaskPrograms, dask_programs, environment_for
from fake_cluster import working_on
from plug_ins import install_fakes

import curation_kit as ck
from curation_kit.errors import JobError, JobPaused
from curation_kit.runner.cluster import connection, lanes, waves

PAPERS = 30


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskPrograms]:
    """A cluster whose workers know the fake agents."""
    folder = tmp_path_factory.mktemp("dask")
    install_fakes(folder / "plugins")
    with dask_programs(folder, environment_for(folder / "plugins")) as cluster:
        yield cluster


@pytest.fixture
def flow(plugins: Path) -> ck.Flow:
    """Give a flow of agents that runner and workers find."""
    del plugins
    return fake_flow("csv")


def test_real_papers_give_the_same_bytes_though_a_worker_is_killed(
    dask: DaskPrograms, workspace: ck.Workspace, shared_data: Path
) -> None:
    """One worker reads the workspace's folder, the other one is sent the papers."""
    papers = workspace.documents.add([str(shared_data / "papers")])
    assert len(papers) == PAPERS
    flow = workspace.flows["Gene Expression Extraction"]
    here = workspace.run(flow, papers, n_jobs=2, use_cache=False)
    shutil.rmtree(workspace.path / "cache")  # texts are to be read again

    job = workspace.submit(
        flow, papers, backend="dask", address=dask.address, use_cache=False
    )
    until(lambda: job.progress.completed >= 5, 300)
    assert len(dask.pilots()) == 2
    killed = dask.workers()[0]
    killed.kill()
    job.wait(300)

    assert statuses(job) == ["completed"] * PAPERS
    assert not killed.is_running()
    assert {row["attempts"] for row in job.document_rows()} == {1}
    assert [file.name for file in job.result_files()] == [
        file.name for file in here.result_files()
    ]
    for one, other in zip(job.result_files(), here.result_files(), strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
    assert list(job.records()) == list(here.records())
    assert [row["ledger"] for row in job.document_rows()] == [
        row["ledger"] for row in here.document_rows()
    ]
    lost = [event for event in job.events() if event.type == "document_requeued"]
    assert all("was lost" in event.data["reason"] for event in lost)
    assert len(list((workspace.path / "cache").rglob("*.text"))) == PAPERS


def test_bad_papers_fail_alone_and_are_tried_again(
    dask: DaskPrograms, workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """A crash and a hang cost neither their neighbours nor the cluster anything."""
    there = tmp_path / "there"
    commands = ["ok", "segfault", "ok", "hang", f"need {there}", "ok"]
    workers = [worker.pid for worker in dask.workers()]

    job = workspace.run(
        flow,
        add_papers(workspace, *commands),
        backend="dask",
        address=dask.address,
        time_limit=15,
    )

    assert rows(job) == [
        ("completed", None, 1),
        ("failed", "crashed", 1),
        ("completed", None, 1),
        ("failed", "timeout", 1),
        ("failed", "input", 1),
        ("completed", None, 1),
    ]
    assert [worker.pid for worker in dask.workers()] == workers
    until(lambda: not dask.pilots())  # the slots were given back
    there.touch()
    need = job.document_rows()[4]["document_id"]
    job.retry_failed(document_id=need)
    job.wait(60)
    assert rows(job)[4] == ("completed", None, 2)
    assert [row["reused"] for row in job.attempt_rows()].count("fake_input") == 1


def test_a_job_outlives_its_runner(
    dask: DaskPrograms, workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """Killed with papers on the cluster; the next runner goes on, cancel ends it."""
    first, second = tmp_path / "first", tmp_path / "second"
    papers = add_papers(workspace, "ok", f"wait {first}", "ok", f"wait {second}")
    job = workspace.submit(flow, papers, backend="dask", address=dask.address)
    begun = [Path(f"{gate}.started") for gate in (first, second)]
    until(lambda: job.progress.completed == 2 and all(one.exists() for one in begun))
    [runner] = runners(workspace)
    pilots = dask.pilots()
    assert len(pilots) == 2

    os.kill(runner, signal.SIGKILL)
    until(lambda: not any(alive(pilot.pid) for pilot in pilots))
    for one in begun:
        one.unlink()
    first.touch()
    job.resume()
    until(lambda: job.progress.completed == 3 and begun[1].exists())
    job.cancel()
    second.touch()
    until(lambda: statuses(job)[3] == "cancelled")

    assert rows(job)[:3] == [
        ("completed", None, 1),
        ("completed", None, 2),
        ("completed", None, 1),
    ]


def test_a_cluster_that_cannot_be_reached_pauses_the_job(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """It says where, and what to do."""
    address = "tcp://127.0.0.1:9"
    papers = add_papers(workspace, "ok")
    job = workspace.create(flow, papers, backend="dask", address=address)

    with pytest.raises(JobPaused, match="resume the job") as raised:
        job.run()

    assert address in str(raised.value)
    assert rows(job) == [("pending", None, 0)]


def test_a_scheduler_that_is_lost_pauses_the_job(
    workspace: ck.Workspace,
    flow: ck.Flow,
    tmp_path: Path,
    plugins: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Papers that are on the cluster end there, as in any pause; no pilot is left.

    What has happened is told in our words alone, and is no fault of ours.
    """
    caplog.set_level("INFO")
    monkeypatch.setattr(connection, "CONNECTING", 2)
    gate = tmp_path / "gate"
    papers = add_papers(workspace, f"wait {gate}", *["ok"] * 3)
    with dask_programs(tmp_path, environment_for(plugins)) as dask:
        job = workspace.create(
            flow, papers, backend="dask", address=dask.address, n_jobs=1
        )
        with working_on(connection.connect, workspace, job):
            until(Path(f"{gate}.started").exists)
            pilots = dask.pilots()
            assert pilots
            dask.scheduler.kill()
            until(lambda: job.status == "paused")
            gate.touch()
            until(lambda: not any(alive(pilot.pid) for pilot in pilots))

    assert re.search(f"is lost: dask {dask.address} .*resume", job.paused_reason)
    assert "Failed to reconnect" not in capfd.readouterr().err
    assert not [one for one in caplog.records if one.exc_info or one.levelno > INFO]
    assert "Dask worker tcp://127.0.0.1:" in caplog.text  # whoever has come
    assert rows(job) == [("completed", None, 1)] + [("pending", None, 0)] * 3


def test_a_scheduler_that_freezes_pauses_the_job(
    dask: DaskPrograms,
    workspace: ck.Workspace,
    flow: ck.Flow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody waits for ever for its answer, nor does the end of the runner."""
    monkeypatch.setattr(waves, "ASK_WIDTH", 0.0)
    gate = tmp_path / "gate"
    papers = add_papers(workspace, f"wait {gate}", "ok")
    job = workspace.create(flow, papers, backend="dask", address=dask.address, n_jobs=1)
    try:
        with working_on(connection.connect, workspace, job):
            until(Path(f"{gate}.started").exists)
            # Not before: a busy machine may take longer to connect.
            monkeypatch.setattr(connection, "ANSWERING", 1)
            dask.scheduler.suspend()
            until(lambda: job.status == "paused")
            gate.touch()
    finally:
        dask.scheduler.resume()

    assert "does not answer" in job.paused_reason
    assert rows(job) == [("completed", None, 1), ("pending", None, 0)]
    until(lambda: not dask.pilots())


def test_a_job_waits_for_workers_that_are_busy_with_other_work(
    dask: DaskPrograms,
    workspace: ck.Workspace,
    flow: ck.Flow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It says so."""
    monkeypatch.setattr(lanes, "PATIENCE", 0.0)
    gate = tmp_path / "gate"
    job = workspace.create(
        flow, add_papers(workspace, "ok"), backend="dask", address=dask.address
    )
    with distributed.Client(dask.address, set_as_default=False) as client:
        client.wait_for_workers(2)
        others = [
            client.submit(until, gate.exists, workers=worker, pure=False)
            for worker in client.nthreads()
        ]
        until(lambda: all(client.processing().values()))
        with working_on(connection.connect, workspace, job):
            until(lambda: "cluster_waiting" in [e.type for e in job.events()])
            gate.touch()
        client.gather(others)

    told = [e.data["text"] for e in job.events() if e.type == "cluster_waiting"]
    assert told[0] == "All workers of the cluster are busy with other work."
    assert rows(job) == [("completed", None, 1)]


def test_workers_that_lack_the_package_go_on_without_us(
    workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """The job says what is missing; those of others lose nothing."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "curation_kit.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'curation_kit'\")"
    )
    papers = add_papers(workspace, "ok", "ok")
    with dask_programs(tmp_path, environment_for(hidden)) as dask:
        workers = dask.workers()
        job = workspace.create(flow, papers, backend="dask", address=dask.address)
        with working_on(connection.connect, workspace, job):
            until(lambda: job.status == "paused")
        assert dask.workers() == workers

    assert "No module named 'curation_kit'; install" in job.paused_reason
    assert rows(job) == [("pending", None, 0)] * 2


@pytest.mark.parametrize(
    ("backend", "package", "address"),
    [("dask", "distributed", "tcp://10.0.0.5:8786"), ("ray", "ray", None)],
)
def test_a_missing_package_is_told_at_once(
    workspace: ck.Workspace,
    flow: ck.Flow,
    monkeypatch: pytest.MonkeyPatch,
    backend: str,
    package: str,
    address: str | None,
) -> None:
    """With the command that installs it."""
    monkeypatch.setitem(sys.modules, package, None)
    papers = add_papers(workspace, "ok")

    with pytest.raises(JobError, match=rf"pip install 'curation-kit\[{backend}\]'"):
        workspace.submit(flow, papers, backend=backend, address=address)
