"""Places, stages and cellular components named in a sentence."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from curation_kit.agents.gene_expression.language.abbreviations import abbreviations
from curation_kit.agents.gene_expression.language.coordination import shared_heads
from curation_kit.agents.gene_expression.language.lexicon import CELL_LINE
from curation_kit.agents.gene_expression.places.named_cells import named_cells
from curation_kit.agents.gene_expression.places.ordinary import (
    GENERAL,
    NOT_ANATOMY,
    NOT_COMPONENT,
    OTHER_MEANING,
    RATHER_ANATOMY,
)
from curation_kit.vocabulary import (
    TermSpan,
    anatomy_ontologies,
    canonical,
    find_stages,
    ontology,
    resolve_stage,
)

__all__ = ["STAGE_ADJECTIVE", "Mention", "PlaceFinder", "What"]


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
_ENDS = re.compile(
    r"[.,;:)]| (?:and|or|but|in|at|during|throughout|within|from|until|with)\b|$"
)
STAGE_ADJECTIVE = re.compile(
    r"(?:embryonic|larval|pupal|o?fetal|foetal|neonatal|postnatal)", re.IGNORECASE
)
_STAGE_HEAD = re.compile(r"[ -](?:expression|stages?|days?|life|periods?|staining)\b")
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
    r"|cochlear|olfactory|medullary|arcuate|(?:supra|pre)?optic|caudate|tegmental|pretectal|oculomotor|hypoglossal|dentate|linear|basal)(?: and [\w-]+)? nucle(?:us|i)$",
    re.IGNORECASE,
)
#: What the name of a place ends with, and that of nothing else.
_HEADED = re.compile(
    r"^(?!.*\b(?:stem|activated|sorted|positive|negative|immunoreactive|labell?ed|expressing|cultured?|lines?|derived|cancer|tumou?r)\b)[\w-]+(?: [\w-]+){0,2} (?:cells?|neurons?|layers?|muscles?|gangli(?:on|a)|epitheli(?:um|a)|mesenchyme|mesoderm|ectoderm|endoderm|placodes?|glands?)$"
    r"|^nucleus [a-z]+$"
)
#: What shares the first word of a place: "and vesicle".
_ANOTHER = re.compile(
    r"(?:,? and|,? or|,) (?P<part>[a-z]{3,})(?![\w-]| (?!and|or|in|at|of|but|from|by|to)\w)"
)
#: Places that only a number makes one.
_NUMBERED = frozenset(("lamina", "laminae", "rhombomere", "lobule"))
_NUMBER = re.compile(r" (?:[IVX]+|\d+)\b")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A mention that others may win over.

    `rank` orders mentions of the same words: labels go before synonyms.
    `tells` is false for what names no place: "tissue", or "cardiac" of a function.
    """

    mention: Mention
    rank: int
    tells: bool


class PlaceFinder:
    """Finds what may tell where or when.

    Parameters
    ----------
    species
        Keys of the paper's species: they decide which ontologies are read.
    paper
        The whole paper, for the abbreviations that it defines.
    """

    def __init__(self, species: Sequence[str], paper: str = "") -> None:
        self._species = tuple(species)
        self._prefixes = tuple(
            dict.fromkeys(p for key in species for p in anatomy_ontologies(key))
        )
        self._short: dict[str, Mention | None] = {}
        self._shorts: re.Pattern[str] | None = None
        defined = {
            short: self._defined(long) for short, long in abbreviations(paper).items()
        }
        if defined:
            ordered = sorted(defined, key=len, reverse=True)
            names = "|".join(re.escape(short) for short in ordered)
            self._shorts = re.compile(rf"(?<![\w-])(?:{names})(?=s?(?!\w))")
            self._short = defined

    def find(self, text: str, genes: Collection[int] = ()) -> list[Mention]:
        """Places, components and stages of a sentence, in order, not overlapping.

        Left out are those too general to be a place, and adjectives that stand
        neither beside a word of expression nor before one of the genes that begin
        at `genes` ("nuclear Sox9").
        """
        return _longest(
            one
            for what in What
            for one in self._candidates(text, what, genes)
            if one.tells
        )

    def named(self, text: str, what: What) -> list[Mention]:
        """Everything of one kind that a text names, the general too."""
        return _longest(self._candidates(text, what))

    def _candidates(
        self, text: str, what: What, genes: Collection[int] = ()
    ) -> list[_Candidate]:
        if what is What.STAGE:
            stages = (
                mention for key in self._species for mention in _stages(text, key)
            )
            return [_Candidate(mention, 0, tells=True) for mention in stages]
        prefixes = self._prefixes if what is What.ANATOMY else ("GO",)
        found = [
            one for prefix in prefixes for one in _terms(text, prefix, what, genes)
        ]
        if "WBbt" in prefixes:
            found += [
                _Candidate(Mention(start, end, name, what, key), 0, tells=True)
                for start, end, name, key in named_cells(text)
            ]
        if not found and not self._shorts:
            return []
        other = [match.span() for match in OTHER_MEANING.finditer(text)]
        if self._shorts:
            for short in self._shorts.finditer(text):
                start, end = short.span()
                meant = self._short[short[0]]
                if meant is None or meant.what is not what:
                    other.append((start, end))
                    continue
                end += text.startswith("s", end) and not short[0].endswith("s")
                mention = replace(meant, start=start, end=end, text=text[start:end])
                found.append(_Candidate(mention, -1, tells=True))
        return [
            one
            for one in found
            if not any(
                start <= one.mention.start
                and one.mention.end <= end + 1
                # A growth cone is no cone, but a component.
                and not (
                    what is What.COMPONENT
                    and (start, end) == (one.mention.start, one.mention.end)
                )
                for start, end in other
            )
        ]

    def _defined(self, long: str) -> Mention | None:
        """Place that the words of an abbreviation end with, or None."""
        for what in (What.ANATOMY, What.COMPONENT):
            for mention in self.named(long, what):
                if mention.end == len(long) and not mention.adjective:
                    return mention
        if _HEADED.search(long) and not CELL_LINE.search(long):
            # "mitochondria-rich cells (MRCs)": no vocabulary has them.
            return Mention(0, len(long), long, What.ANATOMY, long.lower())
        return None


def _stages(text: str, species_key: str) -> list[Mention]:
    spans = [(s.start, s.end, s.text) for s in find_stages(text, species_key)]
    spans += shared_heads(
        text,
        [(start, end) for start, end, _ in spans],
        lambda name: bool(resolve_stage(name, species_key)),
    )
    found: list[Mention] = []
    ends = {end for _, end, _ in spans}
    for start, end, name in spans:
        after = text[end:]
        if start - 2 in ends and text[start - 2 : start] == " (" and after[:1] == ")":
            continue  # "embryonic day 19 (E19)"
        if STAGE_ADJECTIVE.fullmatch(name) and not _STAGE_HEAD.match(after):
            continue
        known = resolve_stage(name, species_key)
        key = name.lower().replace("-", " ").rstrip("s")
        if len(known) == 1:
            key = known[0].id
        found.append(Mention(start, end, name, What.STAGE, key))
    return found


def _terms(
    text: str, prefix: str, what: What, genes: Collection[int]
) -> list[_Candidate]:
    ignored = NOT_COMPONENT if what is What.COMPONENT else NOT_ANATOMY
    found: list[_Candidate] = []
    for span in ontology(prefix).find(text, ignore=ignored):
        end, name, after = span.end, span.text, text[span.end :]
        adjective, of_number = span.kind == "adjective", ""
        rank = _RANK[span.kind]
        if _means_another(text, span, prefix, what):
            continue
        tells = canonical(name) not in GENERAL
        if adjective:
            of_gene = what is What.COMPONENT and end + 1 in genes
            said = _PREDICATE.search(text, max(0, span.start - 40), span.start)
            beside = _BESIDE_EXPRESSION.match(after) or (said and _ENDS.match(after))
            tells = tells and (of_gene or bool(beside))
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
        start, ids = span.start, span.ids
        if what is What.ANATOMY and name.lower().startswith(_ADULT):
            # "adult brain" names a place and a stage, where "brain" is a term, too.
            whole = ontology(prefix).lookup(name[len(_ADULT) :])
            if whole and not _FUTURE.match(after):
                start, ids = start + len(_ADULT), tuple(one.id for one in whole)
        key = f"{prefix}:{min(ids)}{of_number}"
        words = text[start:end]
        if adjective and what is What.COMPONENT:
            words = _NOUNS.get(words.lower(), words)
        mention = Mention(start, end, words, what, key, adjective)
        found.append(_Candidate(mention, rank, tells))
    if what is not What.ANATOMY:
        return found
    found += list(_sharing_names(text, prefix, found))
    return _with_shared_heads(text, prefix, found)


def _sharing_names(
    text: str, prefix: str, found: Sequence[_Candidate]
) -> Iterator[_Candidate]:
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
                yield _Candidate(mention, 0, tells=True)


def _with_shared_heads(
    text: str, prefix: str, found: list[_Candidate]
) -> list[_Candidate]:
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
        found.append(_Candidate(mention, 0, tells=canonical(name) not in GENERAL))
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


def _longest(candidates: Iterable[_Candidate]) -> list[Mention]:
    """Of overlapping mentions the longest; of equal ones stages and components first."""
    order = {What.STAGE: 0, What.COMPONENT: 1, What.ANATOMY: 2}
    chosen: list[Mention] = []
    ranked = sorted(
        candidates,
        key=lambda one: (
            one.mention.start - one.mention.end,
            order[one.mention.what],
            one.rank,
            one.mention.start,
        ),
    )
    for one in ranked:
        mention = one.mention
        if all(
            mention.end <= other.start or mention.start >= other.end for other in chosen
        ):
            chosen.append(mention)
    return sorted(chosen, key=lambda mention: mention.start)
