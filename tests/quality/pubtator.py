"""Abstracts with genes marked in them, in the PubTator format of BioRED."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_END = re.compile(r"(?<=[.;?!])\s+(?=[A-Z(])")


@dataclass
class Abstract:
    """One abstract: its text, and the genes in it as (start, end, ids)."""

    text: str = ""
    genes: list[tuple[int, int, frozenset[str]]] = field(default_factory=list)

    def sentences(self) -> Iterator[tuple[int, str]]:
        """Sentences with where they start."""
        start = 0
        for end in _END.finditer(self.text):
            yield start, self.text[start : end.start()]
            start = end.end()
        yield start, self.text[start:]


def read_abstracts(path: Path) -> dict[str, Abstract]:
    """Read a file of BioRED: PubMed id → abstract."""
    abstracts: dict[str, Abstract] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        number, _, rest = line.partition("|")
        if rest[:2] in {"t|", "a|"}:
            abstract = abstracts.setdefault(number, Abstract())
            abstract.text += (" " if rest[0] == "a" else "") + rest[2:]
            continue
        fields = line.split("\t")
        if len(fields) == 6 and fields[4] == "GeneOrGeneProduct":
            ids = frozenset(fields[5].split(",")) - {"-"}
            mention = int(fields[1]), int(fields[2]), ids
            abstracts[fields[0]].genes.append(mention)
    return abstracts
