"""Forms of gene names: lists and ranges, what is added to a name, full names."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from curation_kit.agents.gene_expression.genes.tagger import tokens
from curation_kit.vocabulary import GeneMatch, genes

__all__ = ["bare_names", "full_names", "one_gene", "others_listed", "without_prefix"]

#: "Fgf8/17/18", "BMP2/-4".
_SLASHES = re.compile(r"(?:/-?[A-Za-z]?\d{1,2}[A-Za-z]?)+(?![\w-])")
#: "Hoxa1-3", "Hoxa1–Hoxa3" has its own names.
_RANGE = re.compile(r"[-–](\d{1,2})(?![\w-]|\.\d)")
#: "Yp1, 2 and 3", "cyclin D1 and D2", "TGF-β1 and -β2".
_LIST = re.compile(
    r"(?P<listed>(?:, ?-?[A-Za-zα-ω]?\d{1,2}[A-Za-z]?)*,? (?:and|or|&) -?[A-Za-zα-ω]?\d{1,2}[A-Za-z]?)"
    r"(?=$|[.,;:)]| (?:in|is|are|was|were|at|on|by|to|from|during|and|or|which|that|with"
    r"|genes?|mRNAs?|proteins?|transcripts?|expression|receptors?|reporters?|antibod\w+)\b)"
)
_MEMBER = re.compile(r"-?([A-Za-zα-ω]?\d{1,2}[A-Za-z]?)")
_TAIL = re.compile(r"[A-Za-zα-ω]?\d{1,2}[A-Za-z]?$")
_NUMBER = re.compile(r"\d{1,2}$")
#: No range of a family has more members.
_MOST = 15

#: What is put before a name: the species, the phosphate, the promoter.
_PREFIX = re.compile(
    r"(?:(?:anti|phospho|human|mouse|rat)[- ]|p-|[hmrp](?=[A-Z])|(?<=^)(?:Dm|Ce|Hs|Mm|Dr)(?=[A-Z]))",
)
#: A bracket inside of a full name: "bone morphogenetic protein (BMP)-2".
_INNER_BRACKET = re.compile(r" ?\([^()]{2,12}\)")
#: What follows a name and is no part of it.
_ADDED_WORDS = re.compile(
    r"(?:[- ](?:genes?|proteins?|mRNAs?|transcripts?|peptides?|promoter|locus|enzyme|antigen))+$"
)

#: What only looks like a full name when its spaces do not count ("pancreas in"),
#: and names of reagents.
_NO_NAME = re.compile(
    r"(?:[ -]specific| (?:in|a|is|of|and|or|to)|, \w"
    r"|envelope protein|reverse.transcriptase|deoxynucleotidyl.transferase|orphan nuclear receptor|^hormone receptors?)$",
    re.IGNORECASE,
)

#: A full name has at least two words and so many letters, else it is a word.
_SHORTEST = 8
_MOST_WORDS = 12


def others_listed(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Further members that a list or a range names after the first.

    Parameters
    ----------
    text
        The sentence.
    start, end
        Place of the first name, "Fgf8" of "Fgf8/17/18".

    Yields
    ------
    tuple
        Start and end of the member's own words, and its name in full ("Fgf17").
        Whether there is such a gene is for the caller to look up.
    """
    name = text[start:end]
    tail = _TAIL.search(name)
    if tail is None or tail.start() == 0:
        return
    number = _NUMBER.search(name)
    if (found := _RANGE.match(text, end)) and number:
        first, last = int(number[0]), int(found[1])
        if first < last <= first + _MOST:
            for one in range(first + 1, last + 1):
                yield found.start(), found.end(), f"{name[: number.start()]}{one}"
        return
    listed = _SLASHES.match(text, end) or _LIST.match(text, end)
    if listed is None:
        return
    for member in _MEMBER.finditer(text, listed.start(), listed.end()):
        # "D1 and D2" share "cyclin "; "8/17" share "Fgf".
        stem = name[: tail.start()]
        if not member[1][0].isdecimal() and tail[0][0].isdecimal():
            stem = stem[:-1] if stem[-1:].lower() == member[1][0].lower() else stem
        elif member[1][0].isdecimal() and not tail[0][0].isdecimal():
            stem += tail[0][0]
        yield member.start(1), member.end(1), stem + member[1]


def bare_names(name: str) -> Iterator[str]:
    """Spellings of a name to look up, the paper's own first."""
    tried = {name}
    yield name
    for shorter in (
        _INNER_BRACKET.sub("", name),
        _ADDED_WORDS.sub("", name),
        without_prefix(name),
        name.removesuffix("s") if not name.endswith("ss") else name,
        re.sub(r"^c-", "", name),
    ):
        if len(shorter) > 1 and shorter not in tried:
            tried.add(shorter)
            yield shorter


def without_prefix(name: str) -> str:
    """Give a name without the species or the phosphate before it: "mFgf8"."""
    return _PREFIX.sub("", name, count=1) if _PREFIX.match(name) else name


@lru_cache(maxsize=10_000)
def one_gene(name: str, species: str) -> GeneMatch | None:
    """The one gene of a species that a name stands for, however it is spelled.

    A symbol goes before an alias and an exact spelling before a loose one; a name
    that several genes have equally is nobody's.
    """
    for spelled in bare_names(name):
        for loosely in (False, True):
            matches = genes(species).lookup(spelled, loosely=loosely)
            if not matches:
                continue
            best = [m for m in matches if m.kind == matches[0].kind]
            exact = [m for m in best if m.name == spelled] or best
            if len({m.id for m in exact}) == 1:
                return exact[0]
    return None


def full_names(
    text: str, species: Sequence[str]
) -> Iterator[tuple[int, int, str, GeneMatch]]:
    """Full names of genes in a sentence: start, end, species, gene.

    Of names that overlap the longest that begins first is given.
    """
    words = tokens(text)
    i = 0
    while i < len(words):
        best: tuple[int, str, GeneMatch] | None = None
        for j in range(i, min(len(words), i + _MOST_WORDS)):
            name = text[words[i].start : words[j].end]
            known = [one for one in species if _begins(name, one)]
            if not known:
                break
            if j > i and len(name) >= _SHORTEST and name[-1].isalnum():
                for one in known:
                    if match := _full_name(name, one):
                        best = j, one, match
                        break
        if best:
            j, one, match = best
            yield words[i].start, words[j].end, one, match
            i = j
        i += 1


@lru_cache(maxsize=20_000)
def _begins(start: str, species: str) -> bool:
    return start[0].isalnum() and genes(species).has_names_like(start)


@lru_cache(maxsize=10_000)
def _full_name(name: str, species: str) -> GeneMatch | None:
    matches = genes(species).lookup(name)
    one = len(matches) == 1 and matches[0].kind == "full name"
    return matches[0] if one and not _NO_NAME.search(name) else None
