"""What the client tells the runner of its calls, and what it makes of its word."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from asker import Asker, Finding
from call_notes import CallNotes
from chat_server import ChatServer, Reply
from pydantic import field_validator

from curation_kit.errors import AnswerFailure, DocumentFailure, Suspended
from curation_kit.llm import Admission, NoCalls, Request, Settings, Verdict
from curation_kit.llm.client import ModelClient

ANSWER = '{"gene": "daf-2", "stages": []}'


def test_an_answer(asker, calls, server) -> None:
    """It is asked for, told with its tokens, and given."""
    assert asker.ask("daf-2 is expressed.") == Finding(gene="daf-2")
    (asked,) = server.asked
    assert [m["content"] for m in asked.body["messages"]] == [
        "Find the gene.",
        "daf-2 is expressed.",
    ]
    (call,), (report,) = calls.calls, calls.reports
    assert (call.service, call.model) == ("lab", "fake")
    assert (call.step, call.agent, call.attempt) == (2, "gene_expression", 1)
    assert report.answer == ANSWER
    assert (report.input_tokens, report.output_tokens) == (
        asked.input_tokens,
        asked.output_tokens,
    )
    assert report.fault is None
    assert 0 < report.seconds < 60


def test_a_service_need_not_tell_tokens(asker, calls, server) -> None:
    """Whoever keeps the books has to estimate."""
    server.script(Reply(ANSWER, usage=False))
    asker.ask()
    assert calls.reports[0].input_tokens is None


def test_the_bounds_hold(asker, calls, server) -> None:
    """The budget is reserved by them; also for the call that corrects an answer."""
    server.script("Prose without end. " * 40)
    asker.ask("α" * 1000, max_tokens=500)
    assert len(server.asked) == 2
    for call, asked in zip(calls.calls, server.asked, strict=True):
        said = "".join(message["content"] for message in asked.body["messages"])
        assert call.most_input >= len(said.encode())
        assert call.most_output == 500 == asked.body["max_tokens"]


def test_a_kept_answer(asker, calls, server) -> None:
    """Nobody is asked."""
    calls.admissions = [Admission(answer='{"gene": "kept"}')]
    assert asker.ask().gene == "kept"
    assert (server.asked, calls.reports) == ([], [])


def test_a_kept_answer_that_is_not_valid_any_more(asker, calls, server) -> None:
    """What to do is said; nothing is paid."""
    calls.admissions = [Admission(answer='{"stages": 1}')]
    with pytest.raises(DocumentFailure, match="kept answer") as raised:
        asker.ask()
    assert "--no-cache" in raised.value.hint
    assert server.asked == []


def test_what_is_kept_is_read_as_it_came(asker, calls, server) -> None:
    """Repaired answers are kept repaired."""
    server.script("<think>{hm}</think>Here:\n```json\n{'gene': 'daf-16',}\n```\n")
    assert asker.ask().gene == "daf-16"
    assert Finding.model_validate_json(calls.reports[0].answer).gene == "daf-16"


def test_suspended_before_a_call(asker, calls, server) -> None:
    """The document is put back with the runner's reason."""
    calls.admissions = [Admission(suspended="The budget is spent.")]
    with pytest.raises(Suspended, match="The budget is spent"):
        asker.ask()
    assert server.asked == []


def test_suspended_after_a_call(asker, calls, server) -> None:
    """The paper does not fail because its service is down."""
    server.script(Reply.error(401))
    calls.verdicts = [Verdict(suspended="No key.")]
    with pytest.raises(Suspended, match="No key"):
        asker.ask()
    assert len(server.asked) == 1


def test_an_answer_counts_whatever_the_verdict(asker, calls) -> None:
    """It is paid."""
    calls.verdicts = [Verdict(suspended="The budget is spent.")]
    assert asker.ask().gene == "daf-2"


def test_an_answer_of_another_shape_is_asked_for_again(asker, calls, server) -> None:
    """Once, with what is wrong; both calls are told with their tokens."""
    server.script('{"gene": 2}')
    assert asker.ask().gene == "daf-2"
    *_, earlier, again = server.asked[1].body["messages"]
    assert earlier == {"role": "assistant", "content": '{"gene": 2}'}
    assert "gene: Input should be a valid string" in again["content"]
    assert '"required"' in again["content"]
    assert [call.key for call in calls.calls] == [calls.calls[0].key] * 2
    first, second = calls.reports
    assert (first.answer, first.output_tokens) == (None, server.asked[0].output_tokens)
    assert second.answer == ANSWER
    assert calls.rests == [0.0]


def test_only_once(asker, server) -> None:
    """Each time has to be paid."""
    server.script('{"gene": 2}', '{"gene": 3}')
    with pytest.raises(AnswerFailure):
        asker.ask()
    assert len(server.asked) == 2


def test_a_service_that_fails_in_between_does_not_count_for_that(asker, server) -> None:
    """The answer may still be corrected."""
    server.script(Reply.error(503), '{"gene": 2}', Reply.error(503))
    assert asker.ask().gene == "daf-2"
    assert len(server.asked) == 4


def test_an_unknown_service(calls) -> None:
    """It is said which there are."""
    client = ModelClient(Settings(), calls)
    with pytest.raises(DocumentFailure, match="no model service"):
        client.ask(Request("lab", "fake", "", ""), Finding)
    assert calls.calls == []


def test_an_error_of_ours_leaves_no_call_open(server, calls) -> None:
    """The runner would wait for it."""

    class Broken(Finding):
        """Its check has a fault of its own."""

        @field_validator("gene")
        @classmethod
        def check(cls, gene: str) -> str:
            """Break."""
            return str(1 / 0) + gene

    client = ModelClient(Settings(services={"lab": server.service()}), calls)
    with pytest.raises(ZeroDivisionError):
        client.ask(Request("lab", "fake", "", ""), Broken)
    (report,) = calls.reports
    assert (report.unsure, report.fault.category) == (True, "internal")


def test_without_a_runner(server) -> None:
    """An agent may be tried outside a job."""
    client = ModelClient(Settings(services={"lab": server.service()}), NoCalls())
    assert client.ask(Request("lab", "fake", "", ""), Finding).gene == "daf-2"
    assert client.service("lab").model == "fake"


def test_many_threads_share_the_connections() -> None:
    """Each gets its own answer."""

    def answer(asked):
        return f'{{"gene": "{asked.prompt}"}}'

    with ChatServer(answer, latency=0.05) as server:
        service = server.service()

        def ask(number: int) -> str:
            return Asker(service, CallNotes()).ask(f"gene-{number}").gene

        with ThreadPoolExecutor(16) as threads:
            genes = list(threads.map(ask, range(96)))
        assert genes == [f"gene-{number}" for number in range(96)]
        assert server.connections <= 16
        assert set(server.counts.values()) == {1}
