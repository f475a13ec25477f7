"""Evidence: the place of the paper that a record stands on."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "GRAVE",
    "LOOK_ALIKE",
    "Box",
    "Difference",
    "DifferenceKind",
    "Evidence",
    "Mention",
    "Verification",
]


class Verification(StrEnum):
    """How a quote was found in the document, best first."""

    VERIFIED = "verified"
    APPROXIMATE = "approximate"
    UNSUPPORTED = "unsupported"


class Box(NamedTuple):
    """A rectangle on a page.

    `page` counts from 1. The corners are in points (1/72 inch) from the top
    left of the page as a reader sees it, that is after its rotation.
    """

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


class DifferenceKind(StrEnum):
    """What a claimed quote and the paper differ in, gravest first.

    ``wording`` is little words and small slips of spelling; ``cut word`` a
    quote that starts or ends inside a word, ``splice`` one put together from two
    places, or from two sentences without the full stop.
    """

    NEGATION = "negation"
    OPPOSITE = "opposite"
    NUMBER = "number"
    NAME = "name"
    SIGN = "sign"
    LOOK_ALIKE = "look-alike letters"
    SPLICE = "splice"
    CUT = "cut word"
    WORD = "word"
    WORDING = "wording"
    CITATION = "citation"
    OMISSION = "omission"


#: Differences that may turn a statement into another one.
GRAVE = frozenset(DifferenceKind) - {
    DifferenceKind.WORDING,
    DifferenceKind.CITATION,
    DifferenceKind.OMISSION,
}


class Difference(NamedTuple):
    """A place where a claimed quote is not what the paper says.

    Attributes
    ----------
    kind
        The gravest thing that the differing words touch.
    claimed, paper
        The words of either; empty where one has nothing.
    """

    kind: DifferenceKind
    claimed: str
    paper: str

    @property
    def grave(self) -> bool:
        """Whether it may turn the statement into another one."""
        return self.kind in GRAVE

    def __str__(self) -> str:
        if not self.paper:
            return f"{self.kind}: “{self.claimed}” is not in the paper"
        if not self.claimed:
            return f"{self.kind}: the paper also has “{self.paper}”"
        return f"{self.kind}: “{self.claimed}” for the paper's “{self.paper}”"


class Mention(NamedTuple):
    """Where a value of a record stands in its quote.

    Attributes
    ----------
    column
        The record's column, for instance ``gene_symbol``.
    start, end
        Character offsets in the document's text, ``end`` exclusive.
    boxes
        One rectangle per line of the mention.
    """

    column: str
    start: int
    end: int
    boxes: list[Box]


#: Flag of a quote with letters of another script that look like Latin ones.
LOOK_ALIKE = "look-alike letters"


class Evidence(BaseModel):
    """Where in the document a record comes from.

    Attributes
    ----------
    quote
        Verbatim text of the document, in reading order.
    page
        Page of the first character of the quote, from 1; ``None`` when the
        quote was not found.
    section
        Section of the paper, for instance ``results`` or ``figure legend``.
    figures
        Labels of the figures and tables that the quote names or describes.
    boxes
        One rectangle per line of the quote.
    start, end
        Character offsets in the document's text, ``end`` exclusive.
    score
        Likeness of quote and document text, 0 to 1; 1 is exact.
    claimed
        What a model or a person gave as the quote, where it is not `quote` to
        the letter; ``None`` for quotes that were cut out of the paper.
    differences
        Where `claimed` and the paper say different things, gravest first.
    flags
        What a curator should look at on the page, whatever `verification`
        says: look-alike letters, text that cannot be seen.
    mentions
        Where the values of the record stand in the quote, as far as the
        extractor knows.
    """

    model_config = ConfigDict(extra="forbid")

    quote: str
    page: Annotated[int, Field(ge=-(2**63), lt=2**63)] | None = None  # as in tables
    section: str | None = None
    figures: list[str] = Field(default_factory=list)
    boxes: list[Box] = Field(default_factory=list)
    start: int | None = None
    end: int | None = None
    verification: Verification = Verification.UNSUPPORTED
    score: float = Field(default=0.0, ge=0.0, le=1.0)
    claimed: str | None = None
    differences: list[Difference] = Field(default_factory=list)
    flags: list[str] = Field(default_factory=list)
    mentions: list[Mention] = Field(default_factory=list)
