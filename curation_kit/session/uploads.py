"""Receiving PDFs in slices, and adding them to the workspace."""

from __future__ import annotations

import shutil
import threading
import uuid
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from traitlets import Bool, HasTraits

from curation_kit.documents.document import Document, clean_name, sha256_of
from curation_kit.documents.library import DocumentLibrary
from curation_kit.errors import CurationKitError, NotFound
from curation_kit.session.incoming import (
    BODY,
    HEAD,
    LARGEST_UPLOAD,
    NOT_A_PDF,
    batch_name,
    file_name,
    has_room,
    incoming_folder,
    is_pdf,
    no_room,
    sweep,
)
from curation_kit.session.outcomes import Outcomes, tell_added

__all__ = ["UploadReceiver"]


@dataclass(slots=True)
class _Upload:
    """A file on its way in."""

    key: str
    name: str
    size: int
    batch: str
    path: Path
    file: BinaryIO
    received: int = 0

    def drop(self) -> None:
        """Delete the file and its folder."""
        self.file.close()
        shutil.rmtree(self.path.parent, ignore_errors=True)


class UploadReceiver(HasTraits):
    """Takes files and adds them to the library when complete.

    A large file in one websocket message vanishes without an error
    (ipywidgets #2522), so the browser sends slices and waits for each to be
    acknowledged. Where the page comes from a server of ours, the server puts
    the whole file where `begin` says, and `arrived` takes it from there.

    Attributes
    ----------
    outcomes : Outcomes
        What became of the files.
    is_adding : bool
        Whether complete files are being checked and added now.

    Parameters
    ----------
    library
        Where the files go.
    folder
        Folder for incomplete files.
    outcomes
        Where it is told what became of the files.
    added
        Called, from a thread, when documents were added.
    failed
        Called, from a thread, with an error that no single file is to blame for.
    """

    is_adding = Bool(default_value=False)

    def __init__(
        self,
        library: DocumentLibrary,
        folder: Path,
        *,
        outcomes: Outcomes,
        added: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__()
        self._library = library
        self._folder = folder
        self.outcomes = outcomes
        self._added = added
        self._failed = failed
        self._uploads: dict[str, _Upload] = {}
        self._complete: list[_Upload] = []
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None
        self._root: TemporaryDirectory[str] | None = None
        sweep(folder)

    def begin(self, key: str, name: str, size: int, batch: str = "") -> str:
        """Make room for a file; give its folder, below that of all of them.

        The folder has a name that cannot be guessed: a server that finds it
        serves this workspace, and who names it may put the file there.

        Parameters
        ----------
        key
            Chosen by the sender; names the file in `receive`. The same key
            again starts the file anew.
        size
            Bytes that will come.
        batch
            Upload batch that the document will belong to; made from the time
            when left out.

        Raises
        ------
        CurationKitError
            If the file is too large, or the disk too full.
        """
        self.abort(key)
        name = file_name(name)
        if size > LARGEST_UPLOAD:
            raise CurationKitError(
                f"{name} is larger than {LARGEST_UPLOAD / 1e9:.1f} GB: copy it to the "
                "server and add its folder instead."
            )
        # It goes with this object or with the process; another page sweeps it away
        # when this one sends nothing for long.
        if self._root is not None and not Path(self._root.name).is_dir():
            self._root.cleanup()
            self._root = None
        if self._root is None:
            self._root = incoming_folder(self._folder)
        root = Path(self._root.name)
        if not has_room(root, size):
            raise CurationKitError(no_room(name))
        folder = root / uuid.uuid4().hex
        folder.mkdir()
        path = folder / name
        self._uploads[key] = _Upload(
            key, name, size, batch_name(batch), path, path.open("wb")
        )
        return f"{root.name}/{folder.name}"

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
        upload.received += len(data)
        if upload.received == upload.size:
            self._finish(key)
        return upload.received

    def arrived(self, key: str) -> int:
        """Take the file that a server has put into its folder; give its bytes.

        Raises
        ------
        CurationKitError
            If it is not there in full; the upload is dropped.
        """
        upload = self._uploads.get(key)
        if upload is None:
            raise CurationKitError("This upload was stopped: start it again.")
        body = upload.path.with_name(BODY)
        size = body.stat().st_size if body.is_file() else 0
        if size != upload.size:
            self.abort(key)
            raise CurationKitError(
                f"{upload.name} did not arrive in full: upload it again."
            )
        upload.file.close()
        body.replace(upload.path)
        upload.received = size
        self._finish(key)
        return size

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
        self.outcomes.tell(key, upload.name, "refused", text)

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
        if self._root is not None:
            self._root.cleanup()
            self._root = None

    def refuse(self, key: str, name: str, reason: str) -> None:
        """Tell that a file was not taken, with the reason."""
        self.outcomes.tell(key, clean_name(name), "refused", reason)

    def join(self) -> None:
        """Wait until the complete files are added."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def _finish(self, key: str) -> None:
        upload = self._uploads.pop(key)
        upload.file.close()
        with upload.path.open("rb") as file:
            readable = is_pdf(file.read(HEAD))
        if not readable:
            upload.drop()
            self.outcomes.tell(key, upload.name, "refused", NOT_A_PDF)
            return
        self.outcomes.tell(key, upload.name, "checking")
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
                if not self._complete:
                    self.is_adding = False
                    return
                batch = self._complete[0].batch
                uploads = [item for item in self._complete if item.batch == batch]
                self._complete = [i for i in self._complete if i.batch != batch]
            try:
                self._add(batch, uploads)
            except Exception as error:  # noqa: BLE001 - shown on the page
                for upload in uploads:
                    self.outcomes.tell(upload.key, upload.name, "refused", str(error))
                self._failed(error)
            finally:
                for upload in uploads:
                    upload.drop()
                self.outcomes.publish()
            try:
                self._added()
            except Exception as error:  # noqa: BLE001 - shown on the page
                self._failed(error)  # and go on with what has arrived meanwhile

    def _add(self, batch: str, uploads: list[_Upload]) -> None:
        of_path = {upload.path: upload for upload in uploads}
        known: dict[str, str] = {}
        for upload in uploads:
            document_id = sha256_of(upload.path)
            with suppress(NotFound):
                known[document_id] = self._library.get(document_id).name

        def added(path: Path, document: Document) -> None:
            upload = of_path[path]
            tell_added(self.outcomes, upload.key, upload.name, document, known)
            upload.drop()  # a long batch would keep each paper twice

        with warnings.catch_warnings(action="ignore"):  # refusals are told below
            refused = self._library.add(list(of_path), batch, each=added).refused
        for item in refused:
            upload = of_path[Path(item.path)]
            self.outcomes.tell(upload.key, upload.name, "refused", f"{item.reason}.")
