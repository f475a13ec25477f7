"""The command with all its parts, and what becomes of errors and of the output."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from pathlib import Path

from curation_kit.cli import (  # noqa: F401 - they register
    cache,
    demo,
    doctor,
    dropped,
    jobs,
    library,
    results,
    reviews,
    run,
    scoring,
    services,
    steering,
)
from curation_kit.cli.app import app
from curation_kit.cli.output import error
from curation_kit.errors import CurationKitError, FlowError

__all__ = ["run_program"]


def run_program() -> None:
    """Run the command; show errors as sentences, not as tracebacks."""
    _prepare_output()
    try:
        try:
            app(prog_name="curation-kit")
        finally:
            sys.stdout.flush()
    except FlowError as problems:
        for problem in problems.problems:
            error(problem)
        sys.exit(2)
    except CurationKitError as problem:
        error(str(problem))
        sys.exit(2)
    except SystemExit as end:  # so typer and rich leave when nobody reads on
        if isinstance(end.__context__, BrokenPipeError):
            sys.exit(0)
        raise
    except OSError as problem:
        if problem.filename is not None:  # it is not about the output
            raise
        # What is left in the buffer would be tried again at the end, and told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(problem, BrokenPipeError):
            sys.exit(0)
        error(f"The output cannot be written ({problem.strerror}): send it elsewhere.")
        sys.exit(2)


def _prepare_output() -> None:
    """See to it that whatever is told can be."""
    if sys.stdout is None:  # it was closed: what would be told goes nowhere
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the end
    # A path may hold bytes that are no text: they are shown, not a traceback.
    if isinstance(sys.stdout, TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")
