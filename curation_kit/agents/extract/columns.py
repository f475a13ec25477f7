"""The columns that a curator asks for."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal, Optional, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from curation_kit.records import EVIDENCE_COLUMNS, Record, id_column
from curation_kit.vocabulary import ONTOLOGIES

__all__ = ["ExtractColumn", "check_columns"]

_ONTOLOGIES = {name.casefold(): name for name in ONTOLOGIES}

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")

#: What tables of records and answers have besides, some of them only on demand or
#: as index.
_TAKEN = frozenset(
    {
        *EVIDENCE_COLUMNS,
        *("document", "document_id", "paper", "record", "reviewer", "review_note"),
        *("review_time", "machine_values", "job_id"),
        *("verification_score", "claimed", "differences"),
        *("flags", "evidence_count", "quotes", "asked"),
        *Record.model_fields,
    }
)

#: How names of methods of pydantic begin, those that are to come included.
_PROTECTED = ("model_dump", "model_validate")

_PYTHON: dict[str, Any] = {
    "text": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "date": dt.date,
}


def _no_count(value: Any) -> Any:
    """Refuse a number, which would be read as seconds since 1970."""
    if isinstance(value, int | float) or str(value).strip().isdecimal():
        raise ValueError("a date is written as YYYY-MM-DD")
    return value


#: What tables can hold of a type.
_CHECKS: dict[str, Any] = {
    "integer": Field(ge=-(2**63), lt=2**63),
    "number": Field(allow_inf_nan=False),
    "date": BeforeValidator(_no_count),
}

_JSON = {
    "text": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "string",
}

#: How a model, and a curator who is told what it got wrong, read a type.
_WORDS = {
    "text": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "date": "date as YYYY-MM-DD",
}


class ExtractColumn(BaseModel):
    """One column of the table that is extracted.

    A column with an ontology becomes two: ``drug`` gives ``drug_label`` with the
    paper's words and ``drug_id``, which validators fill.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, title="Column")

    name: str = Field(description="Letters, digits and _, for instance dose_mg.")
    type: Literal["text", "integer", "number", "boolean", "date", "choice", "list"] = (
        Field(default="text", description="What its values are.")
    )
    description: str = Field(
        default="",
        description="What the model shall write there.",
        json_schema_extra={"control": "prose"},
    )
    values: tuple[str, ...] = Field(
        default=(),
        description="Allowed values of a choice, or of the items of a list.",
        json_schema_extra={"shown_for": {"type": ["choice", "list"]}},
    )
    ontology: str = Field(
        default="",
        pattern=r"^[A-Za-z]*$",
        description="Source of identifiers, for instance UBERON or CHEBI.",
        json_schema_extra={"shown_for": {"type": ["text", "choice"]}},
    )

    @field_validator("name", "values", mode="before")
    @classmethod
    def _as_typed(cls, given: Any) -> Any:
        """Read numbers as the texts they were; YAML makes truth values of yes and no.

        Which word that was, nobody can tell any more.
        """
        if isinstance(given, list | tuple):
            return [cls._as_typed(one) for one in given]
        if isinstance(given, bool):
            raise ValueError(  # noqa: TRY004 - pydantic reports these
                "YAML reads words such as yes, no, on and off as true or false: put "
                'them in quotation marks, as in "yes"'
            )
        return str(given) if isinstance(given, int | float | dt.date) else given

    @field_validator("ontology")
    @classmethod
    def _as_listed(cls, given: str) -> str:
        """Spell an ontology as validators know it: they pass others by."""
        return _ONTOLOGIES.get(given.casefold(), given)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        name = f'The column "{self.name}"'
        if not _NAME.fullmatch(self.name):
            raise ValueError(
                f"{name} needs another name: a letter first, then letters, digits and "
                "_, at most 60"
            )
        if self.type == "choice" and not self.values:
            raise ValueError(f"{name} is a choice: give its allowed values")
        if self.values and self.type not in {"choice", "list"}:
            raise ValueError(
                f"{name} has allowed values: make it a choice, or a list of them"
            )
        if len({*self.values}) < len(self.values) or "" in self.values:
            raise ValueError(f"{name} has an allowed value twice, or an empty one")
        if self.ontology and self.type not in {"text", "choice"}:
            raise ValueError(f"{name} has an ontology, so it must be text or a choice")
        return self

    @property
    def field(self) -> str:
        """Name of the record's column with its value."""
        if self.ontology and not id_column(self.name):
            return f"{self.name}_label"
        return self.name

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of all columns that records have for it."""
        return (self.field, id_column(self.field)) if self.ontology else (self.field,)

    @property
    def in_words(self) -> bool:
        """Whether its values should stand in the paper, word for word or as number."""
        return not self.values and self.type != "boolean"

    @property
    def annotation(self) -> Any:
        """Type of its values in records; all may be empty."""
        if self.type == "list":
            return list[Literal[self.values] if self.values else str]  # type: ignore[misc]
        if self.type == "choice":
            return Optional[Literal[self.values]]  # noqa: UP045 - a Literal of a variable
        return _PYTHON[self.type] | None

    @property
    def checked(self) -> Any:
        """Type of its values with what tables can hold of it."""
        return Annotated[self.annotation, _CHECKS.get(self.type, Field())]

    @property
    def json_schema(self) -> dict[str, Any]:
        """JSON schema of what a model answers."""
        if self.type == "list":
            items = {"enum": list(self.values)} if self.values else {}
            return {"type": "array", "items": {"type": "string", **items}}
        if self.type == "choice":
            return {"type": ["string", "null"], "enum": [*self.values, None]}
        return {"type": [_JSON[self.type], "null"]}

    @property
    def kind(self) -> str:
        """What its values are, in words."""
        if self.type in _WORDS:
            return _WORDS[self.type]
        allowed = ", ".join(json.dumps(one, ensure_ascii=False) for one in self.values)
        if self.type == "choice":
            return f"one of {allowed}"
        return f"list of {allowed}" if allowed else "list of texts"


def check_columns(columns: Sequence[ExtractColumn]) -> None:
    """Raise `ValueError` if records cannot have these columns side by side."""
    seen: set[str] = set()
    for column in columns:
        for name in column.fields:
            # Sheets and databases do not tell "Page" from "page".
            if (
                name.casefold() in _TAKEN
                or hasattr(Record, name)
                or name.startswith(_PROTECTED)
            ):
                raise ValueError(
                    f'The column "{column.name}" needs another name: every table has '
                    f'a column or a method "{name.casefold()}"'
                )
            if name.casefold() in seen:
                raise ValueError(f'There are two columns "{name}"')
            seen.add(name.casefold())
