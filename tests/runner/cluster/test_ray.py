"""Jobs on a real Ray cluster; run with ``-m ray`` where Ray is installed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest
from batches import add_papers, fake_flow, until
from dask_cluster import environment_for
from plug_ins import install_fakes

import curation_kit as ck

pytestmark = [
    pytest.mark.ray,
    pytest.mark.skipif(
        find_spec("ray") is None, reason="pip install 'curation-kit[ray]'"
    ),
]

#: In the environment of all that belongs to a cluster of these tests.
MARK = "CURATION_KIT_TEST_RAY"

#: The machine may be busy.
PATIENT = {"RAY_raylet_start_wait_time_s": "180"}


@pytest.fixture(scope="module")
def ray(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a cluster of this machine whose workers know the fake agents."""
    plug_ins = tmp_path_factory.mktemp("ray") / "plugins"
    install_fakes(plug_ins)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = str(Path(sys.executable).with_name("ray"))
    start = ["start", "--head", f"--port={port}", "--num-cpus=2"]
    log = plug_ins.parent / "ray.log"  # a pipe would stay open with its servers
    with log.open("wb") as output:
        done = subprocess.run(
            [command, *start, "--include-dashboard=false", "--disable-usage-stats"],
            env=environment_for(plug_ins) | {MARK: str(port), **PATIENT},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
        )
    try:
        assert done.returncode == 0, log.read_text()
        yield f"127.0.0.1:{port}"
    finally:
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get(MARK) == str(port):
                    process.kill()


@pytest.mark.usefixtures("plugins")
def test_who_does_not_speak_as_ray_is_no_cluster(workspace: ck.Workspace) -> None:
    """It is told after one try of Ray, not after twenty."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        papers = add_papers(workspace, "ok")
        job = workspace.submit(fake_flow("csv"), papers, backend="ray", address=address)
        until(lambda: job.status == "paused")

    assert f"ray cluster at {address} cannot be reached" in job.paused_reason


@pytest.mark.usefixtures("plugins")
def test_a_job_on_ray_is_like_one_here(workspace: ck.Workspace, ray: str) -> None:
    """Bad papers fail alone, and the files are those of a local run."""
    flow = fake_flow("csv", "json")
    papers = add_papers(workspace, "ok", "segfault", "ok", "hang", "ok")
    here = workspace.run(flow, papers, n_jobs=2, time_limit=15, use_cache=False)

    job = workspace.submit(
        flow, papers, backend="ray", address=ray, time_limit=15, use_cache=False
    ).wait(120)

    told = ("status", "category", "attempts", "error", "hint", "ledger")
    assert [[row[name] for name in told] for row in job.document_rows()] == [
        [row[name] for name in told] for row in here.document_rows()
    ]
    assert [file.read_bytes() for file in job.result_files()] == [
        file.read_bytes() for file in here.result_files()
    ]


@pytest.mark.usefixtures("plugins")
def test_a_job_survives_the_loss_of_a_worker(
    workspace: ck.Workspace, ray: str, tmp_path: Path
) -> None:
    """The paper runs again, at no cost, in another one."""
    gate = tmp_path / "gate"
    papers = add_papers(workspace, f"wait {gate}", *["ok"] * 3)
    job = workspace.submit(fake_flow("csv"), papers, backend="ray", address=ray)
    started = Path(f"{gate}.started")
    until(started.exists, 120)
    child = psutil.Process(int(started.read_text()))
    worker = child.parent().parent()
    assert worker is not None
    assert "ray" in " ".join(worker.cmdline())
    started.unlink()

    os.kill(worker.pid, 9)
    until(started.exists, 120)
    gate.touch()
    job.wait(120)

    assert [(row["status"], row["attempts"]) for row in job.document_rows()] == [
        ("completed", 1)
    ] * 4
