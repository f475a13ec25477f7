from __future__ import annotations

import io
import sys

import matplotlib as mpl
import pandas as pd
import pytest

from curation_kit.errors import CurationKitError
from curation_kit.records import Evidence, GeneExpressionRecord
from curation_kit.results import records_frame
from curation_kit.results.analysis import (
    STATEMENTS,
    believable,
    gene_by_anatomy,
    heat_map,
    join_results,
    stage_timeline,
)

FISH, WORM = "NCBITaxon:7955", "NCBITaxon:6239"


@pytest.fixture(autouse=True)
def _no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(mpl.rcParams, "backend", "agg")
    monkeypatch.setitem(mpl.rcParams, "figure.max_open_warning", 0)


def results(*rows: dict[str, object], document: str = "a.pdf") -> pd.DataFrame:
    """Records of a paper; verified unless said otherwise."""
    return records_frame(
        (
            (
                document,
                document,
                number,
                GeneExpressionRecord(
                    evidence=[
                        Evidence(
                            quote="q", verification=row.pop("verification", "verified")
                        )
                    ],
                    **row,
                ),
            )
            for number, row in enumerate(map(dict, rows))
        ),
        GeneExpressionRecord,
        papers={document: document},
    )


def row(gene: str, place: str | None = None, **values: object) -> dict[str, object]:
    """One record's values."""
    return {"gene_symbol": gene, "anatomy_label": place, **values}


def test_rows_of_no_paper_and_rejected_rows_are_not_believed() -> None:
    """What is still to be checked is."""
    table = results(
        row("a"),
        row("b", verification="approximate", review="check"),
        row("c", verification="unsupported"),
        row("d", review="rejected"),
        row("e", review="edited"),
    )

    assert believable(table)["gene_symbol"].tolist() == ["a", "b", "e"]
    # A table that was read from a file has texts.
    read = pd.read_csv(io.StringIO(table.to_csv()))
    assert believable(read)["gene_symbol"].tolist() == ["a", "b", "e"]


def test_a_cell_says_what_its_records_say_together() -> None:
    """Absence is no expression, a contradiction shows, and silence is missing."""
    table = gene_by_anatomy(
        results(
            row("a", "gonad"),
            row("a", "gonad"),
            row("a", "pharynx", negated=True),
            row("b", "gonad"),
            row("b", "gonad", negated=True),
            row("b", "pharynx", review="rejected"),
            row("c"),
        )
    )

    assert table.loc["a"].tolist() == ["expressed", "not expressed"]
    assert table.loc["b", "gonad"] == "both"
    assert pd.isna(table.loc["b", "pharynx"])
    assert list(table.index) == ["a", "b"]
    assert gene_by_anatomy(results()).empty


def test_a_table_that_was_read_as_text_says_the_same() -> None:
    """Who keeps pandas from reading names has "false" there, and empty text."""
    late = row("b", "gut", stage_label="adult", taxon=WORM)
    table = results(
        row("nan", "gonad"), row("b", "gonad", negated=True), row("b"), late
    )
    lines = table.assign(negated=["false", "true", None, "false"]).to_csv()
    read = pd.read_csv(io.StringIO(lines), dtype=str, keep_default_na=False)
    assert gene_by_anatomy(read).equals(gene_by_anatomy(table))
    times = [stage_timeline(one, taxon=WORM) for one in (read, table)]
    assert times[0].equals(times[1])
    assert {*join_results(read, table)["change"]} == {"same"}
    with pytest.raises(CurationKitError, match="negated has 'maybe': it should be"):
        gene_by_anatomy(table.assign(negated="maybe"))


@pytest.mark.parametrize("kind", ["numpy_nullable", "pyarrow"])
def test_a_table_of_other_types_of_pandas_says_the_same(kind) -> None:
    """Where no record was reviewed, none of them was counted."""
    table = results(row("b", "gonad", negated=True), row("b"))
    read = pd.read_csv(io.StringIO(table.to_csv()), dtype_backend=kind)
    assert gene_by_anatomy(read).equals(gene_by_anatomy(table))


def test_stages_are_in_the_order_of_development() -> None:
    """By identifier or, where that is ambiguous or missing, by what is known."""
    table = stage_timeline(
        results(
            row("a", "x", taxon=FISH, stage_label="adult", stage_id="ZFS:0000044"),
            row("a", "y", taxon=FISH, stage_label="24 hpf"),
            row(
                "b", "x", taxon=FISH, stage_label="gastrula:bud", stage_id="ZFS:0000022"
            ),
            row("b", "x", taxon=FISH, stage_label="day 10 after heat shock"),
            row("b", None, taxon=FISH, stage_label="day 9 after heat shock"),
            row("c", "x", taxon=WORM, stage_label="L1"),
            row("c", "x", taxon=FISH),
        ),
        taxon=FISH,
    )

    assert list(table.columns) == [
        "gastrula:bud",
        "24 hpf",
        "adult",
        "day 9 after heat shock (order unknown)",
        "day 10 after heat shock (order unknown)",
    ]
    assert list(table.index) == [("b", "x"), ("a", "y"), ("a", "x"), ("b", "")]


def test_stages_with_strange_identifiers_have_no_order() -> None:
    """Those that the ontology of the species does not have come last and say so."""
    table = stage_timeline(
        results(
            row("a", taxon=FISH, stage_label="adult", stage_id="ZFS:0000044"),
            row("b", taxon=FISH, stage_label="bud", stage_id="ZFS:22"),
            row("c", taxon=FISH, stage_label="L1", stage_id="WBls:0000024"),
            row("d", taxon=FISH, stage_label="x", stage_id="adult"),
        ),
        taxon=FISH,
    )

    assert list(table.columns) == [
        "adult",
        "bud (order unknown)",
        "L1 (order unknown)",
        "x (order unknown)",
    ]


def test_a_species_of_which_every_row_was_rejected_has_an_empty_timeline() -> None:
    """There is nothing to say, and that is no error."""
    rejected = row("a", taxon=FISH, stage_label="adult", review="rejected")
    assert stage_timeline(results(rejected), taxon=FISH).empty


def test_a_species_that_is_not_there_is_named() -> None:
    """With those that are."""
    with pytest.raises(CurationKitError, match=f"No row is of {WORM}.*here: {FISH}"):
        stage_timeline(results(row("a", taxon=FISH)), taxon=WORM)


def test_two_jobs_are_joined_by_what_they_say() -> None:
    """Gained, lost, the same and changed; of papers that only one has, too."""
    first = results(
        row("a", "gonad"), row("a", "gonad"), row("b", "gonad"), row("c", "gonad"),
        row("d", negated=True),
    )  # fmt: skip
    second = pd.concat(
        [
            results(
                row("a", "gonad"),
                row("b", "gonad", negated=True),
                row("d", negated=True),
            ),
            results(row("a", "gonad"), document="new.pdf"),
        ]
    )

    joined = join_results(first, second, names=("old flow", "new flow"))

    assert joined.index.names == ["document", "gene_symbol", "anatomy_label"]
    assert joined["change"].to_dict() == {
        ("a.pdf", "a", "gonad"): "same",
        ("a.pdf", "b", "gonad"): "changed",
        ("a.pdf", "c", "gonad"): "lost",
        ("a.pdf", "d", ""): "same",
        ("new.pdf", "a", "gonad"): "gained",
    }
    assert joined.loc[("a.pdf", "b", "gonad"), "new flow"] == "not expressed"
    none = join_results(results(), results())
    assert none.empty
    assert none["change"].value_counts().sum() == 0


@pytest.mark.parametrize("count", [1, 40])
def test_a_heat_map_shows_each_cell(count: int) -> None:
    """In its colour, with a legend of what there is, whatever its size."""
    table = gene_by_anatomy(
        results(*[row(f"g{n}", f"place {n}", negated=n % 2 == 1) for n in range(count)])
    )

    axes = heat_map(table, title="Where")

    [mesh] = axes.collections
    drawn = mesh.get_array()
    assert drawn.shape == table.shape
    assert drawn.count() == count
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == list(STATEMENTS)[: min(count, 2)]
    assert axes.get_title(loc="left") == "Where"
    assert [tick.get_text() for tick in axes.get_yticklabels()] == list(table.index)


def test_a_heat_map_of_numbers_has_a_scale() -> None:
    """Zero is nothing; rows of two names have both; the figure may be given."""
    counts = pd.DataFrame(
        {"x": [3, 0]}, index=pd.MultiIndex.from_tuples([("a", "gonad"), ("b", "")])
    )
    figure = mpl.figure.Figure()
    axes = heat_map(counts, axes=figure.subplots())

    assert axes.figure is figure
    assert axes.collections[0].get_array().count() == 1
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["a · gonad", "b"]
    assert len(figure.axes) == 2


def test_what_is_no_table_of_records_is_told() -> None:
    """With what would be one."""
    for wrong, words in ((None, "None: give job.results"), (results(), "no column")):
        table = wrong if wrong is None else wrong.drop(columns="review")
        for ask in (
            believable,
            gene_by_anatomy,
            lambda table: stage_timeline(table, taxon=FISH),
            lambda table: join_results(results(), table),
        ):
            with pytest.raises(CurationKitError, match=words):
                ask(table)


def test_what_cannot_be_drawn_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records themselves, an empty table, or no matplotlib."""
    with pytest.raises(CurationKitError, match=r"ck\.gene_by_anatomy"):
        heat_map(results())
    with pytest.raises(CurationKitError, match="nothing to draw"):
        heat_map(gene_by_anatomy(results()))
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(CurationKitError, match="pip install matplotlib"):
        heat_map(gene_by_anatomy(results(row("a", "gonad"))))


def test_jobs_are_joined_by_the_ids_of_their_papers() -> None:
    """Two papers of one name stay two, and a renamed one is the same."""
    first, second = "1a" * 32, "2b" * 32
    one = results(row("a", "gonad")).assign(document_id=first)
    other = one.assign(document_id=second)
    joined = join_results(
        pd.concat([one, other]), pd.concat([one.assign(document="new.pdf"), other])
    )
    assert joined["change"].to_dict() == {
        ("a.pdf", "a", "gonad"): "same",
        ("new.pdf", "a", "gonad"): "same",
    }
    with pytest.warns(UserWarning, match=r"^1 paper has the same .* document_id: a\."):
        twice = join_results(one, other)
    assert twice["change"].to_dict() == {
        (f"a.pdf ({first[:12]})", "a", "gonad"): "lost",
        (f"a.pdf ({second[:12]})", "a", "gonad"): "gained",
    }
    names = [table.drop(columns="document_id") for table in (one, one)]
    assert join_results(*names)["change"].tolist() == ["same"]


@pytest.mark.parametrize(
    "names", ["ab", ("a",), ("a", "a"), ("a", "change"), 5, (["a"], ["b"])]
)
def test_two_names_are_needed_to_join(names: object) -> None:
    """They become columns."""
    with pytest.raises(CurationKitError, match=r"names=.* two names that differ"):
        join_results(results(), results(), names=names)


def test_what_is_no_table_is_not_drawn() -> None:
    """A job is none."""
    with pytest.raises(CurationKitError, match="This is no table, but 5: give one"):
        heat_map(5)
