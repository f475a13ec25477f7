from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest
from streams import TOKEN, free_port, jupyter_server

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
def test_the_workspace_is_made_by_the_first_request(tmp_path: Path, by: str) -> None:
    """It is the one of the environment, unless an option names another."""
    wanted, other = tmp_path / "wanted", tmp_path / "other"
    options = [f"--CurationKit.workspace={wanted}"] if by == "option" else []
    named = str(other if options else wanted)
    port = free_port()
    url = f"http://127.0.0.1:{port}/base/curation/jobs"
    with jupyter_server(
        tmp_path, *options, port=port, CURATION_KIT_WORKSPACE=named
    ) as served:
        assert httpx.get(url).status_code == 403
        assert not wanted.exists()
        assert httpx.get(url, headers=AUTHORIZATION).json() == []
        assert (wanted / "curation.sqlite").exists()
        assert not other.exists()
    assert "Traceback" not in served.log.read_text()
