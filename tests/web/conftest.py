"""A chat service on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from chat_server import ChatServer


@pytest.fixture
def server() -> Iterator[ChatServer]:
    """A chat service; its `asked` tells what arrived."""
    with ChatServer() as server:
        yield server
