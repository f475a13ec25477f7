"""The printed lines of one page: words, boxes, type size, boldness."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from operator import sub
from typing import Any

__all__ = ["Line", "PageLines", "Word", "read_lines"]

#: Preserve ligatures and white space, clip to the media box: one text page
#: then serves words and HTML.
TEXT_FLAGS = 67

#: x0, y0, x1, y1, text, block, line, number [, x0, y0, x1, y1 as seen]
Word = tuple[Any, ...]

_SPECIAL = re.compile("[\u00ad\ufb00-\ufb06\u00a0\u2002-\u200f\u2028-\u202f\ufeff]")
_LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
_PARAGRAPH_TAG = re.compile(
    r'<p style="top:(-?[\d.]+)pt;left:(-?[\d.]+)pt;line-height:([\d.]+)pt">'
)
_INK = re.compile(r">\s*[^<\s]")
_BOLD = re.compile(r"<b>.*?</b>", re.DOTALL)
#: Widest gap, in type sizes, that a "space" between two words may have and
#: still be an artefact of the typesetting (an ordinary space is 0.2 to 0.3).
_NO_SPACE = 0.06


@dataclass(slots=True)
class Line:
    """One printed line, or the part of it inside one column.

    `x0` … `y1` are in the frame in which the page's text runs level. `bold`
    says that it starts in bold type, `all_bold` that nothing else follows;
    `gaps` counts wide gaps between its words.
    """

    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool
    all_bold: bool
    words: list[Word]
    texts: list[str]
    text: str
    gaps: int = 0


@dataclass(slots=True)
class PageLines:
    """The lines of one page and its size, in the frame of the lines."""

    number: int
    width: float
    height: float
    seen_width: float
    seen_height: float
    lines: list[Line]
    sideways: list[Line] = field(default_factory=list)


def read_lines(page: Any, number: int) -> PageLines:
    """Read the lines of a page.

    Parameters
    ----------
    page
        A ``pymupdf.Page``.
    number
        Its page number, from 1.
    """
    textpage = page.get_textpage(flags=TEXT_FLAGS)
    words: list[Word] = textpage.extractWORDS()
    rect = page.rect
    rotation = page.rotation
    width, height = rect.width, rect.height
    if rotation in (90, 270):
        width, height = height, width
    if not words:
        return PageLines(number, width, height, rect.width, rect.height, [])
    # A line starts at each word that is the first of its line.
    starts = [index for index, word in enumerate(words) if word[7] == 0]
    spans = list(zip(starts, [*starts[1:], len(words)], strict=True))
    styles = _styles(textpage.extractHTML(), [words[start][0] for start in starts])
    turn = _turn(words, spans, upside_down=rotation == 180)
    if turn or rotation:
        matrix = page.rotation_matrix if rotation else None
        words = [_turned(word, turn, width, height, matrix) for word in words]
    if turn in (90, 270):
        width, height = height, width
    result = PageLines(number, width, height, rect.width, rect.height, [])
    x0s, y0s, x1s, y1s, all_texts, *_ = zip(*words, strict=True)
    spaces = list(map(sub, x0s[1:], x1s))
    for (start, end), (size, bold, all_bold) in zip(spans, styles, strict=True):
        texts = list(all_texts[start:end])
        text = " ".join(texts)
        own = words[start:end]
        size = size or 0.8 * (y1s[start] - y0s[start])
        cleaned = not text.isascii() and (
            _SPECIAL.search(text) or not unicodedata.is_normalized("NFC", text)
        )
        if cleaned:
            texts = [_clean(text) for text in texts]
            if not all(texts):
                own = [word for word, text in zip(own, texts, strict=True) if text]
                texts = [text for text in texts if text]
            text = " ".join(texts)
        if not texts:
            continue
        if end - start > 1 and min(spaces[start : end - 1]) < _NO_SPACE * size:
            text = _joined(texts, own, _NO_SPACE * size)
        line = Line(
            number,
            min(x0s[start:end]),
            min(y0s[start:end]),
            max(x1s[start:end]),
            max(y1s[start:end]),
            size,
            bold,
            all_bold,
            own,
            texts,
            text,
        )
        (result.sideways if _is_sideways(line) else result.lines).append(line)
    return result


def _joined(texts: list[str], words: list[Word], tight: float) -> str:
    """Text of a line whose words are in part printed without a space."""
    parts = [texts[0]]
    for text, word, before in zip(texts[1:], words[1:], words, strict=False):
        parts.append(text if -tight < word[0] - before[2] < tight else " " + text)
    return "".join(parts)


def _clean(text: str) -> str:
    """Expand ligatures, drop marks and spaces of no width, compose accents.

    A soft hyphen at the end stays: the line is joined there later.
    """
    if text.isascii():
        return text
    last = "\u00ad" if text[-1] == "\u00ad" else ""
    text = _SPECIAL.sub(lambda match: _LIGATURES.get(match[0], ""), text)
    return unicodedata.normalize("NFC", text) + last


def _styles(html: str, lefts: list[float]) -> list[tuple[float, bool, bool]]:
    """Type size and boldness of each line, from MuPDF's own HTML of the page.

    The HTML has one ``<p>`` per line in the order of the words, and costs a
    third of the ``dict`` output.
    """
    found: list[tuple[float, float, bool, bool]] = []
    pieces = _PARAGRAPH_TAG.split(html)
    for index in range(1, len(pieces), 4):
        content = pieces[index + 3]
        if not _INK.search(content):
            continue
        bold = content.startswith("<b>") or content.startswith("<i><b>")
        all_bold = bold and not _INK.search(_BOLD.sub("", content))
        found.append((float(pieces[index + 1]), float(pieces[index + 2]), bold, all_bold))
    if len(found) == len(lefts):
        return [(size, bold, all_bold) for _, size, bold, all_bold in found]
    # Text outside the page is in the HTML only: pair by the left edge.
    styles: list[tuple[float, bool, bool]] = []
    position = 0
    for left in lefts:
        for ahead in range(position, min(position + 12, len(found))):
            if abs(found[ahead][0] - left) < 1:
                styles.append(found[ahead][1:])
                position = ahead + 1
                break
        else:
            styles.append((0.0, False, False))
    return styles


def _turn(
    words: list[Word], spans: list[tuple[int, int]], *, upside_down: bool
) -> int:
    """Degrees by which most of the text is turned: 0, 90 (read upwards), 180 or 270.

    Words from right to left are upside down only on a page that is turned
    so; elsewhere they are Arabic or Hebrew.
    """
    votes = {0: 0, 90: 0, 180: 0, 270: 0}
    for start, end in spans:
        first, last = words[start], words[end - 1]
        across = abs(last[2] - first[0])
        if across >= abs(last[3] - first[1]) or end - start < 2:
            backwards = upside_down and last[2] < first[0]
            votes[180 if backwards else 0] += end - start
        elif last[1] < first[1]:
            votes[90] += end - start
        else:
            votes[270] += end - start
    return max(votes, key=lambda turn: votes[turn])


def _turned(word: Word, turn: int, width: float, height: float, matrix: Any) -> Word:
    """Give a word its box in the level frame and, behind, its box as seen."""
    x0, y0, x1, y1 = word[:4]
    if turn == 90:
        level = (height - y1, x0, height - y0, x1)
    elif turn == 180:
        level = (width - x1, height - y1, width - x0, height - y0)
    elif turn == 270:
        level = (y0, width - x1, y1, width - x0)
    else:
        level = (x0, y0, x1, y1)
    if matrix is None:
        return (*level, *word[4:8], x0, y0, x1, y1)
    a, b, c, d, e, f = matrix
    xs = sorted((a * x0 + c * y0 + e, a * x1 + c * y1 + e))
    ys = sorted((b * x0 + d * y0 + f, b * x1 + d * y1 + f))
    return (*level, *word[4:8], xs[0], ys[0], xs[1], ys[1])


def _is_sideways(line: Line) -> bool:
    """Whether a line runs up or down the page."""
    return line.y1 - line.y0 > 2 * (line.x1 - line.x0) and len(line.text) > 2
