"""The records of a job, page by page."""

from __future__ import annotations

from traitlets import Dict

from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["ResultsTable"]


class ResultsTable(Leaf):
    """A searchable table of records with quote, page and verification."""

    _esm = script("results")

    results = Dict().tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        super().__init__(
            session.view,
            actions={"show_results": session.show_results},
            reporting=session.reporting,
        )
