"""The text of a paper out of its paragraphs, with the place of every word."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import accumulate

from curation_kit.documents.blocks import Block
from curation_kit.documents.lines import Line, Word

__all__ = ["Assembly", "vocabulary"]

_HYPHENS = "-\u2010\u00ad"
_SOFT = "\u00ad"
#: Punctuation is no part of a word when the paper's own words are looked up.
_PUNCTUATION = ".,;:!?()[]{}\"'/\u201c\u201d\u2018\u2019"


def vocabulary(lines: Iterable[Line]) -> frozenset[str]:
    """Words of the paper in lower case, words with hyphens whole."""
    words = set(" ".join([line.text for line in lines]).lower().split())
    return frozenset([word.strip(_PUNCTUATION) for word in words])


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
        self.length = 0
        self.starts = array("l")
        self.ends = array("l")
        self.pages = array("l")
        self._words_added: list[Word] = []
        #: Offset of the first character on each page, in order of the text.
        self.page_starts: dict[int, int] = {}

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    @property
    def boxes(self) -> array[float]:
        """x0, y0, x1, y1 of every piece so far, flattened."""
        boxes = array("d", bytes(8 * 4 * len(self._words_added)))
        for index, column in enumerate(zip(*self._words_added, strict=False)):
            if index < 4:
                boxes[index::4] = array("d", column)
        return boxes

    def add(self, blocks: list[Block]) -> tuple[int, int]:
        """Add a paragraph.

        Returns
        -------
        tuple of int
            Its start and end in the text.
        """
        if self._parts:
            self._append("\n\n")
        start = self.length
        lines = [line for block in blocks for line in block.lines]
        following: Line | None
        for index, line in enumerate(lines):
            following = lines[index + 1] if index + 1 < len(lines) else None
            self._add_line(line, following)
        return start, self.length

    def _append(self, part: str) -> None:
        self._parts.append(part)
        self.length += len(part)

    def _add_line(self, line: Line, following: Line | None) -> None:
        text, texts, offset = line.text, line.texts, self.length
        self.page_starts.setdefault(line.page, offset)
        cut, joiner = 0, " "
        if following is None:
            joiner = ""
            if text[-1] == _SOFT:
                cut = 1
        elif text[-1] in _HYPHENS:
            cut, joiner = self._hyphen(texts, following.texts[0])
        lengths = list(map(len, texts))
        if len(text) == sum(lengths) + len(texts) - 1:
            steps = accumulate([length + 1 for length in lengths[:-1]], initial=offset)
            starts = list(steps)
        else:
            starts = []
            position = 0
            for piece in texts:
                position = text.index(piece, position)
                starts.append(offset + position)
                position += len(piece)
        ends = [a + b for a, b in zip(starts, lengths, strict=True)]
        words = line.words
        if cut:
            text = text[:-cut]
            ends[-1] -= cut
            if ends[-1] == starts[-1]:  # the piece was nothing but the hyphen
                starts, ends, words = starts[:-1], ends[:-1], words[:-1]
        self.starts.extend(starts)
        self.ends.extend(ends)
        self.pages.extend([line.page] * len(starts))
        # Turned pages carry the box as seen behind the box in the level frame.
        if words and len(words[0]) > 8:
            words = [word[8:] for word in words]
        self._words_added += words
        self._append(text + joiner)

    def _hyphen(self, texts: list[str], following: str) -> tuple[int, str]:
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
        if following[0].isdigit() or following[0].isupper() or before[-1].isdigit():
            # "acs-1", "anti-GFP", "IL-2-": a real hyphen, but for words all
            # in capitals, as in headings.
            if not (before.isupper() and following[:2].isupper() and len(before) > 1):
                return 0, ""
        head = before.lstrip("([{\"'\u201c\u2018").lower()
        joined, hyphenated = head + tail, f"{head}-{tail}"
        if joined in self._words:
            return 1, ""
        if hyphenated in self._words:
            return 0, ""
        if following[0].isupper() and not before[-1].isupper():
            return 0, ""
        if "-" in head:
            # The last part of "loss-of-func-": judge that part alone.
            head = head.rsplit("-", 1)[1]
            if head + tail in self._words:
                return 1, ""
        if head in _PREFIXES and mark == "-":
            return 0, ""
        both = len(head) > 2 and len(tail) > 2
        if both and head in self._words and tail in self._words:
            return 0, ""
        return 1, ""


#: Word parts that keep their hyphen when the paper does not say otherwise.
_PREFIXES = frozenset(
    {"anti", "non", "self", "well", "half", "cross", "low", "high", "long", "short"}
    | {"wild", "time", "dose", "single", "double", "two", "three", "four", "cell"}
)
