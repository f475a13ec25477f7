"""What the sentences before tell of a sentence: whose gene, and at what stage.

Within a paragraph a stage holds on ("At E12.5, ..."), and a legend's title says of
which gene its panels are.
"""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from curation_kit.agents.gene_expression import lexicon
from curation_kit.agents.gene_expression.genes import GeneMention, Use
from curation_kit.agents.gene_expression.places import Mention, What
from curation_kit.agents.gene_expression.sentences import Sentence
from curation_kit.agents.gene_expression.statements import (
    Expressed,
    Statement,
    refers_back,
)

__all__ = ["Context"]

_Named = TypeVar("_Named", GeneMention, Mention)

#: A sentence that can be about the gene of one before, though it names none.
_SIGNAL = re.compile(
    r"\b(?:signals?|expression|expressed|transcripts?|mRNA|staining|stained|protein|band|hybridi[sz]ation|immunoreactivity|detected|it (?:is|was))\b",
    re.IGNORECASE,
)
#: Sentences a stage holds on for.
_FURTHEST = 4
#: A quote of several sentences has at most so many characters before the last.
_LONGEST_QUOTE = 600
_DIGIT = re.compile(r"\d")
_PANEL = re.compile(r"\(?[A-Z](?:[\w, –-]{0,12})\)")
_STOP = re.compile(r"[.!?:;)\]\"”’][\s\d,–-]*$")


@dataclass(slots=True)
class _Told:
    """Stages and genes of a sentence, placed in the paper."""

    genes: list[GeneMention] = field(default_factory=list)
    stages: list[Mention] = field(default_factory=list)
    age: int = 0


class Context:
    """Follows the sentences of a paper, and completes what they state.

    Parameters
    ----------
    text
        The paper.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._heading = _Told()
        self._told = _Told()
        self._last: Sentence | None = None
        self._said: Expressed | None = None
        self._starts: list[int] = []

    def enter(self, sentence: Sentence) -> None:
        """Go on to a sentence: forget what a new paragraph does not go on about."""
        last, self._last = self._last, sentence
        if last is None or not _same_unit(last, sentence):
            goes_on = last is not None and last.section == sentence.section
            if last is None or not goes_on:
                self._heading = _Told()
            elif _is_heading(last):
                self._heading = self._told
            self._told = replace(self._heading, age=0)
            self._said = None
            self._starts = []
        elif _is_heading(last) and sentence.caption:
            # The title of a legend holds for all of its panels.
            self._heading = self._told
        elif sentence.caption and _PANEL.match(sentence.text):
            self._told.stages = self._heading.stages
            self._told.genes = self._heading.genes or self._told.genes
        self._starts.append(sentence.start)

    def said(self, sentence: Sentence) -> Expressed | None:
        """What a sentence without a gene goes on about: genes, and their places."""
        if self._said and refers_back(sentence.text, self._said):
            return self._said.moved(-sentence.start)
        if not self._told.genes or not _SIGNAL.search(sentence.text):
            return None
        genes = [(one, "expression") for one in self._told.genes]
        return Expressed(genes, negated=False).moved(-sentence.start)

    def completed(
        self,
        sentence: Sentence,
        statements: Sequence[Statement],
        places: Sequence[Mention],
    ) -> list[Statement]:
        """Give statements without a stage the one that holds for them.

        Parameters
        ----------
        sentence
            The sentence that states them.
        statements
            What it states.
        places
            All that it names of places and stages.
        """
        stages = [place for place in places if place.what is What.STAGE]
        held = [_placed(stage, -sentence.start) for stage in self._told.stages]
        first = min((p.start for p in places if p.what is What.ANATOMY), default=0)
        found: list[Statement] = []
        for one in statements:
            place = one.anatomy or one.component
            if one.stage is not None or place is None:
                found.append(one)
            elif stages:
                # "patterns at E12.5, with G in A and H in B": before any place.
                own = [s for s in stages if s.start < first and _DIGIT.search(s.text)]
                found.append(replace(one, stage=own[-1]) if own else one)
            else:
                found += [replace(one, stage=stage) for stage in held or [None]]
        return found

    def quoted(
        self, sentence: Sentence, statement: Statement
    ) -> tuple[Sentence, Statement]:
        """Widen a quote to the sentences before that name a part of what it states."""
        parts = (
            statement.gene,
            statement.anatomy,
            statement.stage,
            statement.component,
        )
        earliest = min(part.start for part in parts if part) + sentence.start
        start = max((at for at in self._starts if at <= earliest), default=0)
        if earliest >= sentence.start or sentence.start - start > _LONGEST_QUOTE:
            return sentence, statement
        text = self._text[start : sentence.end]
        by = sentence.start - start
        return (
            replace(sentence, text=text, start=start),
            statement.moved(by, "gene", "anatomy", "stage", "component"),
        )

    def leave(
        self,
        sentence: Sentence,
        genes: Sequence[GeneMention],
        places: Sequence[Mention],
        said: Expressed | None,
    ) -> None:
        """Remember what a sentence names and says, for the next."""
        told = self._told
        self._said = said.moved(sentence.start) if said else None
        stages = [
            _placed(place, sentence.start)
            for place in places
            if place.what is What.STAGE and _DIGIT.search(place.text)
        ]
        age = 0 if stages else told.age + 1
        kept = told.stages if age < _FURTHEST else []
        topic = told.genes
        products = {g.symbol: g for g in genes if g.use in {Use.PRODUCT, Use.REPORTER}}
        if products:
            one = lexicon.EXPRESSION.search(sentence.text) and len(products) == 1
            topic = [_placed(g, sentence.start) for g in products.values() if one]
        self._told = _Told(topic, stages or kept, age)


def _placed(one: _Named, by: int) -> _Named:
    return replace(one, start=one.start + by, end=one.end + by)


def _is_heading(sentence: Sentence) -> bool:
    return not _STOP.search(sentence.text)


def _same_unit(one: Sentence, other: Sentence) -> bool:
    """Whether two sentences are in one paragraph, or in one legend."""
    if one.caption or other.caption:
        return one.caption == other.caption
    return one.section == other.section and 0 <= other.start - one.end <= 1
