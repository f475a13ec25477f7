"""The rule-based gene expression extractor."""

from __future__ import annotations

from curation_kit.agents.gene_expression.agent import (
    GeneExpressionAgent,
    GeneExpressionOptions,
)
from curation_kit.agents.gene_expression.curatable import classify, probabilities

__all__ = [
    "GeneExpressionAgent",
    "GeneExpressionOptions",
    "classify",
    "probabilities",
]
