"""How the records of two jobs differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from curation_kit.errors import CurationKitError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the rows of two jobs differ.

    Attributes
    ----------
    same : int
        Rows that both have.
    lost, gained : DataFrame
        Rows that only the first, or only the second, has.
    """

    same: int
    lost: pd.DataFrame
    gained: pd.DataFrame


def compare(first: pd.DataFrame, second: pd.DataFrame) -> Comparison:
    """Compare the rows of two jobs by document, gene, place, stage and negation.

    Parameters
    ----------
    first, second
        Tables as ``job.results`` gives them.
    """
    key = ["document", "gene_symbol", "anatomy_label", "stage_label"]
    key += ["cellular_component_label", "negated"]

    def keys(table: pd.DataFrame) -> pd.Series[Any]:
        return table[key].astype("str").fillna("").agg("\x1f".join, axis=1)

    for table, what in ((first, "The first table"), (second, "The second table")):
        if missing := [name for name in key if name not in table.columns]:
            raise CurationKitError(
                f"{what} has no column {', '.join(missing)}: "
                "only gene expression records can be compared."
            )
    ours, theirs = keys(first), keys(second)
    return Comparison(
        same=int(ours.isin(theirs).sum()),
        lost=first[~ours.isin(theirs)],
        gained=second[~theirs.isin(ours)],
    )
