"""What a service says instead of an answer, as faults that tell what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import SecretStr

from curation_kit.errors import FailureCategory
from curation_kit.llm.faults import Fault, Scope
from curation_kit.llm.keys import redact
from curation_kit.web import Response, Trouble, WebError

__all__ = [
    "ErrorText",
    "error_text",
    "fault_of_refusal",
    "fault_of_web_error",
    "refuses_key",
]

#: What others have written stands in messages up to so many characters.
_MOST_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class ErrorText:
    """What a service says of an error, in its own words.

    Attributes
    ----------
    code
        Its names for the error, such as ``insufficient_quota``.
    """

    message: str = ""
    code: str = ""

    def has(self, pattern: re.Pattern[str]) -> bool:
        """Whether message or code tell of something."""
        return bool(pattern.search(f"{self.code} {self.message}"))


def _says(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


class _Rule(NamedTuple):
    """What a refusal means: the first rule that fits counts.

    Attributes
    ----------
    statuses, says
        When it fits; what is in the service's own words, or None.
    """

    statuses: Container[int]
    says: re.Pattern[str] | None
    category: FailureCategory
    message: str
    hint: str
    scope: Scope = Scope.SERVICE
    passing: bool = False

    def fits(self, status: int, said: ErrorText) -> bool:
        """Whether it is about this refusal."""
        return status in self.statuses and (self.says is None or said.has(self.says))


_ANY = range(1000)
#: As Gemini and xAI say it, with status 400.
_WRONG_KEY = _says(r"(incorrect|invalid) api.?key|api.?key (is )?(not valid|invalid)")
_KEY = (
    FailureCategory.FLOW,
    "{who} does not accept the key ({status})",
    "Check the key in {place}; then resume the job.",
)
_ADDRESS = (
    FailureCategory.FLOW,
    "{who} has no chat API at its address ({status})",
    "Check the base URL: it ends before /chat/completions, mostly in /v1.",
)
_LOOK = "Look whether the service is well; then retry or resume."
_RULES = (
    _Rule(
        {400, 413, 422, 500},
        _says(
            r"context.{0,12}(length|window|size)|maximum context|too many (in|tok)|"
            r"(prompt|input|request).{0,20} too (long|large)|\bn_ctx\b|"
            r"input token count|max_new_tokens"
        ),
        FailureCategory.MODEL,
        "The request is longer than the context of {model} ({status})",
        "Set the context of the service to what the model has, so that papers are "
        "read in smaller parts, or choose a model with a longer one.",
        Scope.REQUEST,
    ),
    _Rule(
        {413},
        None,
        FailureCategory.MODEL,
        "{who} takes no request as large as this ({status})",
        "Set a smaller context for the service, so that papers are read in smaller "
        "parts.",
        Scope.REQUEST,
    ),
    _Rule(
        {400, 403, 422},
        _says(r"content.?(filter|policy|management)|safety|moderat|flagged"),
        FailureCategory.MODEL,
        "{who} refuses to answer about this text ({status})",
        "Read this paper by another model or by the rules.",
        Scope.REQUEST,
    ),
    _Rule({401}, None, *_KEY),
    _Rule({400}, _WRONG_KEY, *_KEY),
    _Rule(
        {402},
        None,
        FailureCategory.RATE_LIMIT,
        "{who} has no credit left on the account ({status})",
        "Add credit or raise the limit of the account; then resume the job.",
    ),
    _Rule(
        {400, 403, 429},
        # Limits of a minute are told with advice on billing, too.
        _says(
            r"^(?!.*rate.?limit).*(insufficient.?(quota|balance|fund|credit)|billing|"
            r"credit balance|budget.{0,10}exceeded)"
        ),
        FailureCategory.RATE_LIMIT,
        "{who} has no credit left on the account ({status})",
        "Add credit or raise the limit of the account; then resume the job.",
    ),
    _Rule(
        {403},
        None,
        FailureCategory.FLOW,
        "{who} does not allow this ({status})",
        "Check that the account of the key may use {model}, from this network and "
        "country.",
    ),
    _Rule(
        {400, 404},
        _says(
            r"model.{0,80}(not.(found|exist)|does ?n[o']t exist|unknown)|no.{0,9}model|"
            r"valid.model|model.not.(available|supported)|not_found_error model|"
            r"DeploymentNotFound|no endpoints found|not in (the )?v1/chat"
        ),
        FailureCategory.FLOW,
        "{who} has no model {model} ({status})",
        "Check the model's name: Test connection lists those there are. A local "
        "service may have to fetch it first.",
    ),
    _Rule({404, 405}, None, *_ADDRESS),
    _Rule(_ANY, _says("unexpected endpoint"), *_ADDRESS),  # LM Studio, in a 200
    _Rule(
        {429},
        None,
        FailureCategory.RATE_LIMIT,
        "{who} takes no more requests for now ({status})",
        "Set the limits of the service to those of the account; then resume the job.",
        passing=True,
    ),
    _Rule(
        {408, 504},
        None,
        FailureCategory.TIMEOUT,
        "{who} was too slow ({status})",
        _LOOK,
        passing=True,
    ),
    _Rule(
        {409, 425},
        None,
        FailureCategory.MODEL,
        "{who} is busy ({status})",
        _LOOK,
        passing=True,
    ),
    _Rule(
        range(500, 600),
        None,
        FailureCategory.MODEL,
        "{who} has failed ({status})",
        _LOOK,
        passing=True,
    ),
    _Rule(
        range(100, 400),
        None,
        FailureCategory.FLOW,
        "{who} leads elsewhere ({status})",
        "Check the base URL: give the address to which it leads.",
    ),
    _Rule(
        _ANY,
        None,
        FailureCategory.MODEL,
        "{who} cannot work with the request ({status})",
        "Check the options of the step; another model may take them.",
        Scope.REQUEST,
    ),
)


_SLOW = (
    "Raise “Longest wait” of the service under Settings, or lower “Calls at once”; in "
    "a terminal: curation-kit services edit NAME --timeout SECONDS --in-flight CALLS."
)
_TROUBLES = {
    Trouble.ADDRESS: (FailureCategory.FLOW, False),
    Trouble.TLS: (FailureCategory.FLOW, False),
    Trouble.UNREACHABLE: (FailureCategory.MODEL, True),
    Trouble.SLOW: (FailureCategory.TIMEOUT, True),
    Trouble.BROKEN: (FailureCategory.MODEL, True),
    Trouble.LARGE: (FailureCategory.MODEL, False),
}


def error_text(response: Response, key: SecretStr | None = None) -> ErrorText:
    """Find what a response says of an error; the APIs have several ways.

    Parameters
    ----------
    key
        That services may repeat; it is taken out.
    """
    try:
        body = response.json()
    except ValueError:
        title = re.search(
            r"<title>(.*?)</title>", response.text, re.DOTALL | re.IGNORECASE
        )
        text = title[1] if title else re.sub(r"<[^>]*>", " ", response.text)
        return ErrorText(_shortened(redact(text, key)))
    if isinstance(body, list) and len(body) == 1:  # Gemini
        [body] = body
    error = body.get("error", body) if isinstance(body, dict) else body
    if not isinstance(error, dict):
        return ErrorText(_shortened(redact(_text(error), key)))
    told = error.get("message") or error.get("detail") or ""
    names = (error.get("code"), error.get("type"), error.get("status"))
    code = " ".join(str(name) for name in names if name)
    return ErrorText(_shortened(redact(_text(told), key)), code)


def fault_of_web_error(error: WebError) -> Fault:
    """Give the fault of a call without a response."""
    category, passing = _TROUBLES[error.trouble]
    scope = Scope.REQUEST if error.trouble is Trouble.LARGE else Scope.SERVICE
    hint = _SLOW if error.trouble is Trouble.SLOW else error.hint
    return Fault(category, error.message, hint, scope, passing)


def refuses_key(status: int, said: ErrorText) -> bool:
    """Whether a response that is not 200 is about the key."""
    return status == 401 or (status == 400 and said.has(_WRONG_KEY))  # noqa: PLR2004


def fault_of_refusal(
    status: int, said: ErrorText, retry_after: float | None, **names: str
) -> Fault:
    """Give the fault of a response that is not 200.

    Parameters
    ----------
    names
        ``who`` (the service), ``model`` and ``place`` (of its key), as they are
        called in messages.
    """
    rule = next(rule for rule in _RULES if rule.fits(status, said))
    told = f": {_sentence(said.message)}" if said.message else "."
    return Fault(
        rule.category,
        rule.message.format(status=status, **names) + told,
        rule.hint.format(**names),
        rule.scope,
        rule.passing,
        retry_after if rule.passing else None,
    )


def _text(told: Any) -> str:
    return told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)


def _sentence(text: str) -> str:
    """Give a text with a full stop: a hint follows."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    if len(text) > _MOST_CHARACTERS:
        text = f"{text[:_MOST_CHARACTERS]} …"
    return text
