"""The agent: rows of the columns that a curator names, from any paper."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Field, field_validator

from curation_kit.agents.asking import Answer, ChunkOptions, Question
from curation_kit.agents.base import Extractor, Options
from curation_kit.agents.chunks import Chunk
from curation_kit.agents.extract.columns import ExtractColumn, check_columns
from curation_kit.agents.extract.rows import (
    ExtractRecord,
    answer_model,
    record_model,
    values_of,
)
from curation_kit.agents.grounding import cite, flag, merged, why_of
from curation_kit.agents.paper import Paper
from curation_kit.agents.prompts import prompt
from curation_kit.llm import Load, Service
from curation_kit.records import Record

__all__ = ["ExtractAgent", "ExtractOptions"]

SectionKind = Literal[
    "title",
    "abstract",
    "introduction",
    "methods",
    "results",
    "results and discussion",
    "discussion",
    "body",
    "figure legend",
    "table",
    "supplement",
]

_EMPTY = "empty row"

#: Characters of a paper that are in the sections read by default: the median of
#: fourteen papers, .56 to .75.
_READ = 0.67


class ExtractOptions(ChunkOptions):
    """Options of the general extractor."""

    columns: tuple[ExtractColumn, ...] = Field(
        description="The columns of the table, in order."
    )
    sections: list[SectionKind] = Field(
        default=[
            "title",
            "abstract",
            "methods",
            "results",
            "results and discussion",
            "discussion",
            "body",
            "figure legend",
            "table",
        ],
        min_length=1,
        description="Sections that are read.",
    )

    @field_validator("columns")
    @classmethod
    def _side_by_side(
        cls, columns: tuple[ExtractColumn, ...]
    ) -> tuple[ExtractColumn, ...]:
        if not columns:
            raise ValueError("Name at least one column")
        check_columns(columns)
        return columns


class ExtractAgent(Extractor):
    """Have a model fill a table of the curator's own columns."""

    name = "extract"
    title = "Extract a Table"
    description = (
        "Fills a table of your own: name its columns and say in the custom "
        "instructions what a row is. A model reads the paper; each row stands on "
        "quotes that are looked up in it."
    )
    version = "3"
    Options: ClassVar[type[Options]] = ExtractOptions
    record = ExtractRecord
    reasons: ClassVar[dict[str, str]] = {
        _EMPTY: "The model gave a row without any value."
    }
    requires_instructions = True
    options: ExtractOptions

    @classmethod
    def record_for(cls, options: BaseModel) -> type[Record]:
        """Model of rows with the columns of the options."""
        assert isinstance(options, ExtractOptions)  # noqa: S101 - its own
        return record_model(options.columns)

    @classmethod
    def prompt(cls, options: BaseModel, instructions: str = "") -> str:
        """What the model is told: the instructions, the columns, how to quote."""
        assert isinstance(options, ExtractOptions)  # noqa: S101 - its own
        listed = "\n".join(_told(column) for column in options.columns)
        return prompt("extract-1", instructions, columns=listed)

    @classmethod
    def load(cls, options: BaseModel, characters: int, service: Service) -> Load:
        """About what the model would be asked."""
        assert isinstance(options, ExtractOptions)  # noqa: S101 - its own
        return cls._question(options, "").load(int(_READ * characters), service)

    @classmethod
    def _question(cls, options: ExtractOptions, instructions: str) -> Question[Answer]:
        told = cls.prompt(options, instructions)
        return Question(options, told, answer_model(options.columns))

    def identity(self) -> dict[str, Any]:
        """What the model is told decides the result, too."""
        return {**super().identity(), "prompt": self.prompt(self.options)}

    def extract(self, paper: Paper) -> Iterable[Record]:
        """Give one record per row, with the quotes that the model claims for it."""
        question = self._question(self.options, paper.instructions(self.instructions))
        records = merged(
            record
            for chunk, answer in question.ask(paper, self.options.sections)
            for row in answer.rows  # type: ignore[attr-defined]
            if (record := self._record(paper, chunk, row))
        )
        paper.ledger.candidates += len(records)
        paper.ledger.kept += len(records)
        return records

    def _record(self, paper: Paper, chunk: Chunk, row: Answer) -> ExtractRecord | None:
        columns = self.options.columns
        values, wrong = values_of(row, columns)
        quotes: list[str] = row.quotes  # type: ignore[attr-defined]
        if not wrong and all(value in (None, []) for value in values.values()):
            quote = paper.align(quotes[0]) if quotes else None
            paper.ledger.drop(_EMPTY, agent=self.name, evidence=quote)
            return None
        record = record_model(columns)(**values)
        checked = [column.field for column in columns if column.in_words]
        cite(paper, record, quotes, checked, after=chunk.start)
        for told in wrong:
            flag(record, told)
        record.why = why_of(record, f'The model "{self.options.model}"')
        return record


def _told(column: ExtractColumn) -> str:
    about = " ".join(column.description.split())
    return f"- `{column.name}` ({column.kind}){': ' if about else ''}{about}"
