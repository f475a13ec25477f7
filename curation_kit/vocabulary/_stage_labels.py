"""Labels of the stages that a number of hours, days or somites stands for."""

# ruff: noqa: PLR2004 - the numbers here are days, weeks and stages themselves

from __future__ import annotations

import re
from bisect import bisect_right

__all__ = [
    "NUMBERS",
    "adult_day",
    "age",
    "carnegie",
    "embryonic_day",
    "fly_stage",
    "hours",
    "larval_substage",
    "post_fertilization_week",
    "postnatal_day",
    "somites",
    "theiler",
    "worm_day",
]

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

#: Numbers in words.
NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}
NUMBERS |= {"seven": "7", "eight": "8", "nine": "9", "ten": "10", "twelve": "12"}


def hours(match: re.Match[str]) -> list[str]:
    """Zebrafish stage at some hours or days."""
    hours = float(match["n"]) * (24 if match["unit"].startswith("d") else 1)
    starts = [start for start, _ in _ZEBRAFISH_HOURS]
    return [_ZEBRAFISH_HOURS[max(bisect_right(starts, hours) - 1, 0)][1]]


def somites(match: re.Match[str]) -> list[str]:
    """Zebrafish stage with some somites."""
    count = int(match["n"])
    if count >= 26:
        return ["segmentation:26+ somites"]
    found = [name for first, name in _SOMITES if first <= count]
    return [f"segmentation:{found[-1]} somites"] if found else []


def embryonic_day(match: re.Match[str]) -> list[str]:
    """Theiler stages on an embryonic day."""
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


def postnatal_day(match: re.Match[str]) -> list[str]:
    """Stage of a mouse on a day after birth."""
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


def age(match: re.Match[str]) -> list[str]:
    """Stage of an age in weeks, months or years."""
    number = NUMBERS.get(match["n"].lower(), match["n"])
    return [f"{number}-{match['unit'].rstrip('s')}-old stage"]


def theiler(match: re.Match[str]) -> list[str]:
    """Theiler stage of a number."""
    return [f"Theiler stage {int(match['n']):02d}"]


def carnegie(match: re.Match[str]) -> list[str]:
    """Carnegie stage of a number."""
    return [f"Carnegie stage {int(match['n']):02d}"]


def fly_stage(match: re.Match[str]) -> list[str]:
    """Stages of the embryo, the egg chamber, or both."""
    number, part = int(match["n"]), (match["part"] or "").upper()
    what = (match["what"] or match["before"] or "").lower()
    embryonic = [f"embryonic stage {number}"] if number <= 17 and not part else []
    oogenesis = [f"oogenesis stage S{number}{part}"] if number <= 14 else []
    if "embryo" in what:
        return embryonic
    return oogenesis if what else [*embryonic, *oogenesis]


def adult_day(match: re.Match[str]) -> list[str]:
    """Day of a fly's adulthood."""
    return [f"day {match['n'] or match['m']} of adulthood"]


def worm_day(match: re.Match[str]) -> list[str]:
    """Days of a worm since it was an L4."""
    number = int(match["n"] or match["m"])
    return [f"{number}-day{'' if number == 1 else 's'} post-L4 adult hermaphrodite Ce"]


def larval_substage(match: re.Match[str]) -> list[str]:
    """Substage of an L4 larva of a worm."""
    return [f"{match[0]} larva Ce"]


def post_fertilization_week(match: re.Match[str]) -> list[str]:
    """Week of human development; gestation is counted from two weeks before."""
    week = int(match["pcw"]) if match["pcw"] else int(match["gw"] or match["gw2"]) - 2
    ending = {1: "st", 2: "nd", 3: "rd"}.get(week % 10, "th")
    if week in {11, 12, 13}:
        ending = "th"
    return [f"{week}{ending} week post-fertilization stage"]
