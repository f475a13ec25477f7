from __future__ import annotations

from pathlib import Path

import pytest
from fakes import plain_text

from curation_kit.agents import Paper


def test_a_paper_must_be_read_before_its_text_is_used() -> None:
    """The error names the paper and the missing step."""
    paper = Paper(id="0", name="a.pdf", path=Path("a.pdf"))
    with pytest.raises(RuntimeError, match=r"a\.pdf was not read.*no input step"):
        paper.text  # noqa: B018

    paper.text = plain_text("mec-4 is on.")

    assert paper.evidence(0, 5).quote == "mec-4"


def test_a_paper_finds_quotes_in_its_text() -> None:
    """As models give them; one aligner serves them all, until there is another text."""
    paper = Paper(id="0", name="a.pdf", path=Path("a.pdf"))
    paper.text = plain_text("The gene mec-4 is on in the tail. It is off elsewhere.")

    found = paper.align("the gene  mec-4 is on in the tail", section="results")
    several = paper.align_all(["It is off elsewhere.", "It is said nowhere at all."])

    assert found.verification == "verified"
    assert found.quote == "The gene mec-4 is on in the tail"
    assert [one.verification for one in several] == ["verified", "unsupported"]
    paper.text = plain_text("Another paper, of quite other words.")
    assert paper.align("It is off elsewhere.").verification == "unsupported"
