"""Where a claimed quote and the paper's stretch it was matched with differ."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from curation_kit.evidence.denying import denial_after, denial_before, denies
from curation_kit.evidence.folding import Folded, mixed_scripts
from curation_kit.evidence.gaps import TURNING, same_gap, sign_after, sign_before
from curation_kit.evidence.wording import kind_of
from curation_kit.records import Difference
from curation_kit.records import DifferenceKind as Kind

__all__ = [
    "Block",
    "Stretch",
    "edge_differences",
    "gap_differences",
    "look_alikes",
    "negated_omission",
    "uncited",
    "word_differences",
]

_HEAD = re.compile(r"\S+$")
_TAIL = re.compile(r"\S+")
#: Rest of a word that ends in a sign.
_SIGNED = re.compile(r"\S*\w[+⁺−⁻-](?![^\s.,;:)\]])")
_HIGH_CITATION = re.compile(r"[^\W\d_]{3,}[).,;]?\d[\d,–-]*")

#: Between two tokens, a sentence's end; what may stand for one in a quote.
_SENTENCE_END = re.compile(r"[.!?]\S*\s")
_BREAK = re.compile(r"[.!?:;|\n]")
#: Before a full stop that ends no sentence: "Dr", "J", "Table 2", "3.1".
_ABBREVIATED = re.compile(
    r"(?<![^\W_])(?:[^\W\d_]|al|approx|ca|cf|co|corp|dr|eds?|eqs?|etc|figs?|inc|ltd|mrs?"
    r"|nos?|prof|refs?|spp?|st|suppl?|tabs?|vols?|vs|(?-i:[A-Z])\w*\.?\s*S?\d+[A-Z]?"
    r"|\d+(?:\.\d+)*)$",
    re.IGNORECASE,
)
#: Longer than these are.
_ABBREVIATED_REACH = 24

#: Shorter words may be symbols, and their numbers a part of them.
_SHORTEST_WORD = 3

#: Block of an alignment: tag, claim tokens from, to, paper tokens from, to.
Block = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a folded text, by offsets in its skeleton."""

    text: Folded
    start: int
    end: int

    @property
    def first(self) -> int:
        """Number of the token in which it starts."""
        return bisect_right(self.text.starts, self.start) - 1

    @property
    def last(self) -> int:
        """Number of the token behind the one in which it ends."""
        return bisect_left(self.text.starts, self.end)


def gap_differences(paper: Stretch, claim: Stretch) -> list[Difference]:
    """Differences between the tokens of two stretches with the same skeleton."""
    ours, theirs = paper.text, claim.text
    first, last = paper.first, paper.last
    start, end = claim.first, claim.last
    shift = paper.start - claim.start
    if (
        last - first == end - start
        and ours.gaps[first + 1 : last] == (theirs.gaps[start + 1 : end])
    ):
        inner = theirs.starts[start + 1 : end]
        if ours.starts[first + 1 : last] == [at + shift for at in inner]:
            return []
    mine = dict(
        zip(ours.starts[first + 1 : last], ours.gaps[first + 1 : last], strict=True)
    )
    his = dict(
        zip(
            [at + shift for at in theirs.starts[start + 1 : end]],
            theirs.gaps[start + 1 : end],
            strict=True,
        )
    )
    found = []
    for at in sorted(mine.keys() | his.keys()):
        gap, claimed = mine.get(at, ""), his.get(at, "")
        if gap == claimed:
            continue
        text, place = (ours, at) if at in mine else (theirs, at - shift)
        index = bisect_left(text.starts, place)
        left, right = text.tokens[index - 1], text.tokens[index]
        joined = not (gap and claimed)  # IL−2 as IL2
        lost = ("-" in gap) != ("-" in claimed) and (
            _is_minus(ours, at, joined=joined)
            or _is_minus(theirs, at - shift, joined=joined)
        )
        joins = _joins_sentences(ours, at, claimed) or (
            _joins_sentences(theirs, at - shift, gap)
        )
        if not lost and not joins and same_gap(gap, claimed, left, right):
            continue
        found.append(
            Difference(
                Kind.SPLICE if joins else _gap_kind(left, right),
                _around(theirs, at - shift),
                _around(ours, at),
            )
        )
    return found


def _joins_sentences(text: Folded, at: int, other: str) -> bool:
    """Whether a sentence of a text ends at a place where the other text goes on.

    "It is in the gut. Muscle is dark" does not say that it is in the gut muscle.
    """
    index = bisect_left(text.starts, at)
    if (
        text.starts[index] != at
        or not _SENTENCE_END.search(text.gaps[index])
        or _BREAK.search(other)
        or not text.source[text.origin[at]].isupper()
    ):
        return False
    end = text.origin[at - 1] + 1
    return not _ABBREVIATED.search(text.source[max(end - _ABBREVIATED_REACH, 0) : end])


def _is_minus(text: Folded, at: int, *, joined: bool) -> bool:
    """Whether a place in the skeleton is a minus inside a word: ``CD4−CD8−``.

    A hyphen looks like it: a minus of Unicode beside a digit is one (``s−1``),
    unless the other text has what is around it as one word (``IL−2``, ``IL2``);
    any dash is behind a digit in a word that ends in a sign, and between letters
    a minus in such a word (``Lin−Sca1+``).
    """
    index = bisect_left(text.starts, at)
    if text.starts[index] != at or text.gaps[index] not in {"-", "^-"}:
        return False
    before, after = text.origin[at - 1], text.origin[at]
    raised = text.gaps[index] == "^-"
    typed = raised or "−" in text.source[before:after]
    behind = text.source[before].isdigit()
    ahead = text.source[after].isdigit() and (raised or not joined)
    if typed and (behind or ahead):
        return True
    return (typed or behind) and bool(_SIGNED.match(text.source, after))


def _gap_kind(left: str, right: str) -> Kind:
    if left.isdigit() and right.isdigit():
        return Kind.NUMBER
    if left.isalpha() and right.isalpha() and left in TURNING - {"a", "an", "de"}:
        return Kind.NEGATION
    return Kind.SIGN


def _around(text: Folded, at: int) -> str:
    """Words on both sides of a place in the skeleton."""
    return text.words(
        max(bisect_left(text.starts, at) - 1, 0),
        min(bisect_right(text.starts, at), len(text.tokens)),
    )


def edge_differences(paper: Stretch, claim: Stretch) -> list[Difference]:
    """Differences at the ends of a quote.

    A word cut in two, a sign left behind, or a negation left out just before
    the quote or just after it.
    """
    ours, theirs = paper.text, claim.text
    first, last = paper.first, paper.last
    found: list[Difference] = []
    gap = ours.gaps[first]
    if ours.starts[first] != paper.start or (
        first and _glued(gap, ours.tokens[first - 1], ours.tokens[first])
    ):
        found.append(_cut(paper, theirs, at_end=False))
    elif (has := sign_before(gap, ours.tokens[first])) != (
        said := sign_before(theirs.gaps[claim.first], theirs.tokens[claim.first])
    ):
        claimed = _led(said, theirs, claim.first) if said else ""
        found.append(Difference(Kind.SIGN, claimed, _led(has, ours, first)))
    denial = denial_before(ours, first)
    if denial is not None:
        found.append(Difference(Kind.NEGATION, "", ours.words(denial, first)))
    gap = ours.gaps[last]
    more = last < len(ours.tokens)
    if ours.starts[last] != paper.end or (
        more and _glued(gap, ours.tokens[last - 1], ours.tokens[last])
    ):
        found.append(_cut(paper, theirs, at_end=True))
    elif sign_after(gap, ours.tokens[last - 1]) != (
        said := sign_after(theirs.gaps[claim.last], theirs.tokens[claim.last - 1])
    ):
        claimed = theirs.words(claim.last - 1, claim.last) if said else ""
        found.append(Difference(Kind.SIGN, claimed, ours.words(last - 1, last)))
    denial = denial_after(ours, last)
    if denial is not None:
        found.append(Difference(Kind.NEGATION, "", ours.words(last, denial + 1)))
    return found


def _led(sign: str, text: Folded, index: int) -> str:
    """Word of a token, behind a sign that stands apart from it or is a point."""
    word = text.words(index, index + 1)
    return f"{sign}{word}" if word[:1].isalnum() else word


def _glued(gap: str, left: str, right: str) -> bool:
    """Whether two tokens are printed as one word: ``mec-4``, ``1.5``, ``CD4+``."""
    if gap in {".", ",", ":"}:
        return left.isdigit() or right.isdigit()
    return gap in {"", "-", "_", "^", "^-"}


def _cut(paper: Stretch, claim: Folded, *, at_end: bool) -> Difference:
    """Difference of a quote that starts or ends inside a word."""
    source = paper.text.source
    at = paper.text.span(paper.start, paper.end)[at_end]
    head = _HEAD.search(source, max(at - 60, 0), at)
    tail = _TAIL.match(source, at)
    begin, rest = head[0] if head else "", tail[0] if tail else ""
    if not at_end:
        word = (begin + rest).rstrip(".,;:")
        return Difference(Kind.CUT, claim.words(0, 1), word)
    rest = rest.rstrip(".,;:)]")
    # "neurons12,13": numbers set high, after a word, are citations as a rule.
    if _HIGH_CITATION.fullmatch(begin + rest):
        return Difference(Kind.CITATION, "", rest.lstrip(".,)"))
    last = claim.words(len(claim.tokens) - 1, len(claim.tokens))
    return Difference(Kind.CUT, last, begin + rest)


def look_alikes(
    paper: Folded, start: int, end: int, claim: Folded
) -> tuple[bool, bool]:
    """Whether look-alike letters differ between claim and paper, and occur."""
    ours = [paper.source[at] for at in paper.look_alikes if start <= at < end]
    theirs = [claim.source[at] for at in claim.look_alikes]
    if ours != theirs:
        return True, True
    return False, bool(ours) and mixed_scripts(paper.source[start:end])


def word_differences(
    paper: Folded, claim: Folded, blocks: list[Block]
) -> list[Difference]:
    """Differences of two stretches aligned word by word."""
    found: list[Difference] = []
    for tag, i, j, p, q in _merged(blocks):
        ours, theirs = paper.starts[p], claim.starts[i]
        same = (
            paper.skeleton[ours : paper.starts[q]]
            == (claim.skeleton[theirs : claim.starts[j]])
        )
        if tag == "equal" or same:
            found += gap_differences(
                Stretch(paper, ours, paper.starts[q]),
                Stretch(claim, theirs, claim.starts[j]),
            )
            continue
        claimed, printed = claim.words(i, j), paper.words(p, q)
        words = paper.tokens[p:q]
        # A part of a word that one of them lacks: show the word of both.
        if i == j and 0 < i < len(claim.tokens):
            claimed = _counterpart(paper, p, q, claim, i)
        elif p == q and 0 < p < len(paper.tokens):
            printed = _counterpart(claim, i, j, paper, p)
        if i == j and _is_number_citation(paper, p, q):
            found.append(Difference(Kind.CITATION, "", printed))
            continue
        kind = kind_of(claimed, printed, claim.tokens[i:j], words)
        found.append(Difference(kind, claimed, printed))
    return found


def uncited(paper: Folded, blocks: list[Block]) -> str:
    """Skeleton of the aligned stretch without numbers set as a citation.

    Those only that the claim leaves out.
    """
    kept = [
        paper.skeleton[paper.starts[p] : paper.starts[q]]
        for _, i, j, p, q in _merged(blocks)
        if i != j or not _is_number_citation(paper, p, q)
    ]
    return "".join(kept)


def _counterpart(text: Folded, first: int, last: int, other: Folded, at: int) -> str:
    """Word of the other text that lacks a part, where tokens are part of a word."""
    if first and _glued(text.gaps[first], text.tokens[first - 1], text.tokens[first]):
        return other.words(at - 1, at)
    more = last < len(text.tokens)
    if more and _glued(text.gaps[last], text.tokens[last - 1], text.tokens[last]):
        return other.words(at, at + 1)
    return ""


def _is_number_citation(paper: Folded, first: int, last: int) -> bool:
    """Whether tokens are numbers that are set as a citation: ``(12)``, ``cells12``."""
    if not all(token.isdigit() for token in paper.tokens[first:last]):
        return False
    before, after = paper.gaps[first], paper.gaps[last]
    if "(" in before and ")" in after:
        return True
    word = paper.tokens[first - 1] if first else ""
    return before in {"", ".", ","} and len(word) >= _SHORTEST_WORD and word.isalpha()


def _merged(blocks: list[Block]) -> list[Block]:
    """Put neighbouring differences together."""
    merged: list[Block] = []
    for block in blocks:
        if merged and "equal" not in {merged[-1][0], block[0]}:
            _, i, _, p, _ = merged[-1]
            merged[-1] = ("replace", i, block[2], p, block[4])
        else:
            merged.append(block)
    return merged


def negated_omission(paper: Folded, start: int, end: int) -> bool:
    """Whether a stretch of the source, left out of a quote, denies something."""
    first = bisect_left(paper.origin, start)
    last = bisect_left(paper.origin, end)
    return denies(
        paper, bisect_left(paper.starts, first), bisect_left(paper.starts, last)
    )
