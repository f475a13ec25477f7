from __future__ import annotations

import getpass
import re
from pathlib import Path

import pytest
from batches import add_papers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from large import add_many_papers, large_job

import curation_kit as ck
from curation_kit.errors import JobError, NotFound, WorkspaceError
from curation_kit.evaluation import evaluate, read_gold
from curation_kit.formats import delimited
from curation_kit.records import GeneExpressionRecord

TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12
).map(str.strip)


@pytest.fixture
def job(workspace: ck.Workspace, flow: ck.Flow) -> ck.Job:
    """A job with one record in each of three papers."""
    papers = add_papers(workspace, "ok", "ok", "ok")
    return workspace.run(flow, papers, backend="sequential")


@pytest.fixture
def large(workspace: ck.Workspace, flow: ck.Flow) -> ck.Job:  # noqa: ARG001 - registers the agents
    """A job with several records in each of some papers, like those of real ones."""
    return large_job(workspace, add_many_papers(workspace, 6), done=5, records=6)


def reviews(job: ck.Job) -> list[str]:
    """The column ``review`` of the results."""
    return list(job.results["review"].astype("object").where(lambda v: v.notna(), ""))


def test_a_record_is_meant_by_what_one_has(job: ck.Job) -> None:
    """A row of the results, its key, or its place."""
    results = job.results
    job.review(results.iloc[0], "accepted")
    job.review(("001-ok.pdf", 0), "rejected", note="of another paper")
    left = job.review(2, "edited", changes={"anatomy_label": "gonad"})
    assert left.anatomy_label == "gonad"
    assert reviews(job) == ["accepted", "rejected", "edited"]
    job.withdraw_review((results["document_id"].iloc[1], 0))
    assert reviews(job) == ["accepted", "", "edited"]
    assert job.review_counts == {"accepted": 1, "edited": 1, "added": 0, "rejected": 0}
    with pytest.raises(NotFound):
        job.review(("001-ok.pdf", 7), "accepted")


def test_no_verdict_goes_where_nobody_finds_it(
    workspace: ck.Workspace, job: ck.Job
) -> None:
    """As into a folder that was deleted, or a store in whose place a backup was put."""
    job.review(0, "accepted")
    store = workspace.path / "curation.sqlite"
    away = store.rename(store.with_suffix(".away"))

    for say in (
        lambda: job.review(1, "accepted"),
        lambda: job.withdraw_review(0),
    ):
        with pytest.raises(WorkspaceError, match="was moved or deleted while it was"):
            say()

    away.rename(store)
    assert reviews(job) == ["accepted", "", ""]


def test_rows_of_three_kinds(job: ck.Job) -> None:
    """All with the curators' values, those they kept, or those of the flow."""
    job.review(0, "edited", changes={"gene_symbol": "abc-1"})
    job.review(1, "rejected")

    def symbols(rows: str) -> list[str]:
        return [record.gene_symbol for *_, record in job.records(rows)]

    assert symbols("all") == ["abc-1", "ok", "ok"]
    assert symbols("reviewed") == ["abc-1"]
    assert symbols("machine") == ["ok", "ok", "ok"]
    assert {record.review for *_, record in job.records("machine")} == {None}
    ids = [row["document_id"] for row in job.document_rows()]
    assert [n for _, _, n, _ in job.records_of(ids, "reviewed")] == [0]
    assert job.record(ids[0], 0, "machine").gene_symbol == "ok"
    with pytest.raises(JobError, match="not"):
        list(job.records("mine"))


def test_changes_are_checked(job: ck.Job) -> None:
    """By the model of the records, in plain words; nothing is stored of wrong ones."""
    for changes, told in (
        ({"gene": "a"}, "000-ok.pdf, record 0: gene is no column of these records; "),
        ({"quote": "a"}, "quote cannot be edited"),
        ({"why": "a"}, "why cannot be edited"),
        ({"negated": "perhaps"}, "negated cannot be 'perhaps': it should be true or"),
        ({"gene_symbol": 7}, "gene_symbol cannot be 7"),
        ({"gene_symbol": "  "}, "gene_symbol needs a value"),
        ({"gene_symbol": "ok"}, "these are the values that it has"),
        ({}, 'for instance changes={"stage_label": "adult"}.'),
        (None, 'for instance changes={"stage_label": "adult"}.'),
        ("adult", "changes are the right values by column"),
        ({"stage_id": "adult"}, "a colon and what stands behind it, for instance WBls"),
        ({"gene_id": "WB:912"}, "identifiers of WB look like WB:WBGene00000912."),
        ({"anatomy_id": "wbbt:0005741"}, "identifiers of WBbt look like WBbt:00"),
        ({"taxon": "6239"}, "taxon cannot be '6239'"),
    ):
        with pytest.raises(JobError, match=re.escape(told)):
            job.review(0, "edited", changes=changes)
    with pytest.raises(JobError, match="cannot have changes"):
        job.review(0, "rejected", changes={"gene_symbol": "a"})
    with pytest.raises(JobError, match="A verdict is accepted, edited, rejected"):
        job.review(0, "check")
    assert job.reviews.empty


def test_an_accepted_record_with_changes_is_edited(job: ck.Job) -> None:
    """And stays so when it is accepted again, until the changes are dropped."""
    job.review(0, "accepted", changes={"stage_label": " adult ", "negated": "true"})
    left = job.review(0, "accepted", note="looked at twice")
    assert (left.stage_label, left.negated, left.review) == ("adult", True, "edited")
    assert job.review_of(0).note == "looked at twice"
    assert job.review(0, "accepted", changes={}).review == "accepted"
    job.review(0, "accepted", changes={"stage_label": "adult"})
    assert job.review(0, "rejected").stage_label is None


def test_an_identifier_given_with_a_new_name_stays(large: ck.Job) -> None:
    """Also where it is the old one, and the record is accepted once more."""
    was = large.record(*large.key_at(0))
    assert was.anatomy_id
    changes = {"anatomy_label": "gonad", "anatomy_id": was.anatomy_id}
    for left in (
        large.review(0, "edited", changes=changes),
        large.review(0, "edited", note="looked at twice"),
        large.review(0, "accepted"),
    ):
        assert (left.anatomy_label, left.anatomy_id) == ("gonad", was.anatomy_id)
        assert left.review == "edited"


def test_the_table_of_reviews(large: ck.Job) -> None:
    """One row per verdict, or per change with the old and the new value."""
    first = large.results.iloc[0]
    changes = {"anatomy_label": "tail", "negated": not first["negated"]}
    large.review(0, "edited", changes=changes, note="Fig. 2", reviewer="Ann")
    large.review(1, "accepted")
    table = large.reviews
    assert list(table["column"].head(3)) == ["anatomy_label", "anatomy_id", "negated"]
    assert table["old"].iloc[0] == first["anatomy_label"]
    assert list(table["new"].isna()) == [False, True, False, True]
    assert list(table["reviewer"]) == ["Ann"] * 3 + [getpass.getuser()]
    assert list(table["note"]) == ["Fig. 2"] * 3 + [""]


def test_who_reviews(job: ck.Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user of JupyterHub, where there is one."""
    monkeypatch.setenv("JUPYTERHUB_USER", "curator-7")
    job.review(0, "accepted")
    assert job.review_of(0).reviewer == "curator-7"


def test_many_at_once_keep_the_verdicts_they_have(large: ck.Job) -> None:
    """A table of results, and whatever else means records."""
    job, results = large, large.results
    job.review(0, "rejected")
    verified = results[results["verification"] == "verified"]
    before = 1 if results["verification"].iloc[0] == "verified" else 0
    assert job.review_all("accepted", verified) == len(verified) - before
    assert job.review_all("accepted", verified) == 0
    rest = range(len(results))
    assert job.review_all("rejected", rest) == len(results) - len(verified) - 1 + before
    assert reviews(job)[0] == "rejected"
    assert sum(job.review_counts.values()) == len(results)
    with pytest.raises(JobError, match="one by one"):
        job.review_all("edited", [0])
    with pytest.raises(NotFound):
        job.review_all("accepted", [len(results)])


def test_a_review_is_put_back(job: ck.Job) -> None:
    """To what it was, with its author."""
    job.review(0, "edited", changes={"gene_symbol": "a"}, reviewer="Ann")
    earlier = job.review_of(0)
    job.review(0, "rejected", reviewer="Bob")
    key = job.key_at(0)
    job.restore_reviews({key: earlier})
    assert job.record(*key).gene_symbol == "a"
    assert job.review_of(0) == earlier
    job.restore_reviews({key: None})
    assert job.review_of(0) is None


def test_gold_is_what_evaluate_reads(large: ck.Job, tmp_path) -> None:
    """Whole papers; another job is scored by it, also after a way through CSV."""
    results = large.results
    names = list(results["document"].unique())
    one = results[results["document"] == names[0]]
    large.review(one.iloc[0], "rejected")
    large.review(one.iloc[1], "edited", changes={"gene_symbol": "-cells"})
    large.review_all("accepted", one)
    large.review(results[results["document"] == names[1]].iloc[0], "accepted")

    gold = large.gold()
    assert set(gold["document"]) == {names[0]}
    assert len(gold) == len(one) - 1
    assert large.reviewed_documents() == [names[0]]
    assert large.reviewed_documents(complete_only=False) == names[:2]
    assert len(large.gold(complete_only=False)) == len(one)

    path = tmp_path / "gold.csv"
    path.write_bytes(delimited(gold.to_dict("records"), list(gold), ","))
    again = read_gold(path)
    assert again.equals(gold.astype(again.dtypes))
    machine = large.table("machine")
    documents = large.reviewed_documents()
    for table in (gold, again):
        score = evaluate(machine, table, documents=documents)
        assert (score.gold, score.found) == (len(one) - 1, len(one))
        assert score.gold_found == len(one) - 2
    perfect = evaluate(large.table("reviewed"), again, documents=documents)
    assert perfect.f1 == 1.0


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.fixed_dictionaries(
        {},
        optional={
            "gene_symbol": TEXT.filter(bool),
            "gene_id": st.none() | st.from_regex(r"[A-Z]{6}:[^\s|:]+", fullmatch=True),
            "anatomy_label": st.none() | TEXT,
            "assay": st.none() | TEXT,
            "negated": st.booleans(),
        },
    )
)
def test_any_changes_come_back(job: ck.Job, changes: dict[str, object]) -> None:
    """What was given is what is read; taken back, the machine's value is there."""
    machine = job.record(*job.key_at(0), "machine")
    left = job.review(0, "accepted", changes=changes)
    expected = {name: value or None for name, value in changes.items()}
    if "negated" in expected:
        expected["negated"] = changes["negated"]
    assert isinstance(left, GeneExpressionRecord)
    assert {name: getattr(left, name) for name in changes} == expected
    differs = any(getattr(machine, name) != value for name, value in expected.items())
    assert left.review == ("edited" if differs else "accepted")
    assert job.record(*job.key_at(0), "machine") == machine
    undone = job.withdraw_review(0)
    assert undone == machine


def test_a_retry_leaves_verdicts_with_their_records(
    workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """Those of other papers: one that failed has no records, and so no verdicts."""
    papers = add_papers(workspace, f"need {tmp_path / 'gate'}", "ok")
    job = workspace.run(flow, papers, backend="sequential")
    assert job.documents["status"].tolist() == ["failed", "completed"]
    job.review(("001-ok.pdf", 0), "edited", changes={"stage_label": "adult"})
    before = job.reviews

    (tmp_path / "gate").touch()
    job.retry_failed()
    job.wait(60)

    assert job.reviews.equals(before)
    assert reviews(job) == ["", "edited"]
    assert job.results["stage_label"].tolist()[1] == "adult"
