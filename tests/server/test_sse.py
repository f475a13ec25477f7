from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import messages
from tornado.web import HTTPError

from curation_kit.jobs import Event
from curation_kit.server._sse import (
    end_text,
    event_text,
    json_text,
    one_of,
    sequence_after,
    whole_number,
)


@given(st.text(st.characters(exclude_categories=[])), st.integers(1, 2**62))
def test_an_event_is_read_back_whatever_a_name_holds(name: str, seq: int) -> None:
    """Line ends, separators and lone surrogates break no stream."""
    event = Event(seq, "job", "document", "document_started", 1.5, {"name": name})
    text = event_text(event).encode("utf-8").decode("utf-8")
    (message,) = messages(text.split("\n"))
    assert message.id == seq
    assert message.event == "message"
    assert message.data == {
        "seq": seq,
        "job_id": "job",
        "document_id": "document",
        "type": "document_started",
        "time": 1.5,
        "data": {"name": name},
    }


def test_the_end_is_a_named_event_without_an_id() -> None:
    """A client that comes back still tells the id of the last real event."""
    (message,) = messages(end_text({"status": "completed"}).split("\n"))
    assert (message.id, message.event) == (None, "end")
    assert message.data == {"status": "completed"}


def test_times_have_their_zone() -> None:
    """A client in another time zone reads the same moment."""
    moment = dt.datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 - local time, as in summaries
    text = json.loads(json_text({"created": moment}))["created"]
    assert dt.datetime.fromisoformat(text).timestamp() == moment.timestamp()
    assert dt.datetime.fromisoformat(text).tzinfo is not None


@pytest.mark.parametrize(
    ("header", "query", "after"),
    [(None, None, 0), (None, "7", 7), ("9", "7", 9), ("0", "7", 0)],
)
def test_the_header_wins_over_the_address(header, query, after) -> None:
    """A browser that comes back sends both, and the header is the newer one."""
    assert sequence_after(header, query) == after


@pytest.mark.parametrize(
    "text", ["", "-1", "1.5", "x", "\uff11", " 1", "9" * 19, "1\n"]
)
def test_what_is_no_sequence_number_is_refused(text: str) -> None:
    """The sentence names the parameter and the value."""
    for header, query, name in [(text, "1", "Last-Event-ID"), (None, text, "after")]:
        with pytest.raises(HTTPError) as refused:
            sequence_after(header, query)
        assert refused.value.status_code == 400
        assert f"{name}={text!r} must be" in str(refused.value)


def test_bounds_are_told() -> None:
    """A limit of nothing, or of too much, is refused."""
    assert whole_number("limit", "1000", least=1, most=1000) == 1000
    for text in ("0", "1001"):
        with pytest.raises(HTTPError, match="from 1 to 1000"):
            whole_number("limit", text, least=1, most=1000)


def test_choices_are_told() -> None:
    """None stays None."""
    assert one_of("status", None, ("failed",)) is None
    assert one_of("status", "failed", ("failed",)) == "failed"
    with pytest.raises(HTTPError, match="must be one of pending, failed"):
        one_of("status", "broken", ("pending", "failed"))
