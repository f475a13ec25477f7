"""Kill everything at random moments, and check that nothing is lost or paid twice.

By hand: ``python tests/chaos.py --papers 200 --kills 200 --seed random``.
"""

from __future__ import annotations

# ruff: noqa: T201 - a script tells what it does
import argparse
import csv
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import psutil
from batches import add_papers, alive, children, runners, until
from event_log import fold
from model_agent import chunk_count, key_of
from model_server import Call, ModelServer, answer_to
from plug_ins import install_fakes

import curation_kit as ck
from curation_kit.jobs import MAX_ATTEMPTS, Event
from curation_kit.runner import Runner

#: What is killed, and how often compared to the others: the runner, its processes
#: that compute and those that wait for the network, and who submitted or watches.
TARGETS = {"runner": 3, "worker": 4, "host": 3, "client": 1}

#: A kill waits for progress, but not longer than this, in seconds.
PATIENCE = 4.0

_CLIENT = """
import curation_kit as ck
workspace = ck.Workspace({path!r})
for event in workspace.jobs.get("last").follow():
    pass
"""

_SUBMITTER = """
import curation_kit as ck
workspace = ck.Workspace({path!r})
flow = ck.Flow.model_validate_json({flow!r})
documents = workspace.documents.list()
job = workspace.submit(flow, documents, n_jobs={n_jobs}, io_jobs={io_jobs})
for event in job.follow():
    pass
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done; the same seed draws the same targets and pauses.

    Attributes
    ----------
    delay
        Seconds that the model takes for an answer.
    spread
        A kill comes after 0 to this many further events of the log.
    """

    papers: int
    kills: int
    seed: int
    delay: float = 0.05
    n_jobs: int = 2
    io_jobs: int = 8
    spread: int = 12


@dataclass(frozen=True, slots=True)
class Kill:
    """One process killed, at a time in seconds since the epoch."""

    time: float
    target: str
    pid: int


@dataclass(slots=True)
class Chaos:
    """A job of model-backed papers in a workspace where processes are killed.

    Whoever has one has set ``PYTHONPATH`` to the fake agents in `folder`: that is
    also how its processes are told from all others.
    """

    folder: Path
    plan: Plan
    server: ModelServer
    kills: list[Kill] = field(default_factory=list)
    seen: list[Event] = field(default_factory=list)
    workspace: ck.Workspace = field(init=False)
    job: ck.Job = field(init=False)
    doomed: str = field(init=False)
    _client: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Submit, kill, wait for the end, retry what failed; check all along."""
        draw = random.Random(self.plan.seed)  # noqa: S311 - no secret
        self._submit(draw)
        follower = threading.Thread(target=self._follow, daemon=True)
        follower.start()
        while len(self.kills) < self.plan.kills and not self.job.status.ended:
            self._pause(draw)
            self._kill(draw.choices(list(TARGETS), list(TARGETS.values()))[0], draw)
            self.check_log()
        self._doom()
        self.server.let_go()
        self._await_end()
        follower.join(60)
        self.check_log()
        self.check_failures()
        before = len(self.server.calls)
        self._retry()
        assert all(
            call.key != (self.doomed, 0) for call in self.server.calls[before:]
        ), "its first chunk was paid for before it failed"
        self.check()

    def _submit(self, draw: random.Random) -> None:
        """Have another process submit a job of which one paper never gets through."""
        self.workspace = ck.Workspace(self.folder / "ws")
        papers = add_papers(self.workspace, *["ok"] * self.plan.papers)
        database = self.workspace._database  # the table of answers has the last time
        database.execute("CREATE TABLE answer_log (key TEXT, committed REAL)")
        database.execute(
            "CREATE TRIGGER log_answers AFTER INSERT ON answers BEGIN "
            "INSERT INTO answer_log VALUES (new.key, new.created); END"
        )
        self.doomed = draw.choice(papers).id
        self.server.hold([(self.doomed, 1)])
        for paper in draw.sample(papers, len(papers) // 5):
            self.server.fail((paper.id, 0), *draw.choices([429, 500, 503], k=2))
        flow = ck.Flow(
            name="Chaos",
            steps=[
                ck.Step(agent="fake_input", options={"seconds": self.plan.delay}),
                ck.Step(agent="model_extractor", options={"url": self.server.url}),
                ck.Step(agent="fake_validator"),
                ck.Step(agent="csv"),
            ],
        )
        self._start_client(
            _SUBMITTER.format(
                path=str(self.workspace.path),
                flow=flow.model_dump_json(),
                n_jobs=self.plan.n_jobs,
                io_jobs=self.plan.io_jobs,
            )
        )
        until(lambda: list(self.workspace.jobs))
        [self.job] = self.workspace.jobs

    def _start_client(self, code: str) -> None:
        self._client = subprocess.Popen([sys.executable, "-c", code])

    def _follow(self) -> None:
        """Watch like a viewer, until the job has ended."""
        viewer = ck.Workspace(self.workspace.path)
        last = self.seen[-1].seq if self.seen else 0
        self.seen.extend(viewer.jobs.get(self.job.id).follow(last))
        viewer.close()

    def _pause(self, draw: random.Random) -> None:
        """Wait for some progress, then a little longer."""
        seq = self.job.last_seq() + draw.randint(0, self.plan.spread)
        patience = time.monotonic() + PATIENCE
        until(lambda: self.job.last_seq() >= seq or time.monotonic() > patience)
        time.sleep(draw.uniform(0, 2 * self.plan.delay))

    def _kill(self, target: str, draw: random.Random) -> None:
        """Kill a process of a kind, once there is one."""
        if target == "client":
            client = self._client
            assert client is not None
            self._note(target, client.pid)
            client.kill()
            client.wait()
            self._start_client(_CLIENT.format(path=str(self.workspace.path)))
            return
        pids: list[int] = []

        def found() -> bool:
            if self.job.status == "paused":
                # Two processes in a row were killed before they took a call: the
                # runner says that the computer refuses them. A person goes on.
                self.job.resume()
            pids[:] = runners(self.workspace)
            if target != "runner":
                pids[:] = [child for pid in pids for child in children(pid)]
            return bool(pids) or self.job.status.ended

        until(found)
        if not pids:
            return
        if target != "runner":
            kinds = {pid: _kind(pid) for pid in sorted(pids)}
            if target not in kinds.values():  # take what there is
                target = draw.choice(list(kinds.values()))
            pids = [pid for pid, kind in kinds.items() if kind == target]
        pid = draw.choice(sorted(pids))
        self._note(target, pid)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        if target == "runner":
            # Its last thread may end a little later than itself.
            until(lambda: not alive(pid))
            if len(pids) == 1:
                until(lambda: not Runner(self.workspace.path).is_alive())
            ck.Workspace(self.workspace.path).close()  # the next client comes

    def _note(self, target: str, pid: int) -> None:
        self.kills.append(Kill(time.time(), target, pid))

    def _doom(self) -> None:
        """Kill the runner whenever the doomed paper is in work, until it is given up.

        After two losses it is run alone: then there is nothing else left to do.
        """
        held = (self.doomed, 1)
        for _ in range(MAX_ATTEMPTS):
            until(lambda: self.server.waiting(held) or self._given_up(), seconds=120)
            if self._given_up():
                break
            for pid in runners(self.workspace):  # and one that waits to take over
                self._note("runner", pid)
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            until(lambda: not Runner(self.workspace.path).is_alive())
            until(lambda: not self.server.waiting(held))
            ck.Workspace(self.workspace.path).close()  # the next client comes
        until(self._given_up)

    def _given_up(self) -> bool:
        rows = self.workspace._store.documents(self.job.id, status="failed")
        return self.doomed in {row["document_id"] for row in rows}

    def _await_end(self) -> None:
        until(lambda: self.job.settled, seconds=60 + self.plan.papers)

    def _retry(self) -> None:
        failed = self.job.progress.failed
        assert self.job.retry_failed() == failed
        follower = threading.Thread(target=self._follow, daemon=True)
        follower.start()
        self._await_end()
        follower.join(60)

    def close(self) -> None:
        """End what runs in the orderly way, and see that nothing is left."""
        if self._client is not None:
            self._client.kill()
            self._client.wait()
        for pid in runners(self.workspace):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        self.workspace.close()
        until(lambda: not self.processes())

    def processes(self) -> list[psutil.Process]:
        """All processes that were started for this, whoever is their parent now."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                path = process.environ().get("PYTHONPATH", "")
                if str(self.folder) in path and process.pid != os.getpid():
                    found.append(process)
        return found

    # What must hold

    def check_log(self) -> None:
        """The log has no gap, and tells what is stored, at any moment."""
        store = self.workspace._store
        with store.database.transaction():  # a moment at which nobody writes
            rows = store.documents(self.job.id)
            events = list(store.events(self.job.id))
            status = store.get(self.job.id).status
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        told = fold((row["document_id"] for row in rows), events)
        assert told.pop(None) == status
        assert told == {row["document_id"]: row["status"] for row in rows}

    def check_failures(self) -> None:
        """A paper is given up only after three losses that it may have caused."""
        failed = set()
        for row in self.workspace._store.documents(self.job.id):
            charged = self._charged(row["document_id"])
            if row["status"] == "failed":
                failed.add(row["document_id"])
                assert row["category"] == "crashed"
                assert charged == ["lost"] * MAX_ATTEMPTS
            else:
                assert row["status"] == "completed"
                assert charged[-1] == "completed"
                assert len(charged) <= MAX_ATTEMPTS
        assert self.doomed in failed
        assert len(failed) < self.plan.papers

    def _charged(self, document: str) -> list[str]:
        return [
            row["outcome"]
            for row in self.workspace._store.attempts(self.job.id)
            if row["document_id"] == document and row["charged"]
        ]

    def check(self) -> None:
        """Each paper has one outcome, one set of files, and was paid for once."""
        self.check_log()
        events = list(self.job.events())
        assert self.seen == events, "the viewer saw each event once"
        self._check_outcomes(events)
        self._check_files()
        self._check_paid()

    def _check_outcomes(self, events: list[Event]) -> None:
        kinds: dict[str | None, Counter[str]] = defaultdict(Counter)
        for event in events:
            kinds[event.document_id][event.type] += 1
        attempts = defaultdict(list)
        for row in self.workspace._store.attempts(self.job.id):
            attempts[row["document_id"]].append(row)
        rows = self.workspace._store.documents(self.job.id)
        assert len(rows) == self.plan.papers
        for row in rows:
            mine, told = attempts[row["document_id"]], kinds[row["document_id"]]
            assert row["status"] == "completed"
            assert [attempt["number"] for attempt in mine] == [
                number + 1 for number in range(len(mine))
            ]
            assert all(attempt["ended"] is not None for attempt in mine)
            outcomes = [attempt["outcome"] for attempt in mine]
            assert outcomes == ["lost"] * (len(mine) - 1) + ["completed"]
            assert row["attempts"] == sum(attempt["charged"] for attempt in mine)
            assert told["document_started"] == len(mine)
            assert told["document_completed"] == 1
            assert told["document_requeued"] + told["document_failed"] == len(mine) - 1
            assert row["records"] == chunk_count(row["document_id"])

    def _check_files(self) -> None:
        folder = self.workspace.path / "results" / self.job.id
        stored = self.workspace._store.result_files(self.job.id)
        assert len(stored) == self.plan.papers
        assert sorted(path.name for path in folder.iterdir()) == sorted(
            row["name"] for row in stored
        )
        for row in stored:
            content = (folder / row["name"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == row["sha256"]
            assert len(content) == row["size"]
            paper = row["document_id"]
            expected = [answer_to(paper, n) for n in range(chunk_count(paper))]
            table = list(csv.DictReader(content.decode().splitlines()))
            assert [line["gene_symbol"] for line in table] == expected
            assert {line["taxon"] for line in table} == {"NCBITaxon:6239"}

    def repeated(self) -> list[tuple[Call, Call]]:
        """Pairs of requests for one chunk, of which the first might have been paid."""
        asked = defaultdict(list)
        for call in self.server.calls:
            if call.status in {200, None}:  # the others said no
                asked[call.key].append(call)
        return [pair for calls in asked.values() for pair in pairwise(calls)]

    def _check_paid(self) -> None:
        """No request after its answer was stored, and none twice in one attempt."""
        stored: dict[str, float] = {}
        for row in self.workspace._database.all("SELECT * FROM answer_log"):
            stored[row["key"]] = min(
                row["committed"], stored.get(row["key"], row["committed"])
            )
        late = [
            call
            for call in self.server.calls
            if call.arrived > stored[key_of(*call.key)]
        ]
        assert late == []
        # A kill has no sharp time: its victim, and what a runner leaves behind, may
        # ask once more, or be heard a little later. The attempt after it has one.
        begun: dict[str, list[float]] = defaultdict(list)
        for row in self.workspace._store.attempts(self.job.id):
            begun[row["document_id"]].append(row["started"])
        for first, second in self.repeated():
            between = [
                started
                for started in begun[first.key[0]]
                if first.arrived <= started <= second.arrived
            ]
            assert between, f"asked twice in one attempt: {first}, {second}"

    def __str__(self) -> str:
        kinds = Counter(kill.target for kill in self.kills)
        outcomes = Counter(
            row["outcome"] if row["charged"] else f"{row['outcome']}, not charged"
            for row in self.workspace._store.attempts(self.job.id)
        )
        answered = sum(call.status == 200 for call in self.server.calls)
        return (
            f"seed {self.plan.seed}: {len(self.kills)} kills {dict(kinds)}; "
            f"{self.plan.papers} papers, attempts {dict(outcomes)}; "
            f"{len(self.server.calls)} requests, {answered} answered, "
            f"{len(self.repeated())} repeated after a kill; {len(self.seen)} events"
        )


def _kind(pid: int) -> str:
    """Tell a process for one document from one with a thread for each of many."""
    try:
        return "host" if psutil.Process(pid).num_threads() > 8 else "worker"
    except psutil.Error:
        return "worker"


@contextmanager
def chaos(folder: Path, plan: Plan) -> Iterator[Chaos]:
    """Give a chaos whose processes are all gone afterwards."""
    with ModelServer(plan.delay) as server:
        made = Chaos(folder, plan, server)
        try:
            yield made
        finally:
            made.close()


def main() -> None:
    """Run one or more by hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=200)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", default="random")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--delay", type=float, default=0.1)
    parser.add_argument("--n-jobs", type=int, default=2)
    parser.add_argument("--io-jobs", type=int, default=20)
    given = parser.parse_args()
    for number in range(given.rounds):
        seed = random.randrange(10**6) if given.seed == "random" else int(given.seed)  # noqa: S311 - no secret
        plan = Plan(
            given.papers,
            given.kills,
            seed + number,
            delay=given.delay,
            n_jobs=given.n_jobs,
            io_jobs=given.io_jobs,
            spread=max(7 * given.papers // given.kills, 2),
        )
        print(plan, flush=True)
        with tempfile.TemporaryDirectory() as name:
            plug_ins = Path(name) / "plugins"
            install_fakes(plug_ins)
            tests = Path(__file__).resolve().parent
            path = [str(plug_ins), str(tests), str(tests.parent)]
            os.environ["PYTHONPATH"] = os.pathsep.join(path)
            sys.path.insert(0, str(plug_ins))
            began = time.monotonic()
            with chaos(Path(name), plan) as made:
                made.run()
                print(f"{made}; {time.monotonic() - began:.0f} s", flush=True)
            sys.path.remove(str(plug_ins))


if __name__ == "__main__":
    main()
