import pytest

from curation_kit.errors import FailureCategory
from curation_kit.llm import Report
from curation_kit.llm.faults import Fault
from curation_kit.runner.outages import SILENCE, News, Outages, is_silent


def ended(category: str = "model", *, seconds: float = 0.0, **fault: object) -> Report:
    """A call that ended with a fault."""
    found = Fault(FailureCategory(category), "It is busy.", "Wait.", **fault)
    return Report(seconds, fault=found)


@pytest.mark.parametrize(
    ("report", "down", "silent"),
    [
        (Report(SILENCE, answer="{}"), True, False),
        (ended(seconds=SILENCE), True, False),  # the same call fails again
        (ended(passing=True), True, True),
        (ended(passing=True), False, False),
        (ended("rate_limit", passing=True), True, False),
        (ended("rate_limit", passing=True, retry_after=SILENCE), False, True),
        (ended(passing=True, seconds=SILENCE), False, True),
    ],
)
def test_a_service_is_silent(report: Report, *, down: bool, silent: bool) -> None:
    """When it gives only faults that pass, or the wait is long."""
    assert is_silent(report, down=down) is silent


def test_each_job_hears_of_an_outage_once_and_of_its_end() -> None:
    """Also one that begins to wait later."""
    outages = Outages()

    first = outages.begin("local", "It is busy.", 60, ["b", "a"])
    again = outages.begin("local", "It is busy.", 60, ["a"])
    later = outages.join("local", ["a", "c"])

    assert (first.type, first.jobs) == ("service_waiting", ("a", "b"))
    assert first.text.startswith('waiting for the model service "local" (It is busy),')
    assert again == News()
    assert later == News("service_waiting", ("c",), "local", first.text)
    end = outages.end("local")
    assert (end.type, end.jobs) == ("service_answers", ("a", "b", "c"))
    assert outages.end("local") == News()


def test_a_job_that_left_hears_of_it_anew_and_not_of_the_end() -> None:
    """It was paused, or has ended; when it goes on, it knows nothing."""
    outages = Outages()
    outages.begin("local", "It is busy.", 60, ["a", "b"])

    outages.leave("a")

    assert outages.join("local", ["a"]).jobs == ("a",)
    outages.leave("a")
    assert outages.end("local").jobs == ("b",)


def test_nobody_hears_of_a_service_without_an_outage() -> None:
    """Nor of one that was forgotten, as its jobs were paused."""
    outages = Outages()
    outages.begin("local", "It is busy.", 60, ["a"])
    outages.forget("local")

    assert outages.join("local", ["b"]) == outages.end("local") == News()
