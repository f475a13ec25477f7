"""Look at a new file in a process of its own, within limits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from curation_kit.documents.report import Preflight
from curation_kit.errors import FailureCategory
from curation_kit.processes import (
    Worker,
    WorkerDied,
    WorkerNotStarted,
    WorkerTimedOut,
    WorkerTooLarge,
)

__all__ = ["first_look"]

#: Longest time that the preflight of one document may take, in seconds.
PREFLIGHT_TIME_LIMIT = 60.0

#: Most memory that it may take, in bytes: that of a job's document by default.
PREFLIGHT_MEMORY_LIMIT = 2 * 10**9


def _preflight(path: Path) -> Preflight:
    """Look at a file; PyMuPDF is loaded by the worker that runs this, not here."""
    from curation_kit.documents.preflight import preflight

    return preflight(path)


def first_look(
    path: Path, worker: Worker, *, look: Callable[[Path], Preflight] | None = None
) -> Preflight:
    """Look at a file in a process of its own: a bad PDF can crash its reader.

    Raises
    ------
    WorkerNotStarted, OSError, ImportError
        If it could not be looked at, which is not the file's fault.
    """
    try:
        report: Preflight = worker.call(
            look or _preflight,
            path,
            timeout=PREFLIGHT_TIME_LIMIT,
            memory=PREFLIGHT_MEMORY_LIMIT,
        )
    except (WorkerNotStarted, OSError, ImportError):
        raise
    except WorkerDied as error:
        problem = f"The PDF crashes its reader ({error})."
    except WorkerTimedOut:
        problem = f"The PDF could not be opened within {PREFLIGHT_TIME_LIMIT:g} s."
    except (MemoryError, WorkerTooLarge):
        gigabytes = PREFLIGHT_MEMORY_LIMIT / 1e9
        problem = f"The PDF needs more than {gigabytes:g} GB of memory to be opened."
    except Exception as error:  # noqa: BLE001 - told; the others are added all the same
        problem = f"The PDF could not be looked at ({type(error).__name__}: {error})."
    else:
        return report
    return Preflight(
        size=path.stat().st_size,
        category=FailureCategory.INPUT.value,
        code="unreadable",
        problem=problem,
        hint="Print it to a new PDF with another program and add that file.",
    )
