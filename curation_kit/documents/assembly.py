"""The text of a paper out of its paragraphs, with the place of every word."""

# ruff: noqa: PLR2004 -- rules about printed pages: each number is explained where it stands

from __future__ import annotations

import re
import struct
from array import array
from collections.abc import Iterable
from itertools import accumulate, chain
from operator import add, sub

from curation_kit.documents.blocks import Block
from curation_kit.documents.lines import Line

__all__ = ["Assembly", "vocabulary"]

_HYPHENS = "-\u2010\u00ad"
_SOFT = "\u00ad"
#: Marks a word may carry when the paper's own words are looked up.
_MARKS = ("", ",", ".", ")", ";", ":")


def vocabulary(lines: Iterable[Line]) -> frozenset[str]:
    """Words of the paper in lower case, as printed, marks and all.

    The rest of a word that was broken at a line's end is none: "ing".
    """
    parts = []
    broken = False
    for line in lines:
        parts.append(line.texts[1:] if broken else line.texts)
        broken = line.text[-1] in _HYPHENS
    return frozenset(map(str.lower, set(chain.from_iterable(parts))))


class Assembly:
    """Grows the text and its word map, paragraph by paragraph.

    Parameters
    ----------
    words
        The paper's own `vocabulary`; it decides about hyphens.
    """

    def __init__(self, words: frozenset[str]) -> None:
        self._words = words
        self._parts: list[str] = []
        self._pieces: list[str] = []
        self._joiners = bytearray()  # characters between a piece and the next
        self._pages = array("i")
        self._boxes = array("f")
        self.length = 0
        #: Offset of the first character of each page in the text.
        self.page_starts: dict[int, int] = {}

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    @property
    def word_map(self) -> tuple[array[int], array[int], array[int], array[float]]:
        """Starts, ends and pages of the pieces, and their boxes, flattened."""
        # All at once: per word, Python costs as much as MuPDF.
        lengths = map(add, map(len, self._pieces), self._joiners)
        starts = list(accumulate(lengths, initial=0))
        ends = map(sub, starts[1:], self._joiners)
        starts.pop()
        return _integers(starts), _integers(ends), self._pages, self._boxes

    def add(self, blocks: list[Block]) -> tuple[int, int]:
        """Add a paragraph.

        Returns
        -------
        tuple of int
            Its start and end in the text.
        """
        if self._parts:
            self._parts.append("\n\n")
            self._joiners[-1] += 2
            self.length += 2
        start = self.length
        lines = [line for block in blocks for line in block.lines]
        page = lines[0].page
        self.page_starts.setdefault(page, start)
        for line, following in zip(lines, [*lines[1:], None], strict=True):
            if line.page != page:
                self._end_page(page)
                page = line.page
                self.page_starts.setdefault(page, self.length)
            self._add_line(line, following)
        self._end_page(page)
        return start, self.length

    def _end_page(self, page: int) -> None:
        """Note the page of the pieces that have none yet."""
        self._pages += array("i", [page]) * (len(self._pieces) - len(self._pages))

    def _add_line(self, line: Line, following: Line | None) -> None:
        text, texts = line.text, line.texts
        size = len(texts)
        self._pieces += texts
        self._boxes += line.boxes
        if text.count(" ") == size - 1:
            self._joiners += b"\x01" * size
        else:  # some words are printed without a space between
            position = len(texts[0])
            for piece in texts[1:]:
                space = text.startswith(" ", position)
                self._joiners.append(space)
                position += space + len(piece)
            self._joiners.append(1)
        if following is None:
            cut, joiner = int(text[-1] == _SOFT), ""
        elif text[-1] in _HYPHENS:
            cut, joiner = self._hyphen(texts, following.texts[0])
        else:
            self._parts.append(text + " ")
            self.length += len(text) + 1
            return
        self._joiners[-1] = len(joiner)
        if cut:
            text = text[:-cut]
            self._pieces[-1] = texts[-1][:-cut]
        self._parts.append(text + joiner)
        self.length += len(text) + len(joiner)

    def _known(self, word: str) -> bool:
        """Whether the paper prints a word elsewhere, in one line."""
        return any(word + mark in self._words for mark in _MARKS)

    def _hyphen(  # noqa: C901, PLR0911 -- one return per rule
        self, texts: list[str], following: str
    ) -> tuple[int, str]:
        """How many characters to cut at a line's end, and what to join with."""
        last = texts[-1]
        if last[-1] == _SOFT:
            return 1, ""
        before, mark = last[:-1], last[-1]
        if not before:
            # A lone dash between words, or "- 1" of a range.
            return (0, " ") if len(texts) > 1 else (0, "")
        if not before[-1].isalnum() or not following[0].isalnum():
            return 0, ("" if before[-1].isalnum() or following[0].isalnum() else " ")
        tail = following.rstrip(".,;:!?)]}\"'\u201d\u2019/").split("-")[0]
        tail = tail.lower().split("/")[0]
        capitals = before.isupper() and following[:2].isupper() and len(before) > 1
        if not capitals and (
            following[0].isdigit() or following[0].isupper() or before[-1].isdigit()
        ):
            # "acs-1", "anti-GFP", "IL-2-": a real hyphen, but for words all
            # in capitals, as in headings.
            return 0, ""
        head = before.lstrip("([{\"'\u201c\u2018").lower()
        joined, hyphenated = head + tail, f"{head}-{tail}"
        if self._known(joined):
            return 1, ""
        if self._known(hyphenated):
            return 0, ""
        if following[0].isupper() and not before[-1].isupper():
            return 0, ""
        if "-" in head:
            # The last part of "loss-of-func-": judge that part alone.
            head = head.rsplit("-", 1)[1]
            if self._known(head + tail):
                return 1, ""
        if head in _PREFIXES and mark == "-":
            return 0, ""
        acronym = before[-len(head) :].isupper() and following[0].islower()
        return (0, "") if acronym or self._is_compound(head, tail) else (1, "")

    def _is_compound(self, head: str, tail: str) -> bool:
        """Whether a word has a hyphen at the line's end also elsewhere."""
        known = self._known(head)
        if head in _JOINED or (tail in _SECOND and not known and head[-1] == "o"):
            return False
        if tail in _SECOND:
            return True
        if not known or len(head) < 3 or len(tail) < 3:
            return False
        if self._known(tail):
            return True
        # "error-prone", not "transform-ation"
        return len(head) > 3 and len(tail) > 4 and not _ENDING.match(tail)


def _integers(numbers: Iterable[int]) -> array[int]:
    """Make an array by `struct`, which takes half of the array's own time."""
    numbers = list(numbers)
    return array("i", struct.pack(f"{len(numbers)}i", *numbers))


#: Words that come behind a hyphen, when the paper does not say otherwise.
_SECOND = frozenset(
    {"activated", "and", "associated", "based", "binding", "coupled", "deficient"}
    | {"dependent", "derived", "driven", "enriched", "expressing", "fold", "free"}
    | {"independent", "induced", "inducible", "infected", "labeled", "labelled"}
    | {"like", "linked", "mediated", "negative", "positive", "producing", "related"}
    | {"resistant", "responsive", "rich", "sensitive", "specific", "stained"}
    | {"stimulating", "tagged", "to", "treated"}
)
#: Word parts that keep their hyphen when the paper does not say otherwise.
_PREFIXES = frozenset(
    {"anti", "non", "self", "well", "half", "cross", "low", "high", "long", "short"}
    | {"wild", "time", "dose", "single", "double", "two", "three", "four", "cell"}
)
#: Words that are also the beginnings of others.
_JOINED = frozenset(
    {"common", "data", "down", "inter", "out", "over", "per", "super", "trans"}
    | {"under", "with"}
)
#: How the rests of broken words begin.
_ENDING = re.compile(
    "at|it|iz|is|if|ic|iv|ion|ing|ment|ship|ness|ful|less|able|abil|ible|ibil"
    "|ance|ence|ous|ure|ally|ality"
)
