"""Run a curation flow over a stack of scientific PDFs.

>>> import curation_kit as ck
>>> ck.Flow(name="Expression", steps=[ck.Step(agent="pdf")]).problems()
['No step writes a result file: end the flow with csv, tsv or json.']

Names are loaded when first used: importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module

# That of typing takes 15 ms to import, in which Ctrl-C would show a traceback: the
# command begins with this module.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any

    from curation_kit.agents import (
        Extractor,
        Formatter,
        InputAgent,
        Options,
        Paper,
        Validator,
        register,
    )
    from curation_kit.errors import (
        CurationKitError,
        DocumentFailure,
        FlowError,
        JobError,
        NotFound,
        WorkspaceError,
    )
    from curation_kit.evaluation import compare
    from curation_kit.flow import Flow, Step
    from curation_kit.records import Evidence, GeneExpressionRecord, Record
    from curation_kit.results.analysis import (
        believable,
        gene_by_anatomy,
        heat_map,
        join_results,
        stage_timeline,
    )
    from curation_kit.workspace import Job, Workspace

_HOMES = {
    "agents": (
        "Extractor",
        "Formatter",
        "InputAgent",
        "Options",
        "Paper",
        "Validator",
        "register",
    ),
    "errors": (
        "CurationKitError",
        "DocumentFailure",
        "FlowError",
        "JobError",
        "NotFound",
        "WorkspaceError",
    ),
    "evaluation": ("compare",),
    "flow": ("Flow", "Step"),
    "records": ("Evidence", "GeneExpressionRecord", "Record"),
    "results.analysis": (
        "believable",
        "gene_by_anatomy",
        "heat_map",
        "join_results",
        "stage_timeline",
    ),
    "workspace": ("Job", "Workspace"),
}

_MODULES = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "CurationKitError",
    "DocumentFailure",
    "Evidence",
    "Extractor",
    "Flow",
    "FlowError",
    "Formatter",
    "GeneExpressionRecord",
    "InputAgent",
    "Job",
    "JobError",
    "NotFound",
    "Options",
    "Paper",
    "Record",
    "Step",
    "Validator",
    "Workspace",
    "WorkspaceError",
    "__version__",
    "believable",
    "compare",
    "gene_by_anatomy",
    "heat_map",
    "join_results",
    "register",
    "stage_timeline",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("curation-kit")
    if name in _MODULES:
        return getattr(import_module(f"curation_kit.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """Tell Jupyter Server where the extension is."""
    return [{"module": "curation_kit.server._extension", "name": "curation_kit"}]
