"""What stands before or within a sentence and says something else of its genes."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections.abc import Sequence

from curation_kit.agents.gene_expression.genes.mentions import GeneMention
from curation_kit.agents.gene_expression.language import lexicon
from curation_kit.agents.gene_expression.reading.statements import Expressed

__all__ = ["excepted", "opening", "without_asides"]

#: "G, a member of the complex, was": what the gene is, not where.
_ASIDE = re.compile(
    r", (?:an?|the|one of|like|unlike|similar(?:ly)? to|in contrast to) [^,;.()]{3,90},(?= (?:(?:is|was|were|are|has|localiz|show|appear)\w*))"
)
#: "in wild-type, but not null, skin": the place is the control's.
_NOT_IN_MUTANTS = re.compile(
    rf"{lexicon.CONTROL}(?P<out>,? but not (?:in )?[^,;.()]{{0,25}}?{lexicon.MUTATED},?)(?= [a-z])"
)
#: "in the lens, but nowhere else in the eye at S".
_NOWHERE_ELSE = re.compile(
    r",?(?: and| but)? nowhere else\b[^,;.()]*?(?= (?:at|by|during|from|until) |[,;.()]|$)"
)
_CONTRAST = re.compile(r"In contrast to|Unlike|Contrary to")
#: "A, but not B, express G", "G but not H was seen in A": said of the first.
_BUT_NOT = re.compile(
    r",? but not (?:in )?[^,;.()]{2,60},?(?= (?:\w+ly )?(?:(?:co-?)?express(?:es|ed)?|contain(?:s|ed)?|show(?:s|ed)?|display(?:s|ed)?|exhibit(?:s|ed)?|(?:was|were|is|are) (?:\w+ly )?(?:positive|stained|labell?ed|express|detect|found|seen|observ|present|locali)))"
)


def excepted(
    text: str, products: Sequence[GeneMention]
) -> tuple[int, int, list[GeneMention]] | None:
    """Where a sentence takes out a subject before its verb, and the genes in there.

    Only if what it is taken out of is a gene where the other is one, and a place where
    no gene stands before the verb.
    """
    found = _BUT_NOT.search(text)
    if found is None:
        return None
    inside = [g for g in products if found.start() <= g.start < found.end()]
    before = [g for g in products if g.end <= found.start()]
    after = [g for g in products if g.start >= found.end()]
    if bool(inside) is not bool(before) or (inside and after) or not (inside or after):
        return None
    if before and before[-1].end != found.start():
        return None
    return found.start(), found.end(), inside


def without_asides(
    text: str, products: Sequence[GeneMention]
) -> tuple[str, list[GeneMention]]:
    """Blank out what stands between a gene and its verb, or a control and its place.

    So is what is said of all other places. All else keeps its place.

    Returns
    -------
    tuple of str, list of GeneMention
        The text, and the genes without those that are named in between.
    """
    kept = list(products)
    for gene in products:
        if gene in kept and (aside := _ASIDE.match(text, gene.end)):
            text, kept = _blank(text, kept, *aside.span())
    if " but not " in text and (mutants := _NOT_IN_MUTANTS.search(text)):
        text, kept = _blank(text, kept, *mutants.span("out"))
    if other := _NOWHERE_ELSE.search(text):
        text, kept = _blank(text, kept, *other.span())
    return text, kept


def _blank(
    text: str, genes: Sequence[GeneMention], start: int, end: int
) -> tuple[str, list[GeneMention]]:
    blank = text[:start] + " " * (end - start) + text[end:]
    return blank, [one for one in genes if not start <= one.start < end]


def opening(text: str, products: Sequence[GeneMention]) -> tuple[int, Expressed | None]:
    """Where the sentence proper begins, and the genes named before that."""
    aside = lexicon.ASIDE.match(text) or lexicon.BESIDES.match(text)
    if not aside:
        return 0, None
    # "In contrast to H, G was not": H was.
    contrast = _CONTRAST.match(aside[0]) and any(
        gene.end <= aside.end() for gene in products
    )
    if not contrast and not re.search(
        rf"\b(?:{lexicon.NOUN}|(?:co-?)?express\w*|detected)\b", aside[0], re.IGNORECASE
    ):
        return 0, None
    named = [(gene, "expression") for gene in products if gene.start < aside.end()]
    besides = aside.re is lexicon.BESIDES and named
    return aside.end(), Expressed(named, negated=False) if besides else None
