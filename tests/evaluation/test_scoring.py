from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from gold_rows import MYO, NOT, UNC, A, B, C, table

from curation_kit.errors import CurationKitError
from curation_kit.evaluation import FEWEST_PAPERS, evaluate, read_gold
from curation_kit.samples import write_sample_papers, write_truth


def test_perfect_agreement():
    """A table scored against itself gets full marks."""
    result = evaluate(table(MYO, UNC, NOT), table(MYO, UNC, NOT))
    assert (result.gold, result.found) == (3, 3)
    assert (result.precision, result.recall, result.f1) == (1.0, 1.0, 1.0)
    assert result.missed.empty
    assert result.false.empty
    told = result.fields.query("gold > 0")
    assert [*told.index] == ["gene", "anatomy", "stage", "negated"]
    assert (told[["precision", "recall"]] == 1.0).all(axis=None)


def test_missed_and_false_rows():
    """Rows on one side only are handed back, and scores follow."""
    wrong = (*MYO[:7], True)
    result = evaluate(table(MYO, wrong), table(MYO, UNC, NOT))
    assert result.precision == 1 / 2
    assert result.recall == 1 / 3
    assert result.f1 == pytest.approx(0.4)
    assert result.missed["gene_symbol"].tolist() == ["unc-54", "eve"]
    assert result.false["negated"].tolist() == [True]
    assert result.documents.loc["a.pdf", "recall"] == 1 / 2
    assert result.documents.loc["b.pdf", "recall"] == 0
    assert math.isnan(result.documents.loc["b.pdf", "precision"])
    assert result.summary() == (
        "1 of 3 expected rows found, 1 of 2 found rows right "
        "(precision 0.50, recall 0.33, F1 0.40)."
    )


def test_duplicates_count_once():
    """Rows that say the same, in either table, are one row."""
    result = evaluate(table(MYO, MYO, NOT), table(MYO, NOT, NOT))
    assert (result.gold, result.found, result.f1) == (2, 2, 1.0)


@pytest.mark.parametrize(
    ("gene", "place"),
    [
        ("MGI:MGI:97490", "UBERON_0000966"),
        ("MGI:97490", "http://purl.obolibrary.org/obo/UBERON_0000966"),
    ],
)
def test_identifiers_count_in_the_forms_of_other_programs(gene, place):
    """Those of annotation files and of OWL; also for lines that say the same."""
    row = ("a.pdf", "Pax6", "MGI:97490", "retina", "UBERON:0000966", None, None, False)
    other = (*row[:1], "Sey", gene, "eye", place, *row[5:])
    result = evaluate(table(row), table(row, other), match="exact")
    assert (result.gold, result.f1) == (1, 1.0)


def test_empty_tables():
    """Nothing found, nothing expected, and neither."""
    nothing_found = evaluate(table(), table(MYO))
    assert math.isnan(nothing_found.precision)
    assert (nothing_found.recall, nothing_found.f1) == (0.0, 0.0)
    assert len(nothing_found.missed) == 1
    nothing_expected = evaluate(table(MYO), table(), all_papers=True)
    assert math.isnan(nothing_expected.recall)
    assert (nothing_expected.precision, nothing_expected.f1) == (0.0, 0.0)
    assert len(nothing_expected.false) == 1
    neither = evaluate(table(), table())
    assert math.isnan(neither.f1)
    assert neither.documents.empty
    assert neither.summary() == "No rows expected and none found."


def test_papers_that_the_gold_table_does_not_cover_are_not_judged():
    """Unless all are asked for, or others are named."""
    found, gold = table(MYO, NOT), table(MYO)
    assert evaluate(found, gold).precision == 1.0
    assert evaluate(found, gold, all_papers=True).precision == 1 / 2
    assert evaluate(found, gold, documents=["a.pdf", "b.pdf"]).precision == 1 / 2
    row = {"document": "b.pdf", "document_id": B}
    assert evaluate(found, gold, documents=row).precision == 0.0
    with pytest.raises(CurationKitError, match=f"^No row of the tables is of {B}"):
        evaluate(found, gold, documents=B)
    assert evaluate(found, table(("A.pdf", *MYO[1:]))).precision == 1.0


def test_a_line_without_a_gene_says_that_there_is_nothing_to_find():
    """It covers its paper and expects no row."""
    gold = table(MYO, ("b.pdf", "", *[None] * 5, ""))
    result = evaluate(table(MYO, NOT), gold)
    assert (result.gold, result.found, result.found_right) == (1, 2, 1)
    assert result.missed.empty
    assert result.false["document"].tolist() == ["b.pdf"]
    assert [*result.documents.index] == ["a.pdf", "b.pdf"]


def test_papers_of_one_name_are_scored_each_by_itself():
    """By their ids; a line without one is of the only paper of its name."""
    found = table(MYO, UNC).assign(document_id=[A, B])
    gold = table(MYO, (*MYO[:1], *NOT[1:])).assign(document_id=[A, B])
    result = evaluate(found, gold)
    assert (result.precision, result.recall) == (1 / 2, 1 / 2)
    names = [f"a.pdf ({A[:12]})", f"a.pdf ({B[:12]})"]
    assert result.documents["f1"].to_dict() == dict(zip(names, [1.0, 0.0], strict=True))
    assert result.document_ids == dict(zip(names, [A, B], strict=True))
    assert evaluate(found, gold, documents=B).gold == 1
    assert evaluate(found, gold.assign(document=["x.pdf", ""])).f1 == result.f1
    dropped = pd.DataFrame({"document": "a.pdf", "document_id": [A],
                            "gene_symbol": "eve", "reason": "x"})  # fmt: skip
    missed = evaluate(found, gold, dropped=dropped).missed
    assert missed["cause"].tolist() == ["no record of the gene in this paper"]
    assert evaluate(found.head(1), table(MYO)).document_ids == {"a.pdf": A}


@pytest.mark.parametrize("own", ["PMID:12345678", 12345678, 101.0, "10.1000/x"])
def test_ids_of_another_kind_leave_it_to_the_names(own):
    """A gold table may have a column document_id of its own."""
    found, gold = table(MYO).assign(document_id=A), table(MYO).assign(document_id=own)
    assert evaluate(found, gold).f1 == 1.0


def test_other_files_of_the_same_names_are_told_with_the_scores():
    """They are scored apart, since they may well be other papers."""
    found, gold = (table(MYO, NOT).assign(document_id=ids) for ids in ([A, B], [A, C]))
    result = evaluate(found, gold)
    assert (result.recall, result.namesakes) == (1 / 2, ("b.pdf",))
    assert result.summary().endswith(
        " 1 paper has the same name in both, but another document_id: b.pdf. Tables "
        "without this column are matched by name."
    )
    assert evaluate(found.head(0), gold.head(0)).summary().endswith("none found.")


def test_a_name_of_several_papers_is_refused():
    """Whichever table has it; the error names them, and what to do."""
    both = table(MYO, UNC).assign(document_id=[A, B])
    ids = f"{A[:12]}, {B[:12]}"
    told = rf'has "a.pdf", and 2 papers have this name \({ids}\): write the id of the'
    with pytest.raises(CurationKitError, match=f"^The gold table {told} one that"):
        evaluate(both, table(MYO))
    with pytest.raises(CurationKitError, match=f"^The table of results {told}"):
        evaluate(table(MYO), both)


def test_lacking_columns_are_named():
    """The error says which columns a table lacks, and which table."""
    gold = table(MYO).drop(columns=["gene_symbol", "anatomy_label"])
    with pytest.raises(
        CurationKitError,
        match="gold table lacks the columns gene_symbol, anatomy_label",
    ):
        evaluate(table(MYO), gold)
    with pytest.raises(CurationKitError, match="table of results lacks the column doc"):
        evaluate(table(MYO).drop(columns="document"), table(MYO))


@pytest.mark.parametrize(
    ("column", "meant"),
    [("stage_label", "stage"), ("stage_label", "Stage lable"), ("negated", "negation")],
)
def test_a_misspelled_column_is_refused(column, meant):
    """It would be left out, and the scores be too good."""
    gold = table(MYO).rename(columns={column: meant})
    with pytest.raises(CurationKitError, match=rf'"{meant}".* call it {column}, or'):
        evaluate(table(MYO), gold)
    both = table(MYO).assign(**{meant: "seen", "note": "x", "page": 1})
    assert evaluate(table(MYO), both).f1 == 1.0


def test_a_column_twice_is_refused():
    """Nobody knows which one counts."""
    gold = table(MYO)
    gold.insert(0, "document", "b.pdf", allow_duplicates=True)
    with pytest.raises(CurationKitError, match='gold table has two columns "document"'):
        evaluate(table(MYO), gold)


def test_a_row_without_its_paper_is_refused():
    """It would be left out, as no paper is of that name; an empty line is."""
    nothing = (None,) * 7 + (False,)
    assert evaluate(table(MYO), table(MYO, nothing)).f1 == 1.0
    with pytest.raises(CurationKitError, match=r"Row 2 of the gold table .* no docu"):
        evaluate(table(MYO), table(MYO, (" ", *UNC[1:])))


def test_optional_columns_may_be_absent():
    """A gold table needs three columns only; nothing is then negated."""
    gold = table(MYO)[["document", "gene_symbol", "anatomy_label"]]
    assert evaluate(table(MYO), gold).f1 == 1.0


def test_wrong_arguments():
    """Unknown fields and unreadable truth values are refused."""
    for fields in (["gene", "tissue"], ["anatomy"], [], "gene", None):
        with pytest.raises(CurationKitError, match="a list of gene and any of anat"):
            evaluate(table(MYO), table(MYO), fields=fields)
    with pytest.raises(CurationKitError, match="gold table is no table, but a list"):
        evaluate(table(MYO), [{"document": "a" * 99}])
    assert evaluate(table(MYO), table(MYO), match="ontology", within=np.int64(2)).f1
    with pytest.raises(
        CurationKitError, match=r"Row 1 of the gold table .* has 'maybe'"
    ):
        evaluate(table(MYO), table((*MYO[:7], "maybe")))


def test_truth_of_the_sample_papers_scores_against_itself(tmp_path):
    """The truth table can be read back as a gold table."""
    papers = write_sample_papers(tmp_path / "papers", count=2)
    gold = read_gold(write_truth(tmp_path / "truth.csv", papers))
    assert evaluate(gold, gold).f1 == 1.0
    assert evaluate(gold, gold).gold == len(gold)


def test_species_of_the_found_rows_says_where_names_are_looked_up():
    """A gold row with labels only is the same as a found row with identifiers."""
    found = table(("a.pdf", "Trp53", "MGI:98834", "retina", "UBERON:0000966",
                   None, None, False)).assign(taxon="NCBITaxon:10090")  # fmt: skip
    gold = table(("a.pdf", "p53", "", "photoreceptor array", "", "", "", False))
    assert evaluate(found, gold).f1 == 0.0
    assert evaluate(found, gold, match="ontology").f1 == 1.0
    assert evaluate(found, gold, match="ontology", within=0).f1 == 0.0


def test_intervals_are_of_papers():
    """Papers that differ give one around the score; few papers give none."""
    few = [(f"{number}.pdf", *MYO[1:]) for number in range(FEWEST_PAPERS)]
    scored = [
        evaluate(table(few[0]), table(*few[:n])) for n in (len(few) - 1, len(few))
    ]
    assert all(map(math.isnan, scored[0].intervals["recall"]))
    assert scored[0].fields[["f1_low", "f1_high"]].isna().all(axis=None)
    low, high = scored[1].intervals["recall"]
    assert low < scored[1].recall < high
    names = [f"{number}.pdf" for number in range(12)]
    gold = table(*[(name, *UNC[1:]) for name in names])
    found = table(
        *[(name, *(UNC if i % 3 else MYO)[1:]) for i, name in enumerate(names)]
    )
    result = evaluate(found, gold)
    low, high = result.intervals["f1"]
    assert 0 < low < result.f1 < high < 1
    genes = result.fields.loc["gene"]
    assert genes["f1_low"] < genes["f1"] < genes["f1_high"]
    assert evaluate(found, gold).intervals == result.intervals
    nothing = evaluate(table(), table(UNC))
    assert all(map(math.isnan, nothing.intervals["precision"]))
