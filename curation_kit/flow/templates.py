"""The built-in flows."""

from __future__ import annotations

from curation_kit.flow.model import Flow
from curation_kit.flow.step import Step

__all__ = ["TEMPLATES"]


def _template(name: str, *outputs: str) -> Flow:
    agents = ["pdf", "gene_expression", "gene_validation", "ontology", *outputs]
    return Flow(name=name, steps=[Step(agent=agent) for agent in agents])


#: Built-in flows, read-only: every workspace has them.
TEMPLATES: dict[str, Flow] = {
    flow.name: flow
    for flow in (
        _template("Gene Expression Extraction", "csv"),
        _template("Gene Expression to TSV", "tsv"),
        _template("Gene Expression to JSON", "json"),
        _template("Gene Expression to CSV, TSV and JSON", "csv", "tsv", "json"),
    )
}
