"""What the values of a record are about, and the colour of each on a page."""

from __future__ import annotations

__all__ = ["COLORS", "QUOTE", "mark_of"]

QUOTE = "quote"

#: The same hues as the style sheet of the dashboard has.
COLORS = {
    "quote": "#ffe58a",
    "gene": "#4c9be8",
    "anatomy": "#5bbf6a",
    "stage": "#b07be0",
    "component": "#f0923b",
    "other": "#9aa5b1",
}

_BEGINNINGS = {
    "gene": "gene",
    "anatomy": "anatomy",
    "stage": "stage",
    "cellular_component": "component",
}


def mark_of(column: str) -> str:
    """Kind of a record's column: one of `COLORS`, never ``quote``."""
    for beginning, mark in _BEGINNINGS.items():
        if column == beginning or column.startswith(f"{beginning}_"):
            return mark
    return "other"
