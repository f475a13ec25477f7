"""The printed lines of one page: words, boxes, type size, boldness."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter, sub
from typing import Any

__all__ = ["Line", "PageLines", "read_lines"]

#: Preserve ligatures and white space, clip to the media box: one text page
#: then serves words and HTML.
TEXT_FLAGS = 67

#: x0, y0, x1, y1, text, block, line, number [, x0, y0, x1, y1 as seen]
Word = tuple[Any, ...]

_SPECIAL = re.compile("[\u00ad\ufb00-\ufb06\u00a0\u2002-\u200f\u2028-\u202f\ufeff]")
_REPLACED = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
_CLEAN = str.maketrans(
    {
        **_REPLACED,
        # Zero-width and direction marks; white space inside a word.
        **dict.fromkeys(
            [chr(code) for code in (0xA0, 0xFEFF, *range(0x2002, 0x2010))]
            + [chr(code) for code in range(0x2028, 0x2030)],
            "",
        ),
    }
)
_PARAGRAPH_TAG = re.compile(
    r'<p style="top:(-?[\d.]+)pt;left:(-?[\d.]+)pt;line-height:([\d.]+)pt">'
)
_INK = re.compile(r">\s*[^<\s]")
_BOLD = re.compile(r"<b>.*?</b>", re.DOTALL)
#: Widest gap, in type sizes, that a "space" between two words may have and
#: still be an artefact of the typesetting (an ordinary space is 0.2 to 0.3).
_NO_SPACE = 0.06

_block_and_line = itemgetter(5, 6)


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
    grouped = [list(group) for _, group in groupby(words, _block_and_line)]
    turn = _turn(grouped, upside_down=rotation == 180)
    styles = _styles(textpage.extractHTML(), grouped)
    if turn or rotation:
        matrix = page.rotation_matrix if rotation else None
        grouped = [
            [_turned(word, turn, width, height, matrix) for word in group]
            for group in grouped
        ]
    if turn in (90, 270):
        width, height = height, width
    lines: list[Line] = []
    sideways: list[Line] = []
    for group, (size, bold, all_bold) in zip(grouped, styles, strict=True):
        line = _line(number, group, size, bold=bold, all_bold=all_bold)
        if line is not None:
            (sideways if _is_sideways(line) else lines).append(line)
    return PageLines(number, width, height, rect.width, rect.height, lines, sideways)


def _line(
    page: int, words: list[Word], size: float, *, bold: bool, all_bold: bool
) -> Line | None:
    """Build a line from its words, without the ones that print nothing."""
    x0s, y0s, x1s, y1s, words_texts, *_ = zip(*words, strict=True)
    texts = list(words_texts)
    text = " ".join(texts)
    if not text.isascii():
        if _SPECIAL.search(text) or not unicodedata.is_normalized("NFC", text):
            texts = [_clean(text) for text in texts]
            if not all(texts):
                words = [word for word, text in zip(words, texts, strict=True) if text]
                texts = [text for text in texts if text]
            text = " ".join(texts)
        if not texts:
            return None
    if len(texts) > 1 and len(texts) == len(x0s):
        tight = _NO_SPACE * size
        if min(map(sub, x0s[1:], x1s)) < tight:
            text = _joined(texts, x0s, x1s, tight)
    return Line(
        page,
        min(x0s),
        min(y0s),
        max(x1s),
        max(y1s),
        size or 0.8 * (y1s[0] - y0s[0]),
        bold,
        all_bold,
        words,
        texts,
        text,
    )


def _joined(
    texts: list[str], x0s: tuple[float, ...], x1s: tuple[float, ...], tight: float
) -> str:
    """Text of a line whose words are in part printed without a space."""
    parts = [texts[0]]
    for text, x0, x1 in zip(texts[1:], x0s[1:], x1s, strict=False):
        parts.append(text if -tight < x0 - x1 < tight else " " + text)
    return "".join(parts)


def _clean(text: str) -> str:
    """Expand ligatures, drop marks without width, compose accents.

    A soft hyphen at the end stays: the line is joined there later.
    """
    text = unicodedata.normalize("NFC", text.translate(_CLEAN))
    if "\u00ad" in text[:-1]:
        text = text[:-1].replace("\u00ad", "") + text[-1]
    return text


def _styles(html: str, grouped: list[list[Word]]) -> list[tuple[float, bool, bool]]:
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
    if len(found) == len(grouped):
        return [(size, bold, all_bold) for _, size, bold, all_bold in found]
    # Text outside the page is in the HTML only: pair by the left edge.
    styles: list[tuple[float, bool, bool]] = []
    position = 0
    for group in grouped:
        left = group[0][0]
        for ahead in range(position, min(position + 12, len(found))):
            if abs(found[ahead][0] - left) < 1:
                styles.append(found[ahead][1:])
                position = ahead + 1
                break
        else:
            styles.append((0.0, False, False))
    return styles


def _turn(grouped: list[list[Word]], *, upside_down: bool) -> int:
    """Degrees by which most of the text is turned: 0, 90 (read upwards), 180 or 270.

    Words from right to left are upside down only on a page that is turned
    so; elsewhere they are Arabic or Hebrew.
    """
    votes = {0: 0, 90: 0, 180: 0, 270: 0}
    for group in grouped:
        first, last = group[0], group[-1]
        across = last[2] - first[0]
        down = max(last[3], first[3]) - min(first[1], last[1])
        if abs(across) >= down or len(group) < 2:
            backwards = upside_down and last[2] < first[0]
            votes[180 if backwards else 0] += len(group)
        elif last[1] < first[1]:
            votes[90] += len(group)
        else:
            votes[270] += len(group)
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
