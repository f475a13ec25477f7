"""What a class must have to be an agent.

Plug-ins are written by others. What is wrong with one is found here, when it is
registered: later it would break the page, the command or the runner that all
agents share.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.errors import PydanticInvalidForJsonSchema

from curation_kit.agents.base import Agent, Extractor, Formatter, InputAgent, Validator
from curation_kit.records import EVIDENCE_COLUMNS, Record

__all__ = ["complaint", "options_schema"]

_BASES = (InputAgent, Extractor, Validator, Formatter)
_TEXTS = ("name", "title", "description", "version")

#: What a file's name may end in, wherever it is kept.
_EXTENSION = re.compile(r"[A-Za-z0-9]+(\.[A-Za-z0-9]+)*")

#: Columns that tables fill themselves, whatever a record has of the name.
_TABLE_COLUMNS = frozenset({"document", "document_id", *EVIDENCE_COLUMNS})


def complaint(agent: object) -> str | None:
    """Say what keeps a class from being an agent, None when nothing does."""
    if not (isinstance(agent, type) and issubclass(agent, Agent)):
        return f"{agent!r} is no subclass of Agent"
    name = agent.__qualname__
    base = next((base for base in _BASES if issubclass(agent, base)), None)
    if base is None:
        return f"{name} is no InputAgent, Extractor, Validator or Formatter"
    if missing := _missing(agent):
        return f"{name} does not define {', '.join(missing)}"
    if agent.kind is not base.kind:
        return f"{name} is of the kind {base.kind}: it cannot have another"
    wrong = (
        _wrong_values(agent) or _wrong_extension(agent) or _wrong_options(agent.Options)
    )
    return f"{name} has {wrong}" if wrong else None


def options_schema(agent: type[Agent]) -> dict[str, Any]:
    """Give the JSON schema of an agent's options; empty if a type has none."""
    try:
        return agent.Options.model_json_schema()
    except PydanticInvalidForJsonSchema:
        return {}


def _missing(agent: type[Agent]) -> list[str]:
    needed = ["name", "title"]
    if issubclass(agent, Formatter):
        needed.append("extension")
    if issubclass(agent, Extractor) and not _chooses_record(agent):
        needed.append("record")
    lacking = [name for name in needed if not hasattr(agent, name)]
    return lacking + sorted(agent.__abstractmethods__)


def _chooses_record(agent: type[Extractor]) -> bool:
    """Whether it has a model of records for its options."""
    own: Any = agent.record_for  # a class method, unless its author forgot to say so
    return getattr(own, "__func__", own) is not Extractor.record_for.__func__  # type: ignore[attr-defined]


def _wrong_values(agent: type[Agent]) -> str | None:
    texts = [*_TEXTS, *(["extension"] if issubclass(agent, Formatter) else [])]
    for attribute in texts:
        value = getattr(agent, attribute)
        if not isinstance(value, str):
            return f"the {attribute} {value!r}, which is no text"
        if not value.strip() and attribute != "description":
            return f"an empty {attribute}"
    if not isinstance(agent.reasons, Mapping):
        return "reasons that are no mapping"
    if issubclass(agent, Extractor) and not _chooses_record(agent):
        return _wrong_record(agent.record)
    return None


def _wrong_record(record: object) -> str | None:
    if not (isinstance(record, type) and issubclass(record, Record)):
        return f"the record {record!r}, which is no subclass of Record"
    if taken := _taken_columns(record):
        return (
            f"the record {record.__name__} with {', '.join(taken)}, which all "
            "tables have of their own: give it another name"
        )
    if unknown := sorted({*record.ontologies} - {*record.model_fields}):
        return (
            f"the record {record.__name__} with an ontology for {', '.join(unknown)}, "
            "which is no column of it"
        )
    return None


def _wrong_extension(agent: type[Agent]) -> str | None:
    if not issubclass(agent, Formatter) or _EXTENSION.fullmatch(agent.extension):
        return None
    told = "give letters and digits, without the dot before them"
    return f"the extension {agent.extension!r}: {told}"


def _taken_columns(record: type[Record]) -> list[str]:
    """Its fields that would be lost in tables, or are not what all records have."""
    fields, shared = record.model_fields, Record.model_fields
    return [
        name
        for name in fields
        if (name in _TABLE_COLUMNS and name not in shared)
        or (name in shared and fields[name].annotation != shared[name].annotation)
    ]


def _wrong_options(model: object) -> str | None:
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return "options that are no subclass of Options"
    try:
        model.model_rebuild()  # does nothing where all types are known
        for field in model.model_fields.values():
            if not field.default_factory_takes_validated_data:
                field.get_default(call_default_factory=True)
    except Exception as error:  # noqa: BLE001 - code of others: whatever it raises
        return f"options that cannot be made: {type(error).__name__}: {error}"
    return None
