"""Which rows of some tables are of the same paper."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curation_kit.documents.catalogue import SHORTEST_ID
from curation_kit.documents.document import Document
from curation_kit.documents.given import document_keys
from curation_kit.errors import CurationKitError
from curation_kit.phrases import counted, fold, listed, shown

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Papers", "filled", "namesakes", "told_namesakes"]

#: A whole id, and what may be the start of one: digits alone are rather a PubMed id.
_WHOLE = re.compile(r"[0-9a-f]{64}")
_START = re.compile(rf"(?=\d*[a-f])[0-9a-f]{{{SHORTEST_ID},63}}")

#: Characters that are told of an id.
_TOLD = 12


class Papers:
    """Says of each row of some tables which paper it is of, the same in all tables.

    A row is of the document of its ``document_id``, or of the one whose id starts so,
    whatever it is called. One without an id, or with one of another kind, such as a
    PubMed id, is of the paper that its ``document`` names, whatever the case: then
    there must be only one of this name.

    Parameters
    ----------
    tables
        By what each is called in errors; the last one says how names are written.

    Raises
    ------
    CurationKitError
        If a row without an id has the name of several papers.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        ids = {what: _texts(table, "document_id") for what, table in tables.items()}
        whole = _whole({*chain.from_iterable(ids.values())})
        rows = {
            what: [
                (whole.get(document_id, ""), name)
                for document_id, name in zip(
                    ids[what], _texts(table, "document"), strict=True
                )
            ]
            for what, table in tables.items()
        }
        self._ids = {*whole.values()}
        self._called: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for document_id, name in dict.fromkeys(chain.from_iterable(rows.values())):
            if document_id:
                self._called[fold(name)][document_id] = None
        self._keys: dict[str, list[str]] = {}
        names: dict[str, str] = {}
        for what, pairs in rows.items():
            key_of = {pair: self._key(*pair, what) for pair in dict.fromkeys(pairs)}
            self._keys[what] = [key_of[pair] for pair in pairs]
            for (_, name), key in key_of.items():
                names[key] = name or names.get(key) or key[:_TOLD]
        self._plain = names
        times = Counter(map(fold, names.values()))
        starts = Counter(key[:_TOLD] for key in names)
        self._names = {
            key: name
            if times[fold(name)] == 1
            else f"{name} ({key[:_TOLD] if starts[key[:_TOLD]] == 1 else key})"
            for key, name in names.items()
        }

    def __getitem__(self, what: str) -> list[str]:
        """Keys of the papers of the rows of a table; empty where a row names none."""
        return self._keys[what]

    def name(self, key: str) -> str:
        """Name of a paper, with the start of its id if others have the same."""
        return self._names[key]

    def ordered(self, keys: Iterable[str]) -> list[str]:
        """Keys of papers, by their names."""
        return sorted(keys, key=lambda key: (fold(self._names[key]), key))

    def namesakes(self, one: str, other: str) -> tuple[str, ...]:
        """Names under which two tables have different papers, see `namesakes`."""
        first, second = (
            {key: self._plain[key] for key in self._keys[what]} for what in (one, other)
        )
        return namesakes(first, second)

    def document_ids(self, keys: Iterable[str]) -> dict[str, str]:
        """Ids of papers by their names, where the tables tell them."""
        return {self._names[key]: key for key in keys if key in self._ids}

    def chosen(self, documents: Any) -> set[str]:
        """Keys of the papers that are meant.

        Parameters
        ----------
        documents
            Documents, their names or ids, or rows of tables such as
            ``job.documents``; or one of these. A name means all papers of that name.

        Raises
        ------
        CurationKitError
            If one has no name, or no row of the tables is of any.
        """
        columns = ["document_id", "document"]
        named = [
            key.id
            if isinstance(key, Document) and self._ids
            else key.name
            if isinstance(key, Document | Path)
            else key
            for key in document_keys(documents, columns if self._ids else columns[::-1])
        ]
        if not all(isinstance(name, str) for name in named):
            raise CurationKitError(
                f"documents={shown(documents)} should be a list of names of papers, "
                "or a table with these in its column document."
            )
        chosen: set[str] = set()
        for name in named:
            own = name if name in self._ids else fold(name)
            chosen |= {own} & self._names.keys() or {*self._called.get(own, ())}
        if named and not chosen:
            raise CurationKitError(
                f"No row of the tables is of {listed(named)}. Papers are named as in "
                "the column document."
            )
        return chosen

    def _key(self, document_id: str, name: str, what: str) -> str:
        """Id of a paper, or its folded name where no table has its id."""
        if document_id:
            return document_id
        ids = [*self._called.get(fold(name), ())] if name else []
        if len(ids) > 1:
            raise CurationKitError(
                f'The {what} has "{name}", and {len(ids)} papers have this name '
                f"({listed(one[:_TOLD] for one in ids)}): write the id of the one that "
                "is meant into a column document_id."
            )
        return ids[0] if ids else fold(name)


def namesakes(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[str, ...]:
    """Names under which each of two has a paper that the other has not.

    They are different files: of another paper, or another download of the same.

    Parameters
    ----------
    one, other
        Names of papers by their ids.
    """
    first, second = (
        {fold(name): name for key, name in mine.items() if key not in others}
        for mine, others in ((one, other), (other, one))
    )
    return tuple(name for folded, name in first.items() if folded in second)


def told_namesakes(names: Sequence[str]) -> str:
    """Say which names are of different papers, to be put behind a sentence."""
    if not names:
        return ""
    return (
        f" {counted(len(names), 'paper has', 'papers have')} the same name in both, "
        f"but another document_id: {listed(names)}. Tables without this column are "
        "matched by name."
    )


def _whole(ids: set[str]) -> dict[str, str]:
    """Whole ids by what is written of them: a person copies what was told of one.

    What is neither an id nor the start of one is left out.
    """
    ordered = sorted({*filter(_WHOLE.fullmatch, map(str.lower, ids))})
    whole = {}
    for written in ids:
        start = written.lower()
        first = bisect_left(ordered, start)
        longer = [key for key in ordered[first : first + 2] if key.startswith(start)]
        if len(start) >= SHORTEST_ID and len(longer) == 1:
            whole[written] = longer[0]
        elif _START.fullmatch(start):
            whole[written] = start
    return whole


def filled(table: pd.DataFrame, column: str) -> list[Any]:
    """Cells of a column, empty text for what is missing."""
    if column not in table.columns:
        return [""] * len(table)
    values = table[column].astype(object)
    cells: list[Any] = values.where(values.notna(), "").tolist()
    return cells


def _texts(table: pd.DataFrame, column: str) -> list[str]:
    return [str(value).strip() for value in filled(table, column)]
