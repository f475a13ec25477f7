from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

import curation_kit as ck
from curation_kit.documents.page_images import PageImages
from curation_kit.errors import NotFound
from curation_kit.records import Box, Difference, DifferenceKind, Evidence, Verification
from curation_kit.session import CurationSession, EvidenceView
from curation_kit.session.job_records import RecordTable
from curation_kit.session.page_scale import WIDTH_STEP


@pytest.fixture(scope="module")
def images() -> Iterator[PageImages]:
    """What draws the pages of all tests."""
    made = PageImages()
    yield made
    made.close()


@pytest.fixture
def table(read_job: ck.Job) -> RecordTable:
    """The records of the job."""
    made = RecordTable()
    made.open(read_job)
    made.refresh()
    return made


@pytest.fixture
def view(images: PageImages, table: RecordTable) -> Iterator[EvidenceView]:
    """What follows the table."""
    errors: list[Exception] = []
    made = EvidenceView(images, table, failed=errors.append)
    yield made
    made.end()
    assert errors == []


def width_of(png: bytes) -> int:
    """Width of a PNG, from its header."""
    return int.from_bytes(png[16:20], "big")


def select(table: RecordTable, place: int) -> tuple[str, int]:
    """Select a row of the page; give its key."""
    document_id, number = table.results["keys"][place]
    table.select(document_id, number)
    return document_id, number


def test_it_follows_the_selected_record(
    read_job: ck.Job, table: RecordTable, view: EvidenceView
) -> None:
    """Values, quotes, the page with its size and its marks."""
    record = read_job.record(*select(table, 1))
    view.join()
    shown, best = view.evidence, record.evidence[0]
    assert shown["document"] == table.results["rows"][1][0]
    assert shown["row"]["gene_symbol"] == record.gene_symbol
    assert shown["names"] == {"NCBITaxon:6239": "Caenorhabditis elegans"} or (
        record.taxon != "NCBITaxon:6239"
    )
    assert [item["quote"] for item in shown["items"]] == [
        one.quote for one in record.evidence
    ]
    assert (shown["place"], shown["found"]) == (1, table.results["found"])
    sheet = view.sheet
    assert sheet["page"] == best.page
    assert (sheet["width"], sheet["height"]) > (0, 0)
    kinds = [kind for kind, *_ in sheet["marks"]]
    assert kinds.count("quote") == len([b for b in best.boxes if b.page == best.page])
    assert kinds[-1] != "quote"
    assert ["gene", "gene_symbol"] in [[m[0], m[5]] for m in sheet["marks"]]
    assert view.picture["page"] == best.page
    assert view.picture["png"].startswith(b"\x89PNG")
    assert len(json.dumps([view.evidence, view.sheet])) < 8_000


def test_the_picture_is_as_fine_as_the_screen(
    table: RecordTable, view: EvidenceView
) -> None:
    """Width in CSS pixels × ratio × zoom, rounded up."""
    view.fit(500, 2)
    select(table, 0)
    view.join()
    assert 1_000 <= width_of(view.picture["png"]) <= 1_000 + 2 * WIDTH_STEP
    view.zoom(1)
    view.zoom(1)
    view.join()
    assert view.sheet["zoom"] == 1.5
    assert 1_500 <= width_of(view.picture["png"]) <= 1_500 + 2 * WIDTH_STEP
    for _ in range(20):
        view.zoom(-1)
    assert view.sheet["zoom"] == 0.5
    view.zoom(0)
    assert view.sheet["zoom"] == 1.0


def test_other_quotes_and_other_pages(
    read_job: ck.Job, table: RecordTable, view: EvidenceView
) -> None:
    """One turns from quote to quote, and leafs through the paper."""
    places = range(len(table.results["keys"]))
    counts = [len(read_job.record(*table.results["keys"][p]).evidence) for p in places]
    record = read_job.record(*select(table, counts.index(max(counts))))
    view.join()
    view.step(-1)
    assert view.evidence["index"] == 0
    if len(record.evidence) > 1:
        view.step(1)
        assert view.evidence["index"] == 1
        assert view.sheet["page"] == record.evidence[1].page
        view.choose(0)
    own, pages = view.sheet["page"], view.sheet["pages"]
    assert pages > 1
    by = 1 if own < pages else -1
    view.turn(by)
    view.join()
    assert view.picture["page"] == view.sheet["page"] == own + by
    view.turn_back()
    assert view.sheet["page"] == own
    for _ in range(pages + 2):
        view.turn(1)
    assert view.sheet["page"] == pages


def test_what_comes_next_is_there_already(
    table: RecordTable, view: EvidenceView
) -> None:
    """The next record's page needs no drawing; on the same page nothing is sent."""
    select(table, 0)
    view.join()
    for place in (1, 2, 3):
        pictures: list[object] = []
        view.observe(lambda change, p=pictures: p.append(change["new"]), "picture")
        before = view.picture
        view.step_record(1)
        assert view.evidence["place"] == place
        assert view.picture["png"]  # without waiting
        assert {} not in pictures
        if before == view.picture:
            assert pictures == []
        view.unobserve_all("picture")
        view.join()


def test_letting_go(table: RecordTable, view: EvidenceView) -> None:
    """Closing selects no record; a record that is gone closes it."""
    select(table, 0)
    view.close()
    assert table.record == view.evidence == view.sheet == view.picture == {}
    select(table, 0)
    assert view.evidence
    table.close()
    assert view.evidence == {}


def test_its_place_changes_with_the_search(
    table: RecordTable, view: EvidenceView
) -> None:
    """What is selected stays on screen, among the others or not."""
    select(table, 2)
    gene = view.evidence["row"]["gene_symbol"]
    table.show(search=gene)
    assert view.evidence["found"] == table.results["found"]
    assert view.evidence["place"] >= 0
    table.show(search="no record has this")
    assert (view.evidence["place"], view.evidence["found"]) == (-1, 0)
    assert view.picture or view.sheet


def one_record(
    job: ck.Job, evidence: list[Evidence], monkeypatch: pytest.MonkeyPatch
) -> tuple[str, int]:
    """Let the first record have other evidence; give its key."""
    key = job.key_at(0)
    record = job.record(*key).model_copy(update={"evidence": evidence})
    monkeypatch.setattr(type(job), "record", lambda *_: record)
    return key


def test_quotes_that_are_not_right(
    read_job: ck.Job, images: PageImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is marked for what was not found; what differs is listed."""
    near = Evidence(
        quote="it was there",
        page=1,
        boxes=[Box(1, 10, 10, 90, 20)],
        verification=Verification.APPROXIMATE,
        score=0.9,
        claimed="it was not there",
        differences=[Difference(DifferenceKind.NEGATION, "not", "")],
        flags=["hidden text"],
    )
    missing = Evidence(quote="made up", boxes=[Box(1, 1, 1, 2, 2)])
    key = one_record(read_job, [missing, near], monkeypatch)
    view = EvidenceView(images)
    view.show(read_job, *key)
    view.join()
    assert view.sheet["page"] == 1
    assert view.sheet["marks"] == []
    assert view.evidence["items"][0]["verification"] == "unsupported"
    view.step(1)
    assert view.sheet["approximate"]
    assert [mark[0] for mark in view.sheet["marks"]] == ["quote"]
    [difference] = view.evidence["items"][1]["differences"]
    assert difference["grave"]
    assert "negation" in difference["text"]
    view.end()


def test_without_any_quote(
    read_job: ck.Job, images: PageImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first page is shown, without marks."""
    view = EvidenceView(images)
    view.show(read_job, *one_record(read_job, [], monkeypatch))
    view.join()
    assert view.evidence["items"] == []
    assert view.picture["page"] == 1
    view.end()


@pytest.mark.parametrize("state", ["damaged", "missing"])
def test_a_paper_that_cannot_be_drawn(
    workspace: ck.Workspace, read_job: ck.Job, state: str
) -> None:
    """It says what is wrong and what to do; the quote is still told."""
    source = [read_job.document_path(read_job.key_at(0)[0])]
    flow = workspace.flows["Gene Expression Extraction"]
    papers = workspace.documents.add(source)
    job = workspace.run(flow, papers, backend="sequential")
    key = job.key_at(0)
    path = job.document_path(key[0])
    if state == "missing":
        path.unlink()
    else:
        path.write_bytes(b"%PDF-1.7 and no more")
    session = CurationSession(workspace)
    session.open_job(job.id, "results")
    session.view.records.select(*key)
    session.evidence.join()
    assert session.evidence.sheet["problem"]
    assert session.evidence.sheet["hint"]
    assert session.evidence.picture == {}
    assert session.evidence.evidence["items"][0]["quote"]
    assert session.error == ""
    session.close()


def test_a_dropped_candidate(read_job: ck.Job, images: PageImages) -> None:
    """It is shown where it stood, with the reason; records let go of it."""
    table = RecordTable()
    table.open(read_job)
    table.refresh()
    view = EvidenceView(images, table)
    [dropped, *_] = read_job.dropped_rows(limit=1)
    view.open_dropped(dropped["document_id"], dropped["number"])
    view.join()
    assert view.evidence["dropped"] == dropped["reason"]
    assert view.evidence["items"][0]["quote"]
    assert view.picture["page"] == view.sheet["page"]
    select(table, 0)
    assert view.evidence["dropped"] == ""
    with pytest.raises(NotFound):
        view.open_dropped("0" * 64, 0)
    view.end()


def test_the_words_of_the_page_are_told(table: RecordTable, view: EvidenceView) -> None:
    """Those of another page when it is turned to, none when nothing is shown."""
    key = select(table, 0)
    view.join(60)
    first = view.words
    assert (first["document_id"], first["page"]) == (key[0], view.sheet["page"])
    assert first["lines"]
    view.turn(1)
    assert view.words["page"] == first["page"] + 1
    assert view.words["lines"] != first["lines"]
    view.close()
    assert view.words == {}
