"""A chat service on loopback and somebody who asks it."""

from __future__ import annotations

from collections.abc import Iterator

import keyring
import pytest
from asker import Asker
from call_notes import CallNotes
from chat_server import ChatServer
from drawer import Drawer

from curation_kit.llm.keys import forget_keys


@pytest.fixture
def server() -> Iterator[ChatServer]:
    """A service that knows the answer."""
    with ChatServer('{"gene": "daf-2", "stages": []}') as server:
        yield server


@pytest.fixture
def calls() -> CallNotes:
    """Where calls are admitted and settled."""
    return CallNotes()


@pytest.fixture
def asker(server, calls) -> Asker:
    """Asks the service."""
    return Asker(server.service(), calls)


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    """The keyring, whatever the system has: nothing is in it."""
    drawer, earlier = Drawer(), keyring.get_keyring()
    keyring.set_keyring(drawer)
    forget_keys()
    yield drawer
    keyring.set_keyring(earlier)
    forget_keys()
