"""Train the classifier on labelled sentences and write its weights.

python -m curation_kit.agents.gene_expression.curatable.train SENTENCES.TSV
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from curation_kit.agents.gene_expression.curatable.cues import cues
from curation_kit.agents.gene_expression.curatable.model import Floats, Model, terms
from curation_kit.agents.gene_expression.curatable.wording import wording

_FOLDS = 5
_SEED = 0
_STRENGTH = 2.0
#: Weight of a cue beside a word, whose vectors have length 1.
_CUE = 0.25


@dataclass(frozen=True, slots=True)
class Corpus:
    """Labelled sentences: their labels as numbers into `LABELS`, and their papers."""

    sentences: list[str]
    labels: NDArray[np.int64]
    papers: NDArray[np.str_]

    @classmethod
    def read(cls, path: Path) -> Corpus:
        """Read a table with PMID, SENTENCE and a 0/1 column per label."""
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        columns = ("FULLY_CURATABLE", "PARTIALLY_CURATABLE", "RELATED_LANGUAGE")
        labels = [[row[name] for name in columns] + ["1"] for row in rows]
        return cls(
            [row["SENTENCE"] for row in rows],
            np.array([row.index("1") for row in labels]),
            np.array([row["PMID"] for row in rows]),
        )

    def part(self, at: NDArray[np.intp]) -> Corpus:
        """Give some of the sentences."""
        return Corpus([self.sentences[i] for i in at], self.labels[at], self.papers[at])


def fit(corpus: Corpus, thresholds: Floats | None = None) -> Model:
    """Fit the three regressions."""
    texts = [wording(sentence) for sentence in corpus.sentences]
    words = TfidfVectorizer(
        analyzer=lambda text: list(terms(text)), min_df=2, sublinear_tf=True
    )
    counted = words.fit_transform(texts)
    told = np.array([cues(text) for text in texts])
    mean, spread = told.mean(axis=0), told.std(axis=0)
    scale = np.divide(_CUE, spread, out=np.zeros_like(spread), where=spread > 0)
    features = sparse.hstack([counted, (told - mean) * scale]).tocsr()
    fits = [
        LogisticRegression(C=_STRENGTH, solver="liblinear", random_state=_SEED).fit(
            features, corpus.labels <= question
        )
        for question in range(3)
    ]
    return Model(
        column={str(term): int(at) for term, at in words.vocabulary_.items()},
        idf=words.idf_,
        mean=mean,
        scale=scale,
        weights=np.vstack([one.coef_ for one in fits]),
        bias=np.concatenate([one.intercept_ for one in fits]),
        thresholds=np.full(3, 0.5) if thresholds is None else thresholds,
    )


def cross_validated(corpus: Corpus, seed: int = _SEED) -> Floats:
    """Nested probabilities of each sentence, from models that saw none of its paper."""
    folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=seed)
    nested = np.empty((len(corpus.labels), 3))
    for train, test in folds.split(corpus.labels, corpus.labels, corpus.papers):
        nested[test] = fit(corpus.part(train)).nested(corpus.part(test).sentences)
    return nested


def f1(gold: NDArray[np.bool_], found: NDArray[np.bool_]) -> float:
    """F1 of what was found."""
    return float(2 * (gold & found).sum() / (gold.sum() + found.sum()))


def best_thresholds(nested: Floats, labels: NDArray[np.int64]) -> Floats:
    """Give the threshold of each question with the highest F1."""
    tried = np.linspace(0.3, 0.7, 41)
    return np.array(
        [max(tried, key=lambda t: f1(labels <= k, nested[:, k] >= t)) for k in range(3)]
    )


def main(path: str) -> None:
    """Train, print the cross-validated F1 of the questions, and write the weights."""
    corpus = Corpus.read(Path(path))
    nested = cross_validated(corpus)
    thresholds = best_thresholds(nested, corpus.labels)
    for question in range(3):
        print(
            f1(corpus.labels <= question, nested[:, question] >= thresholds[question])
        )
    fit(corpus, thresholds).write(Path(__file__).with_name("weights.npz"))


if __name__ == "__main__":
    main(sys.argv[1])
