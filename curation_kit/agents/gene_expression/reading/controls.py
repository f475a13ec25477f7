"""The control beside a mutant: what "reduced in mutants" tells of normal animals.

A figure that compares mutants with their controls shows where the controls express a
gene, if the mutants have less of it, or as much. If they have more, the controls may
have none; if that is said ("in mutants, but not in controls"), it is a finding, too.
"""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from curation_kit.agents.gene_expression.genes.mentions import GeneMention
from curation_kit.agents.gene_expression.language import lexicon
from curation_kit.agents.gene_expression.language.any_case import AnyCase
from curation_kit.agents.gene_expression.places.finder import Mention, What
from curation_kit.agents.gene_expression.reading.clauses import Clause
from curation_kit.agents.gene_expression.reading.exclusions import (
    IN_BOTH,
    denies,
    denies_once,
)
from curation_kit.agents.gene_expression.reading.triggers import HELP, expressed

__all__ = ["denied_in_controls", "in_controls", "seen_in_controls"]

_LESS = (
    r"reduc(?:ed|tions?)|decreas(?:ed?|es)|diminish(?:ed)?|lower|weaker|fewer|lost|loss|abolished|absent|undetectable|down-?regulat(?:ed|ion)"
    r"|disappear(?:s|ed)?|no longer|(?:not|never|no) (?:[\w-]+ ){0,3}(?:detect\w+|found|observed|seen|expressed)|lack(?:s|ed)?|missing|attenuated|failed to express"
)
_SAME = (
    r"unchanged|unaffected|unaltered|(?:appear(?:s|ed)?|is|are|was|were|at) normal|normally|normal(?= (?:\S+ ){0,4}(?:expression|levels?|amounts?|patterns?|distribution|locali[sz]ation|staining))|similar|comparable|indistinguishable|identical|still|remain(?:s|ed)?|persist(?:s|ed)?"
    r"|maintained|retained|preserved|intact|no (?:[\w-]+ ){0,3}(?:changes?|differences?|alterations?)|not (?:\w+ly )?(?:differ\w*|chang\w+|alter\w*|affected)|did not (?:\w+ly )?(?:differ|change)"
)
_LESS_OR_SAME = AnyCase(rf"\b(?:{_LESS}|{_SAME})\b")
_MORE = AnyCase(
    r"\b(?:increas\w+|up-?regulat\w+|elevat\w+|ectopic\w*|higher|stronger|greater|expan\w+|enhanc\w+|induc\w+|de-?repress\w*|aberrant\w*|premature\w*|persistent\w*|extensive\w*|additional|extended|supernumerary)\b",
)
#: "The up-regulation of G was normal": it is not the mutants' own.
_RISE_OF = re.compile(r"\b(?:up-?regulation|induction|increase) of\b", re.IGNORECASE)
_NORMAL = AnyCase(rf"{lexicon.INTACT.pattern}|\b(?:littermates?|normal)\b|[+]/[+]")
_CONTRASTS = frozenset(("but", "neg", "not", "whereas", "while"))
#: What is compared differs in more than a gene.
_OTHER_STATE = re.compile(
    r"\b(?:treat(?:ed|ment)|injur\w+|isch\w+|infect\w+|lesion\w*|tumou?rs?|cancers?|disease\w*|patients|groups?|transfect\w+|transgen\w+|Tg|cultur\w+|in vitro|cell lines?|ES cells|chimer\w+|rescue\w*)\b"
)
#: Where a clause goes on to state something else: not where the last gene of a list
#: is one that no vocabulary has, and has no verb of its own.
_BREAK = re.compile(
    r"(?<!\x01), and (?!\x01)|(?<=\x01), and (?!\x01|[\w-]+ (?:in|from|within) (?![^,;]*\b(?:is|are|was|were)\b))|,? and (?=(?:up-?regulat|down-?regulat|increas|decreas|reduc)\w+ )|, as (?=evidenced|shown|indicated|judged)|, (?:which|who|demonstrating|showing|consistent)\b|: "
)
_LEVELS = AnyCase(
    r"\b(?:levels?|amounts?|expression|signals?|staining|(?:up|down)-?regulation|induction|reductions?|decreases?) (?:of|for|in) (?:(?:the|both|endogenous|[a-z]+) )?(?:[\x01\s,/&()]|\band\b|\bor\b|\bmRNAs?\b|\bproteins?\b)*$",
)
_SUBJECT = re.compile(
    rf"(?:(?:[\s,/&]|\band\b)*\x01+)*(?: (?:and|,) \x01+)*\s*(?:\([^()]*\)\s*)?(?:(?:mRNAs?|proteins?|transcripts?|expression|levels?|staining|signals?)\s+){{0,3}}{HELP}{{0,4}}(?:{_LESS}|{_SAME})",
    re.IGNORECASE,
)


def seen_in_controls(words: str) -> bool:
    """Whether a clause about mutants tells that their controls express a gene.

    Parameters
    ----------
    words
        The clause. Its figure is taken to show both.
    """
    both = IN_BOTH.search(words)
    if both and denies_once(words):
        return False
    if not ((both and not denies(words)) or _LESS_OR_SAME.search(words)):
        return False
    if _OTHER_STATE.search(words):
        return False
    if lexicon.HYPOTHESIS.search(words) or lexicon.MANIPULATED.search(words):
        return False
    comparator = lexicon.COMPARATOR.search(words)
    if comparator:
        return bool(_NORMAL.search(words, comparator.end()))
    return bool(lexicon.MUTANT.search(words))


def denied_in_controls(words: str, opening: str) -> bool:
    """Whether a clause says that controls lack what the mutants of the one before have.

    Parameters
    ----------
    words
        The clause: "not in G+/− controls".
    opening
        How it opens: "but".
    """
    return (
        opening in _CONTRASTS
        and denies(words)
        and re.search(lexicon.CONTROL, words) is not None
    )


def in_controls(
    text: str, clause: Clause
) -> list[tuple[Clause, list[tuple[GeneMention, str]]]]:
    """Genes that a clause says mutants express less, or as their controls do.

    Parameters
    ----------
    text
        The sentence.
    clause
        A part of it of which `seen_in_controls` holds.

    Returns
    -------
    list of tuple
        Parts of the clause, each with its genes and the words that tell so.
    """
    masked = list(text)
    for gene in clause.genes:
        masked[gene.start : gene.end] = "\x01" * (gene.end - gene.start)
    line = "".join(masked)
    found = []
    for part in _parts(line, clause):
        words = line[part.start : part.end]
        told = _LESS_OR_SAME.search(words) or IN_BOTH.search(words)
        if part.genes and told and not _MORE.search(_RISE_OF.sub("", words)):
            part.places = _normal(line, part)
            found.append((part, _stated(text, line, part)))
    return found


def _parts(line: str, clause: Clause) -> Iterator[Clause]:
    """Give the parts of a clause that state one thing each."""
    opened = clause.start < clause.proper
    start = max(clause.proper, clause.start)
    ends = [m.span() for m in _BREAK.finditer(line, start, clause.end)]
    edges = [(start, start), *ends, (clause.end, clause.end)]
    ahead = [p for p in clause.places if opened and p.start < clause.proper]
    for (_, begin), (end, _) in pairwise(edges):
        yield replace(
            clause,
            start=begin,
            end=end,
            genes=[g for g in clause.genes if begin <= g.start < end],
            places=[p for p in clause.places if begin <= p.start < end],
            leading=[*clause.leading, *ahead],
        )


def _normal(line: str, part: Clause) -> list[Mention]:
    """Places of the control, if it has its own: "than in XY gonads"."""
    comparator = lexicon.COMPARATOR.search(line, part.start, part.end)
    own = [
        place
        for place in part.places
        if comparator
        and place.start >= comparator.end()
        and place.what is What.ANATOMY
        and not place.of_mutants
    ]
    others = [p for p in part.places if p.what is not What.ANATOMY]
    return sorted([*own, *others], key=lambda one: one.start) if own else part.places


def _stated(text: str, line: str, clause: Clause) -> list[tuple[GeneMention, str]]:
    stated = expressed(text, clause, legend=True)
    known = [gene for gene, _ in stated]
    for gene in clause.genes:
        if gene in known:
            continue
        levels = _LEVELS.search(line, clause.start, gene.start)
        change = _SUBJECT.match(line, gene.end, clause.end)
        if levels:
            stated.append((gene, levels[0].split()[0]))
        elif change:
            stated.append((gene, change[0].split()[-1]))
    return stated
