"""Expression patterns of a paper, each with every sentence that states it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from curation_kit.agents.gene_expression.language.sentences import Sentence
from curation_kit.agents.gene_expression.places.finder import Mention
from curation_kit.agents.gene_expression.reading.statements import Statement

__all__ = ["Pattern", "gather"]

#: The best evidence comes from the section named first.
_BEST_SECTIONS = (
    "results",
    "results and discussion",
    "body",
    "figure legend",
    "abstract",
)


@dataclass(slots=True)
class Pattern:
    """One expression pattern and every sentence that states it.

    `less` are the sentences that state it without all of its parts.
    """

    statement: Statement
    found: list[tuple[Sentence, Statement]] = field(default_factory=list)
    less: list[tuple[Sentence, Statement]] = field(default_factory=list)

    def ranked(self) -> list[tuple[Sentence, Statement]]:
        """Give its sentences, the best evidence first; the first says all of it."""
        return sorted(self.found, key=_rank) + sorted(self.less, key=_rank)

    @property
    def heads(self) -> bool:
        """Whether only title, abstract, headings and conclusions state it."""
        return all(one.sums_up for one, _ in self.found)

    @property
    def placed(self) -> bool:
        """Whether it says where."""
        return bool(self.statement.anatomy or self.statement.component)

    @property
    def full(self) -> bool:
        """Whether it says where and when: nobody sums up in such detail."""
        return bool(self.placed and self.statement.stage)


def gather(patterns: Sequence[Pattern]) -> tuple[list[Pattern], list[Pattern]]:
    """Fold patterns that say less into the one that says the same and more.

    A pattern without stage goes into the first of the same gene, place and
    component with a stage; one that only the title or the abstract states into the
    first that says more.

    Parameters
    ----------
    patterns
        In the order found; their evidence is added to, they are not copied.

    Returns
    -------
    kept, summaries : list of Pattern
        Those that are left, in the same order; and those that only sum up what
        the paper tells elsewhere: a pattern without an anatomical structure in a
        paper that names some, or one that only heads state, without a place or a stage,
        of a gene whose places the text names.
    """
    kept: list[Pattern] = []
    for pattern in patterns:
        fuller = [
            other
            for other in patterns
            if other is not pattern
            and _says_more(other.statement, pattern.statement, title=pattern.heads)
        ]
        if fuller:
            known = [sentence for sentence, _ in fuller[0].found + fuller[0].less]
            fuller[0].less += [
                (sentence, statement)
                for sentence, statement in pattern.found
                if sentence not in known
            ]
        else:
            kept.append(pattern)
    told = {one.statement.gene.symbol for one in kept if one.placed and not one.heads}
    places = any(one.statement.anatomy for one in kept)
    summaries = [
        one
        for one in kept
        if (places and not one.statement.anatomy)
        or (one.heads and not one.full and one.statement.gene.symbol in told)
    ]
    return [one for one in kept if one not in summaries], summaries


def _says_more(more: Statement, less: Statement, *, title: bool) -> bool:
    """Whether a statement says all that another says, and a stage besides."""
    if more.gene.symbol != less.gene.symbol or more.negated != less.negated:
        return False
    if not _holds(more.stage, less.stage):
        return False
    pairs = ((more.anatomy, less.anatomy), (more.component, less.component))
    if title:
        return all(_holds(one, other) for one, other in pairs)
    return _key(more.stage) != _key(less.stage) and all(
        _key(one) == _key(other) for one, other in pairs
    )


def _holds(more: Mention | None, less: Mention | None) -> bool:
    """Whether a mention is another one, or names it more closely."""
    if less is None or more is None:
        return less is None
    return more.key == less.key or less.text.lower() in more.text.lower()


def _key(mention: Mention | None) -> str:
    return mention.key if mention else ""


def _rank(told: tuple[Sentence, Statement]) -> tuple[bool, bool, bool, int]:
    """Best is what says it plainly, in detail, and all of it in the quote."""
    sentence, statement = told
    kind = sentence.section
    known = kind in _BEST_SECTIONS
    place = _BEST_SECTIONS.index(kind) if known else len(_BEST_SECTIONS)
    whole = statement.within(len(sentence.text))
    return statement.compared, sentence.sums_up, not whole, place
