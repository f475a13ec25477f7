"""Words around a quote, left out of it, that deny what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curation_kit.evidence.folding import Folded
from curation_kit.evidence.wording import NEGATIONS

__all__ = ["denial_after", "denial_before", "denies"]

#: Words before a quote in which any negation would reach into it.
_REACH = 3
#: These deny a noun; the others all that follows in their clause.
_OF_NOUNS = re.compile(
    "absen|devoid|excep|exclud|failure|lack|negative|non$|undetect|unlike$|without"
)
_SENTENCE_END = re.compile(r"[.;:!?]|\n\n")
_CLAUSE_END = re.compile(r"[.,;:!?(\[]|\n\n")
#: Begin a clause that a negation ahead of it does not reach into.
_BEGINNINGS = re.compile(
    "(but|whereas|while|although|though|however|because|since|which|who|whose"
    "|when|where|unless|until)$"
)
#: So do these, unless the negation is near: "no gut and tail".
_JOINTS = frozenset({"and", "only"})
#: Begin what goes on behind words set in commas; a noun would be a new subject.
_VERBS = re.compile(
    "(is|are|was|were|be|been|has|have|had|do|does|did|can|could|may|might|will"
    "|would|shall|should|must|seen|found|shown|.+ed)$"
)
#: Phrases with a negative word that deny nothing.
_PHRASES = re.compile(
    r"no (?:fewer|less|doubt)\b|not (?:surprising|unexpected|(?:only|just|merely)\b)"
    r"|without doubt\b"
)
#: So is "doubt" behind these.
_NO = frozenset({"no", "without", "beyond", "little"})
#: A relative clause that has ended, as the next verb is finite for sure, which "found"
#: or "detected" is not: that of "embryos that were not treated had".
_RELATIVE = re.compile(
    r"(?:that|which|who) (?:is|are|was|were) (?:not|never) \S+ed "
    "(?:show(?:ed|s)?|is|are|was|were|has|have|had|do|does|did|can|could|may|might"
    "|will|would)"
)
#: ... and one whose verb is that of the sentence, too: "cells that no longer express A
#: express".
_SAME_VERB = re.compile(
    r"(?:\S+ )?(?:that|which|who) (?:(?:do|does|did) not|no longer|never) (\S+)"
    r"(?: (?!and |n?or )\S+){1,4} \1"
)
#: Commas around words that a sentence goes on behind.
_PAIR = 2
#: Between a verb and the "no" that denies it.
_PREPOSITIONS = frozenset({"at", "by", "from", "in", "of", "on", "to", "with"})


def denies(text: Folded, start: int, end: int) -> bool:
    """Whether one of some tokens denies."""
    return any(_is_negation(text, index, end) for index in range(start, end))


def denial_before(text: Folded, first: int) -> int | None:
    """Token ahead of a quote that denies it, if there is one.

    Parameters
    ----------
    text
        The paper.
    first
        The first token of the quote.

    Returns
    -------
    int or None
        A negation in the same clause, over words in brackets or in a pair of
        commas: "no reporter, in any of the tissues, was [seen in the gut]".
        One that denies a noun only ("cells lacking it") is near the quote. An
        "if" denies as well: "we tested if [it is in the gut]" does not say so.
    """
    joined = text.tokens[first] in _JOINTS
    for index in _clause(text, first):
        token = text.tokens[index]
        far = index < first - _REACH
        if (_is_negation(text, index, first) or _is_if(text, index)) and not (
            (far and (joined or _OF_NOUNS.match(token)))
            or _in_relative(text, index, first)
        ):
            return index
        joined = joined or token in _JOINTS
    return None


def _clause(text: Folded, first: int) -> Iterator[int]:
    """Tokens ahead of one in its clause, the nearest first."""
    depth = commas = 0
    for index in range(first, 0, -1):
        token, gap = text.tokens[index], text.gaps[index]
        aside = depth or commas == 1
        if _SENTENCE_END.search(gap) or (not aside and _BEGINNINGS.match(token)):
            return
        for mark in reversed(gap):
            depth += (mark in ")]") - (mark in "([")
            if depth < 0:  # the quote is in the brackets
                return
            if mark == "," and not depth:
                if commas == _PAIR or not (commas or _VERBS.match(token)):
                    return
                commas += 1
        if not depth and commas != 1:
            yield index - 1


def _is_if(text: Folded, index: int) -> bool:
    """Whether a token is the "if" of "we tested if", not immunofluorescence, IF."""
    if text.tokens[index] != "if":
        return False
    return text.source[text.origin[text.starts[index] + 1]] == "f"


def _in_relative(text: Folded, index: int, first: int) -> bool:
    """Whether a negation is in a relative clause that has ended before a token.

    Only where this is beyond doubt: two words ahead of the negation, the participle
    that it denies right behind it, and then the verb of the sentence, which may be
    the token itself. "Not yet", "not seem to have been" go on in the clause. Or the
    token is the verb that is denied, again.
    """
    words = text.tokens[max(index - 2, 0) : min(index + 2, first) + 1]
    if _RELATIVE.fullmatch(" ".join(words)):
        return True
    words = text.tokens[max(index - 2, 0) : first + 1]
    return _SAME_VERB.fullmatch(" ".join(words)) is not None


def denial_after(text: Folded, last: int) -> int | None:
    """Token right behind a quote that denies it: "was expressed" in no tissue."""
    at = last + (not _PREPOSITIONS.isdisjoint(text.tokens[last : last + 1]))
    if _CLAUSE_END.search(text.gaps[last]) or _CLAUSE_END.search(text.gaps[at]):
        return None
    return at if _is_negation(text, at, len(text.tokens)) else None


def _is_negation(text: Folded, index: int, end: int) -> bool:
    """Whether a token denies, by the tokens before an end: "not [only in the gut]"."""
    if index >= len(text.tokens) or text.tokens[index] not in NEGATIONS:
        return False
    if _PHRASES.match(" ".join(text.tokens[index : min(index + 2, end)])):
        return False
    if text.tokens[index] == "doubt" and text.tokens[index - 1] in _NO:
        return False
    # The "t" of "can't", not that of "T cells".
    return text.tokens[index] != "t" or text.gaps[index] == "'"
