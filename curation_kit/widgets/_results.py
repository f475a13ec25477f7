"""The records of a job, page by page."""

from __future__ import annotations

from traitlets import Dict, Unicode

from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["ResultsTable"]


class ResultsTable(Leaf):
    """Records with quote, page and verification: searched, filtered, sorted."""

    patched = frozenset({"results"})
    _esm = script("tables", "records", "results")

    results = Dict().tag(sync=True)
    choices = Dict().tag(sync=True)
    record = Dict().tag(sync=True)
    tab = Unicode().tag(sync=True)
    preparing = Dict().tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        records = session.view.records
        super().__init__(
            records,
            session.view,
            session.downloads.preparation,
            actions={
                "show_results": records.show,
                "choose_values": records.choose,
                "select_record": records.select,
                "download_records": session.downloads.of_records,
            },
            reporting=session.reporting,
        )
