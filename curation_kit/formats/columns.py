"""The columns of a table of records: their types, and what is in them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from curation_kit.formats.delimited import plain_cell
from curation_kit.records import (
    Evidence,
    Record,
    Verdict,
    Verification,
    value_types,
)

__all__ = ["SHARED_COLUMNS", "Column", "Kind", "TableRow", "columns_of"]


class Kind(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    PROSE = "prose"  # text of any length, hardly ever the same twice
    INTEGER = "integer"
    NUMBER = "number"
    TRUTH = "truth"
    DATE = "date"
    MIXED = "mixed"  # prose and whole numbers, each cell by its value


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    meaning
        What is in it, in a few words; empty where only its maker knows.
    rounded
        Whether workbooks show it to three decimal places.
    repeated
        Whether a text has few different values, which are often repeated.
    values
        All that there should be of a text, the lesser before the greater.
    """

    name: str
    kind: Kind = Kind.TEXT
    meaning: str = ""
    rounded: bool = False
    repeated: bool = False
    values: tuple[str, ...] = ()


#: Of records of gene expression; other models describe their fields themselves.
_DOMAIN = {
    "gene_symbol": "gene, by its official symbol where it is known",
    "gene_id": "identifier of the gene, a CURIE",
    "taxon": "species, an identifier of NCBI Taxonomy",
    "anatomy_label": "where: name of the structure or cell",
    "anatomy_id": "identifier of the structure or cell, a CURIE",
    "stage_label": "when: name of the developmental stage",
    "stage_id": "identifier of the stage, a CURIE",
    "cellular_component_label": "where in the cell: name of the component",
    "cellular_component_id": "identifier of the component in GO",
    "assay": "method, if the sentence names one",
    "negated": "true: the paper says that it is not so",
}

#: What every table of records has, the first before the columns of the domain. Values
#: go from worse to better: ``verification >= "approximate"`` says what it means.
SHARED_COLUMNS = (
    Column("document", meaning="file name of the paper", repeated=True),
    Column("quote", Kind.PROSE, "the sentence, cut out of the paper"),
    Column("page", Kind.INTEGER, "page of the quote, from 1"),
    Column(
        "section", meaning="section of the paper that the quote is in", repeated=True
    ),
    Column("figures", meaning="figures and tables that the quote names"),
    Column(
        "verification",
        meaning="how the quote was found in the paper",
        values=(
            Verification.UNSUPPORTED.value,
            Verification.APPROXIMATE.value,
            Verification.VERIFIED.value,
        ),
    ),
    Column(
        "review",
        meaning="a curator's verdict; empty until there is one",
        values=(
            Verdict.REJECTED.value,
            Verdict.CHECK.value,
            Verdict.EDITED.value,
            Verdict.ADDED.value,
            Verdict.ACCEPTED.value,
        ),
    ),
)

#: What only JSON, workbooks and wide tables tell of a record.
_WHY = (
    Column("why", Kind.PROSE, "why it was kept, and what other sources said of it"),
    Column(
        "verification_score",
        Kind.NUMBER,
        "likeness of quote and paper, 0 to 1",
        rounded=True,
    ),
    Column("claimed", Kind.PROSE, "the quote as it was given, if the paper differs"),
    Column("differences", Kind.PROSE, "where it and the paper differ, gravest first"),
    Column("flags", meaning="what to look at on the page"),
    Column("evidence_count", Kind.INTEGER, "number of quotes; JSON has all of them"),
)
_CURATION = (
    Column("reviewer", meaning="who gave the verdict"),
    Column("review_time", meaning="when it was given, in UTC"),
    Column("review_note", Kind.PROSE, "the curator's note"),
    Column(
        "machine_values", Kind.PROSE, "JSON: what the flow had in columns since edited"
    ),
    Column("job_id", meaning="job that the record is of", repeated=True),
)
#: How a row is found again.
_KEYS = (
    Column("record", Kind.INTEGER, "number of the record in its document, from 0"),
    Column("document_id", meaning="SHA-256 of the paper's file", repeated=True),
)


def columns_of(
    model: type[Record],
    *,
    why: bool = False,
    curation: bool = False,
    keys: bool = False,
) -> tuple[Column, ...]:
    """Columns of a table of records, in order.

    Parameters
    ----------
    model
        Model of the records.
    why
        Also why the record was kept, how its quote and the paper differ, and the
        number of its quotes.
    curation
        Also who said what about it, and the keys.
    keys
        Also how it is found again: its number and the id of its document.
    """
    domain = [_of_field(model, name) for name in model.domain_columns()]
    document, *evidence = SHARED_COLUMNS
    found = [document, *domain, *evidence]
    taken = {column.name for column in found}
    more = (
        *(_WHY if why else ()),
        *(_CURATION if curation else ()),
        *(_KEYS if keys or curation else ()),
    )
    return (*found, *(column for column in more if column.name not in taken))


def _of_field(model: type[Record], name: str) -> Column:
    about = model.model_fields[name]
    known = {
        (bool,): Kind.TRUTH,
        (int,): Kind.INTEGER,
        (float,): Kind.NUMBER,
        (dt.date,): Kind.DATE,
    }
    types = tuple(value_types(about.annotation))
    kind = next((kind for of, kind in known.items() if of == types), Kind.TEXT)
    return Column(
        name,
        kind,
        about.description or _DOMAIN.get(name, ""),
        repeated=kind is Kind.TEXT and name in model.repeated_columns,
    )


@dataclass(frozen=True, slots=True)
class TableRow:
    """One record on its way into a table, with all that is told about it.

    Attributes
    ----------
    document, document_id
        File name and SHA-256 of its paper.
    number
        Of the record in its document, from 0.
    record
        With the curator's values, if these are wanted.
    reviewer, review_time, note
        Who gave the verdict and when, and the note to it; empty when there is none.
    machine
        The flow's values of those columns that the curator changed.
    job_id
        The job that found it.
    """

    document: str
    document_id: str
    number: int
    record: Record
    reviewer: str = ""
    review_time: str = ""
    note: str = ""
    machine: Mapping[str, Any] = field(default_factory=dict)
    job_id: str = ""

    def cells(self, *, wide: bool = False) -> dict[str, Any]:
        """Cells by column name; the wide ones only if wanted."""
        cells = self.record.row(self.document)
        if not wide:
            return cells
        evidence = self.record.evidence
        best = evidence[0] if evidence else Evidence(quote="")
        return {
            "why": self.record.explained(),
            "verification_score": best.score,
            "claimed": best.claimed or "",
            "differences": "; ".join(map(str, best.differences)),
            "flags": "; ".join(best.flags),
            "evidence_count": len(evidence),
            "reviewer": self.reviewer,
            "review_time": self.review_time,
            "review_note": self.note,
            "machine_values": json.dumps(dict(self.machine), ensure_ascii=False)
            if self.machine
            else "",
            "job_id": self.job_id,
            "record": self.number,
            "document_id": self.document_id,
            **cells,  # the record's own columns come first where names meet
        }

    def machine_text(self) -> str:
        """What the flow had in columns since edited, for people.

        Examples
        --------
        >>> machine = {"anatomy_label": "pharynx", "stage_label": None}
        >>> TableRow("a.pdf", "0a", 0, Record(), machine=machine).machine_text()
        'anatomy: pharynx; stage: (empty)'
        """
        return "; ".join(
            f"{name.removesuffix('_label').replace('_', ' ')}: "
            f"{'(empty)' if value in (None, '') else plain_cell(value)}"
            for name, value in self.machine.items()
        )

    def nested(self) -> dict[str, Any]:
        """The row as JSON has it: the record with all its evidence."""
        return {
            "document": self.document,
            "document_id": self.document_id,
            "record": self.number,
            "reviewer": self.reviewer,
            "review_time": self.review_time,
            "review_note": self.note,
            "machine_values": dict(self.machine),
            **self.record.model_dump(mode="json"),
        }
