"""What a cluster runs: it holds one of its slots for a pilot.

Dask's workers may have no children of `multiprocessing`, and a paper that crashes
or hangs may not take the cluster's worker along: the pilot is a program of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace

__all__ = ["Order", "hold"]

#: Characters of a program's last words that are passed on.
_LAST_WORDS = 1500


@dataclass(frozen=True, slots=True)
class Order:
    """What a pilot must know.

    Attributes
    ----------
    host, port
        Where the runner is reached.
    key
        That both sides must have, in hex.
    number
        Of the order: who has it again is the pilot's successor, on another worker.
    worker
        What the cluster calls the worker that holds it; "" when nobody has said.
    """

    host: str
    port: int
    key: str = field(repr=False)  # a cluster logs what could not be run
    number: int
    worker: str = ""


def hold(order: Order) -> str:
    """Run a pilot until it ends; give its last words if it ended in error.

    It ends when the runner has no more work or is gone, and when this process
    is gone: that closes its input.
    """
    with (
        tempfile.TemporaryFile() as words,
        subprocess.Popen(
            # -P: a file in the worker's folder shall not pass for a module.
            [sys.executable, "-P", "-m", "curation_kit.runner.cluster.pilot"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=words,
            bufsize=0,  # what a program that cannot begin leaves is not sent again
            start_new_session=True,
        ) as pilot,
    ):
        assert pilot.stdin is not None  # noqa: S101 - asked for
        try:
            order = replace(order, worker=_worker())
            # Not by its arguments or environment: others can read those.
            pilot.stdin.write(json.dumps(asdict(order)).encode() + b"\n")
            status = pilot.wait()
        except BrokenPipeError:  # it could not even begin
            status = pilot.wait()
        except BaseException:
            pilot.kill()
            raise
        words.seek(0)
        last = words.read().decode(errors="replace")[-_LAST_WORDS:].strip()
    return "" if status == 0 else last or f"it ended with exit status {status}"


def _worker() -> str:
    """What the cluster calls the worker in which this runs."""
    if dask := sys.modules.get("distributed"):
        with suppress(ValueError):  # it was imported, but this is none of its tasks
            return f"Dask worker {dask.get_worker().name}"
    if ray := sys.modules.get("ray"):
        return f"Ray worker {ray.get_runtime_context().get_worker_id()[:8]}"
    return ""
