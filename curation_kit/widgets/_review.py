"""Reviewing the selected record: verdict, note, and a form of its values."""

from __future__ import annotations

from traitlets import Dict, Unicode

from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["ReviewPanel"]


class ReviewPanel(Leaf):
    """Accept, edit, reject and undo, by button and by key."""

    _esm = script("tables", "records", "review")

    review = Dict().tag(sync=True)
    progress = Dict().tag(sync=True)
    undoable = Unicode().tag(sync=True)
    suggestions = Dict().tag(sync=True)
    tab = Unicode().tag(sync=True)
    lost = Unicode().tag(sync=True)
    error = Unicode().tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        desk = session.review_desk
        super().__init__(
            desk,
            session,
            session.view,
            actions={
                "accept_record": desk.accept,
                "reject_record": desk.reject,
                "edit_record": desk.edit,
                "add_record": desk.add,
                "suggest": desk.suggest,
                "annotate_record": desk.annotate,
                "take_back_review": desk.take_back,
                "undo_review": desk.undo,
                "next_unreviewed": desk.next_unreviewed,
                "accept_verified": desk.accept_verified,
            },
            reporting=session.reporting,
            apart={"suggest": session.adding_errors},
        )
