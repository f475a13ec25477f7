"""What a job is made with: versions of the program, its agents and vocabularies."""

from __future__ import annotations

import platform
import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Any

from curation_kit.agents import agents, origin
from curation_kit.flow import Flow

__all__ = ["software"]


def software(flows: Sequence[Flow]) -> dict[str, Any]:
    """Versions of all that decides results, as JSON values.

    Parameters
    ----------
    flows
        Their agents are told of.

    Returns
    -------
    dict
        ``curation_kit``, ``python``, ``libraries`` (version by name), ``agents``
        (name, title, version, origin), ``vocabularies`` (release, licence and
        checksum by name).
    """
    from curation_kit.vocabulary import sources

    return {
        "curation_kit": _version("curation-kit"),
        "python": platform.python_version(),
        "libraries": _libraries(),
        "agents": _agents(flows),
        "vocabularies": {
            name: {
                key: source.get(key)
                for key in ("upstream", "released", "licence", "package", "sha256")
            }
            for name, source in sorted(sources().items())
        },
    }


def _libraries() -> dict[str, str]:
    """Libraries that curation_kit needs, also those it needs for some formats."""
    names = {
        re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
        for requirement in requires("curation-kit") or []
        if "extra ==" not in requirement or "parquet" in requirement
    }
    found = {name: _version(name) for name in sorted(names)}
    return {name: number for name, number in found.items() if number}


def _agents(flows: Sequence[Flow]) -> list[dict[str, Any]]:
    known = agents()
    names = dict.fromkeys(step.agent for flow in flows for step in flow.steps)
    return [
        {
            "name": name,
            "title": known[name].title if name in known else None,
            "version": known[name].version if name in known else None,
            "origin": origin(name) if name in known else None,
        }
        for name in names
    ]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
