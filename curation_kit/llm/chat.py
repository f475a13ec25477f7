"""One call of an OpenAI-compatible chat API, in the dialect that a service speaks."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, SecretStr

from curation_kit.errors import FailureCategory
from curation_kit.llm.faults import Fault, Scope
from curation_kit.llm.keys import MissingKey, find_key, forget_keys, redact
from curation_kit.llm.refusals import (
    ErrorText,
    error_text,
    fault_of_refusal,
    fault_of_web_error,
    refuses_key,
)
from curation_kit.llm.requests import Request
from curation_kit.llm.settings import Service
from curation_kit.llm.structured import Mode, in_words, response_format
from curation_kit.web import Response, WebError, send

__all__ = ["CallFailed", "Chat", "Completion", "Dialect", "Message"]

#: What the model is told or has said, as in the API.
Message = dict[str, str]

_FORM = re.compile(
    r"response.?format|json.?(schema|object|mode)|schema|structured|grammar|guided",
    re.IGNORECASE,
)
#: A refusal with one of these may be about how the request is put. 500: so
#: llama-cpp-python answers to a response_format that it does not know.
_UNDERSTOOD = {400, 404, 415, 422, 500, 501}


#: No call has so many, and the store could not add up larger numbers.
_MOST_TOKENS = 10**9


@dataclass(frozen=True, slots=True)
class Dialect:
    """What is known of how a service wants to be asked for a model.

    Attributes
    ----------
    limit
        Name of the parameter that bounds the answer.
    temperature
        Whether one may be given.
    proven
        Whether an answer has come.
    """

    mode: Mode = Mode.JSON_SCHEMA
    limit: str = "max_tokens"
    temperature: bool = True
    proven: bool = False


#: By base URL, model and setting, for this process.
_dialects: dict[tuple[str, str, str], Dialect] = {}


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model said, and the tokens it took; None where nobody tells."""

    content: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None


class CallFailed(Exception):  # noqa: N818 - carries a fault
    """A call gave no answer.

    Attributes
    ----------
    unsure
        Whether it may have to be paid all the same.
    completion
        Tells the tokens, if the service does.
    learnt
        Whether the next call will be put in another way for that.
    """

    def __init__(
        self,
        fault: Fault,
        completion: Completion | None = None,
        *,
        unsure: bool = False,
        learnt: bool = False,
    ) -> None:
        super().__init__(fault.message)
        self.fault = fault
        self.completion = completion or Completion()
        self.unsure = unsure
        self.learnt = learnt


class Chat:
    """A model of a service, to be asked for answers of a shape."""

    def __init__(
        self, name: str, service: Service, request: Request, shape: type[BaseModel]
    ) -> None:
        self._who = f'The service "{name}"'
        self._service = service
        self._request = request
        self._shape = shape
        self._place = (service.base_url, request.model, service.structured)
        self._used = self.dialect  # in the last call

    @property
    def dialect(self) -> Dialect:
        """What is known by now."""
        return _dialects.get(self._place) or Dialect(
            Mode.JSON_SCHEMA
            if self._service.structured == "auto"
            else Mode(self._service.structured)
        )

    def forget(self) -> None:
        """Know nothing: the service may have changed."""
        _dialects.pop(self._place, None)

    def prove(self) -> None:
        """Note that an answer of the right shape has come."""
        if not self._used.proven:
            self._learn(proven=True)

    def doubt(self) -> None:
        """Note that an answer was no JSON.

        A service that has never given any does as if it knew schemas: from now
        on the prompt tells them.
        """
        if self._used.mode is Mode.JSON_SCHEMA and not self._used.proven:
            self._learn(mode=Mode.JSON_OBJECT)

    def _learn(self, **known: Any) -> None:
        """Know more, for all calls of this process."""
        if self.dialect == self._used:  # nobody else has learnt it in the meantime
            _dialects[self._place] = replace(self._used, **known)

    def complete(self, more: Sequence[Message] = ()) -> Completion:
        """Ask once.

        Parameters
        ----------
        more
            What was said after the question.

        Raises
        ------
        CallFailed
            If there is no answer.
        """
        key = None
        failed: CallFailed | None = None
        self._used = self.dialect
        try:
            key = find_key(self._service.key)
            response = self._send("POST", "chat/completions", key, self._body(more))
        except MissingKey as missing:
            failed = CallFailed(missing.fault)
        except WebError as error:
            failed = CallFailed(fault_of_web_error(error), unsure=error.sent)
        if failed is not None:
            raise failed
        if response.status != 200:  # noqa: PLR2004
            raise self._refusal(response.status, response, key)
        return self._read(response, key)

    def models(self) -> tuple[str, ...]:
        """Names of the models that the service lists; none if it does not."""
        try:
            response = self._send("GET", "models", find_key(self._service.key))
            listed = response.json()["data"] if response.status == 200 else ()  # noqa: PLR2004
            return tuple(str(one["id"]) for one in listed)
        except (MissingKey, WebError, ValueError, TypeError, LookupError):
            return ()  # what is wrong is told by the call that follows

    def _body(self, more: Sequence[Message]) -> dict[str, Any]:
        request, dialect = self._request, self._used
        instructions = request.instructions
        if dialect.mode is not Mode.JSON_SCHEMA:
            instructions += f"\n\n{in_words(self._shape)}"
        body = {
            "model": request.model,
            "messages": [
                {"role": "system", "content": instructions},
                {"role": "user", "content": request.content},
                *more,
            ],
            dialect.limit: request.max_tokens,
        }
        if dialect.temperature:
            body["temperature"] = request.temperature
        if form := response_format(self._shape, dialect.mode):
            body["response_format"] = form
        return body

    def _send(
        self, method: str, path: str, key: SecretStr | None, body: Any = None
    ) -> Response:
        service = self._service
        secret = {"authorization": f"Bearer {key.get_secret_value()}"} if key else {}
        return send(
            method,
            f"{service.base_url.rstrip('/')}/{path}",
            headers=secret,
            body=body,
            timeout=service.timeout,
            proxy=service.proxy,
            http2=service.http2,
        )

    def _refusal(
        self, status: int, response: Response, key: SecretStr | None
    ) -> CallFailed:
        """Give what a refusal means, and learn from it."""
        said = error_text(response, key)
        fault = self._fault(status, said, response.retry_after)
        if refuses_key(status, said):
            forget_keys()
            fault = replace(fault, environment=self._service.key.startswith("env:"))
        if learnt := self._learn_from(status, said):
            # The next call may well succeed: no reason to take the service for down.
            fault = replace(fault, scope=Scope.REQUEST)
        return CallFailed(fault, learnt=learnt)

    def _fault(
        self, status: int, said: ErrorText, retry_after: float | None = None
    ) -> Fault:
        return fault_of_refusal(
            status,
            said,
            retry_after,
            who=self._who,
            model=self._request.model,
            place=self._service.key or "Settings",
        )

    def _learn_from(self, status: int, said: ErrorText) -> bool:
        """Whether a refusal tells how to put the request instead."""
        used = self._used
        if status not in _UNDERSTOOD:
            return False
        if used.limit == "max_tokens" and "max_completion_tokens" in said.message:
            self._learn(limit="max_completion_tokens")
        elif used.temperature and "temperature" in said.message:
            self._learn(temperature=False)
        elif self._service.structured == "auto" and used.mode.next and said.has(_FORM):
            self._learn(mode=used.mode.next)
        else:
            return False
        return True

    def _read(self, response: Response, key: SecretStr | None) -> Completion:
        """Give what a response of status 200 holds."""
        try:
            body = response.json()
            choices = body.get("choices")
            usage = body.get("usage") or {}
        except (ValueError, AttributeError):
            if response.is_json:
                raise self._unusable("is not the JSON of a chat API") from None
            raise CallFailed(
                Fault(
                    FailureCategory.FLOW,
                    f"{self._who} answers with a page, not as a chat API does: "
                    f"{error_text(response, key).message}",
                    "Check the base URL: it ends before /chat/completions, mostly in "
                    "/v1. A proxy or a sign-in page may stand in between.",
                    Scope.SERVICE,
                ),
                unsure=True,
            ) from None
        asked, given = (
            _count(usage, name) for name in ("prompt_tokens", "completion_tokens")
        )
        if not (asked or given):  # so some say that they do not count
            asked = given = None
        told = Completion("", asked, given)
        try:
            choice = choices[0] if choices else {}
            # A gateway tells of the service behind it, also in an answer begun.
            if error := (choice if choices else body).get("error"):
                raise self._refusal_within(error, response, key)
            message, finish = choice["message"], choice.get("finish_reason")
            content, refusal = message.get("content"), message.get("refusal")
        except (TypeError, LookupError, AttributeError):
            raise self._unusable("holds no answer", told) from None
        if isinstance(content, list):  # thoughts and text, as Mistral gives them
            texts = [one.get("text") for one in content if isinstance(one, dict)]
            content = "".join(one for one in texts if isinstance(one, str))
        if refusal or finish == "content_filter":
            said = ErrorText(redact(str(refusal or ""), key), "content_filter")
            raise CallFailed(self._fault(400, said), told)
        if finish == "length":
            raise CallFailed(self._cut_off(), told)
        if not isinstance(content, str) or not content.strip():
            raise self._unusable("holds an empty answer", told)
        return Completion(content, told.input_tokens, told.output_tokens)

    def _refusal_within(
        self, error: Any, response: Response, key: SecretStr | None
    ) -> CallFailed:
        """Give what an error means that comes with status 200."""
        code = str(error.get("code")) if isinstance(error, dict) else ""
        # Any other number is the gateway's own, such as 1301.
        status = int(code) if re.fullmatch("[45][0-9][0-9]", code) else 502
        body = json.dumps({"error": error}).encode()
        return self._refusal(status, replace(response, body=body), key)

    def _unusable(self, what: str, told: Completion | None = None) -> CallFailed:
        return CallFailed(
            Fault(
                FailureCategory.MODEL,
                f"{self._who} sends a response that {what}.",
                "Retry; if it stays, try another model, or look at the service.",
                passing=True,
            ),
            told,
            unsure=told is None or told.output_tokens is None,
        )

    def _cut_off(self) -> Fault:
        return Fault(
            FailureCategory.MODEL,
            f"The answer was cut off at {self._request.max_tokens} tokens.",
            "Let the step read smaller parts or ask for less, or choose a model with "
            "a longer context.",
        )


def _count(usage: Any, name: str) -> int | None:
    number = usage.get(name) if isinstance(usage, dict) else None
    return number if type(number) is int and 0 <= number < _MOST_TOKENS else None
