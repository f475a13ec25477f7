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
from curation_kit.agents.gene_expression.statements import Expressed, Statement

__all__ = ["Context"]

_Named = TypeVar("_Named", GeneMention, Mention)

#: A sentence that can be about the gene of one before, though it names none.
_SIGNAL = re.compile(
    r"\b(?:signals?|expression|expressed|transcripts?|mRNA|staining|stained|protein|band|hybridi[sz]ation|immunoreactivity|detected|it (?:is|was))\b",
    re.IGNORECASE,
)
#: Sentences a stage holds on for.
_FURTHEST = 4
_PANEL = re.compile(r"\(?[A-Z](?:[\w, –-]{0,12})\)")
_STOP = re.compile(r"[.!?:;)\]\"”’][\s\d,–-]*$")


@dataclass(slots=True)
class _Told:
    """Stages and genes of a sentence, placed in the paper."""

    genes: list[GeneMention] = field(default_factory=list)
    stages: list[Mention] = field(default_factory=list)
    age: int = 0


@dataclass(slots=True)
class Context:
    """Follows the sentences of a paper, and completes what they state."""

    _heading: _Told = field(default_factory=_Told)
    _before: _Told = field(default_factory=_Told)
    _last: Sentence | None = None

    def enter(self, sentence: Sentence) -> None:
        """Go on to a sentence: forget what a new paragraph does not go on about."""
        last, self._last = self._last, sentence
        if last is None or not _same_unit(last, sentence):
            if last is not None and _is_heading(last) and last.section == sentence.section:
                self._heading = self._before
            elif last is None or last.section != sentence.section:
                self._heading = _Told()
            self._before = replace(self._heading, age=0)
        elif _is_heading(last) and sentence.caption:
            # The title of a legend holds for all of its panels.
            self._heading = self._before
        elif sentence.caption and _PANEL.match(sentence.text):
            self._before.stages = self._heading.stages
            self._before.genes = self._heading.genes or self._before.genes

    def genes(self, sentence: Sentence) -> Expressed | None:
        """Genes that a sentence without any is about."""
        if not self._before.genes or not _SIGNAL.search(sentence.text):
            return None
        moved = [_placed(one, -sentence.start) for one in self._before.genes]
        return Expressed([(one, "expression") for one in moved], negated=False)

    def completed(
        self, sentence: Sentence, statements: Sequence[Statement], stages: Sequence[Mention]
    ) -> list[Statement]:
        """Give statements without a stage the one that holds for them.

        Parameters
        ----------
        sentence
            The sentence that states them.
        statements
            What it states.
        stages
            The stages that it names.
        """
        found: list[Statement] = []
        for one in statements:
            if one.stage is not None or one.anatomy is None and one.component is None:
                found.append(one)
                continue
            place = one.anatomy or one.component
            own = [stage for stage in stages if place and stage.start < place.start]
            if stages:
                found.append(replace(one, stage=own[-1]) if own else one)
                continue
            held = [_placed(stage, -sentence.start) for stage in self._before.stages]
            found += [replace(one, stage=stage) for stage in held or [None]]
        return found

    def leave(
        self,
        sentence: Sentence,
        genes: Sequence[GeneMention],
        places: Sequence[Mention],
    ) -> None:
        """Remember what a sentence names, for the next."""
        before = self._before
        before.age += 1
        stages = [p for p in places if p.what is What.STAGE and any(map(str.isdigit, p.text))]
        products = list(
            {g.symbol: g for g in genes if g.use in {Use.PRODUCT, Use.REPORTER}}.values()
        )
        kept = before.stages if before.age < _FURTHEST else []
        if stages:
            before.age = 0
        topic = before.genes
        if products:
            told = lexicon.EXPRESSION.search(sentence.text)
            topic = products if told and len(products) == 1 else []
        self._before = _Told(
            [_placed(one, sentence.start) for one in products] if topic is products else topic,
            [_placed(one, sentence.start) for one in stages] or kept,
            before.age,
        )


def _placed(one: _Named, by: int) -> _Named:
    return replace(one, start=one.start + by, end=one.end + by)


def _is_heading(sentence: Sentence) -> bool:
    return not _STOP.search(sentence.text)


def _same_unit(one: Sentence, other: Sentence) -> bool:
    """Whether two sentences are in one paragraph, or in one legend."""
    if one.caption or other.caption:
        return one.caption == other.caption
    return one.section == other.section and 0 <= other.start - one.end <= 1
