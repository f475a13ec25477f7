"""Sample papers that the package writes itself, with known truth."""

from __future__ import annotations

from curation_kit.samples.papers import (
    SamplePaper,
    TruthRow,
    truth,
    write_sample_papers,
    write_truth,
)

__all__ = ["SamplePaper", "TruthRow", "truth", "write_sample_papers", "write_truth"]
