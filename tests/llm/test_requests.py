"""What decides the answer to a request."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from asker import Finding
from pydantic import BaseModel

from curation_kit.llm import Request, answer_key

REQUEST = Request("lab", "fake", 'Say "yes".\n', "α → β \\ \x00 😀", 0.5, 100)


class Other(BaseModel):
    """Another shape."""

    gene: int


def test_the_key_is_that_of_its_fields_and_the_schema() -> None:
    """Answers that earlier versions have kept are found again."""
    fields = {**asdict(REQUEST), "schema": Finding.model_json_schema()}
    assert REQUEST.key(Finding) == answer_key(fields)


@pytest.mark.parametrize(
    "change",
    [
        {"service": "home"},
        {"model": "other"},
        {"instructions": "Say no."},
        {"content": "α"},
        {"temperature": 0.0},
        {"max_tokens": 99},
    ],
)
def test_whatever_may_change_the_answer_changes_the_key(change) -> None:
    """Else the answer to another question would be given."""
    assert replace(REQUEST, **change).key(Finding) != REQUEST.key(Finding)


def test_so_does_the_shape() -> None:
    """It is asked for in another way."""
    assert REQUEST.key(Other) != REQUEST.key(Finding)
