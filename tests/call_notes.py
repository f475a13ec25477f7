"""A runner's side of calls that notes what it is told, with a clock of its own."""

from __future__ import annotations

from dataclasses import dataclass, field

from curation_kit.llm import Admission, Call, Report, Verdict
from curation_kit.llm.answers import NoAnswers


@dataclass
class CallNotes(NoAnswers):
    """Admits every call, unless told otherwise.

    Attributes
    ----------
    admissions, verdicts
        To be given first, in turn; those after them admit, and blame nobody.
    calls, reports
        What was told.
    rests
        Waits that were asked for, in seconds. Nobody waits: `clock` goes on.
    """

    admissions: list[Admission] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    blameless: bool = False
    calls: list[Call] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    rests: list[float] = field(default_factory=list)

    @property
    def clock(self) -> float:
        """Seconds that were waited."""
        return sum(self.rests)

    def admit(self, call: Call) -> Admission:
        """Note a call."""
        self.calls.append(call)
        return self.admissions.pop(0) if self.admissions else Admission(number=7)

    def settle(self, number: int, report: Report) -> Verdict:
        """Note how it ended."""
        assert number == 7
        self.reports.append(report)
        return self.verdicts.pop(0) if self.verdicts else Verdict("", self.blameless)

    def rest(self, seconds: float) -> None:
        """Note a wait."""
        self.rests.append(seconds)

    def wait_turn(self, source: str, per_second: float) -> None:
        """Do not wait."""
