"""The panel to choose documents for a new job."""

from __future__ import annotations

from typing import Any

from traitlets import Bool, Dict, Int, List

from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["DocumentPicker"]


class DocumentPicker(Leaf):
    """Check boxes, a search box and a filter by upload batch."""

    _esm = script("dialogs", "picker")

    is_open = Bool(default_value=False).tag(sync=True)
    panel = Dict().tag(sync=True)
    batches: List[Any] = List().tag(sync=True)
    total = Int().tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        selection = session.selection
        super().__init__(
            selection,
            actions={
                "find": selection.find,
                "tick": selection.tick,
                "tick_found": selection.tick_found,
                "tick_none": selection.tick_none,
                "confirm": selection.confirm,
                "dismiss": selection.dismiss,
            },
            reporting=session.reporting,
        )
