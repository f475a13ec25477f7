"""The list of flows."""

from __future__ import annotations

from typing import Any

from traitlets import Bool, Dict, List, Unicode

from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["FlowTable"]


class FlowTable(Leaf):
    """Saved and built-in flows: open, new, duplicate, rename, delete, YAML."""

    _esm = script("flows")

    is_open = Bool(default_value=False).tag(sync=True)
    listing = Dict().tag(sync=True)
    broken: List[Any] = List().tag(sync=True)
    busy = Unicode().tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        page = session.flows_page
        super().__init__(
            page.builder,
            page.list,
            session,
            actions={
                "find": page.list.find,
                "open": page.open,
                "new": page.new,
                "duplicate": page.duplicate,
                "rename": page.rename,
                "delete": page.delete,
                "export_yaml": page.export_yaml,
                "import_yaml": page.import_yaml,
            },
            reporting=session.reporting,
        )
