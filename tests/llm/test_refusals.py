"""What services really say when they refuse, in the words of each."""

from __future__ import annotations

import json
from typing import Any

import pytest

from curation_kit.llm.faults import Fault, Scope
from curation_kit.llm.refusals import error_text, fault_of_refusal, refuses_key
from curation_kit.web import Response

GEMINI_KEY = [
    {
        "error": {
            "code": 400,
            "message": "API key not valid. Please pass a valid API key.",
            "status": "INVALID_ARGUMENT",
        }
    }
]
XAI_KEY = {"code": "invalid argument", "error": "Incorrect API key provided: xa***."}
GEMINI_MINUTE = (
    "You exceeded your current quota, please check your plan and billing details. For "
    "more information on this error, head to: "
    "https://ai.google.dev/gemini-api/docs/rate-limits. * Quota exceeded for metric: "
    "requests, limit: 10. Please retry in 41.8s."
)
OPENAI_MINUTE = (
    "Rate limit reached for o3 on requests per min (RPM): Limit 3, Used 3. You can "
    "increase your rate limit by adding a payment method to your account at "
    "https://platform.openai.com/account/billing."
)


def error(message: str, code: str = "") -> dict[str, Any]:
    """Give the body that most services send."""
    return {"error": {"message": message, "code": code}}


def fault_of(status: int, body: Any) -> Fault:
    """Give the fault that a response stands for."""
    said = error_text(Response(status, {}, json.dumps(body).encode()))
    names = {"who": 'The service "lab"', "model": "m", "place": "env:LAB_KEY"}
    return fault_of_refusal(status, said, None, **names)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, error("foo/bar is not a valid model ID")),
        (400, error("Invalid model name passed in model=foo.")),
        (400, {"message": "Invalid model: foo", "type": "invalid_model"}),
        (400, error("It is not supported by any provider.", "model_not_supported")),
        (404, error("Unable to access model foo.", "model_not_available")),
        (404, {"error": {"type": "not_found_error", "message": "model: claude-x"}}),
        (404, error("The API deployment is not there.", "DeploymentNotFound")),
        (404, error("It is only supported in v1/responses and not in v1/chat.")),
        (404, error("No endpoints found for foo/bar.")),
        (404, [error("models/foo is not found for API version v1main")]),
    ],
)
def test_a_model_that_is_not_there(status, body) -> None:
    """It is about all requests, and not about the address."""
    fault = fault_of(status, body)
    assert "has no model m" in fault.message
    assert (fault.category, fault.scope) == ("flow", Scope.SERVICE)


@pytest.mark.parametrize("body", [GEMINI_KEY, XAI_KEY])
def test_a_key_that_is_refused_as_a_bad_request(body) -> None:
    """The person learns where the key is."""
    fault = fault_of(400, body)
    assert "does not accept the key (400)" in fault.message
    assert "{" not in fault.message
    assert "env:LAB_KEY" in fault.hint
    assert refuses_key(400, error_text(Response(400, {}, json.dumps(body).encode())))


@pytest.mark.parametrize("message", [GEMINI_MINUTE, OPENAI_MINUTE])
def test_a_limit_of_a_minute_is_no_empty_account(message) -> None:
    """It passes, whatever is said of billing."""
    fault = fault_of(429, [error(message)])
    assert fault.passing
    assert "no more requests" in fault.message


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, error("Your credit balance is too low to access the API.")),
        (400, error("Budget has been exceeded! Current cost: 10, Max budget: 5")),
        (429, error("You exceeded your current quota.", "insufficient_quota")),
    ],
)
def test_an_empty_account(status, body) -> None:
    """Nothing passes until somebody pays."""
    fault = fault_of(status, body)
    assert fault.message.startswith('The service "lab" has no credit left on the')
    assert (fault.scope, fault.passing) == (Scope.SERVICE, False)


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "The input token count (1200) exceeds the maximum number of tokens."),
        (422, "`inputs` tokens + `max_new_tokens` must be <= 4096."),
    ],
)
def test_a_request_that_is_too_long(status, message) -> None:
    """Other papers, or parts, may fit."""
    fault = fault_of(status, error(message))
    assert "longer than the context" in fault.message
    assert fault.scope is Scope.REQUEST


def test_what_is_flagged_is_about_one_paper() -> None:
    """The service goes on with others."""
    fault = fault_of(403, error("Input was flagged"))
    assert "refuses to answer" in fault.message
    assert fault.scope is Scope.REQUEST
