from __future__ import annotations

import base64
from pathlib import Path
from types import SimpleNamespace

import pytest
from batches import add_papers

import curation_kit as ck
from curation_kit import widgets
from curation_kit.errors import CurationKitError, NotFound
from curation_kit.records import Difference, DifferenceKind, Evidence, Verification
from curation_kit.samples import write_sample_papers


@pytest.fixture
def job(workspace: ck.Workspace) -> ck.Job:
    """A job of the built-in flow over a sample paper."""
    [paper] = write_sample_papers(workspace.path.parent / "papers", count=1)
    flow = workspace.flows["Gene Expression Extraction"]
    documents = workspace.documents.add([paper.path])
    return workspace.run(flow, documents, backend="sequential")


def test_a_record_may_be_meant_in_three_ways(job: ck.Job) -> None:
    """By position, by row, by key; text where no kernel is there."""
    results = job.results
    [name] = set(results["document"])
    by_row = job.show_evidence(results.iloc[1])
    assert (by_row.document_id, by_row.number) == (results["document_id"].iloc[1], 1)
    for meant in (1, (name, 1)):
        assert repr(job.show_evidence(meant)) == repr(by_row)
    bundle = by_row._repr_mimebundle_()
    assert bundle == {"text/plain": repr(by_row)}
    assert results["quote"].iloc[1] in repr(by_row)
    assert f"page {results['page'].iloc[1]}" in repr(by_row)
    with pytest.raises(NotFound):
        job.show_evidence(len(results))
    with pytest.raises(CurationKitError):
        job.show_evidence("the second")


def test_what_was_claimed_is_told(job: ck.Job) -> None:
    """A quote that is not in the paper is shown all the same, empty values not."""
    shown = job.show_evidence(0)
    record = job.record(shown.document_id, 0)
    record.gene_symbol = ""
    record.evidence = [Evidence(quote="", claimed="an invention")]
    shown.job = SimpleNamespace(
        document_name=lambda _: "x.pdf",
        record=lambda *_: record,
        document_path=lambda _: Path(__file__),
    )

    told = "claimed: “an invention”, not in the paper (unsupported)"
    assert repr(shown).endswith(told)
    assert "·  ·" not in repr(shown)
    assert ": ·" not in repr(shown)


def test_a_kernel_gets_the_panel_and_a_picture(
    job: ck.Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The picture is for places without widgets: the page with its marks."""
    monkeypatch.setattr(widgets, "_in_kernel", lambda: True)
    shown = job.show_evidence(0)
    bundle = shown._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    picture = base64.b64decode(bundle["image/png"])
    assert picture.startswith(b"\x89PNG")
    assert bundle["text/plain"] == repr(shown)
    job.document_path(shown.document_id).unlink()
    bundle = shown._repr_mimebundle_()
    assert "image/png" not in bundle
    assert "was removed from the workspace: add the same file" in bundle["text/plain"]


def test_text_tells_what_a_curator_has_to_look_at(
    job: ck.Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was claimed, where the paper differs, and flags."""
    record = job.record(*job.key_at(0))
    near = record.evidence[0].model_copy(
        update={
            "verification": Verification.APPROXIMATE,
            "claimed": "not so",
            "differences": [Difference(DifferenceKind.NEGATION, "not", "")],
            "flags": ["hidden text"],
        }
    )
    record.evidence = [near, Evidence(quote="", claimed="it glows in the dark")]
    monkeypatch.setattr(type(job), "record", lambda *_: record)

    _, quote, claimed, difference, flags, unsupported = repr(
        job.show_evidence(0)
    ).splitlines()

    assert quote.startswith(f"“{near.quote}” (approximate, page ")
    assert claimed == "  claimed: “not so”"
    assert difference == "  negation: “not” is not in the paper"
    assert flags == "  look at: hidden text"
    told = "claimed: “it glows in the dark”, not in the paper (unsupported)"
    assert unsupported == told


def test_values_without_mentions_are_sought_in_the_text(job: ck.Job) -> None:
    """With the text that was kept when the paper was read."""
    document_id, number = job.key_at(0)
    record = job.record(document_id, number)
    [evidence, *_] = record.evidence
    told = job.mentions(document_id, record, evidence)
    assert told == evidence.mentions
    evidence.mentions = []
    sought = job.mentions(document_id, record, evidence)
    assert {one.column for one in sought} <= set(record.domain_columns())
    for one in sought:
        assert one.boxes
        assert evidence.start <= one.start < one.end <= evidence.end


def test_a_record_without_text_is_shown_all_the_same(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """A quote of no place, a paper that is no PDF."""
    job = workspace.run(flow, add_papers(workspace, "ok"), backend="sequential")
    assert repr(job.show_evidence(0)).startswith("000-ok.pdf, record 0")
