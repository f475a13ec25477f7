from __future__ import annotations

import pytest

from curation_kit.evidence.citations import citation_spans


@pytest.mark.parametrize(
    "citation",
    [
        "[12]",
        "[3, 7–9]",
        "[1,2;5]",
        "(Smith, 2010)",
        "(Smith et al., 2010)",
        "(Smith et al. 2010a, b)",
        "(Smith and Jones, 2010; O’Brien & Li, 1999)",
        "(see Müller et al., 2011; reviewed in Ng, 2012)",
        "[Smith et al., 2010, 2011]",
    ],
)
def test_bracketed_citations(citation: str) -> None:
    """By number or by name and year."""
    text = f"on in neurons {citation}, and"
    assert [text[start:end] for start, end in citation_spans(text)] == [citation]


@pytest.mark.parametrize(
    "text",
    [
        "in 3 (10) animals",
        "(n = 12)",
        "[13C]glucose",
        "mec-4(e1339)",
        "(Fig. 3A)",
        "(not in 2010)",
        "([18F]FDG)",
        "(p < 0.05)",
        "in (the) 2010 season",
        "[1]-benzene",
    ],
)
def test_other_brackets(text: str) -> None:
    """Counts, alleles, isotopes and figures stay."""
    assert citation_spans(text) == []
