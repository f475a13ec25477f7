"""Gene names in a paper's text, judged by the naming rules of its species."""

# ruff: noqa: E501, PLR0911, PLR2004, RUF001 - patterns are easier to read unbroken; one rule, one return; lengths of names; Greek is meant

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from curation_kit.agents.gene_expression.abbreviations import abbreviations
from curation_kit.agents.gene_expression.gene_forms import (
    full_names,
    one_gene,
    others_listed,
    without_prefix,
)
from curation_kit.agents.gene_expression.gene_use import (
    LAB_TAG,
    POSITIVE_CELLS,
    GeneMention,
    Use,
    use_of,
)
from curation_kit.agents.gene_expression.gene_votes import TaggerVotes
from curation_kit.agents.gene_expression.stopwords import LAB_WORDS, LOWER_WORDS
from curation_kit.agents.gene_expression.usage import WordUse
from curation_kit.vocabulary import GeneMatch, genes

__all__ = ["POSITIVE_CELLS", "GeneFinder", "GeneMention", "Use"]

#: A token that may hold a gene name: letters, digits, hyphens, fly brackets.
_TOKEN = re.compile(
    r"(?<![\w-])[A-Za-zΑ-Ωα-ω][\w]*(?:\([A-Za-z0-9]{1,6}\)[\w]*)?(?:[-.][A-Za-zα-ωΔ0-9]+)*"
)
_REPORTER_PART = re.compile(rf"{LAB_TAG}\d*", re.IGNORECASE)
_PARTS_KEPT = re.compile(r"[-.]")

#: A capitalised name without a digit is a gene when the paper uses it so often.
_OFTEN = 3

#: A name of two letters is a gene when so many words beside it tell so.
_SURE = 3

_WORM = re.compile(
    r"[a-z]{3,4}-\d+(?:\.\d+)?|[A-Z]{3,4}-\d+(?:\.\d+)?|[A-Z][A-Z0-9]+\.\d+[a-z]?"
)
_YEAST = re.compile(
    r"[A-Z]{3}\d{1,3}|[A-Z][a-z]{2}\d{1,3}p?|Y[A-P][LR]\d{3}[WC](?:-[A-Z])?"
)
#: "Sox9flox", "Tbx15LacZ", "SryMyc": a superscript that the text has lost.
_ALLELE = re.compile(
    r"(?<=[a-z0-9])(?:fl(?:ox)?|lox[pP]?|[lL]acZ|e?GFP|Cre(?:ER\w*)?|null|neo|del|[kK][oO]|[wW][tT]|Myc|tm\d\w*)$|(?<=\w)Δ.*$"
)
#: Words for several products: "Polycomb repressive complex 1 (PRC1)".
_NOT_ONE_GENE = re.compile(
    r"\b(?:complex(?:es)?|famil(?:y|ies)|pathway|syndrome|disease|disorder|cells?|system|cortex|nucle(?:us|i)|medium|solution|assay)\b(?: \w{1,3})?$",
    re.IGNORECASE,
)
#: Species of which the tagger has learnt little, and whose names have strict rules.
_STRICT = frozenset({"worm", "yeast"})
#: Species whose full names are known.
_SPELLED_OUT = ("human", "mouse")
#: Share of a name's uses that the tagger takes for a gene, to believe it.
_MOSTLY = 0.5
#: Share below which an alias is not believed to be one, whatever is said of it.
_RARELY = 0.25
#: A gene that no table has is used so often, and named as a gene so often.
_NEW_GENE_USES, _NEW_GENE_EVIDENCE = 8, 5
_VOWEL = re.compile(r"[aeiouy]")
_DIGIT = re.compile(r"\d")
#: An older name of a fly gene: "dec-1".
_NUMBERED = re.compile(r"[a-z]{3,6}-\d")
_DIGIT_OR_GREEK = re.compile(r"[\dα-ω]")


class GeneFinder:
    """Finds the genes of some species in one paper.

    Parameters
    ----------
    species
        Keys of the gene tables, the paper's main species first.
    text
        The whole paper: how it uses a word decides whether it is a gene.
    """

    def __init__(self, species: Sequence[str], text: str) -> None:
        self._species = list(species)
        self._use = WordUse(text)
        self._votes = TaggerVotes(text)
        self._defined = abbreviations(text)
        self._known: dict[str, str | None] = {}
        self._words: dict[str, tuple[int, int, str] | None] = {}

    def find(self, text: str) -> list[GeneMention]:
        """Mentions in a sentence, in order, not overlapping."""
        spelled_out = self._spelled_out(text)
        mentions: list[GeneMention] = []
        for token in _TOKEN.finditer(text):
            if mentions and token.start() < mentions[-1].end:
                continue
            full = spelled_out.get(token.start())
            if full is not None:
                mentions.append(full)
                continue
            word = token[0]
            if word not in self._words:
                self._words[word] = self._name_in(word)
            found = self._words[word] or self._pair(text, token)
            if found is None:
                continue
            offset, length, symbol = found
            start = token.start() + offset
            mentions += self._with_others(text, start, start + length, symbol)
        return _once(text, mentions)

    def _with_others(
        self, text: str, start: int, end: int, symbol: str
    ) -> Iterator[GeneMention]:
        """Give a gene and those that a list or a range names after it."""
        others = [
            (first, last, name, other)
            for first, last, name in others_listed(text, start, end)
            if (other := self._member(name))
        ]
        # "Fgf8/17/18 mutants" are mutants of each.
        use = use_of(text, start, others[-1][1] if others else end)
        yield GeneMention(start, end, text[start:end], symbol, use)
        for first, last, name, other in others:
            yield GeneMention(first, last, name, other, use)

    def _member(self, name: str) -> str | None:
        """Give the symbol of a member of a list, which is a gene if there is one."""
        found = (one_gene(name, species) for species in self._species)
        return next((match.symbol for match in found if match), None)

    def _spelled_out(self, text: str) -> dict[int, GeneMention]:
        """Full names by where they start: "fibroblast growth factor 8"."""
        species = [one for one in _SPELLED_OUT if one in self._species]
        return {
            start: GeneMention(
                start, end, match.symbol, match.symbol, use_of(text, start, end)
            )
            for start, end, _, match in full_names(text, species)
            # "droopy ear" is the name of a gene, and of what its mutants have.
            if self._votes.share(text[start:end]) >= _MOSTLY
        }

    def _name_in(self, token: str) -> tuple[int, int, str] | None:
        """Give the gene name that a token holds: offset, length, official symbol."""
        offset = 0
        for prefix in ("anti-", "Anti-", "α-"):
            if token.startswith(prefix):
                offset = len(prefix)
        name = token[offset:]
        parts = _PARTS_KEPT.split(name)
        for count in range(len(parts), 0, -1):
            length = sum(len(part) for part in parts[:count]) + count - 1
            symbol = self._gene(name[:length])
            if symbol is not None:
                return offset, length, symbol
        if "worm" in self._species:
            return self._worm_reporter(name, offset)
        for shorter in (without_prefix(name), _ALLELE.sub("", name)):
            if shorter != name and (symbol := self._gene(shorter)):
                return offset + name.index(shorter), len(shorter), symbol
        # "GFP-Pax6": the tag stands first.
        if len(parts) > 1 and _REPORTER_PART.fullmatch(parts[0]):
            rest = name[len(parts[0]) + 1 :]
            symbol = self._gene(rest)
            if symbol is not None:
                return offset + len(parts[0]) + 1, len(rest), symbol
        return None

    def _worm_reporter(self, name: str, offset: int) -> tuple[int, int, str] | None:
        """Promoter fusions: ``Pacs-1`` and ``acs-1p``."""
        if name.startswith(("P", "p")) and (symbol := self._gene(name[1:])):
            return offset + 1, len(name) - 1, symbol
        # Promoters end in p, isoforms in another letter: acs-1p, AAK-2a.
        if name[-1:].isalpha() and (symbol := self._gene(name[:-1])):
            return offset, len(name) - 1, symbol
        return None

    def _pair(self, text: str, token: re.Match[str]) -> tuple[int, int, str] | None:
        """Fly genes with a name of two words, such as *even skipped*."""
        if "fly" not in self._species or not token[0].isalpha():
            return None
        following = re.compile(r" [a-z]{4,}\b").match(text, token.end())
        if following is None:
            return None
        name = token[0] + following[0]
        matches = genes("fly").lookup(name)
        return (0, len(name), matches[0].symbol) if len(matches) == 1 else None

    def _gene(self, name: str) -> str | None:
        """Official symbol, if the paper uses this name for a gene."""
        if name not in self._known:
            self._known[name] = self._judge(name)
        return self._known[name]

    def _judge(self, name: str) -> str | None:
        if len(name) < 2 or self._is_another(name):
            return None
        symbol = self._symbol(name)
        # The tagger is asked last: the tables take microseconds, it takes milliseconds.
        return symbol if symbol and not self._shortens_another(name) else None

    def _symbol(self, name: str) -> str | None:
        """Official symbol of a name that is spelled and used as a gene's."""
        found = [
            (species, match)
            for species in self._species
            if (match := _fitting(name, species))
        ]
        ordinary = (
            name.islower()
            and not _DIGIT.search(name)
            and not self._use.evidence(name)
            and not self._use.full_names(name)
        )
        if ordinary and not (found and self._a_product(name)):
            return None
        # Case tells mouse from man in a paper of both: Pax6, PAX6.
        found.sort(key=lambda one: one[1].name != name)
        for species, match in found:
            if self._plausible(name, species, match):
                return match.symbol
        new = self._use.coined(name) or (not found and self._is_new(name))
        return name if new else None

    def _is_another(self, name: str) -> bool:
        """Whether it is a word of the laboratory, or short for several genes."""
        other = name in LAB_WORDS or _NOT_ONE_GENE.search(self._defined.get(name, ""))
        return bool(other) and not self._shortens_gene(name)

    def _shortens_another(self, name: str) -> bool:
        """Whether it is short for no gene here, say its uses too."""
        short = name in self._defined or name in self._use.abbreviations
        return (
            short
            and not self._shortens_gene(name)
            and self._votes.share(name) < _MOSTLY
        )

    def _shortens_gene(self, name: str) -> bool:
        """Whether the paper defines it as short for a gene."""
        long = self._defined.get(name, "")
        return any(_means(long, species) for species in self._species)

    def _is_new(self, name: str) -> bool:
        """Whether the paper describes a gene that no table has.

        A family is none: there is a gene of its name and a number.
        """
        if self._species[0] in _STRICT or name.lower() in LOWER_WORDS:
            return False
        if self._use.evidence(name) < _NEW_GENE_EVIDENCE or not 2 < len(name) < 13:
            return False
        family = (self._defined.get(name, name), name, without_prefix(name))
        if any(
            genes(species).lookup(f"{one}{sign}{number}")
            for species in self._species
            for one in family
            for sign in ("", "-", " ")
            for number in "123AB"
        ):
            return False
        votes = self._votes
        return votes.uses(name) >= _NEW_GENE_USES and votes.share(name) > _MOSTLY

    def _plausible(self, name: str, species: str, match: GeneMatch) -> bool:
        """Whether a name that a gene has is meant as one here."""
        if species in _STRICT:
            return True
        if name.lower() in LOWER_WORDS:
            return False
        if self._named(name, species, match):
            return True
        votes = self._votes  # asked last: of all that tells, it takes longest
        doubtful = species != "fly" and match.kind != "symbol"
        if (
            doubtful
            and votes.uses(name) >= _SURE
            and self._use.evidence(name) <= _SURE
            and votes.share(name) < _RARELY
        ):
            return False
        if self._told(name, species, match):
            return True
        if name.islower() and not _DIGIT.search(name):
            # "noggin", "involucrin": the product, spelled as a word.
            return species != "fly" and self._a_product(name)
        if match.kind == "symbol" and match.name == name and len(name) > 2:
            return not self._use.in_lower_case(name) and votes.share(name) > _MOSTLY
        return (
            votes.uses(name) >= _SURE
            and not self._use.in_lower_case(name)
            and votes.share(name) > _MOSTLY
        )

    def _a_product(self, name: str) -> bool:
        """Whether a word in small letters is a product by most of its uses."""
        if len(name) < 6 or self._votes.uses(name) < 2:
            return False
        share = self._votes.share(name)
        return share > _MOSTLY or (
            share == _MOSTLY and self._use.evidence(name) > _SURE
        )

    def _told(self, name: str, species: str, match: GeneMatch) -> bool:
        """Whether its spelling, and the words beside it, tell of a gene."""
        evidence = self._use.evidence(name)
        digit = bool(_DIGIT.search(name))
        if match.kind == "symbol" and digit and len(name) > 2:
            return True
        if species == "fly" and match.name == name and _NUMBERED.fullmatch(name):
            return True
        if digit and len(name) > 3:
            return evidence > 0 or self._votes.share(name) > _MOSTLY
        if species not in {"fly", "zebrafish"} and (
            match.kind != "symbol" or name not in {match.name, match.name.upper()}
        ):
            # "Snail" of the mouse, "Bax" of man: names, not symbols.
            short = match.kind != "symbol" and len(name) < 4
            enough = 2 * _SURE if short else _SURE
            return evidence >= enough and not self._use.in_lower_case(name)
        if len(name) < 3:
            return evidence >= _SURE and match.name == name
        capitalised = not name.islower()
        if species == "fly" and capitalised and self._use.capitalised(name) > _OFTEN:
            return True
        if capitalised and self._use.in_lower_case(name):
            # The paper also writes it as an ordinary word.
            return species == "fly" and evidence > 1
        # "kdrl" is no word of any language: one sign is enough.
        return evidence > (0 if capitalised or not _VOWEL.search(name) else 1)

    def _named(self, name: str, species: str, match: GeneMatch) -> bool:
        """Whether the paper gives the gene's full name before it: "eyeless (ey)"."""
        if match.symbol in _means(self._defined.get(name, ""), species):
            return True
        return any(
            known.id == match.id
            for full in self._use.full_names(name)
            if full.lower() != name.lower()
            for known in genes(species).lookup(full)
        )


def _fitting(name: str, species: str) -> GeneMatch | None:
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
    if species not in {"fly", *_STRICT} and not any(
        match.kind != "full name" for match in matches
    ):
        loose = _spelled_loosely(name, species)
        if loose or not matches:
            return loose
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


def _alias_fits(name: str, alias: GeneMatch, species: str) -> bool:
    """Whether a name is written so that an alias may be meant."""
    exact = alias.name == name
    if species == "fly":
        return exact and len(name) > 3
    if species in _STRICT:
        return True
    if alias.kind == "full name":  # of which no table keeps the case
        return len(name) > 4 or (len(name) > 2 and bool(_DIGIT_OR_GREEK.search(name)))
    if _DIGIT.search(name):
        return (exact and len(name) > 2) or len(name) > 4
    # "STn" is a sugar, "STN" an alias: short names must be spelled exactly so.
    fits = exact if len(name) < 5 else name[0].isupper()
    return fits and name[0].isupper() and len(name) > 2


def _protein_form(name: str, symbol: str, species: str) -> bool:
    """Whether a name is how the protein of a gene is written."""
    if species == "fly":
        # "Atg8A", "dcp-1": with a number in it no other gene is spelled so.
        numbered = bool(_DIGIT.search(name)) and len(name) > 3
        return numbered or (symbol.islower() and name == symbol.capitalize())
    if species == "human":
        return name[:1].isupper()
    if species in {"mouse", "rat"}:
        return name == symbol.upper() or (
            bool(_DIGIT.search(name)) and len(name) > 3 and name[:1].isupper()
        )
    if species == "yeast":
        return not name.islower()
    return species != "zebrafish" or name in {symbol.upper(), symbol.capitalize()}


def _means(long: str, species: str) -> set[str]:
    """Give the symbols of a species that a full name stands for.

    Its own names and those of man and mouse, whose genes share their symbols.
    """
    if not long:
        return set()
    named = {one: one_gene(long, one) for one in {species, *_SPELLED_OUT}}
    own = named[species]
    found = {own.symbol} if own else set()
    for match in named.values():
        for same in genes(species).lookup(match.symbol) if match else ():
            if same.kind == "symbol":
                found.add(same.symbol)
    return found


def _once(text: str, mentions: list[GeneMention]) -> list[GeneMention]:
    """Leave a full name out whose symbol follows: "sonic hedgehog (Shh)"."""
    kept: list[GeneMention] = []
    for mention in mentions:
        before = kept[-1] if kept else None
        if (
            before
            and before.symbol == mention.symbol
            and text[before.end : mention.start] == " ("
        ):
            kept.pop()
        kept.append(mention)
    return kept
