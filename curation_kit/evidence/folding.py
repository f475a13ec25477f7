"""Texts reduced to what must agree: letters, digits and signs.

A `Folded` text has a *skeleton*, its letters, digits and symbols without spaces
and punctuation, in one spelling: NFKC, lower case, no accents, Greek letters by
name, ligatures taken apart. What stood between two tokens of the skeleton is
kept as a *gap*, because a hyphen, a point or a minus sign may matter there.
"""

# ruff: noqa: RUF001 -- look-alike characters are the subject

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass, replace

__all__ = ["Folded", "fold", "mixed_scripts"]

#: A run of letters, a run of digits, or a sign. Punctuation beyond ASCII does
#: not outlive the folding; signs of private use stay in the gaps.
_TOKEN = re.compile(
    r"[^\W\d_]+|\d{1,3}(?:,\d{3})+(?![\d,])|\d+|[+<>=/%~]"
    r"|[^\x00-\x7f\ue000-\uf8ff]"
)
_WORD_START = re.compile(r"\S+$")
_WORD_END = re.compile(r"\S+")
#: Not shown around a word.
_MARKS = ".,;:!?[]\"'“”‘’"
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"
_SPECIAL = re.compile(f"[{_SUPERSCRIPTS}]+|[^\\x00-\\x7f]")
_PLAIN_DIGITS = str.maketrans(_SUPERSCRIPTS, "0123456789+-")
#: "5 um" is "5 μm", as typed.
_MICRO = frozenset({"um", "ul", "ug", "umol", "us", "ugml"})

#: Look like Latin letters in most typefaces. After the Unicode list of
#: confusables (UTS 39), as far as whole words can be written with them.
_LOOK_ALIKES = dict(
    zip(
        "аеорсхуіјѕһԁԛԝкмтвнгАВСЕНІЈКМОРЅТХУԌԚԜɑɡı",
        "aeopcxyijshdqwkmtbhrabcehijkmopstxygqwagi",
        strict=True,
    )
)
_MIXED = re.compile("[A-Za-z][\u0400-\u052f]|[\u0400-\u052f][A-Za-z]")

#: A combining ring that stands on no letter is a degree sign.
_RING = "\u030a"
#: An A with a ring is a unit where it stands alone, and keeps the ring: 5 Å is
#: not 5 A, though Århus is Arhus. Some fonts print it as "A˚".
_ANGSTROMS = frozenset({"\u00c5", "\u00e5", "\u212b"})
#: A stroke through the sign before it: ≠ is = with it, and says the opposite.
_STRUCK = "\u0338"
_NO_LETTER = frozenset("0123456789 \n\u00a0")

_AS = {
    "−": "-",
    "∕": "/",
    "⁄": "/",
    "º": "°",  # an ordinal sign that stands for degrees
    "˚": "°",
    "◦": "°",
    "∆": "delta",
    "·": ".",  # 0·05, as some journals print it
    "⋅": ".",
    "∙": ".",
    "×": "x",
    "≤": "<=",
    "≥": ">=",
    "⩽": "<=",
    "⩾": ">=",
    "±": "+/-",
    "‰": "o/oo",
    "≈": "~",
    "∼": "~",
    "≃": "~",
    "‘": "'",
    "’": "'",
    "′": "'",
    "ʹ": "'",
    "´": "'",
}


@dataclass(frozen=True, slots=True)
class Folded:
    """A text, its skeleton, and the way back.

    Attributes
    ----------
    source
        The text.
    skeleton
        Letters, digits and signs.
    origin
        Offset in `source` of each character of the skeleton, growing.
    tokens
        The tokens of the skeleton.
    starts
        Offset in the skeleton of each token, and its length at the end.
    gaps
        What stands before each token, and what stands after the last.
    look_alikes
        Offsets in `source` of letters that look like Latin ones.
    """

    source: str
    skeleton: str
    origin: list[int]
    tokens: list[str]
    starts: list[int]
    gaps: list[str]
    look_alikes: list[int]

    def words(self, first: int, last: int) -> str:
        """Words of the source that some tokens belong to, ``last`` exclusive."""
        if first >= last:
            return ""
        start, end = self.span(self.starts[first], self.starts[last])
        before = _WORD_START.search(self.source, max(start - 60, 0), start)
        after = _WORD_END.match(self.source, end, end + 60)
        start = before.start() if before else start
        end = after.end() if after else end
        return " ".join(self.source[start:end].split()).strip(_MARKS)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the source of a stretch of the skeleton."""
        return self.origin[start], self.origin[end - 1] + 1

    def has_tokens(self, start: int, end: int) -> bool:
        """Whether a stretch of the skeleton starts and ends with tokens."""
        return all(
            self.starts[bisect_left(self.starts, at)] == at for at in (start, end)
        )

    def without(self, spans: list[tuple[int, int]]) -> Folded:
        """Give the text with some stretches of its source left out."""
        if not spans:
            return self
        parts = []
        position = 0
        for start, end in spans:
            parts.append(self.source[position:start] + " " * (end - start))
            position = end
        # As many spaces, so that all offsets stay what they are.
        blanked = fold("".join(parts) + self.source[position:])
        return replace(blanked, source=self.source)


def fold(text: str) -> Folded:
    """Reduce a text to its skeleton."""
    flat, places, look_alikes = _flatten(text)
    tokens: list[str] = []
    starts: list[int] = []
    gaps: list[str] = []
    origin: list[int] = []
    position = length = 0
    for match in _TOKEN.finditer(flat):
        start, end = match.span()
        token = match[0]
        gaps.append(flat[position:start])
        starts.append(length)
        position = end
        if places is None:
            origin.extend(range(start, end))
        else:
            origin.extend(places[start:end])
        if "," in token:  # 1,234
            places_of = origin[start - end :]
            del origin[start - end :]
            origin += [
                place
                for place, digit in zip(places_of, token, strict=True)
                if digit != ","
            ]
            token = token.replace(",", "")
        if token in _MICRO and tokens and tokens[-1].isdigit():
            token = "m" + token
            origin.insert(len(origin) - (end - start), origin[start - end])
        tokens.append(token)
        length += len(token)
    gaps.append(flat[position:])
    starts.append(length)
    skeleton = "".join(tokens)
    return Folded(text, skeleton, origin, tokens, starts, gaps, look_alikes)


def mixed_scripts(text: str) -> bool:
    """Whether a word mixes Latin and Cyrillic letters."""
    return not text.isascii() and bool(_MIXED.search(text))


def _flatten(text: str) -> tuple[str, list[int] | None, list[int]]:
    """Fold each character, and tell where each of the result came from."""
    if text.isascii():
        return text.lower(), None, []
    parts: list[str] = []
    places: list[int] = []
    look_alikes: list[int] = []
    position = 0
    for match in _SPECIAL.finditer(text):
        start, end = match.span()
        parts.append(text[position:start].lower())
        places.extend(range(position, start))
        position = end
        piece = match[0]
        if piece[0] in _SUPERSCRIPTS:
            # The power of ten must not become a part of the number.
            parts.append("^" + piece.translate(_PLAIN_DIGITS))
            places.append(start)
            places.extend(range(start, end))
            continue
        if piece == _RING and (
            text[start - 1 : start] in _NO_LETTER
            or (text[start - 1 : start] in {"A", "a"} and _alone(text, start - 1, end))
        ):
            parts.append("°")
            places.append(start)
            continue
        if piece in _ANGSTROMS and _alone(text, start, end):
            parts.append("a°")
            places.extend([start, start])
            continue
        if unicodedata.normalize("NFKD", piece)[0] in _LOOK_ALIKES:
            look_alikes.append(start)
        folded = _CHARACTERS.get(piece)
        if folded is None:
            folded = _CHARACTERS[piece] = _fold_character(piece)
        parts.append(folded)
        places.extend([start] * len(folded))
    parts.append(text[position:].lower())
    places.extend(range(position, len(text)))
    return "".join(parts), places, look_alikes


def _alone(text: str, start: int, end: int) -> bool:
    """Whether there is no letter on either side."""
    around = text[max(start - 1, 0) : start] + text[end : end + 1]
    return not any(map(str.isalpha, around))


#: Characters folded so far; there are some hundred in all papers together.
_CHARACTERS: dict[str, str] = {}


def _fold_character(character: str) -> str:  # noqa: C901, PLR0912 - one branch per sort
    if character in _AS:
        return _AS[character]
    if character in _LOOK_ALIKES:
        return _LOOK_ALIKES[character]
    category = unicodedata.category(character)
    if "\ue000" <= character <= "\uf8ff":
        return character
    if category == "Pd":
        return "-"
    if category == "Cf":  # soft hyphens, marks without width
        return ""
    parts = []
    for part in unicodedata.normalize("NFKD", character).casefold():
        kind = unicodedata.category(part)
        if kind[0] == "M":
            if part == _STRUCK:
                parts.append(part)
            continue
        name = unicodedata.name(part, "")
        if part in _AS:
            parts.append(_AS[part])
        elif part in _LOOK_ALIKES:  # with an accent
            parts.append(_LOOK_ALIKES[part])
        elif part.isascii():
            parts.append(part)
        elif name.startswith("GREEK ") and kind[0] == "L":
            parts.append(_greek(name))
        elif kind[0] in "LN" or kind in {"Sm", "So", "Sc"}:
            parts.append(part)
        else:
            parts.append(" " if kind[0] in "ZC" else ",")
    if unicodedata.decomposition(character).startswith("<fraction>"):
        parts.insert(0, " ")  # 1½ is not 11/2
    return "".join(parts)


def _greek(name: str) -> str:
    """Name of a Greek letter, as in ``GREEK SMALL LETTER FINAL SIGMA``."""
    letter = name.split(" WITH ", maxsplit=1)[0].rsplit(maxsplit=1)[-1].lower()
    return {"lamda": "lambda"}.get(letter, letter)
