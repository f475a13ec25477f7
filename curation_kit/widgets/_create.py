"""Create New Batch Job: flow, documents, name."""

from __future__ import annotations

from typing import Any

from traitlets import Int, List, Unicode

from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["CreateJob"]


class CreateJob(Leaf):
    """The form of a new job."""

    _esm = script("create")

    flows: List[Any] = List().tag(sync=True)
    broken_flows: List[Any] = List().tag(sync=True)
    total = Int().tag(sync=True)
    chips: List[Any] = List().tag(sync=True)
    count = Int().tag(sync=True)
    warning = Unicode().tag(sync=True)
    busy = Unicode().tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        selection = session.selection
        super().__init__(
            session,
            selection,
            actions={
                "open_panel": selection.open_panel,
                "remove": selection.remove,
                "clear": selection.clear,
                "create_job": session.create_job,
                "open_page": session.open_page,
            },
            reporting=lambda: session.reporting("Working…"),
        )
