"""How the records of two jobs differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from curation_kit.documents.papers import Papers, filled, told_namesakes
from curation_kit.errors import CurationKitError
from curation_kit.evaluation.rows import Summaries, rows_at
from curation_kit.phrases import shown
from curation_kit.records import truth_value

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TITLES", "Comparison", "compare"]

#: Columns that a table must have.
_NEEDED = (
    "document",
    "gene_symbol",
    "anatomy_label",
    "stage_label",
    "cellular_component_label",
    "negated",
)

#: What the tables are called in errors.
_FIRST, _SECOND = "first table", "second table"

#: Columns in which rows of the same finding may differ.
_DETAILS = (
    "gene_id",
    "taxon",
    "anatomy_id",
    "stage_id",
    "cellular_component_id",
    "assay",
)

#: Columns that tell where a row stands in its paper.
_EVIDENCE = ("quote", "page")

#: Columns that a notebook shows of a table of differences.
_SHOWN = (
    "document",
    "gene_symbol",
    "fields",
    "before",
    "after",
    "page_before",
    "page_after",
    "anatomy_label",
    "stage_label",
    "cellular_component_label",
    "negated",
    "quote",
    "page",
)

#: Columns of the tables of pairs.
_PAIR = (
    "document",
    "gene_symbol",
    "fields",
    "before",
    "after",
    "quote_before",
    "page_before",
    "quote_after",
    "page_after",
    "first_row",
    "second_row",
)

#: What a table of each kind of differences is called.
TITLES = {
    "changed": "Changed",
    "moved": "On other evidence",
    "lost": "Only in the first",
    "gained": "Only in the second",
}

#: Differences of each kind that a notebook shows.
ROWS_SHOWN = 20

#: The key of the paper of each row, and what the row says, by its position.
_Values = dict[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """How the rows of two jobs differ; a notebook shows it as tables.

    Attributes
    ----------
    same : int
        Rows that both have, wherever they were found.
    lost, gained : DataFrame
        Rows that only the first, or only the second, has, with the columns of its
        table and the names of its index.
    changed : DataFrame
        Pairs of rows of the same document and gene that differ: ``document``,
        ``gene_symbol``, ``fields`` (which, with commas), ``before`` and ``after``
        (what they say), ``quote_before``, ``page_before``, ``quote_after``,
        ``page_after``, ``first_row`` and ``second_row`` (their positions).
    moved : DataFrame
        Pairs of rows that are the same on another quote or page, with the same
        columns.
    namesakes : tuple of str
        Names under which both have papers, but with another ``document_id``.
    """

    same: int
    lost: pd.DataFrame
    gained: pd.DataFrame
    changed: pd.DataFrame
    moved: pd.DataFrame
    namesakes: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<Comparison: {self.summary()}>"

    def _repr_html_(self) -> str:
        """Show the numbers, and the first differences of each kind."""
        parts = [f"<p>{escape(self.summary())}</p>"]
        for name, title in TITLES.items():
            table = getattr(self, name)
            if len(table):
                columns = [column for column in _SHOWN if column in table.columns]
                shown = table[columns].head(ROWS_SHOWN).to_html(index=False, na_rep="")
                more = len(table) - ROWS_SHOWN
                parts += [f"<p><b>{title}: {len(table):,}</b></p>", shown]
                if more > 0:
                    parts.append(f"<p>… and {more:,} more in <code>.{name}</code></p>")
        return "".join(parts)

    def summary(self) -> str:
        """Give the numbers in one sentence, and papers that only seem the same."""
        moved = f" ({len(self.moved)} with other evidence)" if len(self.moved) else ""
        return (
            f"{self.same} the same{moved}, {len(self.changed)} changed, "
            f"{len(self.lost)} lost, {len(self.gained)} gained."
            + told_namesakes(self.namesakes)
        )


def compare(
    first: pd.DataFrame,
    second: pd.DataFrame,
    *,
    documents: Iterable[str] | None = None,
) -> Comparison:
    """Compare the rows of two jobs by what they say, and by their evidence.

    Each row is paired with at most one of the same document in the other table, by
    ``document_id``, or by name where one has none (or one of another kind, such as a
    PubMed id): first with one that says
    the same, best on the same quote; then with one of the same gene, in as few fields
    different as possible.

    Parameters
    ----------
    first, second
        Tables as ``job.results`` gives them.
    documents
        Documents to compare, their names or ids, or rows of tables such as
        ``job.documents``, or one of these; by default all of both: rows of a paper
        that only one job has are then lost or gained.

    Raises
    ------
    CurationKitError
        If one is no table, or has no records of gene expression, a row without id
        has the name of several documents, one of `documents` has no name, or neither
        table has a row of any of them.
    """
    tables = {_FIRST: first, _SECOND: second}
    for what, table in tables.items():
        if not hasattr(table, "columns"):
            raise CurationKitError(
                f"The {what} is none, but {shown(table)}: give the results of a "
                "job, job.results, or compare two jobs with job.compare(other)."
            )
        if missing := [name for name in _NEEDED if name not in table.columns]:
            raise CurationKitError(
                f"The {what} has no column {', '.join(missing)}: "
                "only gene expression records can be compared."
            )
    columns = [*_NEEDED]
    columns += [n for n in _DETAILS if n in first.columns and n in second.columns]
    papers = Papers(tables)
    chosen = None if documents is None else papers.chosen(documents)

    def values(what: str, columns: Sequence[str]) -> _Values:
        cells = [
            [_as_text(n, cell) for cell in filled(tables[what], n)] for n in columns
        ]
        rows = enumerate(zip(papers[what], *cells, strict=True))
        return {i: row for i, row in rows if chosen is None or row[0] in chosen}

    ours, theirs = (values(what, columns[1:]) for what in tables)
    quotes = tuple(values(what, _EVIDENCE) for what in tables)
    lost, gained = dict(ours), dict(theirs)
    same = [*_pairs(lost, gained, quotes), *_pairs(lost, gained)]
    changed = [*_nearest(lost, gained)]
    moved = [(i, j) for i, j in same if quotes[0][i] != quotes[1][j]]
    told = Summaries(first), Summaries(second)

    def line(pair: tuple[int, int]) -> tuple[str, ...]:
        i, j = pair
        said = _said(columns, (ours[i], theirs[j]), (told[0](i), told[1](j)))
        paper, gene, *_ = ours[i]
        return (papers.name(paper), gene, *said, *quotes[0][i][1:], *quotes[1][j][1:])

    return Comparison(
        same=len(same),
        lost=rows_at(first, [*lost]),
        gained=rows_at(second, [*gained]),
        changed=_table(changed, map(line, changed)),
        moved=_table(moved, map(line, moved)),
        namesakes=papers.namesakes(_FIRST, _SECOND),
    )


def _as_text(column: str, cell: object) -> str:
    """Text of a cell, the same where the table was read from a file."""
    if column == "negated" and (flag := truth_value(cell)) is not None:
        return str(flag)
    if isinstance(cell, float) and cell.is_integer():  # a page, where others have none
        return str(int(cell))
    return str(cell)


def _pairs(
    ours: _Values, theirs: _Values, quotes: Sequence[_Values] = ()
) -> Iterator[tuple[int, int]]:
    """Take out pairs of rows that say the same, on the same quote if there are some."""

    def key(values: _Values, side: int, position: int) -> tuple[tuple[str, ...], ...]:
        return values[position], quotes[side][position] if quotes else ()

    waiting = defaultdict(list)
    for position in theirs:
        waiting[key(theirs, 1, position)].append(position)
    for position in [*ours]:
        if others := waiting[key(ours, 0, position)]:
            other = others.pop(0)
            del ours[position], theirs[other]
            yield position, other


def _nearest(ours: _Values, theirs: _Values) -> Iterator[tuple[int, int]]:
    """Take out pairs of the same document and gene, those that differ least first."""
    waiting = defaultdict(list)
    for position, values in theirs.items():
        waiting[values[:2]].append(position)
    pairs = sorted(
        (sum(a != b for a, b in zip(values, theirs[j], strict=True)), i, j)
        for i, values in ours.items()
        for j in waiting[values[:2]]
    )
    for _, i, j in pairs:
        if i in ours and j in theirs:
            del ours[i], theirs[j]
            yield i, j


def _said(
    columns: Sequence[str],
    values: tuple[tuple[str, ...], tuple[str, ...]],
    told: tuple[str, str],
) -> tuple[str, str, str]:
    """Which fields of two rows differ, and what each row says.

    An identifier is named where its label is the same.
    """
    pairs = zip(columns, *values, strict=True)
    differing = {name: said for name, *said in pairs if said[0] != said[1]}
    labels = {name.removesuffix("_label") for name in differing}
    details = {
        name: said
        for name, said in differing.items()
        if name in _DETAILS and name.removesuffix("_id") not in labels
    }
    fields = [name.removesuffix("_label") for name in differing if name not in _DETAILS]
    before, after = (
        "; ".join(
            [text, *(f"{n} {said[side] or 'none'}" for n, said in details.items())]
        )
        for side, text in enumerate(told)
    )
    return ", ".join([*fields, *details]), before, after


def _table(
    pairs: Sequence[tuple[int, int]], lines: Iterable[tuple[str, ...]]
) -> pd.DataFrame:
    """One line per pair, with its positions."""
    import pandas as pd

    return pd.DataFrame(
        [(*line, *pair) for line, pair in zip(lines, pairs, strict=True)],
        columns=[*_PAIR],
    )
