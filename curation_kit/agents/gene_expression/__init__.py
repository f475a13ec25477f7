"""The rule-based gene expression extractor."""

from __future__ import annotations

from curation_kit.agents.gene_expression.agent import (
    GeneExpressionAgent,
    GeneExpressionOptions,
)
from curation_kit.agents.gene_expression.all_genes import NamedGene, find_all_genes
from curation_kit.agents.gene_expression.curatable import classify, probabilities

__all__ = [
    "GeneExpressionAgent",
    "GeneExpressionOptions",
    "NamedGene",
    "classify",
    "find_all_genes",
    "probabilities",
]
