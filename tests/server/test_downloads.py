from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from batches import add_papers, fake_flow
from streams import TOKEN, LocalServer

import curation_kit as ck
from curation_kit.samples import write_sample_papers

HOSTILE = '<img src=x onerror=alert(1)>"; filename=evil.html'

pytestmark = pytest.mark.usefixtures("fakes")


@pytest.fixture
def server(workspace: ck.Workspace) -> Iterator[LocalServer]:
    """The workspace, served."""
    with LocalServer(workspace.path) as running:
        yield running


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A client that has the token."""
    headers = {"Authorization": f"token {TOKEN}"}
    with httpx.Client(headers=headers, timeout=60) as made:
        yield made


@pytest.fixture
def job(workspace: ck.Workspace) -> ck.Job:
    """An ended job with two outputs: one paper completed, one failed."""
    papers = add_papers(workspace, "ok", "fail")
    return workspace.run(fake_flow("csv", "json"), papers, backend="sequential")


def test_all_results_come_as_a_zip(server: LocalServer, client, job: ck.Job) -> None:
    """It has the name and the content that `export_zip` gives it."""
    answer = client.get(f"{server.jobs}/{job.id}/results.zip")

    assert answer.status_code == 200
    assert f"UTF-8''{job.id}.zip" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        top = [name for name in archive.namelist() if "/" not in name]
        assert top == ["000-ok.csv", "000-ok.json"]
        assert "_run/manifest.json" in archive.namelist()


@pytest.mark.parametrize("kind", ["csv", "tsv", "json", "xlsx", "parquet"])
def test_all_records_come_as_one_table(
    server: LocalServer, client, job: ck.Job, tmp_path: Path, kind: str
) -> None:
    """In each format, as `export_table` writes it."""
    answer = client.get(f"{server.jobs}/{job.id}/results.{kind}?wide=1")

    assert answer.status_code == 200
    assert f"UTF-8''{job.id}.{kind}" in answer.headers["content-disposition"]
    path = job.export_table(tmp_path / f"t.{kind}", wide=True)
    assert answer.content == path.read_bytes()


def test_a_table_of_what_is_not_there_is_refused(
    server: LocalServer, client, job: ck.Job
) -> None:
    """Another format, other rows, another job."""
    assert client.get(f"{server.jobs}/{job.id}/results.doc").status_code == 404
    refused = client.get(f"{server.jobs}/{job.id}/results.csv?rows=mine")
    assert refused.status_code == 400
    assert "reviewed" in refused.text
    assert client.get(f"{server.jobs}/nosuchjob/results.csv").status_code == 404


def test_the_results_of_a_document(
    server: LocalServer, client, workspace, job: ck.Job
) -> None:
    """A file, or a ZIP of several; never something that a browser would show."""
    ok, failed = job.documents["document_id"]
    several = client.get(f"{server.jobs}/{job.id}/documents/{ok}/results")
    single = workspace.run(fake_flow("csv"), ok, backend="sequential")
    one = client.get(f"{server.jobs}/{single.id}/documents/{ok}/results")

    assert zipfile.ZipFile(io.BytesIO(several.content)).namelist() == [
        "000-ok.csv",
        "000-ok.json",
    ]
    assert one.content == single.result_files()[0].read_bytes()
    assert one.headers["content-type"] == "text/csv; charset=utf-8"
    assert one.headers["content-disposition"].startswith("attachment; ")
    assert several.headers["content-type"] == "application/zip"
    assert one.headers["x-content-type-options"] == "nosniff"
    for wrong in (failed, "0" * 64, "..%2f..%2fcuration.sqlite"):
        missing = client.get(f"{server.jobs}/{job.id}/documents/{wrong}/results")
        assert missing.status_code == 404
        assert "no results" in missing.json()["error"]


def test_a_hostile_name_stays_in_its_header(
    server: LocalServer, client, workspace
) -> None:
    """It cannot add another name or another header."""
    [paper] = add_papers(workspace, "ok")
    workspace.documents._database.execute(
        "UPDATE documents SET name = ?", (f"{HOSTILE}.pdf",)
    )
    job = workspace.run(fake_flow("csv"), paper.id, backend="sequential")

    answer = client.get(f"{server.jobs}/last/documents/{paper.id}/results")

    [file] = job.result_files()
    assert answer.content == file.read_bytes()
    header = answer.headers["content-disposition"]
    assert header.startswith("attachment; filename*=UTF-8''")
    assert not set('<>" ;') & set(header.partition("''")[2])


def test_downloads_need_the_token_and_something_to_download(
    server: LocalServer, client, workspace
) -> None:
    """Each refusal says why."""
    papers = add_papers(workspace, "fail")
    job = workspace.run(fake_flow("csv"), papers, backend="sequential")
    url = f"{server.jobs}/{job.id}/results.zip"

    assert httpx.get(url).status_code == 403
    empty = client.get(url)
    assert (empty.status_code, "no completed document" in empty.text) == (409, True)
    assert client.get(f"{server.jobs}/nosuchjob/results.zip").status_code == 404


def test_a_highlighted_paper(server: LocalServer, client, workspace, tmp_path) -> None:
    """Alone, and in the ZIP when it is asked for."""
    [sample] = write_sample_papers(tmp_path, count=1)
    [paper] = workspace.documents.add(sample.path)
    job = workspace.run("Gene Expression Extraction", paper, backend="sequential")
    url = f"{server.jobs}/{job.id}"

    alone = client.get(f"{url}/documents/{paper.id}/evidence.pdf")
    zipped = client.get(f"{url}/results.zip", params={"evidence": "1"})

    assert alone.status_code == 200
    assert alone.content.startswith(paper.path.read_bytes())
    assert "-evidence.pdf" in alone.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(zipped.content)) as archive:
        [name] = [name for name in archive.namelist() if "evidence/" in name]
        assert archive.read(name) == alone.content
    missing = client.get(f"{url}/documents/{'0' * 64}/evidence.pdf")
    assert (missing.status_code, "has no document" in missing.text) == (404, True)
    paper.path.unlink()
    gone = client.get(f"{url}/documents/{paper.id}/evidence.pdf")
    assert (gone.status_code, "was removed" in gone.text) == (409, True)
    wrong = client.get(f"{url}/results.zip", params={"evidence": "maybe"})
    assert wrong.status_code == 400
