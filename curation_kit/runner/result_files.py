"""Write the result files of documents, and wait for the disk once for many."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from curation_kit.jobs import ResultFile

__all__ = ["ResultFiles"]

#: Threads that bring files to the disk at the same time: it takes hardly longer for
#: eight files than for one.
SYNCS = 8

#: Files for which it is worth to wake a thread.
WORTH = 4


class ResultFiles:
    """Writes files whole: a crash in between leaves no half one.

    Parameters
    ----------
    results
        Folder with a folder for each job.
    """

    def __init__(self, results: Path) -> None:
        self._results = results
        self._syncing = ThreadPoolExecutor(SYNCS, "curation-kit files")

    def write(
        self, documents: Sequence[tuple[str, Sequence[ResultFile]]]
    ) -> list[OSError | None]:
        """Write the files of documents; they are on the disk when this returns.

        Parameters
        ----------
        documents
            Pairs of a job's id and files.

        Returns
        -------
        list
            For each document what the disk said when it refused; else None.
        """
        try:
            self._write(documents)
        except OSError:  # whose fault it is shows one by one
            return [self._write_alone(*document) for document in documents]
        return [None] * len(documents)

    def _write_alone(self, job_id: str, files: Sequence[ResultFile]) -> OSError | None:
        try:
            self._write([(job_id, files)])
        except OSError as error:
            for path in (path for file in files for path in self._paths(job_id, file)):
                with suppress(OSError):
                    os.unlink(path)  # noqa: PTH108 - see `_paths`
            return error
        return None

    def _write(self, documents: Sequence[tuple[str, Sequence[ResultFile]]]) -> None:
        paths, descriptors = [], []
        try:
            for job_id, files in documents:
                for file in files:
                    paths.append(self._paths(job_id, file))
                    descriptors.append(self._open(job_id, paths[-1][0]))
                    _write(descriptors[-1], file.content)
            threads = min(SYNCS, -(-len(descriptors) // WORTH))
            parts = [descriptors[number::threads] for number in range(threads)]
            list(map(_sync, parts) if threads == 1 else self._syncing.map(_sync, parts))
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        for temporary, path in paths:
            os.replace(temporary, path)  # noqa: PTH105 - see `_paths`
        for job_id in {job_id for job_id, files in documents if files}:
            _sync_folder(self._results / job_id)

    def _paths(self, job_id: str, file: ResultFile) -> tuple[str, str]:
        """Give where a file is written and where it belongs; strings: for speed."""
        folder = f"{self._results}{os.sep}{job_id}{os.sep}"
        return f"{folder}.{os.getpid()}-{file.name}", f"{folder}{file.name}"

    def _open(self, job_id: str, path: str) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
        try:
            return os.open(path, flags, 0o666)
        except FileNotFoundError:  # the first of its job
            # Not those above: a workspace that was moved is not made once more.
            self._results.mkdir(exist_ok=True)
            (self._results / job_id).mkdir(exist_ok=True)
            _sync_folder(self._results)
            return os.open(path, flags, 0o666)

    def remove(self, job_id: str, files: Sequence[ResultFile]) -> None:
        """Delete files that are no results after all."""
        for file in files:
            _, path = self._paths(job_id, file)
            Path(path).unlink(missing_ok=True)  # the job may be deleted already

    def close(self) -> None:
        """End the threads."""
        self._syncing.shutdown()


def _write(descriptor: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def _sync(descriptors: Sequence[int]) -> None:
    for descriptor in descriptors:
        os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    """Bring the names of new files to the disk, where a folder can be opened."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
