"""Where and when: the places, stages and components of a clause, put together."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from curation_kit.agents.gene_expression.language import lexicon
from curation_kit.agents.gene_expression.places.finder import Mention, What
from curation_kit.agents.gene_expression.reading.clauses import Clause

__all__ = ["Where", "ends", "located"]

#: Anatomy, stage and component of one pattern.
Where = tuple[Mention | None, Mention | None, Mention | None]

_LOCATIVE = re.compile(
    r"\b(?:in|to|at|within|throughout|from|on|along|around|near|toward|towards|inside|across|into|of|between|during|through|including|as well as|both|for|(?:expressed|produced|made|secreted) by|identified as|annotated as)"
    r"\s+(?:(?:[^\s,;:.()]|\d\.\d)+\s+(?:\([^()\s]{1,9}\)\s+)?){0,4}[^\s,;:.()]*$",
    re.IGNORECASE,
)
_JOINED = re.compile(
    r"^\)?(?: of (?:the )?[\w-]+(?: [\w-]+)?)?(?:\s*\([^()]*\))?\s*(?:,|;|;\s*and|and|or|,\s*and|,\s*or|/|&|as well as|including|of|in|,\s*including|and in|or in|and to|within)?\s*(?:(?:the|a|an|in|to|at|both|of|some|other|all|most|few|many|[\w-]+)\s+){0,3}$"
)
#: "in the wattle, comb and skin": a list whose first places no vocabulary has.
_WORD = r"(?!(?:is|are|was|were|which|that|where|while|with|but|we|to|by|as|at|then|for|not|no|compared|and|or|of)\b)[\w-]++"
_LISTED = re.compile(
    rf"(?:(?<=[\w)] )(?:in|within|throughout)|\bincluding) (?:{_WORD}(?: {_WORD}){{0,3}}(?: \([^()]{{1,40}}\))?(?:,? and |, )){{1,4}}(?:{_WORD} )?$"
)
#: As far back as such a list may begin, in characters.
_LIST_BACK = 120
#: "all pharyngeal neurons (M4, I1)": cells of the worm have names.
_CELLS = "WBbt:"
#: What joins the items of a list.
_ITEM = re.compile(
    r"(?:\s*\([^()]*\))?(?:,| and|, and| or)(?: (?:the|most|all|some|or|and))* "
)
#: "limb development", "breast cancer": the place only says which.
_MODIFIER = re.compile(
    r"-(?!specific|restricted|enriched|positive|expressing|derived|like|type)[a-z]{3,}\b|[- ](?:cancers?|tumou?rs?|\w*(?:carcinoma|sarcoma|blastoma|lymphoma|melanoma|glioma)s?|occlusion|injury|development|formation|differentiation|functions?"
    r"|size|morpholog\w+|morphogene\w+|defects?|identity|(?:\w+ )?markers?|transcription factors?|pattern(?:ing)?|specification|diseases?|growth|length|volume"
    r"|UMAPs?|t-?SNE|clusters?|datasets?|\w+genesis|remodel+ing|inflammation|necrosis|bacteria|microbiota|cultures?|homeostasis|activity|activation|degeneration|phenotypes?|fate|maturation|proteins?|genes?"
    r"|RNA-?[Ss]eq|regeneration|survival|biology|physiology|behaviou?rs?|stages?|responses?|plasticity|tissue culture|determination)\b"
)
#: The place is where something is not, or what something lies beside.
_AWAY = re.compile(
    r"\b(?:absence of|lack of|loss of|lacking|devoid of|without|adjacent to|next to|(?:close )?(?:apposition|proximity|vicinity|contact) (?:of|to|with)|outside(?: of)?|except(?: for| in)?|excluding|surrounding|(?<!the )(?:underlying|overlying)|identity of|(?:development|formation|differentiation|fate|proliferation|migration|recruitment|survival|death|maturation|innervation|rearrangement|specification|morphogenesis|regeneration) of|(?:functions?|roles?) (?:in|of)|presence of|dependent on|independent of|near|(?:analys[ie]s|profiling|sequencing|isolation|extracts?|datasets?|transcriptomes?|atlas) (?:of|from)|markers? (?:for|of)|rather than(?: in)?|\w+ing around|instead of(?: in)?|unlike|distinguished from|distinct from|giv(?:es?|ing) rise to|(?:descendants?|progeny|daughters?|offspring|removal|ablation) of|(?:derived|originating|arising|descend\w+) from|(?:lateral|medial|dorsal|ventral|anterior|posterior|proximal|distal|rostral|caudal|superficial|close) to|below|underneath|behind|ahead of|in front of|beyond|(?:expected|typical|characteristic) (?:in|for|of|from))"
    r"\s+(?:(?:cells of|the|a|an|any|all|these|single|future|mouse|rat|human|murine|zebrafish|fly|dorsal|ventral|anterior|posterior|lateral|medial|developing|mature|adult|whole|\w+al)\s+)*$",
    re.IGNORECASE,
)
#: Near an edge is in what has the edge.
_EDGE = re.compile(r"\b(?:surface|boundary|border|edge|margin|tip)s?\b")
_BEYOND = re.compile(r"\w+(?:al|or) to\b", re.IGNORECASE)
#: "the ganglion cells of the adult retina": the first place says more.
_PART_OF = re.compile(
    r"(?:\s*\([^()]*\))?\s+(?:both |mainly |only )?(?:with)?(?:of|in|within|from|on|along|lining)\s+(?:(?:the|an?|each|both|all|these|most|[\w.-]+(?<!and)(?<!or))\s+){0,3}$"
)
#: "lower in A than in B": G is in both; "higher than B" says that of A alone.
_ALSO_THERE = re.compile(
    r"\bthan (?:it (?:is|was) )?(?:in|at|within|on)\s", re.IGNORECASE
)
#: What is stained or marked: "antibodies labelled the cells".
_OBJECT = re.compile(
    r"\b(?:stain(?:ed|s)|label(?:l?ed|s)|mark(?:s|ed))\s+(?:(?:the|all|most|some|many|a|an|only|both|[\w-]+ly)\s+){0,3}$"
)
#: A place before these words has the gene: "neurons express G".
_SUBJECT = re.compile(
    r"\b(?:co-?)?express(?:es|ed|ing)?\b|\b(?:positive|negative) for\b|[-+⁺ ](?:immuno)?(?:positive|reactive)\b|\w[+⁺]|\brich in\b|stain|label|\b(?:contain|lack|show|display|exhibit)(?:s|ed|ing)?\b|\bdevoid of\b"
)
_EXPRESSES = re.compile(r"\b(?:co-?)?express(?:es|ed)?\b|\b(?:contain|lack)(?:s|ed)?\b")
#: "Neurons, glia and the epidermis had weaker expression".
_HAS = re.compile(
    r"[^;.]{0,140}\b(?:ha(?:d|s|ve)|show(?:s|ed)?|display(?:s|ed)?|exhibit(?:s|ed)?) (?:[\w-]+ ){0,3}(?:expression|(?:immuno)?staining|signals?|labell?ing|transcripts|immunoreactivity)\b"
)
#: "(E11.5), expanding dorsally at E12.5": stages of different things.
_PROSE_BETWEEN = re.compile(r"\)[^()]*\w{4,} .*\w{4,}")
#: "guard hairs, which are the first of the hairs": what the place is.
_SAID_OF = re.compile(
    r"\w, (?:the|an?) (?:[\w-]+ ){1,6}(?:of|in|within) (?:the )?$|\w,? (?:that|which) (?:is|are|was|were) (?:the|an?) [^,;()]*$"
    r"|\w, which (?!(?:is|are|was|were|also|express|show|contain|ha[sd]|have|stain|label)\w*\b)\w+ [^,;()]*$"
)
#: "in A (Smith et al., 2004) and in B (Figure 1)": others saw it in A.
_REPORTED = re.compile(
    r"(?: \((?:see |e\.g\.,? )?[A-Z][\w-]+(?: et al\.?| and [A-Z][\w-]+),? (?:19|20)\d\d(?:(?!Fig)[^()])*\)| ?\[\d+(?:[,–-] ?\d+)*\])(?! ?\(?Fig)"
)
#: "on day 3, when rods mature": when it is, not where.
_WHEN = re.compile(r"(?:[\w)],|[\w)](?<!that)) when (?!compared)[^,;()]*$")
#: "before they had fused to hyp7", "after the furrow has passed the disc"
_MEANWHILE = re.compile(
    r"\b(?:before|after|until|once) (?:[^\s,;()]+ ){1,7}?(?:ha[sd]|have|is|are|was|were|fuse[sd]?|\w{3,}ed) [^,;()]*$"
)
#: "(markers of the granular layer)"
_MARKED = re.compile(r"\([^()]*\bmarkers? (?:for|of)\b[^()]*$")
#: "lost from A by E13.5": it is said of a time at which nothing is there.
_GONE = re.compile(
    r"\b(?:lost|gone|disappear(?:s|ed)?|vanish(?:es|ed)?|cleared|eliminated) (?:\w+ly )?(?:from|in) (?:(?:the|all|most|\w+al) )*$"
)
#: More than an article before the first place of an exception.
_PROSE = re.compile(r"\w{4,}")
#: "... and ceases (in A) at E13.5", "By E13.5, G has ceased": it is no longer there.
_CEASES = r"(?:cease[sd]?|ends?|ended|disappear(?:s|ed)?|vanish(?:es|ed)|declin(?:es|ed)|fade[sd]?|extinguished|terminat(?:es|ed)|lost|shut off|turned off|(?:is|was) gone|giv(?:es?|ing) rise)"
_ENDED = re.compile(
    r"\b(?:before|prior to|earlier than) (?:about |around |the )?$"
    rf"|\b{_CEASES} (?:\w+ly )?(?:(?:in|from|within|throughout) (?:[\w-]+ ){{1,5}}?)?(?:by|at|after|around|before|from|on|to) (?:about |around |the )?$"
)
_ENDS = re.compile(
    rf", (?:(?!in\b|and\b|is\b|are\b|was\b|were\b)[^\s,;]+ ){{1,5}}?(?:(?:is|are|was|were) )?{_CEASES}\b"
)


def located(text: str, clause: Clause, *, compared: bool = False) -> list[Where]:
    """Places, stages and components of a clause, put together.

    Parameters
    ----------
    text
        The sentence.
    clause
        The part of it that is read.
    compared
        Whether the gene is also where others are compared with.

    Returns
    -------
    list of Where
        One for each pattern; empty when the clause names none.
    """
    accepted = _there(text, clause, compared=compared)
    anatomy = _closest(text, clause, accepted)
    components = [
        m
        for m in accepted
        if m.what is What.COMPONENT and not _beside(text, m, anatomy)
    ]
    groups = _stage_groups(text, accepted)
    if not anatomy and not any(m.what is not What.STAGE for m in clause.places):
        anatomy = [m for m in clause.leading if m.what is What.ANATOMY]
    if not groups:
        groups = _stage_groups(text, clause.leading)
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


def ends(text: str, stage: Mention, start: int = 0) -> bool:
    """Whether the words from a place of a text on tell that expression ends then."""
    return bool(_ENDED.search(text, start, stage.start) or _ENDS.match(text, stage.end))


def _beside(text: str, component: Mention, anatomy: Sequence[Mention]) -> bool:
    """Whether a component is one more item of a list of places: "the gut and nuclei"."""
    before = [m.end for m in anatomy if m.end <= component.start]
    return bool(before) and bool(_ITEM.fullmatch(text, before[-1], component.start))


def _closest(text: str, clause: Clause, accepted: list[Mention]) -> list[Mention]:
    """Places, without those that others are only said to be a part of."""
    places = [m for m in accepted if m.what is What.ANATOMY]
    named = [m for m in clause.places if m.what is What.ANATOMY]
    wholes = {
        whole.start
        for part, whole in pairwise(named)
        if part in places and _PART_OF.fullmatch(text, part.end, whole.start)
    }
    # The next whole is one of a whole: "the cells of the layer of the retina".
    kept = [m for m in places if m.start not in wholes]
    if not clause.genes or clause.genes[0].start < clause.proper:
        return kept
    # "In the eye, G was seen in the lens."
    gene = clause.genes[0].start
    said = [m for m in kept if m.start > gene]
    # "In the eye, the lens expressed G", but not "In addition to the eye, the lens".
    subjects = not text.startswith("In addition", clause.start) and [
        m
        for m in kept
        if clause.proper <= m.start and _EXPRESSES.search(text, m.end, gene)
    ]
    return said or subjects or kept


#: Stages that a number tells more of: "7.5 dpc embryos".
_GENERAL = re.compile(r"embryo|larva|pupa|f(?:o)?et|postnatal|neonat", re.IGNORECASE)


def _stage_groups(text: str, mentions: list[Mention]) -> list[list[Mention]]:
    """Stages that stand together, with no place and few words between them."""
    groups: list[list[Mention]] = []
    before: Mention | None = None
    for mention in mentions:
        if mention.what is not What.STAGE:
            before = None
            continue
        if before and not _PROSE_BETWEEN.search(text[before.end : mention.start]):
            groups[-1].append(mention)
        else:
            groups.append([mention])
        before = mention
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
    after = [group for group in groups if group[0].start >= place.start]
    return _distinct(after[0] if after else groups[-1])


def _numbered(stages: list[Mention]) -> list[Mention]:
    """Stages, without a general one that a number makes precise."""
    numbered = [m for m in stages if re.search(r"\d", m.text)]
    return [
        m
        for m in stages
        if m in numbered
        or not numbered
        or not (_GENERAL.search(m.text) or any(_distance(m, n) <= 1 for n in numbered))
    ]


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


def _there(text: str, clause: Clause, *, compared: bool) -> list[Mention]:
    """Places, stages and components of which a clause states something."""
    accepted: list[Mention] = []
    away: Mention | None = None
    for mention in clause.places:
        if mention.what is What.STAGE:
            if compared or not ends(text, mention, clause.start):
                accepted.append(mention)
        elif _is_away(text[clause.start : mention.start], mention) or (
            # "the descendants of A, B and C"
            away and _ITEM.fullmatch(text, away.end, mention.start)
        ):
            away = mention
        elif _accepted(text, clause, mention, accepted, compared=compared):
            accepted.append(mention)
    return accepted


def _is_away(before: str, mention: Mention) -> bool:
    """Whether the words before a place say that something is not there."""
    away = _AWAY.search(before)
    if away is None:
        return False
    # "Near the surface" is there, "posterior to the boundary" is not.
    return not _EDGE.search(mention.text) or bool(_BEYOND.match(away[0]))


def _accepted(
    text: str,
    clause: Clause,
    mention: Mention,
    accepted: list[Mention],
    *,
    compared: bool,
) -> bool:
    """Whether the words around a place say that something is there."""
    before = text[clause.start : mention.start]
    after = text[mention.end : clause.end]
    if (
        _MODIFIER.match(after)
        or (accepted and _SAID_OF.search(before))
        or _MARKED.search(before)
        or _WHEN.search(before)
        or _MEANWHILE.search(before)
        or _REPORTED.match(after)
        or (not compared and _GONE.search(before))
    ):
        return False
    if lexicon.COMPARATOR.search(before) and (
        compared or not _ALSO_THERE.search(before)
    ):
        return compared
    if mention.adjective or re.match(
        rf"[ -](?:[\w-]+ )?(?:{lexicon.NOUN})\b", after, re.IGNORECASE
    ):
        return True
    if (
        _LOCATIVE.search(before)
        or _LISTED.search(before[-_LIST_BACK:])
        or _OBJECT.search(before)
        or (clause.excepted and not _PROSE.search(before))
    ):
        return True
    for other in reversed(accepted):
        if other.what is not What.STAGE or len(accepted) == 1:
            between = text[other.end : mention.start]
            named_cell = between == " (" and mention.key.startswith(_CELLS)
            return named_cell or bool(_JOINED.match(between))
    # "neurons express G"
    return bool(_SUBJECT.search(after[:60]) or _HAS.match(after))
