"""What stands before or within a sentence and says something else of its genes."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections.abc import Sequence

from curation_kit.agents.gene_expression.genes.mentions import GeneMention
from curation_kit.agents.gene_expression.language import lexicon
from curation_kit.agents.gene_expression.reading.statements import Expressed

__all__ = ["opening", "without_asides"]

#: "G, a member of the complex, was": what the gene is, not where.
_ASIDE = re.compile(
    r", (?:an?|the|one of|like|unlike|similar(?:ly)? to|in contrast to) [^,;.()]{3,90},(?= (?:(?:is|was|were|are|has|localiz|show|appear)\w*))"
)
#: "A, but not B, express G": said of A.
_BUT_NOT = re.compile(
    r", (?:but|and) not (?:in )?[^,;.()]{3,60},(?= (?:\w+ly )?(?:(?:co-?)?express(?:es|ed)?|contain(?:s|ed)?|show(?:s|ed)?|display(?:s|ed)?|exhibit(?:s|ed)?|(?:was|were|is|are) (?:\w+ly )?(?:positive|stained|labell?ed)) )"
)


def without_asides(
    text: str, products: Sequence[GeneMention]
) -> tuple[str, list[GeneMention]]:
    """Blank out what stands between a gene and its verb; all else keeps its place.

    Returns
    -------
    tuple of str, list of GeneMention
        The text, and the genes without those that are named in between.
    """
    kept = list(products)
    first = min((gene.start for gene in products), default=0)
    if other := _BUT_NOT.search(text, 0, first):
        blank = " " * (other.end() - other.start())
        text = text[: other.start()] + blank + text[other.end() :]
    for gene in products:
        if gene in kept and (aside := _ASIDE.match(text, gene.end)):
            blank = " " * (aside.end() - aside.start())
            text = text[: aside.start()] + blank + text[aside.end() :]
            kept = [one for one in kept if not aside.start() <= one.start < aside.end()]
    return text, kept


def opening(text: str, products: Sequence[GeneMention]) -> tuple[int, Expressed | None]:
    """Where the sentence proper begins, and the genes named before that."""
    aside = lexicon.ASIDE.match(text) or lexicon.BESIDES.match(text)
    if not aside or not re.search(
        rf"\b(?:{lexicon.NOUN}|(?:co-?)?express\w*|detected)\b", aside[0], re.IGNORECASE
    ):
        return 0, None
    named = [(gene, "expression") for gene in products if gene.start < aside.end()]
    besides = aside.re is lexicon.BESIDES and named
    return aside.end(), Expressed(named, negated=False) if besides else None
