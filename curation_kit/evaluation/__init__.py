"""Score a job against known truth, or compare two jobs."""

from curation_kit.evaluation.comparison import Comparison, compare
from curation_kit.evaluation.scoring import (
    MATCH_FIELDS,
    Evaluation,
    evaluate,
    read_gold,
)

__all__ = [
    "MATCH_FIELDS",
    "Comparison",
    "Evaluation",
    "compare",
    "evaluate",
    "read_gold",
]
