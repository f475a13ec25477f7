"""Try a service out: whether it is there, what it offers, whether it answers."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import BaseModel

from curation_kit.llm.calls import NoCalls
from curation_kit.llm.chat import CallFailed, Chat
from curation_kit.llm.client import ModelClient, Retries
from curation_kit.llm.faults import Fault
from curation_kit.llm.requests import Request
from curation_kit.llm.settings import Settings
from curation_kit.llm.structured import Mode

__all__ = ["Connection", "try_connection"]

#: What hints of faults tell to do with the job, of which there is none here.
_AFTERWARDS = re.compile(
    r"[;.]? then (?:resume the job|retry or resume)(\.)", re.IGNORECASE
)

#: Models that think aloud need some room before they answer.
_MOST_TOKENS = 1024


@dataclass(frozen=True, slots=True)
class Connection:
    """What came of trying a service out.

    Attributes
    ----------
    service, model
        Who was asked.
    models
        Names of the models that the service lists; empty when it lists none.
    mode
        How answers of a given shape can be asked for; None without an answer.
    seconds
        Time that the answer took, the connection included.
    fault
        Why there is no answer; None when there is one.
    """

    service: str
    model: str
    models: tuple[str, ...] = ()
    mode: Mode | None = None
    seconds: float = 0.0
    fault: Fault | None = None

    @property
    def remark(self) -> str:
        """What to know about the answer; empty when nothing is odd."""
        if not self.works or not self.models or self.model in self.models:
            return ""
        return (
            f"{self.model} is not in the service's list of models: some servers take "
            "any name and answer by the model that they have."
        )

    @property
    def works(self) -> bool:
        """Whether there was an answer."""
        return self.fault is None


class _Word(BaseModel):
    """The least that can be asked for."""

    word: Literal["ready"]


def try_connection(settings: Settings, name: str = "") -> Connection:
    """Ask a service for its models and for one small answer.

    The answer costs as much as some dozens of tokens do; it is in no ledger and
    in no cache, and counts for no limit.

    Parameters
    ----------
    name
        Of a service in the settings; "" for the default one.

    Raises
    ------
    NotFound
        If the settings have no such service.
    """
    name, service = settings.service(name)
    request = Request(
        name,
        service.model,
        "You are asked for one word.",
        'Answer with the word "ready".',
        max_tokens=_MOST_TOKENS,
    )
    chat = Chat(name, service, request, _Word)
    models = chat.models()
    if not request.model and len(models) == 1:
        request = Request(
            name, models[0], request.instructions, request.content, 0.0, _MOST_TOKENS
        )
        chat = Chat(name, service, request, _Word)
    chat.forget()
    client = ModelClient(settings, NoCalls(), retries=Retries(service=1))
    began = time.perf_counter()
    fault = None
    try:
        client.answer(chat, request, _Word)
    except CallFailed as failed:
        fault = replace(failed.fault, hint=_AFTERWARDS.sub(r"\1", failed.fault.hint))
    return Connection(
        name,
        request.model,
        models,
        chat.dialect.mode if fault is None else None,
        time.perf_counter() - began,
        fault,
    )
