"""What a sample paper says: sentences with their truth beside them, no layout."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

__all__ = [
    "Fact",
    "Figure",
    "Heading",
    "Manuscript",
    "Name",
    "Paragraph",
    "Sentence",
    "basic_count",
    "compose",
]


@dataclass(frozen=True, slots=True)
class Name:
    """A gene, place or stage: how the paper words it, its label and its CURIE.

    `text` may hold ``*italic*`` marks; `name` is a gene's full name.
    """

    text: str
    label: str
    id: str
    name: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Fact:
    """One row that a sentence states; `place` and `stage` may be missing."""

    gene: Name
    place: Name | None
    stage: Name | None
    negated: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with ``*italic*`` marks and the facts it states as findings."""

    text: str
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences set as one paragraph; `small` is for references."""

    sentences: tuple[Sentence, ...]
    small: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: which drawing it shows, and its legend."""

    number: int
    drawing: str
    legend: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A whole sample paper before typesetting."""

    name: str
    number: int
    species: str
    columns: int
    line_numbers: bool
    title: str
    authors: str
    head: str
    abstract: Paragraph
    keywords: str
    blocks: tuple[Heading | Paragraph | Figure, ...]


@dataclass(slots=True)
class _Words:
    """The names and the stock of sentences that one paper draws from."""

    values: dict[str, Any]
    rng: random.Random
    stock: dict[str, list[str]] = field(default_factory=dict)

    def fill(self, section: str, count: int) -> list[Sentence]:
        """Take sentences of a section that this paper has not used yet."""
        if section not in self.stock:
            sentences = list(_data("sentences")[section])
            self.rng.shuffle(sentences)
            self.stock[section] = sentences
        return [self.sentence(self.stock[section].pop()) for _ in range(count)]

    def sentence(self, item: str | Mapping[str, Any]) -> Sentence:
        if isinstance(item, str):
            return Sentence(item.format_map(self.values))
        truth = item["truth"]
        rows = [truth] if isinstance(truth, str) else truth
        facts = tuple(map(self._fact, rows))
        return Sentence(item["say"].format_map(self.values), facts)

    def _fact(self, row: str) -> Fact:
        words = row.split()
        negated = words[0] == "not"
        gene, place, stage = words[negated:]
        values = self.values
        return Fact(values[gene], values.get(place), values.get(stage), negated)

    def paragraph(self, section: str, items: list[Any]) -> Paragraph:
        sentences: list[Sentence] = []
        for item in items:
            if isinstance(item, dict) and "fill" in item:
                sentences += self.fill(section, item["fill"])
            else:
                sentences.append(self.sentence(item))
        return Paragraph(tuple(sentences))


@cache
def _data(name: str) -> Any:
    """Read one of the YAML files beside this module."""
    text = files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    # The C loader reads the three files in 20 ms instead of 200.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, Loader=loader)  # noqa: S506 - both loaders are the safe one


def basic_count() -> int:
    """Count the different papers; further ones vary these."""
    return len(_data("papers"))


def compose(index: int, *, seed: int = 0) -> Manuscript:
    """Write the paper with that index.

    Parameters
    ----------
    index
        From 0. Indices below `basic_count` give the papers as they stand in
        ``papers.yaml``; from there on, genes, places, stages, the order of
        the results and the filling sentences vary.
    seed
        Choice of the variation; without effect on the basic papers.
    """
    papers = _data("papers")
    paper = papers[index % len(papers)]
    varied = index >= len(papers)
    # A string seeds the same way in every process; a tuple's hash does not.
    rng = random.Random(f"{seed if varied else 0}:{index}")  # noqa: S311
    pool = _data("pools")[paper["species"]]
    slots = _shuffled_slots(paper["slots"], pool, rng) if varied else paper["slots"]
    words = _Words(_values(slots, pool), rng)

    def section(name: str) -> list[Heading | Paragraph]:
        paragraphs = [words.paragraph(name, items) for items in paper[name]]
        return [Heading(name.capitalize()), *paragraphs]

    results = section("results")
    if varied:
        body = results[1:]
        rng.shuffle(body)
        results[1:] = body
    steps = _data("sentences")["methods"][paper["species"]]
    methods = [Heading("Materials and methods"), words.paragraph("methods", steps)]
    early = paper.get("methods_first", False)
    blocks = [
        *section("introduction"),
        *(methods if early else ()),
        *_with_figures(results, paper, words),
        *section("discussion"),
        *(() if early else methods),
        Heading("References"),
        *_references(rng),
    ]
    number = index + 1
    return Manuscript(
        name=_file_stem(paper["species"], slots, number if varied else None),
        number=number,
        species=paper["species"],
        columns=paper["columns"],
        line_numbers=paper.get("line_numbers", False),
        title=words.sentence(paper["title"]).text,
        authors="A. Sample, B. Example and C. Placeholder",
        head=words.sentence(paper["head"]).text,
        abstract=words.paragraph("abstract", paper["abstract"]),
        keywords="; ".join(rng.sample(_data("sentences")["keywords"], 4)),
        blocks=tuple(blocks),
    )


def _values(slots: Mapping[str, str], pool: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the braces of a sentence stand for."""
    values: dict[str, Any] = {key: pool[key] for key in ("name", "short", "animals")}
    for slot, key in slots.items():
        if slot.startswith("g"):
            gene = pool["genes"][key]
            full = f"*{gene.get('name', key)}*"
            values[slot] = Name(f"*{key}*", key, gene["id"], full)
        else:
            entry = pool["places" if slot.startswith("p") else "stages"][key]
            values[slot] = Name(entry["text"], entry["label"], entry["id"], key)
    return values


def _shuffled_slots(
    slots: Mapping[str, str], pool: Mapping[str, Any], rng: random.Random
) -> dict[str, str]:
    """Fill the slots anew; two slots never share a gene, place or stage."""
    kinds = {"g": "genes", "p": "places", "s": "stages"}
    drawn = {kind: rng.sample(list(pool[k]), len(pool[k])) for kind, k in kinds.items()}
    return {slot: drawn[slot[0]].pop() for slot in slots}


def _with_figures(
    results: list[Heading | Paragraph], paper: Mapping[str, Any], words: _Words
) -> list[Heading | Paragraph | Figure]:
    """Put each figure behind a paragraph of the results."""
    blocks: list[Heading | Paragraph | Figure] = list(results[:1])
    drawings = [paper["drawing"], "bars"]
    figures = list(enumerate(zip(paper["figures"], drawings, strict=True), 1))
    for paragraph in results[1:]:
        blocks.append(paragraph)
        if figures:
            number, (legend, drawing) = figures.pop(0)
            legend_sentences = words.paragraph("legend", legend).sentences
            blocks.append(Figure(number, drawing, legend_sentences))
    return blocks


def _references(rng: random.Random) -> list[Paragraph]:
    """Invent the four works that the sentences cite."""
    bank = _data("sentences")["references"]
    titles = rng.sample(bank["titles"], 4)
    works = [
        "Example B, Sample A, Placeholder C (1998)",
        "Placeholder C, Sample A (2011)",
        "Sample A (2003)",
        "Sample A, Example B (2009)",
    ]
    references = []
    for work, title in zip(works, titles, strict=True):
        first = rng.randrange(1, 400)
        text = (
            f"{work} {title}. *{rng.choice(bank['journals'])}* "
            f"{rng.randrange(2, 60)}, {first}\u2013{first + rng.randrange(4, 15)}."
        )
        references.append(Paragraph((Sentence(text),), small=True))
    return references


def _file_stem(species: str, slots: Mapping[str, str], number: int | None) -> str:
    """Name a file as a curator would: species, gene and place."""
    stem = f"{species}_{slots['g1']}_{slots['p1']}".replace(" ", "_")
    return stem if number is None else f"{stem}_{number:05d}"
