"""The rule-based gene expression extractor."""

from __future__ import annotations

from curation_kit.agents.gene_expression.agent import (
    GeneExpressionAgent,
    GeneExpressionOptions,
)

__all__ = ["GeneExpressionAgent", "GeneExpressionOptions"]
