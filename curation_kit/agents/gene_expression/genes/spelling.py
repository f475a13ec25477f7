"""How the genes of each species are written: symbols, proteins, aliases, full names."""

# ruff: noqa: PLR2004 - patterns are easier to read unbroken; lengths of names; Greek is meant

from __future__ import annotations

import re
from dataclasses import replace

from curation_kit.agents.gene_expression.genes.forms import one_gene
from curation_kit.vocabulary import GeneMatch, genes, spelled_out

__all__ = ["SPELLED_OUT", "STRICT", "fitting", "meant_by", "same_symbol"]

_WORM = re.compile(
    r"[a-z]{3,4}-\d+(?:\.\d+)?|[A-Z]{3,4}-\d+(?:\.\d+)?|[A-Z][A-Z0-9]+\.\d+[a-z]?"
)
_YEAST = re.compile(
    r"[A-Z]{3}\d{1,3}|[A-Z][a-z]{2}\d{1,3}p?|Y[A-P][LR]\d{3}[WC](?:-[A-Z])?"
)
#: Species of which the tagger has learnt little, and whose names have strict rules.
STRICT = frozenset({"worm", "yeast"})
#: Species whose full names are known.
SPELLED_OUT = ("human", "mouse")
#: Species whose papers use names that only the table of another has: those of rat and
#: zebrafish have no aliases, that of the mouse not the human ones ("PGC1a").
_RELATIVES = {
    "mouse": ("human",),
    "rat": ("mouse", "human"),
    "zebrafish": ("mouse", "human"),
}
#: A name that no word is: "krox20", "Islet1".
_MARKED = re.compile(r"[A-Za-z]{2,7}-?\d{1,3}[a-z]?")
#: Letters of a product's name that is written as a word, at least.
_WORD = 6
_DIGIT = re.compile(r"\d")
_VOWEL = re.compile(r"[AEIOUYaeiouy]")
_DIGIT_OR_GREEK = re.compile(r"[\dα-ω]")


def fitting(name: str, species: str) -> GeneMatch | None:
    """Give the one gene of a species that is written so, or None."""
    if (species == "worm" and not _WORM.fullmatch(name)) or (
        species == "yeast" and not _YEAST.fullmatch(name)
    ):
        return None
    looked_up = name
    if species == "yeast" and name.endswith("p"):
        looked_up = name[:-1]
    matches = genes(species).lookup(looked_up)
    symbols = [match for match in matches if match.kind == "symbol"]
    for match in symbols:
        if match.name == looked_up:
            return match
    if len(symbols) == 1 and _protein_form(looked_up, symbols[0].name, species):
        return symbols[0]
    if species not in {"fly", *STRICT} and not any(
        match.kind != "full name" for match in matches
    ):
        loose = _spelled_loosely(name, species)
        if loose or not matches:
            return loose or _of_relative(name, species)
    if symbols or len({match.id for match in matches}) != 1:
        return None
    return matches[0] if _alias_fits(name, matches[0], species) else None


def _spelled_loosely(name: str, species: str) -> GeneMatch | None:
    """Give the gene of a name with other hyphens or letters: "TGF-β1"."""
    if len(name) < 3 or not name[0].isupper() or not _DIGIT_OR_GREEK.search(name):
        return None
    matches = genes(species).lookup(name, loosely=True)
    best = [match for match in matches if match.kind == matches[0].kind]
    return best[0] if len(best) == 1 else one_gene(name, species)


def _of_relative(name: str, species: str) -> GeneMatch | None:
    """Give the gene that a name stands for in a related species: "krox20".

    Its symbol is the name itself if the species has no gene of the same symbol.
    """
    if species == "zebrafish" and not (_MARKED.fullmatch(name) or name.islower()):
        return None
    for other in _RELATIVES.get(species, ()):
        found = genes(other).lookup(name)
        best = [match for match in found if match.kind == found[0].kind]
        if len(best) > 1:
            return None
        if best and (best[0].kind == "symbol" or _alias_fits(name, best[0], other)):
            own = same_symbol(best[0].symbol, species)
            if own is None:
                return replace(best[0], id="", symbol=name, name=name)
            return replace(own, kind=best[0].kind, name=name)
    return None


def same_symbol(symbol: str, species: str) -> GeneMatch | None:
    """Give the gene that has a symbol of a relative, or had it: "Trp53" is rat Tp53."""
    found = genes(species).lookup(symbol)
    known = [one for one in found if one.kind in {"symbol", "previous symbol"}]
    return min(known, key=lambda one: one.kind != "symbol", default=None)


def _alias_fits(name: str, alias: GeneMatch, species: str) -> bool:
    """Whether a name is written so that an alias may be meant."""
    exact = spelled_out(alias.name) == spelled_out(name)
    if species == "fly":
        # Proteins were written in capitals: "VESTIGIAL".
        shouted = len(name) > _WORD and alias.name == name.lower()
        short = len(name) == 3 and (name.istitle() or not _VOWEL.search(name))
        return shouted or (exact and (len(name) > 3 or short))
    if species in STRICT:
        return True
    if alias.kind == "full name":  # of which no table keeps the case
        return len(name) > 4 or (len(name) > 2 and bool(_DIGIT_OR_GREEK.search(name)))
    if _DIGIT.search(name):
        return (exact and len(name) > 2) or len(name) > 4
    if name.islower():  # "adiponectin"
        return exact and len(name) >= _WORD
    # "STn" is a sugar, "STN" an alias: short names must be spelled exactly so.
    fits = exact if len(name) < 5 else name[0].isupper()
    return fits and name[0].isupper() and len(name) > 2


def _protein_form(name: str, symbol: str, species: str) -> bool:
    """Whether a name is how the protein of a gene is written."""
    if species == "fly":
        # "Atg8A", "dcp-1": with a number in it no other gene is spelled so.
        numbered = bool(_DIGIT.search(name)) and len(name) > 3
        shouted = len(name) > 2 and name.isupper()
        return numbered or (
            symbol.islower() and (name == symbol.capitalize() or shouted)
        )
    if species == "human":
        return name[:1].isupper()
    if species in {"mouse", "rat"}:
        if name.islower():  # "loricrin"
            return len(name) >= _WORD
        # "PPARg": a Greek letter that the text has lost.
        return name[:-1] == symbol[:-1].upper() or (
            bool(_DIGIT.search(name)) and len(name) > 3 and name[:1].isupper()
        )
    if species == "yeast":
        return not name.islower()
    return species != "zebrafish" or name in {symbol.upper(), symbol.capitalize()}


def meant_by(long: str, species: str) -> set[str]:
    """Give the symbols of a species that a full name stands for.

    Its own names and those of man and mouse, whose genes share their symbols.
    """
    if not long:
        return set()
    named = {one: one_gene(long, one) for one in {species, *SPELLED_OUT}}
    own = named[species]
    found = {own.symbol} if own else set()
    for match in named.values():
        for same in genes(species).lookup(match.symbol) if match else ():
            if same.kind == "symbol":
                found.add(same.symbol)
    return found
