"""Gene names.

`find_all_genes` marks genes, products and families of any species; its weights are
learnt on the 400 abstracts of BioRED's training part, by `train_gene_tagger.py`, and
what follows is measured on parts it has not seen. *Strict*: the same first and last
character; *overlapping*: a character in common.

- **BioRED, development part** (100 abstracts). Published, on the *test* part, strict:
  F1 .9235 for PubMedBERT trained on BioRED, .9240 for AIONER, .7685 for one trained on
  other corpora without its scheme (Luo et al. 2023, doi:10.1093/bioinformatics/btad310,
  Table 2).
- **Normalised**: BioRED has NCBI gene numbers; a mention is right where one of its
  symbols is that of one of the numbers, whatever the species, for orthologues mostly
  share their symbol. The symbols of the numbers are from NCBI Gene and HGNC
  (`ncbi_genes.py`); genes of other species than man, mouse and fly (15 % of the
  mentions) have none there, and their mentions are left out. *By abstract*: each
  gene of an abstract counts once. No published figure for this setting was found.
- **BC2GM, development part**: other annotators, other rules (domains, mutants and
  longer spans are marked), nothing learnt from it. Published, test part, trained on
  its training part: F1 .8472 to .9017 (arXiv:2011.01504).
- **CRAFT, proteins** (15 papers, whole text): `GeneFinder`, which the flow uses, for
  the mouse. It is after genes of the species, so what names no gene of the mouse
  (families, genes of the fly, reporters) is rightly missed and still counts. *By
  paper*: each spelling of a paper counts once.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterator
from pathlib import Path

from figures import Counts, Figure, figures_of
from ncbi_genes import read_table
from pubtator import read_abstracts

from curation_kit.agents.gene_expression import find_all_genes
from curation_kit.agents.gene_expression.genes.finder import GeneFinder

DATA = Path(__file__).parents[3] / "shared" / "data"

_SENTENCE_END = re.compile(r"(?<=[.;?!])\s+(?=[A-Z(])|\n+")
_NO_SPACE = re.compile(r"(?<=[-/(\['])|(?=[-/)\].,;:%'])")

Span = tuple[int, int]


def figures() -> list[Figure]:
    """All figures of gene names."""
    return [*_biored(), *_bc2gm(), *_craft()]


def cheap() -> list[Figure]:
    """Figures that take seconds."""
    return list(_biored())


def _mentions(
    group: str,
    units: list[tuple[set[Span], set[Span]]],
    target: float | None = None,
) -> list[Figure]:
    """Strict and overlapping scores of found and expected spans."""
    strict = [
        Counts(len(found & gold), len(found), len(found & gold), len(gold))
        for found, gold in units
    ]
    loose = [
        Counts(_touching(found, gold), len(found), _touching(gold, found), len(gold))
        for found, gold in units
    ]
    return [
        *figures_of(group, "mentions, strict", strict, target=target),
        *figures_of(group, "mentions, overlapping", loose),
    ]


def _touching(some: Collection[Span], others: Collection[Span]) -> int:
    return sum(any(a < d and b > c for c, d in others) for a, b in some)


def _biored() -> Iterator[Figure]:
    group = "BioRED, development part"
    symbols = read_table()
    spans, normalised, by_abstract = [], [], []
    path = DATA / "corpora" / "biored" / "Dev.PubTator"
    for abstract in read_abstracts(path).values():
        found = find_all_genes(abstract.text)
        spans.append(
            (
                {(one.start, one.end) for one in found},
                {(start, end) for start, end, _ in abstract.genes},
            )
        )
        known = [
            (start, end, [symbols[number] for number in numbers & symbols.keys()])
            for start, end, numbers in abstract.genes
        ]
        unknown = [(start, end) for start, end, names in known if not names]
        gold = [one for one in known if one[2]]
        told = [
            one
            for one in found
            if one.symbols and not _touching([(one.start, one.end)], unknown)
        ]
        pairs = {
            (i, j)
            for i, one in enumerate(told)
            for j, (start, end, names) in enumerate(gold)
            if one.start < end and one.end > start
            if any(set(one.symbols) & each for each in names)
        }
        normalised.append(
            Counts(
                len({i for i, _ in pairs}),
                len(told),
                len({j for _, j in pairs}),
                len(gold),
            )
        )
        wanted = {frozenset(each) for _, _, names in gold for each in names}
        named = {symbol for one in told for symbol in one.symbols}
        by_abstract.append(
            Counts(
                sum(any(symbol in each for each in wanted) for symbol in named),
                len(named),
                sum(bool(each & named) for each in wanted),
                len(wanted),
            )
        )
    yield from _mentions(group, spans, target=0.80)
    yield from figures_of(group, "normalised mentions", normalised, target=0.70)
    yield from figures_of(group, "normalised, by abstract", by_abstract)


def _bc2gm() -> list[Figure]:
    path = DATA / "corpora" / "bc2gm" / "devel.tsv"
    units = []
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        text, gold, last = "", [], "O"
        for line in block.splitlines():
            word, label = line.split("\t")
            joined = _NO_SPACE.search(text[-1:] + word, 0, 2) if text else True
            text += word if joined else " " + word
            start = len(text) - len(word)
            if label.startswith("B") or (label.startswith("I") and last == "O"):
                gold.append((start, len(text)))
            elif label.startswith("I"):
                gold[-1] = (gold[-1][0], len(text))
            last = label
        found = {(one.start, one.end) for one in find_all_genes(text)}
        units.append((found, set(gold)))
    return _mentions("BC2GM, development part", units)


def _craft() -> list[Figure]:
    group = "CRAFT, proteins, genes of the mouse"
    folder = DATA / "craft"
    spans, by_paper = [], []
    for path in sorted((folder / "articles" / "txt").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        marked = folder.joinpath("concept-annotation", "PR", "PR", "knowtator")
        root = ET.parse(marked / f"{path.name}.knowtator.xml").getroot()  # noqa: S314 - a file of ours
        gold = {
            (int(span.get("start", 0)), int(span.get("end", 0)))
            for annotation in root.iter("annotation")
            for span in annotation.findall("span")
        }
        finder = GeneFinder(["mouse"], text)
        found, start = set(), 0
        for end in [*_SENTENCE_END.finditer(text), None]:
            sentence = text[start : end.start() if end else len(text)]
            found |= {(m.start + start, m.end + start) for m in finder.find(sentence)}
            start = end.end() if end else start
        spans.append((found, gold))
        named, wanted = ({text[a:b].lower() for a, b in each} for each in (found, gold))
        right = len(named & wanted)
        by_paper.append(Counts(right, len(named), right, len(wanted)))
    return [
        *_mentions(group, spans),
        *figures_of(group, "names, by paper", by_paper),
    ]
