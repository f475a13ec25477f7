"""The evidence of a record: its quotes, and the page with its marks."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING, Any

from ipywidgets import VBox
from traitlets import Bool, Dict

from curation_kit.documents.page_images import PageImages
from curation_kit.session import CurationSession, EvidenceView
from curation_kit.session.job_view import COMPLETENESS, RESULTS, SCORE
from curation_kit.widgets._leaf import Leaf, script
from curation_kit.widgets._messages import Messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipywidgets import Widget

    from curation_kit.workspace import RecordEvidence

__all__ = ["EvidencePanel", "EvidenceSheet", "page_images", "still_picture"]

#: Pixels across of the picture for places without widgets.
STILL_WIDTH = 1_000


class EvidencePanel(Leaf):
    """Quotes and values of a record, and the page that they stand on."""

    _esm = script("records", "evidence")

    evidence = Dict().tag(sync=True)
    sheet = Dict().tag(sync=True)
    picture = Dict().tag(sync=True)
    words = Dict().tag(sync=True)
    preparing = Dict().tag(sync=True)
    on_dashboard = Bool(default_value=False).tag(sync=True)

    view: EvidenceView

    @classmethod
    def of_session(cls, session: CurationSession) -> EvidencePanel:
        """Show the record that is selected in a session."""
        view = session.evidence
        leaf = cls(
            view,
            session.downloads.preparation,
            actions={
                **_actions(view),
                "download_highlighted": session.downloads.of_paper,
            },
            reporting=session.reporting,
            apart={"fit": session.adding_errors},
        )
        leaf.view = view
        leaf.on_dashboard = True
        return leaf

    @classmethod
    def of_record(cls, shown: RecordEvidence) -> EvidencePanel:
        """Show one record, outside the dashboard."""
        view = EvidenceView(page_images())
        view.show(shown.job, shown.document_id, shown.number)
        return cls.of_view(view)

    @classmethod
    def of_view(cls, view: EvidenceView) -> EvidencePanel:
        """Show what a view shows, outside the dashboard."""
        leaf = cls(view, actions=_actions(view))
        leaf.view = view
        return leaf


class EvidenceSheet(VBox):
    """A sheet beside the results, there while evidence is shown.

    Parameters
    ----------
    session
        Whose selected record is shown.
    parts
        What the sheet holds, from top to bottom.
    """

    def __init__(self, session: CurationSession, parts: Sequence[Widget]) -> None:
        self._session = session
        super().__init__(tuple(parts))
        self.add_class("ck")
        self.add_class("ck-sheet")
        session.evidence.observe(self._turn, names="evidence")
        session.view.observe(self._turn, names="tab")
        self._turn()

    def __repr__(self) -> str:
        return "EvidenceSheet()"

    def _turn(self, _: object = None) -> None:
        """Open when there is evidence to show on this part of the page."""
        shown = self._session.evidence.evidence
        tab = COMPLETENESS if shown.get("dropped") else RESULTS
        wanted = bool(shown) and self._session.view.tab in {tab, SCORE}
        display = None if wanted else "none"
        if self.layout.display != display:
            self.layout.display = display
        for part in self.children:
            if isinstance(part, Messages):
                part.here = wanted


def _actions(view: EvidenceView) -> dict[str, Any]:
    return {
        "step_evidence": view.step,
        "choose_evidence": view.choose,
        "step_record": view.step_record,
        "turn_page": view.turn,
        "turn_back": view.turn_back,
        "zoom": view.zoom,
        "fit": view.fit,
        "close_evidence": view.close,
    }


def still_picture(shown: RecordEvidence) -> bytes | None:
    """Draw the page of a record with its marks, as PNG; None where there is none."""
    from curation_kit.errors import DocumentFailure
    from curation_kit.session.evidence_item import page_marks

    record = shown.job.record(shown.document_id, shown.number)
    evidence = record.evidence[0] if record.evidence else None
    if evidence is None or (page := evidence.page) is None:
        return None
    mentions = shown.job.mentions(shown.document_id, record, evidence)
    try:
        return page_images().render(
            shown.job.document_path(shown.document_id),
            page,
            STILL_WIDTH,
            marks=page_marks(evidence, mentions, page),
        )
    except (DocumentFailure, FileNotFoundError):  # the panel says what is wrong
        return None


_starting = threading.Lock()


def page_images() -> PageImages:
    """What draws the pages of all displays in this kernel."""
    with _starting:
        return _shared()


@cache
def _shared() -> PageImages:
    return PageImages()
