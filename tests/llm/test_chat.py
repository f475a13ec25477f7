"""Finding out how a service wants to be asked; remembered for its next calls."""

from __future__ import annotations

import pytest
from asker import Asker
from call_notes import CallNotes
from chat_server import Asked, ChatServer, Reply

from curation_kit.errors import DocumentFailure
from curation_kit.llm import Scope

ANSWER = '{"gene": "daf-2"}'


def form(asked: Asked) -> str | None:
    """Form of the answer that is asked for."""
    return asked.body.get("response_format", {}).get("type")


def takes(*forms: str | None, status: int = 400):
    """A service that knows these forms."""

    def answer(asked: Asked) -> Reply | str:
        if form(asked) in forms:
            return ANSWER
        return Reply.error(status, f"response_format {form(asked)} is not known")

    return answer


@pytest.mark.parametrize("status", [400, 404, 422, 500])
@pytest.mark.parametrize(
    ("known", "tried"),
    [
        (("json_schema",), ["json_schema"]),
        (("json_object",), ["json_schema", "json_object"]),
        ((None,), ["json_schema", "json_object", None]),
    ],
)
def test_the_form_of_answers(status, known, tried) -> None:
    """The strictest that is taken; the next call knows it. Prompts tell the rest."""
    with ChatServer(takes(*known, status=status)) as server:
        service, calls = server.service(), CallNotes()
        Asker(service, calls).ask()
        assert [form(asked) for asked in server.asked] == tried
        assert sum(calls.rests) == 0
        assert len(calls.reports) == len(tried)
        # The service is well: nobody is to pause jobs for it.
        faults = [report.fault for report in calls.reports if report.fault]
        assert {fault.scope for fault in faults} <= {Scope.REQUEST}
        Asker(service, CallNotes()).ask()
        assert [form(asked) for asked in server.asked[len(tried) :]] == tried[-1:]
        schema_told = '"required"' in server.asked[-1].body["messages"][0]["content"]
        assert schema_told is (known != ("json_schema",))


def test_a_form_in_the_settings_is_not_put_in_question() -> None:
    """The person knows better: no other form is tried."""
    with ChatServer(takes("json_object")) as server:
        service = server.service(structured="json_schema")
        with pytest.raises(DocumentFailure, match="response_format"):
            Asker(service, CallNotes()).ask()
        assert len(server.asked) == 1
        Asker(server.service(structured="json_object"), CallNotes()).ask()
        assert form(server.asked[-1]) == "json_object"


def test_a_service_that_does_as_if_it_knew_schemas() -> None:
    """Its first answer is prose: from then on the prompt tells the schema."""

    def answer(asked: Asked) -> str:
        return ANSWER if "JSON Schema" in str(asked.body["messages"]) else "daf-2."

    with ChatServer(answer) as server:
        service = server.service()
        for _ in range(3):
            Asker(service, CallNotes()).ask()
        assert len(server.asked) == 4


def test_one_slip_of_a_service_that_knows_schemas_changes_nothing() -> None:
    """It has shown that it does."""
    with ChatServer(ANSWER) as server:
        service = server.service()
        Asker(service, CallNotes()).ask()
        server.script("Sorry.")
        Asker(service, CallNotes()).ask()
        assert {form(asked) for asked in server.asked} == {"json_schema"}


def test_the_parameters_of_newer_models() -> None:
    """They refuse the older name of the limit, and a temperature."""

    def answer(asked: Asked) -> Reply | str:
        if "max_tokens" in asked.body:
            return Reply.error(
                400,
                "Unsupported parameter: 'max_tokens' is not supported with this "
                "model. Use 'max_completion_tokens' instead.",
            )
        if "temperature" in asked.body:
            return Reply.error(400, "Unsupported value: 'temperature' must be 1.")
        return ANSWER

    with ChatServer(answer) as server:
        service = server.service()
        Asker(service, CallNotes()).ask(max_tokens=77)
        assert len(server.asked) == 3
        Asker(service, CallNotes()).ask(max_tokens=77)
        assert len(server.asked) == 4
        assert server.asked[-1].body["max_completion_tokens"] == 77


def test_each_model_for_itself() -> None:
    """One service may have models of several kinds."""
    with ChatServer(takes("json_object")) as server:
        Asker(server.service(), CallNotes()).ask()
        Asker(server.service(model="other"), CallNotes()).ask()
        assert [form(asked) for asked in server.asked] == [
            "json_schema",
            "json_object",
        ] * 2


def test_no_form_that_is_known_ends() -> None:
    """Three calls, and the service's own words."""
    with ChatServer(Reply.error(400, "no response_format here")) as server:
        with pytest.raises(DocumentFailure, match="no response_format here"):
            Asker(server.service(), CallNotes()).ask()
        assert len(server.asked) == 3


def test_a_service_that_counts_nothing_is_not_free() -> None:
    """No question has no tokens: they are estimated."""
    choice = {"message": {"content": ANSWER}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 0, "completion_tokens": 0}
    with ChatServer(Reply(body={"choices": [choice], "usage": usage})) as server:
        calls = CallNotes()
        Asker(server.service(), calls).ask()

    [report] = calls.reports
    assert (report.input_tokens, report.output_tokens) == (None, None)


@pytest.mark.parametrize("tokens", [10**30, -1, True, "12", 1.5])
def test_tokens_that_no_call_has_are_not_believed(tokens: object) -> None:
    """They are estimated; the store could not even hold some of them."""
    choice = {"message": {"content": ANSWER}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 7, "completion_tokens": tokens}
    with ChatServer(Reply(body={"choices": [choice], "usage": usage})) as server:
        calls = CallNotes()
        Asker(server.service(), calls).ask()

    [report] = calls.reports
    assert (report.input_tokens, report.output_tokens) == (7, None)


def test_an_answer_in_parts() -> None:
    """Thoughts beside it are no part of it."""
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]},
        {"type": "text", "text": ANSWER},
    ]
    body = {"choices": [{"message": {"content": parts}, "finish_reason": "stop"}]}
    with ChatServer(Reply(body=body)) as server:
        assert Asker(server.service(), CallNotes()).ask().gene == "daf-2"


def test_an_answer_that_does_not_say_that_it_is_json() -> None:
    """Servers of one's own forget it."""
    body = {"choices": [{"message": {"content": ANSWER}, "finish_reason": "stop"}]}
    with ChatServer(Reply(body=body, headers={"Content-Type": "text/plain"})) as server:
        assert Asker(server.service(), CallNotes()).ask().gene == "daf-2"
