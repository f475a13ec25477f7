"""Groups of cells with a number: "cluster 3" is what the paper says it is."""

# ruff: noqa: E501, RUF001 - patterns are easier to read unbroken; quotes are meant

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from curation_kit.agents.gene_expression.places.finder import Mention, What
from curation_kit.agents.gene_expression.places.ranges import with_ranges
from curation_kit.species import letter_first

__all__ = ["Groups"]

_KIND = r"(?:[Ss]ub-?)?(?:[Cc]luster|[Pp]opulation|[Gg]roup)s?"
_ID = r"(?:\d{1,2}[A-Za-z]?|[A-H]\d{0,2})(?![\w.]*\w)"
#: "Cluster 3", "clusters 0, 3 and 5".
_GROUPS = rf"{_KIND} {_ID}(?:(?:, |,? and |,? or | & ){_ID})*"
#: Without what may stand before it: `re` passes over other letters at once.
_ANY_GROUP = re.compile(
    rf"(?:{letter_first('[Cc]luster', '[Pp]opulation', '[Gg]roup')})s? {_ID}"
)
#: Nothing else is worth the long search for the words before such brackets.
_IN_BRACKETS = re.compile(rf"\({_GROUPS}\)")
_CALLS = r"(?:identif|annotat|nam|defin|designat|label|assign|recogni[sz]|classif|interpret|consider)\w*"
#: A name in quotation marks, or the words up to the next mark.
_LABEL = (
    r"(?:[“\"‘'](?P<quoted>[^“”\"‘’]{3,80}?)[.,]?[”\"’']|(?P<words>[^.;:()]{3,80}))"
)
_AS = rf"(?P<groups>{_GROUPS}) as (?:the )?{_LABEL}"
_NAMED = tuple(
    re.compile(pattern)
    for pattern in (
        # "we identify cluster 3 as ...", and "cluster 4 as ..." after it.
        rf"\b{_CALLS} (?:the )?{_AS}",
        rf"\band {_AS}",
        rf"\bnam\w* (?:the )?(?P<groups>{_GROUPS}) [“\"‘'](?P<quoted>[^“”\"‘’]{{3,80}}?)[.,]?[”\"’']",
        rf"(?P<groups>{_GROUPS})(?: \([^()]*\))?(?: (?:is|are|was|were|could|can|be|\w+ly|therefore|thus|also))+ {_CALLS} as (?:the )?{_LABEL}",
        rf"(?P<groups>{_GROUPS})(?: \([^()]*\))? (?:\w+ly )?(?:represent|correspond|consist|compris)(?:s|es|ed|e)?(?: to| of)? (?:the )?{_LABEL}",
        # "the hepatocytes (cluster 3)", "cluster 3 (hepatocytes)".
        rf"(?P<before>[^.;:()]{{3,60}}) \((?P<groups>{_GROUPS})\)",
        rf"(?P<groups>{_GROUPS}) \((?P<words>[^()]{{3,60}})\)",
    )
)
_NAME = re.compile(
    rf"(?P<kind>{_KIND}) (?P<ids>{_ID}(?:(?:, |,? and |,? or | & ){_ID})*)"
)
#: "this cluster", "both of these clusters": those named last.
_AGAIN = re.compile(rf"\b(?:[Tt]his|[Tt]hese|[Bb]oth) {_KIND}(?! (?:\d|[A-H]\b))")
_TIME_AFTER = re.compile(r",?(?: (?:ca\.?|at|from|of|in))*$")
_CELLS = re.compile(r"(?:\b(?:cells?|neurons?|glia)|(?:cyte|blast)s?)\b")
#: Words before the place that a group is said to be, in characters.
_FURTHEST = 30


@dataclass(frozen=True, slots=True)
class _Group:
    """What a group is: its cells, the stages that its name has."""

    cells: Mention
    stages: tuple[Mention, ...]


class Groups:
    """Knows which cells the numbered groups of a paper are.

    Parameters
    ----------
    paper
        The whole paper. A group that it gives several names has none here.
    find
        Gives the places and stages that a piece of text names.
    """

    def __init__(self, paper: str, find: Callable[[str], list[Mention]]) -> None:
        named: dict[str, dict[str, _Group]] = {}
        line = re.sub(r"\s", " ", paper)
        # Most papers have no groups: one search spares them all the others.
        for pattern in _NAMED if _ANY_GROUP.search(line) else ():
            if "before" in pattern.groupindex and not _IN_BRACKETS.search(line):
                continue
            for match in pattern.finditer(line):
                group = _described(match, find)
                if group is None:
                    continue
                cells, *stages = (
                    replace(one, told=match.span())
                    for one in (group.cells, *group.stages)
                )
                group = _Group(cells, tuple(stages))
                for name in _names(match["groups"]):
                    named.setdefault(name, {}).setdefault(group.cells.key, group)
        self._named = {
            name: next(iter(groups.values()))
            for name, groups in named.items()
            if len(groups) == 1
        }
        self._last: list[str] = []

    def named(self, text: str, found: Sequence[Mention]) -> list[Mention]:
        """Add the cells of the groups that a sentence names to its places.

        The sentences of a paper are to be given in order: "this cluster" is the
        one named last.
        """
        if not self._named:
            return list(found)
        groups = list(self._groups(text))
        spans = [(one.start, one.end) for one in groups]
        kept = [
            one
            for one in found
            if all(one.end <= start or end <= one.start for start, end in spans)
        ]
        return sorted([*kept, *groups], key=lambda one: one.start)

    def _groups(self, text: str) -> Iterator[Mention]:
        found = [*_NAME.finditer(text), *_AGAIN.finditer(text)]
        for match in sorted(found, key=re.Match.start):
            if match.re is _AGAIN:
                for name in self._last:
                    yield from self._placed(name, match.start(), match.end())
                continue
            self._last = _names(match[0])
            at = match.start("ids")
            for number in re.finditer(_ID, match["ids"]):
                # The first takes the noun in: "clusters 0" and "3".
                start = at + number.start() if number.start() else match.start()
                name = _name(match["kind"], number[0])
                yield from self._placed(name, start, at + number.end())

    def _placed(self, name: str, start: int, end: int) -> Iterator[Mention]:
        if group := self._named.get(name):
            for mention in (group.cells, *group.stages):
                yield replace(mention, start=start, end=end)


def _described(
    match: re.Match[str], find: Callable[[str], list[Mention]]
) -> _Group | None:
    """What the words of a name say."""
    parts = match.groupdict()
    label = next(
        parts[name] for name in ("quoted", "words", "before") if parts.get(name)
    )
    found = with_ranges(label, find(label))
    stages = tuple(one for one in found if one.what is What.STAGE)
    places = [one for one in found if one.what is What.ANATOMY]
    if parts.get("before"):
        places = [one for one in places if one.end == len(label)]
    elif parts.get("quoted"):
        # All of a name counts, known or not, but for its time.
        first = min((one.start for one in stages), default=len(label))
        name = _TIME_AFTER.sub("", label[:first].rstrip())
        if not _CELLS.search(name):
            return None
        known = [one.key for one in places if one.text == name]
        key = known[0] if known else name.lower()
        return _Group(Mention(0, len(name), name, What.ANATOMY, key), stages)
    else:
        places = [one for one in places if one.start <= _FURTHEST]
    return _Group(places[0], stages) if places else None


def _names(groups: str) -> list[str]:
    """Give each of "clusters 0, 3 and 5" its own name."""
    match = _NAME.match(groups)
    if match is None:
        return []
    return [_name(match["kind"], number) for number in re.findall(_ID, match["ids"])]


def _name(kind: str, number: str) -> str:
    return f"{kind.lower().rstrip('s')} {number}"
