"""The form of an agent's options, made from their model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from inspect import get_annotations
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, to_jsonable_python

from curation_kit.agents import Agent, options_schema
from curation_kit.errors import FlowError
from curation_kit.formats import yaml_text

__all__ = ["OptionField", "fields_of", "plain", "read_yaml"]

#: Characters of YAML that are read; a flow has some hundreds.
_MAX_TEXT = 256_000


@dataclass(frozen=True, slots=True)
class OptionField:
    """One option as a form shows it.

    Attributes
    ----------
    name, label, description
        Name in the flow, and what the person reads.
    control
        ``check`` (yes or no), ``text``, ``prose`` (a text of several lines),
        ``number``, ``choice`` (one of `choices`), ``choices`` (several of them),
        ``list`` (texts or numbers, one per line), ``rows`` (items with `fields` of
        their own), ``service`` (a model service of the workspace), ``model`` (a
        model that one of them knows) or ``yaml`` (anything else).
    default
        Value when the option is left out, as JSON.
    required
        Whether there is no default.
    optional
        Whether it may be empty (None).
    choices
        Values to choose from, as JSON.
    numbers
        Whether a list holds numbers.
    limits
        Smallest and largest number, or None each.
    whole
        Whether a number has no fraction.
    item, fields
        What one of several rows is called, and its own fields.
    shown_for
        Of a field of a row: values of other fields of the row with which it makes
        sense; empty for any.
    """

    name: str
    label: str
    description: str = ""
    control: str = "yaml"
    default: Any = None
    required: bool = False
    optional: bool = False
    choices: list[Any] = field(default_factory=list)
    numbers: bool = False
    limits: tuple[float | None, float | None] = (None, None)
    whole: bool = False
    item: str = ""
    fields: tuple[OptionField, ...] = ()
    shown_for: dict[str, list[Any]] = field(default_factory=dict)

    def shown(self, value: Any) -> Any:
        """Give a value as its control holds it; one without brackets as a list."""
        if self.control == "yaml":
            return self.text_of(value)
        if self.control in {"choices", "list", "rows"} and not isinstance(value, list):
            value = [value]
        if self.control == "rows":
            return [row if isinstance(row, dict) else {} for row in value]
        return value

    def row(self) -> dict[str, Any]:
        """Give the field as plain JSON values; a YAML default as its text."""
        shown = {**asdict(self), "fields": [one.row() for one in self.fields]}
        if self.control == "yaml":
            shown["default"] = "" if self.required else self.text_of(self.default)
        return shown

    def text_of(self, value: Any) -> str:
        """Give a value as the text of a YAML field."""
        text = yaml_text.yaml_text(value)
        return text.removesuffix("...\n").rstrip("\n")

    def parse(self, shown: Any) -> Any:
        """Turn what the form holds into the option's value.

        What does not fit is given back as it is: the option's model says what
        is wrong with it.

        Raises
        ------
        FlowError
            If the text of a YAML field is no YAML.
        """
        if not isinstance(shown, str) or self.control == "choice":
            return shown
        if self.control == "yaml":
            return read_yaml(shown)
        if self.control == "list":
            lines = [line.strip() for line in shown.splitlines() if line.strip()]
            return [_number(line) for line in lines] if self.numbers else lines
        if self.optional and not shown.strip():
            return None
        return _number(shown) if self.control == "number" else shown


# Asked at every key that is typed; making a schema takes a millisecond.
@lru_cache(maxsize=256)
def fields_of(agent: type[Agent]) -> tuple[OptionField, ...]:
    """Give the options of an agent in the order of its model, its own first."""
    model, schema = agent.Options, options_schema(agent)
    found = []
    # What they inherit is about the model that is asked: it comes last.
    own = get_annotations(model)
    for name in sorted(model.model_fields, key=lambda name: name not in own):
        info = model.model_fields[name]
        alias = info.validation_alias or info.alias
        key = alias if isinstance(alias, str) else name
        default = _default(model, name)
        shape = _resolved(schema.get("properties", {}).get(key, {}), schema)
        words = name.replace("_", " ")
        found.append(
            OptionField(
                name=key,
                label=info.title or words[:1].upper() + words[1:],
                description=info.description or "",
                default=default,
                required=info.is_required(),
                **_control(shape, schema),
            )
        )
    return tuple(found)


def plain(value: Any) -> Any:
    """Give what YAML may hold (dates, bytes, infinity) as JSON values."""
    text = json.dumps(to_jsonable_python(value, bytes_mode="base64"))
    return json.loads(text, parse_constant=str)


def read_yaml(text: str) -> Any:
    """Read YAML from outside as plain JSON values.

    Raises
    ------
    FlowError
        If it is none, or too large.
    """
    if len(text) > _MAX_TEXT:
        raise FlowError([f"This is too long for a flow: {len(text):,} characters."])
    try:
        return plain(yaml_text.read_yaml(text))
    except (RecursionError, PydanticSerializationError) as error:
        raise FlowError(["This is nested too deeply to be read."]) from error
    except ValueError as error:
        raise FlowError([f"This is {error}."]) from error


def _default(model: type[BaseModel], name: str) -> Any:
    """Give the default of an option as JSON; as text when it is none."""
    info = model.model_fields[name]
    if info.is_required() or info.default_factory_takes_validated_data:
        return None  # it has none, or it depends on the other options
    value = info.get_default(call_default_factory=True)
    try:
        return plain(value)
    except PydanticSerializationError:
        return str(value)


def _resolved(shape: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Give a property's schema without references."""
    shape = dict(shape)
    seen: set[str] = set()
    while (reference := shape.get("$ref")) and reference not in seen:
        seen.add(reference)
        target = schema.get("$defs", {}).get(reference.rpartition("/")[2], {})
        shape = {**target, **{k: v for k, v in shape.items() if k != "$ref"}}
    return shape


def _control(shape: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Choose the control of a property: what `OptionField` needs to know of it."""
    if shape.get("control") in {"service", "model", "prose"}:
        return {"control": shape["control"]}
    kinds = [_resolved(one, schema) for one in shape.get("anyOf", [])]
    some = [one for one in kinds if one.get("type") != "null"]
    if len(some) == 1 and len(kinds) > 1:
        inner = _control(some[0], schema)
        return {**inner, "optional": inner["control"] != "yaml"}
    if choices := _choices(shape):
        return {"control": "choice", "choices": choices}
    kind = shape.get("type")
    if kind in {"integer", "number"}:
        limits = (shape.get("minimum"), shape.get("maximum"))
        return {"control": "number", "limits": limits, "whole": kind == "integer"}
    if kind == "array":
        return _several(_resolved(shape.get("items", {}), schema), schema)
    return {"control": {"boolean": "check", "string": "text"}.get(kind or "", "yaml")}


def _several(items: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    if choices := _choices(items):
        return {"control": "choices", "choices": choices}
    if items.get("type") in {"string", "integer", "number"}:
        return {"control": "list", "numbers": items["type"] != "string"}
    if properties := items.get("properties"):
        fields = tuple(
            _field_of_row(name, _resolved(shape, schema), schema, items)
            for name, shape in properties.items()
        )
        if all(one.control not in {"rows", "yaml"} for one in fields):
            return {"control": "rows", "item": items["title"], "fields": fields}
    return {"control": "yaml"}


def _field_of_row(
    name: str,
    shape: Mapping[str, Any],
    schema: Mapping[str, Any],
    items: Mapping[str, Any],
) -> OptionField:
    words = name.replace("_", " ")
    return OptionField(
        name=name,
        label=words[:1].upper() + words[1:],
        description=shape.get("description", ""),
        default=shape.get("default"),
        required=name in items.get("required", []),
        shown_for=shape.get("shown_for", {}),
        **_control(shape, schema),
    )


def _choices(shape: Mapping[str, Any]) -> list[Any]:
    return list(shape.get("enum", [shape["const"]] if "const" in shape else []))


def _number(text: str) -> Any:
    """Give a text as number if it is one."""
    for kind in (int, float):
        try:
            return plain(kind(text.strip()))
        except ValueError:
            continue
    return text
