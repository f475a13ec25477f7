from __future__ import annotations

from pathlib import Path

import pytest

from curation_kit.agents import Paper, get_agent
from curation_kit.formats import FORMATS
from curation_kit.records import GeneExpressionRecord


@pytest.mark.parametrize("name", ["csv", "tsv", "json", "xlsx"])
def test_a_formatter_writes_its_format(name: str) -> None:
    """The same bytes as the writer of its extension."""
    paper = Paper(id="0a", name="a.pdf", path=Path("a.pdf"))
    records = [GeneExpressionRecord(gene_symbol="mec-4")]
    agent = get_agent(name)()

    content = agent.format(paper, records, GeneExpressionRecord)

    assert content == FORMATS[name]("a.pdf", "0a", records, GeneExpressionRecord)
    assert agent.extension == name
