"""What a job would take, before it is started."""

from __future__ import annotations

import pytest
from asking_agent import AskingExtractor
from batches import add_papers
from noted_calls import note_calls
from pydantic import BaseModel

import curation_kit as ck
from curation_kit.agents import register
from curation_kit.documents.document import Document
from curation_kit.documents.report import Preflight
from curation_kit.errors import FlowError
from curation_kit.llm import Load, Price, Service, Settings
from curation_kit.workspace import tokens
from curation_kit.workspace.estimating import STARTING


class Asking(AskingExtractor):
    """Asks once per 4,000 characters."""

    at_once = 1

    @classmethod
    def load(cls, options: BaseModel, characters: int, service: Service) -> Load:
        """Give 1,000 tokens in and 100 out for each call."""
        del options, service
        return Load(1, 1000, 100, cls.at_once).times(max(characters // 4000, 1))


FLOW = ck.Flow(
    name="Asks",
    steps=[ck.Step(agent=name) for name in ("fake_input", "asking_extractor", "csv")],
)


@pytest.fixture(autouse=True)
def _asking(fakes: None) -> None:
    del fakes
    register(Asking)


def serve(workspace: ck.Workspace, price: Price | None = None, **limits: int) -> None:
    """Have a service in the settings of a workspace."""
    prices = {} if price is None else {"tiny": price}
    service = Service(
        base_url="http://localhost/v1", model="tiny", prices=prices, **limits
    )
    workspace.settings = Settings(services={"local": service})


def papers_of(workspace: ck.Workspace, *reports: Preflight) -> list[Document]:
    """Papers with these reports."""
    papers = add_papers(workspace, *["ok"] * len(reports))
    workspace.documents._database.executemany(
        "UPDATE documents SET preflight = ? WHERE id = ?",
        [
            (report.model_dump_json(), paper.id)
            for paper, report in zip(papers, reports, strict=True)
        ],
    )
    return [workspace.documents.get(paper.id) for paper in papers]


def test_calls_tokens_and_cost_follow_the_length_of_the_papers(
    workspace: ck.Workspace,
) -> None:
    """Of those that can be processed; a page nobody counted has 4,400 characters."""
    serve(workspace, Price(input=1, output=10))
    papers = papers_of(
        workspace,
        Preflight(size=1, pages=3, characters=12_000),
        Preflight(size=1, pages=10),
        Preflight(size=1, pages=9, characters=9, problem="It is encrypted."),
    )
    found = workspace.estimate(FLOW, papers)
    assert (found.documents, found.pages) == (2, 13)
    assert (found.calls, found.input_tokens, found.output_tokens) == (14, 14000, 1400)
    assert found.cost == pytest.approx(0.028)
    assert found.cost_text == (
        "About 14 calls to models, 14 k tokens in and 1,400 out: about $0.028, less "
        "what is answered already."
    )
    assert "2 documents, 13 pages: about 2 min (assumed" in found.time_text


def test_without_a_price_there_are_tokens_and_no_cost(workspace: ck.Workspace) -> None:
    """The model that has none is named."""
    serve(workspace)
    papers = papers_of(workspace, Preflight(size=1, pages=1, characters=4000))
    found = workspace.estimate(FLOW, papers)
    assert (found.calls, found.cost, found.unpriced) == (1, None, ("local: tiny",))
    assert found.cost_text.endswith("as there is no price for local: tiny.")


@pytest.mark.parametrize(
    ("limits", "minutes"),
    [
        ({"in_flight": 1}, 100 / 60),  # 50 calls of 2 s, one after another
        ({"in_flight": 100}, 10 / 60),  # 5 calls of one document
        ({"in_flight": 100, "requests_per_minute": 10}, 5),
        ({"in_flight": 100, "tokens_per_minute": 5500}, 10),
    ],
    ids=["one at a time", "many at a time", "requests", "tokens"],
)
def test_minutes_follow_the_limits_of_the_account(
    workspace: ck.Workspace, limits: dict[str, int], minutes: float
) -> None:
    """And the time that the model took before; documents are asked in turn."""
    serve(workspace, **limits)
    one = Preflight(size=1, pages=1, characters=20_000)
    papers = papers_of(workspace, *[one] * 10)
    note_calls(workspace._database, "earlier", papers[0].id, 3, None)
    found = workspace.estimate(FLOW, papers)
    assert found.calls == 50
    assert found.minutes == pytest.approx(minutes, abs=0.1)


@pytest.mark.parametrize(("in_flight", "seconds"), [(100, 4), (5, 20), (1, 100)])
def test_parts_of_a_paper_that_are_asked_about_at_once_take_less(
    workspace: ck.Workspace,
    monkeypatch: pytest.MonkeyPatch,
    in_flight: int,
    seconds: float,
) -> None:
    """After the first, four at a time: as many as the service takes."""
    monkeypatch.setattr(Asking, "at_once", 4)
    serve(workspace, in_flight=in_flight)
    one = Preflight(size=1, pages=1, characters=20_000)
    papers = papers_of(workspace, *[one] * 10)
    note_calls(workspace._database, "earlier", papers[0].id, 3, None)
    found = workspace.estimate(FLOW, papers)
    assert found.minutes == pytest.approx((STARTING + seconds) / 60, abs=0.01)


def test_a_flow_that_works_by_rules_costs_nothing(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """Nothing is said of models; no document is no time."""
    papers = papers_of(workspace, Preflight(size=1, pages=1000))
    found = workspace.estimate(flow, papers, n_jobs=1)
    assert (found.calls, found.cost, found.cost_text) == (0, 0, "")
    assert found.time_text.startswith("1 document, 1,000 pages: about 30 s (assumed")
    assert workspace.estimate(flow, []).minutes == 0
    assert workspace.estimate(flow, [*papers, papers[0].id], n_jobs=1) == found


def test_without_a_service_it_is_told_what_to_do(workspace: ck.Workspace) -> None:
    """As when the job is created."""
    papers = papers_of(workspace, Preflight(size=1, pages=1))
    with pytest.raises(
        FlowError, match=r'Step 2 \("asking_extractor"\): .*no model service'
    ):
        workspace.estimate(FLOW, papers)


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, "0"), (9999, "9,999"), (12_345, "12 k"), (999_600, "1.0 M"), (2e6, "2.0 M")],
)
def test_tokens(number: int, told: str) -> None:
    """As short as one can say it."""
    assert tokens(number) == told
