"""Stages that papers give as a number: "24 hpf", "E10.5", "stage 10B", "P21"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from curation_kit.vocabulary import _stage_labels as labels
from curation_kit.vocabulary.ontologies import TermMatch, ontology

__all__ = ["StageSpan", "find_stages", "resolve_stage"]

_NUMBER = r"\d+(?:\.\d+)?"


@dataclass(frozen=True, slots=True)
class StageSpan:
    """A stage named in a text: its place there."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Rule:
    """A way to write a stage, and the labels of the terms it may mean."""

    species: tuple[str, ...]
    pattern: re.Pattern[str]
    labels: Callable[[re.Match[str]], list[str]]
    #: How more numbers may follow: "E8.5, 9.5 and 10.5", "P7-14".
    more: re.Pattern[str] | None = None


_PREFIX = {"zebrafish": "ZFS", "mouse": "MmusDv", "rat": "MmusDv", "human": "HsapDv"}
_PREFIX |= {"fly": "FBdv", "worm": "WBls"}

_MAMMALS = ("mouse", "rat")
_VERTEBRATES = ("human", "mouse", "rat", "zebrafish")

#: Numbers before one that has the unit: "24, 36 and 48 hpf", "6-8 somites".
_BEFORE = re.compile(
    rf"(?<![\w.-])((?:{_NUMBER}, )*{_NUMBER},?)(?: ?[-–—/] ?| (?:and|or|to|until) )$"
)
_LIST = r"(?:(?:, {n})*,? (?:and|or|to) {n}|[-–—/]{n})(?![\w%]|\.\d)"
_MORE_DECIMALS = re.compile(_LIST.format(n=r"\d+\.\d+"))
_MORE_IN_RANGE = re.compile(r"[-–—/]\d{1,2}(?![\w%]|\.\d)")
#: As far back as such a list is looked for, in characters.
_FURTHEST = 40


def _no_term(_: re.Match[str]) -> list[str]:
    """Of a stage that the ontologies have no term for: the words are kept."""
    return []


_ADULT_DAY = (
    r"\b(?:[Dd]ay[- ](?P<n>\d+) (?:of )?adult(?:hood|s)?"
    r"|(?P<m>\d+)[- ]days?[- ]old adults?)\b"
)
_FOLLICLE = r"egg chambers?|follicles?|oocytes?|nurse cells?|follicle cells?|ovarioles?"

_RULES = (
    _Rule(
        ("zebrafish",),
        re.compile(
            rf"(?<![\d.])(?P<n>{_NUMBER})[\s-]?(?P<unit>h\.?p\.?f\.?|d\.?p\.?f\.?"
            r"|(?:hours?|days?) post[- ]fertili[sz]ation)(?![A-Za-z])"
        ),
        labels.hours,
    ),
    _Rule(
        ("zebrafish",),
        re.compile(r"\b(?P<n>\d+)(?:[- ]somites?(?:[- ]stages?)?|[- ]?ss)\b"),
        labels.somites,
    ),
    _Rule(
        _MAMMALS,
        # "E2" is estradiol and "E1" an enzyme: below day 5 a decimal is needed.
        re.compile(
            r"\b(?:E[- ]?|e(?=\d+\.\d)|[Ee]mbryonic day (?:\(E\) ?)?)"
            r"(?P<n>1?\d\.\d+|[5-9]|1\d|20)(?![\w%]|\.\d)"
        ),
        labels.embryonic_day,
        _MORE_DECIMALS,
    ),
    _Rule(
        _MAMMALS,
        re.compile(
            rf"(?<![\d.])(?P<n>{_NUMBER})[- ]?"
            r"(?:d\.?p\.?c\b\.?|days post[- ]coitum)"
        ),
        labels.embryonic_day,
    ),
    _Rule(
        _MAMMALS,
        re.compile(r"\b(?:TS|Theiler stage) ?(?P<n>\d{1,2})\b"),
        labels.theiler,
    ),
    _Rule(
        _MAMMALS,
        re.compile(
            r"\b(?:P|PN|PND|[Pp]ostnatal day )(?P<n>\d{1,3})(?:\.5)?"
            r"(?!\w|-(?!P?\d)|\.\d)"
        ),
        labels.postnatal_day,
        _MORE_IN_RANGE,
    ),
    _Rule(
        _MAMMALS,
        re.compile(r"\b(?P<n>\d{1,2})[- ]days?[- ]old\b"),
        labels.postnatal_day,
    ),
    _Rule(
        _MAMMALS,
        re.compile(
            rf"\b(?P<n>\d{{1,2}}|{'|'.join(labels.NUMBERS)})[- ]"
            r"(?P<unit>weeks?|months?)(?:[- ]old| of age)\b"
        ),
        labels.age,
    ),
    _Rule(
        _VERTEBRATES,  # of chicks in a paper on one of them
        re.compile(r"\b(?:[Ss]tages? )?HH ?(?:[Ss]tages? )?(?P<n>\d{1,2})\b"),
        _no_term,
        _MORE_IN_RANGE,
    ),
    _Rule(
        ("human",),
        re.compile(r"\b(?P<n>\d{1,2})[- ](?P<unit>years?)[- ]old\b"),
        labels.age,
    ),
    _Rule(
        ("human",),
        re.compile(r"\b(?:CS|Carnegie stage) ?(?P<n>\d{1,2})\b"),
        labels.carnegie,
    ),
    _Rule(
        ("human",),
        re.compile(
            r"\b(?:(?P<pcw>\d{1,2})[- ]?(?:pcw|PCW|weeks? post[- ]conception(?:al)?)"
            r"|(?:GW ?|[Gg]estational week )(?P<gw>\d{1,2})"
            r"|(?P<gw2>\d{1,2})[- ](?:gestational weeks?|weeks? (?:of )?gestation))\b"
        ),
        labels.post_fertilization_week,
    ),
    _Rule(
        ("fly",),
        re.compile(
            rf"(?P<before>\b(?:embryos?|{_FOLLICLE}) (?:at|of) )?\b"
            r"(?:[Ss]t(?:age|\.)[ -]?|St )"
            r"(?P<n>1?\d)(?P<part>[AB](?![A-Za-z]))?"
            rf"(?!\d|\.\d)(?: (?P<what>embryos?|embryonic|{_FOLLICLE}))?"
        ),
        labels.fly_stage,
    ),
    _Rule(
        ("fly",),
        re.compile(
            rf"(?<![\d.])(?P<n>{_NUMBER})[- ]?(?:h|hrs?|hours?)[- ](?:APF|AEL|AED"
            r"|after (?:puparium formation|pupariation|egg[- ](?:laying|deposition)))\b"
            r"|\b\d{1,2}[-–]\d{1,2}[- ]?(?:h|hrs?|hours?)[- ](?:old )?embryos?\b"
        ),
        _no_term,
    ),
    _Rule(
        tuple(_PREFIX),
        # Of meiosis, for germ cells: "late pachytene", "meiotic prophase I".
        re.compile(
            r"\b(?:(?:[Ee]arly|[Mm]id(?:dle)?|[Ll]ate|[Tt]he end of)[- ]|[Ee]nd of )?"
            r"(?:(?:[Pp]re)?[Ll]eptotene|[Zz]ygotene|[Pp]achytene|[Dd]iplotene|[Dd]iakinesis"
            r"|[Mm]eiotic prophase(?: I)?|(?:[Pp]ro|[Mm]eta|[Aa]na|[Tt]elo)phase II?)\b"
            r"(?: stages?)?(?! (?:arrest|exit|entry|transition))"
        ),
        _no_term,
    ),
    _Rule(("fly",), re.compile(_ADULT_DAY), labels.adult_day),
    _Rule(("worm",), re.compile(_ADULT_DAY), labels.worm_day),
    _Rule(("worm",), re.compile(r"\bL4\.\d(?!\d)"), labels.larval_substage),
)
#: "embryonic stages 5 and 11", "stage 9 to 10B egg chambers"
_STAGE_LIST = re.compile(
    r"\b(?P<kind>embryonic )?(?:[Ss]tages (?P<numbers>1?\d[AB]?"
    r"(?:(?:, and |, | and | or | to |[-–—/])1?\d[AB]?)+)"
    r"|(?:[Ss]tage|St\.?) (?P<range>1?\d[AB]?(?: to |[-–—/])1?\d[AB]?))"
    rf"(?![\w%]|\.\d)(?P<what> (?:embryos?|{_FOLLICLE}))?"
)
#: Names in the stage ontologies that are ordinary words in running text.
_NOT_IN_TEXT = frozenset(
    (
        "age",
        "biological process",
        "cleavage",
        "dauer exit",
        "developmental process",
        "developmental stage",
        "drosophila life",
        "hatching",
        "life cycle",
        "life cycle stage",
        "life stage",
        "mature",
        "oogenesis",
        "segmentation",
        "spermatogenesis",
        "unknown",
        "zebrafish stage",
    )
)


def find_stages(text: str, species_key: str) -> list[StageSpan]:
    """Stages named in a text, by number or by name, the longest at each place.

    Parameters
    ----------
    text
        A sentence or more.
    species_key
        Key of `curation_kit.species.SPECIES`; rats are staged as mice.

    Returns
    -------
    list of StageSpan
        In order, not overlapping.
    """
    prefix = _PREFIX.get(species_key)
    if prefix is None:
        return []
    text = _plain_hyphens(text)
    named: list[tuple[int, int, str]] = []
    for rule in _RULES:
        if species_key in rule.species:
            for match in rule.pattern.finditer(text):
                named.append((match.start(), match.end(), match[0]))
                named += _sharing(text, match, rule.more)
    named += [
        (span.start, span.end, span.text)
        for span in ontology(prefix).find(text, ignore=_NOT_IN_TEXT)
    ]
    if species_key == "fly":
        # The numbers of a list go before "stages 9", found by name.
        listed = list(_numbers(text))
        taken = [(start, end) for start, end, _ in listed]
        named = listed + [
            span
            for span in named
            if all(span[1] <= start or span[0] >= end for start, end in taken)
        ]
    chosen: list[StageSpan] = []
    for start, end, name in sorted(named, key=lambda span: (span[0], -span[1])):
        if not chosen or start >= chosen[-1].end:
            chosen.append(_without_stop(start, end, name))
    return chosen


def _plain_hyphens(text: str) -> str:
    """Give hyphens as the patterns have them; dashes stay, for they tell a range."""
    return text.replace("\u2010", "-").replace("\u2011", "-")


def _sharing(
    text: str, match: re.Match[str], more: re.Pattern[str] | None
) -> Iterator[tuple[int, int, str]]:
    """Other numbers that share the unit or letter of one: "24–48 hpf", "E8.5, 9.5"."""
    group = "n" if match.groupdict().get("n") else "m"
    if not match.groupdict().get(group):
        return
    first, last = match.span(group)
    if first == match.start():
        offset = max(0, first - _FURTHEST)
        before = _BEFORE.search(text[offset:first])
        found = re.finditer(_NUMBER, before[1]) if before else ()
        at = offset + (before.start(1) if before else 0)
    else:
        after = more.match(text, last) if more else None
        found = re.finditer(_NUMBER, after[0]) if after else ()
        at = last
    for number in found:
        name = text[match.start() : first] + number[0] + text[last : match.end()]
        yield at + number.start(), at + number.end(), name


def _numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Stages of a list of numbers: "stages 9, 10A and 11"."""
    for listed in _STAGE_LIST.finditer(text):
        kind, what = listed["kind"] or "", listed["what"] or ""
        group = "numbers" if listed["numbers"] else "range"
        for number in re.finditer(r"\d+[AB]?", listed[group]):
            start = listed.start(group) + number.start()
            first = number.start() == 0
            last = start + len(number[0]) == listed.end(group)
            yield (
                listed.start() if first else start,
                listed.end() if last else start + len(number[0]),
                f"{kind}stage {number[0]}{what}",
            )


def _without_stop(start: int, end: int, name: str) -> StageSpan:
    """Leave the full stop of a sentence out: "at 24 hpf."."""
    if name.endswith(".") and name.count(".") == 1 + bool(re.search(r"\d\.\d", name)):
        return StageSpan(start, end - 1, name[:-1])
    return StageSpan(start, end, name)


def resolve_stage(name: str, species_key: str) -> list[TermMatch]:
    """Terms that a stage, as a paper writes it, may stand for.

    Several are given where the name does not decide: E12.5 lies half-way
    between two Theiler stages, "stage 10" may be of the embryo or the egg
    chamber. Rats have no stage ontology here and give none.

    Parameters
    ----------
    name
        For instance ``24 hpf``, ``E10.5``, ``L4 larvae`` or ``adult``.
    species_key
        Key of `curation_kit.species.SPECIES`.
    """
    prefix = _PREFIX.get(species_key)
    if prefix is None or species_key == "rat":
        return []
    terms = ontology(prefix)
    name = _plain_hyphens(name)
    named = terms.lookup(name)
    if named:
        return named
    for rule in _RULES:
        match = rule.pattern.fullmatch(name) if species_key in rule.species else None
        if match:
            labels = rule.labels(match)
            found = [term for label in labels for term in terms.lookup(label)]
            return [term for term in found if term.label in labels]
    return []
