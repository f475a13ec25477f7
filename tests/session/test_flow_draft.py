from __future__ import annotations

import pytest

from curation_kit.agents import register
from curation_kit.errors import FlowError, NotFound
from curation_kit.flow import Flow, Step
from curation_kit.session.flow_draft import FlowDraft, flow_of_yaml


def agents_of(draft: FlowDraft) -> list[str]:
    """Names of the agents of the steps."""
    return [step.agent for step in draft.steps]


@pytest.fixture
def draft() -> FlowDraft:
    """A draft of three steps."""
    steps = [Step(agent="pdf"), Step(agent="gene_expression"), Step(agent="csv")]
    return FlowDraft(Flow(name="F", steps=steps))


def test_a_step_goes_where_its_kind_belongs(draft: FlowDraft) -> None:
    """Validators come after extractors, outputs last."""
    for agent in ("json", "ontology", "gene_validation"):
        draft.add(agent)
    assert agents_of(draft) == [
        *("pdf", "gene_expression", "ontology", "gene_validation", "csv", "json")
    ]
    assert draft.findings() == []
    with pytest.raises(NotFound, match="nobody"):
        draft.add("nobody")


def test_the_first_steps_in_any_order() -> None:
    """The order of adding does not matter; an unknown agent keeps its place."""
    draft = FlowDraft(Flow(name="F", steps=[Step(agent="gone")]))
    for agent in ("csv", "gene_expression", "pdf"):
        draft.add(agent)
    assert agents_of(draft) == ["pdf", "gene_expression", "csv", "gone"]


def test_move_and_remove(draft: FlowDraft) -> None:
    """A step keeps its key wherever it goes; the ends are the limits."""
    key = draft.steps[0].key
    assert draft.move(key, 9) == 2
    assert agents_of(draft) == ["gene_expression", "csv", "pdf"]
    assert any("out of order" in found.text for found in draft.findings())
    assert draft.move(key, -1) == 0
    draft.remove(key)
    with pytest.raises(NotFound, match="no longer in the flow"):
        draft.move(key, 1)


def test_a_default_is_not_set(draft: FlowDraft) -> None:
    """What equals the default is left out of the saved flow."""
    key = draft.steps[1].key
    draft.set_option(key, "species", ["worm"])
    draft.set_option(key, "include_negated", shown=False)
    assert draft.flow().steps[1].options == {
        "species": ["worm"],
        "include_negated": False,
    }
    draft.set_option(key, "include_negated", shown=True)
    draft.reset_option(key, "species")
    assert draft.flow().steps[1].options == {}
    assert not draft.changed
    with pytest.raises(NotFound, match="no option"):
        draft.set_option(key, "colour", "red")


def test_a_wrong_value_is_a_problem_of_its_option(draft: FlowDraft) -> None:
    """The person sees it beside the field."""
    draft.set_option(draft.steps[1].key, "sections", [])
    [found] = draft.findings()
    assert (found.step, found.option, found.blocks) == (2, "sections", True)


def test_typing_is_one_step_back(draft: FlowDraft) -> None:
    """Each key is no change of its own; another field is."""
    for name in ("W", "Wo", "Worms"):
        draft.set_name(name)
    draft.set_instructions("x")
    key = draft.steps[0].key
    draft.remove(key)
    assert draft.changed
    draft.undo()
    assert draft.steps[0].key == key
    draft.undo()
    assert (draft.name, draft.instructions) == ("Worms", "")
    draft.undo()
    assert draft.name == "F"
    assert (draft.changed, draft.can_undo) == (False, False)
    draft.undo()


def test_discarding_can_be_undone(draft: FlowDraft) -> None:
    """Even the wrong button loses nothing."""
    draft.set_name("Worms")
    draft.discard()
    assert draft.name == "F"
    draft.undo()
    assert draft.name == "Worms"


def test_yaml_that_cannot_be_read_stays_on_screen(fakes: None) -> None:
    """What was typed is kept, with what is wrong, and nothing is set."""
    del fakes
    from test_option_fields import Agent

    register(Agent)
    draft = FlowDraft(Flow(name="F", steps=[Step(agent="many")]))
    key = draft.steps[0].key
    draft.set_option(key, "inner", "depth: [")
    found = next(found for found in draft.findings() if found.option == "inner")
    assert "not valid YAML" in found.text
    assert draft.changed
    assert draft.steps[0].options == {}
    draft.set_option(key, "inner", "depth: 2")
    draft.set_option(key, "number", "11")
    draft.set_option(key, "share", "")
    draft.set_option(key, "needed", "")
    assert draft.steps[0].options == {
        "inner": {"depth": 2},
        "number": 11,
        "needed": "",
    }
    texts = [found.text for found in draft.findings() if found.option == "number"]
    assert texts == [
        'Step 1 ("many"), option "number": Input should be less than or equal to 9.'
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [("just words", "no flow"), ("name: F\nsteps: 3", "steps"), ("a: [", "valid")],
)
def test_what_is_no_flow(text: str, problem: str) -> None:
    """A file of something else says so."""
    with pytest.raises(FlowError, match=problem):
        flow_of_yaml(text)


def test_the_evidence_gate_is_part_of_the_draft(draft: FlowDraft) -> None:
    """It can be undone, and only what there is can be chosen."""
    draft.set_evidence_gate("drop")
    assert draft.flow().evidence_gate == "drop"
    assert draft.changed
    draft.undo()
    assert draft.flow().evidence_gate == "flag"
    with pytest.raises(FlowError, match="keep, flag, drop"):
        draft.set_evidence_gate("shred")


@pytest.fixture
def table() -> tuple[FlowDraft, str]:
    """A draft of one step that extracts a table, and the step's key."""
    draft = FlowDraft(Flow(name="F", steps=[Step(agent="extract")]))
    return draft, draft.steps[0].key


def test_rows_of_an_option_are_edited_one_by_one(table: tuple[FlowDraft, str]) -> None:
    """A cell that is empty or at its default is not set; each change can be undone."""
    draft, key = table
    (step,) = draft.steps

    assert [draft.add_row(key, "columns") for _ in range(2)] == [0, 1]
    for text in ("d", "dr", "drug"):
        draft.set_cell(key, "columns", 0, "name", text)
    draft.set_cell(key, "columns", 1, "name", "outcome")
    draft.set_cell(key, "columns", 1, "type", "choice")
    draft.set_cell(key, "columns", 1, "values", "good\n bad ")
    draft.set_cell(key, "columns", 0, "type", "text")
    draft.set_cell(key, "columns", 0, "ontology", "CHEBI")
    draft.set_cell(key, "columns", 0, "ontology", "")

    drug = {"name": "drug"}
    outcome = {"name": "outcome", "type": "choice", "values": ["good", "bad"]}
    assert step.options == {"columns": [drug, outcome]}
    draft.move_row(key, "columns", 1, 0)
    assert step.options == {"columns": [outcome, drug]}
    draft.move_row(key, "columns", 1, 2)
    draft.remove_row(key, "columns", 0)
    assert step.options == {"columns": [drug]}
    draft.undo()
    assert draft.steps[0].options == {"columns": [outcome, drug]}


def test_what_is_wrong_with_a_row_is_told(table: tuple[FlowDraft, str]) -> None:
    """By its number; a row that is gone is not written to."""
    draft, key = table
    draft.add_row(key, "columns")
    draft.add_row(key, "columns")
    draft.set_cell(key, "columns", 1, "name", "two words")

    found = [one for one in draft.findings() if one.option == "columns"]

    assert [one.part for one in found] == ["1.name", "2"]
    assert "A value is needed" in found[0].text
    assert '"two words" needs another name' in found[1].text
    with pytest.raises(NotFound):
        draft.set_cell(key, "columns", 2, "name", "x")
    with pytest.raises(NotFound):
        draft.set_cell(key, "columns", 0, "colour", "x")
    with pytest.raises(NotFound):
        draft.add_row(key, "sections")
