"""Markdown to a tree of plain JSON values; nothing in it is markup.

A node is a string or a dict with a ``type`` and ``children``. The page makes
an element of each type it knows, so a text can never become HTML.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from curation_kit.session.places import HELP, PAGES, Place

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

__all__ = ["Node", "plain", "read_markdown", "slug"]

Node = str | dict[str, Any]

#: Types of markdown-it that are kept, and what they are called here.
_TYPES = {
    "paragraph": "paragraph",
    "bullet_list": "list",
    "ordered_list": "steps",
    "list_item": "item",
    "blockquote": "note",
    "table": "table",
    "tr": "row",
    "th": "head",
    "td": "cell",
    "strong": "strong",
    "em": "emphasis",
    "hr": "rule",
}


def read_markdown(text: str, topic: str) -> list[Node]:
    """Read the Markdown of a topic.

    Parameters
    ----------
    text
        CommonMark with tables, without HTML.
    topic
        Name of the topic, for links within it.

    Raises
    ------
    ValueError
        If the text has a link or a construct that the page cannot show.
    """
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    return _nodes(SyntaxTreeNode(parser.parse(text)), topic)


def slug(title: str) -> str:
    """Name of a section in an address: "Document statuses" → document-statuses."""
    return re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")


def plain(nodes: list[Node]) -> str:
    """Text of nodes, without their structure."""
    parts = []
    for node in nodes:
        if isinstance(node, str):
            parts.append(node)
        else:
            parts.append(node.get("text") or plain(node.get("children", [])))
            if node["type"] in {"paragraph", "cell", "head", "heading", "code_block"}:
                parts.append(" ")
    return "".join(parts)


def _nodes(parent: SyntaxTreeNode, topic: str) -> list[Node]:
    return [node for child in parent.children for node in _node(child, topic)]


def _node(token: SyntaxTreeNode, topic: str) -> list[Node]:
    """Give the nodes of one node of markdown-it; some only hold others."""
    node: Node
    match token.type:
        case "inline" | "thead" | "tbody":
            return _nodes(token, topic)
        case "text":
            node = token.content
        case "softbreak" | "hardbreak":
            node = " "
        case "code_inline":
            node = {"type": "code", "text": token.content}
        case "fence":
            language = token.info.strip()
            node = {"type": "code_block", "text": token.content, "language": language}
        case "heading":
            children = _nodes(token, topic)
            node = {
                "type": "heading",
                "level": int(token.tag[1:]),
                "id": slug(plain(children)),
                "children": children,
            }
        case "link":
            link = _link(str(token.attrs["href"]), topic)
            node = {"type": "link", **link, "children": _nodes(token, topic)}
        case kind if kind in _TYPES:
            node = {"type": _TYPES[kind], "children": _nodes(token, topic)}
        case kind:
            raise ValueError(f"The help has no form for {kind} (topic {topic}).")
    return [node]


def _link(target: str, topic: str) -> dict[str, str]:
    """Where a link leads: a place of the page (``visit``) or the web (``href``)."""
    if target.startswith("https://"):
        return {"href": target}
    if target.startswith("?"):
        if parse_qs(target[1:]).get("page", [""])[0] not in PAGES:
            raise ValueError(f"{target} in the help is no page of the dashboard.")
        return {"visit": Place.of_query(target).query}
    found = re.fullmatch(r"(?:([a-z-]+)\.md)?(?:#([a-z0-9_-]+))?", target)
    if not target or not found:
        raise ValueError(f"{target!r} in the help (topic {topic}) leads nowhere.")
    name, section = found[1] or topic, found[2]
    item = f"{name}/{section}" if section else name
    return {"visit": Place(HELP, item).query}
