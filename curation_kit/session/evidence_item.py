"""What the evidence view shows: a record or a dropped candidate with its quotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation_kit.documents.drawing import PageMark
from curation_kit.evidence.marks import COLORS, QUOTE, mark_of
from curation_kit.records import Box, Dropped, Evidence, Mention, Record, Verification
from curation_kit.session.record_query import cell_text
from curation_kit.species import SPECIES_OF_TAXON
from curation_kit.workspace import JobViewing

__all__ = [
    "EvidenceItem",
    "kind_of",
    "marks_on",
    "page_marks",
    "told_of",
]


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """A record or a dropped candidate, with where it stands.

    `mentions` are those of each evidence; `about` is what is told of it besides
    its quotes.
    """

    document_id: str
    number: int
    path: Path
    evidence: tuple[Evidence, ...]
    mentions: tuple[list[Mention], ...]
    dropped: bool
    about: dict[str, Any]

    def page(self, index: int) -> int:
        """Page of one of its quotes; the first one if it was not found."""
        evidence = self.evidence[index] if self.evidence else None
        return (evidence.page if evidence else None) or 1

    @classmethod
    def of_record(
        cls, job: JobViewing, document_id: str, number: int, record: Record
    ) -> EvidenceItem:
        """Give a record with where it stands."""
        name = job.document_name(document_id)
        row = record.row(name)
        return cls(
            document_id,
            number,
            job.document_path(document_id),
            tuple(record.evidence),
            tuple(job.mentions(document_id, record, one) for one in record.evidence),
            dropped=False,
            about={
                "document": name,
                "row": {n: cell_text(row[n]) for n in record.domain_columns()},
                "names": _taxon_names(row),
                "why": record.why,
                "candidates": record.model_dump(mode="json")["candidates"],
                "lookups": {n: str(found) for n, found in record.lookups.items()},
                "dropped": "",
            },
        )

    @classmethod
    def of_dropped(
        cls, job: JobViewing, document_id: str, number: int, candidate: Dropped
    ) -> EvidenceItem:
        """Give a dropped candidate with where it stood."""
        quotes = () if candidate.evidence is None else (candidate.evidence,)
        return cls(
            document_id,
            number,
            job.document_path(document_id),
            quotes,
            tuple(quote.mentions for quote in quotes),
            dropped=True,
            about={
                "document": job.document_name(document_id),
                "row": dict(candidate.record),
                "names": _taxon_names(candidate.record),
                "why": "",
                "candidates": {},
                "lookups": {},
                "dropped": candidate.reason,
            },
        )


def marks_on(
    evidence: Evidence, mentions: Sequence[Mention], page: int
) -> list[tuple[str, Box]]:
    """Boxes on a page, each with its column, or ``quote``.

    Those that lie on others come after them.
    """
    if evidence.verification is Verification.UNSUPPORTED:
        return []
    marks = [(QUOTE, box) for box in evidence.boxes]
    marks += [(mention.column, box) for mention in mentions for box in mention.boxes]
    return [(column, box) for column, box in marks if box.page == page]


def kind_of(column: str) -> str:
    """Kind of mark, one of `COLORS`, of a column or ``quote``."""
    return QUOTE if column == QUOTE else mark_of(column)


def page_marks(
    evidence: Evidence, mentions: Sequence[Mention], page: int
) -> list[PageMark]:
    """Give the marks of a quote as `PageImages.render` takes them."""
    return [
        PageMark(box.x0, box.y0, box.x1, box.y1, COLORS[kind_of(column)])
        for column, box in marks_on(evidence, mentions, page)
    ]


def _taxon_names(row: Mapping[str, Any]) -> dict[str, str]:
    """Give the scientific name of a row's taxon, by its identifier."""
    species = SPECIES_OF_TAXON.get(row.get("taxon") or "")
    return {species.taxon: species.name} if species else {}


def told_of(evidence: Evidence) -> dict[str, Any]:
    """What is told of a quote besides where it is."""
    told = evidence.model_dump(
        mode="json", exclude={"boxes", "mentions", "start", "end", "differences"}
    )
    differences = [
        {"kind": d.kind.value, "text": str(d), "grave": d.grave}
        for d in evidence.differences
    ]
    return {**told, "differences": differences}
