from __future__ import annotations

import pytest
from batches import add_papers
from overtaking import Slow, overtake

import curation_kit as ck
from curation_kit.documents.report import Preflight
from curation_kit.errors import JobError
from curation_kit.session.job_form import JobForm, job_options


@pytest.fixture
def form(workspace: ck.Workspace, flow: ck.Flow) -> JobForm:
    """The form of a workspace with a saved flow of fakes."""
    workspace.flows.save(flow)
    made = JobForm(workspace)
    made.consider("Fake", 1)
    return made


def with_pages(workspace: ck.Workspace, pages: int, *commands: str) -> list[object]:
    """Papers of so many pages."""
    papers = add_papers(workspace, *commands)
    report = Preflight(size=1, pages=pages).model_dump_json()
    workspace.documents._database.executemany(
        "UPDATE documents SET preflight = ? WHERE id = ?",
        [(report, paper.id) for paper in papers],
    )
    return [workspace.documents.get(paper.id) for paper in papers]


def test_without_earlier_jobs_the_time_is_assumed(
    workspace: ck.Workspace, form: JobForm
) -> None:
    """And the form says so; nothing is said of no documents."""
    assert (form.estimate, form.suggested_name) == ("", "")
    form.take(with_pages(workspace, 2000, "ok", "ok", "ok"))
    assert form.estimate == (
        "3 documents, 6,000 pages: about 3 min "
        "(assumed: this flow is not timed on 3 new papers yet)."
    )
    assert form.suggested_name.startswith("Fake · 3 documents · ")
    form.consider("Fake", 3)
    assert ": about 1 min (" in form.estimate


def test_what_stays_does_not_go_in_between(
    workspace: ck.Workspace, form: JobForm
) -> None:
    """Nothing on the page moves while the mouse is on a button."""
    form.take(with_pages(workspace, 2, "ok"))
    shown = []
    form.observe(lambda change: shown.append(change["new"]), "estimate")
    form.consider("Fake", 1)
    assert set(shown) <= {form.estimate}


def test_the_time_is_measured_with_the_same_flow(
    workspace: ck.Workspace, form: JobForm, flow: ck.Flow
) -> None:
    """Seconds of a page in earlier jobs times the pages of these documents."""
    papers = with_pages(workspace, 10, "ok", "ok", "ok")
    job = workspace.run(flow, papers, backend="sequential")
    workspace._database.execute(
        "UPDATE job_documents SET seconds = 60 WHERE job_id = ?", (job.id,)
    )
    form.take(papers)
    assert form.estimate == (
        "3 documents, 30 pages: about 3 min (measured with this flow on 3 documents)."
    )


def test_the_time_of_services_is_not_guessed(
    workspace: ck.Workspace, form: JobForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flow that waits for the network is measured or not told."""
    from fakes import FakeValidator

    monkeypatch.setattr(FakeValidator, "io_bound", True)
    form.take(with_pages(workspace, 2, "ok"))
    assert form.estimate.endswith(
        "is not known: this flow is not timed on 3 new papers yet."
    )


def test_the_estimate_is_that_of_the_last_documents(
    workspace: ck.Workspace, form: JobForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when a thread that has added others is overtaken."""
    papers = with_pages(workspace, 2000, "ok", "ok", "ok")
    judged, slow = workspace.estimate, Slow()

    def late(*asked: object, **options: object) -> object:
        found = judged(*asked, **options)
        slow.hold()
        return found

    monkeypatch.setattr(workspace, "estimate", late)
    overtake(slow, lambda: form.take(papers[:2]), lambda: form.take(papers))
    assert form.estimate.startswith("3 documents, 6,000 pages:")


def test_a_deleted_flow_has_no_estimate(workspace: ck.Workspace, form: JobForm) -> None:
    """The form waits for another choice."""
    workspace.flows.delete("Fake")
    form.take(with_pages(workspace, 2, "ok"))
    assert form.estimate == ""


def test_options_of_the_form() -> None:
    """Minutes become seconds; what is left out keeps its default."""
    assert job_options(None) == {"use_cache": True}
    given = {"n_jobs": 2, "minutes": 1.5, "nice": None, "use_cache": False}
    assert job_options(given) == {"n_jobs": 2, "time_limit": 90, "use_cache": False}
    cluster = {"backend": "dask", "address": "tcp://10.0.0.5:8786"}
    assert job_options(cluster) == {**cluster, "use_cache": True}


def test_the_time_on_a_cluster_is_told_when_its_width_is_given(
    workspace: ck.Workspace, form: JobForm
) -> None:
    """Else nobody knows it."""
    form.take(with_pages(workspace, 2, "ok"))
    form.consider("Fake", None, "dask")
    assert form.estimate == ""
    form.consider("Fake", 2, "dask")
    assert form.estimate


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("n_jobs", 0, "Documents at the same time: give a whole number from 1 to 256."),
        ("n_jobs", 1.5, "whole number"),
        ("nice", "high", "whole number from 0 to 19"),
        ("minutes", 0, "Time limit: give a number from 0.1 to 1,440."),
        ("budget", -3, "Budget: give a number from 0 to 1,000,000."),
        ("memory_limit", True, "Memory limit"),
    ],
)
def test_wrong_options_are_named(name: str, value: object, told: str) -> None:
    """In the words of the form."""
    with pytest.raises(JobError, match=told):
        job_options({name: value})
