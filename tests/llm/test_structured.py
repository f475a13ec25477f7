"""Schemas that services take, and answers as models really write them."""

from __future__ import annotations

from typing import Literal

import pytest
from pydantic import BaseModel, Field

from curation_kit.llm.structured import Mode, NotOfShape, read, response_format


class Row(BaseModel):
    """One row."""

    gene: str
    stage: Literal["egg", "adult"] = "adult"
    count: int | None = Field(default=None, ge=0)


class Rows(BaseModel):
    """All of them."""

    rows: list[Row] = []


ROWS = Rows(rows=[Row(gene="daf-2", stage="egg", count=3)])
PLAIN = '{"rows": [{"gene": "daf-2", "stage": "egg", "count": 3}]}'


def test_a_schema_is_demanded_strictly() -> None:
    """All fields and no others, at every depth, as strict services want."""
    schema = response_format(Rows, Mode.JSON_SCHEMA)["json_schema"]
    assert schema["strict"] is True
    for part in (schema["schema"], schema["schema"]["$defs"]["Row"]):
        assert part["additionalProperties"] is False
        assert part["required"] == list(part["properties"])
        assert not any("default" in field for field in part["properties"].values())
    assert "required" not in Rows.model_json_schema()  # the shape is as it was


def test_a_shape_with_open_fields_is_not_demanded_strictly() -> None:
    """Strict services know no fields without names."""

    class Open(BaseModel):
        values: dict[str, int]

    assert response_format(Open, Mode.JSON_SCHEMA)["json_schema"]["strict"] is False


def test_names_that_services_take() -> None:
    """Letters, digits, and not too many."""
    shape = type("Réponse[int]" + "x" * 80, (Row,), {"__module__": __name__})
    name = response_format(shape, Mode.JSON_SCHEMA)["json_schema"]["name"]
    assert name.startswith("R_ponse_int_x")
    assert len(name) == 64


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        f"```json\n{PLAIN}\n```",
        f"```\n{PLAIN}\n```\nThat is all.",
        f"Sure! Here it is:\n{PLAIN}",
        f'<think>{{"rows": []}} or not</think>\n{PLAIN}',
        f'```json\n{{"rows": []}}\n```\nNo, rather:\n```json\n{PLAIN}\n```',
        PLAIN.replace('"', "'"),
        PLAIN.replace("3}", "3,}"),
        PLAIN.replace('{"gene"', '{// the gene\n"gene"'),
        f"I look for {{daf-2}}.\n{PLAIN}\nThere is no {{x}} :{{",
        f"```json\n{PLAIN}\n```\nOf this sentence:\n```\ndaf-2 is seen\n```",
    ],
)
def test_what_is_forgiven(content) -> None:
    """Fences, thoughts, talk, and slips; what is kept is valid by itself."""
    text, rows = read(content, Rows)
    assert rows == ROWS
    assert Rows.model_validate_json(text) == ROWS


@pytest.mark.parametrize("slip", ["", ","])
def test_brackets_in_a_value_need_no_partner(slip) -> None:
    """Half-open intervals, and quotes that begin in one."""
    said = f'Here:\n{{"rows": [{{"gene": "(0, 5] h {{"{slip}}}]}}'
    assert read(said, Rows)[1] == Rows(rows=[Row(gene="(0, 5] h {")])


def test_two_answers_are_none() -> None:
    """Rows of the first would be lost, or those of the second."""
    with pytest.raises(NotOfShape, match="more than one"):
        read(f"{PLAIN}\n{PLAIN}", Rows)


@pytest.mark.parametrize("talk", ["", "Here:\n"])
def test_a_key_with_two_values_is_told(talk) -> None:
    """The rows of the first would be lost; where both say the same, nothing is."""
    rows = '"rows": [{"gene": "daf-2"}]'
    with pytest.raises(NotOfShape, match='"rows" stands twice') as raised:
        read(f'{talk}{{{rows}, "rows": []}}', Rows)
    assert raised.value.is_json
    with pytest.raises(NotOfShape, match='"gene" stands twice'):
        read(f'{talk}{{"rows": [{{"gene": "daf-2", "gene": "daf-16"}}]}}', Rows)
    for whole in (f"{rows}, {rows}", f'{rows}, "score": NaN'):
        found = read(f"{talk}{{{whole}}}", Rows)[1]
        assert found == Rows(rows=[Row(gene="daf-2")])


@pytest.mark.parametrize(
    "content",
    [
        "",
        "No genes.",
        PLAIN[:-2],
        PLAIN[:-1],
        '{"rows": [{"gene": "daf-2"}, {"gene": "da',
        '{"rows": [{"gene": "daf-2"}, {"gene": "daf-16"}',
        f"```json\n{PLAIN[:-2]}\n```",
        PLAIN.replace("]", ", ...]"),
        PLAIN.replace("]", ", …]"),
        PLAIN.replace("]", ", // ... 12 more\n]"),
        '{"rows": [...]}',
    ],
)
def test_what_is_cut_off_is_not_completed(content) -> None:
    """Rows would be lost and nobody would know."""
    with pytest.raises(NotOfShape) as raised:
        read(content, Rows)
    assert not raised.value.is_json


@pytest.mark.parametrize(
    "content", ["{" * 999 + "}" * 999, f'{{"a":{"[" * 9999}{"]" * 9999}}}']
)
def test_what_is_nested_too_deeply_is_no_answer(content) -> None:
    """Models that repeat themselves write such things."""
    with pytest.raises(NotOfShape, match="too deeply"):
        read(content, Rows)


def test_what_is_wrong_is_told() -> None:
    """In words for the model and for people, and not at any length."""
    wrong = ", ".join('{"gene": 1, "stage": "old", "count": -1}' for _ in range(9))
    with pytest.raises(NotOfShape) as raised:
        read(f'{{"rows": [{wrong}]}}', Rows)
    assert raised.value.is_json
    assert "rows.0.stage: Input should be 'egg' or 'adult'." in raised.value.mistakes
    assert raised.value.mistakes.endswith("And 22 more.")
