"""Abbreviations that a paper defines: "central nervous system (CNS)".

The method is that of Schwartz and Hearst, "A simple algorithm for identifying
abbreviation definitions in biomedical text", Pac. Symp. Biocomput. 2003, 451-462.
"""

from __future__ import annotations

import re

__all__ = ["abbreviations"]

#: What stands in a pair of brackets, up to the first comma or semicolon.
_BRACKETED = re.compile(
    r"[(\[]\s*(?P<inside>[^()\[\]]{2,80}?)\s*(?:[,;][^()\[\]]*)?[)\]]"
)
_SHORT = re.compile(
    r"(?=\S*[A-Za-zα-ω])[A-Za-z0-9α-ω][\w/+.'-]{1,9}(?: [\w/+.'-]{1,9})?"
)
_PLURAL = re.compile(r"\S*[A-Z]s")
#: Words of legends and references that are no abbreviations.
_NO_SHORT = re.compile(
    r"(?:[Ff]igs?|[Tt]ables?|[Rr]efs?|[Ss]ee|[Aa]nd|e\.g|i\.e|[Dd]ata|[Ii]n|[Tt]op|[Ll]eft|[Rr]ight)\b.*"
)
#: A longer name with no capital but its first is a word.
_WORD = 4
#: A definition goes back to the last of these.
_SENTENCE_END = re.compile(r"[.;:!?]\s|\n\s*\n|[()\[\]]")


def abbreviations(text: str) -> dict[str, str]:
    """Abbreviations that a text defines, and what each stands for.

    Parameters
    ----------
    text
        A whole paper; a definition holds for all of it.

    Returns
    -------
    dict
        Short form to the words of its first definition.

    Examples
    --------
    >>> abbreviations("the central nervous system (CNS) and retina")
    {'CNS': 'central nervous system'}
    """
    found: dict[str, str] = {}
    for bracket in _BRACKETED.finditer(text):
        inside = " ".join(bracket["inside"].split())
        before = _before(text, bracket.start())
        if _is_short(inside):
            short, long = inside, _long_form(inside, before)
            if long is None and _PLURAL.fullmatch(inside):  # "ganglia (DRGs)"
                long = _long_form(inside[:-1], before)
        else:  # "CNS (central nervous system)"
            short = before.rpartition(" ")[2]
            long = _long_form(short, inside) if _is_short(short) else None
            long = long if long == inside else None
        if long:
            found.setdefault(short, long)
    return found


def _before(text: str, end: int) -> str:
    """The words before a bracket, at most as many as any definition has."""
    start = max(0, end - 200)
    last = start
    for stop in _SENTENCE_END.finditer(text, start, end):
        last = stop.end()
    return " ".join(text[last:end].split())


def _is_short(name: str) -> bool:
    # "Fgf9", "Shh", "DRGs", "mESC"; not "Pierce" or "weakly".
    return bool(
        _SHORT.fullmatch(name)
        and not _NO_SHORT.fullmatch(name)
        and any(letter.isupper() for letter in name)
        and (len(name) <= _WORD or not name[1:].islower())
    )


def _long_form(short: str, before: str) -> str | None:
    """The last words of a text that hold all characters of a short form in order.

    The first character must begin a word; the words are as few as can be.
    """
    letters = [letter for letter in short.casefold() if letter.isalnum()]
    folded = before.casefold()
    position = len(folded)
    for index in range(len(letters) - 1, -1, -1):
        position = folded.rfind(letters[index], 0, position)
        while index == 0 and position > 0 and folded[position - 1].isalnum():
            position = folded.rfind(letters[0], 0, position)
        if position < 0:
            return None
    long = before[position:]
    most = min(len(letters) + 5, 2 * len(letters))
    if len(long.split()) > most or len(long) <= len(short) or short in long.split():
        return None
    return long
