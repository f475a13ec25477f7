"""An evaluation in a notebook: scores, errors, and the page of the one opened."""

from __future__ import annotations

from ipywidgets import VBox
from traitlets import Dict

from curation_kit.session.evaluation_view import EvaluationView
from curation_kit.widgets._evidence import EvidencePanel, page_images
from curation_kit.widgets._leaf import Leaf, script
from curation_kit.workspace import JobEvaluation

__all__ = ["EvaluationPanel"]


class Errors(Leaf):
    """Scores, papers and errors."""

    _esm = script("tables", "records", "scores", "evaluation")

    result = Dict().tag(sync=True)

    def __init__(self, view: EvaluationView) -> None:
        super().__init__(
            view,
            actions={
                "show_errors": view.show_errors,
                "open_record": view.open_record,
                "open_dropped": view.open_dropped,
            },
        )


class EvaluationPanel(VBox):
    """Scores and errors, and below them the evidence of the one that was opened."""

    def __init__(self, evaluation: JobEvaluation) -> None:
        self.view = EvaluationView(evaluation, page_images())
        super().__init__((Errors(self.view), EvidencePanel.of_view(self.view.evidence)))

    def __repr__(self) -> str:
        return "EvaluationPanel()"

    def mimebundle(self) -> dict[str, object]:
        """Give the bundle that shows this in a notebook."""
        bundle = self._repr_mimebundle_()
        return dict(bundle[0] if isinstance(bundle, tuple) else bundle or {})
