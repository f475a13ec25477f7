"""Papers made by hand, one section and one page each."""

from __future__ import annotations

import re
from array import array
from pathlib import Path
from typing import Any

import pytest
from chat_server import ChatServer

from curation_kit.agents.paper import Paper
from curation_kit.documents.text import Caption, DocumentText, Page, Section
from curation_kit.llm import NoCalls, Settings
from curation_kit.llm.client import ModelClient


def _text(parts: list[tuple[str, str]]) -> DocumentText:
    """Text of (section kind, words) pairs, one word box per word."""
    text, sections, captions = "", [], []
    for kind, body in parts:
        start = len(text)
        text += body + "\n\n"
        sections.append(Section(kind, "", start, len(text)))
        if kind == "figure legend":
            captions.append(Caption("Figure 1", start, len(text)))
    words = [match.span() for match in re.finditer(r"\S+", text)]
    return DocumentText(
        text=text,
        pages=[Page(1, 0, len(text), 595.0, 842.0)],
        sections=sections,
        captions=captions,
        word_starts=array("l", [start for start, _ in words]),
        word_ends=array("l", [end for _, end in words]),
        word_pages=array("l", [1] * len(words)),
        word_boxes=array("d", [0.0, 0.0, 10.0, 10.0] * len(words)),
    )


@pytest.fixture
def make_paper():
    """Make a paper of sections: ``make_paper(("results", "…"), …)``."""

    def make(*parts: tuple[str, str]) -> Paper:
        paper = Paper(id="0" * 64, name="made.pdf", path=Path("made.pdf"))
        paper.text = _text(list(parts))
        return paper

    return make


@pytest.fixture
def chat():
    """A chat service on loopback."""
    with ChatServer() as server:
        yield server


@pytest.fixture
def ask_about(make_paper, chat):
    """Make a paper whose model is asked at `chat`: ``ask_about(parts, context=…)``."""

    def make(*parts: tuple[str, str], **service: Any) -> Paper:
        paper = make_paper(*parts)
        settings = Settings(services={"local": chat.service(**service)})
        paper.models = ModelClient(settings, NoCalls())
        return paper

    return make
