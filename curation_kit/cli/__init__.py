"""The ``curation-kit`` command.

Exit status: 0 all documents completed, 1 some or all failed or were left out, 2 wrong
use, 3 the job was cancelled, 4 it is paused (the reason is told), 130 interrupted with
Ctrl-C or SIGTERM (the job is paused).
"""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command; interrupted while its parts are loaded, it ends quietly."""
    try:
        from curation_kit.cli.program import run_program

        run_program()
    except KeyboardInterrupt:
        sys.exit(130)
