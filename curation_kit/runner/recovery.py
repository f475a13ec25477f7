"""Take over from a runner that died."""

from __future__ import annotations

import logging
import re

from curation_kit.jobs import JobStore
from curation_kit.llm import CallLog
from curation_kit.runner.folders import Folders

__all__ = ["recover"]

_log = logging.getLogger(__name__)


def recover(store: JobStore, folders: Folders) -> int:
    """Put back what a dead runner left in flight; give how many documents.

    Result files that it had written, wholly or in part, but of which the store
    does not know are deleted: the document may yet fail. Calls to models that were
    under way count at the most that they can cost.

    Only for the process that holds the runner's lock.
    """
    if lost := CallLog(store.database).lose_open():
        _log.info("%d calls to models were cut off; they count at their most", lost)
    stems: dict[str, list[str]] = {}
    for row in store.in_flight():
        stems.setdefault(row["job_id"], []).append(re.escape(row["stem"]))
    for job_id, names in stems.items():
        folder = folders.results / job_id
        # As `Scheduler._write_files` names them.
        theirs = re.compile(rf"(\.\d+-)?({'|'.join(names)})(~\d+)?\.[^.]+")
        for path in folder.iterdir() if folder.is_dir() else ():
            if theirs.fullmatch(path.name):
                try:
                    path.unlink()
                except OSError as error:  # writing results will say what to do
                    _log.warning("%s cannot be deleted: %s", path, error)
    return store.recover(charged=folders.mark.exists())
