"""PDFs that come over HTTP."""

from __future__ import annotations

import errno
import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from batches import until
from restraints import python
from streams import TOKEN, LocalServer

import curation_kit as ck
from curation_kit.samples import write_sample_papers
from curation_kit.server import _uploads
from curation_kit.session import CurationSession
from curation_kit.session import incoming as limits

AUTHORIZATION = {"Authorization": f"token {TOKEN}"}


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a sample paper."""
    [paper] = write_sample_papers(tmp_path_factory.mktemp("papers"), count=1)
    return paper.path.read_bytes()


@pytest.fixture
def server(workspace: ck.Workspace) -> Iterator[LocalServer]:
    """The workspace, served; neither a task nor a file is left at the end."""
    with LocalServer(workspace.path) as running:
        yield running
        until(running.quiet)
    cache = workspace.path / "cache"
    assert [path for path in cache.rglob("*") if path.is_file()] == []


@pytest.fixture
def documents(server: LocalServer) -> str:
    """Address below which documents are put."""
    return f"http://127.0.0.1:{server.port}/curation/documents"


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A client that has the token."""
    with httpx.Client(headers=AUTHORIZATION, timeout=60) as made:
        yield made


def test_a_paper_is_added_once(documents: str, client, workspace, pdf: bytes) -> None:
    """The answer names the document; the same bytes again are a duplicate."""
    answer = client.put(f"{documents}/a.pdf?batch=May%20%E2%80%AE", content=pdf)
    assert answer.status_code == 201
    [document] = workspace.documents.list()
    assert answer.json() == {
        "id": document.id,
        "name": "a.pdf",
        "status": "added",
        "text": "",
    }
    assert document.path.read_bytes() == pdf
    assert document.upload_batches == ("May",)
    again = client.put(f"{documents}/b.pdf", content=pdf)
    assert (again.status_code, again.json()["status"]) == (200, "duplicate")
    assert again.json()["text"] == "already in the workspace as a.pdf."


def test_a_paper_that_cannot_be_processed_says_so(documents, client, pdf) -> None:
    """It is added, with its problem, as by every other way in."""
    answer = client.put(f"{documents}/cut.pdf", content=pdf[:2000])
    assert (answer.status_code, answer.json()["status"]) == (201, "problem")
    assert "no text layer" in answer.json()["text"]


@pytest.mark.parametrize(
    ("content", "status", "reason"),
    [
        (b"", 400, "a.pdf is empty"),
        (b"<html>Please log in</html>", 415, "a.pdf is not a PDF."),
    ],
)
def test_what_is_no_paper_is_refused(
    documents, client, workspace, content, status, reason
) -> None:
    """By what is in it, whatever its name says."""
    answer = client.put(f"{documents}/a.pdf", content=content)
    assert answer.status_code == status
    assert reason in answer.json()["error"]
    assert workspace.documents.list() == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../x.pdf", "x.pdf"),
        ("/etc/passwd.pdf", "passwd.pdf"),
        ("C:\\papers\\a.pdf", "a.pdf"),
        ("a\0b\u202e.pdf", "ab.pdf"),
        ("..", "document.pdf"),
        ("<img src=x onerror=alert(1)>.pdf", "<img src=x onerror=alert(1)>.pdf"),
        ("ß" * 240 + ".pdf", "ß" * 125 + ".pdf"),
    ],
)
def test_names_are_data(documents, client, workspace, pdf, name, kept) -> None:
    """A name never leads out of its folder."""
    before = set(workspace.path.parent.rglob("*.pdf"))
    sent = client.put(
        f"{documents}/{quote(name, safe='').replace('.', '%2E')}", content=pdf
    )
    assert sent.status_code == 201, sent.text
    [document] = workspace.documents.list()
    assert document.name == sent.json()["name"] == kept
    assert {*workspace.path.parent.rglob("*.pdf")} - before == {document.path}


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(
    server: LocalServer, monkeypatch
) -> None:
    """By the length that the client announces; not one byte is asked for."""
    monkeypatch.setattr(limits, "LARGEST_UPLOAD", 1_000_000)
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as raw:
        raw.sendall(
            b"PUT /curation/documents/a.pdf HTTP/1.1\r\nHost: localhost\r\n"
            b"Authorization: token " + TOKEN.encode() + b"\r\n"
            b"Content-Length: 1000001\r\nExpect: 100-continue\r\n\r\n"
        )
        answer = raw.makefile("rb").read().decode()
    assert answer.startswith("HTTP/1.1 413")
    assert "add its folder instead" in answer


def test_a_file_that_grows_too_large_is_refused_on_the_way(
    documents: str, client, workspace, monkeypatch
) -> None:
    """A client that announces nothing is stopped at the limit."""
    monkeypatch.setattr(limits, "LARGEST_UPLOAD", 1_000_000)

    def endless() -> Iterator[bytes]:
        for _ in range(40):
            yield b"%PDF-" + bytes(50_000)

    try:
        answer = client.put(f"{documents}/a.pdf", content=endless())
    except httpx.TransportError:  # it was cut off while it still sent
        pass
    else:
        assert answer.status_code == 413
    assert workspace.documents.list() == []


def test_more_than_servers_take_by_default_arrives(
    documents: str, client, workspace
) -> None:
    """Tornado's own limit is 100 MB; memory holds a piece at a time."""
    piece = b"%PDF-" + os.urandom(999_995)
    content = (piece for _ in range(120))
    answer = client.put(
        f"{documents}/a.pdf", content=content, headers={"Content-Length": "120000000"}
    )
    assert answer.status_code == 201
    [document] = workspace.documents.list()
    assert document.path.stat().st_size == 120_000_000


def test_a_broken_connection_leaves_no_file(server: LocalServer, workspace) -> None:
    """The fixture looks that nothing is left in the cache."""
    cache = workspace.path / "cache"
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as raw:
        raw.sendall(
            b"PUT /curation/documents/a.pdf HTTP/1.1\r\nHost: localhost\r\n"
            b"Authorization: token " + TOKEN.encode() + b"\r\n"
            b"Content-Length: 1000000\r\n\r\n%PDF-" + bytes(500_000)
        )
        until(lambda: sum(f.stat().st_size for f in cache.rglob("a.pdf")) > 400_000)
    until(lambda: not list(cache.glob("upload-*")))
    assert workspace.documents.list() == []


@pytest.mark.parametrize(
    ("number", "status", "hint"),
    [(errno.ENOSPC, 507, "Make room"), (errno.EROFS, 503, "can be written")],
)
def test_a_disk_that_takes_nothing_is_named(
    documents, client, monkeypatch, number, status, hint
) -> None:
    """The client sends all, then reads what to do."""

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(_uploads._Receiver, "_write", fail)
    answer = client.put(f"{documents}/a.pdf", content=b"%PDF-" + bytes(3_000_000))
    assert answer.status_code == status
    assert hint in answer.json()["error"]
    assert os.strerror(number) in answer.json()["error"]


def test_no_room_is_told_before_a_byte_is_taken(documents, client, monkeypatch) -> None:
    """As on the page."""
    monkeypatch.setattr(limits, "has_room", lambda *_: False)
    answer = client.put(f"{documents}/100%25.pdf", content=b"%PDF-")
    assert answer.status_code == 507
    assert "There is no room for 100%.pdf" in answer.json()["error"]


SEND = """
import sys
sys.path.insert(0, sys.argv[2])
import httpx
from streams import TOKEN, LocalServer
from pathlib import Path
with LocalServer(Path(sys.argv[1])) as server:
    answer = httpx.put(
        f"http://127.0.0.1:{server.port}/curation/documents/a.pdf?token={TOKEN}",
        content=b"%PDF-" + bytes(3_000_000), timeout=60,
    )
    print(answer.status_code, answer.json()["error"])
"""


def test_a_file_that_may_not_grow_is_a_full_disk(workspace) -> None:
    """The system refuses, as with a quota; the incomplete file goes."""
    shown = python(
        SEND, workspace.path, Path(__file__).parents[1], largest_file=2_000_000
    )
    assert shown.stdout.startswith("507"), shown.stderr
    assert not list((workspace.path / "cache").glob("upload-*"))


# ---- for the page


@pytest.fixture
def session(workspace: ck.Workspace) -> Iterator[CurationSession]:
    """The session of a page of that workspace."""
    made = CurationSession(workspace)
    yield made
    made.close()


def test_a_file_for_a_kernel_is_put_where_it_said(
    server: LocalServer, client, session, pdf: bytes
) -> None:
    """The kernel goes on as with slices; name and batch were told to it alone."""
    where = session.uploads.begin("key", "a.pdf", len(pdf), "May")
    address = f"http://127.0.0.1:{server.port}/curation/uploads/{where}"
    assert client.head(address).status_code == 204
    assert client.put(address, content=pdf).json() == {"received": len(pdf)}
    assert session.uploads.arrived("key") == len(pdf)
    session.uploads.join()
    [document] = session.workspace.documents.list()
    assert (document.name, document.upload_batches) == ("a.pdf", ("May",))
    assert document.path.read_bytes() == pdf


def test_two_files_for_one_place_do_not_mix(
    server: LocalServer, client, session
) -> None:
    """The first one stays; the other is told, and may come when it has ended."""
    size = 3_000_000
    where = session.uploads.begin("key", "a.pdf", size)
    address = f"http://127.0.0.1:{server.port}/curation/uploads/{where}"
    begun, go_on = threading.Event(), threading.Event()

    def first() -> Iterator[bytes]:
        yield b"%PDF-" + b"1" * (size // 2)
        begun.set()
        assert go_on.wait(60)
        yield b"1" * (size - size // 2 - 5)

    with ThreadPoolExecutor() as threads:
        whole = threads.submit(
            client.put, address, content=first(), headers={"Content-Length": f"{size}"}
        )
        assert begun.wait(60)
        part = session.workspace.path / "cache" / where
        until(lambda: sum(path.stat().st_size for path in part.iterdir()) > size // 4)
        refused = client.put(address, content=b"%PDF-" + b"2" * (size - 5))
        go_on.set()
        assert whole.result(60).json() == {"received": size}
    assert refused.status_code == 409
    assert "Another file is on its way" in refused.json()["error"]
    assert (part / limits.BODY).read_bytes() == b"%PDF-" + b"1" * (size - 5)
    again = client.put(address, content=b"%PDF-" + b"3" * (size - 5))
    assert again.status_code == 200
    assert (part / limits.BODY).read_bytes() == b"%PDF-" + b"3" * (size - 5)


def test_of_many_at_once_one_file_is_whole(server: LocalServer, session) -> None:
    """Whichever it is, its sender was told so."""
    size, count = 2_000_000, 8
    where = session.uploads.begin("key", "a.pdf", size)
    address = f"http://127.0.0.1:{server.port}/curation/uploads/{where}"
    start = threading.Barrier(count)

    def put(number: int) -> int:
        start.wait(60)
        answer = httpx.put(
            address,
            content=str(number).encode() * size,
            headers=AUTHORIZATION,
            timeout=60,
        )
        return answer.status_code

    with ThreadPoolExecutor(count) as threads:
        told = list(threads.map(put, range(count)))
    assert set(told) <= {200, 409}
    content = (session.workspace.path / "cache" / where / limits.BODY).read_bytes()
    assert content == content[:1] * size
    assert told[int(content[:1])] == 200


def test_a_place_that_goes_meanwhile_is_told(
    server: LocalServer, client, session
) -> None:
    """The person has stopped the upload: the server must not call it done."""
    where = session.uploads.begin("key", "a.pdf", 100_000)
    address = f"http://127.0.0.1:{server.port}/curation/uploads/{where}"
    part = session.workspace.path / "cache" / where

    def content() -> Iterator[bytes]:
        yield b"%PDF-" + bytes(99_990)
        until(lambda: len(list(part.iterdir())) > 1)
        session.uploads.abort("key")
        yield bytes(5)

    answer = client.put(
        address, content=content(), headers={"Content-Length": "100000"}
    )
    assert answer.status_code == 404
    assert "start the upload again" in answer.json()["error"]


def test_a_kernel_of_another_workspace_is_not_served(
    server: LocalServer, client, tmp_path: Path, pdf: bytes
) -> None:
    """Nor is a folder ever made that no kernel has made."""
    other = CurationSession(ck.Workspace(tmp_path / "other"))
    where = other.uploads.begin("key", "a.pdf", len(pdf))
    address = f"http://127.0.0.1:{server.port}/curation/uploads/{where}"
    assert client.head(address).status_code == 404
    assert client.put(address, content=pdf).status_code == 404
    other.close()


def test_a_file_that_was_cut_off_is_not_taken(session, pdf: bytes) -> None:
    """Whatever the page says."""
    session.uploads.begin("key", "a.pdf", len(pdf))
    with pytest.raises(ck.CurationKitError, match="did not arrive in full"):
        session.uploads.arrived("key")
    with pytest.raises(ck.CurationKitError, match="was stopped"):
        session.uploads.arrived("key")
