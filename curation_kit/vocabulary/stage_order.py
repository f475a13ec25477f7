"""Stages in the order of development."""

from __future__ import annotations

import math
import re

from curation_kit.vocabulary.ontologies import ontology

__all__ = ["stage_rank"]

#: First and last of the term numbers that grow with development, as their labels
#: say; each ontology has such a run, and others that were added in any order.
_IN_ORDER = {
    "WBls": (2, 41),
    "FBdv": (5261, 5371),
    "ZFS": (1, 44),
    "MmusDv": (2, 36),
    "HsapDv": (2, 75),
}

#: Terms that were added later, and where they belong among those.
_PLACED = {
    "WBls": {
        669: 2.5,
        801: 24.1,
        802: 24.2,
        42: 26.5,
        46: 27.1,
        47: 29.5,
        48: 31.5,
        51: 34.5,
        52: 35.1,
        49: 37.5,
        73: 38.01,
        828: 38.02,
        50: 40.5,
        56: 41.1,
        57: 41.2,
        58: 41.3,
        63: 41.4,
        60: 41.5,
        61: 41.6,
        62: 60.0,
    },
    "FBdv": {
        4886: 5260.5,
        7002: 5273.1,
        7003: 5273.2,
        7006: 5282.5,
        54: 5290.5,
        4450: 5326.0,
        7015: 5335.1,
        7016: 5335.2,
        7017: 5335.3,
        7018: 5335.4,
        7004: 5339.1,
        7005: 5339.2,
        7007: 5340.5,
        6011: 5354.5,
        6012: 5372.0,
    },
    "ZFS": {46: 1.5, 45: 7.5, 47: 16.5, 49: 22.5, 50: 28.5, 7000: 32.5}
    | {48: 34.5, 51: 41.5},
    "MmusDv": {42: 1.5, 103: 14.1, 104: 14.2, 105: 15.1, 106: 15.2, 107: 15.3}
    | {111: 17.1, 93: 17.2, 94: 17.3, 95: 17.4, 108: 19.1, 109: 19.2},
    "HsapDv": {45: 1.5, 205: 5.5, 31: 9.1, 32: 9.2, 33: 9.3, 34: 11.1, 35: 11.2},
}

#: Days after birth at which a stage begins that the label gives no number for
#: (definitions of MmusDv and HsapDv).
_BEGINS = {
    "MmusDv": {"postnatal": 0.1, "immature": 0.2, "nursing": 0.3, "infant": 0.4}
    | {"juvenile": 21, "mature": 42, "young adult": 56, "prime adult": 90}
    | {"middle aged": 304, "late adult": 608},
    "HsapDv": {"postnatal": 0.1, "pediatric": 0.2, "newborn": 0.3, "nursing": 0.4}
    | {"infant": 28, "child": 365, "juvenile": 1825, "adult": 5475}
    | {"young adult": 5476, "prime adult": 9125, "middle aged": 14600}
    | {"late adult": 21900, "centenarian": 36500},
}

_DAYS = {"day": 1, "week": 7, "month": 30.4, "year": 365.25}
_AGE = re.compile(
    r"(?P<n>\d+)(?:-\d+)?[ -]?(?P<unit>day|week|month|year)s?(?:[ -]old.*)?$"
)
_BORN = 1000.0
_FLY_DAY = re.compile(r"day (?P<n>\d+) of adulthood")
_POST_L4 = re.compile(r"(?P<n>\d+)(?:-(?P<last>\d+))?[ -]days? post-L4 ")
_L4 = re.compile(r"L4\.(?P<n>\d) larva ")
_CELLS = re.compile(r"(?P<n>\d+)-cells? embryo ")


def stage_rank(term_id: str) -> float:
    """Place of a stage in the development of its species.

    Only stages of one ontology can be compared. A period stands before the
    stages that it is made of.

    Parameters
    ----------
    term_id
        CURIE of WBls, FBdv, ZFS, MmusDv or HsapDv.

    Returns
    -------
    float
        Grows with development; infinite where the place is not known.

    Examples
    --------
    >>> stage_rank("WBls:0000024") < stage_rank("WBls:0000038")  # L1, L4
    True
    """
    prefix, _, digits = term_id.partition(":")
    if prefix not in _IN_ORDER or not digits.isdecimal():
        return math.inf
    number = int(digits)
    first, last = _IN_ORDER[prefix]
    label = ontology(prefix).label(term_id)
    if label is None:  # no such stage, whatever its number
        return math.inf
    if number in _PLACED[prefix]:
        return _PLACED[prefix][number]
    if prefix == "WBls" and (rank := _worm(label)) is not None:
        return rank
    if first <= number <= last:
        return float(number)
    return _days(prefix, label)


def _worm(label: str) -> float | None:
    """Rank of an embryo by its cells, of a larva by its vulva, of an adult by days."""
    if match := _POST_L4.match(label):
        return 42.0 + float(match["n"]) + (0.5 if match["last"] else 0.0)
    if match := _L4.match(label):
        return 38.1 + int(match["n"]) / 20
    if match := _CELLS.match(label):
        # 1, 2, 4, 28, 51 and 88 cells are the terms 6 to 12; gastrulation, 10,
        # begins at 28.
        known = ((1, 6), (2, 7), (4, 8), (28, 9), (51, 11), (88, 12))
        cells = int(match["n"])
        below = max(pair for pair in known if pair[0] <= cells)
        return below[1] + (cells - below[0]) / 1000
    return None


def _days(prefix: str, label: str) -> float:
    """Rank of an age, or of a stage of life that begins at one."""
    if match := _FLY_DAY.match(label):
        return 5373.0 + int(match["n"])
    begins = _BEGINS.get(prefix, {})
    if match := _AGE.match(label.removesuffix(" stage").removesuffix(" and over")):
        return _BORN + float(match["n"]) * _DAYS[match["unit"]] if begins else math.inf
    # A period is before the ages that it consists of.
    return _BORN - 0.05 + begins.get(re.sub(r" ?stage.*", "", label), math.inf)
