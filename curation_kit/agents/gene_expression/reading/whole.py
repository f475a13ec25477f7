"""The whole animal as a place: "expressed throughout the embryo".

The guideline of `tests/gold`: "ubiquitous" and "throughout the embryo" give the whole.
"In embryos" alone only tells what was looked at, unless a gene is denied there.
"""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from curation_kit.agents.gene_expression.places.finder import Mention, What
from curation_kit.agents.gene_expression.reading.statements import Statement

__all__ = ["in_whole"]

_EVERYWHERE = re.compile(
    r"\b(?:throughout|ubiquitous(?:ly)?|widely|widespread)\b[^.;,()]{0,60}?\b(?P<whole>embryos?)\b(?! proper)"
)
_DENIED = re.compile(
    r"\b(?:in|from|of) (?:(?:the|any|all|\S*\d\S*|wild-type|mouse) ){0,3}(?P<whole>(?:whole |entire )?embryos?)\b"
    r"|\b(?P<entire>(?:whole|entire) embryos?)\b"
)

#: A stage of embryos that a number tells.
_OF_EMBRYOS = re.compile(r"^(?!P ?\d|.*(?:postnatal|week|month|year|day-old)).*\d")


def in_whole(text: str, statements: Sequence[Statement]) -> list[Statement]:
    """Give statements without a place the whole embryo, where the words say so.

    Parameters
    ----------
    text
        The sentence.
    statements
        What it states.
    """
    return [
        one if one.anatomy or one.component else replace(one, anatomy=_whole(text, one))
        for one in statements
    ]


def _whole(text: str, statement: Statement) -> Mention | None:
    if not statement.stage or not _OF_EMBRYOS.search(statement.stage.text):
        return None
    found = (_DENIED if statement.negated else _EVERYWHERE).search(text)
    if found is None:
        return None
    name = found.lastgroup or "whole"
    start, end = found.span(name)
    return Mention(start, end, found[name], What.ANATOMY, "embryo")
