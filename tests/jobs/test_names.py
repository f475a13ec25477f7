from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation_kit.flow import Flow
from curation_kit.jobs.names import default_name, result_stems

names = st.text(
    st.one_of(
        st.sampled_from("aA./\\ ~:é\u0301\x00"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=300,
)


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Smith 2019.pdf", "Smith 2019"),
        ("UPPER.PDF", "UPPER"),
        ("CON.pdf", "_CON"),
        ("con", "_con"),
        ("lpt1.x.pdf", "_lpt1.x"),
        ("../../etc/passwd.pdf", "_.._etc_passwd"),
        ("a:b|c?.pdf", "a_b_c_"),
        (".pdf", "_"),
        ("...", "_"),
        ("線虫 – β.pdf", "線虫 – β"),
        ("v1.2.pdf", "v1.2"),
        ("a~5.pdf", "a_5"),
    ],
)
def test_stems_are_safe_on_every_system(name: str, stem: str) -> None:
    """What can be kept is kept."""
    assert result_stems([name]) == [stem]


def test_stems_differ_by_more_than_capitals() -> None:
    """They can be unpacked where capitals do not count."""
    stems = result_stems(["a.pdf", "A.pdf", "a.PDF", "a (2).pdf"])

    assert stems == ["a", "A (2)", "a (3)", "a (2) (2)"]


@given(st.lists(names, max_size=8))
def test_stems_are_unique_short_and_without_folders(given_names: list[str]) -> None:
    """Whatever the file names are."""
    stems = result_stems(given_names)

    folded = {unicodedata.normalize("NFC", stem).casefold() for stem in stems}
    assert len(folded) == len(given_names)
    for stem in stems:
        assert 0 < len(stem.encode()) < 220
        assert not set(stem) & set('/\\:*?"<>|~\x00')
        assert stem not in {".", ".."}


def test_a_job_without_a_name_gets_one_that_tells_what_it_is() -> None:
    """Flow, number of papers, time."""
    flow = Flow(name="Expression")

    assert default_name(flow, 1, 0.0).startswith("Expression · 1 document · ")
    assert "3 documents" in default_name(flow, 3, 0.0)
