"""From one sentence to what it states: which gene, where, when, and whether not."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from curation_kit.agents.gene_expression import lexicon
from curation_kit.agents.gene_expression.genes import GeneMention, Use
from curation_kit.agents.gene_expression.places import Mention, What

__all__ = ["Reading", "Statement", "read_sentence"]


@dataclass(frozen=True, slots=True)
class Statement:
    """A gene is, or is not, expressed at a place and time."""

    gene: GeneMention
    anatomy: Mention | None
    stage: Mention | None
    component: Mention | None
    negated: bool
    trigger: str


@dataclass(slots=True)
class Reading:
    """What one sentence states, and why the rest of it was not kept."""

    statements: list[Statement] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Clause:
    """A part of a sentence with one polarity."""

    start: int
    end: int
    opening: str
    genes: list[GeneMention] = field(default_factory=list)
    places: list[Mention] = field(default_factory=list)

    @property
    def excepted(self) -> bool:
        """Whether it names what the clause before does not hold for."""
        return self.opening.startswith(("except", "excluding", "with the"))


@dataclass(frozen=True, slots=True)
class _Expressed:
    """Genes a clause says are, or are not, expressed, each with the word for it."""

    genes: list[tuple[GeneMention, str]]
    negated: bool


#: A clause with such words states no pattern.
_REASONS = (
    ("manipulated expression", lexicon.MANIPULATED),
    ("hypothesis", lexicon.HYPOTHESIS),
    ("methods or marker use", lexicon.METHOD),
    ("cell line", lexicon.CELL_LINE),
    ("expression change, not a pattern", lexicon.NO_CHANGE),
)

_SPLIT = re.compile(
    r";\s+|,?\s+(?P<word>but(?! also)|whereas|while|although|though|however|yet|except(?: for| in)?|excluding"
    r"|with the exception of|despite|because|suggesting|indicating|implying)\s+"
    r"|,?\s+(?:and|with|,)\s+(?P<neg>(?=(?:no|not|absent|absence|neither|is not|was not|were not|are not|undetectable|lacking|excluded)\b))"
    r"|,\s+(?P<not>(?=(?:not|without|nor) (?!only)))"
    r"|,?\s+(?P<that>and that)\s+"
    r"|,\s+(?P<where>where)\s+"
    r"|(?<=[a-z]),\s+(?P<we>(?=we\b))"
    r"|,\s+(?:and|which)\s+(?P<and>(?=(?:was|were|is|are|in|the|[\w-]+ (?:was|were|is)) ))",
    re.IGNORECASE,
)
_GENE = "\x01+"
_LIST = rf"(?:{_GENE}(?:p|[-:]{{1,2}}\w+)?(?:\s*(?:,|/|&|\band\b|\bor\b|, and)\s*)?)+"
_TRIGGER_NOUN = re.compile(rf"\b(?:{lexicon.NOUN})\b", re.IGNORECASE)
_TRIGGER_VERB = re.compile(rf"\b(?:{lexicon.VERB})\b", re.IGNORECASE)
_AFTER_GENE = re.compile(
    rf"(?:\s*(?:,|/|&|and|or)\s*{_GENE})*[\s-]*(?:\([^()]{{0,40}}\)\s*)?(?:gene |RNA |fusion |::?\w+\s*|p::\w+\s*)?(?P<t>{lexicon.NOUN})\b",
    re.IGNORECASE,
)
_BEFORE_GENE = re.compile(
    rf"(?P<t>\b(?:{lexicon.NOUN}|in situ hybridi[sz]ations?|immunohistochemistry|FISH|ISH|images?))(?:\s+\w+){{0,2}}?\s+(?:of|for|from|against|with|showing)\s+(?:(?:the|both|endogenous|total|zygotic|maternal|genes?|anti-|all)\s*){{0,3}}(?:{_LIST})?$",
    re.IGNORECASE,
)
_ACTIVE = re.compile(
    rf"(?P<t>\b(?:{lexicon.ACTIVE}))\s+(?:(?:the|both|either|high|low|levels|of|strongly|weakly|only|also|endogenous|detectable|anti-)\s*){{0,4}}(?:{_LIST})?$",
    re.IGNORECASE,
)
#: "was expressed G" is no statement; "worms expressing G" carry a transgene.
_CARRIER = re.compile(
    r"\b(?:is|are|was|were|be|been|being)\s+(?:\w+ly\s+|also\s+|not\s+)?$"
    r"|\b(?:animals|worms|larvae|mice|flies|embryos|strains?|lines?|hermaphrodites|adults|fish)\s+(?:\w+ly\s+|that\s+)?$"
)
#: Verbs between a gene and a later verb: that one is then said of another thing.
_OTHER_VERB = re.compile(
    r"\b(?:regulat\w+|repress\w*|activat\w+|binds?|bound|inhibit\w*|induc\w+|requir\w+|promot(?:es?|ed)|interacts?"
    r"|controls?|encodes?|causes?|caused|leads?|phosphorylat\w+|act(?:s|ed)?|functions?|mutants?|RNAi|phenotyp\w+|deleti\w+"
    r"|suppress\w+|mediat\w+|prevent\w*|block\w*|knock\w+|cells|embryos|animals|mice|flies|larvae|treatment|in|that|which|who|where|by)\b"
)
#: Between a gene and its verb other genes only stand in a list.
_SUBJECTS = re.compile(r"[^\x01]*|(?:[\x01\s,/&()]|\band\b|\bor\b|\bboth\b)*[^\x01]*")
_STRONG = re.compile(
    r"express|transcri|locali|enrich|immuno|accumul|stain|show|display|exhibit",
    re.IGNORECASE,
)
#: How a clause without a gene begins when it goes on about the one before.
_SAME_SUBJECT = re.compile(
    r"(?:not|no|never|neither|nor|absent|absence|undetectable|undetected|lacking|excluded|weak\w*|faint\w*|low\w*|only|also|it|its|they|in|at|to|from|with|within"
    r"|is|was|were|are|has|had|expression|staining|signals?|none|the (?:expression|signals?|staining|proteins?|transcripts?|mRNA|fluorescence|reporter)"
    r"|strong\w*|high\w*|little|later|then|this|these|we|fluorescence|GFP|transcripts?|restricted|without|for|by|a|an|the)\b",
    re.IGNORECASE,
)
_LOCATIVE = re.compile(
    r"\b(?:in|to|at|within|throughout|from|on|along|around|inside|across|into|of|by|between|during|through|including|as well as|both|for)"
    r"\s+(?:[^\s,;.()]+\s+){0,4}[^\s,;.()]*$",
    re.IGNORECASE,
)
_JOINED = re.compile(
    r"^(?:\s*\([^()]*\))?\s*(?:,|and|or|,\s*and|,\s*or|/|&|as well as|including|of|in|,\s*including|and in|or in|and to|within)?\s*(?:(?:the|a|an|in|to|at|both|of|some|other|all|most|few|many|[\w-]+)\s+){0,3}$"
)
#: "limb development", "breast cancer": the place only says which.
_MODIFIER = re.compile(
    r"[- ](?:cancers?|tumou?rs?|carcinomas?|occlusion|injury|development|formation|differentiation|functions?"
    r"|size|morpholog\w+|morphogene\w+|defects?|identity|(?:\w+ )?markers?|pattern(?:ing)?|specification|diseases?|growth|length|volume"
    r"|cultures?|homeostasis|activity|activation|degeneration|phenotypes?|fate|maturation|proteins?|genes?"
    r"|regeneration|survival|biology|physiology|behaviou?rs?|responses?|plasticity|tissue culture|determination)\b"
)
#: The place is where something is not, or what something lies beside.
_AWAY = re.compile(
    r"\b(?:absence of|lack of|loss of|lacking|devoid of|without|adjacent to|next to|outside(?: of)?|surrounding|identity of|development of|formation of|differentiation of|fate of|near)"
    r"\s+(?:(?:the|a|an|any|all|these|future)\s+)*$",
    re.IGNORECASE,
)
#: A place that no vocabulary knows: what is denied there is not denied elsewhere.
_ELSEWHERE = re.compile(
    r"\b(?:in|within|throughout|from|to)\s+(?:the|a|an|any|all|these|those|either|other)\b",
    re.IGNORECASE,
)
#: More than an article before the first place of an exception.
_PROSE = re.compile(r"\w{4,}")
_FURTHEST = 110


def read_sentence(
    text: str, genes: Sequence[GeneMention], places: Sequence[Mention], *, legend: bool
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
    """
    reading = Reading()
    products = [gene for gene in genes if gene.use in {Use.PRODUCT, Use.REPORTER}]
    reading.dropped += _unused(genes)
    if not products:
        return reading
    reason = _whole_sentence(text, legend=legend)
    if reason:
        reading.dropped.append(reason)
        return reading
    start, before = _opening(text, products)
    places = [
        p for p in places if all(p.end <= g.start or p.start >= g.end for g in genes)
    ]
    for clause in _clauses(text, start, products, places):
        words = text[clause.start : clause.end]
        reason = _whole_clause(words)
        if reason:
            if clause.genes:
                reading.dropped.append(reason)
            before = None
            continue
        found = _found(text, clause, before, legend=legend)
        if found:
            before = found
            _state(reading, text, clause, found)
        elif clause.genes:
            reading.dropped.append("no expression statement")
    return reading


def _opening(
    text: str, products: Sequence[GeneMention]
) -> tuple[int, _Expressed | None]:
    """Where the sentence proper begins, and the genes named before that."""
    aside = lexicon.ASIDE.match(text) or lexicon.BESIDES.match(text)
    if not aside or not _TRIGGER_NOUN.search(aside[0]):
        return 0, None
    named = [(gene, "expression") for gene in products if gene.start < aside.end()]
    besides = aside.re is lexicon.BESIDES and named
    return aside.end(), _Expressed(named, negated=False) if besides else None


def _found(
    text: str, clause: _Clause, before: _Expressed | None, *, legend: bool
) -> _Expressed | None:
    """Genes that a clause says are expressed; it may go on about the ones before."""
    words = text[clause.start : clause.end]
    expressed = _expressed(text, clause, legend=legend)
    if not expressed and before:
        trigger = before.genes[0][1]
        if clause.genes:
            expressed = [(gene, trigger) for gene in clause.genes]
        elif _SAME_SUBJECT.match(words) or clause.excepted:
            expressed = before.genes
    if not expressed:
        return None
    negated = _negated(words)
    if clause.excepted:
        negated = before is None or not before.negated
    return _Expressed(expressed, negated=negated)


def _state(reading: Reading, text: str, clause: _Clause, found: _Expressed) -> None:
    """Add what a clause states of its genes."""
    located = _located(text, clause)
    if found.negated and _ELSEWHERE.search(text, clause.start, clause.end):
        located = [row for row in located if row[0] or row[2]]
    if not located:
        reading.dropped.append("no anatomy, stage or component")
    for gene, trigger in found.genes:
        reading.statements += [
            Statement(gene, anatomy, stage, component, found.negated, trigger)
            for anatomy, stage, component in located
        ]


def _unused(genes: Sequence[GeneMention]) -> list[str]:
    reasons = {
        Use.GENOTYPE: "genotype, not expression",
        Use.MARKER: "methods or marker use",
    }
    return [reasons[gene.use] for gene in genes if gene.use in reasons]


def _whole_sentence(text: str, *, legend: bool) -> str:
    """Reason to drop all that a sentence states, or nothing."""
    own = legend or lexicon.OWN_FIGURE.search(text)
    if not own and (lexicon.CITED.search(text) or lexicon.PREVIOUS.search(text)):
        return "previously reported"
    return ""


def _whole_clause(words: str) -> str:
    """Reason to drop all that a clause states, or nothing."""
    for reason, pattern in _REASONS:
        if pattern.search(words):
            return reason
    if lexicon.CHANGE.search(words) and lexicon.PERTURBED.search(words):
        return "expression change, not a pattern"
    if lexicon.MUTANT.search(words) and not lexicon.INTACT.search(words):
        return "mutant, not normal expression"
    return ""


def _clauses(
    text: str, start: int, genes: Sequence[GeneMention], places: Sequence[Mention]
) -> list[_Clause]:
    clauses: list[_Clause] = []
    opening = ""
    taken = [(gene.start, gene.end) for gene in genes]
    taken += [(place.start, place.end) for place in places]
    for match in _SPLIT.finditer(text, start):
        if any(low < match.end() and match.start() < high for low, high in taken):
            continue
        clauses.append(_Clause(start, match.start(), opening))
        start = match.end()
        kind = match.lastgroup or ""
        opening = match["word"].lower() if match["word"] else kind
    clauses.append(_Clause(start, len(text), opening))
    for clause in clauses:
        clause.genes = [g for g in genes if clause.start <= g.start < clause.end]
        clause.places = [p for p in places if clause.start <= p.start < clause.end]
    return clauses


def _negated(words: str) -> bool:
    return bool(lexicon.NEGATION.search(lexicon.NOT_A_NEGATION.sub(" ", words)))


def _expressed(
    text: str, clause: _Clause, *, legend: bool
) -> list[tuple[GeneMention, str]]:
    """Genes whose expression a clause states, with the word that states it."""
    masked = list(text)
    for gene in clause.genes:
        masked[gene.start : gene.end] = "\x01" * (gene.end - gene.start)
    line = "".join(masked)
    found: list[tuple[GeneMention, str]] = []
    for gene in clause.genes:
        trigger = _trigger(line, clause, gene, legend=legend)
        if trigger:
            found.append((gene, trigger))
    return found


def _trigger(  # noqa: C901, PLR0911 - one rule, one return
    line: str, clause: _Clause, gene: GeneMention, *, legend: bool
) -> str:
    before, after = line[clause.start : gene.start], line[gene.end : clause.end]
    noun = _AFTER_GENE.match(after)
    if noun:
        # "G protein" alone is no finding: something must be said of it.
        said = (
            _TRIGGER_VERB.search(after)
            or legend
            or re.match("(?:co-?)?expression", noun["t"], re.IGNORECASE)
        )
        if said or _TRIGGER_VERB.search(before):
            return noun["t"]
    for pattern in (_BEFORE_GENE, _ACTIVE):
        match = pattern.search(before)
        if match and not _CARRIER.search(before[: match.start()]):
            return match["t"]
    if gene.use is Use.REPORTER:
        verb = _TRIGGER_VERB.search(after) or _TRIGGER_NOUN.search(after)
        if verb or legend:
            return verb[0] if verb else "reporter"
    verb = _TRIGGER_VERB.search(after)
    if verb and verb.start() < _FURTHEST:
        between = after[: verb.start()]
        if between.count("(") != between.count(")") or not _SUBJECTS.fullmatch(between):
            return ""
        strong = _STRONG.search(verb[0]) or _TRIGGER_NOUN.search(between)
        if strong and not _OTHER_VERB.search(between.replace("\x01", "")):
            return verb[0]
        # "G is present in", "G was detected in": straight after the gene.
        if re.fullmatch(
            r"\s*(?:\([^()]*\)\s*)?(?:is|are|was|were|can be|becomes?|remains?)\s+(?:\w+ly\s+|also\s+|not\s+|first\s+|already\s+|still\s+)*",
            between,
        ):
            return verb[0]
    return ""


def _located(
    text: str, clause: _Clause
) -> list[tuple[Mention | None, Mention | None, Mention | None]]:
    """Places, stages and components of a clause, put together."""
    accepted: list[Mention] = []
    for mention in clause.places:
        if mention.what is What.STAGE or _accepted(text, clause, mention, accepted):
            accepted.append(mention)
    anatomy = [m for m in accepted if m.what is What.ANATOMY]
    stages = _distinct([m for m in accepted if m.what is What.STAGE])
    # "the epiblast (embryo proper) of 7.5 dpc embryos": the number says more.
    stages = [m for m in stages if re.search(r"\d", m.text)] or stages
    components = [m for m in accepted if m.what is What.COMPONENT]
    rows: list[tuple[Mention | None, Mention | None, Mention | None]] = []
    spots: list[Mention] | list[None] = anatomy or [None]
    for place in spots:
        for component in _for(place, components, anatomy):
            rows += [
                (place, stage, component)
                for stage in _for(place or component, stages, anatomy or components)
                if place or stage or component
            ]
    return rows


def _for(
    place: Mention | None, others: list[Mention], places: list[Mention]
) -> list[Mention] | list[None]:
    """Stages or components that go with a place: all if it is the only one."""
    if not others:
        return [None]
    if place is None or len(places) == 1:
        return others
    if len(others) == 1:
        return others
    return [min(others, key=lambda other: _distance(other, place))]


def _distance(one: Mention, other: Mention) -> int:
    return max(one.start - other.end, other.start - one.end)


def _distinct(mentions: list[Mention]) -> list[Mention]:
    return list({mention.key: mention for mention in reversed(mentions)}.values())[::-1]


def _accepted(
    text: str, clause: _Clause, mention: Mention, accepted: list[Mention]
) -> bool:
    """Whether the words around a place say that something is there."""
    before = text[clause.start : mention.start]
    after = text[mention.end : clause.end]
    if _MODIFIER.match(after) or _AWAY.search(before):
        return False
    if mention.adjective or re.match(
        rf"[ -](?:[\w-]+ )?(?:{lexicon.NOUN})\b", after, re.IGNORECASE
    ):
        return True
    if _LOCATIVE.search(before) or (clause.excepted and not _PROSE.search(before)):
        return True
    for other in reversed(accepted):
        if other.what is not What.STAGE or len(accepted) == 1:
            return bool(_JOINED.match(text[other.end : mention.start]))
    # "neurons express G"
    return bool(
        re.search(
            r"\b(?:co-?)?express(?:es|ed|ing)?\b|\bpositive for\b|\bstain", after[:60]
        )
    )
