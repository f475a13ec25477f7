"""Places, stages and cellular components named in a sentence."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from curation_kit.agents.gene_expression.language.abbreviations import abbreviations
from curation_kit.agents.gene_expression.language.coordination import shared_heads
from curation_kit.agents.gene_expression.language.lexicon import CELL_LINE
from curation_kit.agents.gene_expression.places.candidates import (
    Candidate,
    Mention,
    What,
    named_terms,
)
from curation_kit.agents.gene_expression.places.named_cells import named_cells
from curation_kit.agents.gene_expression.places.ordinary import OTHER_MEANING
from curation_kit.vocabulary import anatomy_ontologies, find_stages, resolve_stage

__all__ = ["STAGE_ADJECTIVE", "Mention", "PlaceFinder", "What"]


STAGE_ADJECTIVE = re.compile(
    r"(?:embryonic|larval|pupal|o?fetal|foetal|neonatal|postnatal)", re.IGNORECASE
)
_STAGE_HEAD = re.compile(r"[ -](?:expression|stages?|days?|life|periods?|staining)\b")
#: What the name of a place ends with, and that of nothing else.
_HEADED = re.compile(
    r"^(?!.*\b(?:stem|activated|sorted|positive|negative|immunoreactive|labell?ed|expressing|cultured?|lines?|derived|cancer|tumou?r)\b)[\w-]+(?: [\w-]+){0,2} (?:cells?|neurons?|layers?|muscles?|gangli(?:on|a)|epitheli(?:um|a)|mesenchyme|mesoderm|ectoderm|endoderm|placodes?|glands?)$"
    r"|^nucleus [a-z]+$"
)


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
    ) -> list[Candidate]:
        if what is What.STAGE:
            stages = (
                mention for key in self._species for mention in _stages(text, key)
            )
            return [Candidate(mention, 0, tells=True) for mention in stages]
        prefixes = self._prefixes if what is What.ANATOMY else ("GO",)
        found = [
            one for prefix in prefixes for one in named_terms(text, prefix, what, genes)
        ]
        if "WBbt" in prefixes:
            found += [
                Candidate(Mention(start, end, name, what, key), 0, tells=True)
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
                found.append(Candidate(mention, -1, tells=True))
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


def _longest(candidates: Iterable[Candidate]) -> list[Mention]:
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
