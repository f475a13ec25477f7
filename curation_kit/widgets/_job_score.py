"""How well a job did: against a gold table, and beside another job."""

from __future__ import annotations

from traitlets import Dict, Unicode

from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["JobScoreView"]


class JobScoreView(Leaf):
    """Scores, papers and errors; differences from another job."""

    _esm = script("tables", "records", "scores", "job_score")

    score = Dict().tag(sync=True)
    tab = Unicode().tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        score = session.view.score
        super().__init__(
            score,
            session.view,
            actions={
                "choose_gold": score.choose,
                "add_gold": score.add,
                "show_errors": score.show_errors,
                "compare_with": score.compare,
                "show_differences": score.show_differences,
                "open_record": session.view.records.select,
                "open_dropped": session.evidence.open_dropped,
                "open_other": session.show_other_evidence,
            },
            reporting=session.reporting,
        )
