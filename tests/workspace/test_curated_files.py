from __future__ import annotations

import csv
import io
import json
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from batches import add_papers, fake_flow

import curation_kit as ck
from curation_kit.agents import Formatter, Options, register, registry
from curation_kit.errors import JobError


class Lines(Formatter):
    """Writes with an option, with the text of the paper, or not at all."""

    name = "lines"
    title = "Lines"
    extension = "txt"

    class Options(Options):
        """What is written before each symbol."""

        mark: str = "-"

    Options = Options

    def format(self, paper, records, record) -> bytes:
        """Give a line per record, and the paper's text."""
        del record
        if any(item.gene_symbol == "raise" for item in records):
            raise ValueError("no such symbol")
        lines = [f"{self.options.mark} {item.gene_symbol}" for item in records]
        return "\n".join([*lines, paper.text.text]).encode()


@pytest.fixture
def job(workspace: ck.Workspace, fakes: None) -> ck.Job:  # noqa: ARG001 - registers the agents
    """Three papers with two files each, and a failed one."""
    papers = add_papers(workspace, "ok", "ok", "fail", "ok")
    return workspace.run(fake_flow("csv", "json"), papers, backend="sequential")


def ids(job: ck.Job) -> list[str]:
    """Ids of the documents, in order."""
    return [row["document_id"] for row in job.document_rows()]


def rows_of(content: bytes) -> list[list[str]]:
    """Gene, stage and review of each row of a CSV."""
    found = csv.DictReader(io.StringIO(content.decode()))
    return [[row["gene_symbol"], row["stage_label"], row["review"]] for row in found]


def test_made_anew_of_the_same_records_a_file_is_the_same(job: ck.Job) -> None:
    """To the byte, whatever its format."""
    for document_id in (ids(job)[0], ids(job)[3]):
        for step, file in zip((3, 4), job.result_files(document_id), strict=True):
            assert job.result_bytes(document_id, step, "machine") == file.read_bytes()


def test_only_files_of_reviewed_documents_are_made_anew(job: ck.Job) -> None:
    """With the curator's values; rejected rows say so. The workspace stays."""
    before = {file: file.read_bytes() for file in job.result_files()}
    job.review(0, "edited", changes={"gene_symbol": "a", "stage_label": "adult"})
    job.review(1, "rejected")

    entries = {name: content for name, content, _ in job.result_entries()}
    assert [*entries] == [file.name for file in before]
    assert rows_of(entries["000-ok.csv"]) == [["a", "adult", "edited"]]
    assert rows_of(entries["001-ok.csv"]) == [["ok", "", "rejected"]]
    nested = json.loads(entries["000-ok.json"])["records"][0]
    assert (nested["stage_label"], nested["review"]) == ("adult", "edited")
    assert entries["003-ok.csv"] == job.result_files(ids(job)[3])[0].read_bytes()

    found = job.result_entries(rows="reviewed")
    reviewed = {name: content for name, content, _ in found}
    assert [rows_of(reviewed[f"00{n}-ok.csv"]) for n in (0, 1)] == [
        [["a", "adult", "edited"]],
        [],
    ]
    assert not [name for name in reviewed if name.startswith("003")]
    machine = list(job.result_entries(rows="machine"))
    assert [content for _, content, _ in machine] == list(before.values())
    assert all(digest == sha256(content).digest() for _, content, digest in machine)
    assert {file: file.read_bytes() for file in job.result_files()} == before


def test_the_zip_holds_the_rows_that_are_wanted(job: ck.Job, tmp_path: Path) -> None:
    """And with none reviewed says so, instead of being empty."""
    with pytest.raises(JobError, match=r"No record of .* was reviewed yet"):
        job.export_zip(tmp_path, rows="reviewed")
    assert list(tmp_path.glob("*.zip")) == []
    job.review(0, "accepted", changes={"gene_symbol": "a"})
    with zipfile.ZipFile(job.export_zip(tmp_path, rows="reviewed")) as archive:
        names = [name for name in archive.namelist() if name.endswith(".csv")]
        assert "000-ok.csv" in names
        assert "001-ok.csv" not in names
        assert rows_of(archive.read("000-ok.csv")) == [["a", "", "edited"]]
    with pytest.raises(JobError, match="Rows can be"):
        job.export_zip(tmp_path, rows="mine")


def test_a_table_of_results_is_ones_own(job: ck.Job) -> None:
    """What is written into it, even past pandas, changes no later one."""
    table = job.results
    table["review"].values[0] = "rejected"
    assert job.results["review"].iloc[0] != "rejected"


def test_the_results_of_one_document(job: ck.Job, tmp_path: Path) -> None:
    """A file as it stands, one made anew, or a ZIP of several."""
    first, second, failed, _ = ids(job)
    job.review(0, "accepted", changes={"gene_symbol": "a"})
    assert job.write_results(tmp_path, second, 3) == job.result_files(second, 3)[0]
    anew = job.write_results(tmp_path, first, 3)
    assert (anew.parent, rows_of(anew.read_bytes())) == (
        tmp_path,
        [["a", "", "edited"]],
    )
    with zipfile.ZipFile(job.write_results(tmp_path, first)) as archive:
        assert archive.namelist() == ["000-ok.csv", "000-ok.json"]
        assert rows_of(archive.read("000-ok.csv")) == [["a", "", "edited"]]
    with pytest.raises(JobError, match="did not complete"):
        job.write_results(tmp_path, failed)


def test_a_file_that_is_gone_or_cut_is_made_anew(job: ck.Job, tmp_path: Path) -> None:
    """From a backup copy without the folder of results, for instance."""
    second = ids(job)[1]
    job.review(0, "accepted", changes={"gene_symbol": "a"})
    files = {file.name: file.read_bytes() for file in job.result_files()}
    for file in job.result_files():
        file.unlink()
    job.result_files(second, 3)[0].write_bytes(files["001-ok.csv"][:50])

    assert job.write_results(tmp_path, second, 3).read_bytes() == files["001-ok.csv"]
    with zipfile.ZipFile(job.export_zip(tmp_path / "m.zip", rows="machine")) as archive:
        assert {name: archive.read(name) for name in files} == files
    with zipfile.ZipFile(job.export_zip(tmp_path / "a.zip")) as archive:
        assert rows_of(archive.read("000-ok.csv")) == [["a", "", "edited"]]
        assert archive.read("001-ok.json") == files["001-ok.json"]


def test_any_formatter_writes_again(workspace: ck.Workspace, fakes: None) -> None:  # noqa: ARG001
    """With its options and the paper's text, which is kept from the run."""
    register(Lines)
    flow = fake_flow("lines")
    flow.steps[-1].options = {"mark": "*"}
    job = workspace.run(flow, add_papers(workspace, "ok"), backend="sequential")
    job.review(0, "accepted", changes={"gene_symbol": "a"})
    [document_id] = ids(job)
    assert job.result_bytes(document_id, 3) == b"* a\nok 0"

    job.review(0, "accepted", changes={"gene_symbol": "raise"})
    with pytest.raises(JobError, match="ValueError: no such symbol"):
        job.result_bytes(document_id, 3)
    job.review(0, "accepted", changes={"gene_symbol": "a"})
    for text in (workspace.path / "cache").rglob("*.text"):
        text.unlink()
    with pytest.raises(JobError, match="was deleted from the cache"):
        job.result_bytes(document_id, 3)
    registry._registered.pop("lines")
    registry._session.discard("lines")
    with pytest.raises(JobError, match='There is no agent "lines"'):
        job.result_bytes(document_id, 3)
    [file] = job.result_files()
    assert file.read_bytes() == b"* ok\nok 0"
    file.unlink()
    with pytest.raises(JobError, match="cannot be made anew: There is no agent"):
        job.export_zip(workspace.path / "a.zip", rows="machine")
