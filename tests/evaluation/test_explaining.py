from __future__ import annotations

import pandas as pd
from gold_rows import MYO, UNC, table

from curation_kit.evaluation import evaluate

LATE = (*MYO[:5], "adult Ce", "WBls:9", True)
GUT = ("a.pdf", "myo-2", "WB:1", "gut", "WBbt:5", "adult Ce", "WBls:9", False)


def test_errors_tell_the_nearest_row_of_the_gene_and_how_it_differs():
    """What was found instead, and what was expected instead."""
    result = evaluate(table(GUT, LATE), table(MYO))
    missed = result.missed.iloc[0]
    assert missed["cause"] == "another anatomy, another stage"
    assert missed["nearest"] == "myo-2 in gut at adult Ce"
    assert missed["nearest_row"] == 0
    assert result.false["cause"].tolist() == [
        "another anatomy, another stage",
        "another stage, negated the other way",
    ]
    assert result.false["nearest"].tolist() == ["myo-2 in pharynx at L1 larva Ce"] * 2


def test_of_rows_that_differ_alike_one_of_the_same_place_is_nearest():
    """Wherever it stands in the table."""
    later = (*MYO[:5], "adult Ce", "WBls:9", False)
    elsewhere = (*MYO[:3], "gut", "WBbt:5", *MYO[5:])
    for rows in ((later, elsewhere), (elsewhere, later)):
        missed = evaluate(table(*rows), table(MYO)).missed
        assert missed["cause"].tolist() == ["another stage"]


def test_genes_of_one_table_only():
    """There is no nearest row."""
    result = evaluate(table(MYO), table(UNC))
    assert result.missed["cause"].item() == "no record of the gene in this paper"
    assert result.false["cause"].item() == "the gene is not expected in this paper"
    assert result.missed["nearest_row"].isna().all()
    assert result.missed["dropped_reason"].isna().all()


def test_what_was_dropped_explains_what_was_missed():
    """The candidate of the same paper and gene, best the one that names the place."""
    dropped = pd.DataFrame(
        [
            ("b.pdf", "mutant", "unc-54", "unc-54 in the vulva", 1),
            ("a.pdf", "function", "unc-54", "unc-54 moves", 2),
            ("a.pdf", "no anatomy", "UNC-54", "UNC-54 in vulvas.", 3),
            ("a.pdf", "mutant", None, "it is seen in the vulva", None),
        ],
        columns=["document", "reason", "gene_symbol", "quote", "page"],
    )
    missed = evaluate(table(), table(UNC), dropped=dropped).missed.iloc[0]
    assert missed["cause"] == "dropped: no anatomy"
    assert missed["dropped_quote"] == "UNC-54 in vulvas."
    assert (missed["dropped_page"], missed["dropped_row"]) == (3, 2)
    elsewhere = (*UNC[:3], "pharynx", "WBbt:1", *UNC[5:])
    missed = evaluate(table(elsewhere), table(UNC), dropped=dropped).missed.iloc[0]
    assert missed["cause"] == "dropped: no anatomy"
    assert missed["nearest"] == "unc-54 in pharynx"
    later = (*UNC[:5], "adult Ce", "WBls:9", False)
    young = (*UNC[:5], "L1 larva Ce", "WBls:1", False)
    missed = evaluate(table(later), table(young), dropped=dropped).missed.iloc[0]
    assert missed["cause"] == "another stage"
    assert missed["dropped_reason"] == "no anatomy"
    others = dropped.iloc[[0, 1, 3]]
    missed = evaluate(table(), table(UNC), dropped=others).missed.iloc[0]
    assert missed["cause"] == "dropped: function"
    missed = evaluate(table(elsewhere), table(UNC), dropped=others).missed.iloc[0]
    assert pd.isna(missed["dropped_reason"])


def test_the_keys_of_wrong_rows_are_kept():
    """So that their evidence can be shown."""
    index = pd.MultiIndex.from_tuples([("a.pdf", 4)], names=["paper", "record"])
    found = table(MYO).set_axis(index)
    false = evaluate(found, table(UNC)).false
    assert false[["paper", "record"]].to_numpy().tolist() == [["a.pdf", 4]]


def test_a_corrected_table_of_errors_may_be_the_gold_table():
    """What it told of the errors then is not what is told of those now."""
    gold = table(UNC).assign(cause="another stage", nearest_row="7", note="seen")
    missed = evaluate(table(MYO), gold).missed
    assert missed.columns.is_unique
    assert missed["cause"].tolist() == ["no record of the gene in this paper"]
    assert missed["note"].tolist() == ["seen"]
