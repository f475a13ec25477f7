"""What the benchmarks beside the tests have in common."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parent / "benchmarks"


def test_progress_goes_to_standard_error_and_the_table_alone_to_standard_output() -> (
    None
):
    """One line every while, of what is measured at that moment."""
    code = (
        f"import sys; sys.path.insert(0, {str(BENCHMARKS)!r});"
        "import stage; stage.EVERY = 0.01;"
        "print(stage.environment(), flush=True);"
        "stage.doing('round 2 of 3: by hand');"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as benchmark:
        assert benchmark.stderr is not None
        told = next(line for line in benchmark.stderr if "by hand" in line)
        benchmark.kill()
        out, _ = benchmark.communicate()

    assert told.endswith("s] round 2 of 3: by hand …\n")
    assert out.startswith("curation_kit ")
    assert out.count("\n") == 1
