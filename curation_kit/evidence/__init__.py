"""Evidence: stretches of a paper, cut out by a rule or found by their words."""

from curation_kit.evidence.aligner import Aligner
from curation_kit.evidence.cutting import cut_evidence
from curation_kit.evidence.figures import figure_labels

__all__ = ["Aligner", "cut_evidence", "figure_labels"]
