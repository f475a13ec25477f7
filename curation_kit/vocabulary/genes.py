"""Gene symbols of each species and the identifiers they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from curation_kit.vocabulary._names import fold, gene_key, spelled_out
from curation_kit.vocabulary._table import Table

__all__ = ["GENE_SPECIES", "GeneMatch", "GeneTable", "genes"]

#: Species that have a table, by their key in `curation_kit.species.SPECIES`.
GENE_SPECIES = ("human", "mouse", "rat", "zebrafish", "fly", "worm", "yeast")

_KINDS = {"s": "symbol", "a": "alias", "p": "previous symbol", "n": "full name"}
_RANK = {kind: rank for rank, kind in enumerate(_KINDS.values())}


@dataclass(frozen=True, slots=True)
class GeneMatch:
    """A gene that a name may stand for.

    Attributes
    ----------
    id
        CURIE, for instance ``WB:WBGene00006789``.
    symbol
        The official symbol.
    kind
        ``symbol``, ``alias``, ``previous symbol`` or ``full name``: what the
        name is to this gene.
    name
        The name as the source spells it; it may differ in case. Of a full name
        only its letters and digits are kept.
    """

    id: str
    symbol: str
    kind: str
    name: str


class GeneTable:
    """The genes of one species.

    Parameters
    ----------
    species_key
        One of `GENE_SPECIES`.
    """

    def __init__(self, species_key: str) -> None:
        self.species = species_key
        self._table = Table(f"genes_{species_key}")

    def lookup(self, name: str, *, loosely: bool = False) -> list[GeneMatch]:
        """Genes of this name, whatever its case, and with the names of Greek letters.

        Official symbols come first, then aliases, previous symbols and full
        names; within each, names spelled exactly so come first. A gene is listed
        once, under its best kind.

        Parameters
        ----------
        name
            A symbol, an alias or a full name.
        loosely
            Whether hyphens and Roman numbers may differ too, and a Latin letter
            may stand for a Greek one: "TGF-β1" is Tgfb1. In full names they always may.
        """
        found: dict[str, GeneMatch] = {}
        folded = fold(spelled_out(name))
        for row in self._table.rows(gene_key(name)):
            if not (
                loosely or row.kind == "n" or fold(spelled_out(row.name)) == folded
            ):
                continue
            for gene in self._genes(row.kind, row.target, row.name):
                known = found.get(gene.id)
                if known is None or _order(gene, name) < _order(known, name):
                    found[gene.id] = gene
        return sorted(found.values(), key=lambda gene: (_order(gene, name), gene.id))

    def kind(self, name: str) -> tuple[str, bool] | None:
        """Best kind that a name is of, loosely spelled, and whether it is exact.

        Cheaper than to look the genes up.
        """
        kinds = [
            (_RANK[_KINDS[row.kind]], row.name != name)
            for row in self._table.rows(gene_key(name))
        ]
        if not kinds:
            return None
        rank, inexact = min(kinds)
        return list(_RANK)[rank], not inexact

    def has_names_like(self, start: str) -> bool:
        """Whether any name begins so, in its key; spares longer look-ups."""
        return self._table.starts(gene_key(start))

    def symbol(self, gene_id: str) -> str | None:
        """Official symbol of an identifier, or None if it is not of this table."""
        return self._table.name_of("s", gene_id)

    def _genes(self, kind: str, target: str, name: str) -> list[GeneMatch]:
        if kind == "s":
            return [GeneMatch(target, name, "symbol", name)]
        return [
            GeneMatch(row.target, row.name, _KINDS[kind], name)
            for row in self._table.rows(gene_key(target))
            if row.kind == "s" and row.name == target
        ]


def _order(gene: GeneMatch, name: str) -> tuple[int, bool]:
    return _RANK[gene.kind], gene.name != name


@cache
def genes(species_key: str) -> GeneTable:
    """Load the gene table of a species, once per process.

    Parameters
    ----------
    species_key
        One of `GENE_SPECIES`.

    Raises
    ------
    ValueError
        If there is no table of that species.
    """
    if species_key not in GENE_SPECIES:
        message = (
            f"There is no gene table of {species_key!r}; "
            f"choose one of {', '.join(GENE_SPECIES)}."
        )
        raise ValueError(message)
    return GeneTable(species_key)
