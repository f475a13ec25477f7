"""The words that state that a gene is expressed."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re

from curation_kit.agents.gene_expression.genes.mentions import (
    LAB_TAG,
    POINTED_CELLS,
    POSITIVE,
    POSITIVE_CELLS,
    GeneMention,
    Use,
)
from curation_kit.agents.gene_expression.language import lexicon
from curation_kit.agents.gene_expression.language.coordination import UNKNOWN_ITEM
from curation_kit.agents.gene_expression.reading.clauses import Clause

__all__ = ["HELP", "expressed"]

_ISOFORM = re.compile(r"(?<=\d)[A-La-l]\b|-[a-d]\b")
#: Possessive: a long name in a list would else be parted in all ways.
_GENE = "\x01++"
#: Its panel or colour: "(A, B)", "(green)".
_SHOWN_IN = r"\((?:\w'?(?:[,–-] ?\w'?)*|(?:in )?(?:green|red|blue|magenta|cyan|yellow|gr[ae]y|white|purple|brown))\)"
_BRACKETS = re.compile(rf"{_SHOWN_IN}[^()]*\x01")
_LIST = (
    rf"(?:(?:{_GENE}(?:p|[-:]{{1,2}}\w+)?(?:\s{_SHOWN_IN})?|{UNKNOWN_ITEM})"
    r"(?:\s*(?:,|/|&|\band\b|\bor\b|, and)\s*)?)+"
)
_AND = r"(?:,? (?:and|or) |, )"
#: Ahead of a gene, if its clause begins with it, or with its list ...
_OPENS = re.compile(
    rf"(?:(?:In|At|By|On|During|Within) [^,;]*, |[^,;]*\bthat )?(?:[Bb]oth )?(?:(?:{_GENE}|{UNKNOWN_ITEM}){_AND})*"
)
#: ... and the rest of that list, in which a name is unknown.
_REST = re.compile(
    rf"(?:{_AND}{_GENE})*{_AND}{UNKNOWN_ITEM}(?:{_AND}(?:{_GENE}|{UNKNOWN_ITEM}))*?{_AND}{_GENE}(?!{_AND}(?:{_GENE}|{UNKNOWN_ITEM}))"
)
_TRIGGER_NOUN = re.compile(rf"\b(?:{lexicon.NOUN})\b", re.IGNORECASE)
_TRIGGER_VERB = re.compile(rf"\b(?:{lexicon.VERB})\b", re.IGNORECASE)
_AFTER_GENE = re.compile(
    rf"(?:(?:\s{_SHOWN_IN})?\s*(?:, and|,|/|&|and|or)\s*{_GENE})*[\s-]*(?:\([^()]{{0,40}}\)\s*)?(?:gene |RNA |fusion |::?\w+\s*|p::\w+\s*)?(?P<t>{lexicon.NOUN})\b",
    re.IGNORECASE,
)
_BEFORE_GENE = re.compile(
    rf"(?P<t>\b(?:{lexicon.NOUN}|in situ hybridi[sz]ations?|immunohistochemistry|antibod(?:y|ies)|antiser(?:um|a)|(?:ribo)?probes?|FISH|ISH|images?))(?:\s+\w+){{0,4}}?\s+(?:of|for|from|against|with|showing):?\s+(?:\([A-Za-z](?:[,–-] ?[A-Za-z])*\)\s*)?(?:(?:the|both|endogenous|total|zygotic|maternal|genes?|anti-|all)\s*){{0,3}}(?:{_LIST})?$",
    re.IGNORECASE,
)
#: "we detected G in", "analysis did not detect G in"
_DETECTED = re.compile(
    rf"(?P<t>\b(?:detect(?:s|ed)?|observed?|saw|found|reveal(?:s|ed)?|show(?:s|ed)?|demonstrat(?:es|ed)))\s+(?:(?:the|both|only|any|high|low|weak|strong|endogenous|abundant)\s+){{0,2}}(?:{_LIST})?$",
    re.IGNORECASE,
)
_THEN_THERE = re.compile(
    rf"(?:::?\w+|-\w+)?(?:\s*(?:,|/|and|or|, and)\s*{_GENE})*\s(?:(?:mRNAs?|proteins?|transcripts?) )?(?:also |only )?(?:in|at|within|throughout|on) ",
    re.IGNORECASE,
)
_ACTIVE = re.compile(
    rf"(?P<t>\b(?:{lexicon.ACTIVE}))\s+(?:(?:the|both|either|high(?:er|est)?|low(?:er|est)?|moderate|levels?|of|strong|weak|strongly|weakly|only|also|endogenous|detectable|anti-)\s*){{0,4}}(?:(?:[\w-]+ ){{0,3}}(?:transcription factors?|proteins?|receptors?) )?(?:{_LIST})?$",
    re.IGNORECASE,
)
#: "was expressed G" is no statement; "worms expressing G" carry a transgene.
_CARRIER = re.compile(
    r"\b(?:is|are|was|were|be|been|being)\s+(?:\w+ly\s+|also\s+|not\s+)?$"
    r"|\b(?:animals|worms|larvae|mice|flies|embryos|strains?|lines?|hermaphrodites|adults|fish)\s+(?:\w+ly\s+|that\s+)?$"
)
_FOR = re.compile(
    r"(?:(?:positive|negative|immunoreactive|labell?ed) (?:for|by)|devoid of|rich in)$",
    re.IGNORECASE,
)
#: "G expression", "G mRNA expression"
_EXPRESSION = re.compile(r"(?:\w+ )?(?:co-?)?expression\b", re.IGNORECASE)
#: "The retina shows strong G staining"
_SHOWN = re.compile(
    r"\b(?:show|display|exhibit|contain)(?:s|ed|ing)? (?:[\w-]+ ){0,2}$", re.IGNORECASE
)
#: "G:GFP embryos showed GFP in", "G-lacZ labels the heart".
_GLOWS = re.compile(
    rf"\b(?:labels?|marks?|(?:show|contain)(?:s|ed)? (?:[\w-]+ )?{LAB_TAG}\b)",
    re.IGNORECASE,
)
#: "G mRNA was mainly in the liver"
_IS_IN = re.compile(
    r" (?:is|are|was|were) (?:\w+ly |also |only )?(?:in|within|throughout) (?!agreement|accordance|line|contrast)"
)
#: "There was no G signal in"
_THERE = re.compile(r"\bthere (?:is|are|was|were) ", re.IGNORECASE)
#: Verbs between a gene and a later verb: that one is then said of another thing.
_OTHER_VERB = re.compile(
    r"\b(?:regulat\w+|repress\w*|activat\w+|binds?|bound|inhibit\w*|induc\w+|requir\w+|promot(?:es?|ed)|interacts?"
    r"|controls?|encodes?|causes?|caused|leads?|phosphorylat\w+|act(?:s|ed)?|functions?|mutants?|RNAi|phenotyp\w+|deleti\w+"
    r"|suppress\w+|mediat\w+|prevent\w*|block\w*|knock\w+|cells|embryos|animals|mice|flies|larvae|treatment|in|that|which|who|where|by)\b"
)
#: Between a gene and its verb other genes only stand in a list.
_SUBJECTS = re.compile(
    rf"[^\x01]*|(?:[\x01\s,/&()]|{_SHOWN_IN}|\band\b|\bn?or\b|\bboth\b)*[^\x01]*"
)
#: "cells bound G expressed on macrophages": presupposed, not stated.
_PARTICIPLE = re.compile(
    r"(?:\s|\w+ly\b)*(?:co-?)?expressed (?:in|on|by|at|throughout|within)\b"
)
_CLOSED = re.compile(r"^(?:[\x01\s,/&]|\band\b|\bor\b)*\)")
_COPULA = re.compile(r"(?:is|are|was|were|remain(?:s|ed)|being) ")
#: Helping verbs and adverbs between a subject and what is said of it.
HELP = (
    r"(?:(?:is|are|was|were|be|been|has|have|had|can|could|to|becomes?|became|remain(?:s|ed)?|appear(?:s|ed)?|seem(?:s|ed)?"
    rf"|not|never|{lexicon.NOWHERE}|also|first|already|still|only|both|all|most|more|less|again|just|no longer|\w+ly)\s+)"
)
_STRAIGHT = re.compile(
    rf"(?:(?:\s{_SHOWN_IN})?\s*(?:,|/|&|and|or|n?or|, and)\s*\x01+)*(?:\s+(?:genes?|{lexicon.NOUN}))?\s*(?:\([^()]*\)\s*)?(?:, (?:which|that) )?{HELP}{{1,5}}"
)
_COMES = re.compile(
    r"(?:(?:re)?appear|persist|concentrat)(?:s|ed|es)? (?:\w+ly |first )?(?:in|at|as|on|through|throughout|until|within)\b"
)
_STRONG = re.compile(
    r"express|transcri|locali|enrich|immuno|accumul|stain|label|marks|show|display|exhibit",
    re.IGNORECASE,
)
_FURTHEST = 110


def expressed(
    text: str, clause: Clause, *, legend: bool
) -> list[tuple[GeneMention, str]]:
    """Genes whose expression a clause states, with the word that states it.

    Parameters
    ----------
    text
        The sentence.
    clause
        The part of it that is read.
    legend
        Whether a noun phrase is enough ("unc-54 expression in the pharynx").
    """
    masked = list(text)
    for gene in clause.genes:
        # With the letter of an isoform: "AAK-2a".
        isoform = _ISOFORM.match(text, gene.end)
        end = isoform.end() if isoform else gene.end
        masked[gene.start : end] = "\x01" * (end - gene.start)
    line = "".join(masked)
    found: list[tuple[GeneMention, str]] = []
    for gene in clause.genes:
        trigger = _trigger(line, clause, gene, legend=legend)
        if trigger:
            found.append((gene, trigger))
    return found


def _trigger(line: str, clause: Clause, gene: GeneMention, *, legend: bool) -> str:
    before = line[clause.start : gene.start]
    after = line[gene.end : clause.end].lstrip("\x01")
    if before.count("(") > before.count(")"):
        # In brackets after its full name, or in a list of "the markers (G and H)".
        after = _CLOSED.sub("", after)
    if POSITIVE_CELLS.match(after) or POINTED_CELLS.match(after):
        return "positive cells"
    if POSITIVE.match(after):
        return "positive"
    word = _noun_after(before, after, legend=legend) or _before(before)
    if not word and (
        _THEN_THERE.match(after) or any(p.end <= gene.start for p in clause.places)
    ):
        seen = _DETECTED.search(before)
        word = str(seen["t"]) if seen else ""
    if word:
        return word
    if gene.use is Use.REPORTER:
        verb = (
            _TRIGGER_VERB.search(after)
            or _TRIGGER_NOUN.search(after)
            or _GLOWS.search(after)
        )
        if verb or legend:
            return verb[0] if verb else "reporter"
    if _OPENS.fullmatch(before) and (rest := _REST.match(after)):
        after = after[rest.end() :]
    return "" if _PARTICIPLE.match(after) else _verb_after(after)


def _noun_after(before: str, after: str, *, legend: bool) -> str:
    """Find "G expression", "G protein was detected"."""
    noun = _AFTER_GENE.match(after)
    if noun is None:
        return ""
    # "G (A), H (B) and I mRNA (C)": each has its own.
    if _BRACKETS.search(noun[0]) and noun["t"].lower() in {"mrna", "rna", "protein"}:
        return ""
    # "G protein" alone is no finding: something must be said of it.
    said = (
        legend
        or _TRIGGER_VERB.search(after)
        or _EXPRESSION.match(after, noun.start("t"))
        or _TRIGGER_VERB.search(before)
        or _THERE.search(before)
        or _SHOWN.search(before)
        or _IS_IN.match(after, noun.end())
    )
    return str(noun["t"]) if said else ""


def _before(before: str) -> str:
    """Find "expression of G", "cells express G"."""
    for pattern in (_BEFORE_GENE, _ACTIVE):
        match = pattern.search(before)
        if match is None:
            continue
        # "The lens was positive for G" is said of the lens.
        if _FOR.search(match["t"]) or not _CARRIER.search(before[: match.start()]):
            return str(match["t"])
    return ""


def _verb_after(after: str) -> str:
    """Find "G is expressed", "G was detected"."""
    verb = _TRIGGER_VERB.search(after)
    if verb is None or verb.start() >= _FURTHEST:
        return ""
    between = after[: verb.start()]
    if between.count("(") != between.count(")") or not _SUBJECTS.fullmatch(between):
        return ""
    strong = _STRONG.search(verb[0]) or _TRIGGER_NOUN.search(between)
    if (
        (strong and not _OTHER_VERB.search(between.replace("\x01", "")))
        # "G was upregulated in": the verb found has its own "was".
        or (between.strip() in {"", "gene"} and _COPULA.match(verb[0]))
        # "G reappeared in", "G persisted through"
        or (not between.strip() and _COMES.match(after, verb.start()))
        # "G is present in", "G was detected in": straight after the gene.
        or _STRAIGHT.fullmatch(between)
    ):
        return verb[0]
    return ""
