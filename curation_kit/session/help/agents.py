"""The installed agents, as the help lists them.

Titles and descriptions come from plug-ins: they become text nodes as they
are, and never pass through Markdown.
"""

from __future__ import annotations

import json
from typing import Any

from curation_kit.agents import Agent, Kind, agents, broken_agents
from curation_kit.session.help.markdown import Node

__all__ = ["agent_nodes"]

_KINDS = {
    Kind.INPUT: "Input",
    Kind.EXTRACTOR: "Extractors",
    Kind.VALIDATOR: "Validators",
    Kind.OUTPUT: "Outputs",
}


def agent_nodes() -> list[Node]:
    """List the installed agents by kind: what each does, and its options."""
    nodes: list[Node] = []
    for kind, title in _KINDS.items():
        of_kind = [agent for agent in agents().values() if agent.kind == kind]
        if of_kind:
            nodes.append(_heading(2, title, title.casefold()))
        for agent in of_kind:
            nodes += _agent(agent)
    if broken := broken_agents():
        nodes.append(_heading(2, "Not loaded", "not-loaded"))
        items = [_element("item", name, ": ", why) for name, why in broken.items()]
        nodes.append({"type": "list", "children": items})
    return nodes


def _agent(agent: type[Agent]) -> list[Node]:
    about = [_code(agent.name), f", version {agent.version}. {agent.description}"]
    nodes: list[Node] = [
        _heading(3, agent.title, agent.name),
        {"type": "paragraph", "children": about},
    ]
    if agent.requires_instructions:
        nodes.append(_element("paragraph", "It needs custom instructions."))
    elif agent.reads_instructions:
        nodes.append(_element("paragraph", "It reads custom instructions."))
    if not agent.Options.model_fields:
        nodes.append(_element("paragraph", "It has no options."))
        return nodes
    head = _element(
        "row", *(_element("head", name) for name in ("Option", "Default", "Meaning"))
    )
    rows = [
        _element(
            "row",
            _element("cell", _code(name)),
            _element("cell", _default(field)),
            _element("cell", field.description or ""),
        )
        for name, field in agent.Options.model_fields.items()
    ]
    nodes.append(_element("table", head, *rows))
    return nodes


def _default(field: Any) -> str:
    """Default of an option in the words of the flow builder."""
    if field.is_required():
        return "none: say it"
    if field.default_factory_takes_validated_data:
        return "depends on the others"
    value = field.get_default(call_default_factory=True)
    if value is True or value is False:
        return "on" if value else "off"
    if value is None or value in ("", [], {}):
        return "empty"
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _heading(level: int, title: str, name: str) -> Node:
    return {"type": "heading", "level": level, "id": name, "children": [title]}


def _code(text: str) -> Node:
    return {"type": "code", "text": text}


def _element(kind: str, *children: Node) -> Node:
    return {"type": kind, "children": list(children)}
