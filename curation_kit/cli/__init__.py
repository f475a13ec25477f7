"""The ``curation-kit`` command.

Exit status: 0 all documents completed, 1 some or all failed, 2 wrong use,
3 the job was cancelled, 4 it is paused (the reason is told), 130 interrupted with
Ctrl-C or SIGTERM (the job is paused).
"""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from pathlib import Path

from curation_kit.cli.app import app
from curation_kit.cli.output import error
from curation_kit.errors import CurationKitError, FlowError

__all__ = ["app", "main"]


def main() -> None:
    """Run the command; show errors as sentences, not as tracebacks."""
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

    if sys.stdout is None:  # it was closed: what would be told goes nowhere
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the end
    # A path may hold bytes that are no text: they are shown, not a traceback.
    if isinstance(sys.stdout, TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")
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
    except BrokenPipeError:  # as in `app`, of what was in the buffer
        sys.stderr.close()
        sys.exit(0)
    except OSError as problem:
        if problem.filename is not None:  # it is not about the output
            raise
        # What is left in the buffer would be tried again at the end, and told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        error(f"The output cannot be written ({problem.strerror}): send it elsewhere.")
        sys.exit(2)
