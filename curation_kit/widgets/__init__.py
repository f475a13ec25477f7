"""Notebook displays: the live monitor of a job, and the dashboard.

Importing this package imports no widget library; showing something does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ipywidgets import VBox

    from curation_kit.session import CurationSession
    from curation_kit.workspace import Job, JobEvaluation, RecordEvidence, Workspace

__all__ = ["dashboard", "display_evaluation", "display_evidence", "display_job"]


def dashboard(
    workspace: Workspace | CurationSession | str | Path | None = None,
) -> VBox:
    """Give the dashboard of a workspace, to be shown in a notebook or by Voilà.

    Parameters
    ----------
    workspace
        A workspace, its folder, a session, or None for the default workspace
        (``CURATION_KIT_WORKSPACE``, else ``~/curation-kit``).
    """
    from curation_kit.widgets._dashboard import compose

    return compose(workspace)


def display_job(job: Job) -> dict[str, Any]:
    """Give what a notebook shows for a job: a live monitor.

    Registered as entry point ``job`` of the group ``curation_kit.displays``.

    Returns
    -------
    dict
        A mimebundle; text only where no kernel is there to keep it alive.
    """
    text = {"text/plain": repr(job)}
    if not _in_kernel():
        return text
    from curation_kit.widgets._monitor import JobMonitor

    bundle: dict[str, Any] = JobMonitor.of_job(job).mimebundle()
    return {**bundle, **text}


def display_evaluation(evaluation: JobEvaluation) -> dict[str, Any]:
    """Give what a notebook shows for an evaluation: scores, and errors to browse.

    Registered as entry point ``evaluation`` of the group ``curation_kit.displays``.

    Returns
    -------
    dict
        A mimebundle; text only where no kernel is there to keep it alive.
    """
    text = {"text/plain": repr(evaluation)}
    if not _in_kernel():
        return text
    from curation_kit.widgets._evaluation import EvaluationPanel

    return {**EvaluationPanel(evaluation).mimebundle(), **text}


def display_evidence(shown: RecordEvidence) -> dict[str, Any]:
    """Give what a notebook shows for the evidence of a record.

    Registered as entry point ``evidence`` of the group ``curation_kit.displays``.

    Returns
    -------
    dict
        A mimebundle: the panel, a picture of the page with its marks for places
        that show no widgets, and text; text only where no kernel is there.
    """
    text = {"text/plain": repr(shown)}
    if not _in_kernel():
        return text
    from base64 import b64encode

    from curation_kit.widgets._evidence import EvidencePanel, still_picture

    bundle: dict[str, Any] = EvidencePanel.of_record(shown).mimebundle()
    if picture := still_picture(shown):
        bundle["image/png"] = b64encode(picture).decode("ascii")
    return {**bundle, **text}


def _in_kernel() -> bool:
    """Whether this is a Jupyter kernel, and not a terminal or a script."""
    import sys

    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None
