from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from batches import add_papers, fake_flow, runners, until

import curation_kit as ck
from curation_kit.agents import get_agent
from curation_kit.errors import NotFound
from curation_kit.llm import today
from curation_kit.runner import lifetime
from curation_kit.runner.lifetime import Lifetime

LATE = """
from fakes import FakeExtractor

class Late(FakeExtractor):
    name = "late"
    version = "{version}"

    def extract(self, paper):
        for record in super().extract(paper):
            yield record.model_copy(update={{"gene_symbol": "{version}"}})
"""


def install_late(folder: Path, version: str) -> None:
    """Install a package with an agent, in the place of an earlier version."""
    for old in folder.glob("late-*"):
        for file in old.iterdir():
            file.unlink()
        old.rmdir()
    info = folder / f"late-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: late\nVersion: {version}\n"
    )
    (folder / "late_agent.py").write_text(LATE.format(version=version))
    (info / "entry_points.txt").write_text(
        "[curation_kit.agents]\nlate = late_agent:Late\n"
    )


def submit(workspace: ck.Workspace) -> ck.Job:
    """Submit a job with the late agent from a process that knows it."""
    code = (
        "import curation_kit as ck;"
        f"ws = ck.Workspace({str(workspace.path)!r});"
        "steps = [ck.Step(agent=a) for a in ('fake_input', 'late', 'csv')];"
        "flow = ck.Flow(name='Late', steps=steps);"
        "print(ws.submit(flow, ws.documents.list()).id)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return workspace.jobs.get(done.stdout.strip())


def test_a_runner_makes_way_for_one_that_knows_what_was_installed(
    workspace: ck.Workspace, plugins: Path, tmp_path: Path
) -> None:
    """What it works on is finished; the new one has the agent, or its new version."""
    gate = tmp_path / "gate"
    first = workspace.submit(fake_flow("csv"), add_papers(workspace, f"wait {gate}"))
    until(Path(f"{gate}.started").exists)
    [old] = runners(workspace)

    install_late(plugins, "1.0")
    late = submit(workspace)
    gate.touch()
    late.wait(60)

    assert first.status == late.status == "completed"
    assert [row["attempts"] for row in first.document_rows()] == [1]
    assert [record.gene_symbol for _, _, record in late.records()] == ["1.0"]
    assert old not in runners(workspace)

    install_late(plugins, "2.0.0")
    again = submit(workspace).wait(60)

    assert [record.gene_symbol for _, _, record in again.records()] == ["2.0.0"]


def test_a_runner_makes_way_for_one_that_knows_what_was_edited(
    workspace: ck.Workspace, plugins: Path
) -> None:
    """A plug-in in development: its version does not change with its code."""
    install_late(plugins, "1.0")
    url = plugins / "late-1.0.dist-info" / "direct_url.json"
    url.write_text('{"dir_info": {"editable": true}}')
    add_papers(workspace, "ok")
    first = submit(workspace).wait(60)

    code = plugins / "late_agent.py"
    code.write_text(
        code.read_text().replace('"gene_symbol": "1.0"', '"gene_symbol": "edited"')
    )
    again = submit(workspace).wait(60)

    assert [record.gene_symbol for _, _, record in first.records()] == ["1.0"]
    assert [record.gene_symbol for _, _, record in again.records()] == ["edited"]


@pytest.mark.usefixtures("workspace")
def test_what_was_installed_later_is_not_called_unknown(plugins: Path) -> None:
    """It is there, but this program has looked before."""
    with pytest.raises(NotFound, match='There is no agent "late"'):
        get_agent("late")

    install_late(plugins, "1.0")

    with pytest.raises(NotFound, match=r"installed after this program.*restart"):
        get_agent("late")


@pytest.fixture
def looking(
    workspace: ck.Workspace, plugins: Path, monkeypatch: pytest.MonkeyPatch
) -> Lifetime:
    """The lifetime of a runner that looks each time."""
    del plugins
    monkeypatch.setattr(lifetime, "PACKAGES", -1.0)
    monkeypatch.setattr(lifetime, "PAUSES", -1.0)
    return Lifetime(workspace._store)


def test_another_package_ends_no_runner(looking: Lifetime, plugins: Path) -> None:
    """Only those with agents count."""
    (plugins / "other-1.0.dist-info").mkdir()

    assert not looking()
    assert not looking.outdated

    install_late(plugins, "1.0")
    assert looking()
    assert looking.outdated


def test_a_runner_without_work_ends(
    looking: Lifetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while; it is not outdated."""
    assert not looking()
    monkeypatch.setattr(lifetime, "IDLE", -1.0)

    assert looking()
    assert not looking.outdated


def test_a_runner_that_ends_paused_documents_begins_others(
    looking: Lifetime, workspace: ck.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has not ended as long as they take, and nobody else may begin them."""
    job = workspace.create(fake_flow("csv"), add_papers(workspace, "ok"))
    assert workspace._store.claim() is not None
    workspace._store.pause(job.id, "Lunch.")
    monkeypatch.setattr(lifetime, "IDLE", 0.0)

    assert not looking()


def test_a_runner_resumes_what_waited_for_another_day(
    looking: Lifetime, workspace: ck.Workspace
) -> None:
    """One that is at work when the day changes."""
    job = workspace.create(fake_flow("csv"), add_papers(workspace, "ok"))
    workspace._store.pause(job.id, "Enough for today.", until=today())

    assert not looking()

    assert job.status == "pending"
