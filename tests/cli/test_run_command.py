from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path

import pytest
from batches import add_papers
from commands import call

import curation_kit as ck
from curation_kit.cli.foreground import progress_of
from curation_kit.samples import write_sample_papers

FLOW = "Gene Expression Extraction"


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One sample paper."""
    folder = tmp_path_factory.mktemp("papers")
    write_sample_papers(folder, count=1)
    return folder


def added(place: Path) -> int:
    """Number of papers in a workspace."""
    workspace = ck.Workspace(place)
    try:
        return len(workspace.documents.list())
    finally:
        workspace.close()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--name", "last"], 'cannot have the name "last": it means the newest one'),
        (["--backend", "dask"], "needs the address of its scheduler"),
        (["--backend", "dask", "--address", "nowhere"], "such as tcp://10.0.0.5:8786"),
        (["--address", "tcp://a:1"], "only the backends dask and ray have an address"),
    ],
)
@pytest.mark.parametrize("how", [[], ["--detach"], ["--estimate"]])
def test_wrong_options_are_told_before_papers_are_added(
    tmp_path: Path, papers: Path, options: list[str], sentence: str, how: list[str]
) -> None:
    """A stack of papers takes minutes to add."""
    done = call(tmp_path, "run", FLOW, papers, *options, *how)

    assert sentence in str(done.exception)
    assert added(tmp_path) == 0


def test_a_missing_package_is_told_before_papers_are_added(
    tmp_path: Path, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what to install."""
    there = importlib.util.find_spec
    monkeypatch.setattr(
        "curation_kit.runner.cluster.connection.find_spec",
        lambda name: None if name == "ray" else there(name),
    )

    done = call(tmp_path, "run", FLOW, papers, "--backend", "ray")

    told = "pip install 'curation-kit[ray]' (from a clone: pip install '.[ray]')"
    assert told in str(done.exception)
    assert added(tmp_path) == 0


def test_a_budget_without_a_price_is_told_before_papers_are_added(
    tmp_path: Path, papers: Path
) -> None:
    """Nobody could keep to it."""
    call(
        *(tmp_path, "services", "add", "mine"),
        *("--url", "http://127.0.0.1:9/v1", "--model", "small"),
    )
    flow = tmp_path / "flow.yaml"
    flow.write_text(
        "name: Asks\nsteps:\n- agent: pdf\n- agent: gene_expression\n"
        "  options: {engine: model}\n- agent: csv\n"
    )
    assert call(tmp_path, "flows", "save", flow).exit_code == 0

    done = call(tmp_path, "run", "Asks", papers, "--budget", "5")

    assert 'no price for the model "small"' in str(done.exception)
    assert added(tmp_path) == 0


def test_a_file_or_papers_in_the_place_of_the_flow(
    tmp_path: Path, papers: Path
) -> None:
    """The error says what to do with them."""
    flow = tmp_path / "flow.yaml"
    flow.write_text(ck.Workspace(tmp_path / "ws").flows[FLOW].to_yaml())

    saved = call(tmp_path / "ws", "run", flow, papers)
    turned = call(tmp_path / "ws", "run", papers, FLOW)
    missing = call(tmp_path / "ws", "run", "No such flow", papers)

    assert f"flows save {flow}" in str(saved.exception)
    assert "The flow comes first, then the papers." in str(turned.exception)
    assert str(missing.exception).startswith('There is no flow "No such flow". Saved')


def test_a_flow_that_is_no_text_is_refused(tmp_path: Path, papers: Path) -> None:
    """As a PDF is."""
    (paper,) = papers.glob("*.pdf")

    done = call(tmp_path, "flows", "save", paper)

    assert "is not text in UTF-8" in str(done.exception)


def test_the_dashboard_refuses_a_port_that_is_none(tmp_path: Path) -> None:
    """Before anything is served."""
    done = call(tmp_path, "dashboard", "--port", "80443")

    assert done.exit_code == 2
    assert "--port" in done.output


@pytest.mark.usefixtures("fakes")
def test_a_store_that_cannot_be_read_is_told_by_the_run(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """Such as on a full disk; the thread that shows the progress only ends."""
    job = workspace.create(flow, add_papers(workspace, "ok"))

    with progress_of(job):
        workspace.close()


def test_papers_that_are_left_out_are_no_success(tmp_path: Path, papers: Path) -> None:
    """All else is done; their number is the last that is told."""
    folder = shutil.copytree(papers, tmp_path / "papers")
    (folder / "._x.pdf").touch()  # what a Mac leaves is no paper
    text = tmp_path / "notes.txt"
    text.write_text("Of worms.")
    given = [folder, text, tmp_path / "missing.pdf"]
    last = "Left out: 2 files or folders, see above.\n"

    for how in (["--backend", "sequential"], ["--estimate"]):
        done = call(tmp_path / "ws", "run", FLOW, *given, *how)

        assert done.exit_code == 1, done.output
        assert f"Left out: {text}: is not a PDF." in done.output
        assert done.output.endswith(last)
    added = call(tmp_path / "ws", "documents", "add", *given, "--json")
    assert (added.exit_code, len(json.loads(added.stdout))) == (1, 1)
    assert added.stderr.endswith(last)
    assert call(tmp_path / "ws", "run", FLOW, folder, "--estimate").exit_code == 0


def test_a_folder_to_write_into_ends_with_a_slash(tmp_path: Path, papers: Path) -> None:
    """The ZIP in it is named after the job; that the folder was made is told."""
    out = tmp_path / "new"

    done = call(
        *(tmp_path / "ws", "run", FLOW, papers),
        *("--backend", "sequential", "--out", f"{out}/"),
    )
    again = call(tmp_path / "ws", "export", "last", "--out", f"{out}/deep/")
    table = call(
        *(tmp_path / "ws", "results", "last"),
        *("--format", "csv", "--out", f"{out}/"),
    )

    assert done.exit_code == again.exit_code == 0, done.output
    assert f"Made the folder {out}.\n" in done.output
    assert len([*out.glob("*.zip")]) == len([*(out / "deep").glob("*.zip")]) == 1
    assert "is a folder: name the file" in str(table.exception)


def test_a_zip_that_is_not_written_is_told(tmp_path: Path) -> None:
    """One of an earlier job may be in its place."""
    paper = tmp_path / "damaged.pdf"
    paper.write_bytes(b"%PDF-1.7 and nothing more")
    out = tmp_path / "results.zip"

    done = call(
        *(tmp_path / "ws", "run", FLOW, paper),
        *("--backend", "sequential", "--out", out),
    )

    assert done.exit_code == 1
    assert done.output.endswith(f"No paper completed: {out} is not written.\n")
