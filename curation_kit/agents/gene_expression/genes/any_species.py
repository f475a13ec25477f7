"""Genes of any species in any text, as a corpus marks them.

The flow looks for genes of the paper's species with `GeneFinder`; here
families and complexes are named too, and a name is looked up in every table.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from curation_kit.agents.gene_expression.genes.forms import bare_names, others_listed
from curation_kit.agents.gene_expression.genes.tagger import tag_genes, tokens
from curation_kit.agents.gene_expression.language.abbreviations import abbreviations
from curation_kit.vocabulary import GENE_SPECIES, genes

__all__ = ["NamedGene", "find_all_genes"]

_SENTENCE_END = re.compile(r"(?<=[.;?!])\s+(?=[A-Z(])|\n+")

#: How much a name of each kind tells that the gene is meant, relative to the
#: others; names of vertebrates, of which most texts speak, tell more.
_KIND_WEIGHT = {"symbol": 4.0, "full name": 3.0, "alias": 2.0, "previous symbol": 1.0}
_SPECIES_WEIGHT = {"human": 1.0, "mouse": 1.0, "rat": 0.6, "zebrafish": 0.5}
_OTHER_WEIGHT = 0.2
_EXACT_WEIGHT = 1.3

_SIGNS = re.compile(r"[A-Z0-9]")


@dataclass(frozen=True, slots=True)
class NamedGene:
    """A gene, product or family named in a text.

    Attributes
    ----------
    start, end
        Its place.
    text
        Its words.
    symbols
        Official symbols of the genes meant, in capitals, for orthologues mostly
        share them; empty for what no table has.
    """

    start: int
    end: int
    text: str
    symbols: tuple[str, ...]


def find_all_genes(text: str) -> list[NamedGene]:
    """Find genes, products and families of any species, in order.

    Parameters
    ----------
    text
        A whole text: its abbreviations, and names seen once, count in all of it.
    """
    spans = {
        (start + offset, end + offset)
        for offset, sentence in _sentences(text)
        for start, end in tag_genes(sentence)
    }
    spans |= _seen_elsewhere(text, spans)
    defined = abbreviations(text)
    return [
        NamedGene(start, end, text[start:end], _symbols(text, start, end, defined))
        for start, end in sorted(spans)
    ]


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for end in _SENTENCE_END.finditer(text):
        yield start, text[start : end.start()]
        start = end.end()
    yield start, text[start:]


def _seen_elsewhere(text: str, spans: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Places of names that are tagged in other sentences, mostly."""
    named = Counter(text[start:end] for start, end in spans)
    taken = sorted(spans)
    added: set[tuple[int, int]] = set()
    for name, count in named.items():
        if not _SIGNS.search(name) and " " not in name:
            continue
        places = [
            (found.start(), found.end())
            for found in re.finditer(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", text)
        ]
        free = [
            (start, end)
            for start, end in places
            if all(end <= other or start >= stop for other, stop in taken)
        ]
        if len(free) <= count:
            added |= set(free)
    return added


def _symbols(
    text: str, start: int, end: int, defined: Mapping[str, str]
) -> tuple[str, ...]:
    """Genes that a name stands for; several for a list."""
    name = text[start:end]
    listed: list[str] = []
    # "Smad1/5/8" is tagged as one name.
    for word in tokens(name)[:-1]:
        at = start + word.end
        if members := [one[2] for one in others_listed(text, start, at)]:
            listed = [text[start:at], *members]
            break
    found = [_symbol(one) for one in listed]
    if found and all(found):
        return tuple(dict.fromkeys(one for one in found if one))
    # What the paper says it stands for goes before what tables say.
    symbol = (name in defined and _symbol(defined[name])) or _symbol(name)
    return (symbol,) if symbol else ()


@lru_cache(maxsize=50_000)
def _symbol(name: str) -> str | None:
    """Symbol that most tables, and the surest kinds of name, tell of."""
    for spelled in bare_names(name):
        scores: dict[str, float] = defaultdict(float)
        for species in GENE_SPECIES:
            for match in genes(species).lookup(spelled, loosely=True):
                scores[match.symbol.upper()] += (
                    _KIND_WEIGHT[match.kind]
                    * _SPECIES_WEIGHT.get(species, _OTHER_WEIGHT)
                    * (_EXACT_WEIGHT if match.name == spelled else 1.0)
                )
        if scores:
            return max(scores, key=lambda symbol: (scores[symbol], symbol))
    return None
