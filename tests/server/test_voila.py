from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from streams import free_port, serving

from curation_kit.server import dashboard_notebook

CODE = (
    "import sys, pathlib; from curation_kit.server import serve_dashboard; "
    "serve_dashboard(pathlib.Path(sys.argv[1]), port=int(sys.argv[2]) or None, "
    "open_browser=len(sys.argv) > 3)"
)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Address, with the token, of a dashboard server."""
    server = subprocess.Popen(
        [sys.executable, "-c", CODE, str(tmp_path / "ws"), str(free_port())],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    line = server.stdout.readline()
    yield line.split()[-1]
    server.send_signal(signal.SIGINT)
    server.communicate(timeout=30)
    assert server.returncode == 0


def test_the_page_needs_the_token(address: str) -> None:
    """Another user of this computer does not see the page."""
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=\S{20,}", address)

    def title(url: str) -> str:
        with urllib.request.urlopen(url, timeout=30) as page:  # noqa: S310 - our own server
            return str(page.read().decode())

    assert "Opening the dashboard" in title(address)
    assert "Opening the dashboard" not in title(address.partition("?")[0])


def test_a_page_whose_kernel_has_ended_is_refused_without_a_word(
    tmp_path: Path,
) -> None:
    """Every page that was left asks for its kernel once more: nothing is wrong."""
    arguments = (CODE, str(tmp_path / "ws"), str(free_port()))
    with serving("-c", *arguments, folder=tmp_path) as served:
        [address] = re.findall(r"http://\S+", served.log.read_text())
        place, _, token = address.partition("?")
        gone = f"{place}api/kernels/{uuid.uuid4()}"
        for url in (gone, f"{gone}/channels"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(f"{url}?{token}", timeout=30)  # noqa: S310 - our own server
    assert "does not exist" not in served.log.read_text()


def test_a_workspace_that_has_gone_is_told_and_not_made_anew(
    address: str, tmp_path: Path
) -> None:
    """An empty one in its place would look as if all were lost."""
    (tmp_path / "ws").rename(tmp_path / "moved")
    url = address.replace("/?", "/curation/jobs?")

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(url, timeout=30)  # noqa: S310 - our own server

    told = refused.value.read().decode()
    assert refused.value.code == 503
    assert f"{tmp_path / 'ws'} is no workspace (there is no such folder)" in told
    assert "moved or deleted" in told
    assert not (tmp_path / "ws").exists()


def test_the_browser_gets_the_token_from_a_private_file(tmp_path: Path) -> None:
    """No argument of a process tells the token, and the file goes at the end."""
    server = subprocess.Popen(
        [sys.executable, "-c", CODE, str(tmp_path), str(free_port()), "open"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "BROWSER": "echo opened %s", "TMPDIR": str(tmp_path)},
    )
    assert server.stdout is not None
    lines = iter(server.stdout.readline, "")
    address = next(line for line in lines if "?token=" in line).split()[-1]
    opened = next(line for line in lines if line.startswith("opened ")).split()[-1]
    page = Path(opened.removeprefix("file://"))
    text, mode = page.read_text(), page.stat().st_mode & 0o777
    server.send_signal(signal.SIGINT)
    server.communicate(timeout=30)
    assert address not in opened
    assert f'url={address}"' in text
    assert mode == 0o600
    assert not page.exists()


def test_a_taken_port_is_an_error(tmp_path: Path) -> None:
    """The message says what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-c", CODE, str(tmp_path / "ws"), port],
            capture_output=True,
            text=True,
            check=False,
            env=dict(os.environ),
        )
    assert f"Port {port} is in use" in done.stderr


def test_the_notebook_is_found() -> None:
    """In the checkout it lies beside the package."""
    assert dashboard_notebook().name == "batch_processing.ipynb"
