"""Breaking marked-up text into lines, with hyphenation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

__all__ = ["Line", "Word", "break_lines", "hyphen_points", "plain", "words_of"]

_SHORTEST = 3  # letters left on either side of a hyphen
#: Consonant pairs that sound as one and are not parted.
_DIGRAPHS = frozenset(
    {"ch", "ck", "gh", "ng", "ph", "qu", "sc", "sh", "st", "th", "wh"}
)
_SYLLABLES = re.compile(
    r"(?<=[aeiouy][b-df-hj-np-tv-xz])(?=[b-df-hj-np-tv-xz][aeiouy])"
)
_SUFFIX = re.compile(r"(?:tion|sion|ment|ness|tive|ture|ing|ly)s?$")
_CORE = re.compile(r"^([a-z]{7,})([.,;:)]*)$")


@dataclass(frozen=True, slots=True)
class Word:
    """A printed word: pieces of one style each, as (text, style).

    `mark` numbers the sentence that starts with this word, -1 for none.
    """

    pieces: tuple[tuple[str, str], ...]
    mark: int = -1


@dataclass(frozen=True, slots=True)
class Line:
    """Words of one line, their total width, and whether a paragraph ends."""

    words: tuple[Word, ...]
    width: float
    last: bool


def plain(text: str) -> str:
    """Text without its ``*italic*`` marks."""
    return text.replace("*", "")


def words_of(text: str, *, style: str = "roman", mark: int = -1) -> list[Word]:
    """Split marked-up text into words; `mark` goes to the first one."""
    words: list[list[tuple[str, str]]] = [[]]
    for index, part in enumerate(text.split("*")):
        now = "italic" if index % 2 else style
        for position, chunk in enumerate(part.split(" ")):
            if position and words[-1]:
                words.append([])
            if chunk:
                words[-1].append((chunk, now))
    found = [tuple(pieces) for pieces in words if pieces]
    return [Word(pieces, mark if i == 0 else -1) for i, pieces in enumerate(found)]


def hyphen_points(word: str) -> list[int]:
    """Offsets where a lower-case English word may be hyphenated.

    Between two consonants that stand between vowels, and before common
    suffixes; never within three letters of either end.
    """
    points = {
        match.start()
        for match in _SYLLABLES.finditer(word)
        if word[match.start() - 1 : match.start() + 1] not in _DIGRAPHS
    }
    suffix = _SUFFIX.search(word)
    if suffix and suffix.group() not in {"ly", "ing", "ings"}:
        points.add(suffix.start())
    end = len(word) - _SHORTEST
    return sorted(point for point in points if _SHORTEST <= point <= end)


def break_lines(
    words: Iterable[Word],
    *,
    measure: float,
    width: Callable[[Word], float],
    space: float,
) -> list[Line]:
    """Fill lines greedily, hyphenating where a word does not fit.

    Parameters
    ----------
    words
        The paragraph.
    measure
        Width of the column in points.
    width
        Gives a word's width in points.
    space
        Width of the narrowest space between two words, in points.
    """
    lines: list[Line] = []
    line: list[Word] = []
    used = 0.0
    for word in words:
        rest, size = word, width(word)
        gap = space if line else 0.0
        if line and used + gap + size > measure:
            split = _hyphenate(word, measure - used - gap, width)
            if split:
                head, rest = split
                line.append(head)
                used += gap + width(head)
                size = width(rest)
            lines.append(Line(tuple(line), used, last=False))
            line, used, gap = [], 0.0, 0.0
        line.append(rest)
        used += gap + size
    if line:
        lines.append(Line(tuple(line), used, last=True))
    return lines


def _hyphenate(
    word: Word, room: float, width: Callable[[Word], float]
) -> tuple[Word, Word] | None:
    """Part a word so that its head fits the room, or None."""
    if len(word.pieces) != 1:
        return None
    text, style = word.pieces[0]
    core = _CORE.match(text)
    if core is None:
        return None
    for point in reversed(hyphen_points(core[1])):
        head = Word(((text[:point] + "-", style),), word.mark)
        if width(head) <= room:
            return head, Word(((text[point:], style),))
    return None
