"""Receiving PDFs in slices, and adding them to the workspace."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from traitlets import Bool, Dict, HasTraits, List

from curation_kit.documents.library import DocumentLibrary, clean_name
from curation_kit.errors import CurationKitError

__all__ = ["MAX_OUTCOMES", "UploadReceiver"]

#: Outcomes shown below the upload area, newest last.
MAX_OUTCOMES = 200

#: Folders of incomplete files; those of a killed kernel are swept after a day.
_PREFIX = "upload-"
_SWEEP_AFTER = 86_400.0

#: Most file systems refuse a name of more bytes.
_MAX_NAME_BYTES = 255


@dataclass(slots=True)
class _Upload:
    """A file on its way in."""

    name: str
    size: int
    path: Path
    file: BinaryIO
    received: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def drop(self) -> None:
        """Delete the file and its folder."""
        self.file.close()
        shutil.rmtree(self.path.parent, ignore_errors=True)


class UploadReceiver(HasTraits):
    """Takes files slice by slice and adds them to the library when complete.

    A large file in one websocket message vanishes without an error
    (ipywidgets #2522), so the browser sends slices and waits for each to be
    acknowledged.

    Attributes
    ----------
    outcomes : list of dict
        ``name``, ``status`` (``checking``, ``added``, ``duplicate``,
        ``problem``, ``refused``) and ``text``, in the order of arrival.
    is_adding : bool
        Whether complete files are being checked and added now.

    Parameters
    ----------
    library
        Where the files go.
    folder
        Folder for incomplete files.
    added
        Called, from a thread, when documents were added.
    failed
        Called, from a thread, with an error that no single file is to blame for.
    """

    outcomes = List(Dict())
    is_adding = Bool(default_value=False)

    def __init__(
        self,
        library: DocumentLibrary,
        folder: Path,
        *,
        added: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__()
        self._library = library
        self._folder = folder
        self._added = added
        self._failed = failed
        self._uploads: dict[str, _Upload] = {}
        self._complete: list[_Upload] = []
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None
        self._batch = ""
        self._sweep()

    def begin_batch(self, name: str = "") -> None:
        """Start a new upload batch; forget the outcomes of the last one."""
        self._batch = name.strip() or time.strftime("Upload %Y-%m-%d %H:%M")
        with self._lock:
            self.outcomes = [o for o in self.outcomes if o["status"] == "checking"]

    def begin(self, key: str, name: str, size: int) -> None:
        """Make room for a file.

        Parameters
        ----------
        key
            Chosen by the sender; names the file in `receive`.
        size
            Bytes that will come.
        """
        if key in self._uploads:
            self.abort(key)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._folder))
        path = folder / _file_name(name)
        self._uploads[key] = _Upload(path.name, size, path, path.open("wb"))

    def receive(self, key: str, offset: int, data: bytes | memoryview) -> int:
        """Take one slice; give the bytes received so far.

        Raises
        ------
        CurationKitError
            If the slice does not follow the last one; the upload is dropped.
        """
        upload = self._uploads.get(key)
        if upload is None:
            raise CurationKitError("This upload was stopped: start it again.")
        if offset != upload.received or offset + len(data) > upload.size:
            self.abort(key)
            raise CurationKitError(
                f"{upload.name} did not arrive in order (slice at byte {offset}, "
                f"expected {upload.received}): upload it again."
            )
        try:
            upload.file.write(data)
        except OSError as error:
            self.abort(key)
            raise CurationKitError(
                f"{upload.name} could not be stored ({error.strerror}). "
                "Make room on the disk of the workspace and upload it again."
            ) from error
        upload.digest.update(data)
        upload.received += len(data)
        if upload.received == upload.size:
            self._finish(key)
        return upload.received

    def finish(self, key: str) -> None:
        """End an upload: one with bytes missing, or an empty file, is refused."""
        upload = self._uploads.get(key)
        if upload is None:  # complete with its last slice
            return
        missing = upload.size - upload.received
        self.abort(key)
        text = (
            f"incomplete: {missing} of {upload.size} bytes never came. Upload it again."
            if missing
            else "the file is empty (0 bytes)."
        )
        self._tell(upload.name, "refused", text)

    def abort(self, key: str) -> None:
        """Drop an incomplete upload and its bytes."""
        upload = self._uploads.pop(key, None)
        if upload is not None:
            upload.drop()

    def close(self) -> None:
        """Drop what is incomplete, and wait for what is complete."""
        for key in list(self._uploads):
            self.abort(key)
        self.join()

    def refuse(self, name: str, reason: str) -> None:
        """Tell that a file was not taken, with the reason."""
        self._tell(name, "refused", reason)

    def join(self) -> None:
        """Wait until the complete files are added."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def _sweep(self) -> None:
        """Delete what kernels that were killed long ago have left."""
        for folder in self._folder.glob(f"{_PREFIX}*"):
            with suppress(FileNotFoundError):  # another session swept it
                if time.time() - folder.stat().st_mtime > _SWEEP_AFTER:
                    shutil.rmtree(folder, ignore_errors=True)

    def _finish(self, key: str) -> None:
        upload = self._uploads.pop(key)
        upload.file.close()
        self._tell(upload.name, "checking", "")
        with self._lock:
            self._complete.append(upload)
            if not self.is_adding:
                self.is_adding = True
                self._thread = threading.Thread(target=self._add_complete, daemon=True)
                self._thread.start()

    def _add_complete(self) -> None:
        """Add what has arrived, as long as more arrives meanwhile."""
        while True:
            with self._lock:
                uploads, self._complete = self._complete, []
                if not uploads:
                    self.is_adding = False
                    return
            try:
                self._add(uploads)
            except Exception as error:  # noqa: BLE001 - shown on the page
                for upload in uploads:
                    self._tell(upload.name, "refused", str(error))
                self._failed(error)
            finally:
                for upload in uploads:
                    upload.drop()
            self._added()

    def _add(self, uploads: list[_Upload]) -> None:
        known = {document.id: document.name for document in self._library.list()}
        with warnings.catch_warnings(action="ignore"):  # refusals are told below
            added = self._library.add(
                [upload.path for upload in uploads], upload_batch=self._batch
            )
        refused = {Path(item.path): item.reason for item in added.refused}
        documents = {document.id: document for document in added}
        for upload in uploads:
            document_id = upload.digest.hexdigest()
            document = documents.get(document_id)
            if document is None:
                reason = refused.get(upload.path, "could not be added")
                self._tell(upload.name, "refused", f"{reason}.")
            elif document_id in known:
                old = known[document_id]
                name = "" if old == upload.name else f" as {old}"
                self._tell(upload.name, "duplicate", f"already in the workspace{name}.")
            elif document.preflight.problem:
                self._tell(upload.name, "problem", document.preflight.problem)
            else:
                self._tell(upload.name, "added", "")
            known.setdefault(document_id, upload.name)

    def _tell(self, name: str, status: str, text: str) -> None:
        told = {"name": name, "status": status, "text": text}
        with self._lock:
            outcomes = list(self.outcomes)
            if status != "checking":
                for index, outcome in enumerate(outcomes):
                    if outcome["name"] == name and outcome["status"] == "checking":
                        outcomes[index] = told
                        break
                else:
                    outcomes.append(told)
            else:
                outcomes.append(told)
            self.outcomes = outcomes[-MAX_OUTCOMES:]


def _file_name(name: str) -> str:
    """Give a name that any file system takes, without folders."""
    clean = clean_name(name)
    if clean in {"", ".", ".."}:
        clean = "document.pdf"
    stem, dot, suffix = clean.rpartition(".")
    if not dot:
        stem, suffix = clean, ""
    while len(f"{stem}{dot}{suffix}".encode()) > _MAX_NAME_BYTES and stem:
        stem = stem[:-1]
    return f"{stem}{dot}{suffix}"
