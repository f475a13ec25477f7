"""How grave it is that a quote has other words than the paper."""

from __future__ import annotations

import re

from curation_kit.records import DifferenceKind as Kind

__all__ = ["NEGATIONS", "kind_of"]

#: Words, folded, that deny. "isn't" is the tokens "isn" and "t".
NEGATIONS = frozenset(
    [
        "no",
        "not",
        "non",
        "none",
        "never",
        "neither",
        "nor",
        "without",
        "absent",
        "absence",
        "lack",
        "lacks",
        "lacked",
        "lacking",
        "cannot",
        "fail",
        "fails",
        "failed",
        "failing",
        "failure",
        "undetectable",
        "undetected",
        "unable",
        "nothing",
        "nowhere",
        "rarely",
        "hardly",
        "barely",
        "scarcely",
        "t",
        "hasn",
        "isn",
        "wasn",
        "doesn",
        "didn",
        "aren",
        "weren",
        "couldn",
        "devoid",
        "negative",
        "except",
        "excluding",
        "unlike",
        "unlikely",
        "doubt",
        "doubtful",
        "whether",
    ]
)
#: Beginnings of words that have an opposite.
_OPPOSITE = re.compile(
    "increas|decreas|upreg|downreg|up$|down$|upstr|downstr|high|low|elevat|reduc"
    "|enhanc|diminish|suppress|activ|inactiv|inhibit|repress|induc|promot|prevent"
    "|block|anteri|posteri|rostr|caud|dors|ventr|proxim|dist|left|right|earl|late"
    "|strong|weak|before|after|gain|los[st]|present|more|less|few|larg|small|long"
    "|short|matern|patern|zygot|apic|bas[ae]l|media[ln]|inner|outer|intern|extern"
    "|upper|male|female|positiv|wild|mutant|over|under|cis$|trans$|embryon|larva"
    "|adult|prenat|postnat|pre$|post$|begin|start|stop|ceas|most|least|minim|maxim"
    "|above|below|inside|outside|gof$|lof$|agonist|antagonist|hyper|hypo|with$|same"
    "|similar|different|unchanged|chang|stab|unstab|sensitiv|resist|homozyg|heterozyg"
)
_NUMBERS = frozenset(
    [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "hundred",
        "thousand",
        "half",
        "twice",
        "double",
        "triple",
        "both",
        "all",
        "some",
        "many",
        "several",
        "each",
        "every",
        "any",
        "only",
        "single",
        "first",
        "second",
        "third",
        "once",
        "percent",
        "fold",
    ]
)
#: Words whose change leaves a statement what it was.
_LITTLE = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "by",
        "from",
        "and",
        "that",
        "which",
        "this",
        "these",
        "those",
        "it",
        "its",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "has",
        "have",
        "had",
        "as",
        "we",
        "our",
        "here",
        "there",
        "thus",
        "also",
        "then",
        "eg",
        "ie",
        "et",
        "al",
        "fig",
        "figs",
        "figure",
        "figures",
        "s",
    ]
)
_PREFIXES = ("un", "in", "im", "ir", "non", "dis", "de", "a", "anti", "mis")
#: Likeness from which on two words are one, misspelt.
_SLIP = 0.86


def kind_of(  # noqa: PLR0911 -- one return per kind
    claimed: str, paper: str, claim_words: list[str], words: list[str]
) -> Kind:
    """Tell what is at stake where words differ.

    Parameters
    ----------
    claimed, paper
        The differing words as written.
    claim_words, words
        The same, as folded tokens.
    """
    from rapidfuzz.distance import Levenshtein

    both = [*claim_words, *words]
    ours, theirs = "".join(words), "".join(claim_words)
    if NEGATIONS.intersection(both) or _denies(ours, theirs) or _denies(theirs, ours):
        return Kind.NEGATION
    if any(_OPPOSITE.match(word) for word in both):
        return Kind.OPPOSITE
    if any(word in _NUMBERS for word in both) or any(map(str.isdigit, both)):
        return Kind.NAME if _is_name(claimed) or _is_name(paper) else Kind.NUMBER
    if not _LITTLE.issuperset(both):
        if any(not word[0].isalnum() for word in both):
            return Kind.SIGN
        if _is_name(claimed) or _is_name(paper):
            return Kind.NAME
        if Levenshtein.normalized_similarity(ours, theirs) < _SLIP:
            return Kind.WORD
    return Kind.WORDING


def _denies(word: str, other: str) -> bool:
    return bool(other) and any(word == prefix + other for prefix in _PREFIXES)


def _is_name(text: str) -> bool:
    """Whether a word looks like a symbol: letters with digits, capitals inside."""
    return any(
        (any(map(str.isdigit, word)) and any(map(str.isalpha, word)))
        or any(map(str.isupper, word[1:]))
        for word in text.split()
    )
