from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from batches import add_papers
from commands import run

import curation_kit as ck
import curation_kit.cli.scoring
from curation_kit.errors import JobError
from curation_kit.evaluation import GOLD_COLUMNS


@pytest.fixture
def job(workspace: ck.Workspace, flow: ck.Flow) -> ck.Job:
    """Three papers: one record edited, one rejected, one nobody has looked at."""
    papers = add_papers(workspace, "ok", "ok", "ok")
    made = workspace.run(flow, papers, backend="sequential")
    changes = {"anatomy_label": "-cells", "gene_symbol": "abc-1"}
    made.review(0, "edited", changes=changes, note="see Fig. 2", reviewer="Ann")
    made.review(1, "rejected", reviewer="Bob")
    return made


def genes(text: str) -> list[str]:
    """Column of genes of a CSV."""
    return [row["gene_symbol"] for row in csv.DictReader(io.StringIO(text))]


def test_reviews_are_listed(workspace: ck.Workspace, job: ck.Job) -> None:
    """For people and for programs."""
    shown = run(workspace, "review", job.id)
    for word in ("abc-1", "-cells", "see Fig. 2", "Ann", "rejected", "Bob"):
        assert word in shown.stdout
    assert "2 of 3 records reviewed: 1 edited, 1 rejected." in shown.stderr
    told = json.loads(run(workspace, "review", job.id, "--json").stdout)
    assert told["counts"] == {"accepted": 0, "edited": 1, "added": 0, "rejected": 1}
    assert [row["column"] for row in told["reviews"]] == [
        "gene_symbol",
        "anatomy_label",
        None,
    ]


def test_rows_are_chosen(workspace: ck.Workspace, job: ck.Job, tmp_path: Path) -> None:
    """In results and in exports."""
    for rows, expected in (
        ("all", ["abc-1", "ok", "ok"]),
        ("reviewed", ["abc-1"]),
        ("machine", ["ok", "ok", "ok"]),
    ):
        words = ("results", job.id, "--format", "csv", "--rows", rows)
        assert genes(run(workspace, *words).stdout) == expected
        out = tmp_path / f"{rows}.zip"
        run(workspace, "export", job.id, "--rows", rows, "--out", out)
        with zipfile.ZipFile(out) as archive:
            first = archive.read("000-ok.csv").decode()
        assert genes(first) == expected[:1]
    assert "rejected" in run(workspace, "results", job.id).stdout


def test_gold_scores_the_flow(
    workspace: ck.Workspace, job: ck.Job, tmp_path: Path
) -> None:
    """What the curator changed is what the flow missed, and got wrong."""
    job.review(2, "accepted", changes={"anatomy_label": "gonad"})
    printed = run(workspace, "gold", job.id)
    assert "2 accepted records of 3 reviewed documents." in printed.stderr
    assert "1 document with nothing to find: a line each." in printed.stderr
    assert f"\n001-ok.pdf{',' * (len(GOLD_COLUMNS) - 2)}\n" in printed.stdout
    assert printed.stdout.startswith("document,gene_symbol,gene_id,anatomy_label,")
    path = tmp_path / "gold.csv"
    path.write_bytes(printed.stdout_bytes)
    score = json.loads(run(workspace, "evaluate", job.id, path, "--json").stdout)
    assert (score["gold"], score["found"]) == (2, 3)
    assert (score["judged"], score["papers"], score["recall"]) == (3, 3, 0.0)
    assert (len(score["missed"]), len(score["wrong"])) == (2, 3)


def test_only_papers_of_the_gold_table_are_judged(
    workspace: ck.Workspace,
    job: ck.Job,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And it says how many of the papers those are, and shows so many rows."""
    path = tmp_path / "gold.csv"
    path.write_text("document,gene_symbol,anatomy_label\n000-OK.pdf,,\ny.pdf,,\n")
    shown = run(workspace, "evaluate", job.id, path).stdout
    told = "1 of 3 papers judged (the gold table has no rows of the others)."
    assert told in shown
    assert "0 of 1 found rows right" in shown
    assert "The gold table also has 1 paper that this job has not" in shown
    monkeypatch.setattr(curation_kit.cli.scoring, "ROWS_SHOWN", 1)
    every = run(workspace, "evaluate", job.id, path, "--all-papers").stdout
    assert "0 of 3 found rows right" in every
    assert "… and 2 more; --errors FILE and --json have all." in every
    path.write_text("document,gene_symbol,anatomy_label\nx.pdf,a,\n")
    with pytest.raises(JobError, match=r"as the job does: \"000-ok\.pdf\", "):
        run(workspace, "evaluate", job.id, path)


def test_gold_of_nothing_says_how_to_review(
    workspace: ck.Workspace, job: ck.Job
) -> None:
    """A header alone is no error."""
    job.withdraw_review(0)
    job.withdraw_review(1)
    printed = run(workspace, "gold", job.id)
    assert genes(printed.stdout) == []
    assert "is reviewed, so nothing is known" in printed.stderr
    assert "job.review(" in printed.stderr


def test_papers_reviewed_in_part_are_no_gold(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """Unless they are asked for."""
    from large import add_many_papers, large_job

    assert flow.steps
    job = large_job(workspace, add_many_papers(workspace, 3), done=3, records=6)
    job.review(0, "accepted")
    printed = run(workspace, "gold", job.id)
    assert genes(printed.stdout) == []
    assert "reviewed only in part: 1." in printed.stderr
    more = run(workspace, "gold", job.id, "--all-documents")
    assert len(genes(more.stdout)) == 1
    assert "nobody has reviewed counts as wrong" in more.stderr


def test_reviewed_rows_of_a_job_without_reviews_are_refused(
    workspace: ck.Workspace, job: ck.Job, tmp_path: Path
) -> None:
    """By each command that gives rows, in the same words; nothing is written."""
    job.withdraw_review(0)
    job.withdraw_review(1)
    out = tmp_path / "out.csv"
    for words in (
        ("results", job.id),
        ("results", job.id, "--out", out),
        ("results", job.id, "--format", "csv"),
        ("export", job.id, "--out", tmp_path),
    ):
        with pytest.raises(JobError, match="was reviewed yet: accept, edit or reject"):
            run(workspace, *words, "--rows", "reviewed")
    assert [path.name for path in tmp_path.iterdir()] == ["ws"]


def test_a_table_without_records_says_so(
    workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """The file has a header; what to do is on standard error."""
    failed = workspace.run(flow, add_papers(workspace, "fail"), backend="sequential")
    done = run(workspace, "results", failed.id, "--out", tmp_path / "out.csv")
    assert "0 records. Why: curation-kit " in done.stderr
