"""Sections and captions: which paragraph plays which role in the paper."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import takewhile

from curation_kit.documents.blocks import Block
from curation_kit.documents.headings import run_in_heading, title_word
from curation_kit.documents.text import Caption, Section

__all__ = ["BACK", "Paragraph", "find_sections", "name_sections"]

#: Kinds of what stands behind the paper.
BACK = frozenset({"references", "acknowledgements", "supplement"})
#: An unmarked abstract has at least so many words.
_ABSTRACT_WORDS = 60
_ADDRESS = re.compile(
    r"@|\b(?:Universit|Departm|Institut|Laborator|Hospital|School of|Cent(?:er|re) for)"
)
_MAIN = frozenset(
    {"introduction", "results", "methods", "discussion", "results and discussion"}
)
_REFERENCE = re.compile(
    r"\[?\d{1,3}[.\])]\s+[A-Z][^.]{0,80}[.,:].{20,600}?\b(?:19|20)\d\d\b", re.DOTALL
)
_KEYWORDS = re.compile(r"key ?words?\b", re.IGNORECASE)
#: Fewer numbered paragraphs with a year are no list of references.
_FEWEST_REFERENCES = 5
#: Difference in type size, in points, that sets an abstract off.
_OTHER_SIZE = 0.4
#: A structured abstract has at most so many words.
_LONGEST_ABSTRACT = 600


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
    _Walk(text).go(paragraphs)
    _find_references(paragraphs, text)
    _name_front(paragraphs, text, body)
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


class _Walk:
    """Carries the section named by the latest heading from paragraph to paragraph.

    Parameters
    ----------
    text
        Text of the paper, of which the paragraphs are stretches.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._kind = self._heading = ""
        self._begun = False  # the paper's own methods, results or discussion
        self._abstract = _Abstract()
        # A box inside the text: its stretch, and the section around it.
        self._box: tuple[int, str, str] | None = None

    def go(self, paragraphs: list[Paragraph]) -> None:
        """Say of each paragraph in which section it stands."""
        for paragraph in paragraphs:
            self._enter(paragraph)
            paragraph.kind, paragraph.heading = self._kind, self._heading
            self._begun |= self._kind in _MAIN and self._kind != "introduction"

    def _enter(self, paragraph: Paragraph) -> None:
        block = paragraph.block
        self._leave_box(block)
        if self._kind == "abstract":
            self._abstract.words += paragraph.words
            # In smaller type they may look like lettering.
            self._abstract.keywords |= bool(
                _KEYWORDS.match(self._text, paragraph.start)
            )
        if block.kind == "heading":
            words = self._text[paragraph.start : paragraph.end]
            self._pass_heading(block, words)
        elif block.kind in ("text", "note", "subheading"):
            first = self._text[paragraph.start : paragraph.start + 70]
            self._pass_run_in(block, first)

    def _leave_box(self, block: Block) -> None:
        """Return to the section around a box, behind it."""
        if self._box is None:
            return
        stretch, kind, heading = self._box
        if block.kind == "subheading" or (
            block.stretch != stretch and block.kind in ("text", "heading")
        ):
            self._kind, self._heading = kind, heading
            self._box = None

    def _pass_heading(self, block: Block, words: str) -> None:
        """Go on in the section that a heading opens, if it does."""
        new = block.section
        if new == "abstract" and self._kind in _MAIN:
            # "Significance" or "Highlights" in a box beside the text.
            self._box = (block.stretch, self._kind, self._heading)
            self._kind, self._heading = new, words
        elif self._begun and self._kind in BACK and new in ("abstract", "introduction"):
            pass  # "Keywords" or "Background" behind the paper
        elif self._kind != "abstract" or self._abstract.leaves(new, words, block.size):
            self._kind, self._heading = new, words
            if new == "abstract":
                self._abstract.start(words, block.size)

    def _pass_run_in(self, block: Block, first: str) -> None:
        """Go on in the section that a paragraph's first words open, if they do."""
        bold = block.lines[0].bold
        found = run_in_heading(first, bold=bold)
        if found is None:
            return
        new, name = found
        if self._kind == "abstract" and new in _MAIN:
            self._abstract.run_in = True
        elif new in ("acknowledgements", "supplement"):
            if block.kind == "text" and self._kind != "methods":
                self._kind, self._heading = new, name
        elif new == "abstract" and self._kind in ("", "abstract"):
            self._kind, self._heading = new, name
            self._abstract.keywords |= bool(_KEYWORDS.match(name))
        elif not self._kind and bold:
            self._kind, self._heading = "abstract", name
            self._abstract.run_in = True


def _find_references(paragraphs: list[Paragraph], text: str) -> None:
    """Name a numbered list of references that has no heading (PNAS)."""
    found = [
        paragraph
        for paragraph in paragraphs
        if paragraph.kind != "references"
        and paragraph.block.page > 1
        and _REFERENCE.match(text, paragraph.start, paragraph.end)
    ]
    if len(found) < _FEWEST_REFERENCES:
        return
    sizes = {round(paragraph.block.size, 1) for paragraph in found}
    first, last = found[0].start, found[-1].start
    matched = {paragraph.start for paragraph in found}
    for paragraph in paragraphs:
        between = first < paragraph.start < last and paragraph.block.kind == "text"
        if paragraph.start in matched or (
            between and sizes == {round(paragraph.block.size, 1)}
        ):
            paragraph.block.kind = "text"
            paragraph.kind, paragraph.heading = "references", ""


@dataclass(slots=True)
class _Abstract:
    """What was seen of a structured abstract, to tell where it ends."""

    name: str = ""
    words: int = 0
    size: float = 0.0
    run_in: bool = False
    keywords: bool = False
    seen: set[str] = field(default_factory=set)

    def start(self, heading: str, size: float) -> None:
        """Begin with the heading of the abstract itself."""
        self.name, self.size = heading.strip().casefold(), size

    def leaves(self, kind: str, words: str, size: float) -> bool:
        """Whether a heading opens the paper itself.

        Headings inside an abstract are smaller than its own, or stand in it
        once, and are not mixed with headings in the line.
        """
        name = words.strip().casefold()
        if _KEYWORDS.match(name):
            self.keywords = True
            return True
        if (
            kind not in ("introduction", "results", "methods", "discussion")
            or not self.name.startswith(("abstract", "summary"))
            or self.keywords
            or self.run_in
            or self.words > _LONGEST_ABSTRACT
            or kind in self.seen
        ):
            return True
        if size >= self.size - 0.3 and (
            name.endswith("introduction") or size > self.size + 0.8
        ):
            return True
        self.seen.add(kind)
        return False


def _name_front(paragraphs: list[Paragraph], text: str, body: float) -> None:
    """Name what stands before the first heading: title, abstract, the start.

    Many journals print the abstract and the introduction without a heading.
    """
    front = list(takewhile(lambda paragraph: not paragraph.kind, paragraphs))
    rest = paragraphs[len(front) :]
    # A box "Significance" beside the front is not the abstract.
    has_abstract = any(
        paragraph.kind == "abstract"
        and not title_word(paragraph.heading).startswith(("signif", "highl", "key"))
        for paragraph in rest
    )
    kinds = [p.kind for p in rest if p.kind in _MAIN or p.kind == "abstract"]
    opens = next((kind for kind in kinds if has_abstract or kind in _MAIN), "")
    start = "introduction" if opens.startswith("results") else "body"
    abstract: Paragraph | None = None
    opened = False
    for paragraph in front:
        paragraph.kind = "title"
        words = text[paragraph.start : paragraph.end]
        if (opens == "abstract" and paragraph.block.page == 1) or (
            not opened and not _is_running(paragraph, words)
        ):
            continue
        if not opened and not has_abstract:
            abstract = paragraph
        opened = True
        same = abstract is not None and (
            paragraph is abstract
            or opens == "introduction"
            or (
                abs(abstract.block.size - body) > _OTHER_SIZE
                and abs(paragraph.block.size - abstract.block.size) <= _OTHER_SIZE
            )
        )
        paragraph.kind = "abstract" if same else start


def _is_running(paragraph: Paragraph, words: str) -> bool:
    """Whether a paragraph is running text, no list of authors and addresses."""
    return (
        paragraph.block.kind == "text"
        and len(_ADDRESS.findall(words)) <= 1
        and (
            paragraph.words >= _ABSTRACT_WORDS
            or (paragraph.block.page > 1 and paragraph.words >= _ABSTRACT_WORDS // 2)
        )
    )


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
        elif kind == "figure legend" and captions:
            captions[-1] = replace(captions[-1], end=paragraph.end)
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
