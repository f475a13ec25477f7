"""The client and a real server: llama.cpp with a small model.

Nothing is said of the quality of its answers.
"""

from __future__ import annotations

from typing import Literal

import pytest
from asker import Asker
from call_notes import CallNotes
from pydantic import BaseModel

from curation_kit.errors import AnswerFailure, DocumentFailure
from curation_kit.llm import Request, Settings
from curation_kit.llm.client import ModelClient
from curation_kit.llm.connection import try_connection
from curation_kit.llm.structured import Mode

SENTENCE = "The gene daf-2 is expressed in the larval stage of Caenorhabditis elegans."


class Stage(BaseModel):
    """What is asked for: a short answer, as the model is slow."""

    stage: Literal["egg", "larva", "adult"]
    expressed: bool


def test_it_is_tried_out(llama) -> None:
    """It lists its model and answers in the form that is asked for."""
    found = try_connection(Settings(services={"local": llama}))
    assert found.fault is None
    assert found.mode is Mode.JSON_SCHEMA
    assert len(found.models) == 1


def test_an_answer_of_the_shape(llama) -> None:
    """Tokens are told."""
    calls = CallNotes()
    client = ModelClient(Settings(services={"local": llama}), calls)
    request = Request("local", llama.model, "Classify.", SENTENCE, max_tokens=60)
    assert isinstance(client.ask(request, Stage), Stage)
    (call,), (report,) = calls.calls, calls.reports
    assert 0 < report.input_tokens <= call.most_input
    assert 0 < report.output_tokens <= 60


def test_a_text_that_is_too_long(llama) -> None:
    """Its refusal is understood: the next part may be shorter."""
    calls = CallNotes()
    with pytest.raises(AnswerFailure, match="longer than the context") as raised:
        Asker(llama, calls).ask(SENTENCE * 500)
    assert "context of the service" in raised.value.hint
    assert len(calls.calls) == 1


def test_an_answer_that_is_cut_off(llama) -> None:
    """Half an answer is none."""
    calls = CallNotes()
    with pytest.raises(AnswerFailure, match="cut off at 3 tokens"):
        Asker(llama, calls).ask(SENTENCE, max_tokens=3)
    assert calls.reports[0].output_tokens == 3


def test_a_wrong_address(llama) -> None:
    """What is in the settings is wrong, not the paper."""
    service = llama.model_copy(update={"base_url": f"{llama.base_url}/v2"})
    with pytest.raises(DocumentFailure, match="no chat API") as raised:
        Asker(service, CallNotes()).ask()
    assert raised.value.category == "flow"
