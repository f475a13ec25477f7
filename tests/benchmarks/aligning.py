"""Quotes found per second in a paper of 15 pages, beside simpler ways.

Run: ``python tests/benchmarks/aligning.py [PAPER.pdf ...]``. With real papers it
also counts, of sentences from their own text layer, those found on their page, and
lists the others; without, it sets a sample paper. CPU seconds of one process.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS), str(TESTS / "evidence"), str(TESTS / "benchmarks")]

from stage import environment  # noqa: E402

from curation_kit.documents.reader import read_document  # noqa: E402
from curation_kit.documents.text import DocumentText  # noqa: E402
from curation_kit.evidence import Aligner  # noqa: E402

#: Sentences per paper in the count of those found.
SENTENCES = 35


def long_paper() -> DocumentText:
    """A paper of 15 pages or so."""
    from torture import torture

    with tempfile.TemporaryDirectory() as folder:
        texts = [
            read_document(torture(Path(folder) / "paper.pdf", seed=seed).path, name="-")
            for seed in range(1, 4)
        ]
    merged = texts[0]
    for text in texts[1:]:
        shift, pages = len(merged.text) + 2, len(merged.pages)
        merged.text += "\n\n" + text.text
        merged.pages += text.pages
        merged.word_starts.extend(start + shift for start in text.word_starts)
        merged.word_ends.extend(end + shift for end in text.word_ends)
        merged.word_pages.extend(page + pages for page in text.word_pages)
        merged.word_boxes.extend(text.word_boxes)
    return merged


def rate(find: Callable[[str], object], quotes: list[str]) -> float:
    """Quotes per CPU second."""
    find(quotes[0])
    start = time.process_time()
    for quote in quotes:
        find(quote)
    return len(quotes) / (time.process_time() - start)


def speed(text: DocumentText) -> None:
    """Compare the aligner with a plain search and with a fuzzy one."""
    from rapidfuzz import fuzz

    rng = random.Random(1)  # noqa: S311
    sentences = [
        " ".join(match[0].split())
        for match in re.finditer(r"[A-Z][^.\n]{60,220}[a-z]\.(?=\s)", text.text)
    ]

    def misspelt(quote: str) -> str:
        words = quote.split()
        words[rng.randrange(1, len(words) - 1)] = "another"
        return " ".join(words)

    def shuffled(quote: str) -> str:
        words = quote.split()
        return " ".join(rng.sample(words, len(words)))

    start = time.process_time()
    aligner = Aligner(text)
    prepared = time.process_time() - start
    aligner.align(misspelt(sentences[0]))
    first = time.process_time() - start
    plain = " ".join(text.text.lower().split())
    print(
        f"{len(text.pages)} pages, {len(text.text):,} characters, {len(sentences)} "
        f"sentences; prepared in {1000 * prepared:.0f} ms, with the index of words "
        f"and a first quote {1000 * first:.0f} ms"
    )
    kinds = {
        "to the letter": sentences,
        "one word changed": [misspelt(quote) for quote in sentences],
        "not there": [shuffled(quote) for quote in sentences],
    }
    for kind, quotes in kinds.items():
        ours = rate(aligner.align, quotes)
        find = rate(lambda quote: plain.find(" ".join(quote.lower().split())), quotes)
        some = quotes[:20]
        partial = rate(
            lambda quote: fuzz.partial_ratio_alignment(quote.lower(), plain), some
        )
        print(
            f"{kind:17} aligner {ours:7,.0f}/s   str.find {find:8,.0f}/s   "
            f"partial_ratio_alignment {partial:6,.0f}/s (aligner {ours / partial:.0f}x)"
        )


def found(paths: list[Path]) -> None:
    """Count the sentences of text layers that are found on their page."""
    from test_real_papers import misses

    tried, missed = 0, []
    for path in paths:
        count, wrong = misses(path, SENTENCES)
        tried += count
        missed += wrong
    print(f"{tried - len(missed)} of {tried} sentences on their page")
    print("\n".join(missed))


if __name__ == "__main__":
    print(environment())
    papers = [Path(name) for name in sys.argv[1:]]
    if papers:
        fifteen = min(
            (read_document(path, name=path.name) for path in papers),
            key=lambda text: abs(len(text.pages) - 15),
        )
        speed(fifteen)
        found(papers)
    else:
        speed(long_paper())
