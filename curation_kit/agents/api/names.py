"""Names to identifiers: what all validators of names do with an answer."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from curation_kit.agents.api.base import ApiValidator, Question, column_of_ids
from curation_kit.agents.api.inquiry import Answer
from curation_kit.records import (
    LIST_SEPARATOR,
    Candidate,
    Lookup,
    LookupStatus,
    Record,
    may_be,
)
from curation_kit.vocabulary import spelled_out

__all__ = ["Entry", "NameValidator", "best"]

_MARKUP = re.compile(r"</?[a-z]+>|[\s<>\[\]^_\u2010-\u2014\u2212-]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a source knows: its identifier, its name and other names."""

    id: str
    name: str
    others: tuple[str, ...] = ()
    source: str = ""
    taxon: str = ""

    def candidate(self) -> Candidate:
        """Give it as a candidate of a record."""
        return Candidate(id=self.id, label=self.name, source=self.source)


class NameValidator(ApiValidator):
    """Turns the names of one column into identifiers."""

    def context(self, question: Question) -> Hashable:
        """Tell the identifier that is there already, for it is only checked."""
        return question.column, question.known

    def look_up(self, question: Question) -> Lookup:
        """Look a name up, or check that it fits the identifier that is there."""
        return self.confirm(question) if question.known else self.resolve(question)

    @abstractmethod
    def resolve(self, question: Question) -> Lookup:
        """Tell what a name stands for."""

    @abstractmethod
    def confirm(self, question: Question) -> Lookup:
        """Tell whether the identifier that is there and the name belong together."""

    def resolved(self, answer: Answer[Any], found: Sequence[Entry]) -> Lookup:
        """Tell that a name stands for these: for none, for one, or for any of them."""
        status = LookupStatus.RESOLVED if found else LookupStatus.NOT_FOUND
        if len(found) > 1:
            status = LookupStatus.AMBIGUOUS
        candidates = [entry.candidate() for entry in found]
        return self.answered(answer, status, found=candidates)

    def confirmed(
        self, answer: Answer[Any], question: Question, entry: Entry | None
    ) -> Lookup:
        """Tell whether an identifier is one, and whether the name fits it."""
        name, known = question.value, question.known
        if entry is None:
            note = f"{self.source.title} has no {known}"
            return self.answered(answer, LookupStatus.NOT_FOUND, note=note)
        found = [entry.candidate()]
        if folded(name) in map(folded, (entry.name, *entry.others)):
            return self.answered(answer, LookupStatus.CONFIRMED, found=found)
        note = f"{known} is {entry.name}, not {name}"
        return self.answered(answer, LookupStatus.MISMATCH, found=found, note=note)

    def extras(self, found: Candidate) -> dict[str, str]:
        """Give other columns that are known with the identifier."""
        del found
        return {}

    def apply(
        self, record: Record, column: str, lookups: Mapping[str, Lookup]
    ) -> Record:
        """Set the identifier of a name that stands for one thing.

        The official name takes the place of the paper's words only together
        with its identifier.
        """
        key = column_of_ids(column)
        if isinstance(getattr(record, column), list):
            return _listed(record, column, lookups)
        (lookup,) = lookups.values()
        columns = record.domain_columns()
        candidates = {k: v for k, v in record.candidates.items() if k != key}
        changes: dict[str, Any] = {"lookups": {**record.lookups, key: lookup}}
        if lookup.status is LookupStatus.AMBIGUOUS:
            candidates[key] = lookup.found
        if lookup.status is LookupStatus.RESOLVED and key in columns:
            (found,) = lookup.found
            more = {key: found.id, **self.extras(found)}
            changes |= {name: value for name, value in more.items() if name in columns}
            if may_be(record, column, found.label):
                changes[column] = found.label
        return record.model_copy(update={**changes, "candidates": candidates})


def _listed(record: Record, column: str, lookups: Mapping[str, Lookup]) -> Record:
    """Set the identifiers of a list of names, each in the place of its name.

    A name that is not known keeps the identifier of an earlier step, or has none.
    """
    key, names = column_of_ids(column), getattr(record, column)
    told = {f"{key} of {name}": lookup for name, lookup in lookups.items()}
    changes: dict[str, Any] = {"lookups": {**record.lookups, **told}}
    resolved = {
        name: lookup.found[0].id
        for name, lookup in lookups.items()
        if lookup.status is LookupStatus.RESOLVED
    }
    if key in record.domain_columns() and resolved:
        known = getattr(record, key)
        is_list = isinstance(known, list)
        known = known if is_list else (known or "").split(LIST_SEPARATOR)
        if len(known) != len(names):  # nobody can tell whose they are
            known = [""] * len(names)
        ids = [
            resolved.get(str(name), earlier)
            for name, earlier in zip(names, known, strict=True)
        ]
        changes[key] = ids if is_list else LIST_SEPARATOR.join(ids)
    return record.model_copy(update=changes)


def folded(name: str) -> str:
    r"""Spell a name so that markup, case, hyphens, spaces and script do not matter.

    Examples
    --------
    >>> folded("Pax6<sup>Sey</sup>") == folded("Pax6 Sey") == folded("pax6[Sey]")
    True
    >>> folded("unc\u201154") == folded("unc-54")
    True
    >>> folded("PPARγ") == folded("PPAR-gamma")
    True
    """
    return _MARKUP.sub("", spelled_out(name)).casefold()


def best(name: str, entries: Iterable[Entry]) -> list[Entry]:
    """Entries of a name, of the best kind there is, each once.

    First those of this very name, then those that spell it otherwise, then
    those that have it among their other names.
    """
    found: Sequence[Entry] = list({entry.id: entry for entry in entries}.values())
    kinds = (
        lambda entry: entry.name == name,
        lambda entry: folded(entry.name) == folded(name),
        lambda entry: name in entry.others,
        lambda entry: folded(name) in map(folded, entry.others),
    )
    for kind in kinds:
        if same := [entry for entry in found if kind(entry)]:
            return same
    return []
