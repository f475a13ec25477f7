"""Take over from a runner that died."""

from __future__ import annotations

import logging
import re

from curation_kit.jobs import JobStore
from curation_kit.llm import CallLog
from curation_kit.runner.folders import Folders

__all__ = ["recover"]

#: As `ResultFiles` names them; no stem has a tilde, extensions have no dot.
_RESULT = re.compile(r"(?:\.\d+-)?([^~]+)(?:~\d+)?\.[^.]+")

_log = logging.getLogger(__name__)


def recover(store: JobStore, folders: Folders, job_id: str | None = None) -> int:
    """Put back what a dead runner left in flight; give how many documents.

    Result files that it had written, wholly or in part, but of which the store
    does not know are deleted: the document may yet fail. Calls to models that were
    under way count at the most that they can cost.

    Only for the process that holds the runner's lock.

    Parameters
    ----------
    job_id
        A job that has just been cancelled: its files are looked at, too.
    """
    if lost := CallLog(store.database).lose_open():
        _log.info("%d calls to models were cut off; they count at their most", lost)
    # Not only of those in flight: that a document was begun may not have been
    # committed yet when its files were written.
    stems: dict[str, set[str]] = {}
    for row in store.without_results(job_id):
        stems.setdefault(row["job_id"], set()).add(row["stem"])
    for job, names in stems.items():
        folder = folders.results / job
        for path in folder.iterdir() if folder.is_dir() else ():
            stem = _RESULT.fullmatch(path.name)
            if stem is not None and stem[1] in names:
                try:
                    path.unlink()
                except OSError as error:  # writing results will say what to do
                    _log.warning("%s cannot be deleted: %s", path, error)
    return store.recover(charged=folders.mark.exists())
