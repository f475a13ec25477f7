"""The tables of the vocabularies: their lines, and what we add to them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SUPPLEMENT = Path(__file__).with_name("vocabulary_supplement.tsv")


@dataclass(frozen=True)
class Table:
    """One table to write: its lines and what is stated about its source."""

    name: str
    lines: list[str]
    source: dict[str, str]


def line(name: str, kind: str, target: str, key: str) -> str:
    """One line of a table; the name is left out where the key says it."""
    return "\t".join((key, kind, target, "" if name == key else name))


def read_supplement() -> dict[str, list[tuple[str, str, str]]]:
    """Our own synonyms: ontology → (name, label of the term, kind)."""
    supplement: dict[str, list[tuple[str, str, str]]] = {}
    for row in SUPPLEMENT.read_text(encoding="utf-8").splitlines():
        if row and not row.startswith("#"):
            ontology, name, label, kind = row.split("\t")
            supplement.setdefault(ontology, []).append((name, label, kind))
    return supplement
