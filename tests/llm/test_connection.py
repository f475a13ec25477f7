"""Trying a service out, over real HTTP."""

from __future__ import annotations

import pytest
from chat_server import ChatServer, Reply

from curation_kit.errors import NotFound
from curation_kit.llm import Service, Settings
from curation_kit.llm.connection import try_connection as try_out
from curation_kit.llm.structured import Mode

READY = '{"word": "ready"}'


def settings_of(service: Service) -> Settings:
    """Settings with one service."""
    return Settings(services={"lab": service})


def test_a_service_that_works() -> None:
    """It tells all that there is to choose from."""
    with ChatServer(READY, models=("fake", "other")) as server:
        found = try_out(settings_of(server.service()), "lab")
    assert (found.works, found.service, found.model) == (True, "lab", "fake")
    assert found.models == ("fake", "other")
    assert found.mode is Mode.JSON_SCHEMA
    assert found.seconds > 0


def test_the_form_of_answers_that_works() -> None:
    """Each time anew: the service may be another one by now."""
    settings = {}

    def old(asked):
        form = asked.body.get("response_format", {}).get("type")
        if form == "json_schema":
            return Reply.error(400, "response_format json_schema is not supported")
        return READY

    with ChatServer(old) as server:
        settings = settings_of(server.service())
        assert try_out(settings).mode is Mode.JSON_OBJECT
        server.answer = READY
        assert try_out(settings).mode is Mode.JSON_SCHEMA


def test_the_only_model_need_not_be_named() -> None:
    """Local servers often have one."""
    with ChatServer(READY) as server:
        found = try_out(settings_of(server.service(model="")))
        assert (found.works, found.model) == (True, "fake")
        assert server.asked[0].body["model"] == "fake"


def test_a_service_that_does_not_work(monkeypatch) -> None:
    """One call, and the same words as in a job."""
    monkeypatch.setenv("LAB_KEY", "wrong")
    with ChatServer(READY, key="right") as server:
        found = try_out(settings_of(server.service(key="env:LAB_KEY")))
        assert len(server.asked) == 1
    assert not found.works
    assert (found.models, found.mode) == ((), None)
    assert "LAB_KEY" in found.fault.hint
    assert "wrong" not in repr(found)


def test_a_service_that_lists_no_models() -> None:
    """Not all do; the answer counts."""
    with ChatServer(READY) as server:
        service = server.service(model="fake")
        server.models = ()
        found = try_out(settings_of(service))
    assert (found.works, found.models) == (True, ())


def test_a_service_that_is_away_is_asked_once() -> None:
    """A person waits for the outcome."""
    with ChatServer(Reply.error(503)) as server:
        found = try_out(settings_of(server.service()))
        assert len(server.asked) == 1
    assert "503" in found.fault.message


def test_a_service_that_nobody_has_named() -> None:
    """It is said what there is."""
    with pytest.raises(NotFound, match='no model service "elsewhere"'):
        try_out(settings_of(Service(base_url="http://127.0.0.1:1/v1")), "elsewhere")
