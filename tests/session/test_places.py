from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation_kit.session.places import PAGES, Place


@given(
    page=st.sampled_from(["flows", "help", "job"]),
    item=st.text(min_size=1).filter(lambda text: text.isprintable()),
)
def test_a_place_survives_its_address(page: str, item: str) -> None:
    """Names with any characters too."""
    assert Place.of_query(Place(page, item).query) == Place(page, item)


def test_a_tab_is_part_of_the_place_of_a_job() -> None:
    """The first one is left out."""
    assert Place("job", "7", "results").query == "job=7&tab=results"
    assert Place.of_query("?job=7&tab=results") == Place("job", "7", "results")
    assert Place.of_query("?job=7") == Place("job", "7")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_an_address(page: str) -> None:
    """Without an item it shows all."""
    assert Place.of_query(f"?{Place(page).query}") == Place(page)


@pytest.mark.parametrize("query", ["", "?", "?page=nowhere", "?token=x", "?page="])
def test_unknown_addresses_lead_to_the_jobs(query: str) -> None:
    """The page where everybody starts."""
    assert Place.of_query(query) == Place("jobs")
