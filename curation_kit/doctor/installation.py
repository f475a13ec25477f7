"""What is installed: versions, agents, and the flows that use them."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from curation_kit.agents import agents, broken_agents
from curation_kit.doctor.findings import Finding, Level
from curation_kit.errors import FlowError, WorkspaceError
from curation_kit.flow import Flow, FlowLibrary
from curation_kit.llm import Settings
from curation_kit.phrases import counted
from curation_kit.store import SQLITE_VERSION

__all__ = ["flows", "plugins", "versions"]

#: Libraries whose versions are told, because most of what can go wrong is theirs.
TOLD = (
    "pymupdf",
    "joblib",
    "loky",
    "voila",
    "ipywidgets",
    "anywidget",
    "ipykernel",
    "pandas",
    "pydantic",
)


def flows(workspace: Path) -> Iterator[Finding]:
    """Whether the saved flows can be read and run, with the services there are."""
    library = FlowLibrary(workspace / "flows")
    broken = library.broken()
    for path, problem in broken.items():
        first = problem.splitlines()[0]
        yield Finding(
            "flows",
            Level.WARNING,
            f"flows/{path.name} cannot be used: {first}",
            "Mend the file in a text editor, or delete it.",
        )
    settings: Settings | None = None
    try:
        settings = Settings.read(workspace)
    except WorkspaceError as error:
        yield Finding(
            "settings", Level.WARNING, f"{error}", "Mend the file in a text editor."
        )
    unfit = {name: _problems(flow, settings) for name, flow in library.items()}
    for name, problems in unfit.items():
        for problem in problems:
            yield Finding("flows", Level.WARNING, f'"{name}" cannot be run: {problem}')
    if not broken and settings is not None and not any(unfit.values()):
        yield Finding(
            "flows", Level.OK, f"{counted(len(unfit), 'flow')}, all can be run."
        )


def _problems(flow: Flow, settings: Settings | None) -> list[str]:
    """What keeps a flow from running here: also a model that it has no service for."""
    problems = flow.problems()
    if problems or settings is None:  # of the settings is told already
        return problems
    try:
        flow.with_services(settings)
    except FlowError as error:
        return error.problems
    return []


def plugins() -> Iterator[Finding]:
    """Whether the installed agents can be loaded."""
    broken = broken_agents()
    for name, problem in broken.items():
        yield Finding(
            "agents",
            Level.WARNING,
            f'The plug-in "{name}" cannot be used: {problem}.',
            "Upgrade or uninstall the package that brings it.",
        )
    if not broken:
        yield Finding(
            "agents", Level.OK, f"{counted(len(agents()), 'agent')} installed."
        )


def versions(wanted: list[str] | None = None) -> Iterator[Finding]:
    """Whether the libraries have the versions that curation_kit needs.

    Parameters
    ----------
    wanted
        Requirements; those of the installed curation_kit when left out.
    """
    if wanted is None:
        wanted = requires("curation-kit") or []
    wrong = False
    for text in wanted:
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        found = _version(requirement.name)
        if found and requirement.specifier.contains(found, prereleases=True):
            continue
        wrong = True
        asked = f"{requirement.name}{requirement.specifier}"
        has = f"{found} is installed" if found else "it is not installed"
        yield Finding(
            "versions",
            Level.PROBLEM,
            f"curation_kit needs {asked}, but {has}.",
            f'pip install "{asked}"',
        )
    own = (
        f"curation_kit {_version('curation-kit')}, Python {platform.python_version()}, "
        f"SQLite {SQLITE_VERSION}"
    )
    if not wrong:
        libraries = ", ".join(f"{name} {_version(name)}" for name in TOLD)
        yield Finding("versions", Level.OK, f"{own}; {libraries}.")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
