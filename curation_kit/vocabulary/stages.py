"""Stages that papers give as a number: "24 hpf", "E10.5", "stage 10B", "P21"."""

# ruff: noqa: PLR2004 - the numbers here are days, weeks and stages themselves

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from curation_kit.vocabulary.ontologies import TermMatch, ontology

__all__ = ["StageSpan", "find_stages", "resolve_stage"]

#: First hour of each zebrafish stage at 28.5 °C (Kimmel et al. 1995, table 1;
#: larval and juvenile days after the ZFIN stage series).
_ZEBRAFISH_HOURS = (
    (0.0, "zygote:1-cell"),
    (0.75, "cleavage:2-cell"),
    (1.0, "cleavage:4-cell"),
    (1.25, "cleavage:8-cell"),
    (1.5, "cleavage:16-cell"),
    (1.75, "cleavage:32-cell"),
    (2.0, "cleavage:64-cell"),
    (2.25, "blastula:128-cell"),
    (2.5, "blastula:256-cell"),
    (2.75, "blastula:512-cell"),
    (3.0, "blastula:1k-cell"),
    (3.3, "blastula:high"),
    (3.6, "blastula:oblong"),
    (4.0, "blastula:sphere"),
    (4.3, "blastula:dome"),
    (4.6, "blastula:30%-epiboly"),
    (5.2, "gastrula:50%-epiboly"),
    (5.6, "gastrula:germ-ring"),
    (6.0, "gastrula:shield"),
    (8.0, "gastrula:75%-epiboly"),
    (9.0, "gastrula:90%-epiboly"),
    (10.0, "gastrula:bud"),
    (10.3, "segmentation:1-4 somites"),
    (11.6, "segmentation:5-9 somites"),
    (14.0, "segmentation:10-13 somites"),
    (16.0, "segmentation:14-19 somites"),
    (19.0, "segmentation:20-25 somites"),
    (22.0, "segmentation:26+ somites"),
    (24.0, "pharyngula:prim-5"),
    (30.0, "pharyngula:prim-15"),
    (36.0, "pharyngula:prim-25"),
    (42.0, "pharyngula:high-pec"),
    (48.0, "hatching:long-pec"),
    (60.0, "hatching:pec-fin"),
    (72.0, "larval:protruding-mouth"),
    (96.0, "larval:day 4"),
    (120.0, "larval:day 5"),
    (144.0, "larval:day 6"),
    (168.0, "larval:days 7-13"),
    (336.0, "larval:days 14-20"),
    (504.0, "larval:days 21-29"),
    (720.0, "juvenile:days 30-44"),
    (1080.0, "juvenile:days 45-89"),
    (2160.0, "adult"),
)

_SOMITES = ((1, "1-4"), (5, "5-9"), (10, "10-13"), (14, "14-19"), (20, "20-25"))

#: Theiler stage, its nominal embryonic day, and the days it spans in MmusDv
#: (Theiler 1989, as tabulated by EMAP).
_THEILER = (
    (1, 0.0, 0.0, 2.5),
    (2, 1.0, 1.0, 2.5),
    (3, 2.0, 1.0, 3.5),
    (4, 3.0, 2.0, 4.0),
    (5, 4.0, 3.0, 5.5),
    (6, 4.5, 4.0, 5.5),
    (7, 5.0, 4.5, 6.0),
    (8, 6.0, 5.0, 6.5),
    (9, 6.5, 6.25, 7.25),
    (10, 7.0, 6.5, 7.75),
    (11, 7.5, 7.25, 8.0),
    (12, 8.0, 7.5, 8.75),
    (13, 8.5, 8.0, 9.25),
    (14, 9.0, 8.5, 9.75),
    (15, 9.5, 9.0, 10.25),
    (16, 10.0, 9.5, 10.75),
    (17, 10.5, 10.0, 11.25),
    (18, 11.0, 10.5, 11.25),
    (19, 11.5, 11.0, 12.25),
    (20, 12.0, 11.5, 13.0),
    (21, 13.0, 12.5, 14.0),
    (22, 14.0, 13.5, 15.0),
    (23, 15.0, 15.0, 15.99),
    (24, 16.0, 16.0, 16.99),
    (25, 17.0, 17.0, 17.99),
    (26, 18.0, 18.0, 18.99),
    (27, 19.0, 19.0, 21.0),
)

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


def _hours(match: re.Match[str]) -> list[str]:
    hours = float(match["n"]) * (24 if match["unit"].startswith("d") else 1)
    starts = [start for start, _ in _ZEBRAFISH_HOURS]
    return [_ZEBRAFISH_HOURS[max(bisect_right(starts, hours) - 1, 0)][1]]


def _somites(match: re.Match[str]) -> list[str]:
    count = int(match["n"])
    if count >= 26:
        return ["segmentation:26+ somites"]
    found = [name for first, name in _SOMITES if first <= count]
    return [f"segmentation:{found[-1]} somites"] if found else []


def _embryonic_day(match: re.Match[str]) -> list[str]:
    day = float(match["n"])
    spanning = [row for row in _THEILER if row[2] <= day <= row[3]]
    if not spanning:
        return []
    nearest = min(abs(day - row[1]) for row in spanning)
    # Half-way between two stages the day alone does not decide: both are kept.
    return [
        f"Theiler stage {row[0]:02d}"
        for row in spanning
        if abs(day - row[1]) == nearest
    ]


def _postnatal_day(match: re.Match[str]) -> list[str]:
    day = int(float(match["n"]))
    if day == 0:
        return ["Theiler stage 27"]
    if day < 4:
        return ["nursing stage"]
    if day < 7:
        return [f"{day}-day-old stage"]
    if day < 21:
        return ["1-week-old stage" if day < 14 else "2-week-old stage"]
    if day < 28:
        return [f"{day}-day-old stage"]
    return [f"{day // 7}-week-old stage"]


def _age(match: re.Match[str]) -> list[str]:
    return [f"{match['n']}-{match['unit'].rstrip('s')}-old stage"]


def _theiler(match: re.Match[str]) -> list[str]:
    return [f"Theiler stage {int(match['n']):02d}"]


def _carnegie(match: re.Match[str]) -> list[str]:
    return [f"Carnegie stage {int(match['n']):02d}"]


def _fly_stage(match: re.Match[str]) -> list[str]:
    number, part = int(match["n"]), (match["part"] or "").upper()
    what = (match["what"] or match["before"] or "").lower()
    embryonic = [f"embryonic stage {number}"] if number <= 17 and not part else []
    oogenesis = [f"oogenesis stage S{number}{part}"] if number <= 14 else []
    if "embryo" in what:
        return embryonic
    return oogenesis if what else [*embryonic, *oogenesis]


def _adult_day(match: re.Match[str]) -> list[str]:
    return [f"day {match['n'] or match['m']} of adulthood"]


def _worm_day(match: re.Match[str]) -> list[str]:
    number = int(match["n"] or match["m"])
    return [f"{number}-day{'' if number == 1 else 's'} post-L4 adult hermaphrodite Ce"]


_MAMMALS = ("mouse", "rat")
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
            r"|(?:hours|days) post[- ]fertili[sz]ation)(?![A-Za-z])"
        ),
        _hours,
    ),
    _Rule(
        ("zebrafish",),
        re.compile(r"\b(?P<n>\d+)[- ]somites?(?: stage)?\b"),
        _somites,
    ),
    _Rule(
        _MAMMALS,
        # "E2" is estradiol and "E1" an enzyme: below day 5 a decimal is needed.
        re.compile(
            r"\b(?:E[- ]?|[Ee]mbryonic day (?:\(E\) ?)?)(?P<n>1?\d\.\d+|[5-9]|1\d|20)"
            r"(?![\w%]|\.\d)"
        ),
        _embryonic_day,
    ),
    _Rule(
        _MAMMALS,
        re.compile(
            rf"(?<![\d.])(?P<n>{_NUMBER})[- ]?"
            r"(?:d\.?p\.?c\b\.?|days post[- ]coitum)"
        ),
        _embryonic_day,
    ),
    _Rule(_MAMMALS, re.compile(r"\b(?:TS|Theiler stage) ?(?P<n>\d{1,2})\b"), _theiler),
    _Rule(
        _MAMMALS,
        re.compile(
            r"\b(?:P|PN|PND|[Pp]ostnatal day )(?P<n>\d{1,3})(?:\.5)?(?![\w-]|\.\d)"
        ),
        _postnatal_day,
    ),
    _Rule(
        ("mouse",),
        re.compile(r"\b(?P<n>\d{1,2})[- ](?P<unit>weeks?|months?)[- ]old\b"),
        _age,
    ),
    _Rule(
        ("human",),
        re.compile(r"\b(?P<n>\d{1,2})[- ](?P<unit>years?)[- ]old\b"),
        _age,
    ),
    _Rule(
        ("human",),
        re.compile(r"\b(?:CS|Carnegie stage) ?(?P<n>\d{1,2})\b"),
        _carnegie,
    ),
    _Rule(
        ("fly",),
        re.compile(
            rf"(?P<before>\b(?:embryos?|{_FOLLICLE}) (?:at|of) )?\b[Ss]t(?:age|\.)[ -]?"
            r"(?P<n>1?\d)(?P<part>[AB](?![A-Za-z]))?"
            rf"(?![\d.])(?: (?P<what>embryos?|embryonic|{_FOLLICLE}))?"
        ),
        _fly_stage,
    ),
    _Rule(("fly",), re.compile(_ADULT_DAY), _adult_day),
    _Rule(("worm",), re.compile(_ADULT_DAY), _worm_day),
)
#: "embryonic stages 5 and 11"
_STAGE_LIST = re.compile(
    r"\b(?P<kind>embryonic )?[Ss]tages "
    r"(?P<numbers>1?\d[AB]?(?:(?:, and |, | and | or )1?\d[AB]?)+)(?![\w%]|\.\d)"
)
_PREFIX = {"zebrafish": "ZFS", "mouse": "MmusDv", "rat": "MmusDv", "human": "HsapDv"}
_PREFIX |= {"fly": "FBdv", "worm": "WBls"}

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
    spans = [
        (match.start(), match.end())
        for rule in _RULES
        if species_key in rule.species
        for match in rule.pattern.finditer(text)
    ]
    spans += [
        (span.start, span.end)
        for span in ontology(prefix).find(text, ignore=_NOT_IN_TEXT)
    ]
    named = [(start, end, text[start:end]) for start, end in spans]
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


def _numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Stages of a list of numbers: "stages 9, 10A and 11"."""
    for listed in _STAGE_LIST.finditer(text):
        kind = listed["kind"] or ""
        for number in re.finditer(r"\d+[AB]?", listed["numbers"]):
            start = listed.start("numbers") + number.start()
            first = number.start() == 0
            yield (
                listed.start() if first else start,
                start + len(number[0]),
                f"{kind}stage {number[0]}",
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
