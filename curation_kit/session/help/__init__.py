"""The help: topics in Markdown, read for a page that makes its own elements."""

from __future__ import annotations

from curation_kit.session.help.topics import TOPICS, Topic, read_topic
from curation_kit.session.help.view import HelpView

__all__ = ["TOPICS", "HelpView", "Topic", "read_topic"]
