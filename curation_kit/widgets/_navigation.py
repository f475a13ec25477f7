"""The bar at the top: the pages of the dashboard."""

from __future__ import annotations

from typing import Any

from traitlets import List, Unicode

from curation_kit.session import CurationSession
from curation_kit.session.places import JOB, JOBS, PAGES
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["Navigation"]


class Navigation(Leaf):
    """Documents · Flows · Batch Jobs · Settings · Help."""

    _esm = script("navigation")

    page = Unicode().tag(sync=True)
    pages: List[Any] = List().tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        super().__init__(
            session,
            actions={"open_page": session.open_page},
            reporting=session.reporting,
        )
        self.pages = [
            {
                "page": page,
                "title": title,
                "covers": [page, JOB] if page == JOBS else [page],
            }
            for page, title in PAGES.items()
        ]
