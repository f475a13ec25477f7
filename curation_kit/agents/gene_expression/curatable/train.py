"""Train the classifier on labelled sentences and write its weights and figures.

python -m curation_kit.agents.gene_expression.curatable.train SENTENCES.TSV

needs the extra ``train``. Cross-validates every variant, writes their figures into
``figures.tsv`` and the weights of the shipped one into ``weights.npz``, both beside
this file.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from curation_kit.agents.gene_expression.curatable import cues
from curation_kit.agents.gene_expression.curatable.model import (
    LABELS,
    Floats,
    Model,
    Reading,
    reading,
)
from curation_kit.agents.gene_expression.curatable.terms import BLOCKS

FOLDS = 5
SEED = 0
#: Inverse of the regularisation of the regressions.
_STRENGTH = 2.0
#: Spread of a cue; each block of terms has length 1.
_SPREAD = 0.25
#: Half of an F1 near 0.9 is the best threshold for F1 of calibrated probabilities
#: (Lipton et al. 2014, doi:10.1007/978-3-662-44851-9_15). The last one is lower, for
#: the corpus has about three times as many sentences without anything to curate per
#: curatable one as curators are given to judge (`FEWER`).
_THRESHOLDS = (0.45, 0.45, 0.3)
#: Weight of a sentence of ``none`` that makes them as frequent as the other kinds are
#: in the published test set (230 fully, 100 partially, 260 related) and 350 of none.
FEWER = 0.35
_RESAMPLES = 1000
QUESTIONS = ("fully", "fully or partially", "fully, partially or related")
SPLITS = ("by paper", "by sentence")
#: How often the sentences are split anew; figures are of all together.
REPEATS = 3

#: Source whose labels are told worst (MODEL_CARD.md, limits): figures are also given
#: without its sentences.
APART = "1000"

Bools = NDArray[np.bool_]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Labelled sentences as read: labels are numbers into `LABELS`."""

    readings: list[Reading]
    labels: NDArray[np.intp]
    papers: NDArray[np.str_]
    sources: NDArray[np.str_]

    @classmethod
    def read(cls, path: Path) -> Corpus:
        """Read a table: PMID, SENTENCE, SOURCE, a 0/1 column per label but ``none``."""
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        columns = ("FULLY_CURATABLE", "PARTIALLY_CURATABLE", "RELATED_LANGUAGE")
        return cls(
            [reading(row["SENTENCE"]) for row in rows],
            np.array([[*(row[c] for c in columns), "1"].index("1") for row in rows]),
            np.array([row["PMID"] for row in rows]),
            np.array([row["SOURCE"] for row in rows]),
        )

    def part(self, at: Indices) -> Corpus:
        """Give some of the sentences."""
        return Corpus(
            [self.readings[i] for i in at],
            self.labels[at],
            self.papers[at],
            self.sources[at],
        )

    def mixes(self) -> Iterator[tuple[str, Floats]]:
        """Name what figures are given for, and what each sentence weighs in it."""
        yield "", np.ones(len(self.labels))
        yield ", fewer none", np.where(self.labels == len(LABELS) - 1, FEWER, 1.0)
        yield f", without {APART}", (self.sources != APART).astype(float)


@dataclass(frozen=True, slots=True)
class Variant:
    """What a model looks at.

    Attributes
    ----------
    blocks
        Blocks of terms.
    cues
        Whether it counts cues.
    shapes
        The nested questions for which it looks at shapes of sentences.
    """

    blocks: tuple[str, ...] = tuple(BLOCKS)
    cues: bool = True
    shapes: tuple[int, ...] = (0, 1)

    def fit(self, corpus: Corpus) -> Model:
        """Fit the three regressions."""
        blocks = [self._block(corpus.readings, block) for block in self.blocks]
        idf = np.concatenate([one.idf_ for one, _ in blocks] or [np.empty(0)])
        told = np.array([one.measures for one in corpus.readings])
        mean, spread = told.mean(axis=0), told.std(axis=0)
        scale = np.divide(_SPREAD, spread, out=np.zeros_like(spread), where=spread > 0)
        told = (told - mean) * scale
        counted = sparse.hstack([*(x for _, x in blocks), sparse.csr_array(told)])
        weights, bias = np.zeros((3, counted.shape[1])), np.zeros(3)
        for question in range(3):
            used = self._used(question, len(idf), counted.shape[1])
            one = LogisticRegression(
                C=_STRENGTH, solver="liblinear", random_state=SEED
            ).fit(counted.tocsr()[:, used], corpus.labels <= question)
            weights[question, used], bias[question] = one.coef_[0], one.intercept_[0]
        names = [name for one, _ in blocks for name in one.get_feature_names_out()]
        return Model(
            column={str(name): at for at, name in enumerate(names)},
            idf=idf,
            mean=mean,
            scale=scale,
            weights=weights,
            bias=bias,
            thresholds=np.array(_THRESHOLDS),
        )

    @staticmethod
    def _block(
        readings: list[Reading], block: str
    ) -> tuple[TfidfVectorizer, sparse.csr_array]:
        counter = TfidfVectorizer(
            analyzer=lambda one: one.terms[block], min_df=2, sublinear_tf=True
        )
        return counter, counter.fit_transform(readings)

    def _used(self, question: int, terms_end: int, end: int) -> Indices:
        cues_end = terms_end + len(cues.NAMES)
        parts = [np.arange(terms_end)]
        if self.cues:
            parts.append(np.arange(terms_end, cues_end))
        if question in self.shapes:
            parts.append(np.arange(cues_end, end))
        return np.concatenate(parts)


#: Every variant; the last one is shipped.
VARIANTS = {
    "words": Variant(("words",), cues=False, shapes=()),
    "typed words": Variant(("typed",), cues=False, shapes=()),
    "cues": Variant((), shapes=()),
    "words and cues": Variant(("words",), shapes=()),
    "words, cues and shapes": Variant(("words",)),
    "all but shapes": Variant(shapes=()),
    "all": Variant(),
}


def splits(corpus: Corpus, split: str, seed: int) -> Iterator[tuple[Indices, Indices]]:
    """Split sentences into folds that share no paper, or only no sentence."""
    kind = StratifiedGroupKFold if split == "by paper" else StratifiedKFold
    folds = kind(FOLDS, shuffle=True, random_state=seed)
    papers = corpus.papers if split == "by paper" else None
    yield from folds.split(corpus.labels, corpus.labels, papers)


def cross_validated(corpus: Corpus, variant: Variant, split: str) -> Bools:
    """Answers to the nested questions by models that were fitted to other folds.

    Shape (repeats, sentences, 3); each repeat assigns sentences to folds anew.
    """
    found = np.empty((REPEATS, len(corpus.labels), 3), dtype=bool)
    for seed in range(REPEATS):
        for train, test in splits(corpus, split, seed):
            model = variant.fit(corpus.part(train))
            found[seed, test] = model.answers(corpus.part(test).readings)
    return found


def figures(
    corpus: Corpus, found: Bools, weight: Floats
) -> Iterable[tuple[str, float, float, float]]:
    """Name, F1 and 95 % interval, by resampling papers, of each nested question.

    F1 is that of the counts of all repeats together; `weight` is what each sentence
    counts.
    """
    _, paper = np.unique(corpus.papers, return_inverse=True)
    random = np.random.default_rng(SEED)
    papers = paper.max() + 1
    drawn = random.multinomial(papers, np.full(papers, 1 / papers), _RESAMPLES)
    for question, name in enumerate(QUESTIONS):
        gold, yes = corpus.labels <= question, found[:, :, question].mean(axis=0)
        counts = [np.bincount(paper, one * weight) for one in (gold * yes, yes, gold)]
        right, answered, asked = (drawn @ one for one in counts)
        low, high = np.quantile(2 * right / (answered + asked), [0.025, 0.975])
        right, answered, asked = (one.sum() for one in counts)
        yield name, float(2 * right / (answered + asked)), float(low), float(high)


def write_card(folder: Path) -> None:
    """Put the figures and today's date into the model card."""
    with (folder / "figures.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    cells: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        f1, low, high = (float(row[name]) for name in ("f1", "low", "high"))
        key = row["variant"], row["split"]
        cells.setdefault(key, []).append(f"{f1:.3f} ({low:.3f}–{high:.3f})")
    lines = [
        f"Measured on {datetime.now(UTC):%Y-%m-%d}.\n",
        f"| Variant | Folds | {' | '.join(QUESTIONS)} |",
        "|---|---|--:|--:|--:|",
        *(f"| {' | '.join([*key, *f1s])} |" for key, f1s in cells.items()),
    ]
    card = folder / "MODEL_CARD.md"
    head, mark, rest = card.read_text(encoding="utf-8").partition("<!-- figures -->\n")
    _, end, tail = rest.partition("<!-- end of figures -->")
    text = f"{head}{mark}" + "\n".join(lines) + f"\n{end}{tail}"
    card.write_text(text, encoding="utf-8")


def main(path: str) -> None:
    """Measure every variant and write the figures, then the weights."""
    corpus = Corpus.read(Path(path))
    here = Path(__file__)
    with here.with_name("figures.tsv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter="\t", lineterminator="\n")
        rows.writerow(["variant", "split", "question", "f1", "low", "high"])
        for name, variant in VARIANTS.items():
            for split in SPLITS:
                found = cross_validated(corpus, variant, split)
                for mix, weight in corpus.mixes():
                    for question, *numbers in figures(corpus, found, weight):
                        cells = (f"{x:.4f}" for x in numbers)
                        rows.writerow([name, split + mix, question, *cells])
                file.flush()
    variant.fit(corpus).write(here.with_name("weights.npz"))
    write_card(here.parent)


if __name__ == "__main__":
    main(sys.argv[1])
