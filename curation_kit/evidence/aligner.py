"""Find the quotes that somebody claims to be in a paper."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from curation_kit.documents.text import DocumentText
from curation_kit.evidence.citations import citation_spans
from curation_kit.evidence.comparing import (
    Stretch,
    edge_differences,
    gap_differences,
    look_alikes,
    negated_omission,
    word_differences,
)
from curation_kit.evidence.cutting import cut_evidence
from curation_kit.evidence.folding import Folded, fold
from curation_kit.evidence.seeding import WordIndex
from curation_kit.records import LOOK_ALIKE, Box, Difference, Evidence, Verification
from curation_kit.records import DifferenceKind as Kind

__all__ = ["Aligner"]

#: Least likeness of a quote that counts as found.
LEAST_SCORE = 0.8
#: Likeness of a quote that is not quite what the paper says is less than 1.
_NEARLY = 0.99
#: A shorter quote must be in the paper to the letter.
_FEWEST_TOKENS = 4
#: Words that each part of a quote in two pieces has at least.
_PIECE = 3
#: Occurrences of a quote that are looked at, from each start of the search.
_OCCURRENCES = 64
#: Characters that an ellipsis may leave out: about a paragraph.
_ELLIPSIS_REACH = 2000
#: Other places of its first part that are tried for a quote with an ellipsis.
_TRIES = 8

_ELLIPSIS = re.compile(
    r"\[\s*(?:…|\.\s?\.\s?\.)\s*\]|\(\s*(?:…|\.\.\.)\s*\)|…|\.\s?\.\s?\.+"
)
_TAG = re.compile(r"</?(?:i|b|em|strong|sub|u)>", re.IGNORECASE)
_SUPERSCRIPT = re.compile(r"<sup>(.*?)</sup>", re.IGNORECASE)
_STOPS = re.compile(r"[\"'”’)\]]*[.!?](?!\w)")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*\s*$")


@dataclass(slots=True)
class _Found:
    """A place in the paper, by offsets in its text, and what differs there."""

    start: int
    end: int
    score: float
    differences: list[Difference]
    parts: list[tuple[int, int]] = field(default_factory=list)
    look_alike: bool = False


class Aligner:
    """Finds quotes in one paper.

    Quotes and paper are compared by their words. No difference at all are:
    case, accents, ligatures, spaces and punctuation, quotation marks, kinds of
    dashes, soft hyphens, words broken at a line's end, Greek letters and their
    names, super- and subscripts, and citations in brackets that the quote
    leaves out, as ``[12]`` or ``(Smith et al., 2010)``; one that it adds or
    changes is a difference. What stands between digits, minus signs and signs
    such as that of ``CD4-`` always count.

    Parameters
    ----------
    text
        The paper. Preparing it costs some tens of milliseconds, once.
    """

    def __init__(self, text: DocumentText) -> None:
        self._text = text
        self._full = fold(text.text)
        self._citations = citation_spans(text.text)

    @cached_property
    def _bare(self) -> Folded:
        """The paper without its bracketed citations."""
        return self._full.without(self._citations)

    @cached_property
    def _index(self) -> WordIndex:
        return WordIndex(self._bare)

    def align(
        self, quote: str, *, section: str | None = None, after: int = 0
    ) -> Evidence:
        """Find a quote.

        Parameters
        ----------
        quote
            What somebody says is in the paper. ``…`` or ``[...]`` in it stands
            for words left out.
        section
            Of several places as good, take one in a section of this kind.
        after
            Of several places as good, take the first from this offset on.

        Returns
        -------
        Evidence
            ``verified``: the paper says the same, word for word, but for
            bracketed citations that were left out. A quote with an ellipsis
            is verified only if its parts are and what it leaves out is whole
            sentences without a negation: words left out of a sentence can
            give it another subject.

            ``approximate``: it is like a place of the paper, or a piece of it
            that a "not" or half a word before it was cut off from;
            `Evidence.differences` tells in which words, gravest first, and
            `Evidence.score` how alike they are (letters, 0 to 1).

            ``unsupported``: not found; page and offsets are None, the quote
            is empty.

            `Evidence.quote` is the paper's own text, and `Evidence.claimed`
            the given quote where that is different to the letter. The boxes
            of a quote with an ellipsis cover its parts only.
        """
        found = self._find(_plain(quote), section, max(after, 0))
        if found is None:
            return Evidence(quote="", claimed=quote)
        evidence = cut_evidence(self._text, found.start, found.end)
        differences = sorted(dict.fromkeys(found.differences), key=_gravity)
        if found.parts:
            evidence.boxes = [
                Box(*box) for part in found.parts for box in self._text.boxes(*part)
            ]
        if differences:
            evidence.verification = Verification.APPROXIMATE
            evidence.differences = differences
            evidence.score = min(found.score, _NEARLY)
        if found.look_alike and LOOK_ALIKE not in evidence.flags:
            evidence.flags.append(LOOK_ALIKE)
        if evidence.quote != quote:
            evidence.claimed = quote
        return evidence

    def align_all(
        self, quotes: Iterable[str], *, section: str | None = None
    ) -> list[Evidence]:
        """Find quotes that were taken from the paper in its order.

        A quote that stands at several places is looked for behind the one
        before it first.

        Parameters
        ----------
        quotes, section
            As for `align`.
        """
        found: list[Evidence] = []
        after = 0
        for quote in quotes:
            evidence = self.align(quote, section=section, after=after)
            after = evidence.end or after
            found.append(evidence)
        return found

    def _find(self, quote: str, section: str | None, after: int) -> _Found | None:
        full = fold(quote)
        if not full.skeleton:
            return None
        best = self._exact(self._full, full, section, after)
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
        if len(parts := _split(quote)) > 1:
            return self._elliptic(parts, section, after)
        if best is not None and best.score >= LEAST_SCORE:
            return best
        best = self._fuzzy(claim, section, after) or self._spliced(claim, after)
        if best is not None:
            best.differences += self._citation_differences(quote, citations, best)
        return best

    # ---- to the letter

    def _exact(
        self, paper: Folded, claim: Folded, section: str | None, after: int
    ) -> _Found | None:
        """Best place with the claim's skeleton; it may still have differences."""
        best: _Found | None = None
        best_key: tuple[bool, bool, bool, int] | None = None
        for at in _occurrences(paper, claim.skeleton, after):
            place = Stretch(paper, at, at + len(claim.skeleton))
            found = self._judge(place, claim)
            key = (
                bool(found.differences),
                section is not None and not self._is_in(found.start, section),
                found.start < after,
                found.start,
            )
            if best_key is None or key < best_key:
                best, best_key = found, key
            if section is None and not found.differences and found.start >= after:
                break
        return best

    def _judge(self, place: Stretch, claim: Folded) -> _Found:
        start, end = place.text.span(place.start, place.end)
        whole = Stretch(claim, 0, len(claim.skeleton))
        differences = gap_differences(place, whole)
        differences += edge_differences(place, whole)
        score = 1.0
        cut = [found for found in differences if found.kind is Kind.CUT]
        if cut:
            lost = sum(len(found.paper) - len(found.claimed) for found in cut)
            score = len(claim.skeleton) / (len(claim.skeleton) + max(lost, 1))
        found = _Found(*self._widened(start, end, claim), score, differences)
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

    def _note_look_alikes(self, found: _Found, paper: Folded, claim: Folded) -> None:
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
        self, quote: str, citations: list[tuple[int, int]], found: _Found
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

    # ---- nearly

    def _fuzzy(self, claim: Folded, section: str | None, after: int) -> _Found | None:
        """Best place by words; None if none is like the claim."""
        if len(claim.tokens) < _FEWEST_TOKENS:
            return None
        from rapidfuzz.distance import Levenshtein

        paper = self._bare
        best: tuple[float, bool, bool, int] | None = None
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
            key = (-round(score, 2), away, start < after, start)
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
        found = _Found(*self._widened(start, end, claim), score, differences)
        self._note_look_alikes(found, paper, claim)
        return found

    # ---- in pieces

    def _spliced(self, claim: Folded, after: int) -> _Found | None:
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
            return _Found(
                *(
                    pieces[0]
                    if first.start > second.start
                    else (first.start, first.end)
                ),
                share,
                [Difference(Kind.SPLICE, claim.source, "")],
                pieces,
            )
        return None

    def _page(self, offset: int) -> int:
        return self._text.page_of(offset)

    # ---- with words left out

    def _elliptic(
        self, parts: list[str], section: str | None, after: int
    ) -> _Found | None:
        """Parts of a quote in order, each near the one before it."""
        start = after
        for _ in range(_TRIES):
            chain = self._chain(parts, section, start)
            if not chain:
                return None
            if len(chain) == len(parts):
                return self._joined(chain, sum(map(len, parts)), parts)
            if chain[0].start < start:
                return None
            start = chain[0].end
        return None

    def _chain(self, parts: list[str], section: str | None, after: int) -> list[_Found]:
        chain: list[_Found] = []
        for part in parts:
            found = self._find(part, section, chain[-1].end if chain else after)
            if found is None:
                return chain
            if chain and not 0 <= found.start - chain[-1].end <= _ELLIPSIS_REACH:
                return chain
            chain.append(found)
        return chain

    def _joined(self, chain: list[_Found], size: int, parts: list[str]) -> _Found:
        differences = [found for part in chain for found in part.differences]
        for before, following in zip(chain, chain[1:], strict=False):
            differences += self._omission(before.end, following.start)
        score = sum(
            found.score * len(part) for found, part in zip(chain, parts, strict=True)
        )
        return _Found(
            chain[0].start,
            chain[-1].end,
            score / size,
            differences,
            [(found.start, found.end) for found in chain],
            any(found.look_alike for found in chain),
        )

    def _omission(self, start: int, end: int) -> list[Difference]:
        """What is wrong with leaving a stretch of the paper out."""
        omitted = " ".join(self._text.text[start:end].split())
        if negated_omission(self._full, start, end):
            return [Difference(Kind.NEGATION, "…", omitted)]
        # Between sentences: the full stop is not part of the words before it.
        text = self._text.text
        begins = _SENTENCE_END.search(text[max(start - 3, 0) : start]) or (
            _STOPS.match(text, start, end)
        )
        if begins and _SENTENCE_END.search(text[max(start - 3, 0) : end]):
            return []
        return [Difference(Kind.OMISSION, "…", omitted)]


def _plain(quote: str) -> str:
    """Take the marks of HTML out of a quote."""
    if "<" not in quote:
        return quote
    return _TAG.sub("", _SUPERSCRIPT.sub(r"^\1", quote))


def _split(quote: str) -> list[str]:
    parts = (part.strip() for part in _ELLIPSIS.split(quote))
    return [part for part in parts if any(map(str.isalnum, part))]


def _occurrences(paper: Folded, skeleton: str, after: int) -> Iterator[int]:
    """Offsets in the skeleton: those from an offset in the text on, then all."""
    begin = bisect_left(paper.origin, after) if after else 0
    for start, end in ((begin, len(paper.skeleton)), (0, begin + len(skeleton) - 1)):
        at = start - 1
        for _ in range(_OCCURRENCES):
            at = paper.skeleton.find(skeleton, at + 1, end)
            if at < 0:
                break
            yield at


def _words_at(text: str, offsets: list[int]) -> str:
    """Words of a text that hold the given characters."""
    words: list[str] = []
    for at in offsets:
        start = max(text.rfind(" ", 0, at), text.rfind("\n", 0, at)) + 1
        word = re.match(r"\S+", text[start:])
        if word and word[0] not in words:
            words.append(word[0])
    return " ".join(words)


def _gravity(difference: Difference) -> int:
    return _KINDS.index(difference.kind)


_KINDS = list(Kind)
