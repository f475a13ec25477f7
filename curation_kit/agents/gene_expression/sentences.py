"""The sentences of a paper in which it reports its own findings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from curation_kit.documents.text import Caption, DocumentText
from curation_kit.records import Ledger

__all__ = ["Sentence", "sentences"]

_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?!\s*\n)[^\n]*)*")

#: Shorter pieces are headings and labels.
_SHORTEST = 20


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, its place in the paper, its section and caption if any."""

    text: str
    start: int
    section: str
    caption: Caption | None


def sentences(
    text: DocumentText, kinds: Collection[str], ledger: Ledger
) -> Iterator[Sentence]:
    """Sentences of the sections of some kinds, in reading order.

    Parameters
    ----------
    text
        The paper.
    kinds
        Kinds of `Section` that are read.
    ledger
        Gets the sections read and skipped, and the number of sentences.
    """
    import blingfire

    for section in text.sections:
        read = section.kind in kinds
        names = ledger.sections_read if read else ledger.sections_skipped
        if section.kind not in names:
            names.append(section.kind)
        if not read:
            continue
        for paragraph in _PARAGRAPH.finditer(text.text, section.start, section.end):
            if len(paragraph[0]) < _SHORTEST:
                continue
            _, offsets = blingfire.text_to_sentences_and_offsets(paragraph[0])
            for start, end in offsets:
                if end - start >= _SHORTEST:
                    ledger.sentences += 1
                    at = paragraph.start() + start
                    yield Sentence(
                        paragraph[0][start:end], at, section.kind, text.caption_of(at)
                    )
