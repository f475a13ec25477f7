"""The clauses of a sentence: parts that state one thing, with one polarity."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from curation_kit.agents.gene_expression.genes.mentions import GeneMention
from curation_kit.agents.gene_expression.language import lexicon
from curation_kit.agents.gene_expression.language.coordination import UNKNOWN_ITEM
from curation_kit.agents.gene_expression.places.finder import Mention, What

__all__ = ["Clause", "clauses"]


@dataclass(slots=True)
class Clause:
    """A part of a sentence with one polarity.

    `leading` are the places and stages that open the sentence and hold for
    all of it ("At E10.5, ..."); `proper` is where what opens it ends.
    """

    start: int
    end: int
    opening: str
    genes: list[GeneMention] = field(default_factory=list)
    places: list[Mention] = field(default_factory=list)
    leading: list[Mention] = field(default_factory=list)
    proper: int = 0

    @property
    def excepted(self) -> bool:
        """Whether it names what the clause before does not hold for."""
        return self.opening.startswith(
            ("except", "excluding", "with the")
        ) and not self.opening.endswith("that")


_SPLIT = re.compile(
    r";\s+|,?\s+(?P<word>but(?! also)|whereas|while|although|though|however|(?<!not )yet|except(?: for the fact)? that|except(?: for| in)?|excluding"
    r"|with the exception of|despite|because|suggesting|indicating|implying|which(?= (?:may|might|could|would|(?:suggest|indicat|implie)\w+|imply|(?:is|are) (?:consistent|likely|in (?:line|agreement)))\b))\s+"
    r"|,?\s+(?:and|with|,)\s+(?P<neg>(?=(?:(?:minimal|little|low|hardly|virtually|almost)(?: to| or)? (?:no|any)|no|none|not|"
    + lexicon.NOWHERE
    + r"|cannot|(?:we )?never|(?:we )?(?:could|can|did|does|do|has|have|had) ?(?:not|never)|fail(?:s|ed)? to|lack(?:s|ed)?(?! of)|absent|absence|neither|(?:is|was|were|are) (?:not?|never|(?:\w+ )?neither|negative|lost|(?:\w+ly )?(?:absent|undetect(?:able|ed)|missing|excluded|reduced|decreased|increased|expanded|abolished|diminished|upregulated|downregulated|unchanged|unaffected))|(?:\w+ly )?(?:absent|undetect(?:able|ed))|missing|lacking|excluded|negative(?= in))\b))"
    r"|,\s+(?P<not>(?=(?:not|never|"
    + lexicon.NOWHERE
    + r"|being (?:not|absent|undetectable)|without|nor) (?!only)))"
    r"|,?\s+(?:and|but)\s+(?P<for>(?=(?:positive|negative) for\b))"
    r"|\s+and\s+(?P<again>(?=(?:was|were|is|are|restricted|confined|limited) ))"
    r"|\s+(?:that|which|who)\s+(?P<cells>(?=(?:(?:do|does|did) not|no longer|never|lack(?:ed)?) (?:\w+ly )?(?:co-?)?express))"
    r"|,?\s+(?P<that>and that)\s+"
    r"|,\s+(?:and|but)\s+(?P<then>(?:then|later|subsequently|thereafter)\s+)"
    r"|,\s+(?P<of>(?:much|most|some|all|many|none) of which\s+)"
    r"|,?\s+with\s+(?P<with>(?=(?:[\w-]+ )?(?:expression|staining|signals?|transcripts?) (?:of|for)\b))"
    r"|\s+(?:(?:is|was|are|were|\w+ly) ){0,2}(?P<comp>complementary (?:to|with))\s+"
    r"|,\s+(?P<where>where)\s+"
    r"|(?<=[a-z)]),\s+(?P<we>(?=we\b))"
    r"|,\s+(?P<perhaps>(?=(?:presumably|probably|possibly|perhaps) ))"
    r"|(?<=[\w)]),\s+(?P<main>(?=(?:was|were|is|are) ))"
    r"|,\s+which\s+(?P<which>(?=(?:was|were|is|are) ))"
    r"|,\s+and\s+(?P<and>(?=(?:was|were|is|are|in|the|[\w-]+ (?:was|were|is)) ))",
    re.IGNORECASE,
)


#: A list goes on after a semicolon: "...; myotome, and occipital mesenchyme (b); ...".
_LISTED = re.compile(
    r"(?:and )?(?:[\w-]+,? ){0,7}[\w-]+ \([^()]{1,14}\)(?=[;.]| \(scale|$)"
)


#: How a clause opens that goes on about the gene before it.
_ELLIPTIC = frozenset(("but", "neg", "not", "except", "except in", "except for"))

#: ... and what it then says of another place.
_DENIED = re.compile(
    r"(?:(?:is|was|were|are) )?(?:not|neither|never|no|absent|undetectable|missing|excluded)\b"
)

#: "..., and G was ...", "... and G in ...": another gene begins a clause of its own.
_NEXT_GENE_BEFORE = re.compile(
    r"(?:,? and|,|,? or) (?:(?:the|that of|expression of|no|\([A-Z]\)) ){0,2}$"
)
_NEXT_GENE_AFTER = re.compile(
    r"(?: (?:mRNAs?|proteins?|transcripts?|expression|signals?|staining))?"
    r" (?:(?:is|was|were|are|has|locali[sz]e[sd]|appeared|showed|shows|labell?ed|labels|marked|marks|stained) |(?:only |also )?(?:in|at|throughout) )"
)
#: "G, pleiotropic factor 1, and H was seen"
_UNKNOWN = re.compile(rf"(?:, {UNKNOWN_ITEM})+")
_LEADING = re.compile(
    r"(?:(?:However|Moreover|Furthermore|Interestingly|Similarly|In addition|By contrast|In contrast|Also|Finally|Then), )?"
    r"(?:In|At|By|During|Within|Throughout|From)\b[^,;]*,"
)


def clauses(
    text: str, start: int, genes: Sequence[GeneMention], places: Sequence[Mention]
) -> list[Clause]:
    """Part a sentence into clauses.

    Parameters
    ----------
    text
        The sentence.
    start
        Where its first clause begins.
    genes, places
        What it names, in order; no clause ends within one.

    Returns
    -------
    list of Clause
        In order, each with the genes and places that it names.
    """
    found: list[Clause] = []
    opening = ""
    leading = _LEADING.match(text, start)
    proper = leading.end() if leading else start
    ahead = [p for p in places if leading and start <= p.start < leading.end()]
    for begin, end, kind in _cuts(text, start, proper, genes, places):
        found.append(Clause(start, begin, opening))
        start, opening = end, kind
    found.append(Clause(start, len(text), opening))
    for number, clause in enumerate(found):
        clause.genes = [g for g in genes if clause.start <= g.start < clause.end]
        clause.places = [p for p in places if clause.start <= p.start < clause.end]
        clause.leading = ahead if number else []
        clause.proper = proper
        if not number and not clause.genes and len(found) > 1:
            # "The heart at 48 hpf; G is seen in the atrium."
            ahead = [p for p in clause.places if p.what is What.STAGE]
    _share_stage(text, found)
    return found


def _cuts(
    text: str,
    start: int,
    proper: int,
    genes: Sequence[GeneMention],
    places: Sequence[Mention],
) -> list[tuple[int, int, str]]:
    """Where clauses end and the next begin, and how that one opens."""
    taken = [(g.start, g.end) for g in genes] + [(p.start, p.end) for p in places]
    cuts: list[tuple[int, int, str]] = []
    for match in _SPLIT.finditer(text, start):
        if any(low < match.end() and match.start() < high for low, high in taken):
            continue
        if match[0].startswith(";") and _LISTED.match(text, match.end()):
            continue
        if match["main"] is not None and ", which " not in text[start : match.start()]:
            continue
        if match["and"] is not None and _in_list(text, genes, *match.span()):
            continue
        if _goes_on(text, match, cuts[-1][1] if cuts else start, genes):
            continue
        kind = match["word"].lower() if match["word"] else match.lastgroup or ""
        if kind == "which" and any(gene.end == match.start() for gene in genes):
            continue  # "G, which is expressed in": said of the gene
        cuts.append((match.start(), match.end(), kind))
    for before, gene in pairwise(genes):
        opener = _NEXT_GENE_BEFORE.search(text, before.end, gene.start)
        if (
            opener
            and opener.end() > proper
            and _NEXT_GENE_AFTER.match(text, gene.end)
            # "G in A and H in B", not "G and H in A".
            and any(before.end <= p.start < opener.start() for p in places)
            and not any(
                begin < gene.start and opener.start() < end for begin, end, _ in cuts
            )
        ):
            cuts.append((opener.start(), gene.start, "gene"))
    return sorted(cuts)


def _goes_on(
    text: str, match: re.Match[str], start: int, genes: Sequence[GeneMention]
) -> bool:
    """Whether the clause from `start` on goes on with the sign, or the gene, it has."""
    if match["again"] is not None:  # "G was not seen in A and was restricted to B"
        return lexicon.NEGATION.search(text, start, match.start()) is None
    if match["cells"] is not None:  # "G was seen in cells that do not express H"
        return not any(start <= gene.start < match.start() for gene in genes)
    return False


def _in_list(text: str, genes: Sequence[GeneMention], start: int, end: int) -> bool:
    """Whether words stand between two genes of a list: "G, and H was seen"."""
    if all(gene.start != end for gene in genes):
        return False
    before = max((gene.end for gene in genes if gene.end <= start), default=len(text))
    unknown = _UNKNOWN.match(text, before)
    return start == (unknown.end() if unknown else before)


def _share_stage(text: str, found: list[Clause]) -> None:
    """Give a stage at the end to the clause before, if it goes on about one gene.

    "G was expressed in A but not in B at the L4 stage" says so of both.
    """
    for clause, following in pairwise(found):
        stages = [p for p in following.places if p.what is What.STAGE]
        placed = any(p.what is not What.STAGE for p in clause.places)
        if (
            stages
            and placed
            and not following.genes
            and following.opening in _ELLIPTIC
            and _DENIED.match(text, following.start)
            and not any(p.what is What.STAGE for p in (*clause.places, *clause.leading))
        ):
            clause.places = [*clause.places, *stages[-1:]]
