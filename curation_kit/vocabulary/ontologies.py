"""Terms of ontologies, by name and in running text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from curation_kit.vocabulary._names import Word, canonical, spelled_out, words
from curation_kit.vocabulary._table import Links, Row, Table

__all__ = [
    "ONTOLOGIES",
    "Ontology",
    "TermMatch",
    "TermSpan",
    "anatomy_ontologies",
    "ontology",
    "stage_ontology",
]

#: Prefixes of the ontologies that have a table.
ONTOLOGIES = (
    "CHEBI",
    "CL",
    "DOID",
    "FBbt",
    "FBdv",
    "GO",
    "HsapDv",
    "MONDO",
    "MmusDv",
    "UBERON",
    "WBbt",
    "WBls",
    "ZFA",
    "ZFS",
)

_ANATOMY = {"worm": ("WBbt",), "fly": ("FBbt",), "zebrafish": ("ZFA",), "yeast": ()}
_STAGES = {
    "worm": "WBls",
    "fly": "FBdv",
    "zebrafish": "ZFS",
    "mouse": "MmusDv",
    "human": "HsapDv",
}

#: The better first: what papers mean by a name goes before the ontology's synonyms
#: ("branchial arch" is any pharyngeal arch to them).
_KINDS = {"L": "label", "H": "plain English", "S": "synonym", "A": "adjective"}
_RANK = {kind: rank for rank, kind in enumerate(_KINDS.values())}

#: Words that may stand between two words of one term.
_GAP = re.compile(r"[\s\-\u2010\u2011–/:%()]{1,3}")

#: A name without lower-case letters ("CAN", "ASE", "M1") is another word in
#: lower case ("can"), so its case counts.
_CASED = re.compile(r"[^a-z]*")

#: Word runs remembered per ontology: bounds memory over thousands of papers.
_MOST_KNOWN = 20_000

#: The longest term looked for in running text, in words.
_LONGEST = 8


@dataclass(frozen=True, slots=True)
class TermMatch:
    """A term that a name may stand for.

    Attributes
    ----------
    id
        CURIE, for instance ``WBbt:0005772``.
    label
        The ontology's own name of the term.
    kind
        ``label``, ``synonym`` (both of the ontology), ``plain English`` or
        ``adjective`` (both ours).
    exact
        Whether the name is spelled so, but for case; otherwise plural or
        hyphens differ.
    """

    id: str
    label: str
    kind: str
    exact: bool


@dataclass(frozen=True, slots=True)
class TermSpan:
    """A term named in a text: its place there and what it may stand for."""

    start: int
    end: int
    text: str
    kind: str
    ids: tuple[str, ...]


class Ontology:
    """The terms of one ontology.

    Parameters
    ----------
    prefix
        One of `ONTOLOGIES`.
    """

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._table = Table(f"terms_{prefix}")
        self._known: dict[str, list[Row] | None] = {}
        self._links: Links | None = None

    def lookup(self, name: str) -> list[TermMatch]:
        """Terms of this name: labels first, then plain English, then synonyms.

        Case, hyphens, plural, and how Greek letters are written do not matter,
        save the case of names that have no lower-case letters. A term is listed
        once, under its best kind.
        """
        found: dict[str, TermMatch] = {}
        rows = self._table.rows(canonical(name))
        if not rows:
            name = spelled_out(name)
            rows = self._table.rows(canonical(name))
        for row in rows:
            if not _case_fits(row.name, name):
                continue
            kind = _KINDS[row.kind]
            exact = row.name.casefold() == name.casefold()
            match = TermMatch(row.target, self.label(row.target) or "", kind, exact)
            known = found.get(row.target)
            if known is None or _order(match) < _order(known):
                found[row.target] = match
        return sorted(found.values(), key=lambda match: (_order(match), match.id))

    def label(self, term_id: str) -> str | None:
        """Label of a term, or None if it is not of this ontology (or obsolete)."""
        return self._table.name_of("L", term_id)

    def parents(self, term_id: str) -> tuple[str, ...]:
        """Terms one step above (is a, part of, develops from).

        Not known of chemicals and diseases.
        """
        if self._links is None:
            self._links = Links(f"parents_{self.prefix}")
        return self._links.of(term_id)

    def find(
        self, text: str, *, ignore: Collection[str] = frozenset()
    ) -> list[TermSpan]:
        """Terms named in a running text, the longest at each place.

        Parameters
        ----------
        text
            A sentence or more.
        ignore
            Names (in canonical form) that are not looked for.

        Returns
        -------
        list of TermSpan
            In order, not overlapping; ``start`` and ``end`` are offsets in
            `text`.
        """
        tokens = _words(text)
        spans: list[TermSpan] = []
        index = 0
        while index < len(tokens):
            if self._rows(tokens[index].text) is None:  # as of most words
                index += 1
                continue
            span, used = self._longest(text, tokens, index, ignore)
            if span is not None:
                spans.append(span)
            index += used
        return spans

    def _longest(
        self, text: str, tokens: Sequence[Word], index: int, ignore: Collection[str]
    ) -> tuple[TermSpan | None, int]:
        best: TermSpan | None = None
        used = 1
        for count, key in _keys(text, tokens, index):
            known = self._rows(key)
            if known is None:
                break
            if not known or key in ignore:
                continue
            start, end = tokens[index].start, tokens[index + count - 1].end
            name = text[start:end]
            rows = [row for row in known if _case_fits(row.name, name)]
            if rows:
                rank = min(_RANK[_KINDS[row.kind]] for row in rows)
                kind = next(kind for kind, order in _RANK.items() if order == rank)
                ids = {row.target: None for row in rows if _KINDS[row.kind] == kind}
                best, used = TermSpan(start, end, name, kind, tuple(ids)), count
        return best, used

    def _rows(self, key: str) -> list[Row] | None:
        """Names of a key, none where longer ones begin so; None if no name does."""
        try:
            return self._known[key]
        except KeyError:
            pass
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        found = self._table.rows(key) if self._table.starts(key) else None
        self._known[key] = found
        return found


# Several ontologies are asked about one sentence in turn.
@lru_cache(maxsize=100)
def _words(text: str) -> tuple[Word, ...]:
    return tuple(words(text))


def _keys(text: str, tokens: Sequence[Word], index: int) -> Iterator[tuple[int, str]]:
    """Ever longer runs of words from one word on: how many, and their key.

    "Epithelium of the bronchus" is looked for as "epithelium of bronchus".
    """
    run: list[str] = []
    for position in range(index, min(index + _LONGEST, len(tokens))):
        if position > index:
            gap = text[tokens[position - 1].end : tokens[position].start]
            if not _GAP.fullmatch(gap):
                return
        word = tokens[position].text
        if word == "the" and run and run[-1] == "of":
            continue
        run.append(word)
        yield position - index + 1, " ".join(run)


def _case_fits(term: str, name: str) -> bool:
    return not (_CASED.fullmatch(term) and term[:1].isalpha()) or term in {
        name,
        name.removesuffix("s"),
    }


def _order(match: TermMatch) -> tuple[int, bool]:
    return _RANK[match.kind], not match.exact


@cache
def ontology(prefix: str) -> Ontology:
    """Load an ontology, once per process.

    Parameters
    ----------
    prefix
        One of `ONTOLOGIES`.

    Raises
    ------
    ValueError
        If there is no table of that ontology.
    """
    if prefix not in ONTOLOGIES:
        message = (
            f"There is no ontology {prefix!r} here; "
            f"choose one of {', '.join(ONTOLOGIES)}."
        )
        raise ValueError(message)
    return Ontology(prefix)


def anatomy_ontologies(species_key: str) -> tuple[str, ...]:
    """Prefixes of the ontologies that name the anatomy of a species."""
    return _ANATOMY.get(species_key, ("UBERON", "CL"))


def stage_ontology(species_key: str) -> str | None:
    """Prefix of the ontology of a species' stages, or None if there is none here."""
    return _STAGES.get(species_key)
