"""An evaluation in a notebook: its errors page by page, and the evidence of one."""

from __future__ import annotations

from traitlets import Dict, HasTraits

from curation_kit.documents.page_images import PageImages
from curation_kit.session.evidence_view import EvidenceView
from curation_kit.session.score_content import MISSED, ErrorQuery, score_content
from curation_kit.workspace import JobEvaluation

__all__ = ["EvaluationView"]


class EvaluationView(HasTraits):
    """What a notebook shows of an evaluation.

    Attributes
    ----------
    result : dict
        See `score_content`; also ``job`` (its name).
    evidence : EvidenceView
        The evidence of the error that was opened.
    """

    result = Dict()

    def __init__(self, evaluation: JobEvaluation, images: PageImages) -> None:
        super().__init__()
        self._evaluation = evaluation
        self.evidence = EvidenceView(images)
        self.show_errors(MISSED if len(evaluation.missed) else "wrong")

    def show_errors(
        self, kind: str = MISSED, document: str = "", cause: str = "", page: int = 0
    ) -> None:
        """Turn to a page of the errors that are meant: see `ErrorQuery`."""
        query = ErrorQuery(kind, document, cause, max(page, 0))
        content = score_content(self._evaluation, query)
        self.result = {**content, "job": self._evaluation.job.name}

    def open_record(self, document_id: str, number: int) -> None:
        """Show the evidence of a record."""
        self.evidence.show(self._evaluation.job, document_id, number)

    def open_dropped(self, document_id: str, number: int) -> None:
        """Show where a candidate stood that was dropped."""
        self.evidence.open_dropped(document_id, number, self._evaluation.job)
