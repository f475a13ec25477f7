"""What the benchmarks beside the tests have in common."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

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


#: Benchmarks that are run as small as they can be, those that take no more than a
#: second or two; what all of them import and call is checked by mypy.
SMALL = (
    "aligning.py",
    "event_stream.py --log 20",
    "job_refresh.py --documents 300 --looks 2",
    "overhead.py --papers 10",
)


@pytest.mark.parametrize("command", SMALL)
def test_a_benchmark_still_runs(command: str) -> None:
    """Nothing else runs it from day to day."""
    script, *options = command.split()
    run = [sys.executable, BENCHMARKS / script, *options]

    done = subprocess.run(run, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "curation_kit" in done.stdout


def test_a_worker_is_measured_as_it_runs_in_a_job() -> None:
    """What the benchmark says in the place of the runner is what a worker asks."""
    code = (
        f"import sys; sys.path.insert(0, {str(BENCHMARKS)!r});"
        "import cold_start, batches;"
        "cold_start.sizes(batches.chain('pdf', 'csv'), 1)"
    )
    run = [sys.executable, "-c", code]

    done = subprocess.run(run, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("| F | ")
