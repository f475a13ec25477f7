"""Every command of the README runs as it stands there."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from chat_server import ChatServer
from dask_cluster import dask_programs, environment_for

from curation_kit.samples import write_sample_papers

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
HELP = ROOT / "curation_kit" / "session" / "help" / "texts"


def _blocks(mark: str, language: str) -> list[str]:
    return re.findall(rf"<!-- {mark} -->\n```{language}\n(.*?)```", README, re.DOTALL)


def _help(topic: str) -> list[str]:
    """Blocks of commands of a page of the help."""
    text = (HELP / f"{topic}.md").read_text()
    return re.findall(r"```bash\n(.*?)```", text, re.DOTALL)


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory):
    """A home folder with three sample papers in ``papers/``."""
    home = tmp_path_factory.mktemp("newcomer")
    write_sample_papers(home / "papers", count=3)
    scripts = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "HOME": str(home),
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
    }
    environment.pop("CURATION_KIT_WORKSPACE", None)
    return home, environment


def _forgiving(script: str) -> str:
    """Where papers run that are well, there is nothing to pause."""
    return re.sub(
        r"^(curation-kit pause last)\b",
        r"\1 || [ $? = 2 ]",
        script,
        flags=re.MULTILINE,
    )


def _bash(script: str, newcomer) -> subprocess.CompletedProcess[str]:
    home, environment = newcomer
    output = home / "output.txt"  # a detached runner would hold a pipe open
    with output.open("w") as file:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            check=False,
        )
    assert done.returncode == 0, f"{script}\n{output.read_text()}"
    return output.read_text()


def test_the_tour_runs_from_top_to_bottom(newcomer):
    """Each command of the tour ends well in a fresh home folder."""
    home, _ = newcomer
    shutil.rmtree(home / "papers")  # the tour itself writes some
    for block in _blocks("tour", "bash"):
        _bash(_forgiving(block), newcomer)
    assert (home / "results.zip").exists()
    assert (home / "records.xlsx").read_bytes().startswith(b"PK")
    assert (home / "records.csv").read_text().startswith("document,gene_symbol,")


def test_the_terminal_page_of_the_help_runs(newcomer):
    """Each of its commands ends well, too."""
    home, _ = newcomer
    shown = [_bash(_forgiving(block), newcomer) for block in _help("terminal")]
    assert (home / "results.zip").exists()
    assert (home / "records-evidence").is_dir()
    assert "All is well." in shown[-1]  # the doctor's last word


def test_the_python_of_the_readme_runs(newcomer):
    """The notebook cells of the README work as a script; their reviews can be used."""
    home, _ = newcomer
    code = "\n".join(_blocks("python", "python"))
    _bash(f"{shlex.quote(sys.executable)} -c {shlex.quote(code)}", newcomer)
    shown = _bash("\n".join(_blocks("reviewed", "bash")), newcomer)
    assert "1 of 3 papers judged" in shown
    # One of the rows was wrong as it was found, and one was added.
    assert "precision 0.86, recall 0.75" in shown
    assert (home / "highlighted.pdf").read_bytes().startswith(b"%PDF")


def test_a_model_is_set_up_and_asked(newcomer):
    """With the address of a service; its answers are those of a fake."""
    home, environment = newcomer

    def answer(asked):
        prompt = str(asked.body["messages"])
        row = {
            "quotes": ["No such sentence."],
            "gene_symbol": "abc-1",
            "anatomy_label": "pharynx",
            "drug": "aspirin",
        }
        return json.dumps({"word": "ready"} if "ready" in prompt else {"rows": [row]})

    with ChatServer(answer) as server:
        ours = {**environment, "URL": server.url, "MODEL": server.models[0]}
        (asked,) = _blocks("model", "bash")
        *_, drugs = [block for block in _help("model-services") if "drugs" in block]
        assert "abc-1" in _bash(asked, (home, ours))
        assert "3 records" in _bash(drugs, (home, ours))
    assert (home / "drugs.zip").exists()


def test_a_job_runs_on_a_cluster(newcomer, tmp_path):
    """With the address of a real scheduler; the second job is left to the runner."""
    environment = environment_for(tmp_path)
    with dask_programs(tmp_path, environment) as cluster:
        home, ours = newcomer
        ours = {**ours, "SCHEDULER": cluster.address}
        (script,) = _blocks("cluster", "bash")
        shown = _bash(script, (home, ours))
        assert "3 of 3 papers completed" in shown
        assert "completed" in _bash("curation-kit events last --follow", (home, ours))


@pytest.mark.usefixtures("curl")
def test_a_job_is_followed_over_http(newcomer):
    """The commands work with the address and the token that the dashboard prints."""
    home, environment = newcomer
    _bash('curation-kit run "Gene Expression Extraction" papers', newcomer)
    (home / "paper.pdf").write_bytes(next((home / "papers").glob("*.pdf")).read_bytes())
    with subprocess.Popen(
        ["curation-kit", "dashboard", "--no-browser"],
        cwd=home,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            # A line about a port that is taken may come first.
            printed = next(line for line in server.stdout if "token=" in line).split()[
                -1
            ]
            address, _, token = printed.partition("/?token=")
            ours = {**environment, "ADDRESS": address, "TOKEN": token}
            (script,) = _help("server")
            shown = _bash(script, (home, ours))
        finally:
            server.send_signal(signal.SIGINT)
    assert '"status": "duplicate"' in shown
    assert '"status": "completed"' in shown
    assert '"type": "job_completed"' in shown
    assert shown.count("event: end") == 1


def test_the_demo_shows_results_failures_and_the_score(newcomer):
    """What the demo promises is on the screen."""
    shown = _bash("curation-kit demo", newcomer)
    for promise in (
        "worm_myo-2_pharynx.pdf",
        "Failed (input): mouse_Pax6_retina_scan.pdf",
        ".zip",
        "precision",
        "dashboard",
    ):
        assert promise in shown


def test_the_two_commands_use_the_demo_and_the_test_suite():
    """The set-up lines, which CI runs, are one line each."""
    (demo,) = _blocks("demo", "bash")
    (tests,) = _blocks("tests", "bash")
    assert demo.strip().endswith("/bin/curation-kit demo")
    assert tests.strip().endswith("/bin/python -m pytest")
    assert demo.count("\n") == tests.count("\n") == 1
