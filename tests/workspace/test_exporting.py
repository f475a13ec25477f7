from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from batches import add_papers, fake_flow

import curation_kit as ck
from curation_kit.errors import JobError
from curation_kit.formats import delimited
from curation_kit.samples import write_sample_papers
from curation_kit.workspace import evidence_problems


@pytest.fixture
def job(workspace: ck.Workspace, fakes: None) -> ck.Job:
    """Three papers, one of which failed."""
    assert fakes is None
    papers = add_papers(workspace, "ok", "fail", "ok")
    return workspace.run(fake_flow("csv"), papers, "My job", backend="sequential")


def run_folder(path: Path) -> dict[str, bytes]:
    """The files of ``_run`` by name."""
    with zipfile.ZipFile(path) as archive:
        return {
            name.removeprefix("_run/"): archive.read(name)
            for name in archive.namelist()
            if name.startswith("_run/")
        }


def rows_of(content: bytes) -> list[dict[str, str]]:
    """Rows of a CSV."""
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_a_folder_that_is_named_is_made(job: ck.Job, tmp_path: Path) -> None:
    """The file in it has the name that it has in any folder."""
    path = job.export_zip(f"{tmp_path}/new/")

    assert path == tmp_path / "new" / f"{job.id}.zip"
    assert path.is_file()


def test_the_folder_of_the_run_tells_everything(job: ck.Job, tmp_path: Path) -> None:
    """One table of all, the documents with their errors, the log, the flow."""
    files = run_folder(job.export_zip(tmp_path))

    assert list(files) == [
        "results.csv",
        "results.xlsx",
        "results.parquet",
        "documents.csv",
        "ledger.json",
        "dropped.csv",
        "events.jsonl",
        "flow.yaml",
        "manifest.json",
        "ro-crate-metadata.json",
        "SHA256SUMS",
    ]
    assert [row["document"] for row in rows_of(files["results.csv"])] == [
        "000-ok.pdf",
        "002-ok.pdf",
    ]
    [_, failed, _] = rows_of(files["documents.csv"])
    assert (failed["status"], failed["error"]) == ("failed", "The paper is blank.")
    assert len(json.loads(files["ledger.json"])) == 3
    events = [json.loads(line) for line in files["events.jsonl"].splitlines()]
    assert [event["seq"] for event in events] == [event.seq for event in job.events()]
    assert ck.Flow.from_yaml(files["flow.yaml"].decode()) == job.flow


def test_the_manifest_names_versions_documents_and_files(
    job: ck.Job, tmp_path: Path
) -> None:
    """With the checksums of the result files as they are in the ZIP."""
    path = job.export_zip(tmp_path)
    manifest = json.loads(run_folder(path)["manifest.json"])

    assert manifest["schema"] == "curation_kit manifest 1.0"
    assert manifest["job"]["id"] == job.id
    assert manifest["rows"]["kind"] == "all"
    assert manifest["software"]["curation_kit"] == ck.__version__
    assert manifest["software"]["libraries"]["pandas"]
    assert [agent["name"] for agent in manifest["software"]["agents"]] == [
        step.agent for step in job.flow.steps
    ]
    assert manifest["software"]["vocabularies"]["genes_worm"]["licence"]
    first, failed, _ = manifest["documents"]
    assert (first["status"], failed["status"]) == ("completed", "failed")
    assert failed["files"] == []
    assert failed["attempts"][0]["category"] == "input"
    [file] = first["files"]
    with zipfile.ZipFile(path) as archive:
        content = archive.read(file["name"])
    assert file["sha256"] == hashlib.sha256(content).hexdigest()


def test_every_file_has_its_checksum(job: ck.Job, tmp_path: Path) -> None:
    """As ``sha256sum -c _run/SHA256SUMS`` reads it in the folder of the ZIP."""
    path = job.export_zip(tmp_path)
    sums = dict(
        line.split("  ", 1)[::-1]
        for line in run_folder(path)["SHA256SUMS"].decode().splitlines()
    )

    with zipfile.ZipFile(path) as archive:
        assert sums == {
            name: hashlib.sha256(archive.read(name)).hexdigest()
            for name in archive.namelist()
            if name != "_run/SHA256SUMS"
        }


def test_the_crate_holds_what_is_in_its_folder(job: ck.Job, tmp_path: Path) -> None:
    """All but its metadata and the sums, with size and checksum."""
    files = run_folder(job.export_zip(tmp_path))
    graph = json.loads(files["ro-crate-metadata.json"])["@graph"]

    found = {item["@id"]: item for item in graph if item["@type"] == "File"}
    assert found.keys() == files.keys() - {"ro-crate-metadata.json", "SHA256SUMS"}
    for name, item in found.items():
        assert item["contentSize"] == str(len(files[name]))
        assert item["sha256"] == hashlib.sha256(files[name]).hexdigest()


def test_the_same_job_gives_the_same_bytes(job: ck.Job, tmp_path: Path) -> None:
    """Every file in it, and the ZIP."""
    first = job.export_zip(tmp_path / "a.zip").read_bytes()

    assert job.export_zip(tmp_path / "b.zip").read_bytes() == first


def test_nothing_of_the_machine_is_told(
    workspace: ck.Workspace, fakes: None, tmp_path: Path
) -> None:
    """Also where a message of an error names a file."""
    assert fakes is None
    papers = add_papers(workspace, "ok", f"need {workspace.path}/secret")
    job = workspace.run(fake_flow("csv"), papers, backend="sequential")
    with workspace._store.database.transaction():
        workspace._store.database.execute(
            "UPDATE job_documents SET message = ? WHERE status = 'failed'",
            (f"{workspace.path}/documents/x.pdf and {Path.home()}/y cannot be read.",),
        )

    files = run_folder(job.export_zip(tmp_path / "out.zip"))

    failed = rows_of(files["documents.csv"])[1]
    assert failed["error"] == "WORKSPACE/documents/x.pdf and ~/y cannot be read."
    for name, content in files.items():
        assert str(workspace.path).encode() not in content, name
        assert str(Path.home()).encode() not in content, name


def test_what_a_curator_said_is_in_tables_and_the_machines_value_beside_it(
    job: ck.Job, tmp_path: Path
) -> None:
    """In JSON, workbooks and wide tables; `rows` says whose values are shown."""
    job.review(0, "edited", changes={"gene_symbol": "SEPT2"}, note="=so", reviewer="me")

    wide = rows_of(job.export_table(tmp_path / "w.csv", wide=True).read_bytes())
    machine = rows_of(
        job.export_table(tmp_path / "m.csv", rows="machine", wide=True).read_bytes()
    )
    reviewed = json.loads(
        job.export_table(tmp_path / "r.json", rows="reviewed").read_text()
    )

    assert (wide[0]["gene_symbol"], wide[0]["review"]) == ("SEPT2", "edited")
    assert (wide[0]["reviewer"], wide[0]["review_note"]) == ("me", "'=so")
    assert json.loads(wide[0]["machine_values"]) == {"gene_symbol": "ok"}
    given = job.review_of(0)
    assert given is not None
    at = dt.datetime.fromisoformat(wide[0]["review_time"]).timestamp()
    assert at == pytest.approx(given.time, abs=0.001)
    assert wide[0]["job_id"] == job.id
    assert (machine[0]["gene_symbol"], machine[0]["reviewer"]) == ("ok", "")
    [only] = reviewed
    assert only["machine_values"] == {"gene_symbol": "ok"}
    assert (
        run_folder(job.export_zip(tmp_path, rows="reviewed"))["results.csv"].count(
            b"\n"
        )
        == 2
    )


def test_a_workbook_has_the_documents_and_how_it_was_made(
    job: ck.Job, tmp_path: Path
) -> None:
    """Its pages lead to the DOI of the paper, where that is known."""
    database = job._store.database
    with database.transaction():
        database.execute(
            "UPDATE documents SET preflight = "
            "json_set(preflight, '$.doi', '10.1/a b') WHERE name = '000-ok.pdf'"
        )

    book = openpyxl.load_workbook(job.export_table(tmp_path / "t.xlsx"))

    assert book.sheetnames == ["Results", "Documents", "About"]
    header = [cell.value for cell in book["Results"][1]]
    page = header.index("page")
    assert book["Results"][2][page].hyperlink.target == "https://doi.org/10.1/a%20b"
    assert book["Results"][3][page].hyperlink is None
    assert [row[1].value for row in book["Documents"].rows][1:] == [
        "completed",
        "failed",
        "completed",
    ]
    tip = book["Results"][2][page].hyperlink.tooltip
    assert tip == "The paper, doi:10.1/a b: see its page 1"
    assert book.properties.title == "My job: records found by curation_kit"
    about = dict(book["About"].iter_rows(min_row=2, values_only=True))
    assert (about["documents"], about["records"]) == (3, 2)
    assert about["vocabularies"].count("UBERON") == 1
    assert about["job"] == "My job"
    assert about["steps"].startswith("fake_input → ")


def test_rows_of_a_workbook_lead_to_highlighted_papers_beside_it(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """Where they were wanted, each to its page; a name with a space works too."""
    papers = write_sample_papers(tmp_path / "papers", count=2)
    flow = workspace.flows["Gene Expression Extraction"]
    documents = workspace.documents.add([paper.path for paper in papers])
    job = workspace.run(flow, documents, backend="sequential")

    path = job.export_table(tmp_path / "my records.xlsx", evidence=True)

    folder = tmp_path / "my records-evidence"
    assert evidence_problems(folder) == ""
    header, *rows = openpyxl.load_workbook(path)["Results"].iter_rows()
    names = [cell.value for cell in header]
    for row in rows:
        page = row[names.index("page")]
        target = f"{page.hyperlink.target}#{page.hyperlink.location}"
        stem = Path(row[names.index("document")].value).stem
        assert target == f"my%20records-evidence/{stem}.pdf#page={page.value}"
        assert (folder / f"{stem}.pdf").read_bytes().startswith(b"%PDF")
    assert rows

    documents[0].path.unlink()
    job.export_table(path, evidence=True)
    assert "removed from the workspace" in evidence_problems(folder)
    with pytest.raises(JobError, match=r"name the file t\.xlsx"):
        job.export_table(tmp_path / "t.csv", evidence=True)


def test_parquet_leads_back_and_sorts_like_the_results(
    job: ck.Job, tmp_path: Path
) -> None:
    """The keys are there without asking; genes are strings."""
    path = job.export_table(tmp_path / "t.parquet")

    table = pd.read_parquet(path)

    results = job.results
    assert list(table["document_id"]) == list(results["document_id"])
    assert list(table["record"]) == [0, 0]
    assert table["verification"].dtype == results["verification"].dtype
    assert not isinstance(table["gene_symbol"].dtype, pd.CategoricalDtype)


def test_some_records_are_exported_in_the_order_given(
    job: ck.Job, tmp_path: Path
) -> None:
    """Those that are gone are left out."""
    first, _, third = (row["document_id"] for row in job.document_rows())

    path = job.export_table(
        tmp_path / "t.tsv", records=[(third, 0), (first, 7), (first, 0)]
    )

    lines = path.read_text().splitlines()[1:]
    assert [line.split("\t")[0] for line in lines] == ["002-ok.pdf", "000-ok.pdf"]


def test_a_table_that_cannot_be_written_says_so(job: ck.Job, tmp_path: Path) -> None:
    """No half a table is left."""
    (tmp_path / "file").write_text("")

    for name in ("t.csv", "t.json", "t.xlsx", "t.parquet"):
        with pytest.raises(JobError, match="cannot be written"):
            job.export_table(tmp_path / "file" / name)
    with pytest.raises(JobError, match=r'no format "doc"'):
        job.export_table(tmp_path / "t.doc")
    with pytest.raises(JobError, match="does not say which format"):
        job.export_table(tmp_path / "t")
    with pytest.raises(JobError, match="is a folder: name the file"):
        job.export_table(f"{tmp_path}/new/", format="csv")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        job.export_table(tmp_path / "t.xlsx", progress=stop)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["file"]


def told_again(job: ck.Job, kind: str) -> bytes:
    """All records as a table, from the store alone."""
    rows = (row.record.row(row.document) for row in job.table_rows())
    return delimited(rows, job.record_model().columns(), "\t" if kind == "tsv" else ",")


@pytest.mark.parametrize("kind", ["csv", "tsv"])
def test_one_table_of_all_is_that_of_the_store(
    workspace: ck.Workspace, fakes: None, tmp_path: Path, kind: str
) -> None:
    """To the byte: with files changed, gone, of other columns, and reviewed."""
    assert fakes is None
    papers = add_papers(workspace, "ok", "=ok 1", "fail", *["ok"] * 4)
    job = workspace.run(fake_flow(kind), papers, backend="sequential")
    path = tmp_path / f"all.{kind}"
    assert job.export_table(path).read_bytes() == told_again(job, kind)

    ids = [row["document_id"] for row in job.document_rows()]
    job.review((ids[3], 0), "edited", changes={"gene_symbol": "unc-54"}, reviewer="me")
    files = {document_id: job.result_files(document_id) for document_id in ids}
    files[ids[0]][0].write_bytes(b"nothing of the sort\n")
    files[ids[1]][0].unlink()
    files[ids[5]][0].unlink()
    files[ids[5]][0].mkdir()  # cannot be read
    older = files[ids[4]][0].read_bytes().replace(b"quote", b"words", 1)
    files[ids[4]][0].write_bytes(older)
    workspace._store.database.execute(
        "UPDATE result_files SET sha256 = ? WHERE document_id = ?",
        (hashlib.sha256(older).hexdigest(), ids[4]),
    )
    told = job.export_table(path).read_bytes()
    assert told == told_again(job, kind)
    assert told.count(b"unc-54") == 1
    assert told.count(b"\n") == 1 + 6


def test_one_table_of_all_needs_no_files(
    workspace: ck.Workspace, fakes: None, tmp_path: Path
) -> None:
    """A flow that writes something else has the same table."""
    assert fakes is None
    papers = add_papers(workspace, "ok", "ok")
    job = workspace.run(fake_flow("json"), papers, backend="sequential")
    told = job.export_table(tmp_path / "all.csv").read_bytes()
    assert told == told_again(job, "csv")
    assert told.count(b"\n") == 1 + 2
