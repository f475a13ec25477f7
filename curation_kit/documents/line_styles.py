"""Type size, boldness and whiteness of the printed lines of one page."""

from __future__ import annotations

import re
from typing import Any

from curation_kit.documents._pymupdf import pymupdf

__all__ = ["Style", "line_styles", "paired"]

#: Type size, whether it starts in bold type, whether all is bold, whether it
#: starts in white, and the font it starts in, if that is not bold.
Style = tuple[float, bool, bool, bool, bytes]

#: Left edge, type size, font and colour of a line; whole, if it starts in bold type
#: or (the last group) without ink: nearly all others tell by their first character.
_STYLE = re.compile(
    rb'<p style="[^"]*left:(-?[\d.]+)pt;line-height:([\d.]+)pt">(?:<i>)?'
    rb'(?:<span style="font-family:([^,]*)[^#]*(#\w*)">[^<\s&]'
    rb"|(<b>.*?</p>)|(.*?</p>))",
    re.DOTALL,
)
_WHITE = b"#ffffff"
#: Control characters, fixed spaces and marks of direction are no ink, nor words.
_INK = re.compile(rb">(?:\s|&#x(?:1?[0-9a-f]|a0|202[a-e]);)*+[^<\s]")
_BOLD = re.compile(rb"<b>.*?</b>", re.DOTALL)
#: Room for the HTML of an ordinary page, so that its buffer need not grow.
_HTML_BYTES = 1 << 16


def line_styles(textpage: Any) -> tuple[list[Style], list[bytes]]:
    """Style and left edge of each line, from MuPDF's own HTML of the page.

    The HTML has one ``<p>`` per line in the order of the words, and costs a
    third of the ``dict`` output.
    """
    found: list[Style] = []
    lefts: list[bytes] = []
    for left, size, font, colour, bold, doubtful in _STYLE.findall(_html(textpage)):
        whole = bold or doubtful
        if whole and not _INK.search(whole):
            continue  # blank: it has no words either
        all_bold = bold and not _INK.search(_BOLD.sub(b"", bold))
        white = _WHITE in (colour or whole)
        found.append((float(size), bool(bold), bool(all_bold), white, font))
        lefts.append(left)
    return found, lefts


def paired(
    found: list[Style], found_lefts: list[bytes], lefts: list[float]
) -> list[Style]:
    """Styles of lines by their left edge: text off the page is in the HTML only."""
    styles: list[Style] = []
    position = 0
    for left in lefts:
        for ahead in range(position, min(position + 12, len(found))):
            if abs(float(found_lefts[ahead]) - left) < 1:
                styles.append(found[ahead])
                position = ahead + 1
                break
        else:
            styles.append((0.0, False, False, False, b""))
    return styles


def _html(textpage: Any) -> bytes:
    """MuPDF's HTML of a page, in ASCII.

    What ``textpage.extractHTML()`` does, less its copy and its decoding, which
    are a quarter of its time.
    """
    mupdf = pymupdf.mupdf
    buffer = mupdf.fz_new_buffer(_HTML_BYTES)
    output = mupdf.FzOutput(buffer)
    mupdf.fz_print_stext_page_as_html(output, textpage.this, 0)
    output.fz_close_output()
    html: bytes = mupdf.fz_buffer_extract(buffer)
    return html
