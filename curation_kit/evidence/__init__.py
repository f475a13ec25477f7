"""Evidence: stretches of a paper, cut out by a rule or found by their words."""

from curation_kit.evidence.aligner import Aligner
from curation_kit.evidence.cutting import cut_evidence, cut_mention
from curation_kit.evidence.figures import figure_labels
from curation_kit.evidence.mentions import mentions_of
from curation_kit.evidence.visible import flag_hidden

__all__ = [
    "Aligner",
    "cut_evidence",
    "cut_mention",
    "figure_labels",
    "flag_hidden",
    "mentions_of",
]
