"""Find a quote without an ellipsis: to the letter, nearly, or in two pieces."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from curation_kit.documents.text import DocumentText
from curation_kit.evidence.citations import citation_spans
from curation_kit.evidence.comparing import (
    Stretch,
    edge_differences,
    gap_differences,
    look_alikes,
    uncited,
    word_differences,
)
from curation_kit.evidence.folding import Folded, fold
from curation_kit.evidence.seeding import WordIndex
from curation_kit.records import Difference
from curation_kit.records import DifferenceKind as Kind

__all__ = ["LEAST_SCORE", "Found", "Search"]

#: Least likeness of a quote that counts as found.
LEAST_SCORE = 0.8
#: A shorter quote must be in the paper to the letter.
_FEWEST_TOKENS = 4
#: Words that each part of a quote in two pieces has at least.
_PIECE = 3
#: A quote of fewer letters is looked for as a word of its own: "in" is everywhere.
_SHORT = 8
#: Occurrences of a quote that are looked at, from each start of the search.
_OCCURRENCES = 64


@dataclass(slots=True)
class Found:
    """A place in the paper, by offsets in its text, and what differs there."""

    start: int
    end: int
    score: float
    differences: list[Difference]
    parts: list[tuple[int, int]] = field(default_factory=list)
    look_alike: bool = False


class Search:
    """Searches one paper.

    Of several places as good, those in the section that is asked for come
    first, then those from an offset on.
    """

    def __init__(self, text: DocumentText) -> None:
        self._text = text
        self.full = fold(text.text)
        self._citations = citation_spans(text.text)

    @cached_property
    def _bare(self) -> Folded:
        """The paper without its bracketed citations."""
        return self.full.without(self._citations)

    @cached_property
    def _index(self) -> WordIndex:
        return WordIndex(self._bare)

    def to_the_letter(
        self, quote: str, section: str | None, after: int
    ) -> Found | None:
        """Best place with the words of a quote; it may still have differences."""
        full = fold(quote)
        if not full.skeleton:
            return None
        best = self._exact(self.full, full, section, after)
        if best is not None and not best.differences:
            return best
        citations = citation_spans(quote)
        claim = full.without(citations)
        if (citations or self._citations) and claim.skeleton:
            bare = self._exact(self._bare, claim, section, after)
            if bare is not None:
                bare.differences += self._citation_differences(quote, citations, bare)
                if not bare.differences:
                    return bare
                best = best or bare
        return best

    def nearly(self, quote: str, section: str | None, after: int) -> Found | None:
        """Best place that is like a quote, or the two that it is made of."""
        citations = citation_spans(quote)
        claim = fold(quote).without(citations)
        best = self._fuzzy(claim, section, after) or self._spliced(claim, after)
        if best is not None:
            best.differences += self._citation_differences(quote, citations, best)
        return best

    def _exact(
        self, paper: Folded, claim: Folded, section: str | None, after: int
    ) -> Found | None:
        """Best place with the claim's skeleton; it may still have differences."""
        best: Found | None = None
        best_key: tuple[int, bool, bool, int] | None = None
        for at in _occurrences(paper, claim.skeleton, after):
            place = Stretch(paper, at, at + len(claim.skeleton))
            found = self._judge(place, claim)
            key = (
                _severity(found),
                section is not None and not self._is_in(found.start, section),
                found.start < after,
                found.start,
            )
            if best_key is None or key < best_key:
                best, best_key = found, key
            if section is None and not found.differences and found.start >= after:
                break
        return best

    def _judge(self, place: Stretch, claim: Folded) -> Found:
        start, end = place.text.span(place.start, place.end)
        whole = Stretch(claim, 0, len(claim.skeleton))
        differences = gap_differences(place, whole)
        differences += edge_differences(place, whole)
        score = 1.0
        cut = [found for found in differences if found.kind is Kind.CUT]
        if cut:
            lost = sum(len(found.paper) - len(found.claimed) for found in cut)
            score = len(claim.skeleton) / (len(claim.skeleton) + max(lost, 1))
        found = Found(*self._widened(start, end, claim), score, differences)
        self._note_look_alikes(found, place.text, claim)
        return found

    def _widened(self, start: int, end: int, claim: Folded) -> tuple[int, int]:
        """Take in the marks around a stretch that the claim has as well."""
        text = self._text.text
        tail = claim.source[claim.origin[-1] + 1 :]
        if not text.startswith(tail, end):
            tail = tail[: len(tail) - len(tail.lstrip(".,;:!?)\"'”’"))]
            while not text.startswith(tail, end):
                tail = tail[:-1]
        end += len(tail)
        for mark in reversed(claim.source[: claim.origin[0]]):
            if not start or text[start - 1] != mark:
                break
            start -= 1
        for opening, closing in ("()", "[]"):
            if text.startswith(closing, end) and (
                text.count(opening, start, end) > text.count(closing, start, end)
            ):
                end += 1
        return start, end

    def _note_look_alikes(self, found: Found, paper: Folded, claim: Folded) -> None:
        if not paper.look_alikes and not claim.look_alikes:
            return
        differ, found.look_alike = look_alikes(paper, found.start, found.end, claim)
        if differ:
            text = self._text.text
            found.differences.append(
                Difference(
                    Kind.LOOK_ALIKE,
                    _words_at(claim.source, claim.look_alikes),
                    _words_at(
                        text,
                        [
                            at
                            for at in paper.look_alikes
                            if found.start <= at < found.end
                        ],
                    ),
                )
            )

    def _is_in(self, offset: int, section: str) -> bool:
        there = self._text.section_of(offset)
        return there is not None and there.kind == section

    def _citation_differences(
        self, quote: str, citations: list[tuple[int, int]], found: Found
    ) -> list[Difference]:
        """Citations in the claim that the paper does not have there."""
        if not citations:
            return []
        text = self._text.text
        # A citation may stand at the quote's very end.
        theirs = iter(
            fold(text[start:end]).skeleton
            for start, end in self._citations
            if found.start <= start <= found.end + 3
        )
        return [
            Difference(Kind.CITATION, quote[start:end], "")
            for start, end in citations
            if fold(quote[start:end]).skeleton not in theirs
        ]

    def _fuzzy(self, claim: Folded, section: str | None, after: int) -> Found | None:
        """Best place by words; None if none is like the claim."""
        if len(claim.tokens) < _FEWEST_TOKENS:
            return None
        from rapidfuzz.distance import Levenshtein

        paper = self._bare
        best: tuple[bool, float, bool, bool, int] | None = None
        chosen = None
        for blocks in self._index.alignments(claim):
            first, last = blocks[0][3], blocks[-1][4]
            if first >= last:
                continue
            place = Stretch(paper, paper.starts[first], paper.starts[last])
            score = Levenshtein.normalized_similarity(
                claim.skeleton,
                paper.skeleton[place.start : place.end],
                score_cutoff=LEAST_SCORE,
            )
            if score < LEAST_SCORE:
                continue
            start = paper.origin[place.start]
            away = section is not None and not self._is_in(start, section)
            # Whoever quotes leaves raised citations out: no place is less like
            # the quote for them.
            likeness = Levenshtein.normalized_similarity(
                claim.skeleton, uncited(paper, blocks)
            )
            key = (likeness < 1, -round(likeness, 2), away, start < after, start)
            if best is None or key < best:
                best, chosen = key, (score, place, blocks)
        if chosen is None:
            return None
        score, place, blocks = chosen
        start, end = paper.span(place.start, place.end)
        whole = Stretch(claim, 0, len(claim.skeleton))
        differences = word_differences(paper, claim, blocks)
        differences += edge_differences(place, whole)
        if not differences:
            # Only an exact match may pass without a remark.
            differences = [Difference(Kind.WORDING, claim.source, "")]
        found = Found(*self._widened(start, end, claim), score, differences)
        self._note_look_alikes(found, paper, claim)
        return found

    def _spliced(self, claim: Folded, after: int) -> Found | None:
        """Find a quote whose two parts stand apart, neither changed.

        A sentence that a figure or a column's end interrupts, or two
        statements made into one: the curator has to look.
        """
        paper = self._bare
        low, high = _PIECE, len(claim.tokens) - _PIECE
        if high < low or claim.skeleton[: claim.starts[low]] not in paper.skeleton:
            return None
        while low < high:  # the longest beginning that the paper has
            middle = (low + high + 1) // 2
            if claim.skeleton[: claim.starts[middle]] in paper.skeleton:
                low = middle
            else:
                high = middle - 1
        # Its last words may stand there by chance.
        for size in range(low, max(low - _PIECE, _PIECE - 1), -1):
            rest = fold(claim.source[claim.origin[claim.starts[size]] :])
            if rest.skeleton != claim.skeleton[claim.starts[size] :]:
                continue
            start = fold(claim.source[: claim.origin[claim.starts[size] - 1] + 1])
            first = self._exact(paper, start, None, after)
            second = self._exact(paper, rest, None, first.end if first else 0)
            if first is None or second is None:
                continue
            if first.differences or second.differences:
                continue
            if abs(self._page(first.start) - self._page(second.start)) > 1:
                continue
            share = max(len(start.skeleton), len(rest.skeleton)) / len(claim.skeleton)
            pieces = [(first.start, first.end), (second.start, second.end)]
            # The longer one stands for both, as it is more than a chance match.
            return Found(
                *max(pieces, key=lambda piece: piece[1] - piece[0]),
                share,
                [Difference(Kind.SPLICE, claim.source, "")],
                sorted(pieces),
            )
        return None

    def _page(self, offset: int) -> int:
        return self._text.page_of(offset)


def _occurrences(paper: Folded, skeleton: str, after: int) -> Iterator[int]:
    """Offsets in the skeleton: those from an offset in the text on, then all."""
    begin = bisect_left(paper.origin, after) if after else 0
    short = len(skeleton) < _SHORT
    for start, end in ((begin, len(paper.skeleton)), (0, begin + len(skeleton) - 1)):
        at = start - 1
        for _ in range(_OCCURRENCES):
            at = paper.skeleton.find(skeleton, at + 1, end)
            while at >= 0 and short and not paper.has_tokens(at, at + len(skeleton)):
                at = paper.skeleton.find(skeleton, at + 1, end)
            if at < 0:
                break
            yield at


def _severity(found: Found) -> int:
    """Nought without a difference, two for a quote that cuts a word."""
    if not found.differences:
        return 0
    return 1 + any(item.kind is Kind.CUT for item in found.differences)


def _words_at(text: str, offsets: list[int]) -> str:
    """Words of a text that hold the given characters."""
    words: list[str] = []
    for at in offsets:
        start = max(text.rfind(" ", 0, at), text.rfind("\n", 0, at)) + 1
        word = re.match(r"\S+", text[start:])
        if word and word[0] not in words:
            words.append(word[0])
    return " ".join(words)
