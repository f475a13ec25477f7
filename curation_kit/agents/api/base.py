"""What validators that ask a web API have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import Field

from curation_kit.agents.api.inquiry import Answer, Inquiry, today
from curation_kit.agents.api.sources import Source, Unanswered
from curation_kit.agents.base import Options, Validator
from curation_kit.agents.paper import Paper
from curation_kit.errors import DocumentFailure, FailureCategory
from curation_kit.phrases import counted
from curation_kit.records import Candidate, Lookup, LookupStatus, Record, id_column

__all__ = ["ApiOptions", "ApiValidator", "Question", "column_of_ids"]


class ApiOptions(Options):
    """Options of every validator that asks a web API."""

    column: str = Field(
        default="",
        description="Column that is looked up; empty: the one that is made for it.",
    )
    offline: Literal["unresolved", "fail"] = Field(
        default="unresolved",
        description=(
            "When the source gives no answer: keep the record and say so in it, or "
            "let the paper fail, to be retried."
        ),
    )
    max_age_days: int = Field(
        default=30,
        ge=0,
        description="Days for which a kept answer is good; 0 asks every time.",
    )
    url: str = Field(
        default="",
        pattern=r"^(https?://.+)?$",
        description="Address of the API, if it is not the public one.",
    )


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about one value of a record.

    Attributes
    ----------
    value, column
        What is looked up, and where it stands.
    inquiry
        Asks the source.
    """

    value: str
    column: str
    record: Record
    paper: Paper
    inquiry: Inquiry

    @property
    def known(self) -> str:
        """Identifier that an earlier step gave; empty if none did."""
        return self.text(column_of_ids(self.column))

    def text(self, column: str) -> str:
        """Value of a column if it is a text; else, and without it, empty."""
        value = getattr(self.record, column, None)
        return value if isinstance(value, str) else ""


def column_of_ids(column: str) -> str:
    """Name of the column for identifiers, whether the records have it or not."""
    return id_column(column) or f"{column}_id"


class ApiValidator(Validator):
    """Looks columns of the records up.

    Attributes
    ----------
    source
        Who is asked.
    columns
        Names of the column that is looked up where neither the options nor the
        records say it; the first that the records have.
    ontologies
        Sources of identifiers, as `Record.ontologies` names them, whose columns
        are looked up.
    """

    io_bound = True
    Options: ClassVar[type[Options]] = ApiOptions
    options: ApiOptions
    source: ClassVar[Source]
    columns: ClassVar[tuple[str, ...]]
    ontologies: ClassVar[frozenset[str]] = frozenset()

    def identity(self) -> dict[str, Any]:
        """Add who was asked, and the day: what the source says may change."""
        url = self.source.url(self.options.url)
        return {**super().identity(), "url": url, "day": today().isoformat()}

    def validate(self, paper: Paper, records: Sequence[Record]) -> Iterable[Record]:
        """Give the records back with what the source says of them."""
        return _Checking(self, paper).all(records)

    def columns_of(self, record: type[Record]) -> tuple[str, ...]:
        """Names of the columns that are looked up; none if the records have none."""
        there = record.domain_columns()
        if chosen := self.options.column:
            names = [name for name in (chosen, f"{chosen}_label") if name in there]
            return tuple(names[:1])
        told = [
            name
            for name, source in record.ontologies.items()
            if source in self.ontologies
        ]
        return tuple(told or [name for name in self.columns if name in there][:1])

    def problem(self, record: type[Record]) -> str:
        """Say so when there is no column to be looked up."""
        if self.columns_of(record):
            return ""
        wanted = self.options.column or " or ".join(self.columns)
        return (
            f"The records have no column {wanted}. Name the one that shall be looked "
            f'up in the option "column"; there is {", ".join(record.domain_columns())}.'
        )

    @abstractmethod
    def look_up(self, question: Question) -> Lookup:
        """Tell what the source says.

        Raises
        ------
        Unanswered
            If it says nothing.
        """

    def context(self, question: Question) -> Hashable:
        """Tell on what else than its value the answer to a question depends."""
        return question.column

    def unanswered(self, error: Unanswered) -> Lookup:
        """Tell that the source said nothing."""
        return Lookup(source=self.source.title, status=error.status, note=str(error))

    def answered(
        self,
        answer: Answer[Any],
        status: LookupStatus,
        *,
        found: Sequence[Candidate] = (),
        note: str = "",
    ) -> Lookup:
        """Tell what the source said, and whether that is an older answer."""
        notes = [note] if note else []
        if answer.stale:
            notes.append(f"an older answer, as there is no newer one: {answer.stale}")
        return Lookup(
            source=self.source.title,
            status=status,
            asked=answer.asked,
            found=list(found),
            note="; ".join(notes),
        )

    @abstractmethod
    def apply(
        self, record: Record, column: str, lookups: Mapping[str, Lookup]
    ) -> Record:
        """Give a record with what is now known of the values of a column."""


class _Checking:
    """One step on one paper: each question is asked once."""

    def __init__(self, agent: ApiValidator, paper: Paper) -> None:
        self._agent = agent
        self._paper = paper
        options = agent.options
        url = agent.source.url(options.url)
        self._inquiry = Inquiry(agent.source, url, paper.answers, options.max_age_days)
        self._known: dict[object, Lookup] = {}
        self._why = ""

    def all(self, records: Sequence[Record]) -> list[Record]:
        checked = [self._checked(record) for record in records]
        ledger = self._paper.ledger
        without = [
            f"{lookup.status} ({self._agent.title})"
            for lookup in self._known.values()
            if not lookup.status.answered
        ]
        if without:
            ledger.unanswered = dict(Counter(ledger.unanswered) + Counter(without))
            names = counted(len(without), "name")
            ledger.notes.append(
                f"{self._agent.title} left {names} unresolved: "
                f"{self._agent.source.title}: {self._why}"
            )
        for lookup in self._known.values():
            if lookup.status is LookupStatus.MISMATCH:
                ledger.note(f"{lookup.note}; check that record.")
        return checked

    def _checked(self, record: Record) -> Record:
        agent = self._agent
        if problem := agent.problem(type(record)):
            raise DocumentFailure(FailureCategory.FLOW, problem, "Then retry.")
        for column in agent.columns_of(type(record)):
            value = getattr(record, column)
            values = value if isinstance(value, list) else [value]
            lookups = {
                str(one): self._look_up(
                    Question(str(one), column, record, self._paper, self._inquiry)
                )
                for one in values
                if one not in (None, "")
            }
            if lookups:
                record = agent.apply(record, column, lookups)
        return record

    def _look_up(self, question: Question) -> Lookup:
        agent = self._agent
        key = (question.value, agent.context(question))
        if key not in self._known:
            try:
                lookup = agent.look_up(question)
            except Unanswered as error:
                if agent.options.offline == "fail":
                    raise error.failure(agent.source) from error
                self._why = str(error)
                lookup = agent.unanswered(error)
            self._known[key] = lookup
        return self._known[key]
