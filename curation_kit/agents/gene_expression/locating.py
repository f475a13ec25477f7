"""Where and when: the places, stages and components of a clause, put together."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re

from curation_kit.agents.gene_expression import lexicon
from curation_kit.agents.gene_expression.clauses import Clause
from curation_kit.agents.gene_expression.places import Mention, What

__all__ = ["Where", "located"]

#: Anatomy, stage and component of one pattern.
Where = tuple[Mention | None, Mention | None, Mention | None]

_LOCATIVE = re.compile(
    r"\b(?:in|to|at|within|throughout|from|on|along|around|inside|across|into|of|by|between|during|through|including|as well as|both|for|identified as|annotated as)"
    r"\s+(?:(?:[^\s,;:.()]|\d\.\d)+\s+){0,4}[^\s,;:.()]*$",
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
    r"\b(?:absence of|lack of|loss of|lacking|devoid of|without|adjacent to|next to|outside(?: of)?|surrounding|identity of|development of|formation of|differentiation of|fate of|presence of|dependent on|independent of|near)"
    r"\s+(?:(?:the|a|an|any|all|these|future|dorsal|ventral|anterior|posterior|lateral|medial|developing|mature|\w+al)\s+)*$",
    re.IGNORECASE,
)
#: "Chondrocytes of the growth plate", "layers of the brain and spinal cord": the
#: whole that a place is part of is no place of its own.
_WHOLE = re.compile(
    r"\s*(?:\([^()]*\)\s*)?of\s+(?:(?:the|a|an|both|all|each|this|these|adult|developing|embryonic|mature|\w+al)\s+)*$"
)
_AND_WHOLE = re.compile(r"\s*(?:,|and|or|,\s*and)\s+(?:(?:the|a|an)\s+)?$")
#: More than an article before the first place of an exception.
_PROSE = re.compile(r"\w{4,}")


def located(text: str, clause: Clause) -> list[Where]:
    """Places, stages and components of a clause, put together.

    Parameters
    ----------
    text
        The sentence.
    clause
        The part of it that is read.

    Returns
    -------
    list of Where
        One for each pattern; empty when the clause names none.
    """
    accepted: list[Mention] = []
    for mention in _without_wholes(text, clause.places):
        if mention.what is What.STAGE or _accepted(text, clause, mention, accepted):
            accepted.append(mention)
    anatomy = [m for m in accepted if m.what is What.ANATOMY]
    components = [m for m in accepted if m.what is What.COMPONENT]
    groups = _stage_groups(accepted)
    if not anatomy and not any(m.what is not What.STAGE for m in clause.places):
        anatomy = [m for m in clause.leading if m.what is What.ANATOMY]
    if not groups:
        groups = _stage_groups(clause.leading)
    rows: list[Where] = []
    spots: list[Mention] | list[None] = anatomy or [None]
    for place in spots:
        for component in _for(place, components, anatomy):
            rows += [
                (place, stage, component)
                for stage in _stages_of(
                    place or component, groups, anatomy or components
                )
                if place or stage or component
            ]
    return rows


def _without_wholes(text: str, places: list[Mention]) -> list[Mention]:
    """Places, without those that only say what another is part of."""
    kept: list[Mention] = []
    before: Mention | None = None
    wholes: list[Mention] = []
    for mention in places:
        if before is not None and mention.what is before.what is What.ANATOMY:
            between = text[before.end : mention.start]
            if _WHOLE.match(between) or (
                before in wholes and _AND_WHOLE.match(between)
            ):
                wholes.append(mention)
        if mention not in wholes:
            kept.append(mention)
        before = mention
    return kept


def _stage_groups(mentions: list[Mention]) -> list[list[Mention]]:
    """Stages that stand together, with no place between them."""
    groups: list[list[Mention]] = []
    joined = False
    for mention in mentions:
        if mention.what is not What.STAGE:
            joined = False
        elif joined:
            groups[-1].append(mention)
        else:
            groups.append([mention])
            joined = True
    # "the epiblast (embryo proper) of 7.5 dpc embryos": the number says more.
    return [_numbered(group) for group in groups]


def _stages_of(
    place: Mention | None, groups: list[list[Mention]], places: list[Mention]
) -> list[Mention] | list[None]:
    """Stages of a place: "in A at S and in B at T", "at S in A and at T in B"."""
    every = _distinct([stage for group in groups for stage in group])
    if not every:
        return [None]
    if place is None or len(places) == 1 or len(every) == 1:
        return _numbered(every)
    if groups[0][0].start < places[0].start:
        before = [group for group in groups if group[0].start < place.start]
        return _distinct(before[-1] if before else groups[0])
    after = [group for group in groups if group[0].start > place.start]
    return _distinct(after[0] if after else groups[-1])


def _numbered(stages: list[Mention]) -> list[Mention]:
    return [m for m in stages if re.search(r"\d", m.text)] or stages


def _for(
    place: Mention | None, others: list[Mention], places: list[Mention]
) -> list[Mention] | list[None]:
    """Components that go with a place: all if it is the only one."""
    if not others:
        return [None]
    if place is None or len(places) == 1 or len(others) == 1:
        return others
    return [min(others, key=lambda other: _distance(other, place))]


def _distance(one: Mention, other: Mention) -> int:
    return max(one.start - other.end, other.start - one.end)


def _distinct(mentions: list[Mention]) -> list[Mention]:
    return list({mention.key: mention for mention in reversed(mentions)}.values())[::-1]


def _accepted(
    text: str, clause: Clause, mention: Mention, accepted: list[Mention]
) -> bool:
    """Whether the words around a place say that something is there."""
    before = text[clause.start : mention.start]
    after = text[mention.end : clause.end]
    if (
        _MODIFIER.match(after)
        or _AWAY.search(before)
        or lexicon.COMPARATOR.search(before)
    ):
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
