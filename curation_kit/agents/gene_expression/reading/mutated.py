"""Genes that the paper's mutants lack: what is said of their products there.

"No G protein was detected in the liver" of a paper on mice without G tells that the
mutation works, and "G in G+/− embryos" shows half of it: neither is where normal
animals express G.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from curation_kit.agents.gene_expression.genes.mentions import GeneMention, Use
from curation_kit.agents.gene_expression.language import lexicon
from curation_kit.agents.gene_expression.reading.statements import Statement

__all__ = ["MutatedGenes"]

_LOSS = re.compile(
    r"[−–-]/[−–-]|[ΔΔ]|c?[kK][oO]|CKO|fl/|flox|null|tm\d"
    r"|[- ](?:null|mutants?|knock-?outs?|deficien\w+|c?KO|[cC]?KO|deletions?)\b"
)
#: "..., which may explain why G mutants ...": what follows from it.
_CONCLUSION = re.compile(
    r"\b(?:which|that) (?:may|might|could|would)\b"
    r"|\b(?:suggest|indicat|imply|explain)ing\b"
)
#: A paper is about a mutant of a gene that it names so often, so far.
_OFTEN = 2


class MutatedGenes:
    """Follows which genes a paper's mutants lack."""

    def __init__(self) -> None:
        self._named: Counter[str] = Counter()

    def read(self, text: str, genes: Sequence[GeneMention]) -> None:
        """Count the mutants that a sentence names."""
        self._named.update(
            gene.symbol
            for gene in genes
            if gene.use is Use.GENOTYPE and _LOSS.match(text, gene.end)
        )

    def concern(
        self, text: str, genes: Sequence[GeneMention], statements: Sequence[Statement]
    ) -> list[Statement]:
        """Give the statements of a sentence that are of mutants of their own gene.

        Parameters
        ----------
        text
            The sentence.
        genes
            All that it names.
        statements
            What it states.
        """
        if lexicon.INTACT.search(text):
            return []
        told = _CONCLUSION.search(text)
        end = told.start() if told else len(text)
        here = {
            gene.symbol
            for gene in genes
            if gene.use is Use.GENOTYPE and gene.start < end
        }
        seen = {one.gene.symbol for one in statements if not one.negated}
        return [
            one
            for one in statements
            if not one.compared
            and (
                one.gene.symbol in here
                or (
                    one.negated
                    and one.gene.symbol not in seen
                    and self._named[one.gene.symbol] >= _OFTEN
                )
            )
        ]
