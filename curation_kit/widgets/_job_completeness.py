"""What was read of a job's papers, and what did not become a record."""

from __future__ import annotations

from traitlets import Dict, Unicode

from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["JobCompletenessView"]


class JobCompletenessView(Leaf):
    """Totals, reasons with their numbers, dropped candidates, empty papers."""

    patched = frozenset({"completeness"})
    _esm = script("tables", "job_completeness")

    completeness = Dict().tag(sync=True)
    tab = Unicode().tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        table = session.view.completeness
        super().__init__(
            table,
            session.view,
            actions={
                "show_dropped": table.show,
                "show_empty": table.show_empty,
                "open_dropped": session.evidence.open_dropped,
            },
            reporting=session.reporting,
        )
