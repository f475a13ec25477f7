"""Score a job against known truth, or compare two jobs."""

from curation_kit.evaluation.comparison import Comparison, compare
from curation_kit.evaluation.gold import GOLD_COLUMNS, covered, gold_papers, read_gold
from curation_kit.evaluation.intervals import bootstrap_interval
from curation_kit.evaluation.scoring import MATCH_FIELDS, Evaluation, evaluate

__all__ = [
    "GOLD_COLUMNS",
    "MATCH_FIELDS",
    "Comparison",
    "Evaluation",
    "bootstrap_interval",
    "compare",
    "covered",
    "evaluate",
    "gold_papers",
    "read_gold",
]
