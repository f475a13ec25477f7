"""Child processes that can be lost alone.

A pool of many workers loses everything in flight when one of them dies. Here
each worker is supervised on its own: the caller learns which call killed it,
hung or ate the memory, and the neighbours never notice. One that mostly waits
for the network may serve several calls at once.
"""

from __future__ import annotations

from curation_kit.processes.conversation import Note, Partner
from curation_kit.processes.cores import cores
from curation_kit.processes.losses import (
    WorkerDied,
    WorkerNotStarted,
    WorkerStopped,
    WorkerTimedOut,
    WorkerTooLarge,
)
from curation_kit.processes.open_files import allow_open_files
from curation_kit.processes.running import is_running
from curation_kit.processes.serving import Line, pack
from curation_kit.processes.waiting import Limits
from curation_kit.processes.worker import Worker

__all__ = [
    "Limits",
    "Line",
    "Note",
    "Partner",
    "Worker",
    "WorkerDied",
    "WorkerNotStarted",
    "WorkerStopped",
    "WorkerTimedOut",
    "WorkerTooLarge",
    "allow_open_files",
    "cores",
    "is_running",
    "pack",
]
