"""Cells of the worm by their short names: "the pharyngeal neurons (M4, I1 and MI)"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

__all__ = ["named_cells"]

_NAME = r"[A-Z]{1,3}\d{0,2}"
_LISTED = re.compile(
    rf"\b(?:(?:inter|motor ?)?neurons?|cells)(?: \(|:? |, including |, such as )"
    rf"(?P<names>(?:{_NAME}(?:, and |, | and |/))*{_NAME})(?=[).,;]| \(| in\b|$)"
)
_EACH = re.compile(_NAME)


def named_cells(
    text: str, known: Callable[[str], bool]
) -> Iterator[tuple[int, int, str]]:
    """Names in lists of cells that are too short to be told from others elsewhere.

    Parameters
    ----------
    text
        A sentence.
    known
        Tells whether a name is that of a cell.

    Yields
    ------
    tuple
        Start and end of the name, and the name that is known: "M4 neuron".
    """
    for match in _LISTED.finditer(text):
        for name in _EACH.finditer(text, *match.span("names")):
            if known(f"{name[0]} neuron"):
                yield *name.span(), f"{name[0]} neuron"
