"""The sentences of a paper in which it reports its own findings."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from curation_kit.documents.text import Caption, DocumentText
from curation_kit.records import Ledger

__all__ = ["Sentence", "sentences"]

_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?!\s*\n)[^\n]*)*")

#: The splitter wants a capital, but names of genes begin sentences in lower
#: case: "... at 11 hpf. sox10 was ...".
_LOWER_START = re.compile(
    r"(?<=[a-z)\]\d”])\.\s+(?=[a-z][\w-]*\d?[\s(:])"
    # A panel of a legend: "... (arrow). (c,d) sox10 in".
    r"|(?<=[a-z)\]\d”])\.\s+(?=\([a-z](?:[,–-] ?[a-z])*\) )"
    r"|(?<=panel [A-Z])\.\s+(?=[a-z][\w-]*\d?[\s(:])"
    # The space got lost: "(data not shown).To see".
    r"|(?<=[)\]])\.(?=[A-Z][a-z]* )"
)
_ITEM = re.compile(r"\s+(?=(?:[ivx]{1,4}|\d)\) [A-Z][a-z])")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(.])(?:[A-Za-z]{1,2}|figs?|etc|refs?|vol|sec|min|max|approx|resp|spp|var|subsp|supp?l?|ext|inc|ltd|eds|dept|tab"
    r"|seq|incl|conc|temp|avg|std|err|ver|viz|syn|nov|sens|auct|str|no|nos|comm|obs|unpubl|pers)$",
    re.IGNORECASE,
)

#: Such words have at most so many characters, with what is before them.
_WORD = 20
#: ... but "shown in panel F. sox10 was".
_LETTER = re.compile(r"panel [A-Z]$")

#: Headings, and the titles of legends, end without a mark.
_ENDED = re.compile(r"[.!?;:)\]”\"’\d]\s*$")
_PANEL = re.compile(r"\s*\(?[A-Za-z](?:[-–,] ?[A-Za-z])*\)")
_IN_SHORT = re.compile(
    r"(?:In (?:summary|conclusion|short)|Taken together|Together|Collectively|Overall|Thus|Therefore|Hence|In sum"
    r"|(?:These|Our|The present) (?:data|results|findings|observations))\b"
)

#: Shorter pieces are headings and labels.
_SHORTEST = 20
#: Longer ones are tables and lists without full stops: of 5,832 sentences of fourteen
#: papers one is, and the next has 853 characters. For each name in a sentence all of
#: it is looked at, so that a longer one takes the square of the time.
_LONGEST = 2_000
_BREAKS = ("; ", ";\n", ", ", ",\n", " ", "\n")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, its place in the paper, its section and caption if any.

    `ahead` are the characters of sentences before it that are quoted with it.
    """

    text: str
    start: int
    section: str
    caption: Caption | None
    ahead: int = 0

    @property
    def sums_up(self) -> bool:
        """Whether it tells in short what other sentences tell in detail."""
        return (
            self.section in {"title", "abstract"}
            or not _ENDED.search(self.text)
            or bool(_IN_SHORT.match(self.text, self.ahead))
            or self._titles()
        )

    def _titles(self) -> bool:
        """Whether it is the first sentence of a legend: "Figure 1. G in A."."""
        return bool(
            self.section == "figure legend"
            and self.caption
            and not self.ahead
            and self.start - self.caption.start <= len(self.caption.label) + 2
            and not _PANEL.match(self.text, len(self.caption.label) + 2)
            and not _PANEL.match(self.text)
        )

    @property
    def end(self) -> int:
        """Where it ends in the paper."""
        return self.start + len(self.text)


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
        ledger.section(section.kind, read=read)
        if not read:
            continue
        for paragraph in _PARAGRAPH.finditer(text.text, section.start, section.end):
            if len(paragraph[0]) < _SHORTEST:
                continue
            split = blingfire.text_to_sentences(paragraph[0]).split("\n")
            for start, end in _pieces(
                paragraph[0],
                _lower_starts(paragraph[0], _offsets(paragraph[0], split)),
            ):
                if end - start >= _SHORTEST:
                    ledger.sentences += 1
                    at = paragraph.start() + start
                    yield Sentence(
                        paragraph[0][start:end], at, section.kind, text.caption_of(at)
                    )


def _offsets(text: str, split: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Places of sentences that stand one after the other, but for spaces between.

    blingfire's own take a loop over all bytes.
    """
    end = 0
    for sentence in split:
        start = text.find(sentence[:1], end)
        end = start + len(sentence)
        yield start, end


def _pieces(text: str, offsets: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Cut what is too long for a sentence, after a mark if there is one."""
    for start, end in offsets:
        while end - start > _LONGEST:
            last = start + _LONGEST
            breaks = (_after(text, one, start, last) for one in _BREAKS)
            stop = next(filter(None, breaks), last)
            yield start, stop
            start = stop + text[stop].isspace()  # noqa: PLW2901 - the rest of it
        yield start, end


def _after(text: str, mark: str, start: int, end: int) -> int:
    """Where the last such mark of the second half ends, without its space; or 0."""
    at = text.rfind(mark, start + _LONGEST // 2, end)
    return at + len(mark) - 1 if at >= 0 else 0


def _items(text: str, offsets: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Cut before numbered headings that run into the text: "... injury i) Bax"."""
    for start, end in offsets:
        for item in _ITEM.finditer(text, start + _SHORTEST, end):
            yield start, item.start()
            start = item.end()  # noqa: PLW2901 - the rest of this sentence
        yield start, end


def _lower_starts(
    text: str, offsets: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Cut sentences again where the next begins with a lower-case name."""
    for start, end in _items(text, offsets):
        for stop in _LOWER_START.finditer(text, start, end):
            long = stop.start() - start >= _SHORTEST
            before = text[max(start, stop.start() - _WORD) : stop.start()]
            if long and (not _ABBREVIATED.search(before) or _LETTER.search(before)):
                yield start, stop.start() + 1
                start = stop.end()  # noqa: PLW2901 - the rest of this sentence
        yield start, end
