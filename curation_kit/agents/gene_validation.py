"""Gene symbols to identifiers of the paper's species, offline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import ClassVar

from pydantic import Field

from curation_kit.agents.base import Options, Validator
from curation_kit.agents.organism import SpeciesKeys, paper_species
from curation_kit.agents.paper import Paper
from curation_kit.records import Candidate, GeneExpressionRecord, Record
from curation_kit.species import SPECIES, SPECIES_OF_TAXON
from curation_kit.vocabulary import GENE_SPECIES, GeneMatch, genes, plain_dashes

__all__ = ["GeneValidationAgent", "GeneValidationOptions", "genes_meant", "genes_named"]

_COLUMN = "gene_id"

#: What reporter and product names add to a gene's name: tags, promoters, "p".
_ADDED = re.compile(
    r"^(?:anti-|[dhmrz](?=[A-Z])|P(?=[a-z]{3,4}-\d))|\s?::.*$|\s(?:gene|protein|mRNA)s?$"
    r"|-(?:[eE]?GFP|lacZ|mCherry|RFP|YFP)$",
)
_PROMOTER_OR_PRODUCT = re.compile(r"(?<=\d)p$")


class GeneValidationOptions(Options):
    """Options of the gene validation agent."""

    species: SpeciesKeys = Field(
        default_factory=list,
        description=(
            "Species whose genes are asked for; empty: that of the record's taxon, "
            "else those the paper names."
        ),
    )
    use_aliases: bool = Field(
        default=True,
        description="Accept aliases and previous symbols that stand for one gene only.",
    )


class GeneValidationAgent(Validator):
    """Turn each gene symbol into the identifier of the paper's species."""

    name = "gene_validation"
    title = "Gene Validation"
    description = (
        "Looks gene symbols up in offline tables of HGNC, MGI, RGD, ZFIN, FlyBase, "
        "WormBase and SGD. Ambiguous symbols keep their candidates; unknown ones keep "
        "the paper's own words."
    )
    version = "3"
    Options: ClassVar[type[Options]] = GeneValidationOptions
    options: GeneValidationOptions

    def validate(self, paper: Paper, records: Sequence[Record]) -> Iterable[Record]:
        """Give the records back with gene_id, taxon and the official symbol."""
        species = [
            one.key
            for one in paper_species(paper.text, self.options.species)
            if one.key in GENE_SPECIES
        ]
        return [
            self._checked(paper, record, species)
            if isinstance(record, GeneExpressionRecord)
            else record
            for record in records
        ]

    def _checked(
        self, paper: Paper, record: GeneExpressionRecord, species: list[str]
    ) -> GeneExpressionRecord:
        if record.gene_id:
            return _confirmed(paper, record)
        if record.taxon and not self.options.species:
            own = SPECIES_OF_TAXON.get(record.taxon)
            species = [own.key] if own and own.key in GENE_SPECIES else []
        found = genes_meant(
            record.gene_symbol, species, aliases=self.options.use_aliases
        )
        candidates = {k: v for k, v in record.candidates.items() if k != _COLUMN}
        if len(found) == 1:
            key, match = found[0]
            return record.model_copy(
                update={
                    "gene_id": match.id,
                    "gene_symbol": match.symbol,
                    "taxon": SPECIES[key].taxon,
                    "candidates": candidates,
                }
            )
        if found:
            candidates[_COLUMN] = [
                Candidate(
                    id=match.id,
                    label=match.symbol,
                    source=f"{SPECIES[key].name}, {match.kind}",
                )
                for key, match in found
            ]
        return record.model_copy(update={"candidates": candidates})


def genes_meant(
    symbol: str, species: Sequence[str], *, aliases: bool = True
) -> list[tuple[str, GeneMatch]]:
    """Genes that a symbol may stand for; one if its spelling decides.

    Parameters
    ----------
    symbol
        As the paper has it, also with what names of reporters and products add.
    species
        Keys of `GENE_SPECIES`, the paper's main species first.
    aliases
        Whether aliases and previous symbols count.

    Returns
    -------
    list of (str, GeneMatch)
        Each with the key of its species, which is the same for all.
    """
    name = _bare(symbol)
    best = [(key, genes_named(name, key, aliases=aliases)) for key in species]
    found = [(key, matches) for key, matches in best if matches]
    # A symbol spelled exactly as in one species is of that species
    # (Pax6 of the mouse, PAX6 of man); the main species goes first.
    for exact in (True, False):
        for key, matches in found:
            symbols = [
                m for m in matches if m.kind == "symbol" and (m.name == name) is exact
            ]
            if len(symbols) == 1:
                return [(key, symbols[0])]
    return [(key, match) for key, matches in found[:1] for match in matches]


def _bare(symbol: str) -> str:
    """Give a gene name without what reporters and products add to it."""
    name = _ADDED.sub("", plain_dashes(symbol.strip()))
    return _PROMOTER_OR_PRODUCT.sub("", name).strip()


def genes_named(
    name: str, species_key: str, *, aliases: bool = True
) -> list[GeneMatch]:
    """Give the matches of the best kind there is: symbol, alias, previous symbol.

    Within a kind, names spelled exactly so win over others.
    """
    matches = genes(species_key).lookup(name)
    if not aliases:
        matches = [match for match in matches if match.kind == "symbol"]
    if not matches:
        return []
    kind = matches[0].kind
    same = [match for match in matches if match.kind == kind]
    return [match for match in same if match.name == name] or same


def _confirmed(paper: Paper, record: GeneExpressionRecord) -> GeneExpressionRecord:
    """Give back a record that has an identifier; say when its symbol does not fit."""
    for key in GENE_SPECIES:
        symbol = genes(key).symbol(record.gene_id or "")
        if symbol is None:
            continue
        names = {match.id for match in genes(key).lookup(_bare(record.gene_symbol))}
        if record.gene_id not in names:
            paper.ledger.note(
                f"{record.gene_id} is {symbol}, not {record.gene_symbol}; "
                "check that record."
            )
            return record
        return record.model_copy(
            update={"gene_symbol": symbol, "taxon": SPECIES[key].taxon}
        )
    return record
