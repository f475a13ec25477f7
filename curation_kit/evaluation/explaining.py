"""What was missed and what is wrong, each with what explains it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from curation_kit.documents.papers import filled
from curation_kit.evaluation.matching import Matcher, Name
from curation_kit.evaluation.rows import Summaries, rows_at
from curation_kit.vocabulary import canonical

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "FALSE_COLUMNS",
    "MISSED_COLUMNS",
    "Candidates",
    "Judged",
    "Nearest",
    "explain_false",
    "explain_missed",
]

#: Columns that tell of a missed row why it was missed: in words; position in the
#: found table of the nearest row of the gene, and what it says; and the candidate
#: of the paper that names the gene and was dropped (where there is a nearest row, only
#: one that names the place too).
MISSED_COLUMNS = (
    "cause",
    "nearest",
    "nearest_row",
    "dropped_reason",
    "dropped_quote",
    "dropped_page",
    "dropped_row",
)

#: Columns that tell of a wrong row why it is wrong, and what was expected of the
#: gene: position in the gold table, and what it says.
FALSE_COLUMNS = ("cause", "nearest", "nearest_row")


class Nearest(NamedTuple):
    """The row of the other table that is nearest, by position, and how it differs.

    `differing` are the compared fields in which the two do not agree.
    """

    position: int
    differing: list[str]


@dataclass(frozen=True, slots=True)
class Judged:
    """The rows of one document that are wrong or were missed, by position.

    Each with the nearest row of the other table, None if no row there has the gene.
    """

    false: dict[int, Nearest | None]
    missed: dict[int, Nearest | None]


def explain_false(
    found: pd.DataFrame, gold: pd.DataFrame, judged: Mapping[str, Judged]
) -> pd.DataFrame:
    """Give the found rows that are wrong, each with its cause."""
    wrong = _in_order(one.false for one in judged.values())
    told = Summaries(gold)
    lines = [
        _compared(near, told, "the gene is not expected in this paper")
        for near in wrong.values()
    ]
    return _with_columns(found, list(wrong), lines, FALSE_COLUMNS)


def explain_missed(
    gold: pd.DataFrame,
    found: pd.DataFrame,
    judged: Mapping[str, Judged],
    candidates: Candidates,
) -> pd.DataFrame:
    """Give the gold rows that were not found, each with its cause."""
    missed = _in_order(one.missed for one in judged.values())
    papers = {position: key for key, one in judged.items() for position in one.missed}
    genes = filled(gold, "gene_id"), filled(gold, "gene_symbol")
    places = filled(gold, "anatomy_label")
    told = Summaries(found)
    lines = []
    for position, near in missed.items():
        line = _compared(near, told, "no record of the gene in this paper")
        gene = Name(*(str(cells[position]).strip() for cells in genes))
        line |= candidates.of(
            papers[position], gene, places[position], only=near is not None
        )
        # Of a place that is found nowhere else the candidate is the cause.
        elsewhere = near is None or "anatomy" in near.differing
        if elsewhere and line.get("dropped_reason"):
            line["cause"] = f"dropped: {line['dropped_reason']}"
        lines.append(line)
    return _with_columns(gold, list(missed), lines, MISSED_COLUMNS)


class Candidates:
    """Dropped candidates, found by the gene that they name.

    Parameters
    ----------
    dropped, papers
        The table of them, and the key of the paper of each row.
    matcher, species
        Compare names, in a paper of these species.
    """

    def __init__(
        self,
        dropped: pd.DataFrame,
        papers: Sequence[str],
        matcher: Matcher,
        species: Mapping[str, frozenset[str]],
    ) -> None:
        self._matcher, self._species = matcher, species
        self._papers: dict[str, list[dict[str, Any]]] = {}
        names = ("gene_symbol", "reason", "quote", "page")
        columns = [filled(dropped, name) for name in names]
        rows = zip(papers, *columns, strict=True)
        for position, (paper, *cells) in enumerate(rows):
            one = dict(zip(names, cells, strict=True), position=position)
            self._papers.setdefault(paper, []).append(one)

    def of(
        self, paper: str, gene: Name, place: object, *, only: bool
    ) -> dict[str, Any]:
        """Candidate that names a gene, best (or only) one that names the place too."""
        species = self._species.get(paper, frozenset())
        named = [
            one
            for one in self._papers.get(paper, ())
            if one["gene_symbol"]
            and self._matcher.agree(
                "gene", Name("", str(one["gene_symbol"])), gene, species
            )
        ]
        if not named:
            return {}
        wanted = canonical(str(place))

        def fits(one: dict[str, Any]) -> bool:
            quote = canonical(str(one["quote"]))
            return bool(wanted) and f" {wanted} " in f" {quote} "

        best = next(filter(fits, named), None if only else named[0])
        if best is None:
            return {}
        return {
            "dropped_reason": best["reason"],
            "dropped_quote": best["quote"],
            "dropped_page": best["page"] or None,
            "dropped_row": best["position"],
        }


def _in_order(
    parts: Iterable[dict[int, Nearest | None]],
) -> dict[int, Nearest | None]:
    return dict(sorted(item for part in parts for item in part.items()))


def _compared(near: Nearest | None, told: Summaries, without: str) -> dict[str, Any]:
    """Cause of an error, and what the nearest row of the other table says."""
    if near is None:
        return {"cause": without}
    causes = [
        "negated the other way" if field == "negated" else f"another {field}"
        for field in near.differing
    ]
    return {
        "cause": ", ".join(causes),
        "nearest": told(near.position),
        "nearest_row": near.position,
    }


def _with_columns(
    table: pd.DataFrame,
    positions: list[int],
    lines: list[dict[str, Any]],
    columns: tuple[str, ...],
) -> pd.DataFrame:
    """Rows of a table, the names of its index as columns, and more columns."""
    import pandas as pd

    # Who corrects a table of errors, and takes it for gold, has these there already.
    rows = rows_at(table, positions).drop(columns=[*columns], errors="ignore")
    more = pd.DataFrame(lines, columns=[*columns]).astype(object)
    more = more.where(more.notna(), None)
    for name in ("nearest_row", "dropped_row", "dropped_page"):
        if name in more:
            more[name] = pd.to_numeric(more[name]).astype("Int64")
    return pd.concat([rows, more.set_axis(rows.index)], axis=1)
