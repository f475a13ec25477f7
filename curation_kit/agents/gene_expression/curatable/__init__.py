"""Which sentences are curatable for gene expression (see MODEL_CARD.md)."""

from __future__ import annotations

from curation_kit.agents.gene_expression.curatable.model import (
    LABELS,
    classify,
    probabilities,
)

__all__ = ["LABELS", "classify", "probabilities"]
