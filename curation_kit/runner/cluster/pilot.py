"""A program that processes documents for a runner elsewhere.

It gets its `Order` by its standard input, connects to the runner, and serves it as
a local worker's process does, one document at a time. Each runs in a supervised
child: what it does to its process is told, and costs neither the pilot nor the
cluster's worker. It writes nothing but temporary files, and knows no keys of services.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from curation_kit.processes import Limits, Note, Worker, WorkerDied, pack
from curation_kit.processes.serving import ERROR, NOTES, QUESTION, RESULT, portable
from curation_kit.processes.waiting import Ears
from curation_kit.runner.cluster.holding import Order
from curation_kit.runner.cluster.likeness import identity
from curation_kit.runner.cluster.wire import GONE, Wire
from curation_kit.runner.desk import NotDone
from curation_kit.runner.parcels import PackedTask, pack_call, run_shared, run_shipped

__all__ = ["SHIP", "main"]

#: Environment variable; when it is set the runner sends all documents, also where the
#: workspace's folder can be read, for instance because that is slow.
SHIP = "CURATION_KIT_SHIP"

#: Documents that were sent and are kept: they come back after a step elsewhere.
_KEPT = 16

#: A cluster that clears a machine signals all processes there, child and pilot: then
#: this one ends, too, within so many seconds, and no document is to blame.
_CLEARED, _CLEARING = {-signal.SIGTERM, -signal.SIGKILL}, 1.0

#: How often it is looked, while the runner answers, whether the child has ended.
_LOOK = 0.2


def main() -> int:
    """Serve a runner until it has no more work."""
    order = Order(**json.loads(sys.stdin.buffer.readline()))
    folder = Path(tempfile.mkdtemp(prefix="curation-kit-"))
    worker = Worker()
    end = _End(folder, worker)
    signal.signal(signal.SIGTERM, lambda *_: end(0))
    # The cluster's worker is gone when this closes.
    threading.Thread(
        target=lambda: (sys.stdin.buffer.read(), end(1)), daemon=True
    ).start()
    try:
        wire = end.wire = Wire.to(order.host, order.port, bytes.fromhex(order.key))
        wire.tell(
            {
                "host": socket.gethostname(),
                "worker": order.worker,
                "pid": os.getpid(),
                "order": order.number,
                "identity": identity(),
            }
        )
        welcome = wire.hear()
        wire.be_patient()
        threading.Thread(target=_end_with, args=(wire, end), daemon=True).start()
        if "refused" not in welcome:
            _Pilot(wire, worker, folder, shared=_is_shared(welcome)).serve()
    except _RunnerGone:
        end(0)
    except _NoRoom as error:
        sys.stderr.write(f"{socket.gethostname()}: {error}")
        end(1)
    except (OSError, EOFError) as error:
        sys.stderr.write(
            f"{socket.gethostname()} cannot reach the runner at "
            f"{order.host}:{order.port} ({error})"
        )
        end(1)
    return end(0)


def _is_shared(welcome: dict[str, Any]) -> bool:
    """Whether the workspace's folder is the runner's own, on a disk that both have."""
    return not os.environ.get(SHIP) and Path(welcome["mark"]).exists()


def _end_with(wire: Wire, end: _End) -> None:
    """End when the runner has ended the connection, whatever the child is busy with."""
    if hasattr(select, "POLLRDHUP"):  # Linux; elsewhere it is noticed after a document
        poll = select.poll()
        poll.register(wire.connection, select.POLLRDHUP)
        poll.poll()
        end(0)


class _RunnerGone(Exception):  # noqa: N818 - says what happened
    """The connection is broken."""


class _NoRoom(Exception):  # noqa: N818 - says what happened
    """A paper cannot be kept here: that is not its fault, others can do it."""


class _End:
    """Ends the process and its child, whatever their threads do."""

    def __init__(self, folder: Path, worker: Worker) -> None:
        self._folder = folder
        self._worker = worker
        self._first = threading.RLock()  # a signal may come to the thread that ends it
        self.wire: Wire | None = None

    def __call__(self, status: int) -> NoReturn:
        self._first.acquire()  # never released
        sys.stderr.flush()
        if self.wire is not None:  # the end of the child is not the document's doing
            self.wire.shut()
        self._worker.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        os._exit(status)


class _Pilot:
    """Answers the runner's calls, and passes on what is said in them.

    Attributes
    ----------
    waits
        Whether the document waits for a service: see `Partner`.
    """

    def __init__(
        self, wire: Wire, worker: Worker, folder: Path, *, shared: bool
    ) -> None:
        self._connection = wire.connection
        self._ears = Ears(wire.connection)
        self._folder = folder
        self._shared = shared
        self._worker = worker
        self._over: Callable[[], bool] = lambda: False
        self.waits = False
        self._sent: list[Path] = []

    def serve(self) -> None:
        """Answer calls until the runner ends the connection."""
        import pickle

        while True:
            try:
                received = self._connection.recv_bytes()
            except (EOFError, OSError) as error:
                raise _RunnerGone from error
            packed, timeout, memory, nice = pickle.loads(received)  # noqa: S301 - it has the key
            try:
                reply = pack((RESULT, self._run(packed, timeout, memory, nice)))
            except (_RunnerGone, _NoRoom):
                raise
            except BaseException as error:  # noqa: BLE001 - the runner raises it
                if isinstance(error, WorkerDied) and error.exitcode in _CLEARED:
                    time.sleep(_CLEARING)
                reply = pack((ERROR, (portable(error), traceback.format_exc())))
            self._send(reply)

    def _send(self, message: bytes) -> None:
        try:
            self._connection.send_bytes(message)
        except OSError as error:
            raise _RunnerGone from error

    def _run(
        self, packed: bytes, timeout: float | None, memory: int, nice: int | None
    ) -> object:
        """Run a document in the child: in a new one, if a nice is given."""
        import pickle

        if nice is not None:
            self._worker.restart(nice=nice)
        _, (task, place, state, lease) = pickle.loads(packed)  # noqa: S301 - it has the key
        began = time.monotonic()
        if not self._shared:
            task = self._with_document(task)
        run = run_shared if self._shared else run_shipped
        lease -= time.monotonic() - began
        self.waits = False
        try:
            return self._worker.call_packed(
                pack_call(task, place, state, lease, run),
                Limits(timeout, memory),
                self,
            )
        finally:
            if self._worker.has_outgrown(memory):
                self._worker.restart()  # it may still hold what it took

    def begun(self, over: Callable[[], bool]) -> None:
        """Know what tells that the child has ended."""
        self._over = over

    def hear(self, notes: Sequence[Note]) -> None:
        """Pass on what a document tells."""
        self._send(pack((NOTES, notes)))

    def _with_document(self, task: PackedTask) -> PackedTask:
        """Have the file here, as the runner's disk cannot be read."""
        common, (document_id, name, _, stem, fresh) = task
        path = self._folder / f"{document_id}.pdf"
        if path in self._sent:
            self._sent.remove(path)
        else:
            try:
                self._fetch(path)
            except OSError as error:
                raise _NoRoom(f"a paper cannot be kept ({error})") from error
        self._sent.append(path)
        while len(self._sent) > _KEPT:
            self._sent.pop(0).unlink(missing_ok=True)
        return common, (document_id, name, path, stem, fresh)

    def _fetch(self, path: Path) -> None:
        """Write the document under way to a file, piece by piece."""
        size = 0
        with path.open("wb") as file:
            while piece := self.answer(("document", size)):
                if isinstance(piece, NotDone):
                    raise piece
                size += file.write(piece)
        if not size:  # removed from the workspace: the run will say so
            path.unlink()

    def answer(self, question: tuple[Any, ...]) -> Any:
        """Pass on what a document asks, and give the runner's answer."""
        import pickle

        self._send(pack((QUESTION, question)))
        told = False
        try:
            while not self._ears.hear(_LOOK):
                if not told and self._over():
                    self._send(pack((GONE, None)))
                    told = True
            received = self._connection.recv_bytes()
        except (EOFError, OSError) as error:
            raise _RunnerGone from error
        said, self.waits = pickle.loads(received)  # noqa: S301 - it has the key
        return said


if __name__ == "__main__":
    sys.exit(main())
