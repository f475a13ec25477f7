"""The command with all its parts, and what becomes of errors and of the output."""

from __future__ import annotations

import sys

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
from curation_kit.cli.streams import output_failure, prepare_output
from curation_kit.errors import CurationKitError, FlowError

__all__ = ["run_program"]


def run_program() -> None:
    """Run the command; show errors as sentences, not as tracebacks."""
    prepare_output()
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
    except SystemExit as end:
        # Typer takes any broken pipe for that of a reader who has seen enough, and
        # leaves without a word: it is one between processes of the program.
        if isinstance(end.__context__, BrokenPipeError):
            raise end.__context__ from None
        failure = output_failure()
        if failure is None or isinstance(failure, BrokenPipeError):
            raise
        error(f"The output cannot be written ({failure.strerror}): send it elsewhere.")
        sys.exit(2)
