"""Admit the calls to models of all documents of all jobs.

Calls are made in the workers; here, in the runner, is the one place that sees
all of them. A slot's thread waits here until its call may be made.
"""

from __future__ import annotations

import itertools
import math
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from curation_kit.errors import JobError, NotFound
from curation_kit.jobs import Claim, JobStore
from curation_kit.llm import (
    MINUTE,
    Admission,
    AnswerCache,
    Bill,
    Call,
    CallLog,
    Fault,
    Pace,
    Price,
    Report,
    Settings,
    Start,
    Verdict,
    estimated_tokens,
    most_cost,
    today,
)
from curation_kit.runner.budgets import Allowance, Budgets, Obstacle
from curation_kit.runner.judging import Judge
from curation_kit.runner.outages import News, Outages, is_silent

__all__ = ["NOT_YET", "PATIENCE", "Admissions", "present"]

#: Said of a call that would have to wait by who must not wait.
NOT_YET = Admission()

#: Seconds that a service may be down before the jobs that need it pause.
PATIENCE = 120.0

#: Who waits looks at least this often, in seconds, whether the job goes on.
POLL = 0.5


def present() -> bool:
    """Say of a worker that it is not gone."""
    return False


@dataclass(slots=True, eq=False)
class _Waiting:
    """A call that was not admitted yet.

    Attributes
    ----------
    gone
        Tells whether its worker has ended.
    ready
        Whether it waits for the pace of the service only.
    answer
        That another call with the same request has got meanwhile.
    """

    claim: Claim
    call: Call
    gone: Callable[[], bool]
    woken: threading.Event = field(default_factory=threading.Event)
    ready: bool = False
    answer: str | None = None


@dataclass(slots=True, eq=False)
class _UnderWay:
    """A call that was admitted; `most` and `day` as in `Budgets`."""

    number: int
    claim: Claim
    call: Call
    price: Price | None
    most: float | None
    day: float
    pace: Pace
    start: Start
    row: int = 0  # in the table of calls


class Admissions:
    """Paces calls, watches budgets and services, and stores answers and costs.

    Parameters
    ----------
    stopped
        Tells whether the runner shall end: nobody is admitted then.
    patience
        Seconds that a service may be down before the jobs that need it pause.
    """

    def __init__(
        self,
        store: JobStore,
        *,
        stopped: Callable[[], bool] = lambda: False,
        patience: float = PATIENCE,
    ) -> None:
        self._store = store
        self._stopped = stopped
        self._patience = patience
        self._lock = threading.Lock()  # guards all below
        self._settings = Settings()
        self.answers = AnswerCache(store.database)
        self._log = CallLog(store.database)
        self._budgets = Budgets(self._log)
        self._paces: dict[str, Pace] = {}
        self._waiting: dict[str, list[_Waiting]] = defaultdict(list)
        self._under_way: dict[int, _UnderWay] = {}
        self._numbers = itertools.count(1)
        self._asking: set[str] = set()  # keys of requests under way
        # Jobs and documents in work that have asked a service and model.
        self._askers: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
        self._outages = Outages()
        self._judge = Judge(patience)
        self._turns: dict[str, float] = {}

    def adopt(self, settings: Settings) -> None:
        """Keep to these limits, prices and budgets from now on."""
        if settings is self._settings:
            return
        with self._lock:
            self._settings = settings
            self.answers.megabytes = settings.answers_megabytes
            for name, pace in self._paces.items():
                if name in settings.services:
                    pace.adopt(settings.services[name])

    def admit(
        self,
        claim: Claim,
        call: Call,
        gone: Callable[[], bool] = present,
        *,
        wait: bool = True,
    ) -> Admission:
        """Wait until a call may be made, its answer is known, or its job stops.

        Parameters
        ----------
        wait
            False to be given `NOT_YET` instead.
        """
        waiting = _Waiting(claim, call, gone)
        with self._lock:
            self._waiting[call.service].append(waiting)
        try:
            # Once, now that it waits: it is told of an answer that comes later.
            answer = self.answers.get(call.key, claim.reuse_since)
            if answer is not None:
                return self._kept(claim, call, answer)
            with self._lock:
                asker = claim.job_id, claim.document_id
                self._askers[call.service, call.model].add(asker)
            while True:
                admission = self._look(waiting)
                if isinstance(admission, Admission):
                    return admission
                if not wait:
                    return NOT_YET
                waiting.woken.wait(min(admission, POLL))
                waiting.woken.clear()
        finally:
            self._leave(waiting)

    def _leave(self, waiting: _Waiting) -> None:
        """Make way for those behind."""
        with self._lock:
            if waiting in self._waiting[waiting.call.service]:
                self._waiting[waiting.call.service].remove(waiting)
                self._wake(waiting.call.service)

    def _kept(self, claim: Claim, call: Call, answer: str) -> Admission:
        """Give an answer that was paid for already."""
        self._log.kept(claim.job_id, claim.document_id, call)
        return Admission(answer=answer)

    def _look(self, waiting: _Waiting) -> Admission | float:
        """Say what becomes of a call now, or seconds until the next look."""
        claim, call = waiting.claim, waiting.call
        halted, budget = self._halted(claim.job_id, waiting.gone)
        if halted:
            if self._store.allowance(claim.job_id)[0]:  # not only its worker has ended
                with self._lock:  # who resumes the job shall hear it again
                    self._outages.leave(claim.job_id)
            return Admission(suspended=halted)
        with self._lock:
            verdict = self._may_go(waiting, budget)
            news = News()
            if isinstance(verdict, float):
                news = self._outages.join(call.service, [claim.job_id])
        self._tell(news)
        if isinstance(verdict, Obstacle):
            self._pause([claim.job_id], verdict.reason, verdict.until)
            return Admission(suspended=verdict.reason)
        if waiting.answer is not None:
            return self._kept(claim, call, waiting.answer)
        if isinstance(verdict, float):
            return verdict
        self._leave(waiting)  # before it is written down: others may go at once
        try:  # not under the lock: the disk may be slow
            verdict.row = self._log.open(
                claim.job_id, claim.document_id, call, verdict.most
            )
        except BaseException:
            with self._lock:
                self._end(verdict, 0.0)
                verdict.pace.abandon(verdict.start)
                self._wake(call.service)
            raise
        return Admission(number=verdict.number)

    def _may_go(
        self, waiting: _Waiting, budget: float | None
    ) -> _UnderWay | Obstacle | float:
        """Begin a call; else give why its job pauses, or seconds to wait."""
        claim, call = waiting.claim, waiting.call
        waiting.ready = False
        if waiting.answer is not None or call.key in self._asking:
            return math.inf
        try:
            _, service = self._settings.service(call.service)
        except NotFound as error:
            return Obstacle(f"{error} Then resume the job.")
        price = service.prices.get(call.model)
        most, day = most_cost(call, price), today()
        obstacle = self._budgets.obstacle(
            claim.job_id, day, most, Allowance(budget, self._settings.daily_budget)
        )
        if obstacle is not None:
            return math.inf if obstacle.passing else obstacle
        waiting.ready = True
        tokens = estimated_tokens(call.most_input) + call.most_output
        if delay := self._delay(waiting, tokens):
            return delay
        pace = self._pace(call.service)
        start = pace.begin(time.monotonic(), tokens)
        begun = _UnderWay(
            next(self._numbers), claim, call, price, most, day, pace, start
        )
        self._under_way[begun.number] = begun
        self._asking.add(call.key)
        self._budgets.reserve(claim.job_id, day, begun.number, most)
        return begun

    def _delay(self, waiting: _Waiting, tokens: int) -> float:
        """Seconds until it is the turn of a call that nothing else keeps."""
        call = waiting.call
        if next(w for w in self._waiting[call.service] if w.ready) is not waiting:
            return math.inf
        return self._pace(call.service).delay(time.monotonic(), tokens)

    def _pace(self, service: str) -> Pace:
        if service not in self._paces:
            now = time.monotonic()
            self._paces[service] = Pace(
                self._settings.services[service],
                (
                    Start(now - age, tokens)
                    for age, tokens in self._log.recent(service, MINUTE)
                ),
            )
        return self._paces[service]

    def _wake(self, service: str) -> None:
        """Have those look that may go on: the first, and who waits for others."""
        first = True
        for item in self._waiting[service]:
            if first or not item.ready:
                item.woken.set()
            first = first and not item.ready

    def settle(self, number: int, report: Report) -> Verdict:
        """Store how a call ended; no kill undoes an answer when this returns.

        The disk has it soon, together with others: to wait for it takes more
        CPU than all else here. What a document makes of it is stored later.
        """
        call = self._under_way[number]
        bill = Bill.of(call.call, report, call.price)
        with self._store.database.transaction():
            if report.answer is not None:
                self.answers.store(call.call.key, report.answer)
            self._log.settle(call.row, report, bill)
        if report.answer is not None:
            self._store.database.sync_soon()
        with self._lock:
            self._end(call, bill.cost)
            now = time.monotonic()
            tokens = bill.input_tokens + bill.output_tokens
            call.pace.end(call.start, now, report.fault, tokens)
            verdict, reason = Verdict(), ""
            if report.fault is not None:
                verdict, reason = self._judge.verdict(
                    call.call, report.fault, call.pace, call.start, now
                )
            for item in self._waiting[call.call.service]:
                if item.call.key == call.call.key and report.answer is not None:
                    item.answer = report.answer
            # Of an answer nobody needs to hear who asks.
            jobs = self._affected(call, report.fault) if report.fault else []
            news = self._news(call, report, now, jobs)
            if reason:
                self._outages.forget(call.call.service)
            self._wake(call.call.service)
        if reason:
            self._pause(jobs, reason)
        else:
            self._tell(news)
        return verdict

    def _news(
        self, call: _UnderWay, report: Report, now: float, jobs: list[str]
    ) -> News:
        """Give what jobs shall hear of a service as a call has ended."""
        service, pace = call.call.service, call.pace
        if is_silent(report, down=pace.down):
            left = max(self._patience - pace.failing_for(now), 0.0)
            told = report.fault.message if report.fault else ""
            return self._outages.begin(service, told, left, jobs)
        return News() if pace.down else self._outages.end(service)

    def _end(self, call: _UnderWay, cost: float | None) -> None:
        """Count a call as ended."""
        del self._under_way[call.number]
        self._asking.discard(call.call.key)
        self._budgets.settle(call.claim.job_id, call.day, call.number, call.most, cost)

    def _affected(self, call: _UnderWay, fault: Fault | None) -> list[str]:
        """Jobs for which a service is of no use: all, or those with its model."""
        asked = call.call
        passing = fault is not None and fault.passing
        return sorted(
            {
                job
                for (service, model), askers in self._askers.items()
                if service == asked.service and (passing or model == asked.model)
                for job, _ in askers
            }
        )

    def depart(self, claim: Claim) -> None:
        """Note that a document is not in work any more: it asks nobody."""
        with self._lock:
            for askers in self._askers.values():
                askers.discard((claim.job_id, claim.document_id))

    def lose(self, numbers: Iterable[int]) -> None:
        """Give up calls whose worker is gone; they count at their most."""
        for number in numbers:
            call = self._under_way[number]
            with self._lock:
                self._end(call, call.most)
                call.pace.abandon(call.start)
                self._wake(call.call.service)
            self._log.lose(call.row)

    def rest(
        self, job_id: str, seconds: float, gone: Callable[[], bool] = present
    ) -> None:
        """Wait, but no longer than the job goes on."""
        self._wait_until(time.monotonic() + seconds, job_id, gone)

    def turn(
        self,
        job_id: str,
        source: str,
        per_second: float,
        gone: Callable[[], bool] = present,
    ) -> str:
        """Wait until a source may be asked; give why the document shall stop."""
        with self._lock:
            now = time.monotonic()
            moment = max(self._turns.get(source, now), now)
            self._turns[source] = moment + 1 / per_second
        return self._wait_until(moment, job_id, gone)

    def _wait_until(self, moment: float, job_id: str, gone: Callable[[], bool]) -> str:
        while (left := moment - time.monotonic()) > 0:
            if reason := self._halted(job_id, gone)[0]:
                return reason
            time.sleep(min(left, POLL))
        return ""

    def _halted(
        self, job_id: str, gone: Callable[[], bool]
    ) -> tuple[str, float | None]:
        if self._stopped():
            return "the runner stops", None
        if gone():
            return "its worker has ended", None
        return self._store.allowance(job_id)

    def _tell(self, news: News) -> None:
        if news.jobs:
            self._store.service_told(
                news.jobs, news.type, service=news.service, text=news.text
            )

    def _pause(
        self, job_ids: Iterable[str], reason: str, until: float | None = None
    ) -> None:
        """Pause jobs, unless they were cancelled or have ended meanwhile."""
        for job_id in job_ids:
            with suppress(JobError, NotFound):
                self._store.pause(job_id, reason, until=until)
