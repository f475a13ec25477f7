from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest
from streams import TOKEN, free_port, jupyter_server

from curation_kit.samples import write_sample_papers

AUTHORIZATION = {"Authorization": f"token {TOKEN}"}


def test_it_is_installed_and_enabled() -> None:
    """Installing the package is all that is to be done."""
    listed = subprocess.run(
        [sys.executable, "-m", "jupyter_server.extension.serverextension", "list"],
        capture_output=True,
        text=True,
        check=True,
    )
    shown = listed.stdout + listed.stderr
    assert re.search(r"curation_kit \S*enabled", shown)
    assert re.search(rf"curation_kit {re.escape(version('curation-kit'))} \S*OK", shown)


def test_loading_it_is_cheap() -> None:
    """A server that never asks about jobs does not pay for them."""
    code = "import sys, curation_kit.server._extension; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {"pandas", "pymupdf", "voila", "ipywidgets", "joblib", "pydantic"}
    assert set(loaded) & (heavy | {"curation_kit.workspace"}) == set()


@pytest.mark.parametrize("by", ["environment", "option"])
def test_the_first_document_makes_the_workspace(tmp_path: Path, by: str) -> None:
    """Not who looks; the one of the environment, unless an option names another."""
    wanted, other = tmp_path / "wanted", tmp_path / "other"
    options = [f"--CurationKit.workspace={wanted}"] if by == "option" else []
    named = str(other if options else wanted)
    port = free_port()
    curation = f"http://127.0.0.1:{port}/base/curation"
    write_sample_papers(tmp_path / "papers", count=1)
    [paper] = (tmp_path / "papers").glob("*.pdf")
    with jupyter_server(
        tmp_path, *options, port=port, CURATION_KIT_WORKSPACE=named
    ) as served:
        assert httpx.get(f"{curation}/jobs").status_code == 403
        looked = httpx.get(f"{curation}/jobs", headers=AUTHORIZATION)
        assert looked.status_code == 503
        assert "is made when something is put into it" in looked.json()["error"]
        assert not wanted.exists()
        added = httpx.put(
            f"{curation}/documents/{paper.name}",
            headers=AUTHORIZATION,
            content=paper.read_bytes(),
            timeout=60,
        )
        assert added.json()["status"] == "added"
        assert (wanted / "curation.sqlite").exists()
        assert httpx.get(f"{curation}/jobs", headers=AUTHORIZATION).json() == []
        assert not other.exists()
    assert "Traceback" not in served.log.read_text()
