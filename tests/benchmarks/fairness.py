"""How long three papers take behind two hundred, compared to alone.

Run ``python tests/benchmarks/fairness.py``. The goal is at most twice as long.
"""

from __future__ import annotations

import argparse
from statistics import median

from stage import add_many, doing, environment, stage

import curation_kit as ck


def seconds(job: ck.Job) -> float:
    """Time from the request to the job's last event."""
    row = job.wait().row
    assert row.ended is not None
    return row.ended - row.created


def ratio(n_jobs: int, duration: float, repeats: int) -> float:
    """Measure, in a workspace whose runner is warm; give the median ratio."""
    from batches import until

    with stage() as workspace:
        papers = add_many(workspace, 200)
        flow = ck.Flow(
            name="Slow",
            steps=[
                ck.Step(agent="fake_input", options={"seconds": duration}),
                ck.Step(agent="fake_extractor"),
                ck.Step(agent="csv"),
            ],
        )

        def submit(count: int) -> ck.Job:
            return workspace.submit(
                flow, papers[:count], n_jobs=n_jobs, use_cache=False
            )

        submit(2 * n_jobs).wait()
        alone = [seconds(submit(3)) for _ in range(repeats)]
        long, behind, ratios = submit(200), [], []
        until(lambda: long.progress.completed >= 2 * n_jobs)
        for solo in alone:
            behind.append(seconds(submit(3)))
            ratios.append(behind[-1] / solo)
        assert long.status == "processing", "the long job was over too early"
        long.cancel()
        until(lambda: long.settled)
    print(
        f"n_jobs={n_jobs}, papers of {duration:g} s: alone {median(alone):.2f} s, "
        f"behind 200 {median(behind):.2f} s (most {max(behind):.2f} s), "
        f"ratio {median(behind) / median(alone):.2f} (most {max(ratios):.2f})",
        flush=True,
    )
    return median(behind) / median(alone)


def main() -> None:
    """Measure with two and with four slots."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--repeats", type=int, default=7)
    given = parser.parse_args()
    print(environment(), flush=True)
    for n_jobs in (2, 4):
        doing(f"{n_jobs} slots")
        ratio(n_jobs, given.seconds, given.repeats)


if __name__ == "__main__":
    main()
