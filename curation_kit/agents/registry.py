"""The agents that flows can name: ours and everybody else's by one door."""

from __future__ import annotations

import json
import secrets
import threading
from contextlib import suppress
from functools import cache
from hashlib import file_digest, sha256
from importlib.machinery import all_suffixes
from importlib.metadata import Distribution, EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from curation_kit.agents.base import Agent, Kind
from curation_kit.agents.contract import complaint
from curation_kit.errors import NotFound

__all__ = [
    "agents",
    "broken_agents",
    "get_agent",
    "installed",
    "origin",
    "register",
    "session_agents",
    "sources",
]

#: Entry-point group under which a package offers its agents.
GROUP = "curation_kit.agents"

_registered: dict[str, type[Agent]] = {}
#: Where each agent comes from: a plug-in, or a registration in this session.
_origins: dict[str, EntryPoint | str] = {}
_session: set[str] = set()
_broken: dict[str, str] = {}
_loaded = False
# Several threads of a runner ask for agents at once; the first one loads them
# all. Loading a plug-in may register another agent: the lock is reentrant.
_lock = threading.RLock()


def register(agent: type[Agent]) -> type[Agent]:
    """Offer an agent in this session, for instance one written in a notebook.

    Can be used as a class decorator. An agent of the same name is replaced.

    Raises
    ------
    TypeError
        If it is no agent: what it lacks is said.
    """
    if wrong := complaint(agent):
        raise TypeError(wrong)
    _load()
    _registered[agent.name] = agent
    # Its code may change with the next registration, whatever its version says.
    _origins[agent.name] = f"session {secrets.token_hex(8)}"
    _session.add(agent.name)
    return agent


def origin(name: str) -> str:
    """Where an agent comes from: a package and its version, or this session.

    Two registrations in a session are two origins: the code may differ.
    """
    get_agent(name)  # says so if there is none
    source = _origins[name]
    if not isinstance(source, str):  # once: a package's metadata is slow to read
        source = _origins[name] = _origin_of(source)
    return source


def session_agents() -> set[str]:
    """Names of the agents that only this process knows, by `register`."""
    return set(_session)


def agents() -> dict[str, type[Agent]]:
    """All agents by name, in the order in which a flow uses their kinds."""
    _load()
    kinds = [*Kind]
    ordered = sorted(
        _registered.values(), key=lambda agent: (kinds.index(agent.kind), agent.name)
    )
    return {agent.name: agent for agent in ordered}


def get_agent(name: str) -> type[Agent]:
    """Give an agent by name.

    Raises
    ------
    NotFound
        With the names there are, or with what is wrong with the plug-in.
    """
    _load()
    if name in _registered:
        return _registered[name]
    if name in _broken:
        raise NotFound(f'The agent "{name}" could not be loaded: {_broken[name]}')
    if any(entry.name == name for entry in entry_points(group=GROUP)):
        raise NotFound(
            f'The agent "{name}" was installed after this program was started: start '
            "it again (in a notebook, restart the kernel)."
        )
    known = ", ".join(agents())
    raise NotFound(f'There is no agent "{name}". Installed agents: {known}.')


def broken_agents() -> dict[str, str]:
    """Plug-ins that could not be loaded: entry-point name and what went wrong."""
    _load()
    return dict(_broken)


def installed() -> set[tuple[str, ...]]:
    """What packages offer agents now, in which version and with which files.

    A process that differs from it has imported something else.
    """
    return {
        (entry.name, entry.value, package.version, package.read_text("RECORD") or "")
        for entry in entry_points(group=GROUP)
        if (package := entry.dist) is not None
    }


def sources() -> list[Path]:
    """Files of code of the agents of others that are installed in development mode.

    When one changes, a process has imported something else.
    """
    found: set[Path] = set()
    for entry in entry_points(group=GROUP):
        if entry.module.partition(".")[0] == __name__.partition(".")[0]:
            continue
        with suppress(ImportError, ValueError):  # broken: told when it is loaded
            if not _in_development(entry.dist):
                continue
            if module := _module_of(entry):
                found.update(_files_of(module))
    return sorted(path for path in found if path.suffix in all_suffixes())


def _load() -> None:
    global _loaded  # noqa: PLW0603 - the registry is the package's one global
    with _lock:
        if _loaded:
            return
        _loaded = True
        try:
            for entry in entry_points(group=GROUP):
                _load_entry(entry)
        except BaseException:  # Ctrl-C: who asks next goes on
            _loaded = False
            raise


def _load_entry(entry: EntryPoint) -> None:
    there = _origins.get(entry.name)
    # If not from an entry, the module of another agent of the package registered it.
    if entry.name in _registered and isinstance(there, EntryPoint):
        if there != entry:
            _broken[entry.name] = (
                f"{entry.value} has the name of an agent that is already there"
            )
        return
    try:
        agent = entry.load()
        if wrong := complaint(agent):
            _broken[entry.name] = wrong
        elif agent.name != entry.name:
            _broken[entry.name] = (
                f'{entry.value} calls itself "{agent.name}", not "{entry.name}"'
            )
        else:
            _registered[entry.name] = agent
            _origins[entry.name] = entry
            _session.discard(entry.name)  # its module used the decorator
    # A module may also end the program: a script that was meant to be run.
    except (Exception, SystemExit) as error:  # noqa: BLE001 - it breaks only itself
        _broken[entry.name] = f"{entry.value} raised {type(error).__name__}: {error}"


def _origin_of(entry: EntryPoint) -> str:
    """Package and version; for one in development the digest of its code too."""
    package = entry.dist
    if package is None:
        return entry.value
    origin = f"{package.name} {package.version}"
    if _in_development(package) and (module := _module_of(entry)):
        origin += f" {_digest_of_code(module)}"
    return origin


def _module_of(entry: EntryPoint) -> Path | None:
    """Give the file of an agent's package: the outermost one that has a file.

    A namespace package, shared by several distributions, has none.
    """
    parts = entry.module.split(".")
    for count in range(1, len(parts) + 1):
        spec = find_spec(".".join(parts[:count]))
        if spec is not None and spec.origin:
            return Path(spec.origin)
    return None


def _in_development(package: Distribution | None) -> bool:
    """Whether it is installed by ``pip install -e`` (PEP 610)."""
    told = package.read_text("direct_url.json") if package is not None else None
    return bool(json.loads(told or "{}").get("dir_info", {}).get("editable"))


def _files_of(module: Path) -> list[Path]:
    """Give a module's file, or all files of its package."""
    if module.name != "__init__.py":
        return [module]
    return sorted(
        path
        for path in module.parent.rglob("*")
        if path.is_file() and path.suffix not in {".pyc", ".pyo"}
    )


@cache
def _digest_of_code(module: Path) -> str:
    """Digest of a module's file, or of all files of its package."""
    digest = sha256()
    for path in _files_of(module):
        digest.update(f"{path}\n".encode())
        with path.open("rb") as file:  # a table of names is large
            file_digest(file, lambda: digest)
    return digest.hexdigest()[:16]
