from __future__ import annotations

import pickle
from datetime import date

import pytest
from pydantic import Field, ValidationError

from curation_kit.records import (
    Candidate,
    Difference,
    DifferenceKind,
    Evidence,
    GeneExpressionRecord,
    Ledger,
    Lookup,
    LookupStatus,
    Record,
    Verification,
)

COLUMNS = [
    "document",
    "gene_symbol",
    "gene_id",
    "taxon",
    "anatomy_label",
    "anatomy_id",
    "stage_label",
    "stage_id",
    "cellular_component_label",
    "cellular_component_id",
    "assay",
    "negated",
    "quote",
    "page",
    "section",
    "figures",
    "verification",
    "review",
]


class Phenotype(Record):
    """A record of another domain."""

    allele: str
    terms: list[str] = Field(default_factory=list)


def test_a_summary_does_not_count_what_its_agent_does_not_tell_of() -> None:
    """No section or sentence was told of: that is not none that was read."""
    ledger = Ledger(pages=10)
    ledger.settle(3)

    assert ledger.summary() == "10 pages, 3 kept"
    ledger.sections_skipped = ["references"]
    assert "0 sections read, 0 sentences" in ledger.summary()
    assert ledger.summary().endswith("skipped: references")


@pytest.mark.parametrize(
    ("read", "skipped", "told"),
    [
        (["title", "figure legend"], ["methods"], True),
        (["title", "results"], [], False),
        (["body"], [], False),
        (["figure legend"], ["results"], False),  # as the options say
        ([], ["references"], False),
    ],
)
def test_a_ledger_tells_that_no_results_were_found(
    read: list[str], skipped: list[str], *, told: bool
) -> None:
    """The reason of few rows, where the headings of a paper are odd."""
    ledger = Ledger(pages=3, sections_read=read, sections_skipped=skipped)

    assert ledger.lacks_results is told
    assert ("no results section found" in ledger.summary()) is told


def test_lookups_are_told_where_somebody_was_asked() -> None:
    """Records of which nobody was asked are what they were before."""
    record = GeneExpressionRecord(gene_symbol="Pax6", why="It is said so.")
    assert "lookups" not in record.model_dump()
    assert record.explained() == "It is said so."

    record.lookups["gene_id"] = Lookup(source="A", status=LookupStatus.OFFLINE)
    record.lookups["orthologs"] = Lookup(
        source="B", status=LookupStatus.FOUND, asked=date(2026, 1, 2), note="none"
    )

    assert record.explained() == (
        "It is said so; gene_id unresolved: offline (A); "
        "orthologs found (B, 2026-01-02): none"
    )
    again = GeneExpressionRecord.model_validate_json(record.model_dump_json())
    assert again == record
    assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301 - our own


def test_a_result_is_complete_when_all_questions_were_answered() -> None:
    """Models and other sources alike."""
    assert Ledger(chunks_sent=2, chunks_answered=2).complete
    assert not Ledger(chunks_sent=2, chunks_answered=1).complete
    assert not Ledger(unanswered={"unresolved: offline (GO)": 1}).complete
    assert "unanswered" not in Ledger().model_dump()


def test_columns_of_a_gene_expression_record_are_fixed() -> None:
    """Scripts outside the package rely on names and order."""
    assert list(GeneExpressionRecord.columns()) == COLUMNS


def test_a_domain_brings_its_own_columns_between_the_shared_ones() -> None:
    """The document comes first and the evidence last, whatever the domain."""
    assert Phenotype.columns() == (
        "document",
        "allele",
        "terms",
        *COLUMNS[-6:],
    )


def test_a_row_shows_the_best_evidence() -> None:
    """The first evidence is in the table; lists are joined."""
    record = GeneExpressionRecord(
        gene_symbol="mec-4",
        review="accepted",
        evidence=[
            Evidence(
                quote="mec-4 is on",
                page=3,
                section="results",
                figures=["Figure 1A", "Table 2"],
                verification=Verification.VERIFIED,
            ),
            Evidence(quote="second"),
        ],
    )

    row = record.row("a.pdf")

    assert list(row) == COLUMNS
    assert row["document"] == "a.pdf"
    assert (row["quote"], row["page"], row["section"]) == ("mec-4 is on", 3, "results")
    assert row["figures"] == "Figure 1A|Table 2"
    assert (row["verification"], row["review"]) == ("verified", "accepted")
    assert row["negated"] is False


def test_lists_of_the_domain_join_too() -> None:
    """A cell never holds a Python list."""
    assert Phenotype(allele="e1", terms=["a", "b"]).row("x")["terms"] == "a|b"


def test_a_record_without_evidence_is_unsupported_in_its_row() -> None:
    """A missing quote is shown, not hidden."""
    row = GeneExpressionRecord(gene_symbol="x").row("a.pdf")

    assert (row["quote"], row["page"], row["verification"]) == ("", None, "unsupported")


def test_evidence_needs_a_quote_and_a_score_between_nought_and_one() -> None:
    """An evidence without its words is none."""
    with pytest.raises(ValidationError, match="quote"):
        Evidence()
    with pytest.raises(ValidationError, match="score"):
        Evidence(quote="x", score=1.5)
    with pytest.raises(ValidationError, match="page"):
        Evidence(quote="x", page=2**63)  # no table holds it
    with pytest.raises(ValidationError, match="colour"):
        Evidence(quote="x", colour="red")


def test_records_survive_json() -> None:
    """What the store keeps is the whole record."""
    record = GeneExpressionRecord(
        gene_symbol="unc-6",
        candidates={"gene_id": [Candidate(id="WB:1", label="unc-6")]},
        evidence=[Evidence(quote="q", boxes=[(1, 0.0, 1.0, 2.0, 3.0)])],
    )

    copy = GeneExpressionRecord.model_validate_json(record.model_dump_json())

    assert copy == record
    assert copy.evidence[0].boxes[0].page == 1


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_numbers_that_json_does_not_have_are_refused(value: float) -> None:
    """They would come back from the store as missing."""

    class Measured(Record):
        level: float | None = None

    with pytest.raises(ValidationError, match="finite"):
        Measured(level=value)


def test_the_ledger_explains_an_empty_result() -> None:
    """What was read, skipped, judged and dropped, in one line."""
    ledger = Ledger(
        pages=4,
        pages_without_text=1,
        sections_read=["abstract", "results"],
        sections_skipped=["references"],
        sentences=50,
        candidates=3,
    )
    for reason in ("no gene", "no place", "no gene"):
        ledger.drop(reason)
    ledger.notes.append("Read in full, nothing found.")

    assert ledger.summary() == (
        "4 pages, 1 without text, 2 sections read, 50 sentences judged, "
        "3 candidates, 0 kept, 3 dropped: 2 no gene, 1 no place; "
        "skipped: references; Read in full, nothing found."
    )


def test_the_ledger_tells_how_a_model_answered() -> None:
    """Chunks appear only where a model was asked."""
    ledger = Ledger(pages=1, chunks_sent=3, chunks_answered=2, chunks_unparseable=1)

    assert "3 chunks sent, 2 answered, 1 unparseable" in ledger.summary()
    assert "chunks" not in Ledger(pages=1).summary()


def test_evidence_of_older_jobs_is_read() -> None:
    """What was not known then is empty."""
    old = {"quote": "mec-4 is on.", "page": 1, "verification": "verified", "score": 1}

    evidence = Evidence.model_validate(old)

    assert (evidence.claimed, evidence.differences, evidence.flags) == (None, [], [])


def test_differences_survive_json_and_read_as_sentences() -> None:
    """Kind, claim, paper."""
    evidence = Evidence(
        quote="It is not on.",
        claimed="It is on.",
        differences=[Difference(DifferenceKind.NEGATION, "", "not")],
    )

    read = Evidence.model_validate_json(evidence.model_dump_json())

    assert read == evidence
    assert read.differences[0].grave
    assert str(read.differences[0]) == "negation: the paper also has “not”"
    assert not Difference(DifferenceKind.CITATION, "", "12").grave


def test_an_unsupported_quote_is_shown_as_it_was_claimed() -> None:
    """The curator sees what somebody said that the paper says."""
    evidence = Evidence(quote="", claimed="It is on in the tail.")
    record = GeneExpressionRecord(gene_symbol="mec-4", evidence=[evidence])

    row = record.row("a.pdf")

    assert (row["quote"], row["verification"]) == (
        "It is on in the tail.",
        "unsupported",
    )


def test_the_ledger_tells_how_records_are_supported() -> None:
    """Behind what was dropped, before the notes."""
    ledger = Ledger(
        pages=1,
        sentences=1,
        sections_read=["results"],
        sections_skipped=["methods", "references", "table"],
        candidates=5,
        kept=5,
        verification={"approximate": 2, "verified": 3},
        flagged=2,
        notes=["Worms."],
    )

    assert ledger.in_full
    assert ledger.summary() == (
        "1 page, 1 section read, 1 sentence judged, 5 candidates, 5 kept; "
        "3 verified, 2 approximate, 2 to check; "
        "skipped: methods, references, table; Worms."
    )


def test_a_record_is_shown_in_a_line():
    """At the end of a cell or in a list: what it says, the verdict, the quote."""
    record = GeneExpressionRecord(
        gene_symbol="act-5",
        gene_id="WB:WBGene00000067",
        anatomy_label="pharynx",
        stage_label="adult",
        review="accepted",
        evidence=[Evidence(quote="ACT-5 is\nseen. " + "So " * 40, page=3)],
    )
    shown = repr(record)
    assert shown.startswith(
        "<GeneExpressionRecord act-5 in pharynx at adult: accepted, “ACT-5 is seen. So"
    )
    assert shown.endswith("So…” (page 3)>")
    assert str(record) == shown
    assert repr(Ledger()) == "<Ledger nothing was read>"


def test_a_record_of_another_domain_is_shown_by_its_values():
    """Those that are not empty; without evidence there is no quote."""
    assert repr(GeneExpressionRecord(gene_symbol="a", negated=True)) == (
        "<GeneExpressionRecord no a>"
    )
    shown = repr(Phenotype(allele="e1", terms=["small", "slow"]))
    assert shown == "<Phenotype allele=e1, terms=small|slow>"
