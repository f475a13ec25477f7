"""Services, prices and budgets on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from asking_agent import AskingExtractor, asking_flow
from batches import add_papers, fake_flow
from chat_server import ChatServer
from commands import call, run
from noted_calls import note_calls

import curation_kit as ck
from curation_kit.agents import register
from curation_kit.cli.foreground import progress_of
from curation_kit.errors import JobError, NotFound, WorkspaceError
from curation_kit.llm import Call, CallLog, Price, Service
from curation_kit.session.wording import event_text

PRICE = Price(input=10, output=100)


def refused(workspace: ck.Workspace, *words: object) -> str:
    """Run a command that is refused; give why."""
    done = call(workspace.path, *words)
    assert done.exit_code != 0, done.output
    expected = (NotFound, WorkspaceError, JobError, SystemExit)
    assert isinstance(done.exception, expected), done.exception
    return done.output + str(done.exception)


@pytest.mark.usefixtures("fakes")
def test_a_job_that_pauses_is_no_wrong_use(
    workspace: ck.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has an exit status of its own, a summary, and a way to go on."""
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    register(AskingExtractor)
    add(workspace, "--key", "env:NO_SUCH_KEY")
    job = workspace.create(asking_flow(), add_papers(workspace, "ok"), n_jobs=1)

    done = call(workspace.path, "resume", job.id)

    assert done.exit_code == 4, (done.output, done.exception)
    assert "0 of 1 paper completed, 0 failed, 0 records" in done.output
    assert 'Paused: The model service "local" gives no answers: ' in done.output
    assert f"Go on with: curation-kit --workspace {workspace.path} resume" in (
        done.output
    )
    assert "Error" not in done.output


@pytest.mark.usefixtures("fakes")
def test_a_run_tells_that_it_waits_for_a_service(
    workspace: ck.Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody has to guess whether it hangs; the log of the job has it too."""
    job = workspace.create(fake_flow("csv"), add_papers(workspace, "ok"))
    text = 'waiting for the model service "local" (Busy)'
    workspace._store.service_told([job.id], "service_waiting", text=text)

    with progress_of(job):
        pass

    assert '… Waiting for the model service "local" (Busy)' in capsys.readouterr().err
    rows = job.event_rows(limit=9)
    assert text in [event_text(row, job.flow) for row in rows]


@pytest.mark.usefixtures("fakes")
def test_what_is_estimated_is_said_wherever_costs_are(workspace: ck.Workspace) -> None:
    """A call without an answer counts at the most that it can cost."""
    register(AskingExtractor)
    add(workspace)
    papers = add_papers(workspace, "ok")
    job = workspace.create(asking_flow(), papers)
    note_calls(workspace._database, job.id, papers[0].id, 3, PRICE)
    assert "stimated" not in run(workspace, "show", job.id).output
    assert "~" not in run(workspace, "jobs").output
    log = CallLog(workspace._database)
    asked = Call("local", "tiny", "key", 1, "asking_extractor", 1000, 100)
    log.lose(log.open(job.id, papers[0].id, asked, 0.02))

    told = run(workspace, "show", job.id).output
    assert "Estimated are those of 1 of the calls" in told
    told = run(workspace, "jobs").output
    assert "~$0.08" in told
    assert "~ partly estimated" in told
    assert (
        json.loads(run(workspace, "jobs", "--json").output)[0]["estimated_calls"] == 1
    )


def add(workspace: ck.Workspace, *words: object) -> str:
    """Add the service that all tests begin with; give what is said."""
    url = "http://localhost:8080/v1"
    given = ("--url", url, "--model", "tiny", *words)
    return run(workspace, "services", "add", "local", *given).output


def test_a_service_from_its_beginning_to_its_end(workspace: ck.Workspace) -> None:
    """Added, priced, changed, renamed, made the default, removed."""
    told = add(workspace, "--key", "env:KEY", "--requests-per-minute", 60)
    assert "has no price" in told
    run(workspace, "services", "price", "local", "tiny", "0.5", 2)
    run(workspace, "services", "edit", "local", "--requests-per-minute", 0)
    assert workspace.settings.services == {
        "local": Service(
            base_url="http://localhost:8080/v1",
            key="env:KEY",
            model="tiny",
            prices={"tiny": Price(input=0.5, output=2)},
        )
    }
    run(workspace, "services", "add", "other", "--url", "https://host/v1")
    run(workspace, "services", "default", "local")
    run(workspace, "services", "rename", "local", "mine")
    rows = json.loads(run(workspace, "services", "list", "--json").stdout)
    assert [(row["name"], row["default"]) for row in rows] == [
        ("mine", True),
        ("other", False),
    ]
    assert "env:KEY" in run(workspace, "services", "list").output
    run(workspace, "services", "price", "mine", "tiny", "--remove")
    assert workspace.settings.services["mine"].prices == {}
    run(workspace, "services", "remove", "mine")
    assert list(workspace.settings.services) == ["other"]


def test_the_first_service_is_the_default(workspace: ck.Workspace) -> None:
    """It stays so beside others; without a default, it is said how to choose one."""
    add(workspace)
    run(workspace, "services", "add", "other", "--url", "https://host/v1")
    run(workspace, "services", "add", "third", "--url", "https://third/v1")
    assert workspace.settings.service()[0] == "local"
    run(workspace, "services", "edit", "local", "--model", "large")
    assert workspace.settings.service()[0] == "local"
    run(workspace, "services", "remove", "local")
    with pytest.raises(NotFound, match="services default NAME") as told:
        workspace.settings.service()
    assert 'option "service"' in str(told.value)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "local", "--url", "http://a/v1"), "already"),
        (("add", "new"), "--url: This is needed."),
        (("edit", "local", "--key", "sk-secret"), "never the key itself"),
        (("edit", "nobody", "--model", "x"), 'no model service "nobody"'),
        (("price", "local", "tiny"), "Give INPUT and OUTPUT"),
        (("price", "local", "tiny", "--remove"), "has no price"),
        (("remove", "nobody"), 'no model service "nobody"'),
    ],
)
def test_what_is_wrong_is_said(
    workspace: ck.Workspace, words: tuple[str, ...], told: str
) -> None:
    """And nothing is changed; a key that was typed is not repeated."""
    add(workspace)
    before = workspace.settings
    said = refused(workspace, "services", *words)
    assert told in said
    assert "sk-secret" not in said
    assert workspace.settings == before


def test_a_connection_is_tried_out(workspace: ck.Workspace) -> None:
    """The answer, or why there is none and what to do."""
    with ChatServer('{"word": "ready"}', models=("tiny", "large")) as server:
        run(
            workspace,
            *("services", "add", "local", "--url", server.url, "--model", "tiny"),
        )
        said = run(workspace, "services", "test").output
        assert "tiny answers" in said
        assert "Models: tiny, large" in said
        assert "not in" not in said
        run(workspace, "services", "edit", "local", "--model", "other")
        told = run(workspace, "services", "test").output
        assert "other is not in the service's list of models" in told
        run(workspace, "services", "edit", "local", "--model", "tiny")
        found = json.loads(run(workspace, "services", "test", "--json").stdout)
        assert (found["works"], found["structured"]) == (True, "json_schema")
    done = call(workspace.path, "services", "test", "local")
    assert done.exit_code == 1
    assert "cannot be reached" in done.output


def test_the_budget_of_a_day(workspace: ck.Workspace) -> None:
    """Shown, set, taken away."""
    assert "with no cap" in run(workspace, "budget").output
    run(workspace, "budget", "2.5")
    assert workspace.settings.daily_budget == 2.5
    note_calls(workspace._database, "job", "paper", 10, PRICE)
    assert json.loads(run(workspace, "budget", "--json").stdout) == {
        "daily_budget": 2.5,
        "spent_today": pytest.approx(0.2),
    }
    assert "Give a number." in refused(workspace, "budget", "much")
    run(workspace, "budget", "none")
    assert workspace.settings.daily_budget is None


def test_an_estimate_starts_nothing(
    workspace: ck.Workspace, tmp_path: Path, fakes: None
) -> None:
    """Time, tokens and cost are told."""
    del fakes
    from curation_kit.samples import write_sample_papers

    register(AskingExtractor)
    workspace.flows.save(
        ck.Flow(
            name="Asks",
            steps=[ck.Step(agent=one) for one in ("pdf", "asking_extractor", "csv")],
        )
    )
    add(workspace)
    run(workspace, "services", "price", "local", "tiny", 1, 1)
    write_sample_papers(tmp_path / "papers", count=2)
    said = run(workspace, "run", "Asks", tmp_path / "papers", "--estimate").stdout
    assert "2 documents" in said
    assert "2 calls to models" in said
    assert "about $0." in said
    assert list(workspace.jobs) == []
    told = run(workspace, "run", "--help").output.replace("│", "")
    assert "the papers are added" in " ".join(told.split())
    assert len(workspace.documents) == 2
    told = run(workspace, "documents", "preflight", "--flow", "Asks").stdout
    assert told.endswith(said)
    told = run(workspace, "documents", "preflight", "--flow", "Asks", "--json").stdout
    assert json.loads(told)["estimate"]["documents"] == 2
    assert len(json.loads(told)["documents"]) == 2


def test_costs_are_shown_with_jobs_and_a_budget_can_be_raised(
    workspace: ck.Workspace, fakes: None
) -> None:
    """In the list and with the job; a cap below what is spent is refused."""
    del fakes
    register(AskingExtractor)
    add(workspace)
    run(workspace, "services", "price", "local", "tiny", 10, 100)
    [paper] = add_papers(workspace, "ok")
    job = workspace.create(asking_flow(), [paper], budget=0.5)
    note_calls(workspace._database, job.id, paper.id, 10, PRICE)
    job.pause("The budget is spent.")
    shown = run(workspace, "show", job.id).output
    assert (
        "Models: $0.20 spent of $0.50, 10 calls, 10,000 tokens in, 1,000 out" in shown
    )
    costs = json.loads(run(workspace, "show", job.id, "--json").stdout)["costs"]
    assert costs["total"]["cost"] == pytest.approx(0.2)
    assert "$0.20" in run(workspace, "jobs").output
    [row] = json.loads(run(workspace, "jobs", "--json").stdout)
    assert (row["tokens"], row["cost"]) == (11_000, pytest.approx(0.2))
    said = refused(workspace, "resume", job.id, "--budget", "0.1", "--detach")
    assert "has spent $0.20 already" in said
    assert job.row.options.budget == 0.5
