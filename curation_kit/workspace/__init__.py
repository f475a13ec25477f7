"""Workspace and Job: what users hold in their hands."""

from curation_kit.workspace.cache import Cache
from curation_kit.workspace.corrections import column_kind
from curation_kit.workspace.costs import Costs
from curation_kit.workspace.estimating import Estimate, tokens
from curation_kit.workspace.highlighting import evidence_folder, evidence_problems
from curation_kit.workspace.job import Job
from curation_kit.workspace.jobs import Jobs
from curation_kit.workspace.location import default_path, is_workspace
from curation_kit.workspace.scoring import JobComparison, JobEvaluation
from curation_kit.workspace.viewing import JobViewing, RecordEvidence
from curation_kit.workspace.workspace import Workspace

__all__ = [
    "Cache",
    "Costs",
    "Estimate",
    "Job",
    "JobComparison",
    "JobEvaluation",
    "JobViewing",
    "Jobs",
    "RecordEvidence",
    "Workspace",
    "column_kind",
    "default_path",
    "evidence_folder",
    "evidence_problems",
    "is_workspace",
    "tokens",
]
