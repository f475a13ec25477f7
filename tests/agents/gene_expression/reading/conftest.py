"""Papers of a few sentences, and what is read in them."""

from __future__ import annotations

import pytest

from curation_kit.agents.gene_expression import GeneExpressionAgent


@pytest.fixture
def places(make_paper):
    """Give the genes and places that a mouse paper states."""

    def run(text):
        records = GeneExpressionAgent({"species": ["mouse"]}).extract(
            make_paper(("results", text))
        )
        return {(r.gene_symbol, r.anatomy_label, r.negated) for r in records}

    return run
