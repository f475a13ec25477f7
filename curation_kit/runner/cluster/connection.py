"""Dask and Ray: where they are, how wide they are, and how they are given work."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from curation_kit.errors import JobError
from curation_kit.runner.cluster.holding import Order, hold

if TYPE_CHECKING:
    from curation_kit.runner.cluster.dask_backend import PilotBackend

__all__ = ["CLUSTERS", "Cluster", "check_installed", "connect"]

#: Seconds in which a scheduler must let us in.
CONNECTING = 15

#: Seconds in which it must answer: other work may keep it busy, or it has frozen.
ANSWERING = 30

#: The package of each backend.
_PACKAGES = {"dask": "distributed", "ray": "ray"}


class Cluster(Protocol):
    """A cluster that holds slots for pilots.

    Attributes
    ----------
    host
        Address of this machine as the cluster sees it.
    """

    host: str

    def width(self) -> int:
        """Documents that its workers could process at the same time."""

    def taken(self) -> int:
        """Documents whose places are taken by the work of others."""

    def hold(self, orders: Iterable[Order]) -> list[str]:
        """Run pilots until all have ended; give their last words.

        Raises
        ------
        Exception
            If the cluster has lost one, or cannot run one.
        """

    def close(self) -> None:
        """Ask for nothing more."""


def check_installed(backend: str) -> None:
    """See whether the package of a backend is there.

    Raises
    ------
    JobError
        If it is not: what to install.
    """
    package = _PACKAGES.get(backend)
    if package is not None and find_spec(package) is None:
        raise JobError(
            f"The backend {backend} needs the package {package}: "
            f"pip install 'curation-kit[{backend}]' (from a clone: "
            f"pip install '.[{backend}]')."
        )


def connect(lane: str) -> Cluster:
    """Connect to the cluster of a lane (`JobOptions.lane`).

    Raises
    ------
    JobError
        If it cannot be reached, or its package is missing.
    """
    backend, _, address = lane.partition(" ")
    check_installed(backend)
    try:
        return CLUSTERS[backend](address)
    except Exception as error:
        what = f"{type(error).__name__}: {error}".rstrip(": ")
        raise JobError(
            f"The {backend} cluster at {address} cannot be reached ({what:.500})"
        ) from error


class DaskCluster:
    """A Dask cluster, used through our backend of joblib."""

    def __init__(self, address: str) -> None:
        import distributed

        logging.getLogger("distributed.client").addFilter(_is_news)
        self.host = _own_address(address)  # Dask would try again for a while
        _check_certificate(address)
        connect: Any = distributed.Client  # its methods have no types
        self._client = _in_time(
            lambda: connect(
                address, timeout=CONNECTING, set_as_default=False, name="curation-kit"
            )
        )
        self._backends: set[PilotBackend] = set()

    def width(self) -> int:
        """Number of threads of the workers."""
        return sum(self._threads().values())

    def taken(self) -> int:
        """Number of threads for which there is other work than our pilots."""
        tasks = self._ask(self._client.scheduler.processing)
        ours = set().union(*(one.unended() for one in list(self._backends)))
        return sum(
            min(width, len({*tasks.get(worker, ())} - ours))
            for worker, width in self._threads().items()
        )

    def _threads(self) -> dict[str, int]:
        """Give the number of threads of each worker."""
        threads: dict[str, int] = self._ask(self._client.scheduler.ncores)
        return threads

    def _ask(self, question: Callable[..., Any]) -> Any:
        """Ask the scheduler, but wait no longer than `ANSWERING`."""
        return self._client.sync(question, workers=None, callback_timeout=ANSWERING)

    def hold(self, orders: Iterable[Order]) -> list[str]:
        """Run pilots, one in a thread of a worker each."""
        from curation_kit.runner.cluster.dask_backend import PilotBackend

        backend = PilotBackend(client=self._client)
        self._backends.add(backend)
        try:
            return _hold(orders, backend=backend)
        finally:
            self._backends.discard(backend)

    def close(self) -> None:
        """Withdraw pilots that wait in the scheduler's queue, and disconnect."""
        for backend in list(self._backends):
            backend.abandon()
        self._client.close(timeout=CONNECTING)


class RayCluster:
    """A Ray cluster, used through Ray's backend for joblib."""

    def __init__(self, address: str) -> None:
        if address != "auto":
            _own_address(address)  # Ray would try for minutes, and hear no Ctrl-C

        # Who takes a call and says nothing it would call twenty times, 40 s each.
        os.environ.setdefault("RAY_NUM_REDIS_GET_RETRIES", "1")
        import ray
        from ray.util.joblib import register_ray

        ray.init(address=address, logging_level="warning", log_to_driver=False)
        register_ray()
        self._ray = ray
        self.host = ray.util.get_node_ip_address()

    def width(self) -> int:
        """Number of CPUs of the nodes."""
        return int(self._ray.cluster_resources().get("CPU", 0))

    def taken(self) -> int:
        """Number of CPUs that are taken, if none is free: Ray does not say by whom."""
        return 0 if self._ray.available_resources().get("CPU", 0) else self.width()

    def hold(self, orders: Iterable[Order]) -> list[str]:
        """Run pilots, one in an actor each."""
        orders = list(orders)
        # Two actors fit one CPU where `_hold` wants two for a single pilot.
        share = {"num_cpus": 1 if len(orders) > 1 else 0.5}
        return _hold(orders, backend="ray", ray_remote_args=share)

    def close(self) -> None:
        """Disconnect; that ends the actors."""
        self._ray.shutdown()


CLUSTERS: dict[str, Callable[[str], Cluster]] = {"dask": DaskCluster, "ray": RayCluster}


def _hold(orders: Iterable[Order], **options: Any) -> list[str]:
    from joblib import Parallel, delayed, parallel_config

    orders = list(orders)
    with parallel_config(**options):
        # With a single job joblib would run it here.
        run = Parallel(n_jobs=max(len(orders), 2), batch_size=1, pre_dispatch="all")
        words: list[str] = run(delayed(hold)(order) for order in orders)
    return words


def _check_certificate(address: str) -> None:
    """Refuse what Dask would try, and then not tidy up."""
    from distributed.security import Security

    make: Any = Security  # its methods have no types
    scheme = address.partition(":")[0]
    known = make().get_connection_args("client")
    if scheme in {"tls", "wss"} and not known.get("ssl_context"):
        raise ValueError(
            f"{scheme}:// needs a certificate: name it in Dask's configuration on this "
            "machine, distributed.comm.tls"
        )


def _in_time(connect: Callable[[], Any]) -> Any:
    """Connect, or raise: Dask waits for ever for who takes a call and says nothing.

    A client that comes too late is closed.
    """
    future: Future[Any] = Future()

    def run() -> None:
        try:
            future.set_result(connect())
        except Exception as error:  # noqa: BLE001 - raised by the caller
            future.set_exception(error)

    # Not by a pool: at its end Python would wait for it.
    threading.Thread(target=run, daemon=True).start()
    try:
        return future.result(ANSWERING)
    except TimeoutError as error:
        future.add_done_callback(
            lambda late: None if late.exception() else late.result().close()
        )
        raise TimeoutError(
            "who listens there does not answer as Dask does: another program, or a "
            "scheduler that is frozen"
        ) from error


def _is_news(record: logging.LogRecord) -> bool:
    """Whether Dask tells more than a lost scheduler, which we tell in our own words."""
    return not str(record.msg).startswith("Failed to reconnect to scheduler")


def _own_address(scheduler: str) -> str:
    """Address of the interface by which a scheduler is reached."""
    host, _, port = scheduler.rpartition("//")[2].rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port)), CONNECTING) as link:
        return str(link.getsockname()[0])
