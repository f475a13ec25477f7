"""Ask models over HTTP."""

from __future__ import annotations

import os
import time
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from curation_kit.errors import DocumentFailure, FailureCategory, NotFound, Suspended
from curation_kit.llm.calls import Call, Calls, Report
from curation_kit.llm.faults import Fault
from curation_kit.llm.requests import Request
from curation_kit.llm.settings import Service, Settings

if TYPE_CHECKING:
    import httpx

__all__ = ["ModelClient"]

Shape = TypeVar("Shape", bound=BaseModel)


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
        self, settings: Settings, calls: Calls, where: tuple[int, str] = (0, "")
    ) -> None:
        self._settings = settings
        self._calls = calls
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
        service = self.service(request.service)
        key = request.key(shape)
        step, agent = self.where
        admission = self._calls.admit(
            Call(
                request.service,
                request.model,
                key,
                step,
                agent,
                request.most_tokens(shape),
                request.max_tokens,
            )
        )
        if admission.suspended:
            raise Suspended(admission.suspended)
        if admission.answer is not None:
            return shape.model_validate_json(admission.answer)
        assert admission.number is not None  # noqa: S101 - one of three
        began = time.perf_counter()
        try:
            content = self._post(service, request, shape)
            answer = shape.model_validate_json(content)
        except ValidationError as error:
            fault = Fault(
                FailureCategory.MODEL, "The answer has another shape.", str(error)
            )
            seconds = time.perf_counter() - began
            self._calls.settle(admission.number, Report(seconds, fault=fault))
            raise fault.failure() from error
        self._calls.settle(
            admission.number, Report(time.perf_counter() - began, answer=content)
        )
        return answer

    def _post(self, service: Service, request: Request, shape: type[BaseModel]) -> str:
        headers = {}
        if service.key.startswith("env:"):
            headers["Authorization"] = f"Bearer {os.environ[service.key[4:]]}"
        response = _client(service.base_url, service.timeout).post(
            "chat/completions",
            headers=headers,
            json={
                "model": request.model,
                "messages": [
                    {"role": "system", "content": request.instructions},
                    {"role": "user", "content": request.content},
                ],
                "temperature": request.temperature,
                "max_tokens": request.max_tokens,
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {
                        "name": shape.__name__,
                        "schema": shape.model_json_schema(),
                        "strict": True,
                    },
                },
            },
        )
        response.raise_for_status()
        return str(response.json()["choices"][0]["message"]["content"])


@lru_cache(maxsize=16)
def _client(base_url: str, timeout: float) -> httpx.Client:
    import httpx

    return httpx.Client(base_url=base_url, timeout=timeout)
