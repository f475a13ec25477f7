"""Rows of found and of gold tables, in one form to be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from curation_kit.documents.papers import filled
from curation_kit.errors import CurationKitError
from curation_kit.evaluation.matching import Matcher, Name
from curation_kit.records import truth_value
from curation_kit.species import SPECIES_OF_TAXON

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ALL_FIELDS",
    "MATCH_FIELDS",
    "Row",
    "Summaries",
    "plain_rows",
    "rows_at",
    "rows_of",
    "species_of",
]

#: Identifiers as OWL writes them, ``UBERON_0000965`` or its address, and as files of
#: annotations do, ``MGI:MGI:97490``.
_OBO = re.compile(r"^(?:https?://purl\.obolibrary\.org/obo/)?([A-Za-z]+)_(\d+)$")
_DOUBLED = re.compile(r"^(\w+):(?=\1:)")

#: Columns of each field: of the identifier, where there is one, and of the label.
COLUMNS = {
    "gene": ("gene_id", "gene_symbol"),
    "anatomy": ("anatomy_id", "anatomy_label"),
    "stage": ("stage_id", "stage_label"),
    "component": ("cellular_component_id", "cellular_component_label"),
    "negated": ("", "negated"),
    "assay": ("", "assay"),
}

#: Fields that rows can be compared by.
ALL_FIELDS = tuple(COLUMNS)

#: Fields that rows are compared by unless others are asked for.
MATCH_FIELDS = ("gene", "anatomy", "stage", "component", "negated")

#: What a row says in short, and the words before it.
_TOLD = (
    ("", "gene_symbol"),
    ("in ", "anatomy_label"),
    ("at ", "stage_label"),
    ("within ", "cellular_component_label"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says in each field, and its place in its table."""

    position: int
    names: dict[str, Name]


class Summaries:
    """Says what each row of a table says in short: ``unc-54 in pharynx at L4``."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._cells = [(before, filled(table, column)) for before, column in _TOLD]
        self._negated = filled(table, "negated")

    def __call__(self, position: int) -> str:
        """Words for the row at a position."""
        said = [(before, cells[position]) for before, cells in self._cells]
        no = "no " if truth_value(self._negated[position]) else ""
        return no + " ".join(f"{before}{text}" for before, text in said if text)


def rows_at(table: pd.DataFrame, positions: Sequence[int]) -> pd.DataFrame:
    """Rows of a table, the names of its index as columns."""
    rows = table.iloc[[*positions]]
    named = [name for name in rows.index.names if name and name not in rows.columns]
    return rows.reset_index(level=named).reset_index(drop=True)


def plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table as dictionaries, with None for what is missing."""
    filled = table.astype(object).where(table.notna(), None)
    return [
        {str(name): value for name, value in row.items()}
        for row in filled.to_dict("records")
    ]


def rows_of(
    table: pd.DataFrame,
    what: str,
    matcher: Matcher,
    fields: Sequence[str],
    papers: Sequence[str],
    *,
    chosen: set[str] | None = None,
    meant: Sequence[bool] | None = None,
) -> dict[str, list[Row]]:
    """Give the different rows of each paper, the first of each.

    Parameters
    ----------
    table, what
        The table, and what it is called in errors.
    matcher
        Spells names the same that are the same.
    fields
        Rows that are the same in these are one row.
    papers
        Key of the paper of each row, see `curation_kit.documents.papers.Papers`.
    chosen
        Keys of the papers that are meant; all when left out.
    meant
        Whether each row of the table is one; all when left out.

    Returns
    -------
    dict
        Rows by the key of their paper.

    Raises
    ------
    CurationKitError
        If a row names no document, or its ``negated`` is neither true nor false.
    """
    cells = {
        field: [
            Name(_curie(str(id_).strip()), " ".join(str(label).split()))
            for id_, label in zip(filled(table, i), filled(table, j), strict=True)
        ]
        for field, (i, j) in COLUMNS.items()
        if field != "negated"
    }
    found: dict[str, dict[tuple[str, ...], Row]] = {}
    negated = filled(table, "negated")
    for position, paper in enumerate(papers):
        if meant is not None and not meant[position]:
            continue
        if not paper:
            raise CurationKitError(
                f"Row {position + 1} of the {what} (without the column names) names "
                "no document: write the file name of the paper into each row."
            )
        if chosen is not None and paper not in chosen:
            continue
        names = {field: column[position] for field, column in cells.items()}
        flag = truth_value(negated[position])
        if flag is None:
            raise CurationKitError(
                f"Row {position + 1} of the {what} (without the column names) has "
                f"{negated[position]!r} in the column negated; write true or false."
            )
        names["negated"] = Name("", str(flag).lower())
        key = tuple(matcher.key(field, names[field]) for field in fields)
        found.setdefault(paper, {}).setdefault(key, Row(position, names))
    return {paper: list(rows.values()) for paper, rows in found.items()}


def _curie(text: str) -> str:
    """An identifier as results have it, whatever form other programs give it."""
    return _DOUBLED.sub("", _OBO.sub(r"\1:\2", text))


def species_of(
    tables: Iterable[tuple[pd.DataFrame, Sequence[str]]],
) -> dict[str, frozenset[str]]:
    """Species that the rows of each paper name; tables come with keys of papers."""
    found: dict[str, set[str]] = {}
    for table, papers in tables:
        for paper, taxon in set(zip(papers, filled(table, "taxon"), strict=True)):
            if species := SPECIES_OF_TAXON.get(taxon):
                found.setdefault(paper, set()).add(species.key)
    return {paper: frozenset(keys) for paper, keys in found.items()}
