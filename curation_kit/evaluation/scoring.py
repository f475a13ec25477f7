"""Scoring the records of a job against a table of known truth."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from curation_kit.errors import CurationKitError
from curation_kit.evaluation.gold import check_columns, fold, gold_papers, has_gene

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MATCH_FIELDS", "Evaluation", "evaluate"]

#: Fields that two rows of the same document are compared by.
MATCH_FIELDS = ("gene", "anatomy", "stage", "negated")

_TRUE = frozenset({"true", "1", "yes", "y"})
_FALSE = frozenset({"false", "0", "no", "n", ""})


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well found rows agree with gold rows.

    Attributes
    ----------
    gold, found
        Number of different rows in each table.
    gold_found
        Gold rows that some found row matches.
    found_right
        Found rows that match some gold row.
    precision, recall, f1
        ``found_right / found``, ``gold_found / gold`` and their harmonic
        mean; NaN where the denominator is 0, except that `f1` is 0 as soon
        as either table has rows.
    fields : DataFrame
        Precision, recall, f1 and counts of the values of each field: ``gene``
        over all genes, ``anatomy``, ``stage`` and ``negated`` over genes in
        both tables, where the gold table gives the field.
    documents : DataFrame
        One row per document: the counts and scores above.
    missed : DataFrame
        The gold rows that were not found, with the gold table's columns.
    false : DataFrame
        The found rows that match no gold row, with the found table's columns.
    """

    gold: int
    found: int
    gold_found: int
    found_right: int
    precision: float
    recall: float
    f1: float
    fields: pd.DataFrame
    documents: pd.DataFrame
    missed: pd.DataFrame
    false: pd.DataFrame

    def summary(self) -> str:
        """Give the scores in one sentence."""
        if not self.gold and not self.found:
            return "No rows expected and none found."
        precision = "none" if math.isnan(self.precision) else f"{self.precision:.2f}"
        recall = "none" if math.isnan(self.recall) else f"{self.recall:.2f}"
        return (
            f"{self.gold_found} of {self.gold} expected rows found, "
            f"{self.found_right} of {self.found} found rows right "
            f"(precision {precision}, recall {recall}, F1 {self.f1:.2f})."
        )


@dataclass(frozen=True, slots=True)
class _Row:
    """The compared values of one row, and its place in its table."""

    position: int
    document: str
    gene: tuple[str, str]  # id and folded label, either may be empty
    anatomy: tuple[str, str]
    stage: tuple[str, str]
    negated: bool

    @property
    def key(self) -> tuple[Any, ...]:
        """Rows of one table with the same key count once."""
        names = (self.gene, self.anatomy, self.stage)
        return (self.document, *(id_ or label for id_, label in names), self.negated)


def evaluate(
    found: pd.DataFrame,
    gold: pd.DataFrame,
    *,
    match: Sequence[str] = MATCH_FIELDS,
    documents: Iterable[str] | None = None,
    all_papers: bool = False,
) -> Evaluation:
    """Score found rows against gold rows, in the papers that the gold table covers.

    A gold line with a document and no gene says that the paper was read and has
    nothing to find: every row found in it is wrong.

    Two rows of the same document match when all fields of `match` agree.
    Genes, places and stages agree by identifier when both rows have one, and
    else by label without regard to case. A gold row without a stage says
    nothing about it and matches any. Several rows may match the same one, and
    rows that are the same in all fields count once.

    Parameters
    ----------
    found
        Rows as in ``job.results``.
    gold
        Columns ``document``, ``gene_symbol`` and ``anatomy_label``; optional
        ``gene_id``, ``anatomy_id``, ``stage_label``, ``stage_id`` and
        ``negated`` (true or false; absent means false).
    match
        Fields to compare, out of `MATCH_FIELDS`; ``gene`` must be among them.
    documents
        Names of the documents to score, by default those that the gold table
        has lines of: of other papers nobody knows what is right.
    all_papers
        Whether found rows of papers that the gold table does not cover count
        too, as wrong.

    Returns
    -------
    Evaluation

    Raises
    ------
    CurationKitError
        If a table lacks a column, or a ``negated`` value is not true or false.
    ValueError
        If `match` names an unknown field or leaves ``gene`` out.
    """
    unknown = [name for name in match if name not in MATCH_FIELDS]
    if unknown or "gene" not in match:
        raise ValueError(
            f"match is {list(match)}; give 'gene' and any of {list(MATCH_FIELDS[1:])}."
        )
    if documents is None and not all_papers:
        documents = gold_papers(gold)
    chosen = None if documents is None else {fold(name) for name in documents}
    found_rows = _rows(found, "table of results", chosen)
    gold_rows = _rows(gold, "gold table", chosen, has_gene(gold))
    gold_index, found_index = _by_gene(gold_rows), _by_gene(found_rows)
    right = {
        row.position
        for row in found_rows
        if any(_matches(row, other, match) for other in _same_gene(row, gold_index))
    }
    hit = {
        row.position
        for row in gold_rows
        if any(_matches(other, row, match) for other in _same_gene(row, found_index))
    }
    missed = [row.position for row in gold_rows if row.position not in hit]
    false = [row.position for row in found_rows if row.position not in right]
    scores = _scores(len(found_rows), len(right), len(gold_rows), len(hit))
    return Evaluation(
        gold=len(gold_rows),
        found=len(found_rows),
        gold_found=len(hit),
        found_right=len(right),
        precision=scores["precision"],
        recall=scores["recall"],
        f1=scores["f1"],
        fields=_field_scores(found_rows, gold_rows, found_index, gold_index),
        documents=_document_scores(found_rows, gold_rows, right, hit),
        missed=gold.iloc[missed].reset_index(drop=True),
        false=found.iloc[false].reset_index(drop=True),
    )


def _rows(
    table: pd.DataFrame,
    what: str,
    chosen: set[str] | None,
    meant: Sequence[bool] | None = None,
) -> list[_Row]:
    """Give the different rows of a table that are meant, the first of each."""
    check_columns(table, what)

    def column(name: str) -> list[Any]:
        if name not in table.columns:
            return [""] * len(table)
        values = table[name].astype(object)
        filled: list[Any] = values.where(values.notna(), "").tolist()
        return filled

    def names(id_: str, label: str) -> list[tuple[str, str]]:
        pairs = zip(column(id_), column(label), strict=True)
        return [(str(i).strip(), fold(text)) for i, text in pairs]

    columns = zip(
        column("document"),
        names("gene_id", "gene_symbol"),
        names("anatomy_id", "anatomy_label"),
        names("stage_id", "stage_label"),
        column("negated"),
        strict=True,
    )
    rows: dict[tuple[Any, ...], _Row] = {}
    for position, (document, gene, anatomy, stage, negated) in enumerate(columns):
        name = fold(document)
        if chosen is not None and name not in chosen:
            continue
        if meant is not None and not meant[position]:
            continue
        flag = _truth_value(negated, what, position)
        row = _Row(position, name, gene, anatomy, stage, flag)
        rows.setdefault(row.key, row)
    return list(rows.values())


def _truth_value(value: object, what: str, position: int) -> bool:
    text = fold(value)
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise CurationKitError(
        f"Row {position + 1} of the {what} has {value!r} in the column negated; "
        "write true or false."
    )


def _by_gene(rows: Iterable[_Row]) -> dict[tuple[str, str], list[_Row]]:
    """Index rows by document with gene id, and by document with symbol."""
    index: dict[tuple[str, str], list[_Row]] = defaultdict(list)
    for row in rows:
        for name in {*row.gene} - {""}:
            index[row.document, name].append(row)
    return index


def _same_gene(row: _Row, index: dict[tuple[str, str], list[_Row]]) -> Iterable[_Row]:
    """Rows of the index with the document and the gene of this one."""
    rows = {
        other.position: other
        for name in {*row.gene} - {""}
        for other in index.get((row.document, name), ())
    }
    return [other for other in rows.values() if _agree(row.gene, other.gene)]


def _agree(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two names agree: by id when both have one, else by label."""
    return one[0] == other[0] if one[0] and other[0] else one[1] == other[1]


def _matches(found: _Row, gold: _Row, match: Sequence[str]) -> bool:
    """Whether two rows of one gene agree in the other fields too."""
    if "anatomy" in match and not _agree(found.anatomy, gold.anatomy):
        return False
    if "negated" in match and found.negated != gold.negated:
        return False
    compare_stage = "stage" in match and any(gold.stage)
    return not compare_stage or _agree(found.stage, gold.stage)


def _scores(found: int, right: int, gold: int, hit: int) -> dict[str, float]:
    precision = right / found if found else math.nan
    recall = hit / gold if gold else math.nan
    f1 = 0.0 if found or gold else math.nan
    if right and hit:
        f1 = 2 * precision * recall / (precision + recall)
    return {"precision": precision, "recall": recall, "f1": f1}


def _field_scores(
    found: list[_Row],
    gold: list[_Row],
    found_index: dict[tuple[str, str], list[_Row]],
    gold_index: dict[tuple[str, str], list[_Row]],
) -> pd.DataFrame:
    import pandas as pd

    values: dict[str, Callable[[_Row], tuple[str, str]]] = {
        "anatomy": lambda row: row.anatomy,
        "stage": lambda row: row.stage,
        "negated": lambda row: ("", str(row.negated)),
    }
    found_genes, gold_genes = _distinct(found), _distinct(gold)
    table = {
        "gene": _counts(
            [bool(_same_gene(row, gold_index)) for row in found_genes],
            [bool(_same_gene(row, found_index)) for row in gold_genes],
        )
    }
    for name, value in values.items():
        table[name] = _counts(
            _agreements(found, gold_index, value),
            _agreements(gold, found_index, value, of_gold=True),
        )
    return pd.DataFrame.from_dict(table, orient="index").rename_axis("field")


def _distinct(rows: list[_Row]) -> list[_Row]:
    """Give one row per document and gene."""
    return list({(r.document, r.gene[0] or r.gene[1]): r for r in rows}.values())


def _agreements(
    rows: list[_Row],
    others: dict[tuple[str, str], list[_Row]],
    value: Callable[[_Row], tuple[str, str]],
    *,
    of_gold: bool = False,
) -> list[bool]:
    """Say for each value of a gene in both tables whether the other table has it.

    A found value counts only where some gold row of the gene has the field.
    """
    verdicts: dict[tuple[str, str, str], bool] = {}
    for row in rows:
        partners = list(_same_gene(row, others))
        own = value(row)
        if not partners or not any(own):
            continue
        if not of_gold and not any(any(value(other)) for other in partners):
            continue
        key = (row.document, row.gene[0] or row.gene[1], own[0] or own[1])
        agrees = any(_agree(own, value(other)) for other in partners)
        verdicts[key] = verdicts.get(key, False) or agrees
    return list(verdicts.values())


def _counts(found: list[bool], gold: list[bool]) -> dict[str, float]:
    return {
        **_scores(len(found), sum(found), len(gold), sum(gold)),
        "gold": len(gold),
        "gold_found": sum(gold),
        "found": len(found),
        "found_right": sum(found),
    }


def _document_scores(
    found: list[_Row], gold: list[_Row], right: set[int], hit: set[int]
) -> pd.DataFrame:
    import pandas as pd

    verdicts: dict[str, tuple[list[bool], list[bool]]] = {}
    for row in found:
        verdicts.setdefault(row.document, ([], []))[0].append(row.position in right)
    for row in gold:
        verdicts.setdefault(row.document, ([], []))[1].append(row.position in hit)
    table = {name: _counts(*pair) for name, pair in sorted(verdicts.items())}
    scores = pd.DataFrame.from_dict(table, orient="index", columns=[*_counts([], [])])
    return scores.rename_axis("document")
