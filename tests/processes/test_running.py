from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest
from batches import until

from curation_kit.processes import is_running


def test_a_process_that_has_ended_does_not_run() -> None:
    """Though nobody has waited for it, and its id is still taken."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    until(lambda: psutil.Process(ended.pid).status() == psutil.STATUS_ZOMBIE)

    assert is_running(os.getpid())
    assert not is_running(ended.pid)
    ended.wait()
    assert not is_running(ended.pid)


@pytest.mark.parametrize("pid", [-1, 2**31])
def test_what_is_no_id_of_a_process_does_not_run(pid: int) -> None:
    """It may come from the name of a file."""
    assert not is_running(pid)
