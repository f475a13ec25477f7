"""Costs on the page of a job, in its table of documents, and in the list of jobs."""

from __future__ import annotations

import pytest
from asking_agent import AskingExtractor, asking_flow
from batches import add_papers
from noted_calls import note_calls

import curation_kit as ck
from curation_kit.agents import register
from curation_kit.errors import JobError
from curation_kit.llm import Price, Service, Settings
from curation_kit.session import CurationSession, JobList, JobView

PRICE = Price(input=10, output=100)  # of a call: 2 cents


@pytest.fixture
def job(workspace: ck.Workspace, fakes: None) -> ck.Job:
    """A job of two papers that is paused, half of its budget spent."""
    del fakes
    register(AskingExtractor)
    service = Service(
        base_url="http://127.0.0.1:9/v1", model="tiny", prices={"tiny": PRICE}
    )
    workspace.settings = Settings(services={"local": service})
    papers = add_papers(workspace, "ok", "ok")
    made = workspace.create(asking_flow(), papers, budget=0.4)
    note_calls(workspace._database, made.id, papers[0].id, 10, PRICE)
    made.pause("The budget is spent.")
    return made


def test_the_head_tells_what_is_spent(job: ck.Job) -> None:
    """Of the budget, and by step."""
    costs = JobView(job).monitor["costs"]
    assert (costs["calls"], costs["input"], costs["output"]) == (10, 10_000, 1_000)
    assert (costs["cost"], costs["budget"]) == (pytest.approx(0.2), 0.4)
    [step] = costs["steps"]
    assert (step["number"], step["title"]) == (2, "Asking extractor")
    assert step["cost"] == pytest.approx(0.2)


def test_a_job_that_asks_no_model_has_no_costs(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """Nothing is drawn where there is nothing to tell."""
    job = workspace.create(flow, add_papers(workspace, "ok"))
    view = JobView(job)
    assert view.monitor["costs"] == {}
    [row] = view.documents.documents["rows"]
    assert "tokens" not in row


def test_documents_tell_tokens_and_cost(job: ck.Job) -> None:
    """Those for which a model was asked."""
    first, second = JobView(job).documents.documents["rows"]
    assert (first["tokens"], first["cost"]) == (11_000, pytest.approx(0.2))
    assert "tokens" not in second


def test_without_a_price_there_is_no_cost(workspace: ck.Workspace, job: ck.Job) -> None:
    """No amount is better than a wrong one; what has a price is told apart."""
    other = workspace.create(asking_flow(), [row["document_id"] for row in rows(job)])
    note_calls(workspace._database, other.id, rows(job)[0]["document_id"], 1, None)
    costs = JobView(other).monitor["costs"]
    assert (costs["cost"], costs["partly"]) == (None, True)
    note_calls(workspace._database, other.id, rows(job)[0]["document_id"], 1, PRICE)
    costs = JobView(other).monitor["costs"]
    assert (costs["cost"], costs["partly"]) == (pytest.approx(0.02), True)


def rows(job: ck.Job) -> list[dict[str, str]]:
    """Documents of a job."""
    return job.document_rows()


def test_the_list_of_jobs_tells_costs(workspace: ck.Workspace, job: ck.Job) -> None:
    """Of those jobs that have some."""
    made = JobList(workspace)
    made.refresh()
    [row] = made.jobs
    assert (row["tokens"], row["cost"]) == (11_000, pytest.approx(0.2))
    assert row["id"] == job.id


def test_a_paused_job_goes_on_with_a_higher_budget(
    workspace: ck.Workspace, job: ck.Job
) -> None:
    """One that is no amount, or spent already, is refused and changes nothing."""
    session = CurationSession(workspace, query=f"job={job.id}")
    with pytest.raises(JobError, match=r"^Budget: give a number from 0"):
        session.jobs.resume("")
    with pytest.raises(JobError, match=r"has spent \$0\.20 already"):
        session.jobs.resume(0.1)
    assert (job.status, job.row.options.budget) == ("paused", 0.4)
    session.close()


def test_a_budget_that_is_used_up_is_told(workspace: ck.Workspace, job: ck.Job) -> None:
    """As long as the job is paused for it: with no higher one it cannot go on."""
    view = JobView(job)
    assert not view.offers["over_budget"]
    job._store.resume(job.id)
    # In these very words, which stores have of jobs that were paused long ago.
    job.pause("The job may spend $0.40: it is spent. Resume it with a higher budget.")
    view.refresh()
    assert view.offers["over_budget"]
    session = CurationSession(workspace, query=f"job={job.id}")
    with pytest.raises(JobError, match=r"give more than \$0\.40"):
        session.jobs.resume(0.4)
    assert session.view.monitor["over_budget"]
    session.close()
    with pytest.raises(JobError, match=r"give more than \$0\.40, not \$0\.30"):
        job.resume(budget=0.3)
    job._store.resume(job.id, budget=1)
    view.refresh()
    assert not view.offers["over_budget"]
    view.close()


def test_the_form_tells_tokens_and_cost(workspace: ck.Workspace, job: ck.Job) -> None:
    """Where a model is asked; or why the flow cannot ask."""
    session = CurationSession(workspace)
    workspace.flows.save(asking_flow())
    session.form.consider("Asking")
    assert session.form.spending == {}
    session.form.take(workspace.documents.list())
    assert "2 calls to models" in session.form.spending["text"]
    assert session.form.spending["has_price"]
    workspace.settings = Settings()
    session.form.consider("Asking")
    assert "no model service" in session.form.spending["problem"]
    assert job.status == "paused"
    session.close()


def test_a_flow_without_a_service_can_be_saved_and_not_tested(
    workspace: ck.Workspace, job: ck.Job
) -> None:
    """The builder names the step, and what to do."""
    del job
    session = CurationSession(workspace)
    session.flows_page.new()
    builder = session.flows_page.builder
    builder.set_name("Asks")
    builder.add_step("asking_extractor")
    [key] = [one["key"] for one in builder.draft["steps"] if one["agent"] != "pdf"][:1]
    builder.remove_step(key)
    assert builder.check["findings"] == []
    workspace.settings = Settings()
    builder.set_name("Asks more")
    [found] = builder.check["findings"]
    assert found["step"] == 2
    assert "no model service" in found["text"]
    assert (builder.check["can_save"], builder.check["can_run"]) == (True, False)
    session.close()


def test_a_duplicate_of_a_job_that_asks_a_model_has_the_same_flow(
    workspace: ck.Workspace, job: ck.Job
) -> None:
    """The job has the names of the default service and its model besides."""
    session = CurationSession(workspace)
    workspace.flows.save(asking_flow())

    session.jobs.duplicate(job.id)
    same = session.notice
    settings = workspace.settings
    other = settings.services["local"].model_copy(update={"model": "large"})
    workspace.settings = settings.model_copy(update={"services": {"local": other}})
    session.jobs.duplicate(job.id)

    assert "has been changed" not in same
    assert "has been changed" in session.notice
    session.close()
