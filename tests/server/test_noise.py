from __future__ import annotations

import logging

import pytest
from tornado.websocket import WebSocketClosedError

from curation_kit.server._noise import ClosedTab, Expected


def record(text: str, level: int = logging.WARNING) -> logging.LogRecord:
    """A message as a log has it."""
    return logging.LogRecord("ServerApp", level, "a.py", 1, text, None, None)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Notebook batch_processing.ipynb is not trusted", False),
        ("Culling 'idle' kernel 'python3' (1f) with 0 connections", False),
        ("Kernel does not exist: 1f", False),
        ("wrote error: 'Kernel does not exist: 1f'", False),
        ("The port 8888 is already in use", True),
        ("The kernel died: Kernel does not exist", True),
    ],
)
def test_only_what_is_as_it_should_be_is_kept_back(text: str, *, shown: bool) -> None:
    """Known by its first words; an error is shown whatever it says."""
    assert Expected().filter(record(text)) is shown
    assert Expected().filter(record(text, logging.ERROR))


def test_a_message_for_a_closed_tab_is_no_news() -> None:
    """Any other failure of a callback is."""
    for error, shown in ((WebSocketClosedError(), False), (KeyError("x"), True)):
        failed = record("Exception in callback", logging.ERROR)
        failed.exc_info = (type(error), error, None)
        assert ClosedTab().filter(failed) is shown
    assert ClosedTab().filter(record("Exception in callback", logging.ERROR))
