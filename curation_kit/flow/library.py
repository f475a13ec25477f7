"""The saved flows of a workspace: one YAML file each."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from pathlib import Path

from curation_kit.errors import FlowError, NotFound
from curation_kit.flow.model import Flow, check_is_flow
from curation_kit.flow.templates import TEMPLATES
from curation_kit.phrases import meant

__all__ = ["FlowLibrary"]


class FlowLibrary(Mapping[str, Flow]):
    """The saved flows of a workspace and the built-in templates, by name.

    Each saved flow is one YAML file that people may edit and share. One that has
    the name of a template stands in its place; deleting it brings that back.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __repr__(self) -> str:
        return f"<Flows: {self._listed()}>"

    def _listed(self) -> str:
        return ", ".join(f'"{flow}"' for flow in self.names())

    def __getitem__(self, name: str) -> Flow:
        flows = {**TEMPLATES, **self._saved()[0]}
        if name not in flows:
            others = meant(str(name), flows) or f"Saved flows: {self._listed()}."
            raise NotFound(f'There is no flow "{name}". {others}')
        return flows[name].model_copy(deep=True)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __len__(self) -> int:
        return len(self.names())

    def names(self) -> list[str]:
        """Names of all flows that can be run: built-in ones first."""
        return list({**TEMPLATES, **self._saved()[0]})

    def version(self) -> frozenset[tuple[str, int, int]]:
        """What changes when a flow is saved, renamed, deleted or edited by hand."""
        found = set()
        for path in self._files():
            with suppress(OSError):  # deleted meanwhile
                file = path.stat()
                found.add((path.name, file.st_ino, file.st_mtime_ns))
        return frozenset(found)

    def built_in(self) -> set[str]:
        """Names of the templates that no saved flow stands in the place of."""
        return {*TEMPLATES} - {*self._saved()[0]}

    def all(self) -> list[Flow]:
        """All flows in the order of `names`, read in one go."""
        return list({**deepcopy(TEMPLATES), **self._saved()[0]}.values())

    def broken(self) -> dict[Path, str]:
        """Flow files that cannot be read, with what is wrong in each."""
        return self._saved()[1]

    def problems(self, flow: Flow, *, replacing: str | None = None) -> list[str]:
        """Problems of a flow, and of its name among the saved ones.

        Parameters
        ----------
        flow
            The flow.
        replacing
            Name of the saved flow in whose place it is put, "" for a new flow,
            which replaces none. When left out, a saved flow of the same name
            is replaced.

        Raises
        ------
        FlowError
            If it is no flow.
        """
        check_is_flow(flow)
        return [*flow.problems(), *self._name_problems(flow.name, replacing)]

    def save(self, flow: Flow, *, replacing: str | None = None) -> Path:
        """Save a flow under its name, replacing an earlier version of it.

        Parameters are those of `problems`.

        Raises
        ------
        FlowError
            If the flow has problems or its name is taken.
        """
        if problems := self.problems(flow, replacing=replacing):
            raise FlowError(problems)
        if not replacing or replacing == flow.name:
            return _write(flow, self._path(flow.name))
        old = self._path(replacing)
        if replacing.casefold() == flow.name.casefold():  # only its capitals change
            return _write(flow, old)
        path = _write(flow, self._path(flow.name))
        _delete(old)
        return path

    def delete(self, name: str) -> None:
        """Delete a saved flow; jobs that used it keep their copy.

        Raises
        ------
        NotFound
            If there is no such flow.
        FlowError
            If it is built in, or its file cannot be deleted.
        """
        if name in self.built_in():
            raise FlowError([f'"{name}" is built in and cannot be deleted.'])
        self[name]  # raises NotFound with the names there are
        _delete(self._path(name))

    def rename(self, name: str, new_name: str) -> Flow:
        """Give a saved flow another name.

        Raises
        ------
        NotFound
            If there is no such flow.
        FlowError
            If it is built in, has problems, or the new name is taken.
        """
        if name in self.built_in():
            raise FlowError([f'"{name}" is built in: save a copy under another name.'])
        flow = self[name].model_copy(update={"name": new_name})
        if new_name != name:
            self.save(flow, replacing=name)
        return flow

    def _name_problems(self, name: str, replacing: str | None) -> list[str]:
        if name == replacing or name in self.built_in():
            return []
        others = [other for other in self.names() if other != replacing]
        if replacing is not None and name in others:
            return [f'There already is a flow "{name}".']
        return [
            f'There already is a flow "{other}": choose a name that differs by more '
            "than capitals."
            for other in others
            if other != name and other.casefold() == name.casefold()
        ]

    def _path(self, name: str) -> Path:
        """Path of a flow's file: where it was found, else one made from the name."""
        for path, flow in self._read():
            if isinstance(flow, Flow) and flow.name == name:
                return path
        slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:60] or "flow"
        path = self.folder / f"{slug}.yaml"
        if path.exists():  # another name with the same slug
            digest = hashlib.sha256(name.encode()).hexdigest()[:8]
            path = self.folder / f"{slug}-{digest}.yaml"
        return path

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.y*ml"))  # .yaml or .yml

    def _read(self) -> Iterator[tuple[Path, Flow | str]]:
        """Read each file: a flow, or what is wrong with it."""
        for path in self._files():
            try:
                yield path, Flow.from_yaml(path.read_text(encoding="utf-8"))
            except UnicodeDecodeError:
                yield path, "It is not text in UTF-8."
            except (FlowError, OSError) as error:
                yield path, str(error)

    def _saved(self) -> tuple[dict[str, Flow], dict[Path, str]]:
        flows: dict[str, Flow] = {}
        broken: dict[Path, str] = {}
        for path, flow in self._read():
            if isinstance(flow, str):
                broken[path] = flow
            elif not flow.name.strip():
                broken[path] = "The flow has no name."
            elif flow.name in flows:
                broken[path] = f'There already is a flow "{flow.name}".'
            else:
                flows[flow.name] = flow
        ordered = sorted(flows.items(), key=lambda item: item[0].casefold())
        return dict(ordered), broken


def _write(flow: Flow, path: Path) -> Path:
    """Write a flow's file whole: a crash in between leaves the earlier one."""
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        temporary.write_text(flow.to_yaml(), encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        raise FlowError([f"{path} cannot be written: {error.strerror}."]) from error
    return path


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise FlowError([f"{path} cannot be deleted: {error.strerror}."]) from error
