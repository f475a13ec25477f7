from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from batches import add_papers, fake_flow, until

import curation_kit as ck
from curation_kit.errors import FlowError, JobError, NotFound
from curation_kit.flow import TEMPLATES
from curation_kit.records import Candidate
from curation_kit.session import CurationSession, FlowsPage


@pytest.fixture
def session(workspace: ck.Workspace, plugins: Path) -> Iterator[CurationSession]:
    """A session on the page of flows, with one saved flow."""
    del plugins
    workspace.flows.save(fake_flow("csv"))
    session = CurationSession(workspace, query="page=flows")
    yield session
    session.close()


@pytest.fixture
def page(session: CurationSession) -> FlowsPage:
    """The page of flows."""
    return session.flows_page


def names(page: FlowsPage) -> list[str]:
    """Names in the list."""
    return [row["name"] for row in page.list.listing["rows"]]


def test_the_list(session: CurationSession, page: FlowsPage) -> None:
    """Built-in flows first; steps in words; files that cannot be read."""
    folder = session.workspace.flows.folder
    (folder / "bad.yaml").write_text("name: [")
    (folder / "gone.yaml").write_text("name: Gone\nsteps: [{agent: gone}]")
    page.list.find("")
    assert names(page) == [*TEMPLATES, "Fake", "Gone"]
    fake, gone = page.list.listing["rows"][-2:]
    assert fake["steps"] == (
        "Fake input → Fake extractor → Fake validator → CSV Formatter"
    )
    assert not fake["built_in"]
    assert "gone (missing)" in gone["steps"]
    assert "There is no agent" in gone["problem"]
    assert page.list.broken[0]["file"] == "bad.yaml"
    page.list.find("VALIDATOR fake")
    assert names(page) == ["Fake"]


def test_the_list_follows_what_others_do(
    session: CurationSession, page: FlowsPage
) -> None:
    """What was searched stays."""
    page.list.find("fake")
    other = session.workspace.flows["Fake"].model_copy(update={"name": "Other"})
    session.workspace.flows.save(other)
    assert session._look()
    assert names(page) == ["Fake", "Other"]
    session.workspace.flows.delete("Fake")
    assert session._look()
    assert names(page) == ["Other"]


def test_build_save_and_open_again(session: CurationSession, page: FlowsPage) -> None:
    """A new flow becomes a saved one with an address of its own."""
    page.new()
    builder = page.builder
    assert [step["agent"] for step in builder.draft["steps"]] == [
        *("pdf", "gene_expression", "gene_validation", "ontology", "csv")
    ]
    assert not builder.check["can_save"]
    assert builder.check["can_run"]
    builder.set_name("  Worms ")
    builder.remove_step(builder.draft["steps"][3]["key"])
    builder.add_step("ontology")
    assert builder.told == "Ontology added as step 4."
    page.save()
    assert session.notice == "“Worms” is saved."
    assert session.query == "page=flows&flow=Worms"
    assert "Worms" in session.flows
    assert not builder.draft["changed"]
    page.show_list()
    assert not builder.is_open
    session.visit("?page=flows&flow=Worms")
    assert builder.draft["name"] == "Worms"
    assert session.workspace.flows["Worms"].steps[3].agent == "ontology"


def test_an_unknown_flow_leads_to_the_list(session: CurationSession) -> None:
    """Beside the message there is something to do."""
    with pytest.raises(NotFound, match="Saved flows"):
        session.open_page("flows", "Nothing")
    assert (session.page, session.query) == ("flows", "page=flows")
    assert session.flows_page.list.listing["total"] == len(TEMPLATES) + 1


def test_renaming_in_the_builder(session: CurationSession, page: FlowsPage) -> None:
    """Save replaces the flow opened; save as new keeps it."""
    page.open("Fake")
    page.builder.set_name("Fakes")
    page.save_as_new()
    page.builder.set_name("FAKES")
    page.save()
    assert session.workspace.flows.names()[-2:] == ["Fake", "FAKES"]
    page.builder.set_name("fake")
    [found] = page.builder.check["findings"]
    assert found["text"] == 'A flow "Fake" is already there: choose another name.'
    with pytest.raises(FlowError, match="already is a flow"):
        page.save()
    page.builder.set_name("Fake")
    with pytest.raises(FlowError, match="already is a flow"):
        page.save()
    page.builder.set_name("gene expression to TSV")
    assert not page.builder.check["can_save"]


def test_built_in_flows_are_duplicated(page: FlowsPage) -> None:
    """They cannot be changed; a copy can."""
    page.open("Gene Expression to TSV")
    assert page.builder.draft["built_in"]
    assert page.builder.check == {"findings": [], "can_save": False, "can_run": True}
    with pytest.raises(FlowError, match="duplicate it"):
        page.builder.add_step("json")
    page.duplicate()
    assert page.builder.draft["name"] == "Gene Expression to TSV copy"
    page.save()
    page.duplicate("Gene Expression to TSV")
    assert page.builder.draft["name"] == "Gene Expression to TSV copy 2"


def test_rename_and_delete(session: CurationSession, page: FlowsPage) -> None:
    """From the list; the forms of other pages know it at once."""
    page.rename("Fake", " Mine ")
    assert names(page)[-1] == "Mine"
    assert session.flows[-1] == "Mine"
    page.delete("Mine")
    assert names(page) == list(TEMPLATES)
    assert session.notice.startswith("“Mine” is deleted.")


def test_leaving_changes_behind_asks(session: CurationSession, page: FlowsPage) -> None:
    """The address comes back, and nothing is lost without an answer."""
    page.open("Fake")
    page.builder.set_instructions("x")
    seen: list[str] = []
    session.observe(lambda change: seen.append(change["new"]), names="query")
    session.visit("?page=documents")
    assert session.page == "flows"
    assert page.question == {"name": "Fake", "lost": False, "can_save": True}
    assert seen == ["page=documents", "page=flows&flow=Fake"]
    page.stay()
    assert page.question == {}

    session.open_page("documents")
    page.leave()
    assert session.page == "documents"
    session.open_page("flows")  # the draft is still there
    assert page.builder.draft["instructions"] == "x"
    assert session.query == "page=flows&flow=Fake"

    page.show_list()
    assert page.question["lost"]
    page.save_and_leave()
    assert session.workspace.flows["Fake"].instructions == "x"
    assert not page.builder.is_open

    page.open("Fake")
    page.builder.set_instructions("y")
    page.open("Gene Expression to TSV")
    page.leave()
    assert page.builder.source == "Gene Expression to TSV"
    assert session.workspace.flows["Fake"].instructions == "x"


def test_a_place_without_changes_is_left_at_once(
    session: CurationSession, page: FlowsPage
) -> None:
    """Who changed nothing is asked nothing."""
    page.new()
    session.open_page("jobs")
    assert (session.page, page.question) == ("jobs", {})


def test_import_and_export(session: CurationSession, page: FlowsPage) -> None:
    """A file goes out and comes in as a draft with a free name."""
    page.export_yaml("Fake")
    offered = session.downloads.offered
    assert offered["name"] == "Fake.yaml"
    text = Path(offered["path"]).read_text()
    page.import_yaml(text)
    assert page.builder.draft["name"] == "Fake copy"
    assert "Fake copy" not in session.workspace.flows
    page.builder.set_name("../../a<b>/c")
    page.export_yaml()
    assert session.downloads.offered["name"] == "a-b-c.yaml"
    with pytest.raises(FlowError, match="no flow"):
        page.import_yaml("hello")


def test_the_yaml_can_be_edited(page: FlowsPage) -> None:
    """What is wrong with it is told beside it; a good one can be undone."""
    page.open("Fake")
    builder = page.builder
    builder.apply_yaml("steps: [")
    assert "not valid YAML" in builder.yaml_error
    builder.apply_yaml("name: Fake\nsteps: [{agent: csv}]")
    assert builder.yaml_error == ""
    assert len(builder.draft["steps"]) == 1
    builder.undo()
    assert len(builder.draft["steps"]) == 4


def test_broken_agents_are_named(page: FlowsPage) -> None:
    """A plug-in that cannot be loaded is listed with its reason."""
    page.open("Fake")
    [broken] = page.builder.broken_agents
    assert broken["name"] == "broken"
    assert "no left foot" in broken["reason"]
    kinds = {group["kind"]: group["agents"] for group in page.builder.palette}
    assert [agent["title"] for agent in kinds["input"]] == ["Fake input", "PDF Agent"]
    options = {
        agent["name"]: [field["name"] for field in agent["fields"]]
        for agent in kinds["validator"]
    }
    assert options["fake_validator"] == ["taxon"]


def test_a_test_shows_records_and_ledger(
    session: CurationSession, page: FlowsPage
) -> None:
    """A draft that is not saved runs as an ordinary job."""
    add_papers(session.workspace, "ok", "fail")
    page.open("Fake")
    page.builder.set_instructions("x")
    assert page.test.choices["chosen"]
    page.run_test()
    page.test.join(60)
    run = page.test.run
    assert run["name"] == "Test · Fake · 000-ok.pdf"
    assert (run["status"], run["records"], run["error"]) == ("completed", 1, "")
    [row] = page.test.results["rows"]
    assert (row["gene_symbol"], row["quote"]) == ("ok", "ok 0")
    assert "negated" not in row
    assert session.workspace.jobs.get(run["id"]).flow.instructions == "x"
    assert not page.test.is_stale
    page.builder.set_instructions("y")
    assert page.test.is_stale
    page.open_test()  # asks nothing: the draft stays
    assert session.job_id == run["id"]
    session.visit("?page=flows&flow=Fake")
    assert page.builder.draft["instructions"] == "y"
    assert page.test.run["id"] == run["id"]


def test_a_test_that_fails_says_why(session: CurationSession, page: FlowsPage) -> None:
    """The failure comes with its hint."""
    papers = add_papers(session.workspace, "ok", "fail")
    page.open("Fake")
    page.test.find("fail")
    assert page.test.choices["chosen"] == papers[1].id
    page.run_test()
    page.test.join(60)
    run = page.test.run
    assert (run["status"], run["error"], run["hint"]) == (
        *("failed", "The paper is blank.", "Scan it again."),
    )


def test_a_new_test_takes_the_place_of_a_running_one(
    session: CurationSession, page: FlowsPage, tmp_path: Path
) -> None:
    """The old one is cancelled, and stays in the list of jobs."""
    gate = tmp_path / "gate"
    [slow, quick] = add_papers(session.workspace, f"wait {gate}", "ok")
    page.open("Fake")
    page.test.choose(slow.id)
    page.run_test()
    first = page.test.run["id"]
    until((tmp_path / "gate.started").exists)
    page.test.choose(quick.id)
    page.run_test()
    assert session.workspace.jobs.get(first).status.value == "cancelled"
    gate.touch()
    page.test.join(60)
    assert page.test.run["status"] == "completed"
    assert page.test.run["document"] == "001-ok.pdf"
    page.test.stop()  # it has ended: nothing happens


def test_a_test_needs_a_document_and_a_flow_that_can_run(
    session: CurationSession, page: FlowsPage
) -> None:
    """What is missing is said."""
    page.open("Fake")
    with pytest.raises(JobError, match="Choose a document"):
        page.run_test()
    add_papers(session.workspace, "ok")
    page.test.refresh()
    page.builder.remove_step(page.builder.draft["steps"][0]["key"])
    assert not page.builder.check["can_run"]
    with pytest.raises(FlowError, match="cannot run yet"):
        page.run_test()


def test_a_flow_changed_elsewhere_is_not_overwritten(
    session: CurationSession, page: FlowsPage
) -> None:
    """Two curators edit the same flow; the second is told."""
    page.open("Fake")
    page.builder.set_instructions("mine")
    other = session.workspace.flows["Fake"]
    other.instructions = "theirs"
    session.workspace.flows.save(other)
    with pytest.raises(FlowError, match="changed elsewhere"):
        page.save()
    page.builder.set_name("Mine")
    page.save_as_new()
    page.builder.set_instructions("mine again")
    page.save()
    assert session.workspace.flows["Fake"].instructions == "theirs"

    session.workspace.flows.delete("Mine")
    page.builder.set_instructions("still here")
    page.save()
    assert session.workspace.flows["Mine"].instructions == "still here"


def test_a_draft_left_behind_is_not_replaced_unasked(
    session: CurationSession, page: FlowsPage
) -> None:
    """An address of another flow waits for an answer."""
    page.open("Fake")
    page.builder.set_instructions("x")
    session.open_page("jobs")
    page.leave()
    session.visit("?page=flows&flow=Gene+Expression+to+TSV")
    assert page.question["lost"]
    assert (page.builder.source, session.query) == ("Fake", "page=flows&flow=Fake")
    page.leave()
    assert page.builder.source == "Gene Expression to TSV"


def test_what_is_kept_nowhere_counts_as_not_saved(page: FlowsPage) -> None:
    """An import, and a copy of a draft, are asked for when left."""
    page.import_yaml("name: I\nsteps: []")
    page.show_list()
    assert page.question["name"] == "I"
    page.leave()
    page.duplicate("Fake")
    assert not page.builder.draft["changed"]
    page.builder.set_instructions("x")
    page.duplicate()
    assert page.builder.draft["changed"]
    assert not page.builder.draft["can_discard"]


def test_a_folder_that_cannot_be_written_is_named(
    session: CurationSession, page: FlowsPage
) -> None:
    """The message says where and why; the draft stays."""
    folder = session.workspace.flows.folder
    (folder / f"worms.{os.getpid()}.tmp").mkdir()
    page.new()
    page.builder.set_name("Worms")
    with pytest.raises(FlowError, match=r"worms\.yaml cannot be written"):
        page.save()
    assert page.builder.draft["changed"]


def test_the_records_of_a_test_come_in_pages(
    session: CurationSession, page: FlowsPage
) -> None:
    """An ambiguous name shows its candidates; empty columns are left out."""
    add_papers(session.workspace, "ok")
    page.open("Fake")
    page.run_test()
    page.test.join(60)
    [record] = page.test._records
    record.candidates = {"gene_id": [Candidate(id="G:1", label="one")]}
    record.negated = True
    page.test._records = [record] * 45
    page.test.turn(9)
    results = page.test.results
    assert (results["page"], results["pages"], results["first"]) == (2, 3, 40)
    assert len(results["rows"]) == 5
    row = results["rows"][0]
    assert (row["candidates"], row["negated"]) == ("one (G:1)", True)
    assert "stage_label" not in row


def test_the_job_of_a_test_may_be_deleted(
    session: CurationSession, page: FlowsPage
) -> None:
    """The test says so, and the next one runs."""
    add_papers(session.workspace, "ok")
    page.open("Fake")
    page.run_test()
    page.test.join(60)
    page.test.job.delete()
    page.test.stop()
    assert page.test.run["reason"] == "The job of this test was deleted."
    page.run_test()
    page.test.join(60)
    assert page.test.run["status"] == "completed"


def test_one_value_without_brackets_is_ticked(page: FlowsPage) -> None:
    """``species: worm`` is how people write it."""
    page.import_yaml(
        "name: W\nsteps: [{agent: gene_expression, options: {species: worm}}]"
    )
    [step] = page.builder.draft["steps"]
    assert step["values"] == {"species": ["worm"]}
    assert "species: worm" in page.builder.yaml


def test_a_step_shows_what_its_model_is_told(page: FlowsPage) -> None:
    """The instructions first; by rules there is no model, and no option of it."""
    page.new()
    builder = page.builder
    builder.set_instructions("We curate worms.")
    key = builder.draft["steps"][1]["key"]
    builder.set_step_instructions(key, "Leave out muscle.")

    by_rules = builder.draft["steps"][1]
    builder.set_option(key, "engine", "model")
    by_model = builder.draft["steps"][1]
    builder.set_option(key, "sections", [])
    wrong = builder.draft["steps"][1]

    assert (by_rules["prompt"], by_rules["reads"]) == ("", False)
    assert by_rules["idle"] == ["chunk_characters", "model", "service"]
    assert (by_model["idle"], by_model["reads"]) == ([], True)
    told = by_model["prompt"]
    assert (
        told.index("We curate worms.")
        < told.index("Leave out muscle.")
        < told.index("# Task")
    )
    assert (wrong["prompt"], wrong["reads"], wrong["idle"]) == ("", True, [])


def test_columns_of_a_table_are_built_in_a_form(page: FlowsPage) -> None:
    """And saved as the flow's YAML has them."""
    page.new()
    builder = page.builder
    builder.set_name("Drugs")
    builder.remove_step(builder.draft["steps"][1]["key"])
    builder.add_step("extract")
    key = builder.draft["steps"][1]["key"]
    builder.set_step_instructions(key, "One row per treatment.")
    assert not builder.check["can_save"]
    builder.add_row(key, "columns")
    (found,) = [one for one in builder.check["findings"] if one["option"]]
    assert found["short"] == "Column 1, name: A value is needed."
    assert (found["part"], found["plain"]) == ("1.name", "A value is needed.")

    builder.set_cell(key, "columns", 0, "name", "drug")
    builder.set_cell(key, "columns", 0, "description", "What was given.")

    assert "- `drug` (text): What was given." in builder.draft["steps"][1]["prompt"]
    page.save()
    saved = page._session.workspace.flows["Drugs"]
    assert saved.steps[1].options == {
        "columns": [{"name": "drug", "description": "What was given."}]
    }
