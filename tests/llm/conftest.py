"""A chat service on loopback and somebody who asks it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from asker import Asker
from call_notes import CallNotes
from chat_server import ChatServer

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
def empty_keyring() -> Iterator[None]:
    """A keyring without keys, whatever the machine has."""
    import keyring
    from keyring.backends.fail import Keyring

    class Empty(Keyring):
        """Has no passwords."""

        def get_password(self, service: str, username: str) -> None:
            """Give none."""

    earlier = keyring.get_keyring()
    keyring.set_keyring(Empty())
    forget_keys()
    yield
    keyring.set_keyring(earlier)
    forget_keys()
