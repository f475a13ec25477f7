"""Where and when genes are expressed: the agent, and its classifier of sentences."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from curation_kit.agents.gene_expression.agent import (
    GeneExpressionAgent,
    GeneExpressionOptions,
)

if TYPE_CHECKING:
    from curation_kit.agents.gene_expression.curatable import classify, probabilities
    from curation_kit.agents.gene_expression.genes.any_species import (
        NamedGene,
        find_all_genes,
    )

#: Who lists the agents needs none of these, nor the numpy of some.
_HOMES = {
    "NamedGene": "genes.any_species",
    "classify": "curatable",
    "find_all_genes": "genes.any_species",
    "probabilities": "curatable",
}

__all__ = [
    "GeneExpressionAgent",
    "GeneExpressionOptions",
    "NamedGene",
    "classify",
    "find_all_genes",
    "probabilities",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
