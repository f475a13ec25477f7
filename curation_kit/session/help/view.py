"""What the help page shows: a topic, or what a search found."""

from __future__ import annotations

from typing import Any

from traitlets import Dict, HasTraits, List, Unicode

from curation_kit.session.help.topics import TOPICS, Topic, read_topic
from curation_kit.session.places import HELP, Place

__all__ = ["MAX_FOUND", "HelpView"]

#: Sections that a search shows; more help nobody to choose.
MAX_FOUND = 20

#: Characters of a section that a search shows around the first word found.
_EXCERPT = 160


class HelpView(HasTraits):
    """The help page.

    Attributes
    ----------
    topics : list of dict
        ``name``, ``title`` and ``visit`` (the query of its address) of each.
    article : dict
        The topic on screen: ``name``, ``title``, ``nodes`` and its
        ``sections``; empty before the first `open`.
    section : str
        Section to scroll to; empty for the top.
    search : dict
        ``words`` and, when there are any, ``found``: sections with all of them.
    """

    topics = List(Dict())
    article = Dict()
    section = Unicode()
    search = Dict({"words": "", "found": []})

    def open(self, item: str = "") -> None:
        """Show a topic or a section of one, by ``topic`` or ``topic/section``.

        Raises
        ------
        NotFound
            If there is no such topic; the first one is shown then.
        """
        name, _, section = item.partition("/")
        name = name or next(iter(TOPICS))
        self.search = {"words": "", "found": []}
        if not self.topics:
            self.topics = [
                {"name": topic, "title": title, "visit": _query(topic)}
                for topic, title in TOPICS.items()
            ]
        if name not in TOPICS:
            self.open()
        topic = read_topic(name)
        self.article = {
            "name": name,
            "title": topic.title,
            "nodes": topic.nodes,
            "sections": [
                {
                    "id": found["id"],
                    "title": found["title"],
                    "visit": _query(topic, found),
                }
                for found in topic.sections
                if found["level"] == 2  # noqa: PLR2004 - the parts of a topic
            ],
        }
        self.section = ""  # the same section may be asked for again
        self.section = section

    def find(self, words: str) -> None:
        """Search all topics for the sections that have every word."""
        wanted = words.casefold().split()
        found: list[tuple[int, dict[str, Any]]] = []
        if wanted:
            for name in TOPICS:
                found += _found(read_topic(name), wanted)
        found.sort(key=lambda pair: pair[0])
        shown: list[Any] = [section for _, section in found[:MAX_FOUND]]
        self.search = {"words": words.strip(), "found": shown}


def _found(topic: Topic, words: list[str]) -> list[tuple[int, dict[str, Any]]]:
    """Sections of a topic with every word; those with it in the title come first."""
    found = []
    for section in topic.sections:
        title = section["title"].casefold()
        text = " ".join(section["text"].split())
        folded = text.casefold()
        if all(word in title or word in folded for word in words):
            rank = 0 if all(word in title for word in words) else 1
            start = max(min(folded.find(word) for word in words) - _EXCERPT // 2, 0)
            excerpt = text[start : start + _EXCERPT]
            shown = {
                "topic": topic.title,
                "title": section["title"],
                "visit": _query(topic, section),
                "excerpt": f"{'…' if start else ''}{excerpt}"
                f"{'…' if start + _EXCERPT < len(text) else ''}",
            }
            found.append((rank, shown))
    return found


def _query(topic: Topic | str, section: dict[str, Any] | None = None) -> str:
    name = topic if isinstance(topic, str) else topic.name
    item = f"{name}/{section['id']}" if section and section["id"] else name
    return Place(HELP, item).query
