"""Classifier of curatable sentences.

F1 of the three nested questions on 1,688 sentences of WormBase papers (Alliance of
Genome Resources, MIT), by five-fold cross-validation. "By paper" no paper is in both
the training and the test part; "by sentence" the folds ignore papers. The interval
comes from resampling papers. The shipped variant is measured anew for this report;
the other variants as when they were trained. The published figures of a fine-tuned
GPT-4o are 0.925, 0.942 and 0.957, on a test set of the same origin that is not here.
More variants, and what limits them: `curatable/MODEL_CARD.md`.
"""

from __future__ import annotations

import csv
import time
from pathlib import Path

from figures import Figure

from curation_kit.agents.gene_expression import classify, curatable

CORPUS = (
    Path(__file__).resolve().parents[3]
    / "shared/data/corpora/agr_expression_sentences/sentences.tsv"
)
_TARGETS = (0.90, 0.93, 0.955)
_SENTENCES = 1000


def recorded() -> dict[tuple[str, str, str], tuple[float, float, float]]:
    """F1 and its interval by variant, split and question, as the training wrote it."""
    path = Path(curatable.__file__).with_name("figures.tsv")
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["variant"], row["split"], row["question"]): (
                float(row["f1"]),
                float(row["low"]),
                float(row["high"]),
            )
            for row in csv.DictReader(file, delimiter="\t")
        }


def shipped() -> list[Figure]:
    """Cross-validate the shipped variant again; needs scikit-learn."""
    from curation_kit.agents.gene_expression.curatable import train

    corpus = train.Corpus.read(CORPUS)
    variant = list(train.VARIANTS.values())[-1]
    return [
        Figure(
            f"F1, cross-validated {split}",
            name,
            *numbers,
            int((corpus.labels <= question).sum()),
            _TARGETS[question] if split == "by paper" else None,
        )
        for split in train.SPLITS
        for question, (name, *numbers) in enumerate(
            train.figures(corpus, train.cross_validated(corpus, variant, split))
        )
    ]


def others() -> list[Figure]:
    """Figures of the variants that were tried, as recorded."""
    return [
        Figure(f"Variants tried, {question}, by paper", variant, *numbers, 0)
        for (variant, split, question), numbers in recorded().items()
        if split == "by paper"
    ]


def speed() -> Figure:
    """Sentences labelled per second by one core, after the weights are read."""
    with CORPUS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))[:_SENTENCES]
    sentences = [row["SENTENCE"] for row in rows]
    classify(sentences[:1])
    began = time.perf_counter()
    classify(sentences)
    rate = len(sentences) / (time.perf_counter() - began)
    return Figure("Speed", "sentences per second", rate, rate, rate, len(sentences))


def figures() -> list[Figure]:
    """Measure the shipped classifier and give what was recorded of the others."""
    return [*shipped(), *others(), speed()]
