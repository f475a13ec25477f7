"""What the evidence gate lets through, flags and drops."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from batches import add_papers, fake_flow
from fakes import FakeExtractor, FakeValidator, plain_text
from one_paper import FakeDesk, task_of

import curation_kit as ck
from curation_kit.agents import Paper, register
from curation_kit.agents.formatters import CsvFormatter
from curation_kit.documents._pymupdf import pymupdf
from curation_kit.documents.reader import read_document
from curation_kit.errors import DocumentFailure
from curation_kit.jobs import Outcome
from curation_kit.records import (
    Box,
    Evidence,
    GeneExpressionRecord,
    Ledger,
    Record,
    Verification,
)
from curation_kit.runner.document import run_document
from curation_kit.runner.gate import pass_gate
from curation_kit.runner.places import HandOver, Place, place_after

TEXT = "The gene unc-86 is on in the gut. Later it was seen in six neurons of the tail."


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    """A paper that is no PDF: there is no page to look at."""
    path = tmp_path / "paper.txt"
    path.write_text(TEXT)
    made = Paper(id="0" * 64, name="paper.txt", path=path)
    made.text = plain_text(TEXT)
    return made


def record(*evidence: Evidence) -> Record:
    """A record that stands on some evidence."""
    return GeneExpressionRecord(
        gene_symbol="unc-86", anatomy_label="gut", evidence=[*evidence]
    )


def some_records(paper: Paper) -> list[Record]:
    """Records whose best evidence is verified, approximate and unsupported."""
    quotes = ("The gene unc-86 is on in the gut.", "Later it was seen in six neurons",
              "The worm cannot be found in this book at all.")  # fmt: skip
    nearly = "Later it was seen in seven neurons of the tail."
    good, found, missing = (
        paper.align(quote) for quote in (quotes[0], nearly, quotes[2])
    )
    assert [one.verification for one in (good, found, missing)] == [
        "verified", "approximate", "unsupported",
    ]  # fmt: skip
    return [record(good), record(found), record(missing), record()]


def test_keep_only_counts(paper: Paper) -> None:
    """Nothing is marked."""
    kept = pass_gate(some_records(paper), paper, "keep")

    assert [one.review for one in kept] == [None] * 4
    assert paper.ledger.verification == {
        "verified": 1, "approximate": 1, "unsupported": 2,
    }  # fmt: skip
    assert paper.ledger.flagged == 0


def test_flag_marks_what_is_not_verified(paper: Paper) -> None:
    """A record without evidence is as one whose quote was not found."""
    kept = pass_gate(some_records(paper), paper, "flag")

    assert [one.review for one in kept] == [None, "check", "check", "check"]
    assert paper.ledger.flagged == 3
    assert paper.ledger.dropped == {}


def test_drop_leaves_them_out_and_says_why(paper: Paper) -> None:
    """The candidates are listed with what was known and what was claimed."""
    kept = pass_gate(some_records(paper), paper, "drop")

    assert [one.review for one in kept] == [None]
    assert paper.ledger.dropped == {
        "evidence approximate": 1, "evidence unsupported": 2,
    }  # fmt: skip
    first, second, third = paper.ledger.drops
    assert first.agent == "evidence gate"
    assert first.record == {"gene_symbol": "unc-86", "anatomy_label": "gut"}
    assert second.evidence is not None
    assert second.evidence.claimed == "The worm cannot be found in this book at all."
    assert third.evidence is None
    assert paper.ledger.verification == {"verified": 1}


def test_look_alike_letters_are_checked_though_verified(paper: Paper) -> None:
    """Also in a quote that is not the best, and also where others are dropped."""
    best, other = paper.evidence(0, 33), paper.evidence(34, 60)
    other.flags.append("look-alike letters")

    [kept] = pass_gate([record(best, other)], paper, "drop")

    assert kept.review == "check"
    assert paper.ledger.verification == {"verified": 1}


@pytest.mark.parametrize(
    ("start", "end"), [(None, None), (3, 20), (0, 9999), (20, 3), (-5, 10), (0, None)]
)
@pytest.mark.parametrize("gate", ["keep", "flag"])
def test_a_quote_that_is_not_where_it_is_said_to_be_is_unsupported(
    paper: Paper, start, end, gate
) -> None:
    """Whoever says that it is verified; it is shown as what was claimed."""
    invented = Evidence(
        quote="unc-86 is on in the brain", page=7, start=start, end=end,
        verification="verified", score=1.0,
    )  # fmt: skip

    [kept] = pass_gate([record(invented)], paper, gate)

    [evidence] = kept.evidence
    assert (evidence.verification, evidence.page, evidence.boxes) == (
        "unsupported", None, [],
    )  # fmt: skip
    assert kept.row("paper.txt")["quote"] == "unc-86 is on in the brain"
    assert kept.review == (None if gate == "keep" else "check")
    assert paper.ledger.notes == [
        "1 quote is not in the text where the flow's steps say, so unsupported."
    ]


def test_a_quote_without_its_place_gets_it(paper: Paper) -> None:
    """Page and boxes are those of the text, whatever the agent says."""
    evidence = paper.evidence(0, 33)
    boxes = evidence.boxes
    evidence.boxes, evidence.page = [], 99

    [kept] = pass_gate([record(evidence)], paper, "flag")

    assert (kept.evidence[0].boxes, kept.evidence[0].page) == (boxes, 1)
    assert kept.review is None


def test_hidden_text_is_checked(tmp_path: Path) -> None:
    """White letters on white: the quote is in the text, and nobody can see it."""
    path = tmp_path / "paper.pdf"
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 100), "The mec-4 gene is on in the neurons here.")
    page.insert_text((72, 200), "The unc-86 gene is on in the gut.", color=(1, 1, 1))
    document.save(path)
    paper = Paper(id="0" * 64, name="paper.pdf", path=path)
    paper.text = read_document(path, name="paper.pdf")
    records = [
        record(paper.align("The mec-4 gene is on in the neurons here.")),
        record(paper.align("The unc-86 gene is on in the gut.")),
    ]

    seen, hidden = pass_gate(records, paper, "drop")

    assert (seen.review, hidden.review) == (None, "check")
    assert hidden.evidence[0].flags == ["text that cannot be seen on the page"]


def test_a_pdf_that_cannot_be_looked_at_is_checked(paper: Paper) -> None:
    """Nobody knows what is to be seen there."""
    paper.path.write_bytes(b"%PDF-1.7 and nothing more")

    [kept] = pass_gate([record(paper.evidence(0, 33))], paper, "flag")

    assert kept.review == "check"
    assert kept.evidence[0].flags == ["page that could not be looked at"]


# ---- in a run


class Claimer(FakeExtractor):
    """Claims a quote that is in the paper, and one that is not."""

    name = "claimer"
    title = "Claimer"

    def extract(self, paper: Paper) -> Iterable[Record]:
        """Give both."""
        text = paper.text.text
        paper.ledger.drop("hypothesis", agent=self.name, evidence=paper.evidence(0, 2))
        for quote in (text, "Nothing of this kind is in the paper."):
            yield GeneExpressionRecord(gene_symbol="ok", evidence=[paper.align(quote)])


@pytest.fixture
def claiming(fakes) -> ck.Flow:  # noqa: ARG001 - registers the agents
    """A flow with a claimer."""
    register(Claimer)
    flow = fake_flow("csv")
    flow.steps[1].agent = "claimer"
    return flow


def outcomes(job: ck.Job) -> tuple[list[str | None], dict[str, int], int]:
    """Reviews of the records, dropped candidates, records to check."""
    found = job.completeness
    assert found.candidates == found.kept + sum(found.dropped.values())
    assert job.dropped_count() == sum(found.dropped.values())
    return [one.review for _, _, one in job.records()], found.dropped, found.flagged


def written(folder: Path) -> Path:
    """A paper, as the fake agents read it."""
    path = folder / "paper"
    path.write_text("ok words of a paper")
    return path


def test_the_gate_works_on_results_that_were_kept(
    tmp_path: Path, claiming: ck.Flow
) -> None:
    """A flow with another gate uses the same steps; no drop is lost."""
    desk = FakeDesk()
    hypothesis = {"hypothesis": 1}
    expected = {
        "flag": ([None, "check"], hypothesis, 1),
        "drop": ([None], {**hypothesis, "evidence unsupported": 1}, 0),
        "keep": ([None, None], hypothesis, 0),
    }
    for gate, wanted in expected.items():
        flow = claiming.model_copy(update={"evidence_gate": gate})
        outcome = run_document(
            task_of(flow, written(tmp_path), tmp_path / "cache"), desk
        )
        assert isinstance(outcome, Outcome)
        ledger = Ledger.model_validate_json(outcome.ledger)
        reviews = [json.loads(one)["review"] for one in outcome.records]
        assert (reviews, ledger.dropped, ledger.flagged) == wanted
        assert ledger.candidates == 3
        assert [reason for reason, *_ in outcome.drops] == [*ledger.dropped]
        [file] = outcome.files
        assert file.content.count(b"\n") == 1 + len(reviews)
    assert desk.begun == [0, 1, 2, 3, 3, 3]


class Breaker(CsvFormatter):
    """Fails once the gate is passed."""

    name = "breaker"
    title = "Breaker"

    def format(self, paper: Paper, records, record) -> bytes:
        """Fail while there is no file that says otherwise."""
        if not paper.path.with_name("mended").exists():
            raise DocumentFailure("input", "The output is broken.", "Retry it.")
        return super().format(paper, records, record)


def test_a_retry_with_a_corrected_flow_passes_its_own_gate(
    workspace: ck.Workspace, claiming: ck.Flow
) -> None:
    """What the first gate did is not carried over."""
    register(Breaker)
    papers = add_papers(workspace, "ok words of a paper")
    broken = claiming.model_copy(deep=True)
    broken.steps[-1].agent = "breaker"
    job = workspace.run(broken, papers, backend="sequential")
    assert job.status == "failed"
    assert job.dropped_count() == 0

    claiming.evidence_gate = "drop"
    job.retry_failed(claiming)
    job.wait(60)

    assert outcomes(job) == (
        [None], {"evidence unsupported": 1, "hypothesis": 1}, 0,
    )  # fmt: skip


class DistantCsv(CsvFormatter):
    """An output that waits for the network."""

    name = "distant_csv"
    title = "Distant CSV"
    io_bound = True


@pytest.mark.usefixtures("fakes")
def test_the_gate_is_passed_where_papers_are_read(tmp_path: Path) -> None:
    """PyMuPDF must not run beside other threads; the output then goes its way."""
    register(DistantCsv)
    task = task_of(fake_flow("distant_csv"), written(tmp_path), tmp_path / "cache")

    state = run_document(task, FakeDesk(), Place.CPU)
    assert isinstance(state, HandOver)
    assert (state.step, state.gated) == (3, True)
    assert place_after(task, state) is Place.IO
    state.gated = False
    assert place_after(task, state) is Place.CPU
    back = run_document(task, FakeDesk(), Place.IO, state)
    assert isinstance(back, HandOver)
    assert not back.gated


class Loser(FakeValidator):
    """Gives no record back."""

    name = "loser"
    title = "Loser"

    def validate(self, paper: Paper, records: Sequence[Record]) -> Iterable[Record]:
        """Lose all."""
        del paper, records
        return []


def test_records_that_a_validator_leaves_out_are_counted(
    workspace: ck.Workspace, fakes
) -> None:
    """The numbers add up, whatever the agents do."""
    del fakes
    register(Loser)
    flow = fake_flow("csv")
    flow.steps[2].agent = "loser"
    job = workspace.run(flow, add_papers(workspace, "ok"), backend="sequential")

    assert outcomes(job) == ([], {"left out by a validator": 1}, 0)
    [row] = job.dropped_rows()
    assert (row["reason"], row["agent"]) == ("left out by a validator", "loser")


def test_candidates_without_a_reason_are_counted() -> None:
    """An agent told that there were more than it kept or dropped."""
    ledger = Ledger(pages=1, candidates=5)
    ledger.drop("hypothesis")
    ledger.settle(2)

    assert (ledger.candidates, ledger.kept) == (5, 2)
    assert ledger.dropped == {"hypothesis": 1, "no reason given": 2}


def test_candidates_that_were_only_counted_are_listed() -> None:
    """An agent, or a kept result of an earlier version, counted by itself."""
    ledger = Ledger(pages=1, candidates=3, dropped={"hypothesis": 2})
    ledger.settle(1)

    assert ledger.dropped == {"hypothesis": 2}
    assert [one.reason for one in ledger.drops] == ["hypothesis"] * 2


def test_white_space_is_no_quote(paper: Paper) -> None:
    """It is in every paper."""
    blank = Evidence(quote=" ", start=3, end=4, verification="verified", score=1.0)
    [kept] = pass_gate([record(blank)], paper, "flag")

    assert kept.evidence[0].verification == "unsupported"
    assert kept.review == "check"


def test_a_quote_that_differs_is_not_verified(paper: Paper) -> None:
    """Whatever a step made of what the aligner said."""
    nearly = paper.align("Later it was seen in seven neurons of the tail.")
    nearly.verification = Verification.VERIFIED
    [kept] = pass_gate([record(nearly)], paper, "flag")

    assert kept.evidence[0].verification == "approximate"


def test_a_quote_that_fails_is_no_longer_the_best(paper: Paper) -> None:
    """A record stands on the next one, which holds."""
    invented = Evidence(
        quote="unc-86 is on in the brain", start=3, end=20, verification="verified"
    )
    [kept] = pass_gate([record(invented, paper.evidence(0, 33))], paper, "drop")

    assert [one.verification for one in kept.evidence] == ["verified", "unsupported"]


def test_boxes_are_on_pages_of_the_paper(paper: Paper) -> None:
    """Those on another page, which nobody could look at, are made anew."""
    good = paper.evidence(0, 33)
    odd = good.model_copy(update={"boxes": [Box(9, 0.0, 0.0, 5.0, 5.0)]})
    [kept] = pass_gate([record(odd)], paper, "flag")

    assert kept.evidence[0].boxes == good.boxes


def test_mentions_are_within_their_quote(paper: Paper) -> None:
    """Others would mark what the record does not stand on."""
    quote = paper.evidence(0, 33)
    good = paper.mention("gene_symbol", 9, 15)
    odd = good._replace(boxes=[Box(9, 0.0, 0.0, 5.0, 5.0)])
    quote.mentions = [good, odd, paper.mention("anatomy_label", 40, 45)]
    [kept] = pass_gate([record(quote)], paper, "keep")

    assert kept.evidence[0].mentions == [good]


def test_no_step_gives_a_curators_verdict(paper: Paper) -> None:
    """What it asks to be checked, though, stays."""
    accepted, asked = record(paper.evidence(0, 33)), record(paper.evidence(0, 33))
    accepted.review, asked.review = "accepted", "check"
    kept = pass_gate([accepted, asked], paper, "keep")

    assert [one.review for one in kept] == [None, "check"]
    assert paper.ledger.flagged == 1


def test_a_fault_of_the_gate_is_not_blamed_on_the_output(
    tmp_path: Path, fakes, monkeypatch
) -> None:
    """The curator is told who failed."""
    del fakes

    def fail(*_: object) -> None:
        message = "no such quote"
        raise LookupError(message)

    monkeypatch.setattr("curation_kit.runner.document.pass_gate", fail)
    outcome = run_document(
        task_of(fake_flow("csv"), written(tmp_path), tmp_path / "cache"),
        FakeDesk(),
        Place.ANY,
    )

    assert isinstance(outcome, Outcome)
    assert (
        outcome.message == "The evidence gate stopped with LookupError: no such quote"
    )
    assert "in the evidence gate," in outcome.hint
