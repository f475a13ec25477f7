"""The sample papers hold what the built-in flow must find."""

from __future__ import annotations

import curation_kit as ck
from curation_kit.samples import write_sample_papers, write_truth


def test_the_built_in_flow_finds_every_expected_row(tmp_path):
    """And nothing else."""
    papers = write_sample_papers(tmp_path / "papers")
    truth = write_truth(tmp_path / "truth.csv", papers)
    workspace = ck.Workspace(tmp_path / "workspace")
    try:
        documents = workspace.documents.add(tmp_path / "papers")
        job = workspace.run("Gene Expression Extraction", documents)
        evaluation = job.evaluate(truth)
    finally:
        workspace.close()
    assert evaluation.missed["cause"].tolist() == []
    assert evaluation.false["cause"].tolist() == []
