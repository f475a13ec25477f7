"""Jobs that ask a paid service: what it is asked, and what that costs.

The service, the runner and its workers are real: HTTP on loopback, processes.
"""

from __future__ import annotations

import math
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from asking_agent import GENE, AskingExtractor, asking_flow
from batches import add_papers, chain, children, fake_flow, runners, statuses, until
from chat_server import Asked, ChatServer, Reply, unreliable

import curation_kit as ck
from curation_kit.agents import register
from curation_kit.errors import JobError
from curation_kit.jobs import Status
from curation_kit.llm import SETTINGS, Price, Settings
from curation_kit.records import Record

pytestmark = pytest.mark.usefixtures("plugins")

#: A call costs some 6 cents; that it can cost some 70 is all that is known before.
PRICE = Price(input=1_000, output=10_000)


@pytest.fixture
def chat() -> Iterator[ChatServer]:
    """A service that knows one gene."""
    with ChatServer(GENE) as server:
        yield server


def use(
    workspace: ck.Workspace,
    chat: ChatServer,
    *,
    daily_budget: float | None = None,
    **service: object,
) -> None:
    """Have a workspace use the service."""
    given = {"prices": {"fake": PRICE}, "in_flight": 64, **service}
    workspace.settings = Settings(
        services={"chat": chat.service(**given)}, daily_budget=daily_budget
    )


def test_a_killed_runner_has_each_answer_paid_once(
    workspace: ck.Workspace, chat: ChatServer
) -> None:
    """SIGKILL in the middle: what was answered and kept is not asked again.

    Calls that were under way may be made again: the runner did not get their
    answers. They count at their most.
    """
    use(workspace, chat)
    chat.latency = 0.1
    papers = add_papers(workspace, *["ok"] * 12)
    job = workspace.submit(asking_flow(chunks=4), papers, io_jobs=8)
    until(lambda: job.costs.total.calls >= 20)
    [runner] = runners(workspace)
    os.kill(runner, signal.SIGKILL)
    until(lambda: not runners(workspace))
    kept = {row["key"] for row in workspace._database.all("SELECT key FROM answers")}
    cut_off = job.costs.total.calls - len(kept)
    assert kept
    assert cut_off <= 8

    job.resume()
    job.wait(timeout=60)

    assert job.progress.completed == 12
    usage = job.costs.total
    assert usage.failed == cut_off
    assert usage.calls == 48 + cut_off
    twice = [prompt for prompt, asked in chat.counts.items() if asked > 1]
    assert len(chat.counts) == 48
    assert len(twice) <= cut_off
    asked_again = workspace._database.all(
        "SELECT key FROM calls WHERE status != 'kept' GROUP BY key HAVING count(*) > 1"
    )
    assert not kept & {row["key"] for row in asked_again}
    assert chat.spent(PRICE) <= usage.cost


def test_a_slow_service_does_not_use_up_the_time_of_a_paper(
    workspace: ck.Workspace, chat: ChatServer
) -> None:
    """Eight seconds of calls, and a limit of seven: calls have their own limit."""
    use(workspace, chat)
    chat.latency = 1.0
    papers = add_papers(workspace, *["ok"] * 2)

    job = workspace.run(asking_flow(chunks=8), papers, time_limit=7)

    assert statuses(job) == ["completed"] * 2
    assert set(chat.counts.values()) == {1}


def test_a_job_never_spends_more_than_its_budget(
    workspace: ck.Workspace, chat: ChatServer
) -> None:
    """It pauses, and goes on with a higher one; no answer is paid twice."""
    use(workspace, chat)
    chat.latency = 0.05
    papers = add_papers(workspace, *["ok"] * 20)
    job = workspace.submit(
        asking_flow(chunks=3, max_tokens=10), papers, io_jobs=16, budget=2.0
    )

    with pytest.raises(JobError, match=r"may spend \$2\.00.*higher budget"):
        job.wait(timeout=60)
    until(lambda: "processing" not in statuses(job))
    first = chat.spent(PRICE)
    assert 1.0 < first <= 2.0
    assert job.costs.total.spent == pytest.approx(first)
    assert job.costs.total.reserved == 0
    assert "failed" not in statuses(job)

    job.resume(budget=100.0)
    job.wait(timeout=60)

    assert statuses(job) == ["completed"] * 20
    assert set(chat.answered.values()) == {1}
    assert sum(chat.answered.values()) == 60
    assert job.costs.total.spent == pytest.approx(chat.spent(PRICE))
    lost = [row for row in job.attempt_rows() if row["outcome"] == "lost"]
    assert lost
    assert not any(row["charged"] for row in lost)


def test_a_daily_budget_holds_for_all_jobs(
    workspace: ck.Workspace, chat: ChatServer
) -> None:
    """Two jobs at once; both go on when it is raised."""
    use(workspace, chat, daily_budget=2.0)
    papers = add_papers(workspace, *["ok"] * 10)
    jobs = [
        workspace.submit(asking_flow(chunks=3, max_tokens=10 + n), papers, io_jobs=8)
        for n in range(2)
    ]
    until(lambda: all(job.status is Status.PAUSED for job in jobs))
    until(lambda: not any("processing" in statuses(job) for job in jobs))
    assert 1.0 < chat.spent(PRICE) <= 2.0
    assert workspace.spending.of_day().spent == pytest.approx(chat.spent(PRICE))

    use(workspace, chat, daily_budget=100.0)
    for job in jobs:
        job.resume()
    for job in jobs:
        job.wait(timeout=60)

    assert set(chat.counts.values()) == {2}  # once for each job: another length


@pytest.mark.parametrize("budget", [-1.0, math.nan])
def test_a_budget_is_an_amount(
    workspace: ck.Workspace, chat: ChatServer, budget: float
) -> None:
    """What is none changes nothing."""
    use(workspace, chat)
    papers = add_papers(workspace, "ok")
    with pytest.raises(JobError, match="budget="):
        workspace.create(asking_flow(), papers, budget=budget)
    job = workspace.create(asking_flow(), papers, budget=1.0)
    job.pause()
    with pytest.raises(JobError, match="budget="):
        job.resume(budget=budget)
    assert (job.status, job.costs.budget) == (Status.PAUSED, 1.0)


def test_a_budget_needs_a_price(workspace: ck.Workspace, chat: ChatServer) -> None:
    """It is said before anything is asked."""
    use(workspace, chat, prices={})
    papers = add_papers(workspace, "ok")
    with pytest.raises(JobError, match='no price for the model "fake" of the service'):
        workspace.create(asking_flow(), papers, budget=1.0)

    job = workspace.create(asking_flow(), papers)
    job.pause()
    with pytest.raises(JobError, match="no price"):
        job.resume(budget=1.0)
    job.resume()
    job.wait(timeout=60)
    usage = job.costs.total
    assert (usage.cost, usage.unpriced) == (0.0, 1)
    assert usage.tokens > 0


def test_a_wrong_key_pauses_the_job_instead_of_failing_its_papers(
    workspace: ck.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what to do; then it goes on."""
    with ChatServer(GENE, key="right") as chat:
        monkeypatch.setenv("CHAT_KEY", "wrong")
        use(workspace, chat, key="env:CHAT_KEY")
        papers = add_papers(workspace, *["ok"] * 8)
        job = workspace.submit(asking_flow(), papers, io_jobs=4)
        with pytest.raises(JobError, match='"chat" gives no answers') as paused:
            job.wait(timeout=60)
        assert str(paused.value).count("then resume the job.") == 1
        assert "Then resume" not in str(paused.value)
        until(lambda: "processing" not in statuses(job))
        assert set(statuses(job)) == {"pending"}
        assert len(chat.asked) <= 4
        for pid in runners(workspace):  # it has its environment from its start
            os.kill(pid, signal.SIGTERM)
        until(lambda: not runners(workspace))

        monkeypatch.setenv("CHAT_KEY", "right")
        job.resume()
        job.wait(timeout=60)

        assert statuses(job) == ["completed"] * 8


def test_settings_that_cannot_be_read_pause_the_job(
    workspace: ck.Workspace, chat: ChatServer
) -> None:
    """Somebody edits them just then; the runner goes on."""
    use(workspace, chat)
    job = workspace.create(asking_flow(), add_papers(workspace, "ok", "ok"))
    file = workspace.path / SETTINGS
    right = file.read_text("utf-8")
    file.write_text(right + "daily_budget: much", "utf-8")

    with pytest.raises(JobError, match=r"daily_budget: Give a number.*resume the job"):
        job.run()
    assert set(statuses(job)) == {"pending"}

    file.write_text(right, "utf-8")
    job.run()
    assert statuses(job) == ["completed"] * 2


def test_settings_that_cannot_be_read_are_no_matter_of_rules(
    workspace: ck.Workspace,
) -> None:
    """Such flows can be estimated, made, run, and retried."""
    (workspace.path / SETTINGS).write_text("daily_budget: much", "utf-8")
    papers = add_papers(workspace, "ok", "fail")

    assert workspace.estimate(fake_flow("csv"), papers).calls == 0
    job = workspace.run(fake_flow("csv"), papers, n_jobs=1, budget=1.0)
    job.retry_failed(fake_flow("csv"))
    job.wait(timeout=60)

    assert statuses(job) == ["completed", "failed"]
    assert [row["attempts"] for row in job.document_rows()] == [1, 2]


def test_papers_with_the_same_question_ask_once(
    workspace: ck.Workspace, chat: ChatServer
) -> None:
    """The others wait for the answer."""
    use(workspace, chat)
    chat.latency = 0.2
    papers = add_papers(workspace, *["ok"] * 8)
    job = workspace.run(asking_flow(same=True), papers, io_jobs=8)

    assert list(chat.counts.values()) == [1]
    usage = job.costs.total
    assert (usage.calls, usage.kept) == (1, 7)


def test_documents_share_the_limits_of_the_service(
    workspace: ck.Workspace, chat: ChatServer
) -> None:
    """However many may wait for the network."""
    use(workspace, chat, in_flight=3)
    chat.latency = 0.05
    workspace.run(
        asking_flow(chunks=2), add_papers(workspace, *["ok"] * 12), io_jobs=12
    )

    assert chat.peak <= 3
    assert len(chat.asked) == 24


@pytest.mark.parametrize("in_flight", [1, 4])
def test_an_agent_may_ask_in_several_threads(
    workspace: ck.Workspace, chat: ChatServer, in_flight: int
) -> None:
    """As many calls are under way as the service takes, one at a time too."""

    @register
    class Impatient(AskingExtractor):
        """Does not wait for one answer before it asks for the next."""

        name = "impatient"
        title = "Impatient"

        def extract(self, paper: ck.Paper) -> list[Record]:
            """Ask for all chunks at once."""
            chunks = [replace(paper, id=f"{n}{paper.id}") for n in range(4)]
            ask = super().extract
            with ThreadPoolExecutor(4) as threads:
                found = threads.map(lambda chunk: [*ask(chunk)], chunks)
                return [record for records in found for record in records]

    chat.answer = Reply(GENE, company=in_flight)
    use(workspace, chat, in_flight=in_flight)
    job = workspace.create(
        chain("fake_input", "impatient", "csv"), add_papers(workspace, "ok")
    )
    rescue = threading.Timer(60, job.cancel)
    rescue.start()

    job.run()

    rescue.cancel()
    assert (statuses(job), len(job.results)) == (["completed"], 4)
    assert (len(chat.asked), chat.peak) == (4, in_flight)


def test_a_service_that_limits_its_callers_is_asked_less(
    workspace: ck.Workspace, chat: ChatServer
) -> None:
    """No paper fails for it; sixteen at once would be refused some 200 times."""

    def answer(asked: Asked) -> Reply:
        del asked
        crowd = chat._under_way > 4
        return (
            Reply.error(429, "slow down", Retry_After="0.3") if crowd else Reply(GENE)
        )

    chat.answer = answer
    chat.latency = 0.05
    use(workspace, chat)
    job = workspace.run(asking_flow(), add_papers(workspace, *["ok"] * 80), io_jobs=16)

    assert statuses(job) == ["completed"] * 80
    refused = sum(asked.status == 429 for asked in chat.asked)
    assert 0 < refused < 130


def test_of_calls_that_are_refused_or_break_none_is_lost_or_paid_twice(
    workspace: ck.Workspace, chat: ChatServer
) -> None:
    """They are made again, each by itself: the others go on as ever."""
    chat.answer = unreliable(GENE, limited=0.08, broken=0.04, retry_after="0.1")
    chat.latency = 0.05
    use(workspace, chat)
    papers = add_papers(workspace, *["ok"] * 30)

    job = workspace.run(asking_flow(chunks=4), papers, io_jobs=16)

    assert statuses(job) == ["completed"] * 30
    assert len(chat.answered) == 120
    assert set(chat.answered.values()) == {1}
    faults = Counter(asked.status for asked in chat.asked if asked.status != 200)
    assert set(faults) == {429, 500}
    usage = job.costs.total
    assert (usage.calls, usage.failed) == (120 + faults.total(), faults.total())


@pytest.mark.parametrize("how", ["cancel", "pause"])
def test_documents_that_wait_stop_with_their_job(
    workspace: ck.Workspace, chat: ChatServer, how: str
) -> None:
    """The one that was asked about is finished; nobody else is asked about."""
    use(workspace, chat, requests_per_minute=1)
    papers = add_papers(workspace, *["ok"] * 4)
    job = workspace.submit(asking_flow(), papers, io_jobs=4)
    until(lambda: statuses(job).count("completed") == 1)
    until(lambda: statuses(job).count("processing") == 3)

    getattr(job, how)()

    until(lambda: "processing" not in statuses(job))
    assert statuses(job).count("pending" if how == "pause" else "cancelled") == 3
    assert len(chat.asked) == 1


def test_a_job_whose_service_drips_its_response_can_be_cancelled(
    workspace: ck.Workspace, chat: ChatServer
) -> None:
    """The call that is under way ends at its own timeout, and no other is made."""
    use(workspace, chat, timeout=1.0)
    chat.answer = Reply(headers={"x": "y" * 10_000}, trickle=0.05, slow_head=True)
    job = workspace.submit(asking_flow(), add_papers(workspace, "ok"))
    until(lambda: chat.asked)

    job.cancel()

    until(lambda: statuses(job) == ["cancelled"], 30)


def test_nothing_is_paid_for_a_worker_that_is_gone(
    workspace: ck.Workspace, chat: ChatServer
) -> None:
    """Its documents wait for their turn; their calls are not begun any more."""
    use(workspace, chat, requests_per_minute=1)
    papers = add_papers(workspace, *["ok"] * 4)
    job = workspace.submit(asking_flow(), papers, n_jobs=1, io_jobs=4)
    until(lambda: statuses(job).count("completed") == 1)
    until(lambda: statuses(job).count("processing") == 3)
    [runner] = runners(workspace)

    for pid in children(runner):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    until(lambda: [r["outcome"] for r in job.attempt_rows()].count("lost") == 3, 30)
    job.cancel()
    until(lambda: "processing" not in statuses(job))
    assert job.costs.total.calls == len(chat.asked) == 1


def test_the_costs_of_a_job_are_told_by_step_document_and_call(
    workspace: ck.Workspace, chat: ChatServer
) -> None:
    """They add up to what the service has counted."""
    use(workspace, chat)
    papers = add_papers(workspace, "ok", "ok")
    job = workspace.create(asking_flow(chunks=2), papers)
    assert job.costs.left is None
    job.run()

    costs, spent = job.costs, chat.spent(PRICE)
    assert costs.total.cost == pytest.approx(spent)
    assert costs.steps == {1: costs.total}
    assert costs.left == 0
    assert costs.projected == pytest.approx(spent)
    usage = job.document_usage()
    assert usage.keys() == {paper.id for paper in papers}
    assert sum(part.cost for part in usage.values()) == pytest.approx(spent)
    calls = job.calls
    assert list(calls["status"]) == ["answered"] * 4
    assert calls["cost"].sum() == pytest.approx(spent)
    assert calls["input_tokens"].sum() == sum(a.input_tokens for a in chat.asked)


def test_what_is_to_come_is_projected_from_what_has_ended(
    workspace: ck.Workspace, chat: ChatServer, tmp_path: Path
) -> None:
    """Two of four documents have ended: the others cost as much."""
    use(workspace, chat)
    gates = [tmp_path / "one", tmp_path / "other"]
    waiting = [f"wait {gate}" for gate in gates]
    papers = add_papers(workspace, "ok", "ok", *waiting)
    flow = asking_flow()
    flow.steps.insert(1, ck.Step(agent="fake_extractor"))
    job = workspace.submit(flow, papers, n_jobs=3)
    until(lambda: job.progress.completed == 2)

    costs = job.costs
    assert costs.left == pytest.approx(costs.total.cost)
    assert costs.projected == pytest.approx(2 * costs.total.cost)
    for gate in gates:
        gate.touch()
    job.wait(timeout=60)
