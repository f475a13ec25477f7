from __future__ import annotations

import sqlite3
import sys

import curation_kit as ck
from curation_kit.doctor import Level, examine
from curation_kit.doctor.installation import versions
from curation_kit.llm import SETTINGS, Service, Settings


def test_broken_flows_and_plugins_are_warnings(workspace, plugins) -> None:
    """Each with what is wrong in it."""
    del plugins
    flows = workspace.path / "flows"
    (flows / "a.yaml").write_text("name: [")
    (flows / "b.yaml").write_text("name: Short\nsteps: [{agent: pdf}]")
    found = examine(workspace.path)
    told = [i.message for i in found if i.subject == "flows"]
    assert told[0].startswith("flows/a.yaml cannot be used: ")
    assert told[1].startswith('"Short" cannot be run: No step writes')
    (agents,) = (i for i in found if i.subject == "agents")
    assert "no left foot" in agents.message


def test_a_flow_without_a_service_for_its_model_is_a_warning(workspace) -> None:
    """It becomes right with a service; settings that cannot be read are told."""
    steps = [
        ck.Step(agent="pdf"),
        ck.Step(agent="gene_expression", options={"engine": "model"}),
        ck.Step(agent="csv"),
    ]
    workspace.flows.save(ck.Flow(name="By a model", steps=steps))

    def told(subject: str = "flows") -> list[str]:
        return [i.message for i in examine(workspace.path) if i.subject == subject]

    (problem,) = told()
    assert problem.startswith('"By a model" cannot be run: Step 2 ("gene_expression")')
    service = Service(base_url="http://localhost:8080/v1")
    workspace.settings = Settings(services={"local": service})
    (problem,) = told()
    assert "choose a model" in problem
    service = service.model_copy(update={"model": "tiny"})
    workspace.settings = Settings(services={"local": service})
    assert told() == ["5 flows, all can be run."]
    (workspace.path / SETTINGS).write_text("services: [")
    assert "is not valid YAML" in told("settings")[0]


def test_versions_that_do_not_fit_are_problems() -> None:
    """The bounds are those of the package itself; a known bad version is one."""
    assert [item.level for item in versions()] == [Level.OK]
    (ok,) = versions()
    assert f"Python {sys.version.split()[0]}" in ok.message
    assert f"SQLite {sqlite3.sqlite_version}" in ok.message
    found = list(versions(["pydantic<1", "not-there>=3", 'odd; extra == "test"']))
    assert [item.level for item in found] == [Level.PROBLEM] * 2
    assert "needs pydantic<1, but" in found[0].message
    assert found[1].advice == 'pip install "not-there>=3"'
