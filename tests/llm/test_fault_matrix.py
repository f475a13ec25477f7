"""Whatever a service does: the right category, hint and number of calls; no hanging."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import trustme
from asker import Asker
from call_notes import CallNotes
from chat_server import ChatServer, Reply

from curation_kit.errors import AnswerFailure, DocumentFailure
from curation_kit.llm import Scope
from curation_kit.llm.keys import KEYRING

KEY = "sk-planted-0123456789"
PAGE = (
    "<html><head><title>502 Bad\n Gateway</title></head><body><h1>no</h1></body></html>"
)
HTML = {"Content-Type": "text/html; charset=utf-8"}
FULL = "This model's maximum context length is 4096 tokens."
LLAMA = "the request exceeds the available context size, try increasing it"
SLOW = {"timeout": 0.4}


@dataclass(frozen=True)
class Case:
    """What a service always does, and what has to come of it.

    Attributes
    ----------
    says, hint
        Words of the message and of the hint.
    calls
        Requests that reach the service.
    lasting
        Whether it is about the answer, and asking again would not help.
    unsure
        Whether it may have to be paid.
    """

    reply: Reply
    category: str
    says: str
    hint: str
    calls: int
    scope: Scope = Scope.SERVICE
    lasting: bool = False
    unsure: bool = False


def about_answer(*given, unsure: bool = False) -> Case:
    """A case of one request or its answer."""
    return Case(*given, scope=Scope.REQUEST, lasting=True, unsure=unsure)


MATRIX = {
    "401": Case(
        Reply.error(401, f"Incorrect API key provided: {KEY}."),
        "flow",
        "does not accept the key",
        "env:LAB_KEY",
        1,
    ),
    "401 at length": Case(
        Reply.error(401, f"{'Sorry. ' * 40}Your key: {KEY}"),
        "flow",
        "Your key: [key",
        "env:LAB_KEY",
        1,
    ),
    "half a character": about_answer(
        Reply(body='{"choices": [{"message": {"content": "\\ud83d"}}]}'),
        "model",
        "is not the JSON of a chat API",
        "another model",
        2,
        unsure=True,
    ),
    "402": Case(Reply.error(402), "rate_limit", "no credit", "Add credit", 1),
    "403": Case(Reply.error(403), "flow", "does not allow", "may use fake", 1),
    "404 model": Case(
        Reply.error(404, "The model `fake` does not exist", "model_not_found"),
        "flow",
        "has no model fake",
        "model's name",
        1,
    ),
    "404 Ollama": Case(
        Reply.error(404, 'model "fake" not found, try pulling it first'),
        "flow",
        "has no model fake",
        "fetch it",
        1,
    ),
    "404 address": Case(Reply.error(404), "flow", "no chat API", "/v1", 1),
    "400 context": about_answer(
        Reply.error(400, FULL, "context_length_exceeded"),
        "model",
        "longer than the context",
        "smaller parts",
        1,
    ),
    "400 context, llama.cpp": about_answer(
        Reply.error(400, LLAMA, "exceed_context_size_error"),
        "model",
        "longer than the context",
        "smaller parts",
        1,
    ),
    "413": about_answer(Reply.error(413), "model", "as large as", "smaller", 1),
    "400 content": about_answer(
        Reply.error(400, "flagged by the content management policy"),
        "model",
        "refuses to answer",
        "another model",
        1,
    ),
    "400 other": about_answer(
        Reply.error(400, "stop is not a list"), "model", "stop is not", "options", 1
    ),
    "408": Case(Reply.error(408), "timeout", "too slow", "service is well", 5),
    "409": Case(Reply.error(409), "model", "is busy", "service is well", 5),
    "429": Case(Reply.error(429), "rate_limit", "no more requests", "limits", 5),
    "429 Retry-After": Case(
        Reply.error(429, Retry_After="20"), "rate_limit", "no more", "limits", 5
    ),
    "429 for an hour": Case(
        Reply.error(429, Retry_After="3600"), "rate_limit", "no more", "limits", 1
    ),
    "429 quota": Case(
        Reply.error(429, "You exceeded your quota", "insufficient_quota"),
        "rate_limit",
        "no credit",
        "Add credit",
        1,
    ),
    "500": Case(Reply.error(500, "oops"), "model", "(500): oops", "is well", 5),
    "502 HTML": Case(
        Reply(status=502, body=PAGE, headers=HTML),
        "model",
        "(502): 502 Bad Gateway",
        "is well",
        5,
    ),
    "503": Case(Reply.error(503), "model", "has failed (503)", "is well", 5),
    "504": Case(Reply.error(504), "timeout", "too slow", "is well", 5),
    "307": Case(
        Reply(status=307, body="", headers={"Location": "/elsewhere"}),
        "flow",
        "leads elsewhere",
        "base URL",
        1,
    ),
    "no response": Case(
        Reply(hang=True), "timeout", "did not answer", "Longest wait", 5, unsure=True
    ),
    "slow-loris body": Case(
        Reply(trickle=0.02), "timeout", "did not answer", "Longest wait", 5, unsure=True
    ),
    "reset in the body": Case(
        Reply(reset_after=40), "model", "broke off", "Try again", 5, unsure=True
    ),
    "closed without a word": Case(
        Reply(reset_after=0), "model", "broke off", "Try again", 5, unsure=True
    ),
    "10 MB": about_answer(
        Reply("x" * 10_000_000), "model", "more than 8 MB", "address", 1, unsure=True
    ),
    "web page": Case(
        Reply(body=PAGE, headers=HTML),
        "flow",
        "with a page",
        "base URL",
        1,
        unsure=True,
    ),
    "invalid JSON": about_answer(
        Reply(body='{"choices": ['), "model", "not the JSON", "Retry", 2, unsure=True
    ),
    "other JSON": about_answer(
        Reply(body=[1]), "model", "not the JSON", "Retry", 2, unsure=True
    ),
    "no choices": about_answer(
        Reply(body={"choices": []}), "model", "no answer", "Retry", 2, unsure=True
    ),
    "empty answer": about_answer(Reply(""), "model", "empty answer", "Retry", 2),
    "error in a 200": Case(
        Reply(body={"error": {"code": 429, "message": "slow down"}}),
        "rate_limit",
        "no more requests for now (429): slow down",
        "limits",
        5,
    ),
    "wrong address, LM Studio": Case(
        Reply(body={"error": "Unexpected endpoint or method. (POST /chat)"}),
        "flow",
        "no chat API",
        "/v1",
        1,
    ),
    "error in a 200, its code a text": Case(
        Reply(body={"error": {"code": "401", "message": "no such key"}}),
        "flow",
        "does not accept the key (401): no such key",
        "env:LAB_KEY",
        1,
    ),
    "error in an answer": Case(
        Reply(
            body={
                "choices": [
                    {
                        "message": {"content": "{"},
                        "finish_reason": "error",
                        "error": {"code": 429, "message": "slow down"},
                    }
                ]
            }
        ),
        "rate_limit",
        "no more requests for now (429): slow down",
        "limits",
        5,
    ),
    "error in a 200, with a code of its own": Case(
        Reply(body={"error": {"code": 1301, "message": "try later"}}),
        "model",
        "try later",
        "is well",
        5,
    ),
    "prose": about_answer(
        Reply("It is daf-2."), "model", "no complete JSON", "another model", 2
    ),
    "wrong shape": about_answer(
        Reply('{"gene": 2}'), "model", "gene: Input should be", "another model", 2
    ),
    "wrong shape, tokens not told": about_answer(
        Reply('{"gene": 2}', usage=False),
        "model",
        "gene: Input",
        "another model",
        2,
        unsure=True,
    ),
    "cut off by the service": about_answer(
        Reply('{"gene": "daf', finish="length"), "model", "cut off", "smaller", 1
    ),
    "refused by the service": about_answer(
        Reply(None, finish="content_filter"), "model", "refuses", "another model", 1
    ),
    "refused by the model": about_answer(
        Reply(body={"choices": [{"message": {"content": None, "refusal": "I won't"}}]}),
        "model",
        "I won't",
        "another model",
        1,
    ),
}


@pytest.mark.parametrize("case", MATRIX.values(), ids=MATRIX)
def test_matrix(calls, monkeypatch, caplog, case) -> None:
    """Each ends in its category, with its hint, after its number of calls."""
    caplog.set_level("DEBUG")
    monkeypatch.setenv("LAB_KEY", KEY)
    with ChatServer(case.reply) as server:
        asker = Asker(server.service(key="env:LAB_KEY", **SLOW), calls)
        with pytest.raises(DocumentFailure) as raised:
            asker.ask()
        asked = server.asked
    failure, fault = raised.value, calls.reports[-1].fault
    assert (failure.category, len(asked)) == (case.category, case.calls)
    assert case.says in failure.message
    assert case.hint in failure.hint
    assert fault.scope is case.scope
    assert isinstance(failure, AnswerFailure) is case.lasting
    assert calls.reports[-1].unsure is case.unsure
    key_refused = "does not accept the key" in failure.message
    assert calls.reports[-1].fault.environment is key_refused
    # Each call was admitted and settled once, and no report has an answer.
    numbers = list(range(1, case.calls + 1))
    assert [call.attempt for call in calls.calls] == numbers
    assert [report.answer for report in calls.reports] == [None] * case.calls
    # The key went to the service and nowhere else.
    assert all(one.headers["authorization"] == f"Bearer {KEY}" for one in asked)
    assert KEY[:8] not in repr((failure, failure.args, calls.calls, calls.reports))
    assert failure.__context__ is None
    assert KEY not in caplog.text


def test_a_refused_key_is_looked_up_again(calls, server, drawer) -> None:
    """Somebody may have put a better one into the keyring."""
    drawer.set_password(KEYRING, "lab", "old")
    with ChatServer(server.answer, key="new") as careful:
        asker = Asker(careful.service(key="keyring:lab"), calls)
        with pytest.raises(DocumentFailure, match="does not accept the key"):
            asker.ask()
        drawer.set_password(KEYRING, "lab", "new")
        assert asker.ask().gene == "daf-2"


def test_nobody_listens(calls) -> None:
    """A service that does not run is tried again."""
    with ChatServer() as server:
        service = server.service()
    with pytest.raises(DocumentFailure, match="cannot be reached") as raised:
        Asker(service, calls).ask()
    assert raised.value.category == "model"
    assert "runs" in raised.value.hint
    assert (len(calls.reports), calls.reports[-1].unsure) == (5, False)
    assert calls.reports[-1].fault.scope is Scope.SERVICE


def test_nobody_takes_connections(calls) -> None:
    """A service that hangs before it speaks does not hang us."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        waiting = [socket.create_connection(address)]
        with ChatServer() as server:
            service = server.service(timeout=0.3)
        service = service.model_copy(
            update={"base_url": f"http://127.0.0.1:{address[1]}/v1"}
        )
        with pytest.raises(DocumentFailure, match=r"d(oes|id) not answer"):
            Asker(service, calls, most=2).ask()
        for one in waiting:
            one.close()
    assert len(calls.reports) == 2


def test_tls_failure(calls) -> None:
    """Nobody but a person can mend a certificate: one call."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with ChatServer(tls=context) as server:
        with pytest.raises(DocumentFailure, match="not trusted") as raised:
            Asker(server.service(), calls).ask()
        assert server.asked == []
    assert (raised.value.category, len(calls.reports)) == ("flow", 1)
    assert "SSL_CERT_FILE" in raised.value.hint


@pytest.mark.usefixtures("drawer")
@pytest.mark.parametrize("key", ["env:NO_SUCH_KEY", "keyring:lab"])
def test_missing_key(calls, server, key) -> None:
    """The runner is told, as it would be of a service that is down."""
    with pytest.raises(DocumentFailure, match="no key in") as raised:
        Asker(server.service(key=key), calls).ask()
    assert (raised.value.category, server.asked) == ("flow", [])
    assert key.partition(":")[2] in raised.value.hint
    assert calls.reports[0].fault.scope is Scope.SERVICE
    assert not calls.reports[0].unsure


def test_a_storm_of_a_minute(calls, server) -> None:
    """While the runner blames the service, the request outlasts it."""
    calls.blameless = True
    right = server.answer
    server.answer = lambda _: Reply.error(503) if calls.clock < 60 else right
    assert Asker(server.service(), calls).ask().gene == "daf-2"
    assert calls.clock >= 60
    assert calls.reports[-1].answer is not None
    assert max(calls.rests) <= 60


def test_a_passing_fault_of_each_kind(asker, calls, server) -> None:
    """What passes is forgotten: the answer comes."""
    server.script(
        Reply.error(503),
        Reply.error(429, Retry_After="3"),
        Reply(reset_after=20),
        Reply.error(409),
    )
    assert asker.ask().gene == "daf-2"
    assert len(server.asked) == 5
    assert calls.rests[1] == 3.0


def test_a_date_until_which_to_wait(asker, calls, server) -> None:
    """Retry-After has two forms."""
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=90))
    server.script(Reply.error(503, Retry_After=until))
    asker.ask()
    assert 60 < calls.rests[0] <= 90


def test_waits_are_drawn_from_a_growing_range(server) -> None:
    """Callers that failed together do not come back together."""
    waits = []
    for _ in range(6):
        calls = CallNotes()
        server.script(*[Reply.error(503)] * 4)
        Asker(server.service(), calls, first=2.0, longest=4.0).ask()
        assert calls.rests[0] <= 2
        assert max(calls.rests) <= 4
        waits += calls.rests
    assert len(set(waits)) == len(waits)


def test_the_words_of_a_service_end_before_the_hint(asker, server) -> None:
    """Most services leave out the full stop."""
    server.answer = Reply.error(401, "Incorrect API key provided")
    with pytest.raises(DocumentFailure) as raised:
        asker.ask()
    assert raised.value.message.endswith("(401): Incorrect API key provided.")
