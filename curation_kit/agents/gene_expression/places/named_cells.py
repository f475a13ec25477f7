"""Cells of the worm by their short names: "the pharyngeal neurons (M4, I1 and MI)"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curation_kit.vocabulary import ontology

__all__ = ["named_cells"]

#: With the sides that it is on: "ALML/R" are two cells.
_NAME = r"[A-Z]{1,3}\d{0,2}(?:/[LR]\b)?"
_LISTED = re.compile(
    rf"\b(?:(?:inter|motor ?)?neurons?|cells)(?: \(|:? |, including |, such as )"
    rf"(?P<names>(?:{_NAME}(?:, and |, | and |/))*{_NAME})(?=[).,;]| \(| in\b|$)"
)
_EACH = re.compile(_NAME)


def named_cells(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Names in lists of cells that are too short to be told from others elsewhere.

    Parameters
    ----------
    text
        A sentence.

    Yields
    ------
    tuple
        Start and end of the name, the name, and what `Mention.key` is for its term.
    """
    for match in _LISTED.finditer(text):
        for name in _EACH.finditer(text, *match.span("names")):
            if terms := ontology("WBbt").lookup(f"{name[0].partition('/')[0]} neuron"):
                yield *name.span(), name[0], f"WBbt:{min(one.id for one in terms)}"
