from __future__ import annotations

import datetime as dt
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx
import pytest
from batches import add_papers, until
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streams import TOKEN, LocalServer, Message, messages

import curation_kit as ck
from curation_kit.server import _feed

AUTHORIZATION = {"Authorization": f"token {TOKEN}"}


@pytest.fixture
def server(workspace: ck.Workspace) -> Iterator[LocalServer]:
    """The workspace, served; nothing is left open at the end."""
    with LocalServer(workspace.path) as running:
        yield running
        until(running.quiet)


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A client that has the token."""
    with httpx.Client(headers=AUTHORIZATION, timeout=60) as made:
        yield made


@pytest.fixture
def idle(workspace: ck.Workspace, flow: ck.Flow) -> ck.Job:
    """A job that nobody works on: its events come from `write`."""
    return workspace.create(flow, add_papers(workspace, "ok", "ok"))


def write(workspace: ck.Workspace, job: ck.Job, count: int, reason: str = "") -> None:
    """Add events to the log of an idle job."""
    for _ in range(count):
        if job.paused_reason is None:
            job.pause(reason or "Test.")
        else:
            workspace._store.resume(job.id)


def log(job: ck.Job) -> list[dict[str, Any]]:
    """Events of a job, as they are sent."""
    return [asdict(event) for event in job.events()]


def follow(url: str, **headers: str) -> tuple[list[dict[str, Any]], Message]:
    """Give the events of a stream, and its end."""
    known = {**AUTHORIZATION, **headers}
    with httpx.stream("GET", url, headers=known, timeout=60) as answer:
        assert answer.status_code == 200
        *events, end = messages(answer.iter_lines())
    assert [message.id for message in events] == [m.data["seq"] for m in events]
    return [message.data for message in events], end


# ---- JSON


def test_the_token_is_needed(server: LocalServer, idle) -> None:
    """Without it every address answers 403 and a sentence, and never redirects."""
    for path in ("", f"/{idle.id}", f"/{idle.id}/documents", f"/{idle.id}/events"):
        for extra in ("", "?token=wrong"):
            answer = httpx.get(f"{server.jobs}{path}{extra}")
            assert answer.status_code == 403
            assert "token" in answer.json()["error"]
    assert httpx.get(f"{server.jobs}?token={TOKEN}").status_code == 200
    assert httpx.get(server.jobs, headers=AUTHORIZATION).status_code == 200


def test_another_site_cannot_read(server: LocalServer) -> None:
    """The cookie of a browser is of no use to a page from elsewhere."""
    with httpx.Client() as browser:
        assert browser.get(f"{server.jobs}?token={TOKEN}").status_code == 200
        assert browser.get(server.jobs).status_code == 200  # by its cookie
        elsewhere = browser.get(server.jobs, headers={"Origin": "http://evil.test"})
    assert elsewhere.status_code == 404


def test_jobs_are_listed(server: LocalServer, client, workspace, flow) -> None:
    """Newest first, as `Job.summary` has them."""
    assert client.get(server.jobs).json() == []
    papers = add_papers(workspace, "ok", "fail")
    jobs = [workspace.run(flow, papers, name, backend="sequential") for name in "ab"]
    rows = client.get(server.jobs).json()
    assert [row["name"] for row in rows] == ["b", "a"]
    for row, job in zip(reversed(rows), jobs, strict=True):
        summary = job.summary()
        created = dt.datetime.fromisoformat(row.pop("created"))
        assert created.timestamp() == summary.pop("created").timestamp()
        assert row == summary


def test_a_job_is_shown(server: LocalServer, client, workspace, flow) -> None:
    """By id, by the end of it, or as the last."""
    job = workspace.run(flow, add_papers(workspace, "ok", "fail"), backend="sequential")
    for name in (job.id, job.id[-6:], "last"):
        shown = client.get(f"{server.jobs}/{name}").json()
        assert shown["id"] == job.id
        assert shown["progress"]["completed"] == 1
        assert shown["progress"]["fraction"] == 1
        assert shown["flow"] == job.flow.model_dump(mode="json")
        assert shown["last_seq"] == job.last_seq()
        assert shown["settled"] is True
        assert shown["paused_reason"] is None


def test_a_paused_job_says_why(server: LocalServer, client, idle) -> None:
    """As the monitor does."""
    idle.pause("The disk is full.")
    shown = client.get(f"{server.jobs}/{idle.id}").json()
    assert shown["status"] == "paused"
    assert shown["paused_reason"] == "The disk is full."
    assert shown["settled"] is False


def test_documents_come_in_pages(server: LocalServer, client, workspace, flow) -> None:
    """With the number of all that were asked for."""
    papers = add_papers(workspace, "ok", "fail", "ok", "fail", "ok")
    job = workspace.run(flow, papers, backend="sequential")
    url = f"{server.jobs}/{job.id}/documents"
    shown = client.get(url).json()
    assert shown == {"total": 5, "offset": 0, "documents": job.document_rows()}
    shown = client.get(url, params={"status": "failed"}).json()
    assert shown["total"] == 2
    assert {row["status"] for row in shown["documents"]} == {"failed"}
    shown = client.get(url, params={"limit": 2, "offset": 4}).json()
    assert shown == {
        "total": 5,
        "offset": 4,
        "documents": job.document_rows(limit=2, offset=4),
    }


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/nope", 404, 'There is no job "nope"'),
        ("/nope/documents", 404, 'There is no job "nope"'),
        ("/nope/events", 404, 'There is no job "nope"'),
        ("/%3Cb%3E%25s", 404, 'There is no job "<b>%s"'),
        ("/last/nothing", 404, "There is only /curation/jobs"),
        ("/last/documents?status=paused", 400, "must be one of pending, processing"),
        ("/last/documents?limit=0", 400, "from 1 to 1000"),
        ("/last/documents?limit=1%25", 400, "limit='1%' must be a whole number"),
        ("/last/documents?offset=-1", 400, "from 0 up"),
        ("/last/events?after=soon", 400, "after='soon' must be a whole number"),
    ],
)
def test_bad_requests_get_a_sentence(
    server: LocalServer, client, idle, path, status, sentence
) -> None:
    """An unknown job is 404, a bad parameter 400; both say what is wrong."""
    answer = client.get(server.jobs + path)
    assert answer.status_code == status
    assert sentence in answer.json()["error"]
    del idle


def test_a_workspace_that_cannot_be_opened_says_so(tmp_path: Path, client) -> None:
    """And is opened by the first request that can."""
    folder = tmp_path / "ws"
    folder.write_text("a file, not a folder")
    with LocalServer(folder) as server:
        answer = client.get(server.jobs)
        assert answer.status_code == 503
        assert "is no workspace" in answer.json()["error"]
        folder.unlink()
        ck.Workspace(folder).close()
        assert client.get(server.jobs).json() == []
        client.close()
        until(server.quiet)


def test_a_token_is_not_logged(server: LocalServer, caplog, idle) -> None:
    """Not even with a request that fails."""
    httpx.get(f"{server.jobs}/nope?token={TOKEN}")
    server.feed._jobs = None  # a fault of ours
    answer = httpx.get(f"{server.jobs}/{idle.id}?token={TOKEN}")
    assert answer.status_code == 500
    assert answer.json() == {"error": "500 Internal Server Error."}
    assert f"GET /curation/jobs/{idle.id} failed" in caplog.text
    assert TOKEN not in caplog.text


# ---- the stream


def test_a_job_is_followed_to_its_end(server: LocalServer, workspace, flow) -> None:
    """Every event of a real job, live, then the event that says how it ended."""
    job = workspace.create(
        flow, add_papers(workspace, "ok", "fail", "ok"), backend="sequential"
    )
    with ThreadPoolExecutor(1) as pool:
        followed = pool.submit(follow, f"{server.jobs}/{job.id}/events")
        until(lambda: server.feed.followers)
        job.run()
        events, end = followed.result(60)
    assert events == log(job)
    assert events[-1]["type"] == "job_completed"
    assert end.data == {"job_id": job.id, "status": "completed"}


def test_the_headers_keep_proxies_from_holding_events_back(
    server: LocalServer, client, idle
) -> None:
    """No cache, no buffer, no compression even when the client offers it."""
    with client.stream("GET", f"{server.jobs}/{idle.id}/events") as answer:
        assert "gzip" in answer.request.headers["Accept-Encoding"]
        headers = answer.headers
        assert next(answer.iter_lines()) == "retry: 2000"
    assert headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert headers["Cache-Control"] == "no-cache, no-transform"
    assert headers["X-Accel-Buffering"] == "no"
    assert "Content-Encoding" not in headers
    client.close()


def test_nothing_is_left_to_say_after_the_end(server, client, workspace, flow) -> None:
    """204 stops a browser; a retry reopens the job and a new stream goes on."""
    job = workspace.run(flow, add_papers(workspace, "fail"), backend="sequential")
    url, last = f"{server.jobs}/{job.id}/events", job.last_seq()
    assert client.get(url, params={"after": last}).status_code == 204
    assert client.get(url, headers={"Last-Event-ID": str(last)}).status_code == 204
    client.close()
    before = len(log(job))
    job.retry_failed()
    events, end = follow(url, **{"Last-Event-ID": str(last)})
    assert events == log(job)[before:]
    assert events[0]["type"] == "job_retried"
    assert end.data["status"] == "failed"


def test_a_cancelled_job_ends_when_its_paper_has_stopped(
    server: LocalServer, workspace, plugins, tmp_path: Path
) -> None:
    """A document in work when the job is cancelled is told too."""
    del plugins
    gate = tmp_path / "gate"
    steps = [ck.Step(agent=a) for a in ("fake_input", "fake_extractor", "csv")]
    flow = ck.Flow(name="Fake", steps=steps)
    job = workspace.submit(flow, add_papers(workspace, f"wait {gate}"))
    until(Path(f"{gate}.started").exists)
    with ThreadPoolExecutor(1) as pool:
        followed = pool.submit(follow, f"{server.jobs}/{job.id}/events")
        job.cancel()
        until(lambda: server.feed.followers)
        gate.touch()
        events, end = followed.result(60)
    assert events == log(job)
    assert events[-1]["type"] == "document_cancelled"
    assert end.data["status"] == "cancelled"


def test_a_job_that_is_deleted_ends_its_stream(server, client, workspace, idle) -> None:
    """With the reason."""
    with client.stream("GET", f"{server.jobs}/{idle.id}/events") as answer:
        stream = messages(answer.iter_lines())
        assert next(stream).data["type"] == "job_created"
        workspace._database.execute("DELETE FROM jobs WHERE id = ?", (idle.id,))
        (end,) = stream
    assert end.event == "end"
    assert f'There is no job "{idle.id}"' in end.data["error"]
    client.close()


@pytest.mark.parametrize("left", [0, 1])
def test_a_long_log_is_read_in_pages(
    server: LocalServer, workspace, idle, monkeypatch, left
) -> None:
    """Nothing is lost where two pages meet, nor where the last one is full."""
    monkeypatch.setattr(_feed, "PAGE", 20)
    write(workspace, idle, 58 + left)  # and one event each when made and cancelled
    idle.cancel()
    assert len(log(idle)) % 20 == left
    events, _ = follow(f"{server.jobs}/{idle.id}/events")
    assert events == log(idle)


def test_quiet_streams_have_heartbeats(workspace, client, idle, flow) -> None:
    """Also while another job is busy."""
    busy = workspace.create(flow, workspace.documents.list())
    with LocalServer(workspace.path, heartbeat_after=0.05) as server:
        with client.stream("GET", f"{server.jobs}/{idle.id}/events") as answer:
            comments = 0
            for line in answer.iter_lines():
                comments += line == ": heartbeat"
                write(workspace, busy, 1)
                if comments == 5:
                    break
        client.close()
        until(server.quiet)


def test_twenty_followers_get_everything(server, workspace, flow) -> None:
    """All of them at once, and nothing is left of them."""
    papers = add_papers(workspace, *["ok", "fail"] * 10)
    job = workspace.create(flow, papers, backend="sequential")
    url = f"{server.jobs}/{job.id}/events"
    with ThreadPoolExecutor(20) as pool:
        followed = [pool.submit(follow, url) for _ in range(20)]
        until(lambda: server.feed.followers == 20)
        job.run()
        for one in followed:
            events, end = one.result(60)
            assert events == log(job)
            assert end.data["status"] == "completed"
    until(server.quiet)


def test_a_client_that_takes_nothing_holds_nobody_up(workspace, idle) -> None:
    """It is let go after a while; the others read on meanwhile."""
    write(workspace, idle, 100, reason="x" * 400_000)  # more than sockets buffer
    with (
        LocalServer(workspace.path, stalled_after=1.0) as server,
        socket.create_connection(("127.0.0.1", server.port)) as stuck,
    ):
        stuck.sendall(
            f"GET /curation/jobs/{idle.id}/events?token={TOKEN} HTTP/1.1\r\n"
            "Host: 127.0.0.1\r\n\r\n".encode()
        )
        until(lambda: server.feed.followers)
        idle.cancel()
        events, end = follow(f"{server.jobs}/{idle.id}/events")
        assert events == log(idle)
        assert end.event == "end"
        until(server.quiet)
        got = 0
        with suppress(ConnectionResetError):
            while chunk := stuck.recv(1 << 20):
                got += len(chunk)
        assert got < 50 * 400_000


class Reader:
    """A client that may lose its connection anywhere."""

    def __init__(self, url: str, *, by_header: bool) -> None:
        self.url = url
        self.by_header = by_header
        self.seen: list[Message] = []
        self.ended = False

    @property
    def last(self) -> int:
        """Sequence number of the last event that came in whole."""
        return self.seen[-1].id if self.seen else 0

    def connect(self, *, drop_after: int, enough) -> None:
        """Read whole events of the first bytes, or until there are `enough`."""
        headers, params = dict(AUTHORIZATION), {"after": 0}
        if self.by_header and self.last:
            headers["Last-Event-ID"] = str(self.last)
        else:
            params["after"] = self.last
        with httpx.stream(
            "GET", self.url, headers=headers, params=params, timeout=60
        ) as answer:
            if answer.status_code == 204:
                self.ended = True
                return
            got, known = b"", len(self.seen)
            for chunk in answer.iter_raw():
                got = (got + chunk)[:drop_after]
                whole = got[: got.rfind(b"\n\n") + 2].decode()
                found = list(messages(whole.split("\n")))
                self.seen[known:] = [m for m in found if m.event == "message"]
                self.ended = any(message.event == "end" for message in found)
                if len(got) == drop_after or self.ended or enough(self.last):
                    return


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    drops=st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 6000)), min_size=1, max_size=6
    ),
    by_header=st.booleans(),
)
def test_every_event_comes_once_and_in_order_over_lost_connections(
    server: LocalServer, workspace, flow, drops, by_header
) -> None:
    """Wherever the connection breaks, while the job is being written."""
    papers = workspace.documents.list() or add_papers(workspace, "ok", "ok")
    job = workspace.create(flow, papers)
    reader = Reader(f"{server.jobs}/{job.id}/events", by_header=by_header)
    for count, drop_after in drops:
        writer = threading.Thread(target=write, args=(workspace, job, count))
        writer.start()
        reader.connect(
            drop_after=drop_after,
            enough=lambda last, writer=writer: (
                not writer.is_alive() and last == job.last_seq()
            ),
        )
        writer.join()
    canceller = threading.Thread(target=job.cancel)
    canceller.start()
    reader.connect(drop_after=1 << 30, enough=lambda _: False)
    canceller.join()
    assert reader.ended
    assert [message.data for message in reader.seen] == log(job)
    reader.ended = False
    reader.connect(drop_after=1 << 30, enough=lambda _: False)
    assert reader.ended
    assert len(reader.seen) == len(log(job))
