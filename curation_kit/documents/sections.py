"""Sections and captions: which paragraph plays which role in the paper."""

from __future__ import annotations

import re
from dataclasses import dataclass

from curation_kit.documents.blocks import Block
from curation_kit.documents.headings import run_in_heading
from curation_kit.documents.text import Caption, Section

__all__ = ["Paragraph", "find_sections", "name_sections"]

#: An unmarked abstract has at least so many words.
_ABSTRACT_WORDS = 60
_ADDRESS = re.compile(
    r"@|\b(?:Universit|Departm|Institut|Laborator|Hospital|School of|Center for|Centre for)"
)
_IN_ABSTRACT = frozenset(
    {"introduction", "results", "methods", "discussion", "results and discussion"}
)
_FRONT = frozenset({"received", "accepted", "published", "citation", "edited", "copyright"})


@dataclass(slots=True)
class Paragraph:
    """One paragraph of the text: its blocks, its stretch, its role."""

    blocks: list[Block]
    start: int
    end: int
    kind: str = ""
    heading: str = ""

    @property
    def block(self) -> Block:
        """First block: it says what the paragraph is."""
        return self.blocks[0]

    @property
    def words(self) -> int:
        """Number of printed words."""
        return sum(len(line.texts) for block in self.blocks for line in block.lines)


def name_sections(paragraphs: list[Paragraph], text: str, body: float) -> None:
    """Give every paragraph the kind of section it stands in."""
    _walk(paragraphs, text)
    _name_front(paragraphs, text)
    kinds = {paragraph.kind for paragraph in paragraphs}
    if not kinds & {"results", "results and discussion"}:
        # An "introduction" nobody ended holds the whole paper.
        for paragraph in paragraphs:
            if paragraph.kind == "introduction" and not paragraph.heading:
                paragraph.kind = "body"
    for paragraph in paragraphs:
        block = paragraph.block
        if block.kind == "caption":
            table = "Table" in block.section
            paragraph.kind = "table" if table else "figure legend"
            paragraph.heading = block.section
        elif block.kind == "table":
            paragraph.kind, paragraph.heading = "table", ""
        elif block.kind == "scrap" and paragraph.kind != "references":
            if paragraph.kind not in ("title", "acknowledgements"):
                paragraph.kind, paragraph.heading = "figure text", ""
        elif block.kind == "note" and paragraph.kind != "references":
            paragraph.kind, paragraph.heading = "title", ""


def _walk(paragraphs: list[Paragraph], text: str) -> None:
    """Carry the section named by the latest heading from paragraph to paragraph."""
    kind, heading = "", ""
    within: set[str] = set()  # headings seen inside the abstract
    level = 0.0
    for paragraph in paragraphs:
        block = paragraph.block
        if block.kind == "heading":
            words = text[paragraph.start : paragraph.end]
            new = block.section
            if kind == "abstract" and new in _IN_ABSTRACT:
                # Headings inside a structured abstract are of one size; a
                # larger one, or one seen before, opens the paper itself.
                again = new in within or block.size > level + 0.8
                if not again and new != "introduction" or (
                    not again and words.strip().lower().startswith("background")
                ):
                    within.add(new)
                    level = max(level, block.size)
                    paragraph.kind, paragraph.heading = kind, heading
                    continue
            if new == "abstract" and kind not in ("", "abstract", "title"):
                if paragraph.block.page > 2:
                    new = kind  # "Summary" at the end of a section
            if kind == "references" and new == "abstract":
                new = kind
            kind, heading = new, words
        elif block.kind in ("text", "note"):
            first = text[paragraph.start : paragraph.start + 70]
            found = run_in_heading(first, bold=block.lines[0].bold)
            if found:
                new, name = found
                if kind == "abstract" and new in _IN_ABSTRACT and new not in within:
                    within.add(new)
                    level = max(level, block.size)
                elif new in ("abstract", "acknowledgements", "supplement"):
                    if not (kind in _IN_ABSTRACT and new == "abstract"):
                        kind, heading = new, name
                elif not kind and block.lines[0].bold:
                    kind, heading = "abstract", name
                    within.add(new)
        paragraph.kind, paragraph.heading = kind, heading


def _name_front(paragraphs: list[Paragraph], text: str) -> None:
    """Name what stands before the first heading: title, abstract, the start."""
    front: list[Paragraph] = []
    for paragraph in paragraphs:
        if paragraph.kind:
            break
        front.append(paragraph)
    named = {paragraph.kind for paragraph in paragraphs}
    after = len(front)
    has_abstract = "abstract" in named
    opens = paragraphs[after].kind if after < len(paragraphs) else ""
    opened = False
    for paragraph in front:
        paragraph.kind = "title"
        if paragraph.block.kind != "text" and not opened:
            continue
        if opens == "abstract" and paragraph.block.page == 1:
            continue
        words = text[paragraph.start : paragraph.end]
        if not opened and (
            paragraph.words < _ABSTRACT_WORDS or len(_ADDRESS.findall(words)) > 1
        ):
            if paragraph.words < 25 or _ADDRESS.search(words) or paragraph.block.page == 1:
                continue
        if not opened and not has_abstract:
            paragraph.kind = "abstract"
            opened = True
        elif opens == "introduction" and not opened:
            paragraph.kind = "abstract"
        elif opens in ("results", "results and discussion"):
            paragraph.kind, opened = "introduction", True
        else:
            paragraph.kind, opened = "body", True


def find_sections(
    paragraphs: list[Paragraph], length: int
) -> tuple[list[Section], list[Caption]]:
    """Turn named paragraphs into sections that cover the text, and captions."""
    sections: list[Section] = []
    captions: list[Caption] = []
    for paragraph in paragraphs:
        kind = paragraph.kind or "body"
        if paragraph.block.kind == "caption":
            captions.append(
                Caption(paragraph.block.section, paragraph.start, paragraph.end)
            )
        last = sections[-1] if sections else None
        if last and last.kind == kind and last.heading == paragraph.heading:
            sections[-1] = Section(kind, last.heading, last.start, paragraph.end)
        else:
            sections.append(
                Section(kind, paragraph.heading, paragraph.start, paragraph.end)
            )
    covered: list[Section] = []
    for index, section in enumerate(sections):
        end = sections[index + 1].start if index + 1 < len(sections) else length
        covered.append(Section(section.kind, section.heading, section.start, end))
    return covered, captions
