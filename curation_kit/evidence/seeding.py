"""Where in a paper a quote may stand that is not there to the letter."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from curation_kit.evidence.comparing import Block
from curation_kit.evidence.folding import Folded

__all__ = ["WordIndex"]

#: Word pairs that occur more often ("in the") do not seed a search.
_TOO_COMMON = 48
#: Shifts between quote and paper with the most seeds that are weighed.
_LIKELY = 12
#: Places that are compared word by word.
_PLACES = 4

_UNKNOWN = "\0"
#: Ends a sentence, as a gap.
_STOP = re.compile(r"[.!?;]\W*\s|\n\n")


class WordIndex:
    """The word pairs of a paper, and alignments of quotes with it.

    Each distinct word is one character of a string, so that the edit distance
    of two word sequences is that of two strings.
    """

    def __init__(self, paper: Folded) -> None:
        self._paper = paper
        codes: dict[str, str] = {}
        for token in paper.tokens:
            if token not in codes:
                number = len(codes) + 1
                codes[token] = chr(number + 0x800 * (number >= 0xD800))  # noqa: PLR2004 -- past the surrogates
        self._codes = codes
        self._coded = "".join([codes[token] for token in paper.tokens])
        self._pairs: dict[str, list[int]] = {}
        pairs = zip(self._coded, self._coded[1:], strict=False)
        for position, (left, right) in enumerate(pairs):
            self._pairs.setdefault(left + right, []).append(position)

    def alignments(self, claim: Folded) -> Iterator[list[Block]]:
        """Align a quote with its likeliest places, in paper tokens.

        Yields
        ------
        list of Block
            Starts and ends with tokens that both have or that are replaced.
        """
        coded = "".join([self._codes.get(token, _UNKNOWN) for token in claim.tokens])
        size = len(coded)
        seeds: dict[int, list[int]] = defaultdict(list)  # by shift
        for at in range(size - 1):
            positions = self._pairs.get(coded[at : at + 2])
            if positions is not None and len(positions) <= _TOO_COMMON:
                for position in positions:
                    seeds[position - at].append(at)
        # Words put in or left out shift what follows them.
        slack = 2 + size // 4
        likely = sorted(seeds, key=lambda shift: (-len(seeds[shift]), shift))
        around = {
            shift: range(shift - slack, shift + slack + 1) for shift in likely[:_LIKELY]
        }
        votes = {
            shift: sum(len(seeds[near]) for near in shifts if near in seeds)
            for shift, shifts in around.items()
        }
        taken: list[int] = []
        for shift in sorted(votes, key=lambda shift: -votes[shift]):
            if any(shift in around[other] for other in taken):
                continue
            taken.append(shift)
            hits = [
                (at, at + near)
                for near in around[shift]
                if near in seeds
                for at in seeds[near]
            ]
            first, last = min(hits), max(hits)
            # What the quote has before its first seed, the paper may have too.
            left = first[1] - first[0] - 2 * (first[0] > 0)
            rest = size - last[0]
            right = last[1] + rest + 2 * (rest > 2)  # noqa: PLR2004 -- a pair
            blocks = self._align(coded, max(left, 0), max(right, first[1] + 2))
            if blocks:
                yield blocks
            if len(taken) == _PLACES:
                return

    def _align(self, coded: str, left: int, right: int) -> list[Block]:
        # Only what agrees counts, so that the rest of the window costs nothing.
        from rapidfuzz.distance import LCSseq

        window = self._coded[left:right]
        blocks: list[Block] = []
        for code in LCSseq.opcodes(coded, window):
            start, end = left + code.dest_start, left + code.dest_end
            blocks.append((code.tag, code.src_start, code.src_end, start, end))
        equal = [at for at, block in enumerate(blocks) if block[0] == "equal"]
        if not equal:
            return []
        blocks = blocks[equal[0] : equal[-1] + 1]
        self._tighten(blocks)
        return self._completed(blocks, len(coded))

    def _completed(self, blocks: list[Block], size: int) -> list[Block]:
        """Give the first and last words of a quote that differ their counterparts.

        As many words of the paper's sentence as there are of the quote.
        """
        gaps = self._paper.gaps
        _, i, _, p, _ = blocks[0]
        if i:
            start = p
            while start and p - start < i and not _STOP.search(gaps[start]):
                start -= 1
            blocks = [("replace", 0, i, start, p), *blocks]
        _, _, j, _, q = blocks[-1]
        if j < size:
            end, most = q, len(self._coded)
            while end < most and end - q < size - j and not _STOP.search(gaps[end]):
                end += 1
            blocks = [*blocks, ("replace", j, size, q, end)]
        return blocks

    def _tighten(self, blocks: list[Block]) -> None:
        """Move a first or last word next to the others where it stands there too.

        Of two "the" before a quote's first noun the alignment may have taken
        the farther.
        """
        if len(blocks) > 2 and blocks[0][0] == "equal" and blocks[1][0] == "insert":  # noqa: PLR2004
            _, i, j, p, q = blocks[0]
            end = blocks[1][4]
            if self._coded[p:q] == self._coded[end - (q - p) : end]:
                blocks[:2] = [("equal", i, j, end - (q - p), end)]
        if len(blocks) > 2 and blocks[-1][0] == "equal" and blocks[-2][0] == "insert":  # noqa: PLR2004
            _, i, j, p, q = blocks[-1]
            start = blocks[-2][3]
            if self._coded[p:q] == self._coded[start : start + q - p]:
                blocks[-2:] = [("equal", i, j, start, start + q - p)]
