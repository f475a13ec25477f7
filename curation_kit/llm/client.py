"""Ask models over HTTP: admitted, tried again, read, and settled."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from curation_kit.errors import DocumentFailure, FailureCategory, NotFound, Suspended
from curation_kit.llm.calls import Call, Calls, Report
from curation_kit.llm.chat import CallFailed, Chat, Completion, Message
from curation_kit.llm.faults import Fault, Scope
from curation_kit.llm.requests import Request
from curation_kit.llm.settings import Service, Settings
from curation_kit.llm.structured import NotOfShape, correction, read

# Every worker imports this module; those that ask no model shall do without
# tenacity, and the asyncio and tornado that it brings.
if TYPE_CHECKING:
    from tenacity import RetryCallState, wait_random_exponential

__all__ = ["ModelClient", "Retries"]

Shape = TypeVar("Shape", bound=BaseModel)

#: A service that asks to wait for longer, in seconds, is away: nobody waits in
#: a document for it.
_LONGEST_REST = 600.0


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a call is made again, and how long one waits in between.

    The waits are drawn between 0 and a bound that doubles ("full jitter"), so
    that callers who failed together do not come back together. A service that
    says how long to wait is obeyed instead.

    Attributes
    ----------
    service
        Calls, the first included, when it is the service that fails. Calls
        that the runner holds to be blameless do not count.
    answer
        Calls when it is the answer that cannot be used: each has to be paid.
    first, longest
        First and last bound of the waits, in seconds.
    """

    service: int = 5
    answer: int = 2
    first: float = 1.0
    longest: float = 60.0


class ModelClient:
    """The models of a workspace, asked for one document.

    Parameters
    ----------
    settings
        Names the services.
    calls
        Where calls are admitted and settled.
    where
        The index of the step that asks and the name of its agent.
    """

    def __init__(
        self,
        settings: Settings,
        calls: Calls,
        where: tuple[int, str] = (0, ""),
        *,
        retries: Retries = Retries(),
    ) -> None:
        self._settings = settings
        self._calls = calls
        self._retries = retries
        self.where = where

    def service(self, name: str) -> Service:
        """Give the settings of a service."""
        try:
            return self._settings.service(name)[1]
        except NotFound as error:
            raise DocumentFailure(
                FailureCategory.FLOW, str(error), "Then retry."
            ) from error

    def ask(self, request: Request, shape: type[Shape]) -> Shape:
        """Ask a model, or give the answer that is kept."""
        chat = Chat(request.service, self.service(request.service), request, shape)
        try:
            return self.answer(chat, request, shape)
        except CallFailed as failed:
            fault = failed.fault
        if fault.scope is Scope.REQUEST:  # it was tried again: that is how it is
            fault = replace(fault, passing=False)
        # Here, not above: what came before may hold what was sent.
        raise fault.failure()

    def answer(self, chat: Chat, request: Request, shape: type[Shape]) -> Shape:
        """Ask a model.

        Raises
        ------
        CallFailed
            If there is no valid answer: with the last fault.
        Suspended
            If it may not be asked now.
        """
        step, agent = self.where
        call = Call(
            request.service,
            request.model,
            request.key(shape),
            step,
            agent,
            request.most_tokens(shape),
            request.max_tokens,
        )
        asking = _Asking(chat, call, shape, self._calls, self._retries)
        try:
            return asking.attempt()
        except CallFailed as error:
            failed = error
        # Here, not above: what is raised next need not drag it along.
        return asking.again(failed)


class _Asking(Generic[Shape]):
    """One request with all its attempts."""

    def __init__(
        self, chat: Chat, call: Call, shape: type[Shape], calls: Calls, retries: Retries
    ) -> None:
        self._chat = chat
        self._call = call
        self._shape = shape
        self._calls = calls
        self._retries = retries
        self._more: tuple[Message, ...] = ()
        self._counted = dict.fromkeys(Scope, 0)  # failed attempts

    def attempt(self) -> Shape:
        """Make one call."""
        admission = self._calls.admit(self._call)
        if admission.suspended:
            raise Suspended(admission.suspended)
        if admission.answer is not None:
            return self._kept(admission.answer)
        number = admission.number
        assert number is not None  # noqa: S101 - one of three
        began = time.perf_counter()
        failed: CallFailed | None = None
        try:
            completion = self._chat.complete(self._more)
            text, value = self._read(completion)
        except CallFailed as error:
            failed = error
        except BaseException:  # an error of ours: no call stays open
            seconds = time.perf_counter() - began
            report = Report(seconds, fault=_INTERRUPTED, unsure=True)
            self._calls.settle(number, report)
            raise
        seconds = time.perf_counter() - began
        if failed is not None:
            raise self._settled(number, seconds, failed)
        tokens = completion.input_tokens, completion.output_tokens
        self._calls.settle(number, Report(seconds, text, *tokens))
        self._chat.prove()
        return value

    def _settled(self, number: int, seconds: float, failed: CallFailed) -> CallFailed:
        """Tell that a call has failed, and count it."""
        told = failed.completion
        tokens = told.input_tokens, told.output_tokens
        report = Report(seconds, None, *tokens, failed.fault, failed.unsure)
        verdict = self._calls.settle(number, report)
        if verdict.suspended:
            raise Suspended(verdict.suspended)
        self._call = replace(self._call, attempt=self._call.attempt + 1)
        if not (verdict.blameless or failed.learnt):
            self._counted[failed.fault.scope] += 1
        return failed

    def again(self, failed: CallFailed) -> Shape:
        """Make further calls after one that has failed, as long as there is hope."""
        # Only now: few calls fail, and it takes as much as half a call.
        from tenacity import Retrying, retry_if_exception_type, wait_random_exponential

        retries, first = self._retries, [failed]

        def attempt() -> Shape:
            if first:
                raise first.pop()
            return self.attempt()

        jitter = wait_random_exponential(multiplier=retries.first, max=retries.longest)
        return Retrying(
            retry=retry_if_exception_type(CallFailed),
            stop=self.is_over,
            wait=lambda state: self.pause(state, jitter),
            sleep=self._calls.rest,
            reraise=True,
        )(attempt)

    def _read(self, completion: Completion) -> tuple[str, Shape]:
        try:
            return read(completion.content, self._shape)
        except NotOfShape as wrong:
            mistakes, is_json = wrong.mistakes, wrong.is_json
        if not is_json:
            self._chat.doubt()
        again = correction(self._shape, mistakes)
        self._more = (
            {"role": "assistant", "content": completion.content},
            {"role": "user", "content": again},
        )
        longer = len(completion.content.encode()) + len(again.encode())
        self._call = replace(self._call, most_input=self._call.most_input + longer)
        raise CallFailed(
            Fault(
                FailureCategory.MODEL,
                f"The answer of {self._call.model} is not of the shape asked for: "
                f"{mistakes}",
                "Retry; if it stays, choose another model.",
                passing=True,
            ),
            completion,
            unsure=completion.output_tokens is None,
        )

    def _kept(self, answer: str) -> Shape:
        try:
            return self._shape.model_validate_json(answer)
        except ValidationError:  # the agent's code has changed, not the schema
            message = "The kept answer is not valid any more."
        raise CallFailed(
            Fault(
                FailureCategory.MODEL,
                message,
                "Run the job without the cache (--no-cache).",
            )
        )

    def is_over(self, state: RetryCallState) -> bool:
        """Whether a failed call is not made again."""
        failed = _failure(state)
        if failed.learnt:
            return False
        fault = failed.fault
        if not fault.passing or (fault.retry_after or 0) > _LONGEST_REST:
            return True
        retries = self._retries
        most = retries.answer if fault.scope is Scope.REQUEST else retries.service
        return self._counted[fault.scope] >= most

    def pause(self, state: RetryCallState, jitter: wait_random_exponential) -> float:
        """Seconds until a failed call is made again."""
        failed = _failure(state)
        if failed.learnt or failed.fault.scope is Scope.REQUEST:
            return 0.0  # another call, not the same one
        if failed.fault.retry_after is not None:
            return failed.fault.retry_after
        return jitter(state)


_INTERRUPTED = Fault(FailureCategory.INTERNAL, "The call was interrupted.", "Retry.")


def _failure(state: RetryCallState) -> CallFailed:
    error = state.outcome and state.outcome.exception()
    assert isinstance(error, CallFailed)  # noqa: S101 - no other is tried again
    return error
