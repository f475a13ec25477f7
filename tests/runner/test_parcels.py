"""What travels between the runner and its workers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from batches import fake_flow
from fakes import FakeInput

from curation_kit.agents import Extractor, Paper, get_agent
from curation_kit.jobs import Outcome, Status
from curation_kit.records import GeneExpressionRecord
from curation_kit.runner.desk import NoDesk
from curation_kit.runner.parcels import Parcel, TaskPacker, run_packed
from curation_kit.runner.places import DocumentTask, Place


class Far(Extractor):
    """Waits for the network."""

    name = "far"
    title = "Far"
    record = GeneExpressionRecord
    io_bound = True

    def extract(self, paper: Paper) -> Any:
        """Give a record."""
        yield GeneExpressionRecord(gene_symbol=paper.text.text)


@pytest.fixture
def task(tmp_path: Path) -> DocumentTask:
    """A paper that is read here, and asked about there."""
    path = tmp_path / "paper.pdf"
    path.write_text("lin-3")
    flow = fake_flow("csv")
    flow.steps[1:3] = [flow.steps[1].model_copy(update={"agent": "far"})]
    agents = (FakeInput, Far, get_agent("csv"))
    cache = tmp_path / "cache"
    return DocumentTask("0" * 64, "P.pdf", path, "P", flow, agents, cache=cache)


class Line:
    """Answers as a desk does, and notes what it is told."""

    def __init__(self, told: list[Any]) -> None:
        self._told = told

    def __call__(self, message: tuple[Any, ...]) -> Any:
        """Answer."""
        self._told.append(message[0])
        return getattr(NoDesk(), message[0])(*message[1:])

    def tell(self, message: tuple[Any, ...], *, later: bool) -> None:
        """Hear."""
        del later
        self(message)


def test_a_paper_goes_from_place_to_place(task: DocumentTask) -> None:
    """Each tells where it goes on, and gives the result that is to be kept."""
    packed, told = TaskPacker().pack(task), []

    read = run_packed(packed, Place.CPU, None, 0.0, Line(told))
    assert isinstance(read, Parcel)
    assert (read.place, read.done and read.done[1].step) == (Place.IO, 0)
    found = run_packed(packed, read.place, read.state, 0.0, Line(told))
    assert isinstance(found, Parcel)
    assert (found.place, found.done and found.done[1].step) == (Place.CPU, 1)
    done = run_packed(packed, found.place, found.state, 0.0, Line(told))

    assert isinstance(done, Outcome)
    assert done.status is Status.COMPLETED
    assert [json.loads(record)["gene_symbol"] for record in done.records] == ["lin-3"]
    assert [file.name for file in done.files] == ["P.csv"]
    assert "keep" not in told  # it came with the parcels


def test_what_is_the_same_for_a_job_is_packed_once(task: DocumentTask) -> None:
    """Other papers take nothing but their own names along."""
    packer = TaskPacker()

    first, _ = packer.pack(task)
    again, own = packer.pack(replace(task, document_id="1" * 64, name="Q.pdf"))

    assert again is first
    assert own == ("1" * 64, "Q.pdf", task.path, "P", False)


@pytest.mark.parametrize("one", [True, 1.0])
def test_flows_that_are_equal_to_python_only_are_packed_each(
    task: DocumentTask, one: object
) -> None:
    """1, 1.0 and True are different options."""

    def with_option(value: object) -> DocumentTask:
        flow = task.flow.model_copy(deep=True)
        flow.steps[1].options = {"size": value}
        return replace(task, flow=flow)

    packer = TaskPacker()

    assert with_option(1).flow == with_option(one).flow
    assert packer.pack(with_option(1))[0] != packer.pack(with_option(one))[0]
