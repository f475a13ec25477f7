from __future__ import annotations

from pathlib import Path

import pytest
from batches import add_papers
from fakes import FakeInput

import curation_kit as ck
from curation_kit.agents import Extractor, Options, Paper, register
from curation_kit.records import Record


class Strain(Record):
    """What the agent gives at first."""

    strain: str


class Counted(Record):
    """It has another column."""

    strain: str
    count: int


class Renamed(Record):
    """It has no column of that name."""

    name: str = ""


class Numbered(Record):
    """It has another type."""

    strain: int


class Few(Options):
    """The agent's options at first."""

    most: int = 1


class Many(Options):
    """It has no option of that name."""

    least: int = 1


def agent(model: type[Record], options: type[Options] = Few) -> type[Extractor]:
    """An agent as somebody at work on it has it at a time."""

    class Strains(Extractor):
        name = "strains"
        title = "Strains"
        record = model
        Options = options

        def extract(self, paper: Paper) -> list[Record]:
            return [model(strain="N2", evidence=[paper.evidence(0, 2)])]

    return Strains


@pytest.mark.parametrize(
    ("model", "options"),
    [(Counted, Few), (Renamed, Few), (Numbered, Few), (Strain, Many)],
)
def test_results_outlive_a_change_of_their_agent(
    workspace: ck.Workspace, tmp_path: Path, model, options
) -> None:
    """They are read, reviewed and exported as they are stored."""
    register(FakeInput)
    register(agent(Strain))
    steps = [
        ck.Step(agent="fake_input"),
        ck.Step(agent="strains", options={"most": 2}),
        ck.Step(agent="csv"),
    ]
    papers = add_papers(workspace, "ok", "ok")
    job = workspace.run(ck.Flow(name="Strains", steps=steps), papers)
    before = job.results
    register(agent(model, options))

    later = workspace.jobs.get(job.id)

    assert list(later.results["strain"]) == ["N2", "N2"]
    assert list(later.results.columns) == list(before.columns)
    assert later.review(0, "edited", changes={"strain": "CB1"}).strain == "CB1"
    table = later.export_table(tmp_path / "t.csv").read_text()
    assert [line.split(",")[1] for line in table.splitlines()] == [
        "strain",
        "CB1",
        "N2",
    ]
