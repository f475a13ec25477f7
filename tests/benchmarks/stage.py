"""A workspace with fake agents and many papers, for the benchmarks beside this."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from signal import SIGTERM
from typing import TYPE_CHECKING

import psutil

TESTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS))

if TYPE_CHECKING:
    import curation_kit as ck
    from curation_kit.documents.document import Document


#: Seconds between two lines of progress.
EVERY = 10.0

_began = time.monotonic()
_doing = Path(sys.argv[0]).name
_teller: threading.Thread | None = None


def doing(what: str) -> None:
    """Say what is measured now.

    A benchmark that takes long tells it on standard error, every `EVERY` seconds and
    in one line where that is a terminal: standard output is the table.
    """
    global _doing, _teller  # noqa: PLW0603 - one program, one line
    _doing = what
    if _teller is None:
        _teller = threading.Thread(target=_tell, daemon=True)
        _teller.start()


def _tell() -> None:
    # What is printed next takes the line's place.
    line = "\x1b[2K{}\r" if sys.stderr.isatty() else "{}\n"
    while True:
        time.sleep(EVERY)
        told = f"[{time.monotonic() - _began:4.0f} s] {_doing} …"
        sys.stderr.write(line.format(told))
        sys.stderr.flush()


def environment() -> str:
    """Where this runs, in one line; from now on progress is told."""
    import curation_kit as ck

    doing(_doing)
    load = os.getloadavg()[0]
    return (
        f"curation_kit {ck.__version__}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {platform.system()} {platform.release()}, "
        f"{os.cpu_count()} cores, "
        f"{psutil.virtual_memory().total / 1e9:.0f} GB, load before {load:.1f}"
    )


def file_cost(folder: Path, count: int = 100) -> float:
    """Give the milliseconds of CPU that one more file takes in a folder.

    On ext4 some 0.02, but up to 0.7 for five minutes after many files were deleted
    near there: it looks for a free inode that was not deleted recently
    (``recently_deleted`` in its ``ialloc.c``). Who writes a file for each paper pays
    that, a loop by hand as well as the runner.
    """
    paths = [folder / f".cost-{number}" for number in range(count)]
    began = time.process_time()
    for path in paths:
        path.touch()
    spent = time.process_time() - began
    for path in paths:
        path.unlink()
    return spent / count * 1000


@contextmanager
def stage() -> Iterator[ck.Workspace]:
    """Give a new workspace whose runner finds the fake agents."""
    from batches import runners, until
    from plug_ins import install_fakes

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        plug_ins = Path(name) / "plugins"
        install_fakes(plug_ins)
        earlier = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        os.environ["PYTHONPATH"] = os.pathsep.join(
            [str(plug_ins), str(TESTS), *filter(None, earlier)]
        )
        sys.path.insert(0, str(plug_ins))
        import curation_kit as ck

        workspace = ck.Workspace(Path(name) / "ws")
        try:
            yield workspace
        finally:
            for pid in runners(workspace):
                with suppress(ProcessLookupError):
                    os.kill(pid, SIGTERM)
            until(lambda: not runners(workspace))
            workspace.close()
            sys.path.remove(str(plug_ins))


def add_many(workspace: ck.Workspace, count: int, words: int = 0) -> list[Document]:
    """Put papers with so many further words into a workspace, without a preflight."""
    from curation_kit.documents.report import Preflight

    database, report = workspace._database, Preflight(size=1).model_dump_json()
    ids = []
    for number in range(count):
        more = "".join(f" {number}-{word}" for word in range(words))
        content = f"ok {number}{more}".encode()
        ids.append(sha256(content).hexdigest())
        workspace.documents._file(ids[-1]).write_bytes(content)
    with database.transaction():
        database.executemany(
            "INSERT INTO documents (id, name, added, preflight) VALUES (?, ?, ?, ?)",
            [(id_, f"{n:05}.pdf", float(n), report) for n, id_ in enumerate(ids)],
        )
    return workspace.documents.list()
