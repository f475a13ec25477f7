"""Score a job against known truth, or compare two jobs."""

from curation_kit.evaluation.comparison import Comparison, compare
from curation_kit.evaluation.scoring import (
    GOLD_COLUMNS,
    MATCH_FIELDS,
    Evaluation,
    evaluate,
    read_gold,
)

__all__ = [
    "GOLD_COLUMNS",
    "MATCH_FIELDS",
    "Comparison",
    "Evaluation",
    "compare",
    "evaluate",
    "read_gold",
]
