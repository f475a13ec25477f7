from __future__ import annotations

import pytest
from batches import add_papers
from large import add_many_papers, large_job

import curation_kit as ck
from curation_kit.documents.page_images import PageImages
from curation_kit.errors import JobError, NotFound, WorkspaceError
from curation_kit.samples import write_sample_papers
from curation_kit.session import EvidenceView, JobView, ReviewDesk
from curation_kit.session.job_records import RESULTS_PER_PAGE, RecordTable


@pytest.fixture
def job(workspace: ck.Workspace, flow: ck.Flow) -> ck.Job:  # noqa: ARG001 - registers the agents
    """A job that has ended, with more records than a page has."""
    made = large_job(workspace, add_many_papers(workspace, 12), done=12, records=6)
    assert made.total_records > RESULTS_PER_PAGE + 5
    return made


@pytest.fixture
def view(job: ck.Job):
    """Its page, on the results."""
    made = JobView()
    made.open(job, "results")
    yield made
    made.close()


@pytest.fixture
def table(view: JobView) -> RecordTable:
    """The table of its records, the first of which is selected."""
    view.records.select(*view.records.results["keys"][0])
    return view.records


@pytest.fixture
def desk(view: JobView, table: RecordTable) -> ReviewDesk:
    """The desk beside it."""
    made = ReviewDesk(view, EvidenceView(PageImages(), view.records))
    table.refresh()
    table.select(*table.results["keys"][0])
    return made


def verdicts(table: RecordTable) -> list[str]:
    """Column ``review`` of the page."""
    names = [column["name"] for column in table.results["columns"]]
    return [row[names.index("review")] for row in table.results["rows"]]


def place(table: RecordTable) -> int:
    """Which record is selected, of those found."""
    return table.place()[0]


def test_after_a_verdict_the_next_record_is_selected(
    job: ck.Job, table: RecordTable, desk: ReviewDesk
) -> None:
    """The table and the numbers follow."""
    desk.accept(desk.review, "clear")
    desk.reject(desk.review)
    assert place(table) == 2
    assert verdicts(table)[:3] == ["accepted", "rejected", ""]
    assert desk.progress["reviewed"] == 2
    assert desk.progress["total"] == job.total_records
    assert desk.progress["left"] == job.total_records - 2
    table.step(-1)
    assert (desk.review["verdict"], desk.review["note"]) == ("rejected", "")
    table.step(-1)
    assert (desk.review["verdict"], desk.review["note"]) == ("accepted", "clear")
    assert desk.review["reviewer"]


def test_the_record_that_was_seen_is_judged(
    job: ck.Job, table: RecordTable, desk: ReviewDesk
) -> None:
    """Not the one that is selected when that arrives; there one stays."""
    seen = desk.review
    for act, verdict, note in [
        (lambda: desk.accept(seen, "clear"), "accepted", "clear"),
        (lambda: desk.annotate(seen, "clearer"), "accepted", "clearer"),
        (lambda: desk.reject(seen), "rejected", ""),
        (lambda: desk.edit(seen, {"gene_symbol": "a"}), "edited", ""),
    ]:
        table.step(1)
        there = place(table)
        act()
        said = job.review_of(job.key_at(0))
        assert (said.verdict, said.note) == (verdict, note)
        assert (place(table), desk.review["verdict"]) == (there, "")
        assert verdicts(table)[0] == verdict
        assert desk.progress["reviewed"] == 1
    desk.take_back(seen)
    assert (place(table), job.review_rows()) == (there, [])
    assert desk.progress["reviewed"] == 0
    desk.undo()
    assert (place(table), desk.review["verdict"]) == (0, "edited")


def test_what_is_not_there_any_more_is_not_judged(
    workspace: ck.Workspace, view: JobView, desk: ReviewDesk
) -> None:
    """Nor is a record of another job with the same papers; a sentence says so."""
    first, seen = view.job, desk.review
    acts = [
        desk.accept,
        desk.reject,
        desk.take_back,
        lambda record: desk.edit(record, {"gene_symbol": "a"}),
        lambda record: desk.annotate(record, "why?"),
    ]
    for act in acts:
        with pytest.raises(NotFound, match="you saw is no longer among the results"):
            act({**seen, "number": 999})
    other = large_job(workspace, workspace.documents.list(), done=12, records=6)
    assert other.has_record(*first.key_at(0))
    view.open(other, "results")
    view.records.select(*other.key_at(0))
    for act in [*acts, lambda record: desk.add(record, {"gene_symbol": "a"}, "A.")]:
        with pytest.raises(JobError, match="about another job, which is no longer"):
            act(seen)
    with pytest.raises(JobError, match="about another job"):
        desk.accept_verified(seen["job"], 100)
    assert other.review_rows() == first.review_rows() == []


def test_the_next_record_may_be_on_the_next_page(
    table: RecordTable, desk: ReviewDesk
) -> None:
    """Which is turned to; at the end nothing moves."""
    table.turn_to(*table.results["keys"][-1])
    desk.accept(desk.review)
    assert (table.results["page"], place(table)) == (1, RESULTS_PER_PAGE)
    last = table.found()[-1]
    table.turn_to(last.document_id, last.number)
    desk.reject(desk.review)
    assert desk.review["verdict"] == "rejected"
    assert place(table) == len(table.found()) - 1


def test_records_that_fall_out_of_a_filter(
    table: RecordTable, desk: ReviewDesk
) -> None:
    """The one that followed is next, though it has moved up."""
    desk.accept(desk.review)
    table.show(filters={"review": ["is", ""]})
    second, third = table.results["keys"][1:3]
    table.select(*second)
    desk.accept(desk.review)
    assert [table.record["document_id"], table.record["number"]] == third
    assert verdicts(table)[0] == ""
    assert place(table) == 1


def test_edit_shows_the_machines_value(
    job: ck.Job, table: RecordTable, desk: ReviewDesk
) -> None:
    """Values as typed; an identifier goes with its old name."""
    fields = {field["name"]: field for field in desk.review["fields"]}
    assert [fields[name]["kind"] for name in ("gene_symbol", "negated")] == [
        "text",
        "truth",
    ]
    assert fields["anatomy_label"]["id"] == "anatomy_id"
    changes = {"anatomy_label": "tail", "negated": "True", "assay": ""}
    desk.edit(desk.review, changes, "see Fig. 2")
    table.step(-1)
    now = {field["name"]: field for field in desk.review["fields"]}
    assert (now["anatomy_label"]["value"], now["anatomy_id"]["value"]) == ("tail", "")
    assert now["anatomy_label"]["machine"] == fields["anatomy_label"]["machine"]
    assert (now["negated"]["value"], now["assay"]["value"]) == ("True", "")
    assert table.record["row"]["anatomy_label"] == "tail"
    assert desk.review["verdict"] == "edited"
    with pytest.raises(JobError, match="gene_symbol needs a value"):
        desk.edit(desk.review, {"gene_symbol": " "})
    assert place(table) == 0
    desk.accept(desk.review)  # as it is shown
    assert job.review_of(job.key_at(0)).changes["anatomy_label"] == "tail"
    table.step(-1)
    desk.edit(desk.review, {})  # the form was set back to what the machine says
    assert job.review_of(job.key_at(0)).verdict == "accepted"


def test_undo_goes_back_step_by_step(
    job: ck.Job, table: RecordTable, desk: ReviewDesk
) -> None:
    """To what was said before, whoever said it."""
    job.review(0, "rejected", note="no", reviewer="Ann")
    desk.accept(desk.review)
    desk.reject(desk.review)
    assert desk.undoable == "rejected"
    desk.undo()
    assert (place(table), desk.review["verdict"]) == (1, "")
    desk.undo()
    assert (place(table), desk.review["verdict"]) == (0, "rejected")
    assert (desk.review["reviewer"], desk.review["note"]) == ("Ann", "no")
    assert desk.undoable == ""
    with pytest.raises(JobError, match="nothing to undo"):
        desk.undo()


def test_take_back_and_notes(job: ck.Job, table: RecordTable, desk: ReviewDesk) -> None:
    """A note needs a verdict; both can be undone."""
    with pytest.raises(JobError, match="goes with a verdict"):
        desk.annotate(desk.review, "why?")
    desk.edit(desk.review, {"gene_symbol": "a"})
    table.step(-1)
    desk.annotate(desk.review, "a misprint")
    assert (desk.review["note"], desk.review["verdict"]) == ("a misprint", "edited")
    desk.take_back(desk.review)
    assert job.review_of(job.key_at(0)) is None
    assert desk.review["verdict"] == ""
    desk.undo()
    assert (desk.review["note"], desk.review["verdict"]) == ("a misprint", "edited")
    desk.undo()
    assert desk.review["note"] == ""


def test_accept_what_is_verified(
    job: ck.Job, table: RecordTable, desk: ReviewDesk
) -> None:
    """Of those found only, and not what has a verdict; one undo takes it back."""
    desk.reject(desk.review)
    [gene] = {table.record["row"]["gene_symbol"]}
    table.show(filters={"gene_symbol": ["is", gene]})
    verified = desk.progress["verified"]
    assert 0 < verified <= len(table.found())
    table.show()  # who was told of those has not been told of all
    with pytest.raises(JobError, match=f"accepted by now, not {verified}: none was"):
        desk.accept_verified(job.id, verified)
    table.show(filters={"gene_symbol": ["is", gene]})
    desk.accept_verified(job.id, verified)
    assert job.review_counts == {
        "accepted": verified,
        "edited": 0,
        "added": 0,
        "rejected": 1,
    }
    assert desk.progress["verified"] == 0
    with pytest.raises(JobError, match="No record shown is verified"):
        desk.accept_verified(job.id, verified)
    desk.undo()
    assert job.review_counts["accepted"] == 0


def test_next_unreviewed(job: ck.Job, table: RecordTable, desk: ReviewDesk) -> None:
    """Further down, and then from the beginning."""
    job.review_all("accepted", range(1, job.total_records - 1))
    table.refresh()
    desk.next_unreviewed()
    assert place(table) == job.total_records - 1
    desk.next_unreviewed()
    assert place(table) == 0
    desk.accept(desk.review)
    table.turn_to(*job.key_at(-1))
    desk.accept(desk.review)
    with pytest.raises(JobError, match="Every record shown has a verdict"):
        desk.next_unreviewed()


def test_a_lost_workspace_says_so(view: JobView, table: RecordTable) -> None:
    """Before anything is written."""

    def check() -> None:
        raise WorkspaceError("The workspace is gone.")

    desk = ReviewDesk(view, EvidenceView(PageImages(), view.records), check=check)
    table.select(*table.results["keys"][1])
    for action in (desk.accept, desk.reject, desk.take_back):
        with pytest.raises(WorkspaceError, match="gone"):
            action(desk.review)
    with pytest.raises(WorkspaceError, match="gone"):
        desk.accept_verified(view.job.id, 1)
    with pytest.raises(WorkspaceError, match="gone"):
        desk.edit(desk.review, {"gene_symbol": "a"})
    assert view.job.review_counts["accepted"] == 0


def test_nothing_is_selected(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """Each says what to do."""
    view = JobView()
    desk = ReviewDesk(view, EvidenceView(PageImages(), view.records))
    with pytest.raises(JobError, match="No job is open"):
        desk.accept(desk.review)
    view.open(workspace.create(flow, add_papers(workspace, "ok")), "results")
    with pytest.raises(JobError, match="No record is selected"):
        desk.accept(desk.review)
    with pytest.raises(JobError, match="Every record shown"):
        desk.next_unreviewed()
    assert (desk.review, desk.progress, desk.undoable) == ({}, {}, "")
    view.close()


def test_another_job_has_nothing_to_undo(
    workspace: ck.Workspace, flow: ck.Flow, view: JobView, desk: ReviewDesk
) -> None:
    """What was done in one job stays there."""
    desk.accept(desk.review)
    assert desk.undoable == "accepted"
    view.open(workspace.create(flow, add_papers(workspace, "ok")), "results")
    with pytest.raises(JobError, match="nothing to undo"):
        desk.undo()
    assert (desk.undoable, desk.review, desk.progress) == ("", {}, {})


def test_reviews_of_others_are_shown(
    workspace: ck.Workspace, job: ck.Job, view: JobView, table: RecordTable
) -> None:
    """Also when the job has ended long ago."""
    view.join(30)
    other = ck.Workspace(workspace.path)
    other.jobs.get(job.id).review(0, "rejected")
    other.close()
    view.follow()
    assert verdicts(table)[0] == "rejected"


def test_only_reviewed_documents_are_read_again(
    job: ck.Job, table: RecordTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a large job a verdict must not cost all of it."""
    read: list[str] = []
    records_of = type(job).records_of

    def counted(self, document_ids, **asked):
        read.extend(document_ids)
        return records_of(self, document_ids, **asked)

    monkeypatch.setattr(type(job), "records_of", counted)
    job.review(0, "rejected")
    job.review(1, "accepted")
    table.refresh()
    assert set(read) == {job.key_at(0)[0], job.key_at(1)[0]}
    assert verdicts(table)[:2] == ["rejected", "accepted"]
    read.clear()
    table.refresh()
    assert read == []
    job.withdraw_review(0)
    table.refresh()
    assert (read, verdicts(table)[0]) == ([job.key_at(0)[0]], "")


def test_suggests_terms_for_a_name_in_the_form(
    table: RecordTable, desk: ReviewDesk
) -> None:
    """Until another record is selected."""
    desk.suggest("cellular_component_label", "nuclei")
    told = desk.suggestions["cellular_component_label"]
    assert told["text"] == "nuclei"
    assert [one["cellular_component_id"] for one in told["readings"]] == ["GO:0005634"]
    desk.accept(desk.review)
    assert desk.suggestions == {}
    table.step(-1)
    assert desk.suggestions == {}


def test_suggests_terms_of_the_species_in_the_form(
    table: RecordTable, desk: ReviewDesk
) -> None:
    """Which the curator may have put right before the name."""
    assert table.record["row"]["taxon"] == "NCBITaxon:6239"
    for taxon, identifiers in [
        ("NCBITaxon:6239", ["WBbt:0005175"]),
        (" NCBITaxon:7227 ", ["FBbt:00004858"]),
        ("", ["UBERON:0000991"]),
    ]:
        desk.suggest("anatomy_label", "gonad", taxon)
        found = desk.suggestions["anatomy_label"]["readings"]
        assert [one["anatomy_id"] for one in found] == identifiers


@pytest.fixture
def sample(workspace: ck.Workspace, tmp_path) -> ck.Job:
    """A job of a paper whose text is kept."""
    write_sample_papers(tmp_path / "papers", count=1)
    papers = workspace.documents.add(tmp_path / "papers")
    return workspace.run("Gene Expression Extraction", papers, backend="sequential")


def test_a_missed_record_is_added_beside_the_others(sample: ck.Job) -> None:
    """It is selected and counted; undo and taking back remove it."""
    view = JobView()
    view.open(sample, "results")
    desk = ReviewDesk(view, EvidenceView(PageImages(), view.records))
    table = view.records
    before = sample.total_records
    table.select(*table.results["keys"][0])
    quote = table.record["evidence"][0]["quote"]

    desk.add(desk.review, {"gene_symbol": "abc-1"}, quote)

    assert (table.record["number"], table.results["total"]) == (before, before + 1)
    assert (desk.review["verdict"], desk.review["fresh"]) == ("added", False)
    assert (desk.progress["added"], desk.progress["reviewed"]) == (1, 1)
    assert desk.undoable == "adding a record"
    desk.undo()
    assert (table.record["number"], table.results["total"]) == (before - 1, before)

    desk.add(desk.review, {"gene_symbol": "abc-2"}, quote, fresh=True)
    assert desk.review["fresh"]  # it was not added in the form
    assert table.record["number"] == before + 1  # no other record ever has a number
    desk.take_back(desk.review)
    assert desk.undoable == ""  # what was done to it cannot be undone
    assert table.record["number"] == before - 1
    assert sample.total_records == before
    view.close()


def test_a_dropped_candidate_is_added_only_when_its_form_is_saved(
    sample: ck.Job,
) -> None:
    """Its sentence is the quote, its first gene the gene; of its paper the species."""
    view = JobView()
    view.open(sample, "completeness")
    shown = EvidenceView(PageImages(), view.records)
    desk = ReviewDesk(view, shown)
    row, before = sample.dropped_rows()[0], sample.total_records

    shown.open_dropped(row["document_id"], row["number"])
    offered = desk.review
    values = {field["name"]: field["value"] for field in offered["fields"]}
    assert (offered["job"], offered["number"]) == (sample.id, row["number"])
    assert offered["quote"] == row["quote"]
    assert values["gene_symbol"] == row["gene_symbol"].split("|")[0]
    assert values["taxon"] == "NCBITaxon:6239"
    desk.suggest("anatomy_label", "gonad", values["taxon"])
    [found] = desk.suggestions["anatomy_label"]["readings"]
    assert found["anatomy_id"] == "WBbt:0005175"
    view.records.refresh()
    shown.choose(0)  # which tells of the same candidate anew
    assert "anatomy_label" in desk.suggestions
    shown.close()
    assert (desk.review, sample.total_records) == ({}, before)

    shown.open_dropped(row["document_id"], row["number"])
    desk.add(offered, {"gene_symbol": "abc-1"}, offered["quote"])
    assert (view.tab, sample.total_records) == ("results", before + 1)
    assert (desk.review["verdict"], "quote" in desk.review) == ("added", False)
    assert view.records.record["evidence"][0]["quote"] == row["quote"]
    shown.end()
    view.close()
