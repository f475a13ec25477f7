"""The topics of the help, in reading order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from curation_kit.errors import NotFound
from curation_kit.session.help.agents import agent_nodes
from curation_kit.session.help.markdown import Node, plain, read_markdown

__all__ = ["TOPICS", "Topic", "read_topic"]

#: Topics with their titles; each is the file of that name in ``texts``.
TOPICS = {
    "getting-started": "Getting Started",
    "batch-processing": "Batch Processing",
    "curation-flows": "Curation Flows",
    "available-agents": "Available Agents",
    "model-services": "Model Services",
    "results": "Results and Evidence",
    "evaluating": "Evaluating",
    "terminal": "In a Terminal",
    "server": "Server and HTTP",
    "clusters": "Clusters",
    "scale": "Scale",
    "troubleshooting": "Troubleshooting",
    "keyboard": "Keyboard and Accessibility",
    "python": "For Python Users",
    "write-an-agent": "Write an Agent",
}

#: Paragraph in whose place the installed agents are listed.
_AGENTS: Node = {
    "type": "paragraph",
    "children": [
        "(In the dashboard the installed agents are listed here; in a terminal: ",
        {"type": "code", "text": "curation-kit agents"},
        ".)",
    ],
}


@dataclass(frozen=True)
class Topic:
    """One page of the help.

    Attributes
    ----------
    name
        Name in the address.
    title
        Its title, which is not among `nodes`.
    nodes
        What it says; see `curation_kit.session.help.markdown`.
    """

    name: str
    title: str
    nodes: list[Node]

    @cached_property
    def sections(self) -> list[dict[str, Any]]:
        """Sections with ``id``, ``title``, ``level`` and plain ``text``."""
        found: list[dict[str, Any]] = [
            {"id": "", "title": self.title, "level": 1, "text": ""}
        ]
        for node in self.nodes:
            if isinstance(node, dict) and node["type"] == "heading":
                found.append(
                    {
                        "id": node["id"],
                        "title": plain(node["children"]),
                        "level": node["level"],
                        "text": "",
                    }
                )
            else:
                found[-1]["text"] += plain([node]) + " "
        return found


def read_topic(name: str) -> Topic:
    """Read a topic; the agents in it are those installed now.

    Raises
    ------
    NotFound
        If there is none of that name.
    """
    if name not in TOPICS:
        raise NotFound(
            f'The help has no topic "{name}". Choose one of the list, or search.'
        )
    nodes: list[Node] = []
    for node in _written(name):
        nodes += agent_nodes() if node == _AGENTS else [node]
    return Topic(name, TOPICS[name], nodes)


@cache
def _written(name: str) -> list[Node]:
    """Read the file of a topic, without its title."""
    path = files("curation_kit.session.help") / "texts" / f"{name}.md"
    [heading, *nodes] = read_markdown(path.read_text(encoding="utf-8"), name)
    if plain([heading]).strip() != TOPICS[name]:
        raise ValueError(f"{name}.md must begin with the title {TOPICS[name]}.")
    return nodes
