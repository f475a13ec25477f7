"""Learn the weights of the gene tagger, or cross-validate them.

    pip install python-crfsuite==0.9.12
    python tests/quality/train_gene_tagger.py ../shared/data/corpora/biored [--check]

The 400 abstracts of BioRED's training part are learnt from; the other parts are
not touched. With ``--check`` nothing is written: five folds of the training part
are scored, each by weights learnt from the other four.
"""

from __future__ import annotations

import argparse
import lzma
import random
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pycrfsuite
from pubtator import Abstract, read_abstracts

from curation_kit.agents.gene_expression.genes import tagger
from curation_kit.agents.gene_expression.genes.tagger import LABELS, features, tokens

#: Penalties of the absolute and the squared weights, rounds, and how often a
#: feature is seen at least, chosen by cross-validation.
SETTINGS = {"c1": 0.1, "c2": 0.1, "max_iterations": 100, "feature.minfreq": 1}

Example = tuple[list[list[str]], list[str]]


def examples(abstract: Abstract) -> list[Example]:
    """What the tagger sees of each sentence, and the labels it should give."""
    given = []
    for offset, text in abstract.sentences():
        words = tokens(text)
        labels = ["O"] * len(words)
        for start, end, _ in abstract.genes:
            inside = [
                i
                for i, word in enumerate(words)
                if word.start + offset < end and word.end + offset > start
            ]
            for place, i in enumerate(inside):
                labels[i] = "I" if place else "B"
        if words:
            given.append((features(text, words), labels))
    return given


def learn(given: Iterable[Example], settings: dict[str, float]) -> bytes:
    """Weights in the form that the package reads."""
    trainer = pycrfsuite.Trainer(verbose=False)
    for seen, labels in given:
        trainer.append(seen, labels)
    trainer.set_params({**settings, "feature.possible_transitions": True})
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        learnt = tagger.info()
        tagger.close()
    rows: dict[str, list[str]] = {}
    for (name, label), weight in learnt.state_features.items():
        text = f"{weight:.2f}"
        if float(text):
            rows.setdefault(name, [""] * len(LABELS))[LABELS.index(label)] = text
    lines = [f"{a}{b}\t{w:.2f}" for (a, b), w in sorted(learnt.transitions.items())]
    lines += ["\t".join((name, *weights)) for name, weights in sorted(rows.items())]
    content = ("\n".join(lines) + "\n").encode()
    return lzma.compress(content, preset=9 | lzma.PRESET_EXTREME)


def spans(labels: list[str]) -> set[tuple[int, int]]:
    """Names that labels mark, as ranges of words."""
    found: list[list[int]] = []
    before = "O"
    for i, label in enumerate(labels):
        if label == "B" or (label == "I" and before == "O"):
            found.append([i, i])
        elif label == "I":
            found[-1][1] = i
        before = label
    return {(first, last) for first, last in found}


def score(weights: bytes, given: Iterable[Example]) -> tuple[int, int, int]:
    """Names right, found and expected."""
    tagger._weights.cache_clear()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weights"
        path.write_bytes(weights)
        tagger._WEIGHTS = path
        right = found = gold = 0
        for seen, labels in given:
            told = spans(tagger._best_labels(seen))
            expected = spans(labels)
            right += len(told & expected)
            found += len(told)
            gold += len(expected)
    return right, found, gold


def main() -> None:
    """Learn and write the weights, or cross-validate them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("biored", type=Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--c1", type=float, default=SETTINGS["c1"])
    parser.add_argument("--folds", type=int, default=5)
    arguments = parser.parse_args()
    settings = {**SETTINGS, "c1": arguments.c1}
    abstracts = list(read_abstracts(arguments.biored / "Train.PubTator").values())
    given = [examples(abstract) for abstract in abstracts]
    if not arguments.check:
        weights = learn([one for each in given for one in each], settings)
        Path(str(tagger._WEIGHTS)).write_bytes(weights)
        print(f"{len(weights):,} bytes")
        return
    random.Random(0).shuffle(given)  # noqa: S311 - no secret
    totals = [0, 0, 0]
    for fold in range(arguments.folds):
        rest = [x for i, each in enumerate(given) if i % 5 != fold for x in each]
        own = [x for i, each in enumerate(given) if i % 5 == fold for x in each]
        weights = learn(rest, settings)
        totals = [a + b for a, b in zip(totals, score(weights, own), strict=True)]
    right, found, gold = totals
    precision, recall = right / found, right / gold
    f1 = 2 * precision * recall / (precision + recall)
    print(f"{len(weights):,} bytes, P {precision:.3f} R {recall:.3f} F1 {f1:.3f}")


if __name__ == "__main__":
    main()
