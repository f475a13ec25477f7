"""Lists of genes that are told to be expressed somewhere.

"Genes enriched in the gut include A, B and C", or "Twelve of these genes are ...:
A, B and C" in a sentence after it.
"""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from curation_kit.agents.gene_expression.genes.mentions import GeneMention, Use
from curation_kit.agents.gene_expression.language import lexicon
from curation_kit.agents.gene_expression.places.finder import Mention
from curation_kit.agents.gene_expression.reading.clauses import Clause
from curation_kit.agents.gene_expression.reading.locating import Where, located
from curation_kit.agents.gene_expression.reading.statements import Statement

__all__ = ["GeneLists"]

#: "genes more highly expressed in the gut": what the list is of.
_OF = re.compile(
    r"\b(?:[Gg]enes|[Tt]ranscripts|mRNAs|[Pp]roteins) (?:(?:that|which|are|were|being|with|whose|(?:most|more|also|the|a|\w+ly)) ){0,4}"
    r"(?P<word>(?:(?:higher|highest|high|strong|stronger|specific|enriched|detectable) )?expression(?: (?:is|was) \w+)?|(?:co-?)?expressed|enriched|detected|active|transcribed)"
    r"(?: \w+ly)? (?:in|within|by)\b"
)
_ENDS = re.compile(
    r"[.:;—]|,? \b(?:is|are|was|were|shows?|showed|includ\w+|such|had|have|has|which|reveal\w*|than|encod\w+|we)\b"
)
#: "twelve genes from this list", "these genes include".
_THESE = re.compile(
    r"\b(?:(?:of|from|in|on|among) (?:this|that|these|our|each) (?:\w+ ){0,2}(?:lists?|genes|sets?|transcripts)"
    r"|(?:these|associated|such) (?:\w+ )?(?:genes|transcripts) (?:includ\w+|are|were)|(?:they|the list) includ\w+)\b",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"(?:[:—–(]|\b(?:includ(?:e|es|ed|ing)|such as|namely|like|(?:are|were|was|is)(?: the (?:genes )?)?)|e\.g\.,?)\s*(?:the |both |genes? ){0,2}"
    # No vocabulary may have the first of the names.
    r"(?:[\w-]+(?:,|,? and) ){0,4}$"
)
_JOINS = re.compile(
    r"\s*(?:\([^()]*\))?\s*(?:,|/|&|,? and|,? or)\s*(?:[\w-]+(?:,|,? and) ){0,4}(?:the )?"
)
#: Sentences a list holds on for.
_LONGEST = 3


@dataclass(slots=True)
class _List:
    rows: list[Where]
    negated: bool
    trigger: str
    sentence: int
    age: int = 0


class GeneLists:
    """Follows the sentences of a paper, and remembers the last list it speaks of."""

    def __init__(self) -> None:
        self._list: _List | None = None

    def read(
        self,
        text: str,
        start: int,
        genes: Sequence[GeneMention],
        places: Sequence[Mention],
    ) -> list[Statement]:
        """Give what a sentence states of the genes of a list.

        Parameters
        ----------
        text
            The sentence.
        start
            Where it begins in the paper.
        genes, places
            What it names, in order.
        """
        begin = self._open(text, start, places)
        if begin is None:
            these = _THESE.search(text)
            begin = these.end() if these else None
            if self._list and not these:
                self._list.age += 1
        if self._list and self._list.age > _LONGEST:
            self._list = None
        if begin is None or self._list is None:
            return []
        told = self._list
        rows = [_moved(row, told.sentence - start) for row in told.rows]
        return [
            Statement(gene, *row, told.negated, told.trigger)
            for gene in _members(text, begin, genes)
            for row in rows
        ]

    def _open(self, text: str, start: int, places: Sequence[Mention]) -> int | None:
        """Where the words for a list end, if a sentence has them."""
        match = _OF.search(text)
        if match is None:
            return None
        stop = _ENDS.search(text, match.end())
        end = stop.start() if stop else len(text)
        words = text[match.start() : end]
        self._list = None
        if any(
            pattern.search(words)
            for pattern in (lexicon.MUTANT, lexicon.MANIPULATED, lexicon.HYPOTHESIS)
        ) or (lexicon.CITED.search(text) and not lexicon.OWN_FIGURE.search(text)):
            return None
        inside = [one for one in places if match.start() <= one.start < end]
        rows = located(text, Clause(match.start(), end, "", places=inside))
        rows = [row for row in rows if row[0] or row[2]]
        negated = bool(lexicon.NEGATION.search(words))
        if rows:
            self._list = _List(rows, negated, match["word"], start)
        return end


def _members(text: str, begin: int, genes: Sequence[GeneMention]) -> list[GeneMention]:
    """Genes listed after some words: from the first that opens a list."""
    named = [
        one
        for one in genes
        if one.start >= begin and one.use in {Use.PRODUCT, Use.REPORTER}
    ]
    first = next(
        (
            number
            for number, one in enumerate(named)
            if _OPENS.search(text, begin, one.start)
        ),
        None,
    )
    if first is None:
        return []
    found = [named[first]]
    for before, gene in pairwise(named[first:]):
        if not _JOINS.fullmatch(text, before.end, gene.start):
            break
        found.append(gene)
    return found


def _moved(row: Where, by: int) -> Where:
    a, s, c = (
        part and replace(part, start=part.start + by, end=part.end + by) for part in row
    )
    return a, s, c
