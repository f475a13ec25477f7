"""A package with an agent, installed by pip, and what becomes of it when it breaks."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from batches import until
from chat_server import ChatServer

import curation_kit as ck
from curation_kit.agents import agents, broken_agents, get_agent, registry
from curation_kit.documents.document import Document
from curation_kit.llm import Settings
from curation_kit.runner import Runner
from curation_kit.samples import write_sample_papers
from curation_kit.session import FlowBuilder
from curation_kit.session.help.markdown import plain
from curation_kit.session.help.topics import read_topic

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
TEXTS = ROOT / "curation_kit" / "session" / "help" / "texts"

BUILT_IN = "Gene Expression Extraction"
FLOW = ck.Flow(
    name="Temperatures",
    steps=[
        ck.Step(agent="pdf"),
        ck.Step(agent="temperatures", options={"at_least": 25}),
        ck.Step(agent="csv"),
    ],
)

#: Runs the agent of the help.
RUN_ACCESSIONS = """
import curation_kit as ck
import pymupdf

paper = pymupdf.open()
paper.new_page().insert_text((72, 72), "Reads are in GEO under GSE12345 and GSE678.")
paper.save("paper.pdf")

ws = ck.Workspace("workspace")
flow = ck.Flow(
    name="Accessions", steps=[ck.Step(agent=a) for a in ("pdf", "accessions", "csv")]
)
job = ws.run(flow, ws.documents.add("paper.pdf"), n_jobs=1)
print(job.documents.error.tolist(), job.results.accession.tolist())
"""

#: What a module may do to whoever imports it.
BREAKS = {
    "ImportError": "from curation_kit import Extraktor",
    "SyntaxError": "class Temperatures(:",
    "SystemExit": "import sys; sys.exit('usage: temperatures FILE')",
    "AttributeError": "VERSION = 1",
    "does not define title": (
        "import curation_kit as ck\n"
        "class Temperatures(ck.Extractor):\n"
        "    name, record = 'temperatures', ck.Record\n"
        "    def extract(self, paper): return []\n"
    ),
}


def install(source: Path, folder: Path) -> None:
    """Build a package and install it in a folder of its own."""
    offline = ["--no-deps", "--no-index", "--no-build-isolation"]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", *offline]
    subprocess.run([*pip, "--target", str(folder), str(source)], check=True)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sample package."""
    folder = tmp_path_factory.mktemp("installed")
    install(NOTEBOOKS / "sample_plug_in", folder)
    return folder


@pytest.fixture
def plug_in(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its module, where this process and those it starts find it."""
    folder = tmp_path / "site"
    shutil.copytree(installed, folder)
    paths = [str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")  # the module will change
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "temperatures", raising=False)
    registry._registered.clear()
    registry._loaded = False
    return folder / "temperatures.py"


@pytest.fixture
def papers(workspace: ck.Workspace, tmp_path: Path) -> list[Document]:
    """Two sample papers; one of them names temperatures of 25 °C and more."""
    write_sample_papers(tmp_path / "papers", count=2)
    return workspace.documents.add(tmp_path / "papers")


def command(workspace: ck.Workspace, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "curation_kit.cli", *words],
        env={**os.environ, "CURATION_KIT_WORKSPACE": str(workspace.path)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.usefixtures("plug_in")
def test_a_package_brings_its_agent(workspace: ck.Workspace, papers: list) -> None:
    """It runs in the detached runner, and its columns have their types."""
    job = workspace.submit(FLOW, papers).wait(timeout=120)

    assert job.status == "completed"
    assert job.results["celsius"].tolist() == [25.0, 56.0]
    assert job.results["celsius"].dtype == "Float64"
    assert set(job.results["verification"]) == {"verified"}
    assert job.results["section"].unique().tolist() == ["methods"]
    listed = json.loads(command(workspace, "agents", "--json").stdout)
    assert "temperatures" in [agent["name"] for agent in listed]


@pytest.mark.usefixtures("plug_in")
def test_its_options_appear_in_the_flow_builder_and_the_help(
    workspace: ck.Workspace,
) -> None:
    """The form follows from their model; the package does nothing for it."""
    workspace.flows.save(FLOW)
    builder = FlowBuilder(workspace)
    builder.open("Temperatures")
    (agent,) = [
        agent
        for group in builder.palette
        for agent in group["agents"]
        if agent["name"] == "temperatures"
    ]

    assert [
        (field["name"], field["control"], field["default"]) for field in agent["fields"]
    ] == [("methods_only", "check", True), ("at_least", "number", 0)]
    assert agent["fields"][1]["description"] == "Leave lower temperatures out."
    assert builder.check["can_run"]
    assert "at_least 0 Leave lower temperatures out." in plain(
        read_topic("available-agents").nodes
    )


@pytest.mark.parametrize(("told", "code"), BREAKS.items())
def test_a_broken_one_is_named_and_breaks_nothing_else(
    workspace: ck.Workspace, plug_in: Path, told: str, code: str
) -> None:
    """In the command, the doctor, the flow builder, the help and the flow."""
    plug_in.write_text(code)
    workspace.flows.save(workspace.flows[BUILT_IN].model_copy(update={"name": "Mine"}))
    (workspace.path / "flows" / "broken.yaml").write_text(FLOW.to_yaml())

    reason = broken_agents()["temperatures"]
    assert told in reason
    assert "gene_expression" in agents()
    (problem,) = FLOW.problems()
    assert f'Step 2: The agent "temperatures" could not be loaded: {reason}' in problem
    assert workspace.flows["Mine"].problems() == []

    builder = FlowBuilder(workspace)
    builder.open("Mine")
    assert {"name": "temperatures", "reason": reason} in builder.broken_agents
    assert builder.check["can_run"]
    assert reason in plain(read_topic("available-agents").nodes)

    listed = command(workspace, "agents")
    assert listed.returncode == 0
    assert "gene_expression" in listed.stdout
    assert f'The plug-in "temperatures" cannot be used: {reason}' in listed.stderr
    looked = command(workspace, "doctor")
    assert 'The plug-in "temperatures" cannot be used' in " ".join(
        looked.stdout.split()
    )


def test_jobs_of_others_go_on_when_one_breaks(
    workspace: ck.Workspace, plug_in: Path, papers: list
) -> None:
    """Papers that wait for it fail by its name; mended, they can be retried."""
    code = plug_in.read_text()
    waiting = workspace.create(FLOW, papers)
    other = workspace.create(BUILT_IN, papers)
    plug_in.write_text(BREAKS["SystemExit"])

    ran = command(workspace, "resume", other.id)

    assert ran.returncode == 0, ran.stderr
    assert other.status == "completed"
    waiting.wait(timeout=120)
    assert waiting.documents["category"].unique().tolist() == ["flow"]
    (message,) = waiting.documents["error"].unique()
    assert 'The agent "temperatures" could not be loaded' in message
    assert "SystemExit: usage: temperatures FILE" in message

    plug_in.write_text(code)
    until(lambda: not Runner(workspace.path).is_alive())  # it has met the broken one
    waiting.retry_failed()
    waiting.wait(timeout=120)
    assert waiting.results["celsius"].tolist() == [25.0, 56.0]


def test_the_notebook_and_the_package_have_the_same_agent(plug_in: Path) -> None:
    """What one reads in the one works in the other."""
    del plug_in
    packaged = get_agent("temperatures")
    run_cell("extractor")
    written = get_agent("temperatures")

    assert written is not packaged
    assert written.Options().model_dump() == packaged.Options().model_dump()
    assert written.record.columns() == packaged.record.columns()


def test_the_agent_of_the_notebook_that_asks_a_model_works(
    workspace: ck.Workspace, papers: list
) -> None:
    """Its answers get their evidence from the paper, its calls are paid for."""
    quote = "Flies were kept at 25 °C on cornmeal medium"
    claims = [
        {"strain": "Oregon-R", "quote": quote},
        {"strain": "N2", "quote": "N2 was a gift of the moon."},
    ]
    with ChatServer(json.dumps({"claims": claims})) as server:
        workspace.settings = Settings(services={"fake": server.service()})
        flow = run_cell("model")["asking"]
        fly = [paper for paper in papers if paper.name.startswith("fly")]
        job = workspace.run(flow, fly, n_jobs=1)

    assert job.documents["error"].isna().all(), job.documents["error"].tolist()
    rows = job.results.set_index("strain")
    assert rows["verification"].to_dict() == {
        "Oregon-R": "verified",
        "N2": "unsupported",
    }
    assert rows["review"]["N2"] == "check"
    assert len(server.asked) == 1


def run_cell(tag: str) -> dict[str, Any]:
    """Run the cell of the notebook that has a tag; give its names."""
    notebook = nbformat.read(NOTEBOOKS / "write_an_agent.ipynb", as_version=4)
    (found,) = [c for c in notebook.cells if tag in c.metadata.get("tags", [])]
    names = {"__name__": "__main__", "ck": ck, "re": re}
    code = compile(found.source, tag, "exec", dont_inherit=True)  # annotations, too
    exec(code, names)  # noqa: S102 - our own notebook
    return names


@pytest.mark.parametrize("told", ["script", "package"])
def test_the_agent_of_the_help_runs(tmp_path: Path, told: str) -> None:
    """In a script, whose record class comes back from the worker, and as a package."""
    text = (TEXTS / "write-an-agent.md").read_text()
    [code] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    environment = dict(os.environ)
    script = tmp_path / "accessions.py"
    if told == "package":
        source, site = tmp_path / "source", tmp_path / "site"
        source.mkdir()
        [project] = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
        (source / "pyproject.toml").write_text(project)
        (source / "geo_accessions.py").write_text(code)
        install(source, site)
        paths = [str(site), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment["PYTHONPATH"] = os.pathsep.join(paths)
        code = ""
    script.write_text(code + RUN_ACCESSIONS)
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[nan] ['GSE12345', 'GSE678']"
