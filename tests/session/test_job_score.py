from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import curation_kit as ck
from curation_kit.documents.page_images import PageImages
from curation_kit.errors import CurationKitError, JobError, NotFound
from curation_kit.evaluation import GOLD_COLUMNS
from curation_kit.samples import write_sample_papers
from curation_kit.session.evaluation_view import EvaluationView
from curation_kit.session.job_score import LARGEST_GOLD, JobScore

FLOW = "Gene Expression Extraction"
LABELS_ONLY = {"pdf", "gene_expression", "csv"}


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ck.Workspace]:
    """Two sample papers, run with validation and without; the first is the truth."""
    folder = tmp_path_factory.mktemp("scored")
    papers = write_sample_papers(folder / "papers", count=2)
    workspace = ck.Workspace(folder / "ws")
    documents = workspace.documents.add([paper.path for paper in papers])
    flow = workspace.flows[FLOW]
    whole = workspace.run(flow, documents, "Whole", backend="sequential")
    whole.results[[*GOLD_COLUMNS]].to_csv(workspace.path / "truth.csv", index=False)
    steps = [step for step in flow.steps if step.agent in LABELS_ONLY]
    brief = flow.model_copy(update={"name": "Brief", "steps": steps})
    workspace.run(brief, documents, "Brief", backend="sequential")
    yield workspace
    workspace.close()


@pytest.fixture
def jobs(scored: ck.Workspace) -> tuple[ck.Job, ck.Job]:
    """The job with validation, and the one without."""
    brief, whole = (scored.jobs.get(row["id"]) for row in scored.jobs.page()[0])
    return whole, brief


@pytest.fixture
def part(scored: ck.Workspace, jobs: tuple[ck.Job, ck.Job]) -> JobScore:
    """The score of the job without validation."""
    made = JobScore(scored)
    made.open(jobs[1])
    made.refresh()
    return made


def result(part: JobScore) -> dict[str, Any]:
    """What is shown of the evaluation; it can be sent to a browser."""
    json.dumps(part.score)
    assert part.score["problem"] == ""
    return dict(part.score["result"])


def test_a_gold_table_of_the_workspace_is_chosen(part: JobScore) -> None:
    """By the vocabularies all is right; by labels stages or places are not."""
    assert part.score["golds"] == ["truth.csv"]
    assert part.score["result"] == {}
    part.choose("truth.csv")
    assert result(part)["scores"][0][3] == [1.0]
    assert result(part)["kinds"] == {"missed": 0, "wrong": 0}
    part.choose("truth.csv", "exact")
    shown = result(part)
    assert shown["kinds"]["missed"] > 0
    assert shown["documents"][0][3] <= shown["documents"][-1][3]
    assert sum(number for _, number in shown["causes"]) == shown["kinds"]["missed"]
    part.choose("")
    assert part.score["result"] == {}


def test_errors_are_found_by_kind_document_and_cause(
    part: JobScore, jobs: tuple[ck.Job, ck.Job]
) -> None:
    """Each leads to a record of the job."""
    part.choose("truth.csv", "exact")
    cause, number = result(part)["causes"][0]
    part.show_errors("missed", "", cause)
    assert result(part)["found"] == number
    assert {row["cause"] for row in result(part)["rows"]} == {cause}
    missed = result(part)["rows"][0]
    assert jobs[1].record(*missed["key"]).gene_symbol in missed["nearest"]

    document = result(part)["documents"][0][0]
    part.show_errors("wrong", document)
    rows = result(part)["rows"]
    assert {row["document"] for row in rows} == {document}
    for row in rows:
        record = jobs[1].record(*row["key"])
        assert row["quote"] == record.evidence[0].quote
        assert row["why"] == record.why
    part.show_errors("wrong", page=99)
    assert result(part)["page"] == result(part)["pages"] - 1


def test_a_table_that_does_not_fit_says_why(
    part: JobScore, scored: ck.Workspace
) -> None:
    """In the place of the score."""
    path = scored.path / "gold" / "others.tsv"
    path.parent.mkdir(exist_ok=True)
    path.write_text("document\tgene_symbol\tanatomy_label\nx.pdf\ta\tb\n")
    part.choose("gold/others.tsv")
    assert "has no line of any paper of Brief" in part.score["problem"]
    assert part.score["result"] == {}
    path.unlink()
    part.refresh()
    part.choose("../truth.csv")
    assert "There is no gold table" in part.score["problem"]


def test_a_table_is_added(part: JobScore, scored: ck.Workspace) -> None:
    """It is kept, chosen, and may be replaced; what is none is refused."""
    truth = (scored.path / "truth.csv").read_bytes()
    part.add("../my truth.csv", memoryview(truth))
    assert part.score["gold"] == "gold/my truth.csv"
    assert result(part)["scores"][0][3] == [1.0]
    lines = truth.splitlines(keepends=True)
    part.add("my truth.csv", b"".join(lines[:4]))
    assert result(part)["scores"][0][4] == 3
    assert scored.gold.path("gold/my truth.csv").read_bytes() == b"".join(lines[:4])
    with pytest.raises(
        CurationKitError, match=r"gold table bad\.csv lacks the columns"
    ):
        part.add("bad.csv", b"document\nx\n")
    with pytest.raises(CurationKitError, match=r"paper.pdf is not a gold table"):
        part.add("paper.pdf", b"")
    for content in (None, bytes(LARGEST_GOLD + 1)):
        with pytest.raises(CurationKitError, match="has more than 5 MB: put it into"):
            part.add("large.csv", content)
    assert scored.gold.names() == ["gold/my truth.csv", "truth.csv"]
    with pytest.raises(NotFound):
        scored.gold.path("gold/bad.csv")
    scored.gold.path("gold/my truth.csv").unlink()


def test_a_table_that_was_edited_is_read_again(
    part: JobScore, scored: ck.Workspace
) -> None:
    """Whoever keeps a gold table open sees the scores of what was saved last."""
    lines = (scored.path / "truth.csv").read_text().splitlines(keepends=True)
    path = scored.path / "edited.csv"
    path.write_text("".join(lines[:3]))
    part.choose("edited.csv")
    assert result(part)["scores"][0][4] == 2
    path.write_text("".join(lines[:4]))
    part.refresh()
    assert result(part)["scores"][0][4] == 3
    path.unlink()


def test_hidden_files_and_locks_of_excel_are_not_offered(scored: ck.Workspace) -> None:
    """They are no gold tables."""
    hidden = [scored.path / name for name in (".coming.csv", "~$truth.xlsx")]
    for path in hidden:
        path.touch()
    assert scored.gold.names() == ["truth.csv"]
    for path in hidden:
        path.unlink()


def test_another_job_stands_beside(part: JobScore, jobs: tuple[ck.Job, ck.Job]) -> None:
    """Each difference leads to a record of either job."""
    whole, brief = jobs
    assert part.score["jobs"] == [[whole.id, "Whole"]]
    with pytest.raises(JobError, match="No other job is chosen"):
        part.other()
    part.compare(whole.id)
    shown = part.score["comparison"]
    json.dumps(shown)
    assert shown["kind"] == "changed"
    assert shown["kinds"]["changed"] == shown["found"] == len(brief.results)
    for row in shown["rows"]:
        assert brief.record(*row["before"]["key"]).gene_symbol in row["before"]["row"]
        assert whole.record(*row["after"]["key"]).gene_symbol in row["after"]["row"]
    part.show_differences("gained", 5)
    assert part.score["comparison"]["rows"] == []
    part.compare("nosuchjob")
    assert "nosuchjob" in part.score["other_problem"]
    part.compare("")
    assert part.score["comparison"] == {}


def test_records_that_a_curator_added_shift_no_other(
    part: JobScore, scored: ck.Workspace, jobs: tuple[ck.Job, ck.Job]
) -> None:
    """The rows that are scored and compared are without them."""
    whole, brief = jobs
    first, last = (brief.results.iloc[at] for at in (0, -1))
    gold = brief.results.loc[last.name[0], [*GOLD_COLUMNS]].head(1)
    gold.assign(anatomy_label="x").to_csv(scored.path / "last.csv", index=False)
    values = {"gene_symbol": "abc-1", "anatomy_label": "gonad"}
    added = brief.add_record(first["document"], values, quote=first["quote"])
    part.choose("last.csv", "exact")
    [missed] = result(part)["rows"]
    part.compare(whole.id)
    changed = part.score["comparison"]["rows"]
    brief.withdraw_review(added)
    (scored.path / "last.csv").unlink()

    assert brief.document_name(missed["key"][0]) == missed["document"]
    assert brief.record(*missed["key"]).gene_symbol in missed["nearest"]
    assert changed
    for row in changed:
        assert brief.document_name(row["before"]["key"][0]) == row["document"]
        assert brief.record(*row["before"]["key"]).gene_symbol in row["before"]["row"]


def test_rows_of_one_job_only_stand_alone(
    scored: ck.Workspace, jobs: tuple[ck.Job, ck.Job]
) -> None:
    """With nothing beside them."""
    flow = jobs[0].flow.model_copy(deep=True)
    flow.steps[1].options = {"include_negated": False}
    documents = scored.documents.list()
    less = scored.run(flow, documents, "Less", backend="sequential")
    part = JobScore(scored)
    part.open(less)
    part.compare(jobs[0].id)
    part.show_differences("gained")
    rows = part.score["comparison"]["rows"]
    less.delete()
    assert rows
    assert all(row["before"] is None for row in rows)
    assert all(jobs[0].record(*row["after"]["key"]).negated for row in rows)


def test_an_evaluation_is_browsed_in_a_notebook(
    jobs: tuple[ck.Job, ck.Job], scored: ck.Workspace, tmp_path: Path
) -> None:
    """An error shows its page; so does a candidate that was dropped."""
    gold = tmp_path / "gold.csv"
    gold.write_bytes((scored.path / "truth.csv").read_bytes())
    evaluation = jobs[1].evaluate(gold, match="exact")
    view = EvaluationView(evaluation, PageImages())
    assert view.result["job"] == "Brief"
    view.show_errors("wrong")
    row = view.result["rows"][0]
    view.open_record(*row["key"])
    assert view.evidence.evidence["items"][0]["quote"] == row["quote"]
    candidate = jobs[1].dropped_rows(limit=1)[0]
    view.open_dropped(candidate["document_id"], candidate["number"])
    assert view.evidence.evidence["dropped"] == candidate["reason"]
    view.evidence.join()
    view.evidence.end()
