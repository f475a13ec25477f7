"""Tables of the curator's own columns."""

from __future__ import annotations

import datetime as dt
import json
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from threading import Barrier

import cloudpickle
import pytest
from pydantic import ValidationError

from curation_kit.agents import get_agent
from curation_kit.agents.extract import ExtractAgent, ExtractOptions
from curation_kit.agents.ontology import OntologyAgent
from curation_kit.flow import Flow, Step
from curation_kit.records import Record
from curation_kit.results.column_types import Categories, record_types

COLUMNS = [
    {"name": "drug", "description": "The drug that was given."},
    {"name": "mice", "type": "integer"},
    {"name": "dose_mg", "type": "number"},
    {"name": "blinded", "type": "boolean"},
    {"name": "begun", "type": "date"},
    {"name": "outcome", "type": "choice", "values": ["better", "worse"]},
    {"name": "symptoms", "type": "list"},
    {"name": "routes", "type": "list", "values": ["oral", "nasal"]},
    {"name": "tissue", "ontology": "UBERON"},
]
GIVEN = "Twelve mice got 2.5 mg of aspirin by mouth, blinded, from 3 May 2019."
SEEN = "They had less fever and less pain in the heart."
ROW = {
    "quotes": [GIVEN, SEEN],
    "drug": "aspirin",
    "mice": 12,
    "dose_mg": 2.5,
    "blinded": True,
    "begun": "2019-05-03",
    "outcome": "Better",
    "symptoms": ["fever", "pain"],
    "routes": ["oral"],
    "tissue": "heart",
    "tissue_id": "UBERON:1",
}


def agent(columns=COLUMNS, **options):
    """Give an agent for a table of columns."""
    given = {"columns": columns, "service": "local", "model": "fake", **options}
    return ExtractAgent(given, "One row per treatment.")


def model_of(columns=COLUMNS) -> type[Record]:
    """Give the model of rows with some columns."""
    return ExtractAgent.record_for(ExtractOptions(columns=columns))


@pytest.fixture
def read(chat, ask_about):
    """Read a paper of two sentences; give the records and the paper."""

    def run(*rows: dict, columns=COLUMNS):
        paper = ask_about(("methods", GIVEN), ("results", SEEN), ("references", "X."))
        chat.answer = json.dumps({"rows": rows})
        return list(agent(columns).extract(paper)), paper

    return run


def test_rows_have_values_of_the_columns_types_and_evidence(read) -> None:
    """Identifiers of the model are ignored."""
    (record,), paper = read(ROW)

    values = {name: getattr(record, name) for name in record.domain_columns()}
    assert values == {
        "drug": "aspirin",
        "mice": 12,
        "dose_mg": 2.5,
        "blinded": True,
        "begun": dt.date(2019, 5, 3),
        "outcome": "better",
        "symptoms": ["fever", "pain"],
        "routes": ["oral"],
        "tissue_label": "heart",
        "tissue_id": None,
    }
    assert [one.quote for one in record.evidence] == [GIVEN, SEEN]
    assert record.evidence[0].flags == []
    assert record.why == 'The model "fake" found it in the methods.'
    assert paper.ledger.sections_read == ["methods", "results"]


def test_a_single_wrong_cell_costs_no_row(read) -> None:
    """It is left out, and a curator is told."""
    row = {
        "quotes": GIVEN,
        "drug": "N/A",
        "mice": "a dozen",
        "dose_mg": "2.5",
        "begun": "May 2019",
        "outcome": "splendid",
        "routes": ["nasal", "rectal"],
        "symptoms": None,
    }

    (record,), _ = read(row)

    assert (record.drug, record.mice, record.dose_mg) == (None, None, 2.5)
    assert (record.begun, record.outcome, record.routes) == (None, None, ["nasal"])
    assert record.symptoms == []
    assert record.evidence[0].flags == [
        "mice: the model gave “a dozen”, which is no whole number",
        "begun: the model gave “May 2019”, which is no date as YYYY-MM-DD",
        "outcome: the model gave “splendid”, which is no allowed value",
        "routes: the model gave “rectal”, which is no allowed value",
    ]


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("integer", "12,000", 12_000),
        ("number", "1,234,567.5", 1_234_567.5),
        ("number", "\u22120.5", -0.5),
        ("integer", "12,00", None),
        ("number", "1,2345", None),
    ],
)
def test_numbers_may_be_written_as_papers_print_them(read, kind, given, value) -> None:
    """What may be a list or a decimal comma is left out, and told."""
    columns = [{"name": "drug"}, {"name": "a", "type": kind}]

    (record,), _ = read({"quotes": [GIVEN], "drug": "x", "a": given}, columns=columns)

    assert record.a == value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("integer", 2**63),
        ("integer", -(2**63) - 1),
        ("number", "nan"),
        ("number", "1e999"),
        ("date", 2019),
        ("date", "86400"),
    ],
)
def test_what_tables_cannot_hold_is_left_out(read, kind, value) -> None:
    """Neither do curators write it; a count of seconds is no date."""
    columns = [{"name": "drug"}, {"name": "a", "type": kind}]

    (record,), _ = read(
        {"quotes": [GIVEN], "drug": "aspirin", "a": value}, columns=columns
    )

    assert record.a is None
    assert f"a: the model gave “{value}”" in record.evidence[0].flags[-1]
    with pytest.raises(ValidationError):
        type(record).model_validate({"a": value})


def test_values_that_the_quotes_do_not_have_are_flagged(read) -> None:
    """Words, numbers and items of lists; judgements need no words."""
    row = {
        "quotes": [SEEN],
        "drug": "ibuprofen",
        "mice": 7,
        "symptoms": ["fever", "rash"],
        "outcome": "better",
        "blinded": False,
    }

    (record,), _ = read(row)

    assert record.evidence[0].flags == [
        "not in the quote: drug “ibuprofen”",
        "not in the quote: mice “7”",
        "not in the quote: symptoms “rash”",
    ]


def test_what_the_paper_does_not_have_the_model_only_claims(read) -> None:
    """Nobody is told that it was found."""
    (record,), _ = read({"quotes": ["They all slept for a week."], "drug": "aspirin"})

    assert record.why == 'The model "fake" claims it.'


def test_empty_rows_are_dropped_and_equal_ones_merged(read) -> None:
    """The ledger tells of the first."""
    records, paper = read(
        {"quotes": [SEEN], "drug": ""},
        {"quotes": [GIVEN], "drug": "aspirin"},
        {"quotes": [SEEN], "drug": "Aspirin"},
    )

    assert [len(one.evidence) for one in records] == [2]
    assert paper.ledger.dropped == {"empty row": 1}
    assert {*paper.ledger.dropped} <= {*ExtractAgent.reasons}


def test_what_was_wrong_in_an_equal_row_is_still_told(read) -> None:
    """Whichever of them came first."""
    (record,), _ = read(
        {"quotes": [GIVEN], "drug": "aspirin"},
        {"quotes": [GIVEN], "drug": "Aspirin", "mice": "a dozen"},
    )

    assert len(record.evidence) == 1
    assert record.evidence[0].flags == [
        "mice: the model gave “a dozen”, which is no whole number"
    ]


def test_a_paper_without_the_sections_is_told_so(chat, ask_about) -> None:
    """And nobody is asked."""
    paper = ask_about(("introduction", GIVEN))

    assert list(agent().extract(paper)) == []

    assert not chat.asked
    assert "no text in the sections" in paper.ledger.notes[0]


def test_the_model_is_told_the_instructions_and_the_columns(read, chat) -> None:
    """And asked for just these, in the strict way."""
    read()
    (asked,) = chat.asked
    system = asked.body["messages"][0]["content"]
    schema = json.dumps(asked.body["response_format"])

    assert system.startswith("# Instructions of the curator\n\nOne row per treatment.")
    assert "- `drug` (text): The drug that was given.\n" in system
    assert '- `outcome` (one of "better", "worse")\n' in system
    assert system == agent().prompt(agent().options, "One row per treatment.")
    assert '"enum": ["better", "worse", null]' in schema
    assert "tissue_id" not in schema
    rows = ExtractAgent._question(agent().options, "").shape.model_json_schema()
    (row,) = rows["$defs"].values()
    assert row["required"] == ["quotes", *(one["name"] for one in COLUMNS)]
    assert row["additionalProperties"] is False


def test_equal_columns_have_one_model_and_rows_travel(read) -> None:
    """Between processes, and as JSON to the store and back."""
    (record,), _ = read(ROW)

    assert model_of() is model_of(deepcopy(COLUMNS)) is type(record)
    assert model_of(COLUMNS[:2]) is not model_of()
    for pickler in (pickle, cloudpickle):
        copy = pickle.loads(pickler.dumps(record))  # noqa: S301 - our own bytes
        assert (copy, type(copy)) == (record, type(record))
    assert type(record).model_validate_json(record.model_dump_json()) == record


def test_tables_have_the_right_types() -> None:
    """All may be missing."""
    types = record_types(model_of())

    assert [types[name] for name in model_of().domain_columns()] == [
        "str",
        "Int64",
        "Float64",
        "boolean",
        "datetime64[s]",
        Categories(("better", "worse")),
        "str",
        "str",
        "str",
        "str",
    ]


def test_a_column_with_an_ontology_is_resolved(read) -> None:
    """To the term and its label; others wait for their own validators."""
    columns = [
        {"name": "tissue", "ontology": "UBERON"},
        {"name": "drug_label", "ontology": "CHEBI"},
    ]
    (record,), paper = read(
        {"quotes": [SEEN], "tissue": "hearts", "drug_label": "aspirin"},
        columns=columns,
    )

    (checked,) = OntologyAgent().validate(paper, [record])
    (again,) = OntologyAgent().validate(paper, [checked])

    assert (checked.tissue_id, checked.tissue_label) == ("UBERON:0000948", "heart")
    assert (checked.drug_id, checked.drug_label) == (None, "aspirin")
    assert again == checked


def test_a_choice_keeps_its_own_words(read) -> None:
    """It gets the identifier; the label of the term is not among its values."""
    tissue = {"name": "tissue", "type": "choice", "values": ["hearts", "brains"]}
    (record,), paper = read(
        {"quotes": [SEEN], "tissue": "hearts"},
        columns=[{**tissue, "ontology": "uberon"}],
    )

    (checked,) = OntologyAgent().validate(paper, [record])

    assert (checked.tissue_id, checked.tissue_label) == ("UBERON:0000948", "hearts")
    assert type(checked).model_validate_json(checked.model_dump_json()) == checked


def test_validators_of_other_sources_find_their_columns() -> None:
    """By the ontology that the column has, or by its name as it was asked for."""
    model = model_of(
        [{"name": "drug", "ontology": "ChEBI"}, {"name": "illness", "ontology": "DOID"}]
    )

    assert get_agent("chemical")().columns_of(model) == ("drug_label",)
    assert get_agent("disease")().columns_of(model) == ("illness_label",)
    named = get_agent("chemical")({"column": "drug"})
    assert named.columns_of(model) == ("drug_label",)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ([], "at least one column"),
        ([{"name": "my drug"}], "needs another name: a letter first"),
        ([{"name": "page"}], 'every table has a column or a method "page"'),
        ([{"name": "evidence"}], "needs another name"),
        ([{"name": "copy"}], "needs another name"),
        ([{"name": "quotes"}], "needs another name"),
        ([{"name": "paper"}], "needs another name"),
        ([{"name": "Page"}], "needs another name"),
        ([{"name": "asked"}], "needs another name"),
        ([{"name": "model_dump_all"}], "needs another name"),
        ([{"name": True}], 'as in "yes"'),
        ([{"name": "a", "type": "choice", "values": [True, False]}], 'as in "yes"'),
        ([{"name": "a"}, {"name": "A"}], 'There are two columns "A"'),
        (
            [{"name": "a_id"}, {"name": "a", "ontology": "CL"}],
            'There are two columns "a_id"',
        ),
        ([{"name": "a", "type": "choice"}], "give its allowed values"),
        ([{"name": "a", "values": ["x"]}], "make it a choice"),
        ([{"name": "a", "type": "list", "values": ["x", "x"]}], "twice"),
        ([{"name": "a", "type": "integer", "ontology": "CL"}], "must be text"),
    ],
)
def test_columns_that_make_no_sense_are_refused(columns, told) -> None:
    """In words that a curator understands."""
    steps = [Step(agent="pdf"), Step(agent="csv")]
    options = {"columns": columns}
    steps.insert(1, Step(agent="extract", options=options, instructions="All."))

    with pytest.raises(ValidationError):
        ExtractOptions(columns=columns)
    problem, *_ = Flow(name="x", steps=steps).problems()
    assert told in problem
    assert "Value error" not in problem


def test_instructions_are_needed_and_two_tables_do_not_fit_one_flow() -> None:
    """A flow with two steps of the same columns is fine."""

    def problems(*columns: list[dict], instructions: str = "All.") -> list[str]:
        extractors = [
            Step(agent="extract", options={"columns": one}, instructions=instructions)
            for one in columns
        ]
        steps = [Step(agent="pdf"), *extractors, Step(agent="csv")]
        return Flow(name="x", steps=steps).problems()

    assert problems(COLUMNS, deepcopy(COLUMNS)) == []
    assert "needs instructions" in problems(COLUMNS, instructions="")[0]
    assert "different columns" in problems(COLUMNS, COLUMNS[:1])[0]


def test_numbers_in_yaml_are_the_words_of_a_choice() -> None:
    """Nobody puts them in quotation marks."""
    flow = Flow.from_yaml(
        "name: x\nsteps:\n- agent: extract\n  options: {columns: [{name: grade, "
        "type: choice, values: [1, 2.5, 2020-01-02]}]}\n"
    )

    (column,) = ExtractOptions(**flow.steps[0].options).columns

    assert column.values == ("1", "2.5", "2020-01-02")


def test_threads_that_ask_at_once_get_one_model() -> None:
    """Agents that ask models share a process."""
    often, start = sys.getswitchinterval(), Barrier(8)
    sys.setswitchinterval(1e-6)
    try:
        for number in range(20):
            columns = [{"name": f"column_{number}_{place}"} for place in range(5)]
            options = ExtractOptions(columns=columns)

            def model(options=options) -> type[Record]:
                start.wait()
                return ExtractAgent.record_for(options)

            with ThreadPoolExecutor(8) as pool:
                asked = [pool.submit(model) for _ in range(8)]
                assert len({one.result() for one in asked}) == 1
    finally:
        sys.setswitchinterval(often)


def test_options_survive_yaml() -> None:
    """As a flow is kept."""
    step = Step(agent="extract", options={"columns": COLUMNS}, instructions="All.")
    flow = Flow(name="x", steps=[Step(agent="pdf"), step, Step(agent="csv")])

    again = Flow.from_yaml(flow.to_yaml())

    assert again.record_model() is model_of()
