"""Find the quotes that somebody claims to be in a paper."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from itertools import pairwise

from curation_kit.documents.text import DocumentText
from curation_kit.evidence.comparing import negated_omission
from curation_kit.evidence.cutting import cut_evidence
from curation_kit.evidence.search import LEAST_SCORE, Found, Search
from curation_kit.records import LOOK_ALIKE, Box, Difference, Evidence, Verification
from curation_kit.records import DifferenceKind as Kind

__all__ = ["Aligner"]

#: Likeness of a quote that is not quite what the paper says is less than 1.
_NEARLY = 0.99
#: Characters that an ellipsis may leave out: about a paragraph.
_ELLIPSIS_REACH = 2000
#: Other places of its first part that are tried for a quote with an ellipsis.
_TRIES = 8

_ELLIPSIS = re.compile(
    r"\[\s*(?:…|\.\s?\.\s?\.)\s*\]|\(\s*(?:…|\.\.\.)\s*\)|…|\.\s?\.\s?\.+"
)
_TAG = re.compile(r"</?(?:i|b|em|strong|sub|u)>", re.IGNORECASE)
_SUPERSCRIPT = re.compile(r"<sup>([^<]*)</sup>", re.IGNORECASE)
_ENTITY = re.compile(r"&#?\w{1,10};")
_STOPS = re.compile(r"[\"'”’)\]]*[.!?](?!\w)")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*\s*$")


class Aligner:
    """Finds quotes in one paper.

    Quotes and paper are compared by their words. No difference at all are:
    case, accents, ligatures, spaces and punctuation, quotation marks, kinds of
    dashes, soft hyphens, words broken at a line's end, Greek letters and their
    names, super- and subscripts, and citations in brackets that the quote
    leaves out, as ``[12]`` or ``(Smith et al., 2010)``; one that it adds or
    changes is a difference. What stands between digits, minus signs, signs
    such as that of ``CD4-`` and the end of a sentence always count.

    Parameters
    ----------
    text
        The paper. Preparing it costs some tens of milliseconds, once.
    """

    def __init__(self, text: DocumentText) -> None:
        self._text = text
        self._search = Search(text)

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
            that a "not" or half a word before it was cut off from, or two
            places whose words follow each other in the quote only (a
            sentence that a figure interrupts, or a splice: then the quote is
            the longer piece, the boxes are those of both);
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

    def _find(self, quote: str, section: str | None, after: int) -> Found | None:
        best = self._search.to_the_letter(quote, section, after)
        if best and (not best.differences or best.score >= LEAST_SCORE):
            return best
        if len(parts := _split(quote)) > 1:
            return self._elliptic(parts, section, after)
        return self._search.nearly(quote, section, after)

    # ---- with words left out

    def _elliptic(
        self, parts: list[str], section: str | None, after: int
    ) -> Found | None:
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

    def _chain(self, parts: list[str], section: str | None, after: int) -> list[Found]:
        chain: list[Found] = []
        for part in parts:
            found = self._find(part, section, chain[-1].end if chain else after)
            if found is None:
                return chain
            if chain and not 0 <= found.start - chain[-1].end <= _ELLIPSIS_REACH:
                return chain
            chain.append(found)
        return chain

    def _joined(self, chain: list[Found], size: int, parts: list[str]) -> Found:
        differences = [found for part in chain for found in part.differences]
        for before, following in pairwise(chain):
            differences += self._omission(before.end, following.start)
        score = sum(
            found.score * len(part) for found, part in zip(chain, parts, strict=True)
        )
        return Found(
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
        if negated_omission(self._search.full, start, end):
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
    if "<" in quote:
        quote = _TAG.sub("", _SUPERSCRIPT.sub(r"^\1", quote))
    if "&" in quote:
        quote = _ENTITY.sub(lambda entity: unescape(entity[0]), quote)
    return quote


def _split(quote: str) -> list[str]:
    parts = (part.strip() for part in _ELLIPSIS.split(quote))
    return [part for part in parts if any(map(str.isalnum, part))]


def _gravity(difference: Difference) -> int:
    return _KINDS.index(difference.kind)


_KINDS = list(Kind)
