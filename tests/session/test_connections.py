"""What the page says of a service that was tried out."""

from __future__ import annotations

import pytest
from chat_server import ChatServer, Reply

from curation_kit.llm import Service, Settings
from curation_kit.session.connections import connection_report, key_found


def settings(url: str, **given: str) -> Settings:
    """One service."""
    return Settings(services={"local": Service(base_url=url, **given)})


def test_an_answer_is_told_with_its_form_and_the_models() -> None:
    """Of hundreds of models, some are named, and all can be chosen."""
    models = tuple(f"m{number}" for number in range(40))
    with ChatServer('{"word": "ready"}', models=models) as server:
        found = connection_report(settings(server.url, model="m1"), "local")
    assert found["ok"]
    assert found["summary"].startswith("m1 answers, in ")
    details = dict(found["details"])
    assert details["Answers of a given shape"] == "by its JSON schema"
    assert details["Models"].endswith("m11 and 28 more")
    assert len(found["models"]) == 40


def test_a_model_that_is_not_listed_is_told() -> None:
    """It answers all the same, as many servers take any name."""
    with ChatServer('{"word": "ready"}', models=("m1",)) as server:
        found = connection_report(settings(server.url, model="other"), "local")
    assert found["ok"]
    assert "other is not in the service's list" in found["hint"]


def test_no_answer_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused key: neither message nor hint repeats it."""
    monkeypatch.setenv("PLANTED", "planted-secret")
    refusal = Reply.error(401, "Incorrect API key provided: planted-secret")
    with ChatServer(refusal, key="another") as server:
        where = settings(server.url, model="tiny", key="env:PLANTED")
        found = connection_report(where, "local")
    assert not found["ok"]
    assert found["summary"]
    assert found["hint"] == "Check the key in env:PLANTED."
    assert "planted-secret" not in str(found)


def test_whether_a_key_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the environment; none is needed where none is named."""
    monkeypatch.setenv("THERE", "x")
    monkeypatch.delenv("GONE", raising=False)
    assert key_found("")
    assert key_found("env:THERE")
    assert not key_found("env:GONE")
