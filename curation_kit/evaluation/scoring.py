"""Scoring the records of a job against a table of known truth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from curation_kit.documents.papers import Papers, told_namesakes
from curation_kit.errors import CurationKitError
from curation_kit.evaluation.agreement import COUNTS, Agreement
from curation_kit.evaluation.explaining import (
    Candidates,
    explain_false,
    explain_missed,
)
from curation_kit.evaluation.gold import check_columns, has_gene
from curation_kit.evaluation.intervals import count_intervals
from curation_kit.evaluation.matching import Match, Matcher
from curation_kit.evaluation.rows import (
    ALL_FIELDS,
    MATCH_FIELDS,
    rows_of,
    species_of,
)

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = ["FEWEST_PAPERS", "Evaluation", "evaluate"]

#: Papers below which there is no interval: by drawing from fewer, it would be far
#: too narrow (of two papers there are only three different draws).
FEWEST_PAPERS = 5

_SCORES = ("precision", "recall", "f1")

#: What the tables are called in errors.
_FOUND, _GOLD = "table of results", "gold table"
_DROPPED = "table of dropped candidates"


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
    intervals : dict
        Lower and upper end of the 95 % interval of each of these scores, by
        drawing papers anew (percentile bootstrap); NaN where there is none, as of
        fewer than `FEWEST_PAPERS`.
    fields : DataFrame
        Scores, ends of their intervals (``f1_low``, ``f1_high``) and counts of
        the values of each field: ``gene`` over all genes, the others over genes
        in both tables, where the gold table gives the field.
    documents : DataFrame
        One row per document: scores and counts of its rows. Of documents with the same
        name, the index also has the start of the id.
    document_ids : dict
        Ids of the documents by their names in `documents`, where the tables tell them.
    namesakes : tuple of str
        Names under which both tables have papers, but with another ``document_id``.
    missed : DataFrame
        The gold rows that were not found, with the gold table's columns and
        `MISSED_COLUMNS`: why, what was found instead, and the dropped
        candidate that names the gene.
    false : DataFrame
        The found rows that match no gold row, with the found table's columns,
        those of its index, and `FALSE_COLUMNS`: why, and what was expected.
    """

    gold: int
    found: int
    gold_found: int
    found_right: int
    precision: float
    recall: float
    f1: float
    intervals: dict[str, tuple[float, float]]
    fields: pd.DataFrame
    documents: pd.DataFrame
    document_ids: dict[str, str]
    namesakes: tuple[str, ...]
    missed: pd.DataFrame
    false: pd.DataFrame

    def summary(self) -> str:
        """Give the scores in one sentence, and papers that only seem to be the same."""
        others = told_namesakes(self.namesakes)
        if not self.gold and not self.found:
            return f"No rows expected and none found.{others}"
        precision, recall = (
            "none" if math.isnan(score) else f"{score:.2f}"
            for score in (self.precision, self.recall)
        )
        return (
            f"{self.gold_found} of {self.gold} expected rows found, "
            f"{self.found_right} of {self.found} found rows right "
            f"(precision {precision}, recall {recall}, F1 {self.f1:.2f}).{others}"
        )


def evaluate(
    found: pd.DataFrame,
    gold: pd.DataFrame,
    *,
    match: Match = "label",
    within: int = 1,
    fields: Sequence[str] = MATCH_FIELDS,
    documents: Iterable[str] | None = None,
    all_papers: bool = False,
    dropped: pd.DataFrame | None = None,
) -> Evaluation:
    """Score found rows against gold rows, in the papers that the gold table covers.

    A gold line with a document and no gene says that the paper was read and has
    nothing to find: every row found in it is wrong.

    Rows are of the same document when they have the same ``document_id``; where one
    has none, or one of another kind such as a PubMed id, when they have the same
    ``document``. Two of these match when all
    `fields` agree. Genes, places,
    stages and components agree by identifier when both rows have one of the same
    source, and else by label (see `match`). A gold row that leaves a place, a stage, a
    component or an assay empty says nothing about it and matches any. Several
    rows may match the same one, and rows that are the same in all `fields` count
    once.

    Parameters
    ----------
    found
        Rows as in ``job.results``.
    gold
        Columns ``document``, ``gene_symbol`` and ``anatomy_label``; optional are
        the others of `GOLD_COLUMNS`, of which ``negated`` is true or false (false
        if empty), and ``document_id`` says which of the papers of one name is meant.
        Others are handed through.
    match, within
        How names are compared, see `Matcher`: ``exact``, ``label`` or ``ontology``,
        for which `within` is the most steps between a term and its ancestor.
    fields
        Fields to compare, out of gene (always), anatomy, stage, component,
        negated and assay.
    documents
        Documents to score, their names or ids, or one of them; by default those that
        the gold table has lines of: of other papers nobody knows what is right.
    all_papers
        Whether found rows of papers that the gold table does not cover count
        too, as wrong.
    dropped
        Candidates that did not become rows, as in ``job.dropped``: what was missed
        may be among them.

    Returns
    -------
    Evaluation

    Raises
    ------
    CurationKitError
        If a table lacks a column or seems to misspell one, a row names no
        document or one of several of its name, a ``negated`` value is not true or
        false, there is no such matching, or `fields` has an unknown one or leaves
        ``gene`` out.
    """
    import pandas as pd

    known = isinstance(fields, Iterable) and {*fields} <= {*ALL_FIELDS}
    if not known or "gene" not in fields:
        others = ", ".join(ALL_FIELDS[1:])
        raise CurationKitError(
            f"fields={fields!r} should be a list of gene and any of {others}."
        )
    check_columns(found, _FOUND)
    check_columns(gold, _GOLD)
    if dropped is None:
        dropped = pd.DataFrame()
    papers = Papers({_DROPPED: dropped, _GOLD: gold, _FOUND: found})
    if documents is not None:
        chosen: set[str] | None = papers.chosen(documents)
    else:
        chosen = None if all_papers else {*papers[_GOLD]} - {""}
    matcher = Matcher(match, within)
    species = species_of([(found, papers[_FOUND]), (gold, papers[_GOLD])])
    found_rows = rows_of(found, _FOUND, matcher, fields, papers[_FOUND], chosen=chosen)
    gold_rows = rows_of(
        gold, _GOLD, matcher, fields, papers[_GOLD], chosen=chosen, meant=has_gene(gold)
    )
    agreements = {
        key: Agreement(
            found_rows.get(key, []),
            gold_rows.get(key, []),
            matcher,
            species.get(key, frozenset()),
            fields,
        )
        for key in papers.ordered({*found_rows, *gold_rows})
    }
    counts = {papers.name(key): one.row_counts() for key, one in agreements.items()}
    rows = _line([*counts.values()])
    by_field = {
        field: _line([one.field_counts(field) for one in agreements.values()])
        for field in ALL_FIELDS
        if field in MATCH_FIELDS or field in fields
    }
    judged = {key: one.judged() for key, one in agreements.items()}
    candidates = Candidates(dropped, papers[_DROPPED], matcher, species)
    return Evaluation(
        **{name: int(rows[name]) for name in COUNTS},
        precision=rows["precision"],
        recall=rows["recall"],
        f1=rows["f1"],
        intervals={
            name: (rows[f"{name}_low"], rows[f"{name}_high"]) for name in _SCORES
        },
        fields=pd.DataFrame.from_dict(by_field, orient="index").rename_axis("field"),
        documents=_documents(counts),
        document_ids=papers.document_ids(agreements),
        namesakes=papers.namesakes(_GOLD, _FOUND),
        missed=explain_missed(gold, found, judged, candidates),
        false=explain_false(found, gold, judged),
    )


def _scores(counts: np.ndarray) -> np.ndarray:
    """Precision, recall and F1, in columns, of counts as `COUNTS` in columns."""
    import numpy as np

    found, right, gold, hit = counts.T.astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        precision, recall = right / found, hit / gold
        f1 = 2 * precision * recall / (precision + recall)
    f1 = np.where(
        (right == 0) | (hit == 0), np.where(found + gold > 0, 0.0, np.nan), f1
    )
    return np.stack([precision, recall, f1], axis=1)


def _line(papers: list[list[int]]) -> dict[str, float]:
    """Scores with the ends of their intervals, and counts, of counts of each paper."""
    import numpy as np

    units = np.array(papers, dtype=int).reshape(-1, len(COUNTS))
    total = units.sum(axis=0)
    line = dict(zip(_SCORES, _scores(total[None])[0].tolist(), strict=True))
    ends = (
        count_intervals(units, _scores)
        if len(units) >= FEWEST_PAPERS
        else [(math.nan, math.nan)] * len(_SCORES)
    )
    for score, (low, high) in zip(_SCORES, ends, strict=True):
        line |= {f"{score}_low": low, f"{score}_high": high}
    return line | dict(zip(COUNTS, total.tolist(), strict=True))


def _documents(counts: dict[str, list[int]]) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    units = np.array([*counts.values()], dtype=int).reshape(-1, len(COUNTS))
    scores = pd.DataFrame(_scores(units), index=[*counts], columns=[*_SCORES])
    return scores.join(
        pd.DataFrame(units, index=[*counts], columns=[*COUNTS])
    ).rename_axis("document")
