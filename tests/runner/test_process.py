"""Jobs done by another process: detached, killed, interrupted, shared."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest
from batches import add_papers, alive, children, fake_flow, runners, statuses, until

import curation_kit as ck
from curation_kit.errors import JobError
from curation_kit.llm import DAY, today
from curation_kit.runner import LOG, Runner
from curation_kit.runner.process import log_handler

pytestmark = pytest.mark.usefixtures("plugins")


def python(code: str, stderr: int | None = None) -> subprocess.Popen[bytes]:
    """Start Python code in a process of its own, like a script or a kernel."""
    return subprocess.Popen([sys.executable, "-c", code], stderr=stderr)


def opened(workspace: ck.Workspace) -> str:
    """Code that opens a workspace and names a flow of fakes."""
    return (
        "import curation_kit as ck; from batches import fake_flow;"
        f"ws = ck.Workspace({str(workspace.path)!r});"
    )


def started(gate: Path) -> bool:
    """Whether the document that waits for the gate is being processed."""
    return Path(f"{gate}.started").exists()


def left_by_a_killed_runner(workspace: ck.Workspace, gate: Path) -> ck.Job:
    """Give a job whose runner died in the middle; its document may go on."""
    job = workspace.submit(fake_flow("csv"), add_papers(workspace, f"wait {gate}"))
    until(lambda: started(gate))
    [runner] = runners(workspace)
    os.kill(runner, signal.SIGKILL)
    # Its last thread, which holds the lock too, may end a little later than itself.
    until(lambda: not alive(runner) and not Runner(workspace.path).is_alive())
    gate.touch()
    return job


def test_a_submitted_job_outlives_the_process_that_submitted_it(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """The kernel is killed in the middle; the job ends all the same."""
    gate = tmp_path / "gate"
    add_papers(workspace, "ok", f"wait {gate}", "fail")
    kernel = python(
        opened(workspace)
        + "job = ws.submit(fake_flow('csv'), ws.documents.list(), n_jobs=2);"
        "import time; time.sleep(600)"
    )
    until(lambda: started(gate))

    kernel.kill()
    kernel.wait()
    gate.touch()

    [job] = workspace.jobs
    job.wait(timeout=60)
    assert sorted(statuses(job)) == ["completed", "completed", "failed"]
    assert len(job.result_files()) == 2


def test_a_submitted_job_outlives_its_notebook_kernel(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """A kernel that is shut down ends all children of its process group."""
    from jupyter_client import KernelManager

    gate = tmp_path / "gate"
    add_papers(workspace, f"wait {gate}", "ok")
    kernel = KernelManager(kernel_name="python3")
    kernel.start_kernel(
        env={**os.environ, "IPYTHONDIR": str(tmp_path / "ipython")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    client = kernel.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    client.execute(
        opened(workspace) + "ws.submit(fake_flow('csv'), ws.documents.list(), n_jobs=1)"
    )
    until(lambda: started(gate))

    client.stop_channels()
    kernel.shutdown_kernel()
    gate.touch()

    [job] = workspace.jobs
    assert statuses(job.wait(timeout=60)) == ["completed", "completed"]
    assert [row["attempts"] for row in job.document_rows()] == [1, 1]


def test_a_hang_up_does_not_stop_the_runner(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """The login from which it was started may end."""
    gate = tmp_path / "gate"
    job = workspace.submit(fake_flow("csv"), add_papers(workspace, f"wait {gate}"))
    until(lambda: started(gate))
    [runner] = runners(workspace)

    os.kill(runner, signal.SIGHUP)
    gate.touch()

    assert statuses(job.wait(timeout=60)) == ["completed"]
    assert [row["attempts"] for row in job.document_rows()] == [1]


def test_a_follower_misses_a_runner_that_died(
    workspace: ck.Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever watches a job need not do anything else to see its end."""
    monkeypatch.setattr("curation_kit.workspace.job.RUNNER_INTERVAL", 0.1)
    job = left_by_a_killed_runner(workspace, tmp_path / "gate")

    assert list(job.follow())[-1].type == "job_completed"


def test_opening_a_workspace_resumes_what_a_crash_left(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """Nobody has to ask for it."""
    job = left_by_a_killed_runner(workspace, tmp_path / "gate")

    ck.Workspace(workspace.path).close()

    until(lambda: job.status == "completed")


def test_opening_a_workspace_resumes_what_waited_for_another_day(
    workspace: ck.Workspace,
) -> None:
    """A job that the daily budget had paused; one whose day has not come waits."""
    papers = add_papers(workspace, "ok")
    due, later = [workspace.create(fake_flow("csv"), papers) for _ in range(2)]
    workspace._store.pause(due.id, "Enough for today.", until=today())
    workspace._store.pause(later.id, "Enough for today.", until=today() + 2 * DAY)

    ck.Workspace(workspace.path).close()

    until(lambda: due.status == "completed")
    assert later.status == "paused"


def test_a_killed_runner_is_replaced_and_nothing_is_run_twice(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """What had ended stays; what was in flight is run again; no worker is left."""
    gate = tmp_path / "gate"
    papers = add_papers(workspace, "ok", f"wait {gate}", "ok")
    job = workspace.submit(fake_flow("csv"), papers, n_jobs=1)
    until(lambda: started(gate) and statuses(job)[0] == "completed")
    [runner] = runners(workspace)
    workers = children(runner)

    os.kill(runner, signal.SIGKILL)
    until(lambda: not alive(runner) and not any(map(alive, workers)))
    assert statuses(job) == ["completed", "processing", "pending"]
    gate.touch()
    later = ck.Workspace(workspace.path)
    later.jobs.get(job.id).wait(timeout=60)
    later.close()

    assert statuses(job) == ["completed"] * 3
    attempts = {row["document"]: row["attempts"] for row in job.document_rows()}
    assert list(attempts.values()) == [1, 2, 1]
    starts = [e.document_id for e in job.events() if e.type == "document_started"]
    assert sorted(map(starts.count, set(starts))) == [1, 1, 2]


def test_waiting_starts_one_runner_only(workspace: ck.Workspace) -> None:
    """A runner that is still starting is not started again."""
    papers = add_papers(workspace, "ok")
    job = workspace.create(fake_flow("csv"), papers)

    job.wait(timeout=60)

    assert (workspace.path / LOG).read_text().count("runner started") == 1
    assert len(runners(workspace)) == 1


def test_a_runner_that_cannot_work_is_reported(
    workspace: ck.Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whoever waits is told where to look, instead of waiting for ever."""
    job = workspace.create(fake_flow("csv"), add_papers(workspace, "ok"), n_jobs=1)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "filelock.py").write_text('raise ImportError("no key")')
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "broken"))

    with pytest.raises(JobError, match=r"could not work: see .*runner\.log"):
        job.wait(timeout=60)

    assert "no key" in (workspace.path / LOG).read_text()


def test_two_runners_do_not_work_at_once(workspace: ck.Workspace) -> None:
    """The second one ends by itself, without an error."""
    lock = Runner(workspace.path).lock()
    assert not Runner(workspace.path).is_alive()
    with lock:
        assert Runner(workspace.path).is_alive()
        second = Runner(workspace.path).start()
        assert second.wait(60) == 0
    assert not Runner(workspace.path).is_alive()


def test_a_job_for_a_runner_at_work_starts_no_other(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """It takes a third of a second to start one, which the papers would lack."""
    gate = tmp_path / "gate"
    first = workspace.submit(fake_flow("csv"), add_papers(workspace, f"wait {gate}"))
    until(lambda: started(gate))

    second = workspace.submit(fake_flow("csv"), add_papers(workspace, "ok"))

    assert len(runners(workspace)) == 1
    gate.touch()
    assert statuses(second.wait(timeout=60)) == ["completed"]
    assert statuses(first.wait(timeout=60)) == ["completed"]
    assert (workspace.path / LOG).read_text().count("runner started") == 1


def test_a_job_for_a_runner_that_just_ends_is_done_by_the_next(
    workspace: ck.Workspace,
) -> None:
    """The one that ends looks once more for work that it was thought to do."""
    job = workspace.create(fake_flow("csv"), add_papers(workspace, "ok"))
    ending = python(
        "import sys; from pathlib import Path; from curation_kit.runner import process;"
        "process.Lifetime = lambda store: lambda: True;"
        f"sys.exit(process.main(Path({str(workspace.path)!r})))"
    )

    assert ending.wait(60) == 0
    until(lambda: job.status == "completed")


def test_a_job_for_a_runner_that_was_told_to_end_is_done_by_the_next(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """Who submits it does not take the one that stops for one at work."""
    gate = tmp_path / "gate"
    workspace.submit(fake_flow("csv"), add_papers(workspace, f"wait {gate}"))
    until(lambda: started(gate))
    [runner] = runners(workspace)
    os.kill(runner, signal.SIGTERM)
    until(lambda: not (workspace.path / "runner.working").exists())

    job = workspace.submit(fake_flow("csv"), add_papers(workspace, "ok"))

    until(lambda: job.status == "completed")


def test_who_only_holds_the_lock_is_not_taken_for_a_runner(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """Nor is the mark of a runner that was killed: the job has a runner soon."""
    killed = left_by_a_killed_runner(workspace, tmp_path / "gate")
    assert (workspace.path / "runner.working").exists()

    with Runner(workspace.path).lock():  # as who cancels a job
        job = workspace.submit(fake_flow("csv"), add_papers(workspace, "ok"))

    until(lambda: job.status == killed.status == "completed")


def test_a_dead_runner_that_nobody_has_waited_for_is_none(
    workspace: ck.Workspace,
) -> None:
    """Its number is still taken; the job has a runner soon."""
    dead = python("")
    until(lambda: psutil.Process(dead.pid).status() == psutil.STATUS_ZOMBIE)
    (workspace.path / "runner.working").write_text(str(dead.pid))

    with Runner(workspace.path).lock():  # as who cancels a job
        job = workspace.submit(fake_flow("csv"), add_papers(workspace, "ok"))

    until(lambda: job.status == "completed")
    dead.wait()


def test_a_runner_that_failed_before_is_not_blamed_while_another_works(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """It was ours, the other is that of another program."""
    gate = tmp_path / "gate"
    add_papers(workspace, f"wait {gate}")
    script = python(
        opened(workspace) + "ws.run(fake_flow('csv'), ws.documents.list(), n_jobs=2)"
    )
    until(lambda: started(gate))
    failed = python("raise SystemExit(1)")
    failed.wait()
    workspace._runner._started = failed

    job = workspace.submit(fake_flow("csv"), add_papers(workspace, "ok"))

    assert statuses(job.wait(timeout=60)) == ["completed"]
    gate.touch()
    script.wait(60)


def test_a_run_while_a_runner_lives_is_done_by_it(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """``run`` waits for it and returns as usual."""
    gate = tmp_path / "gate"
    flow = fake_flow("csv")
    first = workspace.submit(flow, add_papers(workspace, f"wait {gate}"), n_jobs=2)
    until(lambda: started(gate))
    job = workspace.create(flow, add_papers(workspace, "ok", "fail"))

    job.run()

    assert statuses(job) == ["completed", "failed"]
    assert statuses(first) == ["processing"]
    gate.touch()
    assert first.wait(timeout=60).status == "completed"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (signal.SIGINT, "Interrupted with Ctrl-C."),
        (signal.SIGTERM, "Its program was told to end (SIGTERM)."),
    ],
)
def test_a_signal_pauses_a_run_and_leaves_no_process(
    workspace: ck.Workspace, tmp_path: Path, number: signal.Signals, reason: str
) -> None:
    """The script ends by KeyboardInterrupt, which says how to resume the job."""
    gate = tmp_path / "gate"
    add_papers(workspace, "ok", f"wait {gate}", "ok")
    script = python(
        opened(workspace) + "ws.run(fake_flow('csv'), ws.documents.list(), n_jobs=1)",
        stderr=subprocess.PIPE,
    )
    until(lambda: started(gate))
    workers = children(script.pid)
    assert workers

    script.send_signal(number)
    _, told = script.communicate(timeout=60)

    # Python ends itself by the signal when nobody catches the exception.
    assert script.returncode in {-signal.SIGINT, 130}
    until(lambda: not any(map(alive, workers)))
    [job] = workspace.jobs
    assert job.paused_reason == reason
    assert f"ws.jobs.get('{job.id}').resume() goes on" in told.decode()
    assert statuses(job) == ["completed", "pending", "pending"]
    gate.touch()
    job.resume()
    job.wait(timeout=60)
    assert [row["attempts"] for row in job.document_rows()] == [1, 1, 1]


def test_a_killed_run_leaves_no_process_and_can_be_waited_for(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """The detached runner takes over what a killed script left."""
    gate = tmp_path / "gate"
    add_papers(workspace, f"wait {gate}", "ok")
    script = python(
        opened(workspace) + "ws.run(fake_flow('csv'), ws.documents.list(), n_jobs=2)"
    )
    until(lambda: started(gate))
    workers = children(script.pid)

    script.kill()
    script.wait()

    until(lambda: not any(map(alive, workers)))
    gate.touch()
    [job] = workspace.jobs
    assert statuses(job.wait(timeout=60)) == ["completed", "completed"]


def test_cancelling_a_job_whose_runner_died_ends_its_documents(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """None stays in process for ever."""
    gate = tmp_path / "gate"
    papers = add_papers(workspace, f"wait {gate}")
    job = workspace.submit(fake_flow("csv"), papers)
    until(lambda: started(gate))
    [runner] = runners(workspace)
    os.kill(runner, signal.SIGKILL)
    until(lambda: not Runner(workspace.path).is_alive())

    job.cancel()

    until(lambda: statuses(job) == ["cancelled"])


def cancelled_under_a_runner_that_died(workspace: ck.Workspace, gate: Path) -> ck.Job:
    """Give a job that was cancelled, and its runner killed before its paper stopped."""
    job = workspace.submit(fake_flow("csv"), add_papers(workspace, f"wait {gate}"))
    until(lambda: started(gate))
    [runner] = runners(workspace)
    job.cancel()
    os.kill(runner, signal.SIGKILL)
    until(lambda: not alive(runner) and not Runner(workspace.path).is_alive())
    gate.touch()
    assert statuses(job) == ["processing"]
    return job


def test_a_follower_of_a_cancelled_job_comes_to_its_end(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """No runner is needed for what the one that died has left."""
    job = cancelled_under_a_runner_that_died(workspace, tmp_path / "gate")

    assert list(job.follow())[-1].type == "document_cancelled"
    assert not runners(workspace)


def test_a_cancelled_job_can_be_retried_although_its_runner_died(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """Its paper is not in work for ever."""
    job = cancelled_under_a_runner_that_died(workspace, tmp_path / "gate")

    assert job.retry_cancelled() == 1

    assert statuses(job.wait(timeout=60)) == ["completed"]


def test_a_cancelled_job_can_be_deleted_although_its_runner_died(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """Nothing of it is in work any more."""
    cancelled_under_a_runner_that_died(workspace, tmp_path / "gate").delete()

    assert not list(workspace.jobs)


def test_failed_papers_are_tried_again_by_the_runner(
    workspace: ck.Workspace,
) -> None:
    """Only they are; followers see it to the second end."""
    papers = add_papers(workspace, "ok", "fail")
    job = workspace.submit(fake_flow("csv"), papers).wait(timeout=60)
    seen = [event.seq for event in job.follow()]

    assert job.retry_failed() == 1
    more = list(job.follow(after=seen[-1]))

    assert more[0].type == "job_retried"
    assert more[-1].type == "job_completed"
    assert [e.document_id for e in more if e.type == "document_started"] == [
        papers[1].id
    ]


def test_jobs_of_others_are_handed_on_when_a_run_is_interrupted(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """A job submitted to a script's workspace does not die with the script."""
    gate = tmp_path / "gate"
    flow = fake_flow("csv")
    add_papers(workspace, f"wait {gate}")
    script = python(
        opened(workspace) + "ws.run(fake_flow('csv'), ws.documents.list(), n_jobs=1)"
    )
    until(lambda: started(gate))
    other = workspace.create(flow, add_papers(workspace, "ok"))

    script.send_signal(signal.SIGINT)
    script.wait(60)

    until(lambda: other.status == "completed")


def test_plug_ins_are_found_and_a_broken_one_is_named() -> None:
    """A package that offers agents needs nothing but its entry points."""
    code = (
        "from curation_kit.agents import agents, broken_agents, get_agent;"
        "assert {'fake_input', 'fake_extractor', 'fake_validator'} <= set(agents());"
        "assert 'no left foot' in broken_agents()['broken'], broken_agents();"
        "import curation_kit as ck;"
        "flow = ck.Flow(name='x', steps=[ck.Step(agent='broken')]);"
        "assert 'could not be loaded: broken_agent:Broken raised ImportError: "
        "no left foot' in flow.problems()[0], flow.problems()"
    )

    assert python(code).wait(60) == 0


def test_a_runner_and_many_submitters_share_the_store(workspace: ck.Workspace) -> None:
    """Nobody finds the database locked."""
    flow = fake_flow("csv")
    papers = add_papers(workspace, *["ok"] * 10)
    jobs: list[ck.Job] = []
    errors: list[Exception] = []

    def submit() -> None:
        try:
            own = ck.Workspace(workspace.path)
            jobs.extend(own.create(flow, papers, n_jobs=2) for _ in range(3))
            own.close()
        except Exception as error:  # noqa: BLE001 - shown below
            errors.append(error)

    workspace.submit(flow, papers, n_jobs=2)
    threads = [threading.Thread(target=submit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    for job in workspace.jobs:
        assert job.wait(timeout=60).progress.completed == 10
    assert len(list(workspace.jobs)) == 13


def test_what_agents_print_stays_in_the_log_when_it_is_rotated(tmp_path: Path) -> None:
    """They have it open: renamed, it would grow where nobody sees it."""
    handler = log_handler(tmp_path)
    news = logging.LogRecord("runner", logging.INFO, "", 0, "news", None, None)
    with (tmp_path / LOG).open("ab", buffering=0) as agent:
        for number in range(9):
            agent.write(b"%d" % number * (1 << 20))
            handler.handle(news)
        agent.write(b"still here")
    handler.close()

    assert (tmp_path / LOG).read_text().endswith("news\nstill here")
    sizes = [file.stat().st_size for file in tmp_path.glob(f"{LOG}*")]
    assert len(sizes) == 4
    assert max(sizes) < 1.1 * (1 << 20)
