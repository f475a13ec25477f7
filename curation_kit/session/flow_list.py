"""The saved flows and the built-in ones, page by page."""

from __future__ import annotations

import threading
from typing import Any

from traitlets import Dict, HasTraits, List

from curation_kit.agents import agents
from curation_kit.flow import Flow
from curation_kit.phrases import searchable
from curation_kit.session.paging import turned
from curation_kit.workspace import Workspace

__all__ = ["FLOWS_PER_PAGE", "FlowList"]

#: One page of flows is about 8 kB.
FLOWS_PER_PAGE = 30

#: Longest list of steps or of problems that is sent for one flow.
MAX_TEXT = 300


class FlowList(HasTraits):
    """The list of flows.

    Attributes
    ----------
    listing : dict
        ``search``, ``rows`` (name, steps in words, whether it is built in, what
        keeps it from running), ``total``, ``found``, ``page``, ``pages``,
        ``first``.
    broken : list of dict
        Flow files that cannot be read: ``file`` and ``problem``.
    """

    listing = Dict()
    broken = List(Dict())

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._lock = threading.Lock()  # changes of others are found by a thread
        self._search, self._page = "", 0

    def refresh(self) -> None:
        """Read the flows again."""
        with self._lock:
            self._read()

    def find(self, search: str, page: int = 0) -> None:
        """Turn to a page of the flows whose name or steps have every word."""
        with self._lock:
            self._search, self._page = search, page
            self._read()

    def _read(self) -> None:
        library = self._workspace.flows
        self.broken = [
            {"file": path.name, "problem": problem[:MAX_TEXT]}
            for path, problem in library.broken().items()
        ]
        flows, built_in = library.all(), library.built_in()
        words = searchable(self._search).split()
        found = [
            flow
            for flow in flows
            if all(
                word in searchable(f"{flow.name} {steps_of(flow)}") for word in words
            )
        ]
        where = turned(len(found), self._page, FLOWS_PER_PAGE)
        self._page, first = where["page"], where["first"]
        self.listing = {
            "search": self._search,
            "rows": [
                {**_row(flow), "built_in": flow.name in built_in}
                for flow in found[first : first + FLOWS_PER_PAGE]
            ],
            "total": len(flows),
            **where,
        }


def steps_of(flow: Flow) -> str:
    """Give the steps of a flow in words: "PDF Agent → Gene Expression → …"."""
    known = agents()
    return " → ".join(
        known[step.agent].title if step.agent in known else f"{step.agent} (missing)"
        for step in flow.steps
    )


def _row(flow: Flow) -> dict[str, Any]:
    problems = flow.problems()
    return {
        "name": flow.name,
        "steps": steps_of(flow)[:MAX_TEXT],
        "problem": " ".join(problems)[:MAX_TEXT],
    }
