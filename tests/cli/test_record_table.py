from __future__ import annotations

import pytest
from rich.cells import cell_len

from curation_kit.cli.record_table import print_compact, print_records
from curation_kit.records import Evidence, GeneExpressionRecord, Record, Verification

QUOTE = "The gene myo-2 is expressed in pharyngeal muscle of adults, as we saw. " * 3


class Level(Record):
    """Of another domain."""

    tissue_type: str = "liver"
    level: float = 2.5
    assay: str = "blot"


def record(**values: object) -> GeneExpressionRecord:
    """One with a long quote."""
    evidence = Evidence(quote=QUOTE, page=12, verification=Verification.APPROXIMATE)
    return GeneExpressionRecord.model_validate(
        {"gene_symbol": "myo-2", "evidence": [evidence], **values}
    )


@pytest.mark.parametrize("width", [80, 100, 200])
def test_every_line_fits_the_terminal(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is cut, headings are whole, and the quote has a line of its own."""
    monkeypatch.setenv("COLUMNS", str(width))
    name = "Überexpression_of_a_gene_表現_in_a_worm_and_more_of_it_2026.pdf"
    rows = [
        record(anatomy_label="pharyngeal muscle cell", stage_label="adult").row(name),
        record(
            anatomy_label="body wall musculature", negated=True, review="accepted"
        ).row(name),
    ]

    print_compact(rows)

    header, first, quote, second, _ = capsys.readouterr().out.splitlines()
    for title in [
        "document",
        "gene",
        "anatomy",
        "stage",
        "page",
        "verification",
        "review",
    ]:
        assert title in header.split()
    for line in (header, first, quote, second):
        assert cell_len(line) <= width
    assert quote.startswith("    “The gene myo-2 is")
    assert "  not " in second
    assert "  not " not in first
    assert "approximate" in first
    assert "accepted" in second


def test_no_text_of_a_paper_rules_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Control characters are spaces."""
    row = record(anatomy_label="a\x1b[2Jb\nc\x9b1m").row("x\x1b]0;t\x07.pdf")

    print_compact([row])

    shown = capsys.readouterr().out
    assert not {"\x1b", "\x07", "\x9b"} & set(shown)
    assert "a [2Jb c" in shown


def test_records_of_another_domain_have_their_own_columns(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In their order, also one that gene expression has as well."""
    print_compact([Level().row("a.pdf")], quotes=False)

    header, line = capsys.readouterr().out.splitlines()
    assert header.split()[:5] == ["document", "tissue", "type", "level", "assay"]
    assert line.split()[:4] == ["a.pdf", "liver", "2.5", "blot"]


def test_columns_that_have_no_room_are_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last ones; where the record stands is told in any case."""
    monkeypatch.setenv("COLUMNS", "45")

    print_compact([Level().row("a.pdf")], quotes=False)

    header, _ = capsys.readouterr().out.splitlines()
    assert header.split() == ["document", "tissue", "type", "level", "verification"]


def test_a_pipe_gets_the_columns_of_the_records(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whatever their domain; identifiers of places are left out of gene expression."""
    print_records([Level().row("a.pdf")])
    header = capsys.readouterr().out.splitlines()[1]
    names = "document tissue type level assay page verification"
    assert header.split() == names.split()

    print_records([record(assay="in situ", anatomy_id="UBERON:1").row("a.pdf")])
    shown = capsys.readouterr().out
    assert shown.splitlines()[1].split()[-2:] == ["page", "verification"]
    assert "approximate" in shown
    assert "gene symbol" in shown
    assert "in situ" not in shown
    assert "UBERON:1" not in shown

    print_records([record().row("a.pdf"), record(review="rejected").row("a.pdf")])
    shown = capsys.readouterr().out
    assert shown.splitlines()[1].split()[-2:] == ["verification", "review"]
    assert "rejected" in shown


def test_a_column_that_a_plug_in_adds_to_gene_expression_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """On a terminal and in a pipe."""

    class Measured(GeneExpressionRecord):
        """Has one more."""

        fold_change: float

    row = Measured(gene_symbol="myo-2", fold_change=3.5).row("a.pdf")
    print_compact([row], quotes=False)
    print_records([row])
    assert capsys.readouterr().out.count("fold change") == 2


def test_without_records_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """In the caller's words."""
    print_compact([], empty="None.")

    assert capsys.readouterr().out == "None.\n"
