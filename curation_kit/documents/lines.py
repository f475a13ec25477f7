"""The printed lines of one page: words, boxes, type size, boldness."""

# ruff: noqa: PLR2004 -- rules about printed pages: each number is explained where it stands

from __future__ import annotations

import re
import struct
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress, count
from operator import itemgetter, not_, sub
from statistics import median
from typing import Any

from curation_kit.documents._pymupdf import correct_boxes, pymupdf
from curation_kit.documents.line_styles import Style, line_styles, paired

__all__ = ["Line", "PageLines", "read_lines", "turned"]

#: Preserve ligatures and white space, clip to the media box: one text page
#: then serves words and HTML.
TEXT_FLAGS = 67

#: x0, y0, x1, y1, text, block, line, number
Word = tuple[Any, ...]
Corners = tuple[float, float, float, float]

_SPECIAL = re.compile(
    "[\u00ad\ufb00-\ufb06\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]"
)
_LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
#: In points, more than any page has.
_ENDLESS = 1e6
#: Widest gap, in type sizes, that a "space" between two words may have and
#: still be an artefact of the typesetting (an ordinary space is 0.2 to 0.3).
_NO_SPACE = 0.06
#: Part of a line's height above its base line, in most fonts for running text.
_ASCENDER = 0.78


@dataclass(slots=True, eq=False)
class Line:
    """One printed line, or the part of it inside one column.

    `x0` … `y1` are in the frame in which the page's text runs level. `bold`
    says that it starts in bold type, `all_bold` that nothing else follows, `white`
    that it starts in white; `font` is the one it starts in, if that is not bold.
    `gaps` counts wide gaps between its words. `boxes` has x0, y0, x1, y1 of
    each of its words as seen on the page, flattened.
    """

    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool
    all_bold: bool
    boxes: array[float]
    texts: list[str]
    text: str
    gaps: int = 0
    white: bool = False
    font: bytes = b""


@dataclass(slots=True)
class PageLines:
    """The lines of one page and its size, in the frame of the lines."""

    number: int
    width: float
    height: float
    seen_width: float
    seen_height: float
    lines: list[Line]
    turned: bool = False


def read_lines(page: Any, number: int) -> PageLines:
    """Read the lines of a page.

    Parameters
    ----------
    page
        A ``pymupdf.Page``.
    number
        Its page number, from 1.
    """
    rotation = page.rotation
    textpage, width, height = _textpage(page, rotation)
    found, lefts = line_styles(textpage)
    words, starts = _words(textpage)
    if not _plausible(words, starts, found):
        with correct_boxes(on=True):
            words, starts = _words(textpage)
    seen_size = (height, width) if rotation in (90, 270) else (width, height)
    if not words:
        return PageLines(number, width, height, *seen_size, [])
    styles = found
    if len(found) != len(starts):
        styles = paired(found, lefts, [words[start][0] for start in starts])
    columns = list(zip(*words, strict=True))
    spans = list(zip(starts, [*starts[1:], len(words)], strict=True))
    turn = _turn(words, spans, upside_down=rotation == 180)
    corners = columns
    if rotation:
        # PyMuPDF's own matrix forgets the unit of a page (``UserUnit``).
        seen = [turned(word, rotation, width, height) for word in words]
        corners = list(zip(*seen, strict=True))
    if turn:
        words = [(*turned(word, turn, width, height), *word[4:]) for word in words]
        columns = list(zip(*words, strict=True))
    if turn in (90, 270):
        width, height = height, width
    result = PageLines(number, width, height, *seen_size, [])
    result.turned = bool(turn or rotation)
    # Compact from here on: the words' own tuples would crowd the cache.
    boxes = _flattened(corners)
    for line in _build(number, columns, boxes, spans, styles):
        # What runs up or down the page is an axis or a download notice.
        wide, high = max(line.x1 - line.x0, line.size), line.y1 - line.y0
        if 2 * line.size < high < wide and not result.turned:
            _lower(line)
        if high <= 2 * wide or len(line.text) <= 2:
            result.lines.append(line)
    _drop_hidden(result)
    return result


def _flattened(corners: list[tuple[Any, ...]]) -> array[float]:
    """Put the four corners of words one after the other."""
    size = len(corners[0])
    boxes = array("f", bytes(4 * 4 * size))
    for corner, column in enumerate(corners[:4]):
        # By `struct`, which takes half of the array's own time.
        boxes[corner::4] = array("f", struct.pack(f"{size}f", *column))
    return boxes


def _textpage(page: Any, rotation: int) -> tuple[Any, float, float]:
    """Text page of a page as it lies in the file, and its width and height.

    What ``page.get_textpage()`` does, but images are not decoded.
    """
    if rotation:
        textpage = page.get_textpage(flags=TEXT_FLAGS)
        return textpage, textpage.rect.width, textpage.rect.height
    mupdf, source = pymupdf.mupdf, page.this
    bounds = mupdf.fz_bound_page(source)
    target = mupdf.FzStextPage(bounds)
    device = mupdf.fz_new_stext_device(target, mupdf.FzStextOptions(TEXT_FLAGS))
    mupdf.fz_enable_device_hints(device, mupdf.FZ_DONT_DECODE_IMAGES)
    mupdf.fz_run_page(source, device, mupdf.FzMatrix(), mupdf.FzCookie())
    mupdf.fz_close_device(device)
    width, height = bounds.x1 - bounds.x0, bounds.y1 - bounds.y0
    return pymupdf.TextPage(target), width, height


def _build(
    number: int,
    columns: list[tuple[Any, ...]],
    boxes: array[float],
    spans: list[tuple[int, int]],
    styles: list[Style],
) -> Iterator[Line]:
    """Make lines of words in the level frame and their boxes as seen."""
    x0s, y0s, x1s, y1s = columns[:4]
    all_texts = list(columns[4])
    spaces = list(map(sub, x0s[1:], x1s))
    for (start, end), style in zip(spans, styles, strict=True):
        type_size, bold, all_bold, white, font = style
        size = type_size or 0.8 * (y1s[start] - y0s[start])
        texts = all_texts[start:end]
        text = " ".join(texts)
        own = boxes[4 * start : 4 * end]
        if not text.isascii() and (
            _SPECIAL.search(text) or not unicodedata.is_normalized("NFC", text)
        ):
            texts, own = _clean(texts, own)
            if not texts:
                continue
            text = " ".join(texts)
        if (
            len(texts) == end - start > 1
            and min(spaces[start : end - 1]) < _NO_SPACE * size
        ):
            text = _joined(texts, spaces[start : end - 1], _NO_SPACE * size)
        x0, x1 = x0s[start], x1s[end - 1]
        if x1 < x0:  # written from right to left
            x0, x1 = min(x0s[start:end]), max(x1s[start:end])
        y0, y1 = min(y0s[start:end]), max(y1s[start:end])
        low = size - (y1 - y0)
        if low > 0:  # as high as its size, like the lines around it
            y0, y1 = y0 - _ASCENDER * low, y1 + (1 - _ASCENDER) * low
        yield Line(
            number,
            x0,
            y0,
            x1,
            y1,
            size,
            bold,
            all_bold,
            own,
            texts,
            text,
            0,
            white,
            font,
        )


def _lower(line: Line) -> None:
    """Make words as high as most of their line that a font makes far higher.

    One that a typesetter has put in for a single character, such as "™": the line
    would begin above the one before it.
    """
    y0, y1 = median(line.boxes[1::4]), median(line.boxes[3::4])
    for at in range(1, len(line.boxes), 4):
        if line.boxes[at + 2] - line.boxes[at] > 1.5 * (y1 - y0):
            line.boxes[at], line.boxes[at + 2] = y0, y1
    line.y0, line.y1 = min(line.boxes[1::4]), max(line.boxes[3::4])


def _drop_hidden(page: PageLines) -> None:
    """Remove white lines on which others are printed: nobody sees them.

    BioMed Central has set the titles of its figures so for years, a second time,
    below the label.
    """
    white = [line for line in page.lines if line.white]
    if not white:
        return
    rows: dict[int, list[Line]] = defaultdict(list)
    for line in page.lines:
        if not line.white:
            rows[int(line.y0 + line.y1) // 8].append(line)
    hidden = set()
    for line in white:
        row = int(line.y0 + line.y1) // 8
        for other in rows[row - 1] + rows[row] + rows[row + 1]:
            common = min(line.x1, other.x1) - max(line.x0, other.x0)
            narrow = min(line.x1 - line.x0, other.x1 - other.x0)
            low = min(line.y1 - line.y0, other.y1 - other.y0)
            apart = abs(line.y0 + line.y1 - other.y0 - other.y1) / 2
            if common > narrow / 2 and apart < low / 3:
                hidden.add(id(line))
                break
    if hidden:
        page.lines = [line for line in page.lines if id(line) not in hidden]


def _joined(texts: list[str], spaces: list[float], tight: float) -> str:
    """Text of a line whose words are in part printed without a space."""
    parts = [texts[0]]
    for text, space in zip(texts[1:], spaces, strict=True):
        # Kerning lets words overlap; what lies far to the left was not printed next.
        parts.append(text if -3 * tight < space < tight else " " + text)
    return "".join(parts)


def _clean(texts: list[str], boxes: array[float]) -> tuple[list[str], array[float]]:
    """Expand ligatures, compose accents, drop marks without width.

    A fixed space inside a word makes two words of it. A soft hyphen at the
    end of a word stays: the lines are joined there later.
    """
    plain = [text if text.isascii() else _plain(text) for text in texts]
    if " ".join(plain).split() == plain:  # as many words as before, in their places
        return plain, boxes
    cleaned: list[str] = []
    kept = array("f")
    for index, text in enumerate(plain):
        x0, y0, x1, y1 = boxes[4 * index : 4 * index + 4]
        # Characters of one word are about equally wide.
        position, width = 0, (x1 - x0) / max(len(text), 1)
        parts = text.split()
        if len(parts) == 1:
            cleaned.append(parts[0])
            kept.extend((x0, y0, x1, y1))
            continue
        for part in parts:
            position = text.index(part, position)
            left = x0 + position * width
            position += len(part)
            cleaned.append(part)
            kept.extend((left, y0, x0 + position * width, y1))
    return cleaned, kept


def _plain(text: str) -> str:
    """Clean one printed word; it may come out empty, or with spaces inside."""
    soft = "\u00ad" if len(text) > 1 and text[-1] == "\u00ad" else ""
    return unicodedata.normalize("NFC", _SPECIAL.sub(_replacement, text)).strip() + soft


def _replacement(match: re.Match[str]) -> str:
    character = match[0]
    return _LIGATURES.get(character, " " if character.isspace() else "")


def _words(textpage: Any) -> tuple[list[Word], list[int]]:
    """Words of a page, and which of them start a line."""
    words: list[Word] = textpage.extractWORDS()
    # They have the number 0 in their line.
    return words, list(compress(count(), map(not_, map(itemgetter(7), words))))


def _plausible(words: list[Word], starts: list[int], styles: list[Style]) -> bool:
    """Whether each line has words, and its first is about as high as its size.

    A font may tell wrong bounds, or none: then boxes are flat or without end. (A flat
    word further on stands in the box of its line.) Real fonts are at least 0.6 times
    as high as their size, and words of three letters longer than that.
    """
    if len(starts) != len(styles):
        return False
    for start, (size, *_) in zip(starts, styles, strict=True):
        word = words[start]
        wide, high = word[2] - word[0], word[3] - word[1]
        if size / 2 <= wide <= _ENDLESS and size / 2 <= high <= _ENDLESS:
            continue
        if wide > _ENDLESS or high > _ENDLESS or len(word[4]) >= 3:
            return False
    return True


def _turn(words: list[Word], spans: list[tuple[int, int]], *, upside_down: bool) -> int:
    """Degrees by which most of the text is turned: 0, 90 (read upwards), 180 or 270.

    Words from right to left are upside down only on a page that is turned
    so; elsewhere they are Arabic or Hebrew.
    """
    # Of most pages some forty lines tell.
    for start, end in spans[:: len(spans) // 40 + 1]:
        left, top, _, bottom, *_ = words[start]
        _, last_top, right, last_bottom, *_ = words[end - 1]
        if upside_down or right - left < max(bottom, last_bottom) - min(top, last_top):
            break
    else:
        return 0
    # The labels of a plot may run up the page: it is turned only where running text
    # is, and most of the words.
    votes = {0: 0, 90: 0, 180: 0, 270: 0}
    short = dict(votes)  # of lines of two words, if there are no longer ones
    across_page = up_page = 0
    for start, end in spans:
        first, last = words[start], words[end - 1]
        across = max(first[2], last[2]) - min(first[0], last[0])
        along = max(first[3], last[3]) - min(first[1], last[1])
        across_page += (end - start) * (across >= along)
        up_page += (end - start) * (along > across and len(first[4]) > 2)
        if end - start == 1:
            continue
        if across >= along:
            turn = 180 if upside_down and last[2] < first[0] else 0
        else:
            turn = 90 if last[1] < first[1] else 270
        (short if end - start == 2 else votes)[turn] += end - start
    if not any(votes.values()):
        votes = short
    if across_page >= up_page:
        votes[90] = votes[270] = 0
    return max(votes, key=lambda turn: votes[turn])


def turned(box: tuple[Any, ...], turn: int, width: float, height: float) -> Corners:
    """Give the corners of a box on a page of a size after its turn to the right."""
    x0, y0, x1, y1 = box[:4]
    if turn == 90:
        return (height - y1, x0, height - y0, x1)
    if turn == 180:
        return (width - x1, height - y1, width - x0, height - y0)
    return (y0, width - x1, y1, width - x0)
