"""Records: the rows that a flow extracts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from operator import not_
from types import MappingProxyType
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from curation_kit.records.evidence import Evidence, Verification
from curation_kit.records.lookup import Candidate, Lookup
from curation_kit.records.values import LIST_SEPARATOR, cell

__all__ = [
    "EVIDENCE_COLUMNS",
    "GeneExpressionRecord",
    "Record",
    "Verdict",
    "id_column",
    "may_be",
]

#: Columns that every table of records ends with, whatever the domain.
EVIDENCE_COLUMNS = ("quote", "page", "section", "figures", "verification", "review")


class Verdict(StrEnum):
    """What the ``review`` of a record may say, which is empty at first.

    ``check`` is set by the evidence gate, also where a step has flagged the
    record, and asks for a curator's look; the others are verdicts of curators.
    ``edited`` is an acceptance with changes, and ``added`` says that the flow
    missed the record, and a curator added it.
    """

    CHECK = "check"
    ADDED = "added"
    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"


class Record(BaseModel):
    """One extracted row: subclass it and add the columns of your domain.

    Attributes
    ----------
    evidence
        Best first. The table shows the first one, JSON all of them.
    candidates
        For each column whose identifier is ambiguous, the possible ones.
    lookups
        For each column that a source outside the paper was asked about, what it
        said: ``record.lookups["gene_id"].status``.
    why
        Why the extractor kept this record, in plain words.
    review
        A `Verdict`, empty until there is one.
    repeated_columns
        Names of text columns with few different values, for instance of an
        assay: they are categories in DataFrames.
    ontologies
        For columns of names, the ontology or source of their identifiers, as
        ``{"drug_label": "CHEBI"}``: what validators go by. `id_column` tells
        where the identifiers are.
    """

    # JSON has no infinity, and one that is not a number would come back as missing.
    model_config = ConfigDict(
        extra="forbid", validate_assignment=True, allow_inf_nan=False
    )

    repeated_columns: ClassVar[frozenset[str]] = frozenset()
    ontologies: ClassVar[Mapping[str, str]] = MappingProxyType({})

    evidence: list[Evidence] = Field(default_factory=list)
    candidates: dict[str, list[Candidate]] = Field(default_factory=dict)
    # Left out where nobody was asked: such records stay what they were before.
    lookups: dict[str, Lookup] = Field(default_factory=dict, exclude_if=not_)
    why: str = ""
    review: str | None = None

    _shared: ClassVar[frozenset[str]] = frozenset(
        {"evidence", "candidates", "lookups", "why", "review"}
    )

    def __repr__(self) -> str:
        """Short, for the end of a notebook cell: the values, the verdict, the quote."""
        more = [self.review] if self.review else []
        if self.evidence:
            best = self.evidence[0]
            page = f" (page {best.page})" if best.page else ""
            more.append(f"“{_shorten(best.quote or best.claimed or '', 60)}”{page}")
        told = ": ".join(filter(None, [self._told(), ", ".join(more)]))
        return f"<{type(self).__name__} {told}>"

    def __str__(self) -> str:
        return repr(self)

    def _told(self) -> str:
        """The values that are not empty, without identifiers."""
        names = self.domain_columns()
        ids = {id_column(name) for name in names}
        values = {name: cell(getattr(self, name)) for name in names if name not in ids}
        return ", ".join(
            f"{name}={value}"
            for name, value in values.items()
            if value not in (None, "", False)
        )

    def explained(self) -> str:
        """Why it was kept, and what sources outside the paper said of it."""
        told = [f"{column} {lookup}" for column, lookup in self.lookups.items()]
        return "; ".join(
            filter(None, [self.why.rstrip(".") if told else self.why, *told])
        )

    @classmethod
    @lru_cache(maxsize=64)  # asked for each record
    def domain_columns(cls) -> tuple[str, ...]:
        """Columns that belong to the record's own domain, in order."""
        return tuple(name for name in cls.model_fields if name not in cls._shared)

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """All columns of a table of these records, in order."""
        return ("document", *cls.domain_columns(), *EVIDENCE_COLUMNS)

    def row(self, document: str) -> dict[str, Any]:
        """Give the record as one table row.

        Parameters
        ----------
        document
            The file name shown in the ``document`` column.

        Returns
        -------
        dict
            Keyed by `columns`; lists are joined with ``|``, times that tell their
            zone are in UTC.
        """
        best = self.evidence[0] if self.evidence else Evidence(quote="")
        row: dict[str, Any] = {"document": document}
        for name in self.domain_columns():
            row[name] = cell(getattr(self, name))
        quote = best.quote
        if best.verification is Verification.UNSUPPORTED:  # show what was claimed
            quote = best.quote or best.claimed or ""
        row.update(
            quote=quote,
            page=best.page,
            section=best.section,
            figures=LIST_SEPARATOR.join(best.figures),
            verification=best.verification.value,
            review=self.review,
        )
        return row


def id_column(column: str) -> str:
    """Name of the column with the identifier of what a column names.

    Examples
    --------
    >>> id_column("gene_symbol"), id_column("anatomy_label"), id_column("assay")
    ('gene_id', 'anatomy_id', '')
    """
    for ending in ("_label", "_symbol"):
        if column.endswith(ending):
            return f"{column.removesuffix(ending)}_id"
    return ""


def may_be(record: Record, column: str, value: Any) -> bool:
    """Whether a column of a record takes a value: a choice takes its own words only."""
    try:
        setattr(record.model_copy(), column, value)
    except ValidationError:
        return False
    return True


class GeneExpressionRecord(Record):
    """A gene is (or is not) expressed at a place and time, on some evidence.

    Labels are the paper's own words until a validator replaces them by the
    label of the identifier it found; identifiers are CURIEs such as
    ``WB:WBGene00000912`` and are set by validators only.
    """

    repeated_columns = frozenset({"taxon", "assay"})

    gene_symbol: str
    gene_id: str | None = None
    taxon: str | None = None
    anatomy_label: str | None = None
    anatomy_id: str | None = None
    stage_label: str | None = None
    stage_id: str | None = None
    cellular_component_label: str | None = None
    cellular_component_id: str | None = None
    assay: str | None = None
    negated: bool = False

    def _told(self) -> str:
        told = f"{'no ' if self.negated else ''}{self.gene_symbol}"
        for word, label in (
            ("in", self.anatomy_label),
            ("at", self.stage_label),
            ("within", self.cellular_component_label),
        ):
            told += f" {word} {label}" if label else ""
        return told


def _shorten(text: str, length: int) -> str:
    """Text on one line of at most so many characters, with … where it was cut."""
    text = " ".join(text.split())
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
