"""Which rows of tables are of the same paper."""

from __future__ import annotations

import pandas as pd
import pytest

from curation_kit.documents.papers import Papers, namesakes

A, B = "1a" * 32, "1a2b" * 16


def keys(*ids: object) -> list[str]:
    """Keys of papers of rows with these ids, beside a table that has A and B whole."""
    names = [f"{n}.pdf" for n in range(len(ids))]
    rows = pd.DataFrame(
        {"document": names, "document_id": pd.Series(ids, dtype=object)}
    )
    known = pd.DataFrame({"document": ["a.pdf", "b.pdf"], "document_id": [A, B]})
    return Papers({"rows": rows, "known": known})["rows"]


def test_an_id_is_known_by_its_start_in_either_case() -> None:
    """If only one whole id starts so."""
    assert keys(A, A.upper(), A[:6], f" {B[:12]} ") == [A, A, A, B]
    assert keys(A[:3]) == ["0.pdf"]  # too short


def test_the_start_of_an_id_that_no_table_has_is_of_another_paper() -> None:
    """Of digits alone it may as well be a number of another kind."""
    assert keys("3c3c3c", "9f" * 32) == ["3c3c3c", "9f" * 32]
    assert keys("333333", "4" * 64) == ["0.pdf", "4" * 64]


@pytest.mark.parametrize(
    "own",
    ["PMID:12345678", 12345678, 101.0, "10.1000/x", "other", None, pd.NA, "ab" * 33],
)
def test_ids_of_another_kind_leave_it_to_the_name(own: object) -> None:
    """Whatever their type."""
    assert keys(own) == ["0.pdf"]


def test_namesakes_are_papers_that_only_one_side_has() -> None:
    """Not several papers of one name that both have."""
    both = {A: "main.pdf", B: "main.pdf"}
    assert namesakes(both, both) == namesakes(both, {A: "main.pdf"}) == ()
    assert namesakes({A: "Main.pdf"}, {B: "main.pdf"}) == ("Main.pdf",)
    assert namesakes(both, {"3c" * 32: "main.pdf"}) == ("main.pdf",)
    assert namesakes({A: "old.pdf"}, {A: "new.pdf"}) == ()
