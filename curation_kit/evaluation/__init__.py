"""Score a job against known truth, or compare two jobs."""

from curation_kit.evaluation.comparison import Comparison, compare
from curation_kit.evaluation.explaining import FALSE_COLUMNS, MISSED_COLUMNS
from curation_kit.evaluation.gold import (
    GOLD_COLUMNS,
    GOLD_SUFFIXES,
    read_gold,
)
from curation_kit.evaluation.intervals import bootstrap_interval
from curation_kit.evaluation.matching import MATCHES, Match, Matcher, Name
from curation_kit.evaluation.rows import ALL_FIELDS, MATCH_FIELDS
from curation_kit.evaluation.scoring import FEWEST_PAPERS, Evaluation, evaluate

__all__ = [
    "ALL_FIELDS",
    "FALSE_COLUMNS",
    "FEWEST_PAPERS",
    "GOLD_COLUMNS",
    "GOLD_SUFFIXES",
    "MATCHES",
    "MATCH_FIELDS",
    "MISSED_COLUMNS",
    "Comparison",
    "Evaluation",
    "Match",
    "Matcher",
    "Name",
    "bootstrap_interval",
    "compare",
    "evaluate",
    "read_gold",
]
