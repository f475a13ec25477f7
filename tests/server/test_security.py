"""Who is let in, and what hostile names can do, at every address."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, unquote

import httpx
import pytest
from batches import until
from streams import TOKEN, LocalServer, dashboard, free_port, jupyter_server
from tornado.web import RequestHandler

import curation_kit as ck
from curation_kit.server._feed import Feed
from curation_kit.server._handlers import curation_handlers

AUTHORIZATION = {"Authorization": f"token {TOKEN}"}

#: Names that try to leave their folder, to be found somewhere else, or to be a device.
HOSTILE = [
    "../../x.pdf",
    "..\\..\\x.pdf",
    "/etc/passwd.pdf",
    "C:\\x.pdf",
    "C:x.pdf",
    "ends in dots...",
    "ends in a space .pdf ",
    "CON",
    "nul.pdf",
    "COM1.pdf",
    "a\0b.pdf",
    'quote"; filename="evil.exe.pdf',
    "line\r\nSet-Cookie: a=b.pdf",
    "evil\u202efdp.exe.pdf",
    "n" * 251 + ".pdf",
    "<img src=x onerror=alert(1)>.pdf",
]

#: Names that Windows gives to devices, whatever their suffix
#: (learn.microsoft.com, "Naming Files, Paths, and Namespaces").
DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)

UPLOAD = f"upload-x/{'0' * 32}"

#: What stands for a part of an address that is not fixed.
PARTS = {
    r"([^/]+)": "last",
    r"(upload-\w+)": "upload-x",
    r"([0-9a-f]{32})": "0" * 32,
    r"(csv|tsv|json|xlsx|parquet)": "csv",
    r"/?": "",
    r"\.": ".",
    r".*": "elsewhere",
}


def routes() -> list[tuple[str, str]]:
    """Every method and address that the handlers have, as the server gets them."""
    found = []
    for pattern, handler, _ in curation_handlers("/", Feed(Path("nowhere"))):
        address = pattern
        for part, example in PARTS.items():
            address = address.replace(part, example)
        assert re.fullmatch(r"/curation/[\w./-]+", address), "PARTS lacks something"
        for method in RequestHandler.SUPPORTED_METHODS:
            ours = getattr(handler, method.lower())
            if ours is not getattr(RequestHandler, method.lower()):
                found.append((method, address))
    return found


CLOSED = [route for route in routes() if route[0] != "OPTIONS"]
EVERY = [
    (method, address)
    for address in dict.fromkeys(address for _, address in routes())
    for method in RequestHandler.SUPPORTED_METHODS
    if method != "OPTIONS"  # asks what is allowed, and is told nothing of ours
]


@pytest.fixture
def server(workspace: ck.Workspace) -> Iterator[LocalServer]:
    """The workspace, served by the handlers alone."""
    with LocalServer(workspace.path) as running:
        yield running
        until(running.quiet)


@pytest.fixture(scope="module", params=["dashboard", "jupyter"])
def real(request: pytest.FixtureRequest, tmp_path_factory) -> Iterator[str]:
    """Address of a real server, one of ours and one that has the extension."""
    folder, port = tmp_path_factory.mktemp("served"), free_port()
    root = f"http://127.0.0.1:{port}"
    ck.Workspace(folder / "ws").close()
    (folder / "ws" / "cache" / UPLOAD).mkdir(parents=True)  # a kernel waits there
    if request.param == "dashboard":
        with dashboard(folder, folder / "ws", port=port):
            yield root
    else:
        named = str(folder / "ws")
        with jupyter_server(folder, port=port, CURATION_KIT_WORKSPACE=named):
            yield f"{root}/base"


def test_the_list_of_routes_is_the_whole() -> None:
    """The tests below would pass if there were none."""
    assert ("PUT", "/curation/documents/last") in CLOSED
    assert ("GET", "/curation/jobs/last/events") in CLOSED
    assert len(CLOSED) >= 10


def test_nobody_is_let_in_without_the_token(real: str) -> None:
    """Every method at every address: 403 (or 405 where there is no such method)."""
    with httpx.Client(timeout=30) as client:
        for method, address in EVERY:
            for extra, headers in (
                ("", {}),
                ("?token=wrong", {}),
                ("?token=", {}),
                ("", {"Authorization": "token wrong"}),
                ("", {"Cookie": "_xsrf=a; username-localhost=b"}),
            ):
                url = f"{real}{address}{extra}"
                answer = client.request(method, url, headers=headers)
                assert answer.status_code in {403, 405}, (method, url)
                if answer.status_code == 405:
                    assert (method, address) not in CLOSED, (method, url)


def test_a_page_cannot_change_anything_without_its_xsrf_cookie(real: str) -> None:
    """A cookie alone, which a browser sends by itself, is not enough."""
    with httpx.Client(timeout=30) as browser:
        browser.get(f"{real}/curation/jobs?token={TOKEN}")
        assert browser.get(f"{real}/curation/jobs").status_code == 200  # by its cookie
        for method, address in EVERY:
            if method in {"GET", "HEAD"}:
                continue
            answer = browser.request(method, f"{real}{address}")
            assert answer.status_code in {403, 405}, (method, address)
            forged = browser.request(
                method, f"{real}{address}", headers={"X-XSRFToken": "forged"}
            )
            assert forged.status_code in {403, 405}, (method, address)


def test_a_page_with_the_xsrf_cookie_can(real: str) -> None:
    """As `upload.js` does it; from another site it cannot even so."""
    with httpx.Client(timeout=60) as browser:
        browser.get(f"{real}/curation/jobs?token={TOKEN}")
        where = f"{real}/curation/uploads/{UPLOAD}"
        assert browser.head(where).status_code == 204
        token = browser.cookies.get("_xsrf")
        assert token
        known = {"X-XSRFToken": token}
        put = f"{real}/curation/documents/a.pdf"
        assert browser.put(put, content=b"<html>", headers=known).status_code == 415
        elsewhere = {**known, "Origin": "http://evil.test"}
        assert browser.put(put, content=b"x", headers=elsewhere).status_code in {
            403,
            404,
        }


@pytest.mark.parametrize(
    "name",
    [
        "../../curation.sqlite",
        "..",
        ".",
        "/etc/passwd",
        "..\\..\\curation.sqlite",
        "a\0b",
        "%2e%2e%2f",
        "' OR 1=1 --",
        "n" * 2000,
    ],
)
def test_an_id_is_never_a_path(server: LocalServer, name: str) -> None:
    """Of a job, of a document, of an upload: not found, encoded once or twice."""
    once = quote(name, safe="").replace(".", "%2E")
    for sent in {name, once, quote(once, safe="")}:
        if re.search(r"[\0 ]", sent):
            continue  # no request can have that in its first line
        for address in (
            f"/curation/jobs/{sent}",
            f"/curation/jobs/{sent}/events",
            f"/curation/jobs/{sent}/documents",
            f"/curation/jobs/{sent}/results.zip",
            f"/curation/jobs/last/documents/{sent}/results",
            f"/curation/jobs/{sent}/documents/{sent}/results",
            f"/curation/uploads/{sent}/{'0' * 32}",
            f"/curation/uploads/upload-x/{sent}",
        ):
            # Other clients resolve the dots before they ask.
            connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
            connection.request("GET", address, headers=AUTHORIZATION)
            answer = connection.getresponse()
            text = answer.read().decode()
            connection.close()
            assert answer.status in {404, 405}, address
            assert json.loads(text).keys() == {"error"}
            assert "Traceback" not in text


@pytest.fixture
def hostile(workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path) -> ck.Job:
    """A job that is done, and whose documents have hostile names."""
    folder = tmp_path / "papers"
    folder.mkdir()
    for number in range(len(HOSTILE)):
        (folder / f"{number}.pdf").write_text(f"ok {number}")
    documents = workspace.documents.add(sorted(folder.glob("*.pdf")))
    for document in documents:  # as if no way in had cleaned them
        name = HOSTILE[int(Path(document.name).stem)]
        workspace._database.execute(
            "UPDATE documents SET name = ? WHERE id = ?", (name, document.id)
        )
    ids = [document.id for document in documents]
    return workspace.run(flow, ids, "../../evil", backend="sequential")


def harmless(name: str) -> None:
    """Check that a file of that name can be made anywhere, and only there."""
    assert name == Path(name).name
    assert not re.search(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]', name)
    assert not DEVICE.fullmatch(name), name
    assert name == name.strip(" .")
    assert len(name.encode()) <= 255


def test_names_in_the_zip_are_harmless(
    server: LocalServer, workspace, hostile: ck.Job
) -> None:
    """One file for each paper, none outside, none that another system refuses."""
    url = f"{server.jobs}/{hostile.id}/results.zip?evidence=1"
    answer = httpx.get(url, headers=AUTHORIZATION, timeout=60)
    names = zipfile.ZipFile(BytesIO(answer.content)).namelist()
    assert len({name.lower() for name in names if "/" not in name}) == len(HOSTILE)
    for name in names:
        *folders, file = name.split("/")
        assert folders in ([], ["_run"], ["evidence"])
        harmless(file)
    [disposition] = answer.headers.get_list("Content-Disposition")
    assert disposition == f"attachment; filename*=UTF-8''{hostile.id}.zip"
    results = workspace.path / "results"
    assert {path.parent.parent for path in hostile.result_files()} <= {
        results,
        results / hostile.id,
    }


def test_names_of_downloads_are_harmless(server: LocalServer, hostile: ck.Job) -> None:
    """A name makes no header of its own, and is not shown as a page of ours."""
    for row in hostile.document_rows():
        url = f"{server.jobs}/{hostile.id}/documents/{row['document_id']}/results"
        answer = httpx.get(url, headers=AUTHORIZATION)
        assert answer.status_code == 200
        [disposition] = answer.headers.get_list("Content-Disposition")
        start, _, name = disposition.partition("filename*=UTF-8''")
        assert start == "attachment; "
        assert re.fullmatch(r"[\w.%~-]+", name)
        harmless(unquote(name))
        assert (
            "set-cookie" not in answer.headers
            or "a=b" not in answer.headers["set-cookie"]
        )
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_no_answer_is_a_page(server: LocalServer, hostile: ck.Job) -> None:
    """JSON with names in it, and errors that repeat what was asked, run nowhere."""
    for path in ("", f"/{hostile.id}/documents", "/<script>alert(1)</script>"):
        answer = httpx.get(f"{server.jobs}{path}", headers=AUTHORIZATION)
        assert answer.headers["Content-Type"] == "application/json"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
