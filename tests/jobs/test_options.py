"""Options of jobs: what is refused, and with which words."""

from __future__ import annotations

import json

import pytest

from curation_kit.errors import JobError
from curation_kit.jobs import LOCAL, JobOptions


@pytest.mark.parametrize(
    ("given", "lane"),
    [
        ({}, LOCAL),
        ({"backend": "sequential"}, LOCAL),
        (
            {"backend": "dask", "address": "tcp://10.0.0.5:8786"},
            "dask tcp://10.0.0.5:8786",
        ),
        (
            {"backend": "dask", "address": "tls://[fe80::1]:8786"},
            "dask tls://[fe80::1]:8786",
        ),
        ({"backend": "ray"}, "ray auto"),
        ({"backend": "ray", "address": "head:6379"}, "ray head:6379"),
    ],
)
def test_jobs_of_one_cluster_share_a_lane(given: dict[str, str], lane: str) -> None:
    """It is stored with the job, and read back the same."""
    options = JobOptions.of(given)
    assert options.lane == lane
    assert JobOptions.model_validate_json(options.model_dump_json()) == options


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"backend": "dask"}, "^The backend dask needs.*such as tcp://10.0.0.5:8786"),
        ({"backend": "dask", "address": "10.0.0.5:8786"}, "such as tcp://"),
        ({"backend": "dask", "address": "tcp://10.0.0.5"}, "such as tcp://"),
        ({"backend": "ray", "address": "tcp://a:1"}, "of its head node"),
        ({"address": "tcp://10.0.0.5:8786"}, "only the backends dask and ray"),
        ({"backend": "slurm"}, "backend='slurm'.*'dask'"),
    ],
)
def test_an_address_fits_its_backend(given: dict[str, str], told: str) -> None:
    """What is wrong is said before anything starts."""
    with pytest.raises(JobError, match=told):
        JobOptions.of(given)


@pytest.mark.parametrize("name", ["time_limit", "memory_limit", "budget"])
@pytest.mark.parametrize("number", [float("inf"), float("nan")])
def test_no_limit_is_infinite(name: str, number: float) -> None:
    """JSON has no such number: the job could not be read again."""
    with pytest.raises(JobError, match=f"{name}=.*finite number"):
        JobOptions.of({name: number})


@pytest.mark.parametrize("name", ["n_jobs", "io_jobs", "memory_limit", "time_limit"])
def test_a_job_may_be_older_than_the_upper_limits(name: str) -> None:
    """It has the limit then: nobody could read it, nor any list of jobs, otherwise."""
    stored = json.dumps({**JobOptions().model_dump(mode="json"), name: 10**9})

    options = JobOptions.stored(stored)

    assert 0 < getattr(options, name) < 10**9
    assert JobOptions.of(options.model_dump()) == options


@pytest.mark.parametrize("name", ["n_jobs", "io_jobs", "memory_limit", "time_limit"])
def test_what_no_system_can_do_is_refused(name: str) -> None:
    """Before it is tried."""
    with pytest.raises(JobError, match=f"{name}=.*less than or equal to"):
        JobOptions.of({name: 10**9})
