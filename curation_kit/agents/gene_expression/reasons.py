"""Why a sentence that names a gene gives no record: the closed list of reasons."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["MEANINGS", "Reason"]


class Reason(StrEnum):
    """What the ledger counts, and the curator reads."""

    PREVIOUS = "previously reported"
    HYPOTHESIS = "hypothesis"
    MANIPULATED = "manipulated expression"
    METHOD = "method or marker"
    CELL_LINE = "cell line"
    CHANGE = "expression change"
    FUNCTION = "function"
    MUTANT = "mutant"
    DISEASED = "disease or treatment"
    GENOTYPE = "genotype"
    NO_STATEMENT = "no expression statement"
    NO_ANATOMY = "no anatomy"
    SUMMARY = "summary"
    NEGATED = "negated"
    NO_GENE = "no gene"


#: Each reason in a sentence.
MEANINGS: dict[str, str] = {
    Reason.PREVIOUS: "The sentence cites other work, so it is no finding of this "
    "paper.",
    Reason.HYPOTHESIS: "It says what might be, or what was tested.",
    Reason.MANIPULATED: "The expression was brought about or changed by the authors.",
    Reason.METHOD: "It tells how something was done, or uses the gene as a marker.",
    Reason.CELL_LINE: "The gene is expressed in cultured cells, not in an organism.",
    Reason.CHANGE: "It says that expression rises or falls, not where it is.",
    Reason.FUNCTION: "It says what the gene does, not where it is expressed.",
    Reason.MUTANT: "It is about a mutant, not about normal expression.",
    Reason.DISEASED: "It is about diseased, injured or treated animals, not about "
    "normal expression.",
    Reason.GENOTYPE: "The gene stands for a mutant, a knock-down or a strain.",
    Reason.NO_STATEMENT: "It names a gene, and does not say that it is expressed.",
    Reason.NO_ANATOMY: "It says that a gene is expressed, but names no anatomical "
    "structure, stage or cellular component that the vocabularies have.",
    Reason.SUMMARY: "It sums up what the paper tells in detail elsewhere: only the "
    "title, the abstract, a heading or a conclusion says so, or it names no anatomical "
    "structure, and the paper does.",
    Reason.NEGATED: "A gene is not expressed there, and the options leave such "
    "findings out.",
    Reason.NO_GENE: "The model gave a row without a gene.",
}
