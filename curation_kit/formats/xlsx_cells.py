"""What stands in one cell of a workbook, by the type of its value."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from curation_kit.formats.columns import Column, Kind
from curation_kit.formats.delimited import plain_cell

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

__all__ = ["MAX_CELL", "Formats", "cell_of", "cut", "kind_of_text", "text_cell"]

#: UTF-16 units that Excel takes in a cell.
MAX_CELL = 32_767

#: Beyond it a whole number is no longer the same as a 64-bit float.
_EXACT = 2**53
#: Excel's largest number.
_LARGEST = 9.99999999999999e307

#: Excel's dates begin with this year; earlier ones are text.
_FIRST_YEAR = 1900

#: Days are counted from here; there are fewer before a day that Excel's 1900 has.
_DAY_0 = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - without a zone, as in a workbook
_FEBRUARY_29 = 60

_NUMBERS = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.MIXED})

#: What XML escapes, and what ST_Xstring does.
_MARKUP = re.compile("[&<>]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


class Formats(NamedTuple):
    """How cells look."""

    header: Format
    kinds: dict[Kind, Format]
    rounded: Format
    link: Format

    @classmethod
    def of(cls, workbook: Workbook) -> Formats:
        """Make them in a workbook."""
        top = {"valign": "top"}
        text = {**top, "num_format": "@"}
        return cls(
            workbook.add_format({**text, "bold": True, "bottom": 1}),
            {
                Kind.TEXT: workbook.add_format(text),
                Kind.PROSE: workbook.add_format({**text, "text_wrap": True}),
                Kind.INTEGER: workbook.add_format({**top, "num_format": "0"}),
                Kind.NUMBER: workbook.add_format(top),
                Kind.TRUTH: workbook.add_format({**top, "align": "left"}),
                Kind.DATE: workbook.add_format({**top, "num_format": "yyyy-mm-dd"}),
                # A whole number among prose stands where the words begin.
                Kind.MIXED: workbook.add_format(
                    {**top, "num_format": "0", "align": "left"}
                ),
            },
            workbook.add_format({**top, "num_format": "0.000"}),
            workbook.add_format(
                {**top, "num_format": "0", "font_color": "#0563C1", "underline": 1}
            ),
        )


def cell_of(value: Any, column: Column, formats: Formats) -> tuple[Format, str]:
    """Format and content of a cell, by the type of its value."""
    kind = column.kind
    if column.rounded and _is_number(value):
        return formats.rounded, f"><v>{round(value, 3):.16G}</v>"
    if isinstance(value, bool) and kind is Kind.TRUTH:
        return formats.kinds[kind], f' t="b"><v>{value:d}</v>'
    if kind in _NUMBERS and _is_number(value):
        return formats.kinds[kind], f"><v>{value:.16G}</v>"
    if kind is Kind.DATE and isinstance(value, dt.date) and value.year >= _FIRST_YEAR:
        return formats.kinds[kind], f"><v>{_day(value):.16G}</v>"
    return formats.kinds[kind_of_text(column)], text_cell(cut(plain_cell(value)))


def kind_of_text(column: Column) -> Kind:
    """Whether texts in a column are prose, whose lines are broken."""
    return Kind.PROSE if column.kind in {Kind.PROSE, Kind.MIXED} else Kind.TEXT


def text_cell(text: str) -> str:
    """Content of a cell with a text, in which XML and ST_Xstring are escaped."""
    if _CONTROL.search(text):
        text = _CONTROL.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    around = text[:1].isspace() or text[-1:].isspace()
    space = ' xml:space="preserve"' if around else ""
    if _MARKUP.search(text):
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f' t="inlineStr"><is><t{space}>{text}</t></is>'


def _day(day: dt.date) -> float:
    """A date as Excel counts it: its 1900 has a 29th of February."""
    if isinstance(day, dt.datetime):
        passed = day.replace(tzinfo=None) - _DAY_0
        days = passed.days + passed.seconds / 86_400
    else:
        days = (day - _DAY_0.date()).days
    return days if days > _FEBRUARY_29 else days - 1


def _is_number(value: Any) -> bool:
    """Whether a value is the same as a number of Excel."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= (_EXACT if isinstance(value, int) else _LARGEST)


def cut(text: str) -> str:
    """Shorten a text that Excel cannot hold, and say so at its end."""
    if len(text) <= MAX_CELL // 2:  # however many units a character takes
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MAX_CELL:
        return text
    mark = f" … [cut: {len(text):,} characters; see CSV or JSON]"
    # Half a character at the end is dropped.
    return units[: 2 * (MAX_CELL - len(mark))].decode("utf-16-le", "ignore") + mark
