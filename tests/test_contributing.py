"""The agent of CONTRIBUTING.md and of the help works as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXTS = ["CONTRIBUTING.md", "curation_kit/session/help/texts/write-an-agent.md"]

RUN = """
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


@pytest.mark.parametrize("told_in", TEXTS)
def test_the_agent_runs_as_a_script(tmp_path: Path, told_in: str) -> None:
    """Its record class lives in the script and comes back from the worker."""
    (code,) = re.findall(
        r"```python\n(.*?)```", (ROOT / told_in).read_text(), re.DOTALL
    )
    script = tmp_path / "accessions.py"
    script.write_text(code + RUN)
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[nan] ['GSE12345', 'GSE678']"
