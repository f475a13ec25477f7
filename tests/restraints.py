"""Run Python with less than this process may do or has."""

from __future__ import annotations

import os
import subprocess
import sys


def as_ordinary() -> list[str]:
    """Give the command that runs a command for which file permissions count.

    Also when the tests are run by root.
    """
    if os.geteuid() != 0:
        return []
    # Root, but without the two capabilities that open every file.
    lost = "-dac_override,-dac_read_search"
    return ["setpriv", "--bounding-set", lost, "--inh-caps", lost]


def python(
    code: str,
    *arguments: object,
    ordinary: bool = False,
    largest_file: int | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own.

    Parameters
    ----------
    ordinary
        File permissions count for it, even when the tests are run by root.
    largest_file
        No file may grow beyond this many bytes, as on a disk that is full.
    """
    if largest_file is not None:
        limit = f"resource.RLIMIT_FSIZE, ({largest_file}, {largest_file})"
        code = f"import resource\nresource.setrlimit({limit})\n{code}"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    if ordinary:
        command = [*as_ordinary(), *command]
    return subprocess.run(command, capture_output=True, text=True, check=False)
