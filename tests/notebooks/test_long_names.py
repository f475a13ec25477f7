"""Papers whose files begin alike, and long names of genes, on a narrow page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dashboards import BROWSER

import curation_kit as ck

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = BROWSER

NAMES = [f"10.1038_s41467-023-{number}-8.pdf" for number in (39119, 40886)]

#: How many names in the table of results are cut off.
CUT = """() => [...document.querySelectorAll(".ck-short .ck-name")]
  .filter((name) => name.scrollHeight > name.clientHeight + 1
    || name.scrollWidth > name.clientWidth + 1).length"""


@pytest.fixture
def workspace(tmp_path: Path, papers: list[Path]) -> ck.Workspace:
    """Two papers of one journal, named by their DOI."""
    made = ck.Workspace(tmp_path / "ws")
    files = [
        path.rename(path.with_name(name))
        for path, name in zip(papers[::2], NAMES, strict=False)
    ]
    made.documents.add(files)
    return made


def in_sight(name: Locator) -> bool:
    """Whether the end of a name is within its cell or chip."""
    whole, end = name.bounding_box(), name.locator("span").last.bounding_box()
    assert whole is not None
    assert end is not None
    return end["width"] > 0 and end["x"] + end["width"] <= whole["x"] + whole["width"]


def test_the_ends_of_long_names_are_seen(
    page: Page, workspace: ck.Workspace, address: str
) -> None:
    """In the table of results and in the chips of a new job; titles help to choose."""
    docs = workspace.documents.list()
    job = workspace.run("Gene Expression Extraction", docs, backend="sequential")
    gene = "a_gene_of_a_name_that_goes_on_and_on-1234567890"
    job.review(job.key_at(1), "edited", changes={"gene_symbol": gene})
    page.set_viewport_size({"width": 800, "height": 900})
    page.goto(f"{address}?job={job.id}&tab=results")
    page.get_by_text(gene).wait_for()
    rows = page.locator(".ck-short .ck-name")
    rows.first.wait_for()
    assert {*rows.all_text_contents()} == {*NAMES}
    assert page.evaluate(CUT) == 0
    table = page.get_by_role("region", name="Table of results")
    for width in (800, 1000):
        page.set_viewport_size({"width": width, "height": 900})
        assert table.evaluate("table => table.scrollWidth - table.clientWidth") == 0
    page.set_viewport_size({"width": 800, "height": 900})

    page.goto(address)
    page.get_by_role("button", name="Select Documents").click()
    page.get_by_label("Search file names, titles").fill(docs[0].preflight.title)
    page.get_by_text("1 of 2 documents found").wait_for()
    page.get_by_label("Search file names, titles").fill("")
    page.get_by_role("button", name="Select all 2").click()
    page.get_by_text("2 selected").wait_for()
    page.get_by_role("button", name="Confirm Selection").click()
    chips = page.locator(".ck-chip .ck-file-name")
    chips.nth(1).wait_for()
    assert all(in_sight(chips.nth(at)) for at in range(2))
