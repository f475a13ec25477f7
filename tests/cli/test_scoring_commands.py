from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from commands import call, run

import curation_kit as ck
from curation_kit.errors import JobError
from curation_kit.evaluation import GOLD_COLUMNS
from curation_kit.samples import write_sample_papers

FLOW = "Gene Expression Extraction"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ck.Workspace]:
    """Two jobs: of two sample papers, and of both by a flow without validation."""
    folder = tmp_path_factory.mktemp("scored")
    write_sample_papers(folder / "papers", count=2)
    workspace = ck.Workspace(folder / "ws")
    documents = workspace.documents.add([folder / "papers"])
    flow = workspace.flows[FLOW]
    workspace.run(flow, documents, "Whole", backend="sequential")
    brief = flow.model_copy(
        update={"name": "Brief", "steps": [s for s in flow.steps if s.agent in BRIEF]}
    )
    workspace.run(brief, documents, "Brief", backend="sequential")
    yield workspace
    workspace.close()


BRIEF = {"pdf", "gene_expression", "csv"}


@pytest.fixture
def gold(done: ck.Workspace, tmp_path: Path) -> Path:
    """What the first job found, but for one row of another place, and one more."""
    table = done.jobs.get(job_ids(done)[0]).results[[*GOLD_COLUMNS]]
    rows = table.astype(object).to_dict("records")
    assert len(rows) > 3
    rows[0] |= {"anatomy_label": "x", "anatomy_id": ""}
    rows.append({**rows[1], "gene_symbol": "zzz-1", "gene_id": ""})
    path = tmp_path / "gold.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def job_ids(workspace: ck.Workspace) -> list[str]:
    """Ids of the jobs, the first one first."""
    return [row["id"] for row in workspace.jobs.page()[0]][::-1]


def test_scores_stand_with_their_intervals_by_field_and_paper(
    done: ck.Workspace, gold: Path
) -> None:
    """And what was missed or is wrong, with its cause."""
    whole, _ = job_ids(done)
    shown = run(done, "evaluate", whole, gold).stdout
    assert shown.startswith("2 of 2 papers judged.\n")
    lines = [line.split() for line in shown.splitlines() if line.strip()]
    assert next(line for line in lines if line[:1] == ["anatomy"])[1].startswith("0.")
    assert "[" not in shown, "two papers give no interval"
    assert sum(line[0].endswith(".pdf") for line in lines) >= 2
    assert "Missed: 2" in shown
    assert "Wrong: 1" in shown
    assert "no record of the gene" in shown
    assert "another anatomy" in shown


def test_errors_go_into_a_file(done: ck.Workspace, gold: Path, tmp_path: Path) -> None:
    """With the evidence of what is wrong, and why it was kept."""
    whole, _ = job_ids(done)
    path = tmp_path / "new" / "errors.tsv"
    run(done, "evaluate", whole, gold, "--errors", path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert sorted(row["error"] for row in rows) == ["missed", "missed", "wrong"]
    wrong = rows[-1]
    assert wrong["cause"] == "another anatomy"
    assert wrong["nearest"].split(" in ")[1].startswith("x")
    assert wrong["quote"]
    assert wrong["page"]
    assert wrong["why"]
    with pytest.raises(JobError, match=r"end its name with \.csv or \.tsv"):
        run(done, "evaluate", whole, gold, "--errors", tmp_path / "errors.txt")


def test_labels_alone_are_enough_with_the_ontology(
    done: ck.Workspace, tmp_path: Path
) -> None:
    """A flow without validation gives the paper's words, which are looked up."""
    whole, brief = job_ids(done)
    path = tmp_path / "gold.csv"
    columns = ["document", "gene_symbol", "anatomy_label", "stage_label", "negated"]
    done.jobs.get(whole).results[columns].to_csv(path, index=False)
    scores = {
        match: json.loads(
            run(done, "evaluate", brief, path, "--match", match, "--json").stdout
        )
        for match in ("exact", "label", "ontology")
    }
    assert scores["exact"]["f1"] <= scores["label"]["f1"] < scores["ontology"]["f1"]
    told = scores["ontology"]
    assert (told["match"], told["within"], told["papers"]) == ("ontology", 1, 2)
    assert told["intervals"]["f1"] == [None, None]
    assert len(told["documents"]) == 2


def test_two_jobs_are_compared(done: ck.Workspace) -> None:
    """Rows that were validated in one of them have changed."""
    whole, brief = job_ids(done)
    shown = run(done, "compare", brief, whole).stdout
    assert "Changed: " in shown
    assert "Only in the first" not in shown
    assert "document id" not in shown
    told = json.loads(run(done, "compare", brief, whole, "--json").stdout)
    assert any("anatomy_id" in row["fields"] for row in told["changed"])
    assert told["lost"] == told["gained"] == told["left_out"] == []


def test_jobs_without_a_common_paper_are_not_compared(tmp_path: Path) -> None:
    """Nothing the same, lost or gained would look like an answer."""
    papers = write_sample_papers(tmp_path / "papers", count=2)
    workspace = ck.Workspace(tmp_path / "ws")
    for paper in papers:
        [document] = workspace.documents.add([paper.path])
        workspace.run(workspace.flows[FLOW], [document], backend="sequential")
    with pytest.raises(JobError, match="have no paper in common"):
        run(workspace, "compare", *job_ids(workspace))
    with pytest.raises(JobError, match=r"'last' is no job: give one, such as ws\.jobs"):
        workspace.jobs.get("last").compare("last")  # type: ignore[arg-type]
    workspace.close()


def test_a_gold_table_of_other_papers_is_refused(
    done: ck.Workspace, tmp_path: Path
) -> None:
    """With the name that it should have."""
    path = tmp_path / "gold.csv"
    path.write_text("document,gene_symbol,anatomy_label\nother.pdf,a,b\n")
    with pytest.raises(JobError, match=r'of any paper of Whole.*has "other.pdf"; it'):
        run(done, "evaluate", job_ids(done)[0], path)
    path.write_text("document,gene_symbol,anatomy_label\n")
    with pytest.raises(JobError, match="has no lines"):
        run(done, "evaluate", job_ids(done)[0], path)


def test_what_of_the_gold_table_does_not_count_is_told(
    done: ck.Workspace, gold: Path
) -> None:
    """Columns that nothing reads, lines said twice, and papers of other jobs."""
    table = pd.read_csv(gold, dtype=str).assign(note="seen")
    more = table.tail(1).assign(document="other.pdf", document_id="")
    pd.concat([table, table.tail(1), more]).to_csv(gold, index=False)
    shown = run(done, "evaluate", job_ids(done)[0], gold).stdout
    assert 'has 1 paper that this job has not ("other.pdf")' in shown
    assert "1 line says the same as another one" in shown
    assert 'Not compared: the column "note".' in shown
    assert "--match ontology also takes" in shown


def test_steps_without_the_ontology_are_refused(done: ck.Workspace, gold: Path) -> None:
    """They would not count."""
    words = ("evaluate", "last", gold, "--within", 0)
    refused = call(done.path, *words)
    assert refused.exit_code == 2
    assert "it needs --match ontology" in refused.output
    run(done, *words, "--match", "ontology")


def test_papers_that_are_not_completed_are_told(tmp_path: Path) -> None:
    """What is expected in them was not missed by the flow."""
    [paper] = write_sample_papers(tmp_path / "papers", count=1)
    damaged = tmp_path / "papers" / "damaged.pdf"
    damaged.write_bytes(paper.path.read_bytes()[:800])
    workspace = ck.Workspace(tmp_path / "ws")
    documents = workspace.documents.add([tmp_path / "papers"])
    workspace.run(workspace.flows[FLOW], documents, backend="sequential")
    gold = tmp_path / "gold.csv"
    lines = [f"{name},a,b\n" for name in (paper.path.name, damaged.name)]
    gold.write_text(
        "".join(["document,gene_symbol,anatomy_label\n", *lines, "x,a,b\n"])
    )
    shown = run(workspace, "evaluate", "last", gold).stdout
    told = json.loads(run(workspace, "evaluate", "last", gold, "--json").stdout)
    workspace.close()
    assert "2 of 2 papers judged. 1 of them is not completed: rows expect" in shown
    assert (told["not_completed"], told["not_in_the_job"]) == ([damaged.name], ["x"])
