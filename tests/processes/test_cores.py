from __future__ import annotations

import subprocess
import sys


def test_cores_are_those_that_one_may_use() -> None:
    """As joblib counts them, which is the default of `n_jobs`."""
    program = (
        "from curation_kit.processes import cores; import joblib;"
        "print(cores(), joblib.cpu_count())"
    )
    told = subprocess.run(
        [sys.executable, "-c", program],
        env={"LOKY_MAX_CPU_COUNT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["1", "1"]
