"""Labels of anatomy, stage and cellular component to identifiers, offline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from curation_kit.agents.base import Options, Validator
from curation_kit.agents.organism import SpeciesKeys, paper_species
from curation_kit.agents.paper import Paper
from curation_kit.records import (
    Candidate,
    GeneExpressionRecord,
    Record,
    id_column,
    may_be,
)
from curation_kit.species import SPECIES_OF_TAXON
from curation_kit.vocabulary import (
    ONTOLOGIES,
    TermMatch,
    anatomy_ontologies,
    ontology,
    resolve_stage,
)

__all__ = ["Column", "OntologyAgent", "OntologyOptions", "terms_named"]

Column = Literal["anatomy", "stage", "cellular_component"]

#: "CAN neurons", "seam cells": the name, then what kind of thing it is.
_HEAD = re.compile(r"[ -](?:neurons?|cells?|interneurons?|motor ?neurons?|tissues?)$")

#: "E10.5 embryos", "adult mice": the stage, then who is of it.
_OF_STAGE = re.compile(
    r"[ -](?:embryos?|fo?etus(?:es)?|larvae?|pups?|animals?|mice|fish|flies|worms)$"
)


class OntologyOptions(Options):
    """Options of the ontology agent."""

    columns: list[Column] = Field(
        default=["anatomy", "stage", "cellular_component"],
        min_length=1,
        description="Labels that are turned into identifiers.",
    )
    species: SpeciesKeys = Field(
        default_factory=list,
        description=(
            "Species whose ontologies are asked; empty: that of the record's taxon, "
            "else those the paper names."
        ),
    )


class OntologyAgent(Validator):
    """Turn labels into terms of the species' own ontologies."""

    name = "ontology"
    title = "Ontology"
    description = (
        "Looks anatomy, stage and cellular component labels up in the ontologies of "
        "the species: WBbt and WBls, FBbt and FBdv, ZFA and ZFS, UBERON, CL, MmusDv "
        "and HsapDv, and GO; and those that columns of your own name. Ambiguous "
        "labels keep their candidates; unknown ones keep the paper's own words, and "
        "get the term of their last words: the gonad for XX gonads."
    )
    version = "4"
    Options: ClassVar[type[Options]] = OntologyOptions
    options: OntologyOptions

    def validate(self, paper: Paper, records: Sequence[Record]) -> Iterable[Record]:
        """Give the records back with the identifiers of their labels."""
        species = [one.key for one in paper_species(paper.text, self.options.species)]
        return [
            self._checked(paper, record, species)
            if isinstance(record, GeneExpressionRecord)
            else _resolved(record)
            for record in records
        ]

    def _checked(
        self, paper: Paper, record: GeneExpressionRecord, species: list[str]
    ) -> GeneExpressionRecord:
        own = SPECIES_OF_TAXON.get(record.taxon or "")
        keys = [own.key] if own and not self.options.species else species
        changes: dict[str, object] = {}
        candidates = dict(record.candidates)
        for column in self.options.columns:
            name, label_column = f"{column}_id", f"{column}_label"
            label, known = getattr(record, label_column), getattr(record, name)
            if known:
                changes |= _confirmed(paper, known, label, label_column)
                continue
            candidates.pop(name, None)
            found = terms_named(column, label, keys) if label else []
            if len(found) == 1:
                changes |= {name: found[0].id, label_column: found[0].label}
            elif found:
                candidates[name] = _as_candidates(found)
            elif label and column == "anatomy" and (head := _head(label, keys)):
                # The label says more than the term: it stays.
                changes[name] = head.id
        return record.model_copy(update={**changes, "candidates": candidates})


def _resolved(record: Record) -> Record:
    """Give the columns of any other record the terms of the ontologies they name."""
    changes: dict[str, object] = {}
    candidates = dict(record.candidates)
    for column, prefix in record.ontologies.items():
        name, label = id_column(column), getattr(record, column)
        # Columns of others may hold lists, and need not have one for identifiers.
        if prefix not in ONTOLOGIES or name not in record.domain_columns():
            continue
        if getattr(record, name) or not isinstance(label, str | None):
            continue
        candidates.pop(name, None)
        found = _best(ontology(prefix).lookup(label)) if label else []
        if len(found) == 1:
            changes[name] = found[0].id
            if may_be(record, column, found[0].label):
                changes[column] = found[0].label
        elif found:
            candidates[name] = _as_candidates(found)
    return record.model_copy(update={**changes, "candidates": candidates})


def _as_candidates(found: Sequence[TermMatch]) -> list[Candidate]:
    return [Candidate(id=one.id, label=one.label, source=one.kind) for one in found]


def terms_named(column: Column, label: str, species: Sequence[str]) -> list[TermMatch]:
    """Terms a label may stand for: of the first vocabulary that knows it best."""
    rest = _OF_STAGE if column == "stage" else _HEAD
    for name in dict.fromkeys((label, rest.sub("", label))):
        for key in species or [""]:
            found = _lookup(column, name, key)
            if found:
                return found
    return []


def _head(label: str, species: Sequence[str]) -> TermMatch | None:
    """Term of the last words of a label: "gonad" for "cortex of the XY gonad"."""
    for words in _last_words(label):
        found = terms_named("anatomy", words, species)
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _last_words(label: str) -> Iterator[str]:
    """All ends of a label, the longest first."""
    words = label.split()
    return (" ".join(words[count:]) for count in range(1, len(words)))


def _lookup(column: Column, name: str, species_key: str) -> list[TermMatch]:
    if column == "stage":
        return _best(resolve_stage(name, species_key))
    if column == "cellular_component":
        return _best(ontology("GO").lookup(name))
    prefixes = anatomy_ontologies(species_key)
    return _best(
        [term for prefix in prefixes for term in ontology(prefix).lookup(name)]
    )


def _best(found: list[TermMatch]) -> list[TermMatch]:
    """Of several terms those of the best kind: label, synonym, plain English."""
    for kind in ("label", "plain English", "synonym", "adjective"):
        for exact in (True, False):
            same = [term for term in found if term.kind == kind and term.exact is exact]
            if same:
                return same
    return []


def _confirmed(
    paper: Paper, term_id: str, label: str | None, label_column: str
) -> dict[str, object]:
    """Keep an identifier that was there before; say so when the label does not fit."""
    prefix = term_id.partition(":")[0]
    official = ontology(prefix).label(term_id) if prefix in ONTOLOGIES else None
    if official is None or official == label:
        return {}
    if label is None or any(
        term.id == term_id for term in ontology(prefix).lookup(label)
    ):
        return {label_column: official}
    if any(
        term.id == term_id
        for words in _last_words(label)
        for term in ontology(prefix).lookup(words)
    ):
        return {}  # the label says more than the term
    paper.ledger.note(f"{term_id} is {official}, not {label}; check that record.")
    return {}
