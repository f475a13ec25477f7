from __future__ import annotations

import re

from batches import add_papers

import curation_kit as ck
from curation_kit.session.job_log import EVENTS_PER_PAGE, EventLog
from curation_kit.session.job_settings import JobSettings
from curation_kit.session.wording import event_text


def log(job: ck.Job) -> EventLog:
    """The log of a job."""
    made = EventLog()
    made.open(job)
    made.refresh()
    return made


def lines(made: EventLog) -> list[str]:
    """Lines of the page, without times."""
    return [
        f"{name}: {text}" if name else text
        for _, _, name, text, _ in made.events["rows"]
    ]


def test_the_log_is_in_plain_words(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """Every event of a job's life is a sentence with titles, not names."""
    papers = add_papers(workspace, "ok", "fail", "raise")
    job = workspace.run(flow, papers, backend="sequential")
    told = [
        re.sub(r"in (less than )?[\d.]+ s$", "in 0.2 s", line)
        for line in lines(log(job))
    ]
    assert told == [
        "job created with 3 documents",
        "job started",
        "000-ok.pdf: started",
        "000-ok.pdf: step 1 of 4, Fake input",
        "000-ok.pdf: step 2 of 4, Fake extractor",
        "000-ok.pdf: step 3 of 4, Fake validator",
        "000-ok.pdf: step 4 of 4, CSV Formatter",
        "000-ok.pdf: completed with 1 record in 0.2 s",
        "001-fail.pdf: started",
        "001-fail.pdf: step 1 of 4, Fake input",
        "001-fail.pdf: step 2 of 4, Fake extractor",
        "001-fail.pdf: failed: The paper is blank. Scan it again.",
        "002-raise.pdf: started",
        "002-raise.pdf: step 1 of 4, Fake input",
        "002-raise.pdf: step 2 of 4, Fake extractor",
        (
            '002-raise.pdf: failed: The agent "fake_extractor" stopped with '
            "ZeroDivisionError: one by nought. This is a fault in the agent, not in "
            "the paper. Retry it; if it fails again, report the message together with "
            "the file name."
        ),
        "job ended: 1 completed, 2 failed",
    ]
    assert (
        event_text({"type": "from_the_future", "data": {}}, flow) == "from the future"
    )


def test_what_people_do_is_in_the_log(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """Pause, resume, retry, cancel."""
    job = workspace.run(flow, add_papers(workspace, "fail"), backend="sequential")
    workspace._store.retry(job.id, flow)
    job.pause()
    workspace._store.resume(job.id)
    job.cancel()
    assert lines(log(job))[-4:] == [
        "1 failed document put back to be retried with a corrected flow",
        "job paused: Paused by the user.",
        "job resumed",
        "job cancelled; documents already done keep their results",
    ]


def test_pages_and_search(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """The newest page comes first and is followed; earlier ones stay as they are."""
    job = workspace.create(flow, add_papers(workspace, "ok"))
    [row] = job.document_rows()
    for number in range(2 * EVENTS_PER_PAGE):
        workspace._store._event(
            job.id, "step_started", row["document_id"], step=number, agent="fake_input"
        )
    made = log(job)
    assert (made.events["page"], made.events["pages"]) == (1, 2)
    assert len(lines(made)) == EVENTS_PER_PAGE + 1  # the end is not a page of its own
    made.show("", 0)
    assert lines(made)[0] == "job created with 1 document"
    assert len(lines(made)) == EVENTS_PER_PAGE
    workspace._store._event(job.id, "job_started")
    made.refresh()
    assert made.events["page"] == 0
    made.show()
    assert lines(made)[-1] == "job started"
    made.show("OK 000")
    assert made.events["found"] == 2 * EVENTS_PER_PAGE
    made.show("nothing")
    assert made.events["rows"] == []


def test_settings_show_the_flow_as_it_was_run(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """Steps with all their options, corrected flows, limits, YAML."""
    job = workspace.run(
        flow, add_papers(workspace, "fail"), backend="sequential", nice=7
    )
    corrected = flow.model_copy(deep=True)
    corrected.steps[2].options = {"taxon": "NCBITaxon:10090"}
    workspace._store.retry(job.id, corrected)
    made = JobSettings()
    made.open(job)
    made.refresh()
    first, second = made.settings["flows"]
    assert ck.Flow.from_yaml(first["yaml"]) == flow
    assert first["steps"][2]["options"] == [["taxon", "NCBITaxon:6239", True]]
    assert second["steps"][2]["options"] == [["taxon", "NCBITaxon:10090", False]]
    assert ("Time limit of a document", "15 min") in made.settings["options"]
    assert ("Gives way to other programs (nice)", "7") in made.settings["options"]


def test_a_flow_with_an_agent_that_is_gone_is_shown(workspace: ck.Workspace) -> None:
    """Its options are those that were given."""
    flow = ck.Flow(name="Old", steps=[ck.Step(agent="long_gone", options={"a": 1})])
    job_id = workspace._store.create(flow, [("0" * 64, "a.pdf")])
    made = JobSettings()
    made.open(workspace.jobs.get(job_id))
    made.refresh()
    [step] = made.settings["flows"][0]["steps"]
    assert (step["title"], step["options"]) == ("Long gone", [["a", "1", False]])
