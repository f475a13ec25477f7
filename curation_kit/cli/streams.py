"""Standard output and error of the command, which nobody may read to the end."""

from __future__ import annotations

import os
import sys
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import Any

__all__ = ["output_failure", "prepare_output"]


class _Stream(FileIO):
    """One of them: what it cannot write goes nowhere, and `failure` tells why.

    An exception would break off a run in the midst of what it has to do, and hide
    how it ended.
    """

    failure: OSError | None = None

    def write(self, data: Any, /) -> int:
        if self.failure is None:
            try:
                return super().write(data)
            except OSError as problem:
                self.failure = problem
        return len(data)


def prepare_output() -> None:
    """See to it that whatever is told can be; streams of others are let alone."""
    _open_closed()
    if sys.stdout is sys.__stdout__:
        sys.stdout = _checked(sys.stdout)
    if sys.stderr is not None and sys.stderr is sys.__stderr__:
        sys.stderr = _checked(sys.stderr)
    # A path may hold bytes that are no text: they are shown, not a traceback.
    if isinstance(sys.stdout, TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")


def output_failure() -> OSError | None:
    """Why standard output is not written: nobody reads on, or its disk is full."""
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return raw.failure if isinstance(raw, _Stream) else None


def _open_closed() -> None:
    """Let what was closed lead nowhere: libraries write to it, and flush it.

    Else a file that is opened later would get its number, and what is told.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:  # noqa: PLR2004 - stderr
        os.set_inheritable(number, True)
    os.close(number)
    for number, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "w", encoding="utf-8", closefd=False))  # noqa: SIM115 - until the end


def _checked(stream: Any) -> TextIOWrapper:
    return TextIOWrapper(
        BufferedWriter(_Stream(stream.fileno(), "w", closefd=False)),
        stream.encoding,
        stream.errors,
        line_buffering=stream.line_buffering or stream.write_through,
    )
