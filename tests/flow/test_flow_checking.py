from __future__ import annotations

import pytest
from batches import chain
from fakes import FakeExtractor
from pydantic import field_validator

from curation_kit.agents import Extractor, Options, register
from curation_kit.flow import Flow, Step
from curation_kit.records import Record

pytestmark = pytest.mark.usefixtures("fakes")

AGENTS = ["fake_input", "fake_extractor", "fake_validator", "csv"]


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
