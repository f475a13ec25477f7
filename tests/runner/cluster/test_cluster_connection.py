from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from curation_kit.errors import JobError
from curation_kit.runner.cluster import connection
from curation_kit.runner.cluster.connection import RayCluster, connect


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_a_ray_cluster_that_is_not_there_is_missed_at_once(scheme: str) -> None:
    """Ray itself tries for minutes, in which a job cannot be interrupted."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(ConnectionRefusedError):
        RayCluster(f"{scheme}127.0.0.1:{port}")


@pytest.fixture
def silent() -> Iterator[str]:
    """Give the address of somebody who takes calls and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        yield f"127.0.0.1:{door.getsockname()[1]}"


def test_who_does_not_speak_as_dask_is_no_cluster(
    silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dask itself waits for ever: for another program, or a tunnel to nowhere."""
    monkeypatch.setattr(connection, "ANSWERING", 0.5)

    with pytest.raises(JobError, match=r"at tcp://127.* does not answer as Dask"):
        connect(f"dask tcp://{silent}")


def test_a_scheduler_that_lets_us_in_too_late_is_left(
    silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would know us as a client as long as the runner lives."""
    may_come, left = threading.Event(), threading.Event()

    class Late:
        def __init__(self, *_: object, **__: object) -> None:
            may_come.wait()

        def close(self) -> None:
            left.set()

    monkeypatch.setattr("distributed.Client", Late)
    monkeypatch.setattr(connection, "ANSWERING", 0.0)
    with pytest.raises(JobError, match="cannot be reached"):
        connect(f"dask tcp://{silent}")

    may_come.set()
    assert left.wait(60)


@pytest.mark.parametrize("scheme", ["tls", "wss"])
def test_a_certificate_that_is_missing_is_told(silent: str, scheme: str) -> None:
    """With the name of what is to be configured."""
    with pytest.raises(JobError, match=r"needs a certificate.*distributed\.comm\.tls"):
        connect(f"dask {scheme}://{silent}")
