"""Records, the rows a flow extracts, and the evidence each one stands on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "Box",
    "Candidate",
    "Difference",
    "DifferenceKind",
    "Dropped",
    "Evidence",
    "GeneExpressionRecord",
    "Ledger",
    "Mention",
    "Record",
    "Verdict",
    "Verification",
    "id_column",
]

#: Joins the values of a list in one cell of a table.
LIST_SEPARATOR = "|"

#: Columns that every table of records ends with, whatever the domain.
EVIDENCE_COLUMNS = ("quote", "page", "section", "figures", "verification", "review")


class Verification(StrEnum):
    """How a quote was found in the document."""

    VERIFIED = "verified"
    APPROXIMATE = "approximate"
    UNSUPPORTED = "unsupported"


class Verdict(StrEnum):
    """What the ``review`` of a record may say, which is empty at first.

    ``check`` is set by the evidence gate and asks for a curator's look; the
    others are verdicts of curators. ``edited`` is an acceptance with changes.
    """

    CHECK = "check"
    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"


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
    places.
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
    page: int | None = None
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


#: Reason of a dropped candidate of which its agent says no more.
NO_REASON = "no reason given"
#: Reason of a record that a validator did not give back, and told no reason.
LEFT_OUT = "left out by a validator"


class Candidate(BaseModel):
    """One possible identifier of an ambiguous name."""

    model_config = ConfigDict(extra="forbid")

    id: str
    label: str
    source: str = ""


class Record(BaseModel):
    """One extracted row: subclass it and add the columns of your domain.

    Attributes
    ----------
    evidence
        Best first. The table shows the first one, JSON all of them.
    candidates
        For each column whose identifier is ambiguous, the possible ones.
    why
        Why the extractor kept this record, in plain words.
    review
        A `Verdict`, empty until there is one.
    repeated_columns
        Names of text columns with few different values, for instance of an
        assay: they are categories in DataFrames.
    """

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    repeated_columns: ClassVar[frozenset[str]] = frozenset()

    evidence: list[Evidence] = Field(default_factory=list)
    candidates: dict[str, list[Candidate]] = Field(default_factory=dict)
    why: str = ""
    review: str | None = None

    _shared: ClassVar[frozenset[str]] = frozenset(
        {"evidence", "candidates", "why", "review"}
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
        values = {name: _cell(getattr(self, name)) for name in names if name not in ids}
        return ", ".join(
            f"{name}={value}"
            for name, value in values.items()
            if value not in (None, "", False)
        )

    @classmethod
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
            Keyed by `columns`; lists are joined with ``|``.
        """
        best = self.evidence[0] if self.evidence else Evidence(quote="")
        row: dict[str, Any] = {"document": document}
        for name in self.domain_columns():
            row[name] = _cell(getattr(self, name))
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


def _cell(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return LIST_SEPARATOR.join(str(_cell(item)) for item in value)
    return value.value if isinstance(value, Enum) else value


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


class Dropped(BaseModel):
    """One candidate that did not become a record, and why.

    Attributes
    ----------
    reason
        As counted in `Ledger.dropped`, for instance ``no anatomy``.
    agent
        Name of the agent that dropped it; ``evidence gate`` for the gate.
    evidence
        The sentence that it was found in.
    record
        What was known of it, by column.
    """

    model_config = ConfigDict(extra="forbid")

    reason: str
    agent: str = ""
    evidence: Evidence | None = None
    record: dict[str, str] = Field(default_factory=dict)


class Ledger(BaseModel):
    """What was read in one document, what was judged, and what became of it.

    Makes a result of zero rows explain itself.

    Attributes
    ----------
    sections_read, sections_skipped
        Section names, each once, in reading order.
    chunks_sent, chunks_answered, chunks_unparseable
        Pieces of the document sent to a model, and how its answers fared.
    candidates, kept
        Records and dropped candidates together, and the records among them.
    dropped
        Number of dropped candidates per reason.
    drops
        The dropped candidates themselves; kept apart from the rest once the
        document is done (`Job.dropped`).
    verification
        Number of kept records per verification of their best evidence.
    flagged
        Number of kept records that the evidence gate asks a curator to check.
    notes
        Sentences for the curator.
    """

    model_config = ConfigDict(extra="forbid")

    pages: int = 0
    pages_without_text: int = 0
    sections_read: list[str] = Field(default_factory=list)
    sections_skipped: list[str] = Field(default_factory=list)
    sentences: int = 0
    candidates: int = 0
    kept: int = 0
    chunks_sent: int = 0
    chunks_answered: int = 0
    chunks_unparseable: int = 0
    dropped: dict[str, int] = Field(default_factory=dict)
    drops: list[Dropped] = Field(default_factory=list)
    verification: dict[str, int] = Field(default_factory=dict)
    flagged: int = 0
    notes: list[str] = Field(default_factory=list)

    def drop(
        self,
        reason: str,
        *,
        agent: str = "",
        evidence: Evidence | None = None,
        record: Mapping[str, str] | None = None,
    ) -> None:
        """Note one candidate that was not kept; see `Dropped`."""
        self.dropped[reason] = self.dropped.get(reason, 0) + 1
        self.drops.append(
            Dropped(
                reason=reason, agent=agent, evidence=evidence, record=dict(record or {})
            )
        )

    def settle(self, kept: int) -> None:
        """Make the numbers add up, now that it is known how many records there are.

        Every candidate was kept or dropped. Candidates that an agent counted and
        told no more of are dropped without a reason; those that it counted with
        a reason only are listed with no more than that.
        """
        listed = Counter(one.reason for one in self.drops)
        for reason, count in self.dropped.items():
            told = count - listed[reason]
            self.drops += [Dropped(reason=reason) for _ in range(told)]
        for _ in range(self.candidates - kept - sum(self.dropped.values())):
            self.drop(NO_REASON)
        self.kept = kept
        self.candidates = kept + sum(self.dropped.values())

    def by_reason(self) -> list[tuple[str, int]]:
        """Reasons of dropped candidates with their numbers, the most frequent first."""
        return sorted(self.dropped.items(), key=lambda item: (-item[1], item[0]))

    def verified(self) -> str:
        """How well the kept records are supported; empty when nothing is known."""
        parts = [
            f"{self.verification[kind]:,} {kind}"
            for kind in Verification
            if self.verification.get(kind)
        ]
        parts += [f"{self.flagged:,} to check"] if self.flagged else []
        return ", ".join(parts)

    def __repr__(self) -> str:
        return f"<Ledger {self.summary()}>"

    def __str__(self) -> str:
        return repr(self)

    @property
    def in_full(self) -> bool:
        """Whether all of it was judged: every page has text, every piece an answer."""
        return (
            self.pages > 0
            and self.sentences + self.chunks_sent > 0
            and not self.pages_without_text
            and self.chunks_sent == self.chunks_answered
            and not self.chunks_unparseable
        )

    def summary(self) -> str:
        """One line for tables: what was read and what came of it."""
        if not self.pages:
            return "; ".join(["nothing was read", *self.notes])
        parts = [_count(self.pages, "page")]
        if self.pages_without_text:
            parts.append(f"{self.pages_without_text:,} without text")
        # An agent need not tell of sections and sentences: no nought for these.
        told = bool(self.sections_read or self.sections_skipped or self.sentences)
        if told:
            parts.append(f"{_count(len(self.sections_read), 'section')} read")
        if self.sections_skipped:
            *others, last = self.sections_skipped
            parts.append(
                f"{' and '.join(filter(None, [', '.join(others), last]))} skipped"
            )
        if told:
            parts.append(f"{_count(self.sentences, 'sentence')} judged")
        if told or self.candidates != self.kept:
            parts.append(_count(self.candidates, "candidate"))
        parts.append(f"{self.kept:,} kept")
        if self.dropped:
            listed = ", ".join(
                f"{count:,} {reason}" for reason, count in self.by_reason()
            )
            parts.append(f"{sum(self.dropped.values()):,} dropped: {listed}")
        lines = [", ".join(parts)]
        if verified := self.verified():
            lines.append(verified)
        if self.chunks_sent:
            lines.append(
                f"{self.chunks_sent:,} chunks sent, {self.chunks_answered:,} answered, "
                f"{self.chunks_unparseable:,} unparseable"
            )
        return "; ".join([*lines, *self.notes])


def _shorten(text: str, length: int) -> str:
    """Text on one line of at most so many characters, with … where it was cut."""
    text = " ".join(text.split())
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
