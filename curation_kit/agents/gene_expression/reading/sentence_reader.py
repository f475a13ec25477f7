"""From one sentence to what it states: which gene, where, when, and whether not."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from curation_kit.agents.gene_expression.genes.mentions import GeneMention, Use
from curation_kit.agents.gene_expression.language import lexicon
from curation_kit.agents.gene_expression.places.finder import (
    STAGE_ADJECTIVE,
    Mention,
    What,
)
from curation_kit.agents.gene_expression.places.ranges import with_ranges
from curation_kit.agents.gene_expression.reading.asides import (
    excepted,
    opening,
    without_asides,
)
from curation_kit.agents.gene_expression.reading.clauses import Clause, clauses
from curation_kit.agents.gene_expression.reading.controls import (
    denied_in_controls,
    in_controls,
    seen_in_controls,
)
from curation_kit.agents.gene_expression.reading.exclusions import (
    clause_reason,
    denies,
    is_product,
    sentence_reason,
    unused,
)
from curation_kit.agents.gene_expression.reading.locating import Where, located
from curation_kit.agents.gene_expression.reading.statements import (
    Expressed,
    Reading,
    Statement,
)
from curation_kit.agents.gene_expression.reading.triggers import expressed
from curation_kit.agents.gene_expression.reasons import Reason

__all__ = ["read_sentence"]

#: Reasons for which what is said of mutants may yet tell of their controls.
_OF_OTHERS = frozenset({Reason.CHANGE, Reason.MUTANT})

#: How a clause without a gene begins when it goes on about the one before.
_SAME_SUBJECT = re.compile(
    r"(?!(?:the )?(?:expression|staining|signals?|transcripts?|localization|distribution|levels?) (?:of|for) )"
    rf"(?:not|no|never|{lexicon.NOWHERE}|neither|nor|absent|absence|undetectable|undetected|lacking|excluded|weak\w*|faint\w*|low\w*|only|also|it|its|they|in|at|to|from|with|within"
    r"|is|was|were|are|has|had|expression|staining|signals?|none|the (?:expression|signals?|staining|proteins?|transcripts?|mRNA|fluorescence|reporter)"
    r"|strong\w*|high\w*|little|later|then|this|these|we|fluorescence|GFP|transcripts?|restricted|confined|limited|without|for|by|an?|the (?!(?:\w+ ){1,2}of\b))\b",
    re.IGNORECASE,
)
#: ... or of another gene, in as few words.
_THERE = re.compile(
    r"(?: (?:mRNAs?|proteins?|transcripts?|expression|signals?|staining))?"
    r" (?:only |also |mainly |not )?(?:in|at|on|throughout|within|by)\b"
)
#: "... whereas no signal for X was seen": a gene that no table has.
_OF_ANOTHER = re.compile(
    r"\b(?:signals?|expression|staining|transcripts?|mRNAs?|proteins?) (?:of|for) (?:the )?[a-z]*[A-Z\d]"
)
#: How a clause opens that may say something else than the one before.
_ABOUT = frozenset(("which", "of", "suggesting", "indicating", "implying", "because"))
#: A place that no vocabulary knows: what is denied there is not denied elsewhere.
_ELSEWHERE = re.compile(
    r"\b(?:in|within|throughout|from|to)\s+(?:the|a|an|any|all|these|those|either|other)\b",
    re.IGNORECASE,
)

#: ... and so is what stands right after the denial: "in A, and not follicles at S".
_NOT_THAT = re.compile(
    r"not (?!(?:in|at|on|by|to|from|until|after|before|during|within|only|also|yet|\w+ly|\w+(?:ed|en)|the)\b)[a-z]{4,} "
)

#: "G and H in A and B, respectively": the first in the first.
_RESPECTIVELY = re.compile(r"\brespectively\b")


def read_sentence(
    text: str,
    genes: Sequence[GeneMention],
    places: Sequence[Mention],
    *,
    legend: bool,
    said: Expressed | None = None,
) -> Reading:
    """Read one sentence.

    Parameters
    ----------
    text
        The sentence.
    genes, places
        What it names, in order.
    legend
        Whether it belongs to a figure legend, where noun phrases state
        findings ("*unc-54*::GFP in body wall muscle").
    said
        What the sentence before said, if this one is about its genes.
    """
    reading = Reading()
    products = [gene for gene in genes if is_product(gene)]
    reading.dropped += unused(genes)
    if not products and not said:
        return reading
    reason = sentence_reason(text, legend=legend)
    if reason:
        reading.dropped.append(reason)
        return reading
    shown = legend or bool(lexicon.OWN_FIGURE.search(text))
    text, products = without_asides(text, products)
    denied: list[GeneMention] = []
    if other := excepted(text, products):
        begin, end, denied = other
        text = text[:begin] + " " * (end - begin) + text[end:]
        products = [gene for gene in products if gene not in denied]
    start, before = opening(text, products)
    places = [
        p for p in places if all(p.end <= g.start or p.start >= g.end for g in genes)
    ]
    places = with_ranges(text, [p for p in places if text[p.start : p.end].strip()])
    reader = _ClauseReader(text, genes, reading, said, legend=legend, shown=shown)
    reader.before = said or before
    for clause in clauses(text, start, products, places):
        reader.read(clause)
    reading.statements += [
        replace(one, gene=gene, negated=True)
        for one in reading.statements
        for gene in denied
        if one.gene.end == begin and not one.negated
    ]
    return reading


class _ClauseReader:
    """Reads the clauses of a sentence one after the other.

    `before` is what the clause before says, and `mutants` what it says of mutants;
    `shown` tells that the paper's own figure shows it.
    """

    def __init__(
        self,
        text: str,
        genes: Sequence[GeneMention],
        reading: Reading,
        said: Expressed | None,
        *,
        legend: bool,
        shown: bool,
    ) -> None:
        self.before: Expressed | None = None
        self._mutants: Expressed | None = None
        self._text = text
        self._others = [gene for gene in genes if gene.use is Use.GENOTYPE]
        self._reading = reading
        self._said = said
        self._legend = legend
        self._shown = shown

    def read(self, clause: Clause) -> None:
        """Add what a clause states, or why it is left out."""
        words = self._text[clause.start : clause.end]
        mutants, self._mutants = self._mutants, None
        if mutants and not clause.genes and denied_in_controls(words, clause.opening):
            self.before = mutants
            self._take(clause, denied=True)
        elif reason := clause_reason(words, clause):
            self._leave(clause, reason)
        elif not (
            self._shown and _only_of_mutants(words, clause) and self._controls(clause)
        ):
            self._take(clause)

    def _leave(self, clause: Clause, reason: Reason) -> None:
        """Leave a clause out, but for what it tells of controls."""
        if self._shown and reason in _OF_OTHERS and self._controls(clause):
            self.before = None
            return
        if reason is Reason.MUTANT and (found := self._found(clause)):
            found.rows = located(self._text, clause)
            self._mutants = found
        _without_mutants(clause)
        if clause.genes:
            self._reading.dropped.append(reason)
        self.before = None
        if reason is Reason.CHANGE:
            self.before = _changed(self._text, clause)
        elif reason is Reason.METHOD and len(clause.genes) == 1:
            # "G was examined; expression was seen in A"
            genes = [(gene, "expression") for gene in clause.genes]
            self.before = Expressed(genes, negated=False, changed=True)

    def _take(self, clause: Clause, *, denied: bool = False) -> None:
        """Add what a clause states; `denied`: controls lack what mutants have."""
        _without_mutants(clause)
        others = any(clause.start <= one.start < clause.end for one in self._others)
        # "..., and H mutants had ...": no longer about the gene before.
        if others and not clause.genes and not denied:
            self.before = None
        back = self.before is self._said is not None
        if found := self._found(clause, back=back):
            _state(self._reading, self._text, clause, found, self.before)
            self.before = self._reading.said = found
        elif clause.genes and not (self._shown and self._controls(clause)):
            self._reading.dropped.append(Reason.NO_STATEMENT)
            self.before = _changed(self._text, clause)

    def _found(self, clause: Clause, *, back: bool = False) -> Expressed | None:
        return _found(self._text, clause, self.before, legend=self._legend, back=back)

    def _controls(self, clause: Clause) -> bool:
        """Add what a clause about mutants tells of their controls, if it does."""
        known = len(self._reading.statements)
        if seen_in_controls(self._text[clause.start : clause.end]):
            for part, stated in in_controls(self._text, clause):
                if stated:
                    found = Expressed(stated, negated=False)
                    _state(self._reading, self._text, part, found, None, compared=True)
        return len(self._reading.statements) > known


def _only_of_mutants(words: str, clause: Clause) -> bool:
    """Whether all places are of mutants: "G is normally expressed in null lungs"."""
    if lexicon.COMPARATOR.search(words):  # the controls may have places of their own
        return False
    places = [p.of_mutants for p in clause.places if p.what is not What.STAGE]
    return bool(places) and all(places)


def _without_mutants(clause: Clause) -> None:
    """Leave out the places of mutants."""
    clause.places = [p for p in clause.places if not p.of_mutants]
    clause.leading = [p for p in clause.leading if not p.of_mutants]


def _changed(text: str, clause: Clause) -> Expressed | None:
    """Genes of a clause on a level: "the G signal fell, but was still seen in A"."""
    words = text[clause.start : clause.end]
    if not clause.genes or not (
        lexicon.CHANGE.search(words)
        and re.search(rf"\b(?:{lexicon.NOUN}|levels?)\b", words)
    ):
        return None
    genes = [(gene, "expression") for gene in clause.genes]
    return Expressed(genes, negated=False, changed=True)


def _found(
    text: str, clause: Clause, before: Expressed | None, *, legend: bool, back: bool
) -> Expressed | None:
    """Genes that a clause says are expressed; it may go on about the ones before.

    `back` tells that those are in the sentence before.
    """
    words = text[clause.start : clause.end]
    stated = expressed(text, clause, legend=legend)
    if not stated and before:
        if clause.genes:
            # "G was seen in A, and that of H in B": no verb of its own.
            if not before.changed and _THERE.match(text, clause.genes[-1].end):
                stated = [(gene, before.genes[0][1]) for gene in clause.genes]
        elif clause.opening in _ABOUT and not lexicon.speaks_of_expression(words):
            # "..., which is the earliest sign of": said of the place.
            return None
        elif _OF_ANOTHER.search(words):
            return None
        elif back or clause.excepted or _SAME_SUBJECT.match(words):
            stated = before.genes
    if not stated:
        return None
    negated = denies(words)
    changed = before and before.changed and stated is before.genes
    if changed and not lexicon.speaks_of_expression(words):
        return None  # "G rose in A but not in B": it did not rise there
    if clause.excepted:
        negated = before is None or not before.negated
    return Expressed(stated, negated=negated)


def _state(
    reading: Reading,
    text: str,
    clause: Clause,
    found: Expressed,
    before: Expressed | None,
    *,
    compared: bool = False,
) -> None:
    """Add what a clause states of its genes.

    `compared` tells that it holds for what something is compared with, too.
    """
    found.rows = rows = _rows(text, clause, found, before, compared=compared)
    if not rows:
        reading.dropped.append(Reason.NO_ANATOMY)
    paired = len(rows) == len(found.genes) and _RESPECTIVELY.search(
        text, clause.start, clause.end
    )
    reading.statements += [
        Statement(gene, *row, found.negated, trigger, compared)
        for number, (gene, trigger) in enumerate(found.genes)
        for row in (rows[number : number + 1] if paired else rows)
    ]


def _rows(
    text: str,
    clause: Clause,
    found: Expressed,
    before: Expressed | None,
    *,
    compared: bool,
) -> list[Where]:
    """Places and stages of which a clause states something."""
    rows = located(text, clause, compared=compared)
    not_that = found.negated and _NOT_THAT.match(text, clause.start)
    if before:
        rows = _shared(text, clause, rows, before, apart=bool(not_that))
    if not_that or (
        found.negated and _ELSEWHERE.search(text, clause.start, clause.end)
    ):
        rows = [row for row in rows if row[0] or row[2]]
    # "embryonic expression of G" alone tells too little.
    return [
        row
        for row in rows
        if row[0] or row[2] or (row[1] and not STAGE_ADJECTIVE.fullmatch(row[1].text))
    ]


def _shared(
    text: str, clause: Clause, rows: list[Where], before: Expressed, *, apart: bool
) -> list[Where]:
    """Give rows of a clause the places of the one before, where they hold on.

    `apart` tells that it names a place of its own, which no vocabulary knows.
    """
    if not rows and denied_in_controls(text[clause.start : clause.end], clause.opening):
        rows = before.rows  # "in A of mutants but not of controls"
    placed = any(place.what is not What.STAGE for place in clause.places)
    if clause.opening == "where" and before.rows and not placed:
        rows = before.rows  # "G was found in A, where H is expressed, too"
    placed = placed or not before.rows
    if clause.genes or apart or (placed and any(row[0] or row[2] for row in rows)):
        return rows
    # "in A at S but not at T"
    places = dict.fromkeys((row[0], row[2]) for row in before.rows) or [(None, None)]
    return [(a, stage, c) for a, c in places for _, stage, _ in rows]
