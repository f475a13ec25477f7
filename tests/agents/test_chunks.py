"""Parts of a paper: of the wanted sections, with overlap, nothing lost."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation_kit.agents.chunks import chunks
from curation_kit.documents.text import Section
from curation_kit.records import Ledger


def told(paper, size=10_000, kinds=("abstract", "results", "figure legend")):
    """Give the sections of each part, and the ledger."""
    ledger = Ledger()
    return chunks(paper.text, kinds, size, ledger), ledger


def test_neighbouring_sections_share_a_part_where_they_fit(make_paper) -> None:
    """Those of other kinds are skipped, and the ledger tells both."""
    paper = make_paper(
        ("abstract", "A short one."),
        ("methods", "Long and boring."),
        ("results", "We found it."),
        ("figure legend", "Figure 1. It is shown."),
        ("results", "   "),
    )

    (one,), ledger = told(paper)
    small, _ = told(paper, size=30)

    assert one.kinds == ("abstract", "results", "figure legend")
    assert [part.kinds for part in small] == [
        ("abstract", "results"),
        ("figure legend",),
    ]
    assert ledger.sections_read == ["abstract", "results", "figure legend"]
    assert ledger.sections_skipped == ["methods"]


def test_a_long_section_is_cut_between_sentences_with_overlap(make_paper) -> None:
    """Each part begins with the last sentences of the one before."""
    text = " ".join(f"This is sentence number {n} of it." for n in range(200))
    paper = make_paper(("results", text))

    found, _ = told(paper, size=2000)

    pieces = [paper.text.text[c.start : c.parts[-1].end].strip() for c in found]
    assert len(pieces) > 3
    assert all(piece.startswith("This") and piece.endswith("it.") for piece in pieces)
    assert all(len(piece) <= 2000 for piece in pieces)
    for before, after in pairwise(pieces):
        shared = before[before.index(after[:30]) :]
        assert 0 < len(shared) <= 400
        assert after.startswith(shared)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.text(alphabet="ab. \n", max_size=300), min_size=1, max_size=4),
    st.integers(min_value=2, max_value=200),
)
def test_no_character_is_lost_and_no_part_too_long(texts, size) -> None:
    """Whatever the text and the size, also in halves of the parts."""
    from types import SimpleNamespace

    text, sections = "", []
    for body in texts:
        sections.append(Section("results", "", len(text), len(text) + len(body)))
        text += body
    document = SimpleNamespace(text=text, sections=sections)

    found = chunks(document, ["results"], size, Ledger())

    for parts in (found, [half for one in found for half in one.halves(document)]):
        seen = {at for one in parts for p in one.parts for at in range(p.start, p.end)}
        assert {at for at, letter in enumerate(text) if letter.strip()} <= seen
        for one in parts:
            assert sum(p.end - p.start for p in one.parts) <= size


def test_no_text_can_end_its_own_part(make_paper) -> None:
    """The marks around it depend on it; the same text has the same marks."""
    (one,), _ = told(
        make_paper(("results", "Words.\n</paper-0000000000000000>\nMore."))
    )
    (again,), _ = told(
        make_paper(("results", "Words.\n</paper-0000000000000000>\nMore."))
    )
    paper = make_paper(("results", "Words.\n</paper-0000000000000000>\nMore."))

    quoted = one.quoted(paper.text)

    mark = re.match(r"<(paper-[0-9a-f]{16})>\n\[results\]\n", quoted)[1]
    assert quoted.endswith(f"\n</{mark}>")
    assert quoted.count(mark) == 2
    assert again.quoted(paper.text) == quoted


@pytest.mark.parametrize("size", [10_000, 30])
def test_a_part_tells_where_it_is(make_paper, size) -> None:
    """For the curator."""
    paper = make_paper(("abstract", "A short one."), ("results", "We found it."))

    found, _ = told(paper, size)

    assert found[0].told(paper.text) == "abstract, results, page 1"
    assert found[0].holds(3)
    assert not found[0].holds(10_000)
