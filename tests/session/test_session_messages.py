from __future__ import annotations

import errno
import os

from curation_kit.session.messages import Messages


def test_unexpected_errors_are_told() -> None:
    """What nobody foresaw is shown too, and the page is not left busy."""
    messages = Messages()
    with messages.reporting("Working…"):
        assert messages.busy == "Working…"
        raise ZeroDivisionError("by nought")
    assert "ZeroDivisionError: by nought" in messages.error
    assert messages.busy == ""


def test_a_full_disk_is_told_in_plain_words() -> None:
    """What the system says, where, and what to do."""
    messages = Messages()
    with messages.reporting():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "flow.yaml")
    assert messages.error == (
        "flow.yaml: No space left on device. Check that the disk is there, writable "
        "and not full, then try again."
    )


def test_what_is_told_stays_unless_something_goes_wrong() -> None:
    """What the page does by itself clears nothing, and its error is told."""
    messages = Messages(notice="Saved.", busy="Working…")
    with messages.adding_errors():
        pass
    assert (messages.error, messages.notice) == ("", "Saved.")
    with messages.adding_errors():
        raise ZeroDivisionError("by nought")
    assert "ZeroDivisionError: by nought" in messages.error
    assert (messages.notice, messages.busy) == ("Saved.", "Working…")
