"""Whether another machine would give the same results as this one."""

from __future__ import annotations

import platform
from functools import cache
from hashlib import sha256
from importlib.metadata import entry_points, version
from pathlib import Path

import curation_kit
from curation_kit.runner.places import DocumentTask

__all__ = ["check_plug_ins", "differences", "identity"]

#: Packages that decide what is read in a paper, or what can be unpickled.
_PACKAGES = ("pymupdf", "blingfire", "rapidfuzz", "pydantic", "cloudpickle")


@cache
def identity() -> dict[str, str]:
    """What decides the results besides paper and flow, on this machine."""
    found = {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "curation_kit": curation_kit.__version__,
        "code of curation_kit": _digest(),
    }
    return found | {name: version(name) for name in _PACKAGES}


def _digest() -> str:
    """Digest of the code of the package, wherever it is installed."""
    root = Path(curation_kit.__file__).parent
    digest = sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(f"{path.relative_to(root).as_posix()}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def differences(theirs: dict[str, str]) -> list[str]:
    """In what another machine differs from this one, for people."""
    return [
        f"{name} {theirs.get(name, 'missing')} there, {own} here"
        for name, own in identity().items()
        if theirs.get(name) != own
    ]


def check_plug_ins(task: DocumentTask) -> None:
    """Compare the packages of a flow's agents with those of the runner.

    Raises
    ------
    ImportError
        If one is missing here, or has another version.
    """
    for step, theirs in zip(task.flow.steps, task.origins, strict=False):
        package, *known = theirs.split(" ")
        if package in {"session", "curation-kit"}:  # it has come along; see `identity`
            continue
        found = [entry.dist for entry in entry_points(name=step.agent)]
        own = [one.version for one in found if one and one.name == package]
        if known and own != known[:1]:
            here = f"version {own[0]}" if own else "not there"
            raise ImportError(f"{package} {known[0]} is needed, and it is {here}")
