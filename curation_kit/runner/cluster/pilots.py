"""The runner's side of its pilots: processes on a cluster, as a pool of workers."""

from __future__ import annotations

import logging
import pickle
import secrets
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from curation_kit.jobs import Outcome, Suspicion
from curation_kit.processes import Limits, Partner, WorkerNotStarted
from curation_kit.processes.conversation import Conversation
from curation_kit.processes.serving import result_of
from curation_kit.processes.waiting import Ears, HungUp
from curation_kit.runner.call import Call
from curation_kit.runner.cluster.holding import Order
from curation_kit.runner.cluster.likeness import differences
from curation_kit.runner.cluster.wire import Wire
from curation_kit.runner.parcels import Parcel
from curation_kit.runner.places import Place
from curation_kit.runner.pool import Lost, WorkerPool

__all__ = ["Pilot", "PilotLost", "PilotPool", "Reception", "UnlikePilot"]

#: A pilot stops a late document itself; one that is silent for so many seconds more
#: is lost.
GRACE = 60.0

#: Seconds until a connection is taken again, after the system has refused one.
REST = 1.0

_log = logging.getLogger(__name__)


class PilotLost(Exception):  # noqa: N818 - says what happened
    """The connection to a pilot is broken."""


class UnlikePilot(Exception):  # noqa: N818 - says what happened
    """A pilot cannot do what the runner would: something is not installed there."""


class Pilot:
    """A pilot, with the calls of a `Worker`.

    Attributes
    ----------
    host
        Name of its machine, with what tells it from others there.
    order
        Number of its `Order`.
    nice
        How much its process gives way to others; told with each call.
    needed
        Whether its process may have served others; how large it is only it knows.
    lost
        Whether no further call can be made.
    """

    def __init__(self, wire: Wire, host: str, order: int) -> None:
        self.host = host
        self.order = order
        self.nice = self.needed = 0
        self.lost = False
        self._wire = wire
        self._ears = Ears(wire.connection)

    def has_outgrown(self, most: int) -> bool:
        """Nobody asks: it looks after its process itself."""
        del most
        return False

    def restart(self, *, nice: int | None = None) -> None:
        """Have the next call run in a new process, maybe at another nice."""
        self.nice = self.nice if nice is None else nice
        self.needed = 0

    def call_packed(self, packed: bytes, limits: Limits, partner: Partner) -> Any:
        """As `Worker.call_packed`.

        Raises
        ------
        PilotLost
            If the pilot is gone: nobody knows whether the call is to blame.
        """
        limits.begin(apart=False)
        nice, self.needed = None if self.needed else self.nice, 1
        call = pickle.dumps((packed, limits.left(), limits.memory, nice))
        partner.begun(self._has_spoken)
        conversation = Conversation(
            self._wire.connection,
            partner,
            limits,
            lambda patience: self._hear(limits, patience),
            lambda said: pickle.dumps((said, partner.waits)),
        )
        try:
            kind, value = conversation.hold(call)
        except HungUp as error:
            self.stop()
            raise PilotLost(f"the worker on {self.host} was lost") from error
        except BaseException:
            self.stop()  # it is out of step with us now
            raise
        return result_of(kind, value)

    def _hear(self, limits: Limits, patience: float | None) -> bool:
        left = limits.left()
        pauses = [] if left is None else [left + GRACE]
        pauses += [] if patience is None else [patience]
        if self._ears.hear(min(pauses, default=None)):
            return True
        if patience is None and limits.left() == 0:
            raise PilotLost(f"the worker on {self.host} does not answer")
        return False

    def _has_spoken(self) -> bool:
        """Whether it no longer waits for an answer: it is gone, or its child is."""
        return self._ears.hear(0.0)

    def stop(self) -> None:
        """End it and the document under way; any thread may."""
        self.lost = True
        self._wire.shut()

    def close(self) -> None:
        """Free the connection, when no call is under way."""
        self._wire.close()


class PilotPool(WorkerPool):
    """Pilots for documents that compute, and the runner's own processes for others.

    Documents that wait for a network stay on the runner's machine, where the
    keys are, and so do those that may be to blame for the loss of a pilot.

    Parameters
    ----------
    cores
        Documents that run apart at the same time.
    left
        Told of each pilot that is lost or no longer needed.
    """

    def __init__(
        self, cores: int, left: Callable[[Pilot], object] = lambda _: None
    ) -> None:
        # Without a process that many share, no document would leave this machine.
        super().__init__(cores, 1)
        self._cpu = 0  # from now on the pilots
        self._free: list[Pilot] = []  # the one used last is the warm one
        self._crew: set[Pilot] = set()
        self._closing = False
        self._left = left
        self._lost_before: set[str] = set()
        self._here = threading.Condition()  # guards the above, but for `_cpu`

    def has(self, pilot: Pilot) -> bool:
        """Whether a pilot has joined and is not lost."""
        return pilot in self._crew

    def join(self, pilot: Pilot) -> bool:
        """Take in a pilot; False when no more are wanted."""
        with self._here:
            if self._closing or self._stopped:
                return False
            self._crew.add(pilot)
            self._free.append(pilot)
            self._here.notify()
        self._count()
        return True

    def dismiss(self) -> None:
        """Take in no more pilots; documents do not wait for one in vain."""
        with self._here:
            self._closing = True
            self._here.notify_all()

    def _count(self) -> None:
        with self._room:
            self._cpu = len(self._crew)
            self.rouse()
        self._allow_files()

    def _run_here(self, call: Call, place: Place) -> Outcome | Parcel:
        if place is Place.ANY:  # apart
            return super()._run_here(call, place)
        pilot = self._take()
        try:
            return self._run_on(pilot, call, place)
        except WorkerNotStarted as error:
            pilot.stop()
            raise self._lost(call, f"{pilot.host}: {error}") from error
        except PilotLost as error:
            if self._stopped:
                raise Lost("the runner was stopped") from error
            raise self._lost(call, str(error)) from error
        except ImportError as error:
            raise UnlikePilot(
                f"The workers of the cluster lack what the flow needs ({pilot.host}: "
                f"{error}). Install the same packages there as here"
            ) from error
        finally:
            if pilot.lost:
                self._drop(pilot)
            else:
                self._give_back(pilot)

    def _lost(self, call: Call, reason: str) -> Lost:
        """Say that a document shall run again; here, after it was lost twice.

        Once is chance: machines of a cluster come and go.
        """
        again = call.document_id in self._lost_before
        self._lost_before.add(call.document_id)
        return Lost(reason, suspect=Suspicion.APART if again else Suspicion.NONE)

    def _take(self) -> Pilot:
        """Wait for a pilot that is free."""
        with self._here:
            while not self._free:
                if self._stopped or (self._closing and not self._crew):
                    raise Lost("no worker of the cluster is left")
                self._here.wait()
            return self._free.pop()

    def _give_back(self, pilot: Pilot) -> None:
        with self._here:
            self._free.append(pilot)
            self._here.notify()

    def _drop(self, pilot: Pilot) -> None:
        """Forget a pilot that is lost or no longer needed."""
        with self._here:
            if pilot not in self._crew:
                return
            self._crew.discard(pilot)
            if pilot in self._free:
                self._free.remove(pilot)
            self._here.notify_all()
        self._count()
        pilot.close()
        self._left(pilot)

    def stop(self) -> None:
        """Let all go; documents under way raise `Lost`."""
        super().stop()
        with self._here:  # never held by a thread that handles signals
            for pilot in self._crew:
                pilot.stop()
            self._here.notify_all()

    def close(self) -> None:
        """Let all go, and wait for the end of the processes here."""
        super().close()
        for pilot in list(self._crew):
            self._drop(pilot)


class Reception:
    """Where pilots connect.

    Parameters
    ----------
    host
        Address of this machine as the cluster sees it: others cannot connect.
    mark
        Name of a file: a pilot that has it shares the workspace's disk.
    joined
        Called in the pilot's thread with one that is what the runner is.
    refused
        Called with why a pilot was sent away.
    """

    def __init__(
        self,
        host: str,
        mark: str,
        joined: Callable[[Pilot], None],
        refused: Callable[[str], None],
    ) -> None:
        self._key = secrets.token_bytes(32)
        self._mark = mark
        self._joined = joined
        self._refused = refused
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._door = socket.create_server((host, 0), family=family, backlog=128)
        self._open = True
        threading.Thread(target=self._serve, daemon=True).start()

    def order(self, number: int) -> Order:
        """What a pilot must know to come here."""
        host, port, *_ = self._door.getsockname()
        return Order(host, port, self._key.hex(), number)

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self._door.accept()
            except OSError:
                if not self._open:
                    return
                # No more files may be open, for instance: soon, perhaps.
                _log.exception("a connection could not be taken")
                time.sleep(REST)
                continue
            # Each in a thread: one that is silent shall not keep the others out.
            threading.Thread(target=self._receive, args=(link,), daemon=True).start()

    def _receive(self, link: socket.socket) -> None:
        try:
            wire = Wire.accepted(link, self._key)
        except OSError as error:
            _log.warning("somebody who is no pilot has connected: %s", error)
            link.close()
            return
        try:
            told = wire.hear()
            unlike = differences(told["identity"])
            wire.tell({"refused": unlike} if unlike else {"mark": self._mark})
            wire.be_patient()
        except (OSError, EOFError, ValueError, KeyError) as error:
            _log.warning("a pilot did not say what it is: %s", error)
            wire.close()
            return
        if unlike:
            wire.close()
            self._refused(
                f"The workers of the cluster are not like this machine "
                f"({told['host']}: {'; '.join(unlike)}). Install the same there, then "
                "resume the job."
            )
            return
        self._joined(Pilot(wire, _named(told), told["order"]))

    def close(self) -> None:
        """Let nobody in any more."""
        self._open = False
        with suppress(OSError):  # wakes the thread that waits there
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()


def _named(told: dict[str, Any]) -> str:
    """Machine, worker and process of a pilot: a machine may have many."""
    slot = [told["worker"]] if told.get("worker") else []
    process = f"process {told['pid']}"
    return f"{told['host']} ({', '.join([*slot, process])})"
