from __future__ import annotations

import socket

import pytest

from curation_kit.runner.cluster.connection import RayCluster


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_a_ray_cluster_that_is_not_there_is_missed_at_once(scheme: str) -> None:
    """Ray itself tries for minutes, in which a job cannot be interrupted."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(ConnectionRefusedError):
        RayCluster(f"{scheme}127.0.0.1:{port}")
