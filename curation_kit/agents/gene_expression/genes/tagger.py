"""Which words of a sentence name genes or gene products: a tagger with weights.

A linear-chain conditional random field (Lafferty, McCallum and Pereira 2001)
over the words of a sentence. What it sees of a word: its letters, its shape, its
neighbours, and what the gene tables of all species know of it. The weights in
`data/gene_tagger.tsv.xz` are learnt by ``tests/quality/train_gene_tagger.py``.
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from curation_kit.vocabulary import GENE_SPECIES, genes

__all__ = ["LABELS", "Token", "Weights", "features", "tag_genes", "tokens"]

#: A word begins a name, goes on with one, or is outside of any.
LABELS = ("B", "I", "O")

_WEIGHTS = files(__package__) / "data" / "gene_tagger.tsv.xz"

_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_")
_SAME_AGAIN = re.compile(r"(.)\1+")

#: Full names have more words than this only in databases.
_LONGEST = 12

#: What a table tells is given by kind of name and by group of species.
_KINDS = {"symbol": "s", "alias": "a", "previous symbol": "a", "full name": "n"}
_GROUPS = {"human": "m", "mouse": "m", "rat": "m"}


class Token(NamedTuple):
    """A word, a number or a sign of a sentence, with its place."""

    text: str
    start: int
    end: int


class Weights(NamedTuple):
    """What the tagger has learnt.

    Attributes
    ----------
    state
        Feature → its weight for each of `LABELS`.
    step
        Weight of each label after each label, by (first, second).
    """

    state: dict[str, tuple[float, float, float]]
    step: dict[tuple[str, str], float]


def tokens(text: str) -> list[Token]:
    """Words, numbers and signs of a sentence, in order."""
    return [Token(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]


def tag_genes(text: str) -> list[tuple[int, int]]:
    """Spans of a sentence that name genes or gene products, in order.

    Families and complexes are among them: they are named, though no table has
    them.
    """
    words = tokens(text)
    spans: list[tuple[int, int]] = []
    inside = False
    for word, label in zip(words, _best_labels(features(text, words)), strict=True):
        if label == "I" and inside:
            spans[-1] = (spans[-1][0], word.end)
        elif label != "O":
            spans.append((word.start, word.end))
        inside = label != "O"
    return spans


def features(text: str, words: Sequence[Token]) -> list[list[str]]:
    """What the tagger sees of each word of a sentence."""
    known = _known(text, words)
    lower = [word.text.lower() for word in words]
    shapes = [_shape(word.text) for word in words]
    seen = []
    for i, word in enumerate(words):
        joined = i > 0 and words[i - 1].end == word.start
        low, mark, shape, size = lower[i], known[i], shapes[i], len(word.text)
        of_word = [
            f"w={low}",
            f"W={word.text}",
            f"s={shape}",
            f"d={mark}",
            f"j={joined:d}",
            f"n={min(size, 6)}",
            f"ds={mark}|{shape}",
            f"dn={mark}|{min(size, 5)}",
        ]
        for count in range(2, min(size, 5)):
            of_word += [f"-{count}={low[-count:]}", f"+{count}={low[:count]}"]
        for step in (-2, -1, 1, 2):
            if not 0 <= i + step < len(words):
                of_word.append(f"{step}w=#")
                continue
            beside = lower[i + step]
            of_word += [
                f"{step}w={beside}",
                f"{step}s={shapes[i + step]}",
                f"{step}d={known[i + step]}",
            ]
            if step in {-1, 1}:
                of_word += [f"{step}-3={beside[-3:]}", f"{step}dw={mark}|{beside}"]
        if i:
            of_word += [
                f"b={lower[i - 1]}|{low}",
                f"bs={shapes[i - 1]}|{shape}",
                f"bd={known[i - 1]}|{mark}",
            ]
        if i + 1 < len(words):
            of_word += [f"a={low}|{lower[i + 1]}", f"as={shape}|{shapes[i + 1]}"]
        of_word += [
            f"{'<' if step < 0 else '>'}{lower[i + step]}"
            for step in (-4, -3, 3, 4)
            if 0 <= i + step < len(words)
        ]
        seen.append(of_word)
    return seen


@lru_cache(maxsize=10_000)
def _shape(word: str) -> str:
    """Classes of the characters of a word: "Fgf8" is "Aa+0"."""
    classes = "".join(
        "0"
        if c.isdigit()
        else "g"
        if not c.isascii()
        else "A"
        if c.isupper()
        else "a"
        if c.islower()
        else c
        for c in word
    )
    return _SAME_AGAIN.sub(r"\1+", classes)


def _known(text: str, words: Sequence[Token]) -> list[str]:
    """What the tables know of each word, as part of the longest name they have."""
    marks = ["-"] * len(words)
    i = 0
    while i < len(words):
        last, mark = i, ""
        for j in range(i, min(len(words), i + _LONGEST)):
            name = text[words[i].start : words[j].end]
            if not (name[0].isalnum() and _begins_name(name)):
                break
            if (name[-1].isalnum() or name[-1] == ")") and (found := _in_tables(name)):
                last, mark = j, found
        if mark and last == i:
            marks[i] = f"B{mark}"
        elif mark:
            middle = [f"I{mark}+"] * (last - i - 1)
            marks[i : last + 1] = [f"B{mark}+", *middle, f"E{mark}+"]
        i = last + 1
    return marks


@lru_cache(maxsize=20_000)
def _begins_name(start: str) -> bool:
    return any(genes(species).has_names_like(start) for species in GENE_SPECIES)


@lru_cache(maxsize=20_000)
def _in_tables(name: str) -> str:
    """Kind of a name, whether it is spelled so, and whose: "s=m"; "" if unknown."""
    best = ""
    for spelled in (name, name.removesuffix("s") if len(name) > 4 else name):  # noqa: PLR2004 - "fos" is no plural
        for species in GENE_SPECIES:
            if found := genes(species).kind(spelled):
                kind, exact = found
                mark = _KINDS[kind] + ("=" if exact else "~")
                mark += _GROUPS.get(species, species[0])
                best = min(best or mark, mark, key=_order)
        if best:
            break
    return best


def _order(mark: str) -> tuple[int, int]:
    return "san".index(mark[0]), "=~".index(mark[1])


def _best_labels(seen: Sequence[Sequence[str]]) -> list[str]:
    """Likeliest labels of a sentence (Viterbi)."""
    state, step = _weights()
    scores: list[float] = []
    back: list[list[int]] = []
    steps = [[step.get((first, second), 0.0) for first in LABELS] for second in LABELS]
    for of_word in seen:
        begin = inside = outside = 0.0
        for feature in of_word:
            weights = state.get(feature)
            if weights:
                begin += weights[0]
                inside += weights[1]
                outside += weights[2]
        if not scores:
            scores = [begin, inside, outside]
            continue
        origin, reached = [], []
        for own, into in zip((begin, inside, outside), steps, strict=True):
            ways = [score + way for score, way in zip(scores, into, strict=True)]
            best = max(ways)
            origin.append(ways.index(best))
            reached.append(best + own)
        back.append(origin)
        scores = reached
    if not scores:
        return []
    label = scores.index(max(scores))
    path = [label]
    for origin in reversed(back):
        label = origin[label]
        path.append(label)
    return [LABELS[label] for label in reversed(path)]


@cache
def _weights() -> Weights:
    """Weights of the package, read once per process."""
    text = lzma.decompress(_WEIGHTS.read_bytes()).decode()
    state: dict[str, tuple[float, float, float]] = {}
    step: dict[tuple[str, str], float] = {}
    for line in text.splitlines():
        name, *values = line.split("\t")
        if len(values) == 1:
            step[name[0], name[1]] = float(values[0])
        else:
            begin, inside, outside = (float(value or 0) for value in values)
            state[name] = begin, inside, outside
    return Weights(state, step)
