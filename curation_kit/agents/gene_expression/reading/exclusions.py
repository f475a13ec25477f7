"""Why a sentence, a clause or a gene in it states no pattern."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections.abc import Sequence

from curation_kit.agents.gene_expression.genes.mentions import GeneMention, Use
from curation_kit.agents.gene_expression.language import lexicon
from curation_kit.agents.gene_expression.places.finder import What
from curation_kit.agents.gene_expression.reading.clauses import Clause
from curation_kit.agents.gene_expression.reasons import Reason

__all__ = [
    "IN_BOTH",
    "clause_reason",
    "denied_in_both",
    "denies",
    "denies_once",
    "is_product",
    "sentence_reason",
    "unused",
]

#: A clause with such words states no pattern.
_REASONS = (
    (Reason.MANIPULATED, lexicon.MANIPULATED),
    (Reason.HYPOTHESIS, lexicon.HYPOTHESIS),
    (Reason.METHOD, lexicon.METHOD),
    (Reason.CELL_LINE, lexicon.CELL_LINE),
    (Reason.CHANGE, lexicon.NO_CHANGE),
    (Reason.CHANGE, lexicon.CAUSED),
    (Reason.FUNCTION, lexicon.FUNCTION),
    (Reason.NO_STATEMENT, lexicon.SPLICED),
)

#: Animals whose expression is not the normal one.
_ABNORMAL = ((Reason.MUTANT, lexicon.MUTANT), (Reason.DISEASED, lexicon.DISEASED))

#: "in both G+/− and G−/− gonads", "neither in controls nor in mutants".
IN_BOTH = re.compile(
    rf"{lexicon.CONTROL}[^,;.]{{0,40}} (?:and|n?or) [^,;.]{{0,25}}{lexicon.MUTATED}"
    rf"|{lexicon.MUTATED}[^,;.]{{0,40}} (?:and|n?or) [^,;.]{{0,25}}{lexicon.CONTROL}"
)

#: What is denied then is a change: "not reduced", or no denial of the gene itself.
_CHANGED = re.compile(
    r"\b(?:reduc|decreas|diminish|lost|loss|lower|weaker|fewer|less|more|attenuat|abolish|disappear|down-?regul|up-?regul|increas|rais|higher|stronger|chang|differ|alter|affect)\w*",
    re.IGNORECASE,
)
_EXPRESSED = re.compile(rf"\b(?:{lexicon.VERB}|{lexicon.ACTIVE})\b", re.IGNORECASE)

#: Others found it, unless the paper's own figure shows it, too.
_KNOWN = (lexicon.CITED, lexicon.PREVIOUS, lexicon.DEFINED)

#: "(A, C)", "(arrow in B)": a panel of a figure.
_PANEL = re.compile(
    r"\((?:(?:[a-z]+ in )?[A-Za-z]'?(?:[,–-] ?[A-Za-z]?)*|[^()]*arrow[^()]*)\)"
)

#: "Consistent with earlier reports, G was ...": the paper's own finding agrees.
_AGREES = re.compile(
    r"^(?:Consistent|In (?:agreement|accordance|line|keeping|contrast)|Similar|As opposed|Contrary) (?:with|to) [^,]*?\b(?:stud(?:y|ies)|reports?|findings?|observations?|results?|data|work|published|reported|described|shown)\b[^,]*(?:\([^()]*\)[^,]*)?, (?=(?:we|our|the|an?|both|no|in|at|strong|weak|expression|\S*[A-Z\d])\b)"
    r"|,? (?:which is |and |)?(?:consistent|in (?:agreement|accordance|line|keeping)|confirming|as) (?:with |the )?(?:previous|earlier|prior|published)\b[^,;]*(?=\.?$)"
)

#: "We confirmed that G is expressed in A, as reported (...)": the paper's own finding.
_WE_SAW = re.compile(
    r"\b[Ww]e (?:also |now |further |could |did not |here |then ){0,2}(?:confirm(?:ed)?|verified|detect(?:ed)?|observed?|saw)\b"
)
_EARLIER = re.compile(
    r"\b(?:previous|earlier|prior|recent) (?:study|work|paper|report)\b"
)

#: A legend that only tells what was stained, and with what ...
_STAINED = re.compile(
    r"\b(?:co-?)?(?:immuno)?(?:stain(?:ed|ing)|labell?(?:ed|ing)|hybridi[sz]ed|probed) (?:\w+ )?(?:with|for|using|by)\b"
)
#: ... and not what is seen.
_SEEN = re.compile(
    r"\b(?:show\w*|reveal\w*|detected|seen|observed|found|visible|present|absent|restricted|locali\w+|express(?:ed|es|ing)?|is|are|was|were|note|arrow\w*)\b|\w-positive\b|\w[+⁺](?!\w)",
    re.IGNORECASE,
)

_OTHER_PLACES = re.compile(
    r"(?:in |that in |those in |to )?(?:all )?(?:the )?(?:other|rest of|remaining)\b"
)


def is_product(gene: GeneMention) -> bool:
    """Whether a mention is of what a gene makes, and not only shows the cells."""
    return (
        gene.use in {Use.PRODUCT, Use.REPORTER}
        and gene.text.lower() not in lexicon.CELL_MARKERS
    )


def unused(genes: Sequence[GeneMention]) -> list[Reason]:
    """Reasons to drop the genes that are not named for their product."""
    reasons = {
        Use.GENOTYPE: Reason.GENOTYPE,
        Use.MARKER: Reason.METHOD,
        Use.OTHER: Reason.NO_STATEMENT,
    }
    return [
        reasons.get(gene.use, Reason.METHOD) for gene in genes if not is_product(gene)
    ]


def sentence_reason(text: str, *, legend: bool) -> Reason | None:
    """Reason to drop all that a sentence states, or None."""
    # Others found what a legend cites them for, unless it tells what a panel shows.
    own = lexicon.OWN_FIGURE.search(text) or (
        legend and (_PANEL.search(text) or not lexicon.CITED.search(text))
    )
    if not own and (not _WE_SAW.search(text) or _EARLIER.search(text)):
        told = lexicon.UNREPORTED.sub("", _AGREES.sub("", text))
        if any(known.search(told) for known in _KNOWN):
            return Reason.PREVIOUS
    if legend and _STAINED.search(text) and not _SEEN.search(text):
        return Reason.METHOD
    if lexicon.ANALYSIS.search(text) and not lexicon.SHOWN.search(text):
        return Reason.METHOD
    return None


def clause_reason(words: str, clause: Clause) -> Reason | None:
    """Reason to drop all that a clause states, or None."""
    for reason, pattern in _REASONS:
        if pattern.search(words):
            return reason
    change = lexicon.CHANGE.search(words)
    between = _between_places(words, clause)
    risen = lexicon.ONLY_RISEN.search(words) and between == words
    if change and (risen or lexicon.PERTURBED.search(between)):
        return Reason.CHANGE
    raised = between == words and lexicon.RAISED.search(words)
    if raised and not _with_time(words, clause):
        return Reason.CHANGE
    # "Undetectable in mutants, by PCR of mutants and controls": in the mutants.
    normal = lexicon.INTACT.search(words) and (
        not denies(words) or denied_in_both(words)
    )
    if not normal:
        for reason, pattern in _ABNORMAL:
            if pattern.search(words):
                return reason
    return None


def denied_in_both(words: str) -> bool:
    """Whether a denial holds for controls as for mutants: "in neither Y nor −/−"."""
    both = IN_BOTH.search(words)
    # Not "undetectable in mutants, by PCR of mutants and controls".
    if not both or re.search(lexicon.MUTATED, words[: both.start()]):
        return False
    if not denies_once(words):
        return False
    denial = lexicon.NEGATION.search(words, 0, both.start())
    if denial is None:
        return not _EXPRESSED.search(words, 0, both.end())
    between = words[denial.end() : both.start()]
    if not between.strip():
        return True
    # Not "not seen in the lens, and both express H": that is of something else.
    joined = re.search(r"[,;]|\band\b", between)
    return not joined and not _EXPRESSED.search(words, both.start())


def denies_once(words: str) -> bool:
    """Whether a gene is denied, not its absence or its loss: "was never absent"."""
    said = lexicon.NOT_A_NEGATION.sub(" ", words)
    denials = [one for one in lexicon.NEGATION.finditer(said) if one[0] != "nor"]
    return len(denials) == 1 and not _CHANGED.search(words)


def _with_time(words: str, clause: Clause) -> bool:
    """Whether a clause tells when something changes."""
    stages = (p for p in (*clause.places, *clause.leading) if p.what is What.STAGE)
    return any(stages) or bool(lexicon.WITH_TIME.search(words))


def _between_places(words: str, clause: Clause) -> str:
    """Words of a clause, without the comparison of one place with another.

    "Higher in the liver than in the kidney" is a pattern; "higher than in
    controls" is a change.
    """
    comparator = lexicon.COMPARATOR.search(words)
    if comparator is None or not lexicon.ENRICHED.search(words, 0, comparator.start()):
        return words
    at = clause.start + comparator.start()
    placed = any(p.start < at for p in clause.places)
    other = _OTHER_PLACES.match(words, comparator.end())
    if placed and (other or any(p.start > at for p in clause.places)):
        return lexicon.COMPARATOR.sub(" ", words)
    return words


def denies(words: str) -> bool:
    """Whether the words of a clause say that something is not so."""
    return bool(
        lexicon.NEGATION.search(words)  # few have any
        and lexicon.NEGATION.search(lexicon.NOT_A_NEGATION.sub(" ", words))
    )
