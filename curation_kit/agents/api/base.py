"""What validators that ask a web API have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from curation_kit.agents.api.sources import Answer, Inquiry, Source, Unanswered, today
from curation_kit.agents.base import Options, Paper, Validator
from curation_kit.errors import DocumentFailure, FailureCategory
from curation_kit.records import Lookup, LookupStatus, Record

__all__ = ["ApiOptions", "ApiValidator"]


class ApiOptions(Options):
    """Options of every validator that asks a web API."""

    column: str = Field(
        default="",
        description="Column that is looked up; empty: the one that the records have.",
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


class ApiValidator(Validator):
    """Looks one column of the records up.

    Attributes
    ----------
    source
        Who is asked.
    columns
        Names of the column that is looked up where the options name none; the
        first that the records have.
    """

    io_bound = True
    Options: ClassVar[type[Options]] = ApiOptions
    options: ApiOptions
    source: ClassVar[Source]
    columns: ClassVar[tuple[str, ...]]

    def identity(self) -> dict[str, Any]:
        """Add who was asked, and the day: what the source says may change."""
        url = self.source.url(self.options.url)
        return {**super().identity(), "url": url, "day": today().isoformat()}

    def validate(self, paper: Paper, records: Sequence[Record]) -> Iterable[Record]:
        """Give the records back with what the source says of them."""
        return _Checking(self, paper).all(records)

    def column_of(self, record: type[Record]) -> str:
        """Name of the column that is looked up; empty if the records have none."""
        given = self.options.column  # as records have it, or as a curator asked for it
        names = (given, f"{given}_label") if given else self.columns
        return next((name for name in names if name in record.domain_columns()), "")

    @abstractmethod
    def look_up(
        self, value: str, record: Record, paper: Paper, inquiry: Inquiry
    ) -> Lookup:
        """Tell what the source says of a value of a record.

        Raises
        ------
        Unanswered
            If it says nothing.
        """

    def unanswered(self, error: Unanswered) -> Lookup:
        """Tell that the source said nothing."""
        return Lookup(source=self.source.title, status=error.status, note=str(error))

    def answered(
        self, answer: Answer[Any], status: LookupStatus, **more: Any
    ) -> Lookup:
        """Tell what the source said."""
        note = f"an older answer, as there is no newer one: {answer.stale}"
        return Lookup(
            source=self.source.title,
            status=status,
            asked=answer.asked,
            **{"note": note if answer.stale else "", **more},
        )

    @abstractmethod
    def apply(
        self, record: Record, column: str, lookups: Mapping[str, Lookup]
    ) -> Record:
        """Give a record with what is now known of the values of a column."""

    def context(self, record: Record) -> object:
        """Tell on what else of a record the answer depends; hashable."""
        del record
        return None


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
        count = sum(not lookup.status.answered for lookup in self._known.values())
        if count:
            ledger.unanswered += count
            names = "1 name" if count == 1 else f"{count:,} names"
            ledger.notes.append(
                f"{self._agent.title} left {names} unresolved: "
                f"{self._agent.source.title}: {self._why}"
            )
        for lookup in self._known.values():
            note = f"{lookup.note}; check that record."
            if lookup.status is LookupStatus.MISMATCH and note not in ledger.notes:
                ledger.notes.append(note)
        return checked

    def _checked(self, record: Record) -> Record:
        agent = self._agent
        column = agent.column_of(type(record))
        if not column:
            wanted = agent.options.column or " or ".join(agent.columns)
            raise DocumentFailure(
                FailureCategory.FLOW,
                f'The records have no column {wanted} for the agent "{agent.name}".',
                'Name the column that it shall look up in its option "column".',
            )
        value = getattr(record, column)
        values = value if isinstance(value, list) else [value]
        lookups = {
            str(one): self._look_up(str(one), record)
            for one in values
            if one not in (None, "")
        }
        return agent.apply(record, column, lookups) if lookups else record

    def _look_up(self, value: str, record: Record) -> Lookup:
        agent = self._agent
        key = (value, agent.context(record))
        if key not in self._known:
            try:
                lookup = agent.look_up(value, record, self._paper, self._inquiry)
            except Unanswered as error:
                if agent.options.offline == "fail":
                    raise error.failure(agent.source) from error
                self._why = str(error)
                lookup = agent.unanswered(error)
            self._known[key] = lookup
        return self._known[key]
