"""Run Python with less than this process may do or has."""

from __future__ import annotations

import os
import subprocess
import sys


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
    if ordinary and os.geteuid() == 0:
        # Root, but without the two capabilities that open every file.
        lost = "-dac_override,-dac_read_search"
        command = ["setpriv", "--bounding-set", lost, "--inh-caps", lost, *command]
    return subprocess.run(command, capture_output=True, text=True, check=False)
