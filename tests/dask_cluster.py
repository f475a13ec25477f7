"""A Dask cluster on loopback, of programs as people start them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from batches import until

#: Workers and pilots on one machine: half of them are sent the documents.
SHIPPED = {"CURATION_KIT_SHIP": "1"}


class DaskPrograms:
    """A scheduler and two workers of one thread, each with its nanny."""

    def __init__(
        self,
        address: str,
        scheduler: psutil.Process,
        nannies: list[psutil.Process],
    ) -> None:
        self.address = address
        self.scheduler = scheduler
        self.nannies = nannies

    def workers(self) -> list[psutil.Process]:
        """The processes in which tasks run."""
        found = []
        for nanny in self.nannies:
            for child in nanny.children():
                with suppress(psutil.Error):
                    if "spawn_main" in " ".join(child.cmdline()):
                        found.append(child)
        return found

    def pilots(self) -> list[psutil.Process]:
        """The programs that workers have started for us."""
        found = []
        for worker in self.workers():
            with suppress(psutil.Error):
                found += [
                    child
                    for child in worker.children()
                    if "curation_kit.runner.cluster.pilot" in child.cmdline()
                ]
        return found


@contextmanager
def dask_programs(folder: Path, environment: dict[str, str]) -> Iterator[DaskPrograms]:
    """Start a cluster, and end it."""
    found, log = folder / "scheduler.json", folder / "dask.log"
    dask = [sys.executable, "-m", "dask"]
    quiet = ["--no-dashboard"]
    with log.open("ab") as output:

        def start(*arguments: str, **more: str) -> psutil.Popen:
            return psutil.Popen(
                [*dask, *arguments, *quiet],
                env={**environment, **more},
                cwd=folder,  # not the checkout
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

        place = ["--host", "127.0.0.1", "--port", "0"]
        programs = [start("scheduler", *place, "--scheduler-file", str(found))]
        try:
            options = ["--scheduler-file", str(found), "--nthreads", "1"]
            options += ["--host", "127.0.0.1", "--local-directory", str(folder)]
            until(lambda: found.exists() or programs[0].poll() is not None)
            assert found.exists(), log.read_text()
            programs += [start("worker", *options, **more) for more in ({}, SHIPPED)]
            made = DaskPrograms(
                json.loads(found.read_text())["address"],
                psutil.Process(programs[0].pid),
                [psutil.Process(program.pid) for program in programs[1:]],
            )
            until(lambda: len(made.workers()) == 2)
            yield made
        finally:
            for program in reversed(programs):
                with suppress(psutil.Error):
                    children = program.children(recursive=True)
                    program.terminate()
                    with suppress(psutil.TimeoutExpired):
                        program.wait(10)
                    for one in (program, *children):
                        with suppress(psutil.Error):
                            one.kill()


def environment_for(plug_ins: Path) -> dict[str, str]:
    """Give an environment in which the fake agents are found, without any keys."""
    tests = Path(__file__).parent
    earlier = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    paths = os.pathsep.join([str(plug_ins), str(tests), *earlier])
    keep = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")
    known = {name: os.environ[name] for name in keep if name in os.environ}
    return {**known, "PYTHONPATH": paths}
