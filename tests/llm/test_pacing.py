"""How many calls a service gets, and when, by a clock that the tests move."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from curation_kit.errors import FailureCategory
from curation_kit.llm import Fault, Pace, Scope, Service, Start


def service(**limits: int) -> Service:
    """A service with limits."""
    return Service(base_url="http://localhost", **limits)


def limited(retry_after: float | None = None) -> Fault:
    """Give the refusal of a service that was asked too often."""
    return Fault(
        FailureCategory.RATE_LIMIT,
        "Too many.",
        "",
        Scope.SERVICE,
        passing=True,
        retry_after=retry_after,
    )


DOWN = Fault(FailureCategory.MODEL, "Busy.", "", Scope.SERVICE, passing=True)
BAD_REQUEST = Fault(FailureCategory.MODEL, "Too long.", "")


def begun(pace: Pace, now: float, tokens: int = 0) -> Iterator[Start]:
    """Begin calls as long as they may begin at once."""
    while pace.delay(now, tokens) == 0:
        yield pace.begin(now, tokens)


def test_no_more_calls_are_under_way_than_allowed() -> None:
    """The next one begins when one has ended."""
    pace = Pace(service(in_flight=3))
    first, *_ = starts = list(begun(pace, 0.0))
    assert len(starts) == 3
    assert pace.delay(0.0, 0) == math.inf

    pace.end(first, 1.0, None)

    assert pace.delay(1.0, 0) == 0


@given(
    st.integers(1, 5),
    st.lists(st.floats(0.0, 30.0), min_size=1, max_size=40),
)
def test_no_minute_has_more_calls_than_the_account_may_make(
    most: int, gaps: list[float]
) -> None:
    """Whenever the minute begins."""
    pace = Pace(service(requests_per_minute=most, in_flight=1000))
    now, times = 0.0, []
    for gap in gaps:
        now += gap
        now += pace.delay(now, 0)
        pace.begin(now, 0)
        times.append(now)

    for start in times:
        assert sum(start <= time < start + 59.999 for time in times) <= most


def test_tokens_count_as_estimated_and_then_as_told() -> None:
    """An answer shorter than feared makes room at once."""
    pace = Pace(service(tokens_per_minute=1000))
    start = pace.begin(0.0, 800)
    assert pace.delay(1.0, 800) == 59.0

    pace.end(start, 1.0, None, tokens=100)

    assert pace.delay(1.0, 800) == 0
    assert pace.delay(1.0, 950) == 59.0


def test_a_call_larger_than_the_limit_is_made_when_nothing_else_counts() -> None:
    """Else it would wait for ever."""
    pace = Pace(service(tokens_per_minute=1000))
    assert pace.delay(0.0, 5000) == 0
    pace.begin(0.0, 10)
    assert pace.delay(0.0, 5000) == 60.0


def test_the_last_minute_of_an_earlier_runner_counts() -> None:
    """A restart does not double the pace."""
    pace = Pace(service(requests_per_minute=2), [Start(-50.0, 0), Start(-20.0, 0)])

    assert pace.delay(0.0, 0) == 10.0


def test_a_refusal_for_asking_too_much_halves_the_calls_under_way_once() -> None:
    """All that were under way may be refused: that is one lesson."""
    pace = Pace(service(in_flight=16))
    starts = list(begun(pace, 0.0))
    for start in starts:
        pace.end(start, 1.0, limited())
    assert pace.width == 8

    for start in list(begun(pace, 100.0))[:2]:
        pace.end(start, 100.0, limited())

    assert pace.width == 4


def test_a_refusal_now_and_then_concerns_the_call_that_gets_it() -> None:
    """One in twenty: the others are neither fewer for it nor do they wait."""
    pace = Pace(service(in_flight=64))
    under_way = deque(begun(pace, 0.0))
    for number in range(2000):
        now = number / 64
        refused = limited(retry_after=20.0) if number % 20 == 0 else None
        pace.end(under_way.popleft(), now, refused)
        assert pace.delay(now, 0) == 0
        under_way.append(pace.begin(now, 0))

    assert pace.width == 64
    assert not pace.down


def test_refusals_of_one_in_four_are_a_limit() -> None:
    """It is found out within some dozens of calls."""
    pace = Pace(service(in_flight=64))
    under_way = deque(begun(pace, 0.0))
    for number in range(64):
        pace.end(under_way.popleft(), 1.0, limited() if number % 4 == 0 else None)

    assert pace.width < 40


def test_half_of_what_was_tried_is_what_a_refusal_leaves() -> None:
    """Not half of what was allowed: that may be more than anybody asked."""
    pace = Pace(service(in_flight=1000))
    starts = [pace.begin(0.0, 0) for _ in range(8)]

    for start in starts[:2]:
        pace.end(start, 1.0, limited())

    assert pace.width == 4


def test_answers_widen_it_again_up_to_the_limit() -> None:
    """A little with each."""
    pace = Pace(service(in_flight=4))
    first, *others = begun(pace, 0.0)
    for start in others:
        pace.end(start, 0.0, None)
    pace.end(first, 0.0, limited())
    assert pace.width == 2

    for now in range(10, 40):
        pace.end(pace.begin(now, 0), now, None)

    assert pace.width == 4


def test_nobody_asks_before_the_time_that_the_service_names() -> None:
    """Whoever it was told to."""
    pace = Pace(service(in_flight=4))
    start = pace.begin(0.0, 0)

    pace.end(start, 1.0, limited(retry_after=20.0))

    assert pace.delay(1.0, 0) == 20.0
    assert pace.delay(21.0, 0) == 0


def test_a_service_that_is_down_is_asked_by_one_at_a_time_ever_more_rarely() -> None:
    """The first answer ends that."""
    pace = Pace(service(in_flight=8))
    for start in list(begun(pace, 0.0)):
        pace.end(start, 0.0, DOWN)
    assert pace.down

    now, pauses = 0.0, []
    for _ in range(4):
        pauses.append(pace.delay(now, 0))
        now += pauses[-1]
        [probe] = begun(pace, now)
        pace.end(probe, now, DOWN)
    assert pauses == sorted(pauses)
    assert pauses[-1] == 15.0
    assert pace.failing_for(now) == now + 15.0

    now += 15.0
    [probe] = begun(pace, now)
    pace.end(probe, now, None)

    assert not pace.down
    assert pace.failing_for(now) == 0
    assert len(list(begun(pace, now))) == 8


def test_a_request_that_is_wrong_tells_nothing_against_the_service() -> None:
    """It has answered."""
    pace = Pace(service())
    for _ in range(5):
        pace.end(pace.begin(0.0, 0), 0.0, BAD_REQUEST)

    assert not pace.down
    assert pace.answers == 5


def test_limits_that_are_changed_hold_for_the_next_call() -> None:
    """They are edited while jobs run."""
    pace = Pace(service(in_flight=1))
    pace.begin(0.0, 0)
    assert pace.delay(0.0, 0) == math.inf

    pace.adopt(service(in_flight=2))

    assert pace.delay(0.0, 0) == 0
