from __future__ import annotations

from pathlib import Path

import pytest
from batches import fake_flow
from fakes import FakeExtractor
from pydantic import field_validator

from curation_kit.agents import Extractor, Options, register
from curation_kit.errors import FlowError, NotFound
from curation_kit.flow import TEMPLATES, Flow, FlowLibrary, Step
from curation_kit.records import GeneExpressionRecord, Record

pytestmark = pytest.mark.usefixtures("fakes")

AGENTS = ["fake_input", "fake_extractor", "fake_validator", "csv"]


@pytest.fixture
def library(tmp_path: Path) -> FlowLibrary:
    """An empty library."""
    return FlowLibrary(tmp_path)


def chain(*agents: str, name: str = "F") -> Flow:
    """A flow of these agents."""
    return Flow(name=name, steps=[Step(agent=agent) for agent in agents])


@pytest.mark.parametrize("name", TEMPLATES)
def test_built_in_flows_have_no_problems(name: str) -> None:
    """Every workspace can run them as they are."""
    assert TEMPLATES[name].problems() == []
    assert TEMPLATES[name].record_model() is GeneExpressionRecord


@pytest.mark.parametrize(
    ("agents", "problem"),
    [
        ([], "no steps"),
        (AGENTS[1:], "No step reads the PDF"),
        (["fake_input", *AGENTS], "More than one step reads the PDF"),
        (["fake_input", "csv"], "The output has nothing to write"),
        (["fake_input", "fake_validator", "csv"], "A validator has nothing to check"),
        (AGENTS[:3], "No step writes a result file"),
        (["fake_input", "fake_validator", "fake_extractor", "csv"], "out of order"),
        ([*AGENTS[:3], "cvs"], 'Step 4: There is no agent "cvs". Installed agents:'),
    ],
)
def test_a_broken_chain_is_explained(agents: list[str], problem: str) -> None:
    """The problem is said in words, with what to change."""
    assert any(problem in found for found in chain(*agents).problems())


def test_of_a_chain_with_unknown_agents_only_they_are_told() -> None:
    """Nobody can say what is missing besides."""
    assert len(chain("fdp", "fake_extractor", "csv").problems()) == 1


def test_a_flow_needs_a_name() -> None:
    """White space is no name."""
    assert chain(*AGENTS, name=" ").problems() == ["The flow has no name: give it one."]


def test_a_good_flow_has_no_problems() -> None:
    """Nothing to say, nothing raised."""
    flow = chain(*AGENTS)

    flow.check()

    assert flow.problems() == []


def test_wrong_options_are_named_with_their_step() -> None:
    """Unknown options come with the known ones, wrong values with the reason."""
    flow = chain(*AGENTS)
    flow.steps[2].options = {"taxon": 7, "colour": "red"}

    assert flow.problems() == [
        'Step 3 ("fake_validator"), option "taxon": Input should be a valid string.',
        'Step 3 ("fake_validator") has no option "colour". Its options: taxon.',
    ]


class DividingOptions(Options):
    """Divide by what they are given."""

    parts: int = 1

    @field_validator("parts")
    @classmethod
    def divide(cls, parts: int) -> int:
        """Forget that there may be no parts."""
        return 6 // parts


@pytest.mark.parametrize("at_fault", ["options", "waits", "record_for"])
def test_an_agent_that_stops_while_a_flow_is_checked_is_named(at_fault: str) -> None:
    """A fault in it is a problem of that step: other flows are not in its way."""

    class Careless(FakeExtractor):
        """Is at fault in one of the questions that a check asks."""

        name = "careless"
        Options = DividingOptions

    register(Careless)
    flow = chain("fake_input", "careless", "csv")
    if at_fault == "options":
        flow.steps[1].options = {"parts": 0}
    else:
        setattr(Careless, at_fault, lambda options: options.parts // 0)

    (problem,) = flow.problems()
    told = 'Step 2 ("careless"): the agent itself is at fault: ZeroDivisionError:'
    assert problem.startswith(told)


class Reader(Extractor):
    """An extractor that works by its instructions."""

    name = "reader"
    title = "Reader"
    record = Record
    reads_instructions = requires_instructions = True

    def extract(self, paper):
        """Find nothing."""
        del paper
        return []


def test_missing_instructions_are_a_problem_and_unread_ones_a_remark() -> None:
    """An agent that needs instructions says so; one that ignores them too."""
    register(Reader)
    flow = chain("fake_input", "reader", "csv")
    assert "needs instructions" in flow.problems()[0]

    flow.steps[1].instructions = "Look for phenotypes."
    flow.steps[2].instructions = "Be nice."

    assert flow.problems() == []
    assert flow.remarks() == [
        'Step 3 ("csv") works by rules: its custom instructions change nothing.'
    ]


def test_remarks_do_not_need_the_agents() -> None:
    """A flow of a plug-in that is gone can still be looked at."""
    flow = Flow(name="F", steps=[Step(agent="gone", instructions="x")])

    assert flow.remarks() == []


def test_a_flow_survives_yaml() -> None:
    """Options, instructions and letters of any script are kept."""
    flow = chain(*AGENTS, name="Wörm: 線虫 #1")
    flow.instructions = "First line.\nSecond: line."
    flow.steps[2] = Step(agent="fake_validator", options={"taxon": "NCBITaxon:7227"})

    assert Flow.from_yaml(flow.to_yaml()) == flow


@pytest.mark.parametrize("text", ["", "- 1", "name: [", "name: x\ncolour: red", "\t"])
def test_what_is_no_flow_is_refused(text: str) -> None:
    """The error says why."""
    with pytest.raises(FlowError, match=r"YAML|flow|colour"):
        Flow.from_yaml(text)


def test_a_saved_flow_can_be_found_listed_and_deleted(library: FlowLibrary) -> None:
    """Built-in ones come first; what is given out is a copy."""
    path = library.save(chain(*AGENTS, name="My flow"))
    library["My flow"].steps.clear()

    assert library.names() == [*TEMPLATES, "My flow"]
    assert list(library) == library.names()
    assert library["My flow"] == chain(*AGENTS, name="My flow")
    assert (path.name, len(library)) == ("my-flow.yaml", len(TEMPLATES) + 1)

    library.delete("My flow")

    assert library.names() == [*TEMPLATES]
    with pytest.raises(NotFound, match="Saved flows"):
        library["My flow"]


def test_saving_again_replaces(library: FlowLibrary) -> None:
    """There is one file for one name, wherever people put it."""
    path = library.save(chain(*AGENTS))
    moved = path.rename(path.with_name("shared by Ann.yaml"))

    library.save(chain(*AGENTS[:2], "csv"))

    assert [file.name for file in library.folder.iterdir()] == [moved.name]
    assert len(library["F"].steps) == 3


def test_names_that_share_a_file_name_are_kept_apart(library: FlowLibrary) -> None:
    """Two names with the same letters do not overwrite each other."""
    for name in ("A b", "A-b", "A/b", "線", "虫"):
        library.save(chain(*AGENTS, name=name))

    assert {"A b", "A-b", "A/b", "線", "虫"} <= set(library.names())
    assert library.broken() == {}
    assert all(path.parent == library.folder for path in library.folder.iterdir())


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("gene expression extraction", "more than capitals"),
        ("MINE", "more than capitals"),
        ("", "no name"),
    ],
)
def test_a_taken_name_is_refused(library: FlowLibrary, name: str, problem: str) -> None:
    """Names differ by more than capitals, from those of built-in flows too."""
    library.save(chain(*AGENTS, name="Mine"))

    with pytest.raises(FlowError, match=problem):
        library.save(chain(*AGENTS, name=name))


def test_a_flow_with_problems_is_not_saved(library: FlowLibrary) -> None:
    """Nothing is written."""
    with pytest.raises(FlowError, match="No step reads"):
        library.save(chain("csv"))

    assert list(library.folder.iterdir()) == []


def test_renaming_moves_the_flow(library: FlowLibrary) -> None:
    """The old name is free again; capitals may change."""
    library.save(chain(*AGENTS, name="Old"))

    library.rename("Old", "New")
    library.rename("New", "NEW")

    assert library.names() == [*TEMPLATES, "NEW"]
    assert library["NEW"].name == "NEW"


def test_renaming_loses_no_flow(library: FlowLibrary) -> None:
    """A rename that cannot be done leaves all as it was."""
    library.save(chain(*AGENTS, name="One"))
    library.save(chain(*AGENTS, name="Two"))

    for new in ("Two", "two", "", "gene expression extraction"):
        with pytest.raises(FlowError):
            library.rename("One", new)
    with pytest.raises(FlowError, match="built in"):
        library.rename("Gene Expression Extraction", "Mine")
    with pytest.raises(FlowError, match="built in"):
        library.delete("Gene Expression Extraction")

    assert library.names() == [*TEMPLATES, "One", "Two"]


def test_a_saved_flow_stands_in_the_place_of_a_built_in_one(
    library: FlowLibrary,
) -> None:
    """Deleting it brings the built-in one back."""
    name = "Gene Expression Extraction"
    mine = chain(*AGENTS, name=name)
    library.save(mine, replacing="")

    assert library[name] == mine != TEMPLATES[name]
    assert library.names() == [*TEMPLATES] == [flow.name for flow in library.all()]
    assert library.built_in() == {*TEMPLATES} - {name}
    assert library.broken() == {}
    with pytest.raises(FlowError, match="already is a flow"):
        library.save(mine, replacing="")

    library.delete(name)

    assert library[name] == TEMPLATES[name]
    assert library.built_in() == {*TEMPLATES}


def test_files_that_hold_no_flow_are_reported(library: FlowLibrary) -> None:
    """One bad file hides no other; each is named with its reason."""
    library.save(chain(*AGENTS, name="Good"))
    bad = {
        "a.yaml": ("name: [", "not valid YAML"),
        "b.yaml": ("steps: []", "no name"),
        "z.yaml": ("name: Good", "already is a flow"),
    }
    for name, (text, _) in bad.items():
        (library.folder / name).write_text(text)
    (library.folder / "c.yaml").write_bytes(b"\xff\xfe\x00")
    (library.folder / "d.yaml").mkdir()

    broken = {path.name: reason for path, reason in library.broken().items()}

    assert library.names() == [*TEMPLATES, "Good"]
    assert set(broken) == {*bad, "c.yaml", "d.yaml"}
    assert all(reason in broken[name] for name, (_, reason) in bad.items())


def test_options_of_a_step_reach_its_agent() -> None:
    """The model of the options checks them."""

    class Strict(Options):
        limit: int = 3

    assert Strict.model_validate({"limit": 5}).limit == 5
    assert fake_flow("csv").record_model() is GeneExpressionRecord


def test_findings_say_where() -> None:
    """Each problem and remark belongs to a step, or to the flow as a whole."""
    flow = Flow(
        instructions="Be brief.",
        steps=[
            Step(agent="pdf"),
            Step(agent="gene_expression", options={"sections": []}),
            Step(agent="csv", instructions="x"),
        ],
    )

    assert [(one.step, one.option, one.blocks) for one in flow.findings()] == [
        (0, "", True),
        (2, "sections", True),
        (3, "", False),
        (0, "", False),
    ]
    assert flow.findings()[1].text.endswith("Give at least 1.")


def test_a_flow_takes_the_place_of_another(library: FlowLibrary) -> None:
    """A flow opened, changed and renamed is saved in one go."""
    library.save(chain(*AGENTS, name="One"))
    library.save(chain(*AGENTS, name="Two"))
    library.save(chain(*AGENTS, "json", name="Three"), replacing="One")

    assert library.names() == [*TEMPLATES, "Three", "Two"]
    assert [flow.name for flow in library.all()] == library.names()
    for replacing in ("Three", ""):
        with pytest.raises(FlowError, match='already is a flow "Two"'):
            library.save(chain(*AGENTS, name="Two"), replacing=replacing)


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
