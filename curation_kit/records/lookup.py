"""What sources outside the paper said of a record."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Candidate", "Lookup", "LookupStatus"]


class Candidate(BaseModel):
    """One possible identifier of an ambiguous name."""

    model_config = ConfigDict(extra="forbid")

    id: str
    label: str
    source: str = ""


class LookupStatus(StrEnum):
    """How a question to a source ended.

    ``found`` is the end of a question for a list, such as that of a gene's
    orthologs; the others tell what became of a name or an identifier.
    """

    RESOLVED = "resolved"
    CONFIRMED = "confirmed"
    FOUND = "found"
    AMBIGUOUS = "ambiguous"
    MISMATCH = "does not fit"
    NOT_FOUND = "unresolved: not found"
    OFFLINE = "unresolved: offline"
    NOT_UNDERSTOOD = "unresolved: answer not understood"

    @property
    def answered(self) -> bool:
        """Whether the source gave an answer that can be used."""
        return self not in {LookupStatus.OFFLINE, LookupStatus.NOT_UNDERSTOOD}


class Lookup(BaseModel):
    """A question about one value of a record, and its answer.

    Attributes
    ----------
    source
        Who was asked, with the release of a table that comes with the program.
    status
        How it ended.
    asked
        Day (UTC) of the answer; None where there is none, and for tables that
        come with the program.
    found
        What the source knows of this name or gene.
    note
        What the curator should know besides.
    """

    model_config = ConfigDict(extra="forbid")

    source: str
    status: LookupStatus
    asked: date | None = None
    found: list[Candidate] = Field(default_factory=list)
    note: str = ""

    def __str__(self) -> str:
        day = f", {self.asked}" if self.asked else ""
        note = f": {self.note}" if self.note else ""
        return f"{self.status} ({self.source}{day}){note}"
