"""The classifier itself: weights read once, probabilities and labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from curation_kit.agents.gene_expression.curatable.cues import cues
from curation_kit.agents.gene_expression.curatable.shapes import shapes
from curation_kit.agents.gene_expression.curatable.terms import BLOCKS, terms
from curation_kit.agents.gene_expression.curatable.wording import wording

__all__ = ["LABELS", "Model", "Reading", "classify", "probabilities", "reading"]

#: What a sentence can be, from the most to the least useful to a curator.
LABELS = ("fully", "partially", "related", "none")

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the classifier sees of a sentence.

    Attributes
    ----------
    measures
        Its cues and shapes, shape (measures,).
    terms
        Its terms, per block.
    """

    measures: Floats
    terms: dict[str, list[str]]


def reading(sentence: str) -> Reading:
    """Read a sentence."""
    text = wording(sentence)
    return Reading(
        np.array([*cues(text), *shapes(text)], dtype=float),
        {block: terms(text, block) for block in BLOCKS},
    )


@dataclass(frozen=True, slots=True)
class Model:
    """Three logistic regressions over terms and cues, one per nested question.

    The questions are "fully?", "at least partially?" and "at least related?".

    Attributes
    ----------
    column
        Column of each known term.
    idf
        Inverse document frequency per term, shape (terms,).
    mean, scale
        What is subtracted from cues and shapes, and what they are multiplied with;
        both of shape (measures,).
    weights
        Shape (3, terms + measures).
    bias
        Shape (3,).
    thresholds
        Probability from which each question is answered with yes, shape (3,).
    """

    column: dict[str, int]
    idf: Floats
    mean: Floats
    scale: Floats
    weights: Floats
    bias: Floats
    thresholds: Floats

    @classmethod
    def read(cls, path: Path) -> Model:
        """Read weights from an ``.npz`` file, without pickle."""
        with np.load(path, allow_pickle=False) as kept:
            parts = {name: kept[name] for name in kept.files}
        column = {term: at for at, term in enumerate(parts.pop("terms").tolist())}
        return cls(column, **{name: part.astype(float) for name, part in parts.items()})

    def write(self, path: Path) -> None:
        """Write the weights; the same weights give the same bytes."""
        np.savez_compressed(
            path,
            allow_pickle=False,
            terms=np.array(sorted(self.column, key=self.column.__getitem__)),
            idf=self.idf.astype(np.float32),
            mean=self.mean.astype(np.float32),
            scale=self.scale.astype(np.float32),
            weights=self.weights.astype(np.float32),
            bias=self.bias.astype(np.float32),
            thresholds=self.thresholds.astype(np.float32),
        )

    def nested(self, readings: Sequence[Reading]) -> Floats:
        """Probability that the answer to each nested question is yes, (n, 3)."""
        scores = np.array([self._score(one) for one in readings]).reshape(-1, 3)
        # What is fully curatable is also at least partially so.
        nested: Floats = np.maximum.accumulate(1 / (1 + np.exp(-scores)), axis=1)
        return nested

    def _score(self, one: Reading) -> Floats:
        measured = (one.measures - self.mean) * self.scale
        score: Floats = self.weights[:, len(self.idf) :] @ measured + self.bias
        for block in BLOCKS:
            counts = Counter(
                self.column[term] for term in one.terms[block] if term in self.column
            )
            at = np.fromiter(counts.keys(), dtype=np.intp, count=len(counts))
            much = np.fromiter(counts.values(), dtype=float, count=len(counts))
            much = (1 + np.log(much)) * self.idf[at]
            if len(at):
                score += self.weights[:, at] @ (much / np.linalg.norm(much))
        return score

    def answers(self, readings: Sequence[Reading]) -> NDArray[np.bool_]:
        """Answers to the nested questions, (n, 3); a yes is one to those after it."""
        yes = self.nested(readings) >= self.thresholds
        return np.logical_or.accumulate(yes, axis=1)

    def labels(self, readings: Sequence[Reading]) -> list[str]:
        """Label sentences by the first question whose answer is yes."""
        yes = self.answers(readings)
        none = np.ones((len(readings), 1), dtype=bool)
        return [LABELS[at] for at in np.hstack([yes, none]).argmax(axis=1)]


@cache
def _shipped() -> Model:
    with as_file(files(__package__) / "weights.npz") as path:
        return Model.read(path)


def classify(sentences: Sequence[str]) -> list[str]:
    """Tell how curatable sentences are for gene expression.

    Parameters
    ----------
    sentences
        Each with or without punctuation; characters after the first 2,000 are not
        read.

    Returns
    -------
    list of str
        For each sentence ``fully`` (names a gene and where or when it is expressed),
        ``partially`` (one of both is missing), ``related`` (speaks of expression but
        states no such finding) or ``none``.

    Raises
    ------
    TypeError
        If `sentences` is one string, or holds something else than strings.
    """
    return _shipped().labels(_readings(sentences))


def probabilities(sentences: Sequence[str]) -> Floats:
    """Give the probability of each label for sentences.

    Returns
    -------
    numpy.ndarray
        Shape (n, 4), columns in the order of :data:`LABELS`; rows sum to 1. A label of
        :func:`classify` need not be the likeliest one: its thresholds favour F1.

    Raises
    ------
    TypeError
        As of :func:`classify`.
    """
    nested = _shipped().nested(_readings(sentences))
    return np.diff(nested, axis=1, prepend=0.0, append=1.0)


def _readings(sentences: Sequence[str]) -> list[Reading]:
    """Read sentences; one string would be taken for its letters."""
    if isinstance(sentences, str):
        raise TypeError("A single sentence is not a list: write [sentence].")
    for position, sentence in enumerate(sentences):
        if not isinstance(sentence, str):
            raise TypeError(
                f"Sentence {position} is {sentence!r}: only strings can be read."
            )
    return [reading(sentence) for sentence in sentences]
