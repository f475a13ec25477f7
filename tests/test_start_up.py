"""What a process does not load before it is asked to do something with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from partners import Answering

from curation_kit.agents import get_agent, origin
from curation_kit.flow import Flow, Step
from curation_kit.processes import Limits, Worker
from curation_kit.runner.desk import NoDesk
from curation_kit.runner.parcels import TaskPacker, pack_call
from curation_kit.runner.places import DocumentTask, Place
from curation_kit.samples import write_sample_papers

#: What draws, serves, tabulates, asks services or learns.
OTHERS = {"IPython", "ipywidgets", "pandas", "httpx", "tenacity", "tornado", "asyncio"}
OTHERS |= {"joblib", "onnxruntime", "openpyxl", "pyarrow", "voila", "typer"}


def loaded_after(code: str) -> set[str]:
    """Modules that a new interpreter has loaded when it has run some code."""
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print('loaded:', *sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "80"},
    )
    return set(run.stdout.rpartition("loaded:")[2].split())


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_help_loads_neither_models_nor_store(words: list[str]) -> None:
    """It is asked for often, and shall be there at once."""
    code = (
        "import sys; from curation_kit.cli import main\n"
        f"sys.argv = {['curation-kit', *words]!r}\n"
        "try: main()\nexcept SystemExit: pass"
    )

    there = loaded_after(code)

    assert there & (OTHERS - {"typer"}) == set()
    assert there & {"pydantic", "sqlite3", "pymupdf", "numpy", "yaml"} == set()


def test_listing_agents_loads_neither_numpy_nor_vocabularies() -> None:
    """The runner, the page and the command line only need the classes."""
    there = loaded_after("from curation_kit.agents import agents; agents()")

    assert there & (OTHERS | {"numpy", "blingfire", "pymupdf"}) == set()
    assert "curation_kit.agents.gene_expression.rules" not in there


def test_the_server_of_the_dashboard_builds_no_parser_of_addresses() -> None:
    """That took longer than all else until the page could be opened."""
    code = (
        "import pathlib, sys, tempfile; from curation_kit.server._voila import make_app"
        "\nmake_app(pathlib.Path(tempfile.mkdtemp()), port=None, open_browser=False)"
    )

    there = loaded_after(code)

    assert {"voila", "jsonschema"} <= there
    assert there & {"rfc3987_syntax", "lark"} == set()


def test_a_worker_that_reads_pdfs_loads_nothing_else(tmp_path: Path) -> None:
    """Each process has its own copy of what it loads."""
    [paper] = write_sample_papers(tmp_path, count=1)
    task = DocumentTask(
        document_id="a" * 64,
        name=paper.path.name,
        path=paper.path,
        stem=paper.path.stem,
        flow=Flow(name="Read", steps=[Step(agent="pdf")]),
        agents=(get_agent("pdf"),),
        origins=(origin("pdf"),),
        cache=tmp_path,
    )
    desk, worker = NoDesk(), Worker()
    try:
        outcome = worker.call_packed(
            pack_call(TaskPacker().pack(task), Place.ANY, None),
            Limits(),
            Answering(lambda message: getattr(desk, message[0])(*message[1:])),
        )
        # A function of this file would load what this file imports.
        there = worker.call(eval, "{*__import__('sys').modules}")
    finally:
        worker.close()

    assert outcome.status == "completed"
    assert "curation_kit.documents.reader" in there
    assert there & (OTHERS | {"numpy", "blingfire"}) == set()
    parts = (
        "runner.process",
        "runner.schedule",
        "vocabulary",
        "agents.gene_expression",
    )
    assert there & {f"curation_kit.{part}" for part in parts} == set()
    assert there & {"curation_kit.results", "curation_kit.samples"} == set()
    # The store's, the flows', the services': nothing that a reader has to do with.
    assert there & {"sqlite3", "yaml", "ssl", "curation_kit.store"} == set()
