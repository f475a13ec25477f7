"""Gene names in a paper's text, judged by the naming rules of its species."""

# ruff: noqa: RUF001 - patterns are easier to read unbroken; Greek is meant

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from curation_kit.agents.gene_expression.genes.forms import (
    full_names,
    one_gene,
    others_listed,
    without_prefix,
)
from curation_kit.agents.gene_expression.genes.judging import MOSTLY, NameJudge
from curation_kit.agents.gene_expression.genes.mentions import (
    LAB_TAG,
    GeneMention,
    use_of,
)
from curation_kit.agents.gene_expression.genes.spelling import SPELLED_OUT, same_symbol
from curation_kit.vocabulary import genes

__all__ = ["GeneFinder"]

#: A token that may hold a gene name: letters, digits, hyphens, fly brackets.
_TOKEN = re.compile(
    r"(?<![\w-])(?<!\bC/)[A-Za-zΑ-Ωα-ω][\w]*(?:\([A-Za-z0-9]{1,6}\)[\w]*)?(?:[-.][A-Za-zα-ωΔ0-9]+)*"
)
_REPORTER_PART = re.compile(rf"{LAB_TAG}\d*", re.IGNORECASE)
_PARTS_KEPT = re.compile(r"[-.]")
_GREEK = re.compile(
    r"[ -](?:alpha|beta|gamma|delta|epsilon|zeta|theta)(?:[ -]?\d{1,2})?(?![\w-])"
)
_BETWEEN = r"(?: \([^()]{1,20}\))?(?:,? and |,? or |, |/)"
_NEXT = re.compile(rf"{_BETWEEN}(?P<name>[A-Za-z][\w-]+)")
_BEFORE = re.compile(rf"(?<![\w-])(?P<name>[A-Za-z][\w-]+){_BETWEEN}$")
#: As far back as the gene before is looked for, in characters.
_NEAR = 40
#: What follows the first word of a fly gene's name: "even skipped".
_MORE_WORDS = (re.compile(r" [a-z]{4,} [a-z]{4,}\b"), re.compile(r" [a-z]{4,}\b"))
#: "Sox9flox", "Tbx15LacZ", "SryMyc": a superscript that the text has lost.
_ALLELE = re.compile(
    r"(?<=[a-z0-9])(?:fl(?:ox)?|lox[pP]?|[lL]acZ|e?GFP|Cre(?:ER\w*)?|null|neo|del|[kK][oO]|[wW][tT]|Myc|tm\d\w*)$|(?<=\w)Δ.*$"
)


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
        self._judge = NameJudge(species, text)
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
            found = (
                self._greek(text, token) or self._words[word] or self._pair(text, token)
            )
            if found is None:
                continue
            offset, length, symbol = found
            start = token.start() + offset
            mentions += self._with_others(text, start, start + length, symbol)
        return _once(text, self._with_neighbours(text, mentions))

    def _with_neighbours(
        self, text: str, mentions: list[GeneMention]
    ) -> list[GeneMention]:
        """Add symbols that stand in a list with a gene: "vg (green) and rn (red)"."""
        found, new = list(mentions), list(mentions)
        while new:
            gene = new.pop()
            for beside in (
                _NEXT.match(text, gene.end),
                _BEFORE.search(text, max(0, gene.start - _NEAR), gene.start),
            ):
                symbol = beside and self._judge.listed(beside["name"])
                if not (beside and symbol):
                    continue
                start, end = beside.span("name")
                if all(end <= one.start or one.end <= start for one in found):
                    use = use_of(text, start, end)
                    new.append(GeneMention(start, end, beside["name"], symbol, use))
                    found.append(new[-1])
        return sorted(found, key=lambda one: one.start)

    def _greek(self, text: str, token: re.Match[str]) -> tuple[int, int, str] | None:
        """Members of a family with a Greek letter: "PLC beta 3"."""
        letter = _GREEK.match(text, token.end()) if token[0][0].isupper() else None
        symbol = self._member(token[0] + letter[0]) if letter else None
        return (0, letter.end() - token.start(), symbol) if letter and symbol else None

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
        species = [one for one in SPELLED_OUT if one in self._species]
        as_in_mice = not species and "rat" in self._species
        found = {}
        for start, end, _, match in full_names(
            text, ["mouse"] if as_in_mice else species
        ):
            own = same_symbol(match.symbol, "rat") if as_in_mice else match
            symbol = (own or match).symbol
            # "droopy ear" is the name of a gene, and of what its mutants have.
            if self._judge.share(text[start:end]) >= MOSTLY:
                use = use_of(text, start, end)
                found[start] = GeneMention(start, end, symbol, symbol, use)
        return found

    def _name_in(self, token: str) -> tuple[int, int, str] | None:
        """Give the gene name that a token holds: offset, length, official symbol."""
        offset = 0
        for prefix in ("anti-", "Anti-", "α-"):
            # An antibody, but α-catenin is a gene.
            if token.startswith(prefix) and not self._judge.symbol(token):
                offset = len(prefix)
        name = token[offset:]
        parts = _PARTS_KEPT.split(name)
        for count in range(len(parts), 0, -1):
            length = sum(len(part) for part in parts[:count]) + count - 1
            symbol = self._judge.symbol(name[:length])
            if symbol is not None:
                return offset, length, symbol
        if "worm" in self._species:
            return self._worm_reporter(name, offset)
        for shorter in (without_prefix(name), _ALLELE.sub("", name)):
            if shorter != name and (symbol := self._judge.symbol(shorter)):
                return offset + name.index(shorter), len(shorter), symbol
        # "GFP-Pax6": the tag stands first.
        if len(parts) > 1 and _REPORTER_PART.fullmatch(parts[0]):
            rest = name[len(parts[0]) + 1 :]
            symbol = self._judge.symbol(rest)
            if symbol is not None:
                return offset + len(parts[0]) + 1, len(rest), symbol
        return None

    def _worm_reporter(self, name: str, offset: int) -> tuple[int, int, str] | None:
        """Promoter fusions: ``Pacs-1`` and ``acs-1p``."""
        if name.startswith(("P", "p")) and (symbol := self._judge.symbol(name[1:])):
            return offset + 1, len(name) - 1, symbol
        # Promoters end in p, isoforms in another letter: acs-1p, AAK-2a.
        if name[-1:].isalpha() and (symbol := self._judge.symbol(name[:-1])):
            return offset, len(name) - 1, symbol
        return None

    def _pair(self, text: str, token: re.Match[str]) -> tuple[int, int, str] | None:
        """Fly genes with a name of several words, such as *even skipped*."""
        if "fly" not in self._species or not token[0].isalpha():
            return None
        for following in _MORE_WORDS:
            if more := following.match(text, token.end()):
                name = token[0] + more[0]
                matches = genes("fly").lookup(name)
                if len(matches) == 1:
                    return 0, len(name), matches[0].symbol
        return None


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
