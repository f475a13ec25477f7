from __future__ import annotations

import datetime as dt
from http import HTTPMethod
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from batches import chain, fake_flow

from curation_kit.agents import Options
from curation_kit.errors import FlowError
from curation_kit.flow import TEMPLATES, Flow, Step
from curation_kit.records import GeneExpressionRecord

pytestmark = pytest.mark.usefixtures("fakes")

AGENTS = ["fake_input", "fake_extractor", "fake_validator", "csv"]


@pytest.mark.parametrize("name", TEMPLATES)
def test_built_in_flows_have_no_problems(name: str) -> None:
    """Every workspace can run them as they are."""
    assert TEMPLATES[name].problems() == []
    assert TEMPLATES[name].record_model() is GeneExpressionRecord


def test_a_flow_survives_yaml() -> None:
    """Options, instructions and letters of any script are kept."""
    flow = chain(*AGENTS, name="Wörm: 線虫 #1")
    flow.instructions = "First line.\nSecond: line."
    flow.steps[2] = Step(agent="fake_validator", options={"taxon": "NCBITaxon:7227"})

    assert Flow.from_yaml(flow.to_yaml()) == flow


def test_options_may_come_from_a_loop_over_an_array() -> None:
    """NumPy's numbers, paths, dates and enums are stored as what they are."""
    given = {"a": np.int64(1), "b": [np.float32(0.5), np.arange(2)], "c": Path("x")}
    given |= {"f": dt.date(2024, 1, 1), "g": HTTPMethod.PUT, "h": PurePosixPath("y")}
    step = Step(agent="fake_input", options={**given, "d": {"e": (np.True_,)}})
    flow = Flow(steps=[step])

    plain = {"a": 1, "b": [0.5, [0, 1]], "c": "x", "d": {"e": [True]}}
    plain |= {"f": "2024-01-01", "g": "PUT", "h": "y"}
    assert Flow.model_validate_json(flow.model_dump_json()).steps[0].options == plain
    assert Flow.from_yaml(flow.to_yaml()).steps[0].options == plain


@pytest.mark.parametrize("value", [object(), b"\xff", print])
def test_an_option_that_no_file_can_hold_is_refused(value: object) -> None:
    """When the step is made, not when its job is stored."""
    with pytest.raises(FlowError, match='wrong "options"'):
        Step(agent="pdf", options={"a": [value]})


def test_an_option_without_a_limit_is_stored_with_the_job() -> None:
    """JSON has no infinity, but the option takes it from text."""

    class Limited(Options):
        limit: float

    flow = Flow(steps=[Step(agent="fake_input", options={"limit": float("inf")})])
    stored = Flow.model_validate_json(flow.model_dump_json())

    assert Limited.model_validate(stored.steps[0].options).limit == float("inf")


def test_a_key_with_nothing_behind_it_is_left_out() -> None:
    """As people leave it in a file that they copied."""
    text = "name: x\ninstructions:\nsteps:\n- agent: pdf\n  options:\n  instructions:"

    assert Flow.from_yaml(text) == Flow(name="x", steps=[Step(agent="pdf")])
    assert (
        Flow.from_yaml("name:\nsteps:").problems()[0].startswith("The flow has no na")
    )


@pytest.mark.parametrize("text", ["", "- 1", "name: [", "name: x\ncolour: red", "\t"])
def test_what_is_no_flow_is_refused(text: str) -> None:
    """The error says why."""
    with pytest.raises(FlowError, match=r"YAML|flow|colour"):
        Flow.from_yaml(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "stpes: []",
            'no key "stpes". Its keys: name, instructions, evidence_gate, steps.',
        ),
        ("steps:\n- agnet: pdf", 'Step 1 needs the key "agent".'),
        ("steps:\n- agent:", 'Step 1 needs the key "agent".'),
        ("stpes:", 'no key "stpes".'),
        (
            "steps:\n- agent: pdf\n- agent: csv\n  option: {}",
            'Step 2 has no key "option". Its keys: agent, options, instructions.',
        ),
        (
            "steps:\n- pdf",
            "Step 1 has no keys. Its keys: agent, options, instructions.",
        ),
        ("steps: pdf", 'The flow has a wrong "steps": '),
        (
            "- 1",
            "no keys. Its keys: name, instructions, evidence_gate, steps.",
        ),
    ],
)
def test_a_wrong_key_is_told_with_the_right_ones(text: str, sentence: str) -> None:
    """Steps count from 1, as in all other messages."""
    with pytest.raises(FlowError) as refused:
        Flow.from_yaml(text)

    assert sentence in str(refused.value)


def test_options_of_a_step_reach_its_agent() -> None:
    """The model of the options checks them."""

    class Strict(Options):
        limit: int = 3

    assert Strict.model_validate({"limit": 5}).limit == 5
    assert fake_flow("csv").record_model() is GeneExpressionRecord


def test_the_evidence_gate_is_told_in_the_yaml() -> None:
    """Above the steps; one that is not written is the usual one."""
    flow = Flow(name="F", evidence_gate="drop", steps=[Step(agent="pdf")])

    text = flow.to_yaml()

    assert text.index("evidence_gate: drop") < text.index("steps:")
    assert Flow.from_yaml(text) == flow
    assert "evidence_gate: flag" in Flow(name="F").to_yaml()
    assert Flow.from_yaml("name: F").evidence_gate == "flag"
    with pytest.raises(FlowError, match="evidence_gate"):
        Flow.from_yaml("evidence_gate: shred")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"steps": ["pdf", "csv"]}, "Step 1 has no keys. Its keys: agent, options"),
        ({"steps": [{"agent": 5}]}, 'Step 1 has a wrong "agent": '),
        ({"step": []}, 'The flow has no key "step". Its keys: name, instructions'),
        ({"name": 5}, 'The flow has a wrong "name": '),
    ],
)
def test_a_flow_made_in_python_is_told_of_as_one_in_yaml(
    given: dict[str, object], told: str
) -> None:
    """Without the words of pydantic."""
    with pytest.raises(FlowError) as refused:
        Flow(**given)
    assert str(refused.value).startswith(told)
    assert "pydantic" not in str(refused.value)


def test_a_step_says_which_keys_it_has() -> None:
    """A misspelled one is not taken for an option."""
    with pytest.raises(FlowError, match=r'The step has no key "option". Its keys: a'):
        Step(agent="pdf", option={})
    with pytest.raises(FlowError, match='The step needs the key "agent"'):
        Step()


def test_the_name_of_a_file_is_no_flow() -> None:
    """Nor is anything else but text."""
    for given in ("flows/worm.yaml", "my worms.yml", Path("worm.yml"), None):
        with pytest.raises(FlowError, match="is not the text of a flow"):
            Flow.from_yaml(given)
    assert Flow.from_yaml("name: worm.yaml").name == "worm.yaml"
