from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation_kit.session.places import PAGES, Place, read_record_key, record_key


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


def test_a_record_is_part_of_the_place_of_a_job() -> None:
    """By the beginning of its document's id, and its number."""
    key = record_key("ab12" * 16, 7)
    place = Place("job", "7", "results", key)
    assert place.query == f"job=7&tab=results&record={key}"
    assert Place.of_query(place.query) == place
    beginning, number = read_record_key(key)
    assert ("ab12" * 16).startswith(beginning)
    assert len(beginning) >= 16
    assert number == 7


@pytest.mark.parametrize("key", ["", "ab12", "-1", "ab12-", "ab12-x", "../a-1"])
def test_what_names_no_record(key: str) -> None:
    """An address that somebody cut or changed."""
    assert read_record_key(key) == ("", 0)
