"""Run the documents of jobs, in this process or in a detached one."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from curation_kit.runner.cluster.connection import check_installed
    from curation_kit.runner.document import format_again
    from curation_kit.runner.folders import Folders
    from curation_kit.runner.gate import GATE_REASONS
    from curation_kit.runner.places import DocumentTask
    from curation_kit.runner.process import LOG, Runner, work
    from curation_kit.runner.recovery import recover

#: A worker needs one of the modules here, and not what the others import.
_HOMES = {
    "GATE_REASONS": "gate",
    "LOG": "process",
    "DocumentTask": "places",
    "Folders": "folders",
    "Runner": "process",
    "check_installed": "cluster.connection",
    "format_again": "document",
    "recover": "recovery",
    "work": "process",
}

__all__ = [
    "GATE_REASONS",
    "LOG",
    "DocumentTask",
    "Folders",
    "Runner",
    "check_installed",
    "format_again",
    "recover",
    "work",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
