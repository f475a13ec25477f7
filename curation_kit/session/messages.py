"""What the person in front of the page is told: errors, and what went well."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from traitlets import HasTraits, Unicode

from curation_kit.errors import CurationKitError

__all__ = ["Messages", "worded"]

_log = logging.getLogger(__name__)


class Messages(HasTraits):
    """The one place where errors of buttons and threads end.

    Attributes
    ----------
    error, notice : str
        What went wrong last, and what went well; empty when nothing.
    busy : str
        What is being done now; empty when nothing.
    """

    error = Unicode()
    notice = Unicode()
    busy = Unicode()

    @contextmanager
    def reporting(self, busy: str = "") -> Iterator[None]:
        """Put an error of the block into `error` instead of raising it.

        For callers without a caller: a button's click, a message from the
        browser. Marks the session as `busy` meanwhile.
        """
        self.error = self.notice = ""
        self.busy = busy
        try:
            with self.adding_errors():
                yield
        finally:
            self.busy = ""

    @contextmanager
    def adding_errors(self) -> Iterator[None]:
        """Put an error of the block into `error`; without one what is told stays.

        For what the page does by itself, which takes nothing from the person.
        """
        try:
            yield
        except Exception as error:  # noqa: BLE001 - the one place where buttons end
            self.show_error(error)

    def show_error(self, error: Exception) -> None:
        """Show an error to the person in front of the page."""
        self.error = worded(error)

    def withdraw(self, error: str) -> None:
        """Clear an error that holds no longer, unless another was shown since."""
        if self.error == error:
            self.error = ""

    def dismiss(self) -> None:
        """Clear the messages."""
        self.error = self.notice = ""

    def _note(self, notice: str) -> None:
        self.notice = notice


def worded(error: Exception) -> str:
    """Say what went wrong, and what to do."""
    if isinstance(error, CurationKitError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return (
            f"{place}{error.strerror}. Check that the disk is there, writable and "
            "not full, then try again."
        )
    _log.error("unexpected error in the session", exc_info=error)
    return (
        f"Something unexpected went wrong: {type(error).__name__}: {error}. "
        "Try again; if it stays, report it with what you did last."
    )
