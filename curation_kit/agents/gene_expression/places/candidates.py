"""Terms of the vocabularies that a sentence names, as candidates for a place."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from curation_kit.agents.gene_expression.language.coordination import shared_heads
from curation_kit.agents.gene_expression.places.ordinary import (
    GENERAL,
    NOT_ANATOMY,
    NOT_COMPONENT,
    RATHER_ANATOMY,
)
from curation_kit.vocabulary import TermSpan, canonical, ontology

__all__ = ["Candidate", "Mention", "What", "named_terms"]


class What(StrEnum):
    """What a mention names."""

    ANATOMY = "anatomy"
    STAGE = "stage"
    COMPONENT = "component"


@dataclass(frozen=True, slots=True)
class Mention:
    """A place, stage or component named in a sentence.

    `key` is equal for two mentions of the same term; `adjective` tells that
    the words describe the expression itself ("intestinal expression"), and
    `of_mutants` that it is a mutant's; `told` is where in the paper it is told what
    the words mean, if they do not say it.
    """

    start: int
    end: int
    text: str
    what: What
    key: str
    adjective: bool = False
    of_mutants: bool = False
    told: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mention that others may win over.

    `rank` orders mentions of the same words: labels go before synonyms.
    `tells` is false for what names no place: "tissue", or "cardiac" of a function.
    """

    mention: Mention
    rank: int
    tells: bool


_GENERIC_HEAD = re.compile(
    r"[ -](?:(?:pharyngeal|motor|sensory|touch) )?(?:neurons?|cells?|interneurons?"
    r"|motor ?neurons?|photoreceptors?|neuroblasts?)\b"
)
_BESIDE_EXPRESSION = re.compile(
    r"[ -](?:and [\w-]+ |specific |-specific |restricted )?(?:(?:[\w-]+ )?(?:expression|staining|signals?|fluorescence"
    r"|locali[sz]ation|distribution|accumulation|GFP|immunoreactivity|labell?ing|mRNA|transcripts?|protein|pattern)"
    r"|cells?|tissues?|lineages?|compartments?|nuclei|neurons?)\b"
)
#: "Expression was mainly cytoplasmic": said of it.
_PREDICATE = re.compile(
    r"\b(?:is|are|was|were|remain(?:s|ed)?|appear(?:s|ed)?|bec[ao]mes?) (?:\w+ly |mostly |also )?(?:\w+ and )?$"
)
#: As far back as a verb is looked for, in characters.
_NEAR = 40
_ENDS = re.compile(
    r"[.,;:)]| (?:and|or|but|in|at|during|throughout|within|from|until|with)\b|$"
)
_SHORTEST = 3
#: Nouns of the components that are told by an adjective.
_NOUNS = {
    "nuclear": "nucleus",
    "cytoplasmic": "cytoplasm",
    "nucleolar": "nucleolus",
    "mitochondrial": "mitochondria",
    "cytosolic": "cytosol",
    "nucleoplasmic": "nucleoplasm",
    "membrane-bound": "membrane",
    "membranous": "membrane",
}

#: Of terms with the same name the one that is called so.
_RANK = {"label": 0, "plain English": 1, "synonym": 2, "adjective": 3}
#: "Trophoblast cells": better the cell type than the cells of a place.
_EXTENDED = 4

#: Ontologies whose places have names; what is in capitals there ("AFA", "PHS") is
#: an abbreviation that means a place only if the paper, or our supplement, says so.
_FULL_NAMES = frozenset(("UBERON", "CL", "ZFA"))
_ACRONYM = re.compile(r"[A-Z\d][A-Z\d./-]*s?")

#: "HEC1-B cells" are a line and no B cells; "non-neuronal" is not neuronal.
_PREFIXED = re.compile(r"(?:[A-Z\d]|\b[Nn]on)-$")
_STAGES = (" stage", " stages")
_ADULT = "adult "
#: "Adult midgut progenitors" are the larva's.
_FUTURE = re.compile(r" (?:progenitors?|precursors?|primordi(?:um|a)|anlagen?|stem)\b")

#: Groups of neurons, not parts of cells: "the amygdaloid nuclei".
_OF_BRAIN = re.compile(
    r"\b(?:\w*(?:thalam|amygdal|habenul|mammill|geniculat|ventricular|chiasmat|gemin)\w*|\w*brain(?: ?stem)?|cerebellar|pontine|septal|raphe|vestibular"
    r"|cochlear|olfactory|medullary|arcuate|red|reticular|interpeduncular|parabrachial|(?:supra|pre)?optic|caudate|tegmental|pretectal|oculomotor|hypoglossal|dentate|linear|basal)(?: and [\w-]+)? nucle(?:us|i)$",
    re.IGNORECASE,
)
#: What shares the first word of a place: "and vesicle".
_ANOTHER = re.compile(
    r"(?:,? and|,? or|,) (?P<part>[a-z]{3,})(?![\w-]| (?!and|or|in|at|of|but|from|by|to)\w)"
)
#: Places that only a number makes one.
_NUMBERED = frozenset(("lamina", "laminae", "rhombomere", "lobule"))
_NUMBER = re.compile(r" (?:[IVX]+|\d+)\b")


def named_terms(
    text: str, prefix: str, what: What, genes: Collection[int]
) -> list[Candidate]:
    """Terms of one ontology that a sentence names; some may name no place.

    Parameters
    ----------
    text
        The sentence.
    prefix
        Of the ontology.
    what
        What its terms are.
    genes
        Where the genes of the sentence begin.
    """
    ignored = NOT_COMPONENT if what is What.COMPONENT else NOT_ANATOMY
    found: list[Candidate] = []
    for span in ontology(prefix).find(text, ignore=ignored):
        end, name, after = span.end, span.text, text[span.end :]
        adjective, of_number = span.kind == "adjective", ""
        rank = _RANK[span.kind]
        if _means_another(text, span, prefix, what):
            continue
        tells = canonical(name) not in GENERAL
        if adjective:
            of_gene = what is What.COMPONENT and end + 1 in genes
            tells = tells and (of_gene or _of_expression(text, span))
        head = _GENERIC_HEAD.match(after) if what is What.ANATOMY else None
        if head and not adjective:
            # "CAN neurons", "Malpighian tubule cells": the cells of the place.
            end, rank = end + head.end(), _EXTENDED
        elif len(name) < _SHORTEST:
            continue
        if what is What.ANATOMY and name.lower() in _NUMBERED:
            # "lamina I", "layer 5": a lamina alone is no place.
            number = _NUMBER.match(text, end)
            if number is None:
                continue
            end = number.end()
            of_number = number[0]
        start, ids = _without_age(text, span, prefix, what)
        key = f"{prefix}:{min(ids)}{of_number}"
        words = text[start:end]
        if adjective and what is What.COMPONENT:
            words = _NOUNS.get(words.lower(), words)
        mention = Mention(start, end, words, what, key, adjective)
        found.append(Candidate(mention, rank, tells))
    if what is not What.ANATOMY:
        return found
    found += list(_sharing_names(text, prefix, found))
    return _with_shared_heads(text, prefix, found)


def _of_expression(text: str, span: TermSpan) -> bool:
    """Whether an adjective describes expression: "nuclear staining", "was nuclear"."""
    after = text[span.end :]
    said = _PREDICATE.search(text, max(0, span.start - _NEAR), span.start)
    return bool(_BESIDE_EXPRESSION.match(after) or (said and _ENDS.match(after)))


def _without_age(
    text: str, span: TermSpan, prefix: str, what: What
) -> tuple[int, tuple[str, ...]]:
    """Start and terms of a place, without the age that its name may begin with.

    "Adult brain" names a place and a stage, where "brain" is a term, too.
    """
    if (
        what is What.ANATOMY
        and span.text.lower().startswith(_ADULT)
        and not _FUTURE.match(text, span.end)
        and (whole := ontology(prefix).lookup(span.text[len(_ADULT) :]))
    ):
        return span.start + len(_ADULT), tuple(one.id for one in whole)
    return span.start, span.ids


def _sharing_names(
    text: str, prefix: str, found: Sequence[Candidate]
) -> Iterator[Candidate]:
    """Places that share the first word of the one before: "otic placode and vesicle"."""
    for one in found:
        first, _, last = one.mention.text.rpartition(" ")
        other = first and last and _ANOTHER.match(text, one.mention.end)
        # Alone it is an ordinary word: what is a place by itself is found so.
        if other and canonical(other["part"]) in NOT_ANATOMY:
            name = f"{first} {other['part']}"
            if terms := ontology(prefix).lookup(name):
                key = f"{prefix}:{min(term.id for term in terms)}"
                mention = Mention(*other.span("part"), name, What.ANATOMY, key)
                yield Candidate(mention, 0, tells=True)


def _with_shared_heads(
    text: str, prefix: str, found: list[Candidate]
) -> list[Candidate]:
    """Add names whose head only the last of a list has: "eye and antennal discs"."""
    terms = ontology(prefix)
    spans = [(one.mention.start, one.mention.end) for one in found]

    def known(name: str) -> bool:
        first = name.partition(" ")[0]
        return first[0].isalpha() and len(first) > 1 and bool(terms.lookup(name))

    for start, end, name in list(shared_heads(text, spans, known)):
        # "skeletal muscle, and adipose tissue" is no muscle tissue.
        if any(first < start and last == end for first, last in spans):
            continue
        # "heart or neural tube" are two, "eye and antennal discs" are discs.
        if not name.endswith("s") and any(
            (m.mention.start, m.mention.end, m.mention.adjective) == (start, end, False)
            for m in found
        ):
            continue
        found = [m for m in found if m.mention.end <= start or m.mention.start >= end]
        key = f"{prefix}:{min(term.id for term in terms.lookup(name))}"
        mention = Mention(start, end, name, What.ANATOMY, key)
        found.append(Candidate(mention, 0, tells=canonical(name) not in GENERAL))
    return found


def _means_another(text: str, span: TermSpan, prefix: str, what: What) -> bool:
    """Whether the words of a term do not mean it here."""
    name, start = span.text, span.start
    if text.endswith("-", 0, start) and _PREFIXED.search(
        text, max(0, start - 5), start
    ):
        return True
    if what is What.ANATOMY and name.endswith(_STAGES):
        return True
    if span.kind == "synonym" and prefix in _FULL_NAMES and _ACRONYM.fullmatch(name):
        return True
    if what is not What.COMPONENT:
        return False
    return _no_component(span) or bool(
        _OF_BRAIN.search(text, max(0, start - 30), span.end)
    )


def _no_component(span: TermSpan) -> bool:
    name = span.text
    return (
        name.lower().endswith(("complex", "complexes"))
        or name in RATHER_ANATOMY
        # One-word synonyms of GO ("trunk", "extension") mean other things.
        or (span.kind == "synonym" and not re.search(r"[\s-]", name))
    )
