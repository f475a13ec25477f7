"""Parts of a paper that fit a model: section by section, with overlap."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from curation_kit.documents.text import DocumentText, Section
from curation_kit.records import Ledger

__all__ = ["Chunk", "chunks"]

#: Characters at the end of a piece that the next piece of its section begins with:
#: two or three sentences, so that none is read without the one before it.
_OVERLAP = 400

#: Of a half to the whole, so that two halves with overlap hold the whole.
_HALF = 0.6


@dataclass(frozen=True, slots=True)
class Chunk:
    """Stretches of one or more sections that a model is asked about at once.

    Attributes
    ----------
    parts
        In reading order, each with the kind and heading of its section.
    """

    parts: tuple[Section, ...]

    @property
    def start(self) -> int:
        """Offset of its first character."""
        return self.parts[0].start

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of its sections, each once."""
        return tuple(dict.fromkeys(part.kind for part in self.parts))

    def holds(self, offset: int) -> bool:
        """Whether a character of the paper is in it."""
        return any(part.start <= offset < part.end for part in self.parts)

    def halves(self, text: DocumentText) -> list[Chunk]:
        """Cut it in parts of about half its size, two in most cases."""
        length = sum(part.end - part.start for part in self.parts)
        return _packed(text, self.parts, max(int(_HALF * length), 2))

    def told(self, text: DocumentText) -> str:
        """Say where in the paper it is."""
        first, last = text.page_of(self.start), text.page_of(self.parts[-1].end - 1)
        pages = f"page {first}" if first == last else f"pages {first}–{last}"
        return f"{', '.join(self.kinds)}, {pages}"

    def quoted(self, text: DocumentText) -> str:
        """Give its text between two marks that no text can contain.

        The marks are made of a digest of the text itself: who writes a paper
        cannot know them, and the same text has the same marks, so that a kept
        answer is found again.
        """
        body = "\n\n".join(
            f"[{part.kind}]\n{text.text[part.start : part.end].strip()}"
            for part in self.parts
        )
        mark = f"paper-{sha256(body.encode()).hexdigest()[:16]}"
        return f"<{mark}>\n{body}\n</{mark}>"


def chunks(
    text: DocumentText, kinds: Collection[str], size: int, ledger: Ledger
) -> list[Chunk]:
    """Cut the sections of some kinds into chunks of at most so many characters.

    Neighbouring sections share a chunk where they fit. A section that is too
    long is cut between paragraphs or else sentences, and each piece begins with
    the last sentences of the one before.

    Parameters
    ----------
    text
        The paper.
    kinds
        Kinds of `Section` that are read.
    size
        Characters of paper text in a chunk, at most.
    ledger
        Gets the sections read and skipped.
    """
    read = []
    for section in text.sections:
        wanted = section.kind in kinds
        ledger.section(section.kind, read=wanted)
        if wanted and text.text[section.start : section.end].strip():
            read.append(section)
    return _packed(text, read, size)


def _packed(text: DocumentText, sections: Iterable[Section], size: int) -> list[Chunk]:
    found: list[Chunk] = []
    parts: list[Section] = []
    room = size
    for section in sections:
        for piece in _pieces(text.text, section, size):
            length = piece.end - piece.start
            if parts and length > room:
                found.append(Chunk(tuple(parts)))
                parts, room = [], size
            parts.append(piece)
            room -= length
    return [*found, *([Chunk(tuple(parts))] if parts else [])]


def _pieces(text: str, section: Section, size: int) -> Iterator[Section]:
    """A section whole, or in overlapping pieces."""
    for start, end in _cut(text, section.start, section.end, size):
        yield Section(section.kind, section.heading, start, end)


def _cut(text: str, start: int, end: int, size: int) -> Iterator[tuple[int, int]]:
    while end - start > size:
        stop = _boundary(text, start + size // 2, start + size)
        yield start, stop
        back = stop - min(_OVERLAP, size // 4)
        start = _first_sentence(text, back, stop)
    yield start, end


def _boundary(text: str, low: int, high: int) -> int:
    """The last end of a paragraph, sentence or word in a stretch; else its end."""
    for mark in ("\n\n", ". ", " "):
        at = text.rfind(mark, low, high)
        if at >= 0:
            return at + len(mark)
    return high


def _first_sentence(text: str, low: int, high: int) -> int:
    """Where the first sentence, or else word, of a stretch begins."""
    for mark in ("\n\n", ". ", " "):
        at = text.find(mark, low, high - len(mark))
        if at >= 0:
            return at + len(mark)
    return low
