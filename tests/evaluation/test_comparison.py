from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from gold_rows import MYO, NOT, UNC, A, B, C, table

from curation_kit.errors import CurationKitError
from curation_kit.evaluation import compare

GUT = (*MYO[:3], "gut", "WBbt:5", *MYO[5:])
LATE = (*MYO[:5], "adult Ce", "WBls:9", True)


def found(*rows, quotes=("seen", 1)):
    """A table of results with these rows, each on the same quote."""
    made = table(*rows)
    return made.assign(cellular_component_label=None, quote=quotes[0], page=quotes[1])


def test_rows_are_the_same_gained_or_lost():
    """Whatever their order; the rows are handed back."""
    result = compare(found(MYO, UNC), found(NOT, MYO))
    assert (result.same, len(result.changed), len(result.moved)) == (1, 0, 0)
    assert result.lost["gene_symbol"].tolist() == ["unc-54"]
    assert result.gained["gene_symbol"].tolist() == ["eve"]
    assert result.summary() == "1 the same, 0 changed, 1 lost, 1 gained."


def test_a_notebook_shows_the_differences():
    """As tables with their quotes; markup in a paper stays text."""
    odd = (*NOT[:3], "<b>gut</b>", *NOT[4:])
    html = compare(found(MYO, UNC), found(odd, MYO))._repr_html_()
    assert "1 the same, 0 changed, 1 lost, 1 gained." in html
    assert "Only in the first: 1" in html
    assert "&lt;b&gt;gut" in html
    assert "seen" in html
    assert "Changed" not in html
    many = found(*[(*UNC[:1], f"unc-{n}", *UNC[2:]) for n in range(25)])
    assert "5 more in" in compare(many, found())._repr_html_()
    assert repr(compare(many, found())).startswith("<Comparison: 0 the same")


def test_rows_of_one_gene_and_paper_have_changed():
    """Those that differ least are a pair."""
    result = compare(found(LATE, GUT), found(MYO))
    assert result.changed.to_dict("records") == [
        {
            "document": "a.pdf",
            "gene_symbol": "myo-2",
            "fields": "anatomy",
            "before": "myo-2 in gut at L1 larva Ce",
            "after": "myo-2 in pharynx at L1 larva Ce",
            "quote_before": "seen",
            "page_before": "1",
            "quote_after": "seen",
            "page_after": "1",
            "first_row": 1,
            "second_row": 0,
        }
    ]
    assert result.lost["stage_label"].tolist() == ["adult Ce"]
    assert compare(found(LATE), found(MYO)).changed["fields"].item() == "stage, negated"


def test_other_identifiers_are_a_change():
    """Told apart from labels: here nothing else has changed."""
    changed = compare(found((*MYO[:2], None, *MYO[3:])), found(MYO)).changed
    assert changed["fields"].item() == "gene_id"
    assert changed["before"].item() == "myo-2 in pharynx at L1 larva Ce; gene_id none"
    assert changed["after"].item() == "myo-2 in pharynx at L1 larva Ce; gene_id WB:1"


def test_the_same_row_on_another_quote_has_moved():
    """It counts as the same."""
    result = compare(found(MYO), found(MYO, quotes=("shown", 2)))
    assert result.same == 1
    moved = result.moved.iloc[0]
    assert moved["before"] == "myo-2 in pharynx at L1 larva Ce"
    assert (moved["quote_before"], moved["page_before"]) == ("seen", "1")
    assert (moved["quote_after"], moved["page_after"]) == ("shown", "2")
    assert (
        result.summary()
        == "1 the same (1 with other evidence), 0 changed, 0 lost, 0 gained."
    )


def test_a_table_that_was_read_from_a_file_says_the_same(tmp_path):
    """As text, or with pages that are fractions where another row has none."""
    rows = found(MYO, NOT).assign(page=pd.array([1, None], dtype="Int64"))
    path = tmp_path / "records.csv"
    rows.assign(negated=["false", "true"]).to_csv(path, index=False)
    for read in (pd.read_csv(path), pd.read_csv(path, dtype=str)):
        assert (
            compare(rows, read).summary() == "2 the same, 0 changed, 0 lost, 0 gained."
        )


def test_of_rows_that_say_the_same_those_on_the_same_quote_are_a_pair():
    """However often a table has them."""
    twice = found(MYO, MYO).assign(quote=["seen", "shown"])
    result = compare(twice, found(MYO, quotes=("shown", 1)))
    assert (result.same, len(result.moved)) == (1, 0)
    assert result.lost["quote"].tolist() == ["seen"]


def test_only_some_papers_may_be_meant():
    """Whatever their case."""
    result = compare(found(MYO, NOT), found(), documents=["B.pdf"])
    for same in ([Path("x/B.pdf")], "B.pdf", Path("x/B.pdf")):
        again = compare(found(MYO, NOT), found(), documents=same)
        assert again.lost.equals(result.lost)
    for nameless in (5, ["B.pdf", 5]):
        with pytest.raises(CurationKitError, match=r"documents=.* should be a list"):
            compare(found(MYO), found(), documents=nameless)
    assert result.lost["document"].tolist() == ["b.pdf"]
    ids = found(MYO, NOT).assign(document_id=[A, B])
    assert (
        compare(ids, found(), documents=[B])
        .lost["gene_symbol"]
        .equals(result.lost["gene_symbol"])
    )
    with pytest.raises(CurationKitError, match=f"^No row of the tables is of {C}"):
        compare(ids, found(), documents=[C])


def test_papers_are_known_by_their_ids():
    """Not by their names, where both rows have ids."""
    one = found(MYO, UNC).assign(document_id=[A, B])
    renamed = found(("new.pdf", *MYO[1:]), UNC).assign(document_id=[A, C])
    result = compare(one, renamed)
    assert (result.same, len(result.lost), len(result.gained)) == (1, 1, 1)
    assert result.namesakes == ("a.pdf",)
    assert "1 paper has the same name in both" in result._repr_html_()
    late = renamed.assign(stage_label="adult Ce")
    assert compare(one, late).changed["document"].tolist() == ["new.pdf"]
    row = {"document": "new.pdf", "document_id": B}  # as it is called by now
    assert compare(one, renamed, documents=row).lost["document_id"].tolist() == [B]
    assert compare(one.head(1), found(MYO)).same == 1
    numbers = (found(MYO).assign(document_id=number) for number in (101, 101.0))
    assert compare(*numbers).summary().startswith("1 the same, 0 changed, 0 lost, 0 g")
    with pytest.raises(
        CurationKitError, match=r'^The second table has "a\.pdf", and 2'
    ):
        compare(one, found(MYO))


def test_other_tables_are_refused():
    """With the columns that they lack."""
    with pytest.raises(CurationKitError, match="The second table has no column stage"):
        compare(found(MYO), found(MYO).drop(columns="stage_label"))


def test_what_is_no_table_is_refused():
    """Whoever has two jobs at hand is told of the method for these."""
    with pytest.raises(CurationKitError, match=r"first table is none.*job\.compare"):
        compare("job", found(MYO))
