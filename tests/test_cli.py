"""The command line: what it prints and how it leaves."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import signal
import subprocess
import sys
import zipfile
from importlib.resources import files

import pytest
from commands import call
from restraints import python
from typer.testing import CliRunner

from curation_kit.cli import main
from curation_kit.cli.app import app
from curation_kit.errors import JobError, NotFound, WorkspaceError
from curation_kit.samples import write_sample_papers


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """Two sample papers that can be read, and a damaged file."""
    folder = tmp_path_factory.mktemp("papers")
    write_sample_papers(str(folder), count=2)
    (folder / "damaged.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    return folder


@pytest.fixture(scope="module")
def workspace(tmp_path_factory, papers):
    """A workspace in which the papers were run once."""
    path = tmp_path_factory.mktemp("workspace")
    zipped = path / "out.zip"
    done = call(
        path,
        "run",
        "Gene Expression Extraction",
        papers,
        "--name",
        "One",
        "--out",
        zipped,
    )
    assert done.exit_code == 1, done.output  # one paper failed
    assert "damaged.pdf" in done.output
    assert "2 of 3 papers completed, 1 failed" in done.output
    names = zipfile.ZipFile(zipped).namelist()
    assert len([name for name in names if "/" not in name]) == 2
    return path


def leave(monkeypatch, capsys, workspace, *arguments):
    """Run ``main`` as the shell does; give exit status and what stderr shows."""
    monkeypatch.setattr(
        sys, "argv", ["curation-kit", "--workspace", str(workspace), *arguments]
    )
    with pytest.raises(SystemExit) as leaving:
        main()
    return leaving.value.code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["documents", "list"], "damaged.pdf"),
        (["documents", "preflight"], "damaged"),
        (["flows", "list"], "Gene Expression Extraction"),
        (["flows", "show", "Gene Expression Extraction"], "agent: gene_expression"),
        (["agents"], "gene_validation"),
        (["jobs"], "2 of 3"),
        (["show", "last"], "damaged.pdf"),
        (["show", "last", "--attempts"], "damaged.pdf"),
        (["cache", "show"], "steps"),
        (["results", "last"], "gene symbol"),
        (["results", "last", "--format", "csv"], "document,gene_symbol,gene_id"),
        (["results", "last", "--format", "tsv"], "document\tgene_symbol\tgene_id"),
        (["events", "last"], "document_completed"),
        (["events", "last", "--follow"], "job_completed"),
        (["compare", "last", "last"], "the same, 0 changed, 0 lost, 0 gained"),
        (["doctor"], "All is well."),
        (["doctor", "--clean"], "0 things removed"),
    ],
)
def test_commands_print_what_they_are_asked_for(workspace, command, expected):
    """People read it, and what they send it to."""
    done = call(workspace, *command)
    assert done.exit_code == 0, done.output
    assert expected in done.stdout


@pytest.mark.parametrize(
    "command",
    [
        ["documents", "list"],
        ["documents", "preflight"],
        ["flows", "list"],
        ["flows", "show", "Gene Expression to TSV"],
        ["agents"],
        ["jobs"],
        ["show", "last"],
        ["show", "last", "--attempts"],
        ["cache", "show"],
        ["compare", "last", "last"],
        ["doctor", "--thorough"],
    ],
)
def test_listing_commands_speak_json(workspace, command):
    """Programs read it."""
    done = call(workspace, *command, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)


def test_times_in_json_have_their_zone(workspace):
    """As over HTTP: whoever reads them may be elsewhere."""
    (job,) = json.loads(call(workspace, "jobs", "--json").stdout)
    assert dt.datetime.fromisoformat(job["created"]).tzinfo is not None


def test_results_as_json_nest_their_evidence(workspace):
    """Boxes and candidates are kept."""
    rows = json.loads(call(workspace, "results", "last", "--format", "json").stdout)
    assert rows[0]["evidence"][0]["boxes"]


def test_evaluate_scores_a_job_against_its_own_rows(workspace, tmp_path):
    """A job agrees with itself."""
    gold = tmp_path / "gold.csv"
    gold.write_bytes(call(workspace, "results", "last", "--format", "csv").stdout_bytes)
    done = call(workspace, "evaluate", "last", gold, "--json")
    assert json.loads(done.stdout)["f1"] == 1.0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show", "nosuchjob"], 'There is no job "nosuchjob"'),
        (["show", "one"], 'Did you mean "One"?'),
        (["show", "Last"], 'Did you mean "last"?'),
        (["flows", "show", "No flow"], 'There is no flow "No flow"'),
        (
            ["run", "gene expression extraction", "papers"],
            'Did you mean "Gene Expression Extraction"?',
        ),
        (["run", "No flow", "x.pdf"], "Saved flows:"),
        (["run", "Gene Expression Extraction", "missing.pdf"], "No document to run"),
        (["documents", "remove", "nosuchdocument"], "There is no document"),
        (["flows", "delete", "Gene Expression Extraction"], "built in"),
        (["results", "last", "--rows", "foo"], "'--rows': 'foo' is not one of 'all'"),
        (["highlight", "last", "nope.pdf"], "Those it has: curation-kit show"),
    ],
)
def test_wrong_use_is_a_sentence_and_status_2(
    monkeypatch, capsys, workspace, arguments, sentence
):
    """No traceback reaches a curator."""
    status, shown = leave(monkeypatch, capsys, workspace, *arguments)
    assert status == 2
    assert sentence in shown


def test_flows_are_saved_renamed_and_deleted(workspace, tmp_path):
    """A flow goes out as YAML and comes back under another name."""
    file = tmp_path / "flow.yaml"
    file.write_text(call(workspace, "flows", "show", "Gene Expression to TSV").stdout)
    assert call(workspace, "flows", "save", file, "--name", "Mine").exit_code == 0
    assert call(workspace, "flows", "rename", "Mine", "Ours").exit_code == 0
    assert "Ours" in call(workspace, "flows", "list").output
    assert call(workspace, "flows", "delete", "Ours").exit_code == 0
    assert "Ours" not in call(workspace, "flows", "list").output


def test_a_detached_job_ends_by_itself(tmp_path, papers):
    """`--detach` prints the job's id and returns; following it sees its end."""
    program = [sys.executable, "-m", "curation_kit.cli", "--workspace", str(tmp_path)]
    output = tmp_path / "id.txt"
    with output.open("w") as file:
        subprocess.run(
            [*program, "run", "Gene Expression to JSON", str(papers), "--detach"],
            stdout=file,
            stderr=subprocess.DEVNULL,
            check=True,
        )
    job_id = output.read_text().strip()
    log = call(tmp_path, "events", job_id, "--follow").output
    assert "job_completed" in log
    assert call(tmp_path, "export", job_id, "--out", tmp_path).exit_code == 0
    assert (tmp_path / f"{job_id}.zip").exists()


def test_ctrl_c_pauses_the_job_and_resume_finishes_it(tmp_path):
    """Nothing that is done is lost or done again."""
    folder = tmp_path / "many"
    write_sample_papers(folder, count=20)
    program = [sys.executable, "-m", "curation_kit.cli", "--workspace", str(tmp_path)]
    process = subprocess.Popen(
        [*program, "run", "Gene Expression Extraction", str(folder), "--n-jobs", "1"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    lines = []
    for line in process.stderr:
        lines.append(line)
        if line.startswith("✓"):  # one paper is done: interrupt as a terminal does
            os.killpg(process.pid, signal.SIGINT)
            break
    lines += process.stderr
    process.stderr.close()
    assert process.wait() == 130, "".join(lines)
    assert "resume" in lines[-1]

    job = json.loads(call(tmp_path, "jobs", "--json").stdout)[0]
    assert job["status"] == "paused"
    done = call(tmp_path, "resume", job["id"])
    assert done.exit_code == 1, done.output  # the scanned and the damaged paper
    job = json.loads(call(tmp_path, "show", job["id"], "--json").stdout)
    assert job["status"] == "completed"
    assert {row["attempts"] for row in job["rows"]} == {1}


def test_a_hint_names_the_workspace_that_was_named(workspace, papers):
    """It can be pasted as it is."""
    done = call(workspace, "run", "Gene Expression Extraction", papers)
    [command] = [
        line for line in done.output.splitlines() if "All results as a ZIP" in line
    ]
    assert f"curation-kit --workspace {workspace} export " in command


def test_dropped_candidates_are_listed_with_their_reasons(workspace):
    """All, or those of one reason; the totals add up."""
    job = json.loads(call(workspace, "jobs", "--json").stdout)[-1]["id"]
    totals = json.loads(call(workspace, "show", job, "--json").stdout)["completeness"]
    rows = json.loads(call(workspace, "dropped", job, "--json").stdout)
    assert totals["candidates"] == totals["kept"] + len(rows)
    reason = rows[0]["reason"]
    own = json.loads(
        call(workspace, "dropped", job, "--reason", reason, "--json").stdout
    )
    assert {row["reason"] for row in own} == {reason}
    assert len(own) == totals["dropped"][reason]
    shown = call(workspace, "show", job).stdout
    assert "Evidence gate: flag" in shown
    assert f"{len(rows)} dropped: " in shown.replace("\n", " ")
    assert reason in call(workspace, "dropped", job).output
    with pytest.raises(JobError, match="Its reasons: "):
        raise call(workspace, "dropped", job, "--reason", "boredom").exception


def test_dropped_candidates_of_one_document_go_into_a_file(workspace, tmp_path):
    """As CSV, TSV or JSON, by the file's name; the folder for it is made."""
    rows = json.loads(call(workspace, "dropped", "last", "--json").stdout)
    name = rows[0]["document"]
    out = tmp_path / "new" / "dropped.csv"
    done = call(workspace, "dropped", "last", "--document", name, "--out", out)
    assert done.exit_code == 0, done.output
    assert f"Made the folder {out.parent}." in done.stderr
    with out.open() as file:
        written = list(csv.DictReader(file))
    assert {row["document"] for row in written} == {name}
    assert len(written) == sum(row["document"] == name for row in rows)
    call(workspace, "dropped", "last", "--out", out.with_suffix(".json"))
    assert json.loads(out.with_suffix(".json").read_text()) == rows
    with pytest.raises(JobError, match="does not say which format"):
        raise call(workspace, "dropped", "last", "--out", tmp_path / "x").exception
    with pytest.raises(NotFound, match="has no document"):
        raise call(workspace, "dropped", "last", "--document", "no.pdf").exception


def test_a_terminal_gets_the_first_candidates_and_is_told_of_the_others(
    monkeypatch, capsys
):
    """How to see them is told, too."""
    from curation_kit.cli import dropped

    rows = [
        {"document": "a.pdf", "reason": "no anatomy", "page": 1, "quote": f"q{n}"}
        for n in range(60)
    ]
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    dropped._show(rows)
    shown = capsys.readouterr()
    assert "q49" in shown.out
    assert "q50" not in shown.out
    assert "… and 10 more: --reason, --document, --out FILE or --json" in shown.err
    assert "60  no anatomy" in shown.err


def test_help_of_dropped_names_every_reason_and_the_help_pages_tell_its_meaning(
    workspace,
):
    """What the agents and the gate can say."""
    from curation_kit.agents.gene_expression.reasons import MEANINGS
    from curation_kit.records import LEFT_OUT, NO_REASON
    from curation_kit.runner import GATE_REASONS

    shown = call(workspace, "dropped", "--help").output
    told = " ".join(shown.replace("│", "").split())
    page = (files("curation_kit.session.help") / "texts/results.md").read_text()
    for reason, meaning in {**MEANINGS, **GATE_REASONS}.items():
        assert reason in told
        assert f"| `{reason}` | {meaning} |" in page
    for reason in (LEFT_OUT, NO_REASON):
        assert reason in told
        assert f"| `{reason}` |" in page


def test_the_file_in_the_way_of_a_folder_is_named(workspace, tmp_path):
    """Whatever is written."""
    (tmp_path / "r.py").write_text("")
    out = tmp_path / "r.py" / "x"
    for words in (
        ("results", "last", "--out", f"{out}.csv"),
        ("export", "last", "--out", f"{out}.zip"),
        ("dropped", "last", "--out", f"{out}.csv"),
    ):
        with pytest.raises(JobError, match=r"r\.py is a file, not a folder"):
            raise call(workspace, *words).exception


def test_a_file_that_cannot_be_written_leaves_the_earlier_one(tmp_path):
    """As on a full disk."""
    out = tmp_path / "dropped.csv"
    out.write_text("of before")
    code = (
        "import sys, pathlib\n"
        "from curation_kit.cli.output import write_file\n"
        "write_file(pathlib.Path(sys.argv[1]), b'x' * 1000)\n"
    )

    done = python(code, out, largest_file=100)

    assert f"JobError: {out} cannot be written (File too large)" in done.stderr
    assert out.read_text() == "of before"
    assert list(tmp_path.iterdir()) == [out]


def test_a_workbook_comes_with_the_highlighted_papers(workspace, tmp_path):
    """Only a workbook, and only into a file."""
    out = tmp_path / "records.xlsx"
    done = call(workspace, "results", "last", "--out", out, "--evidence")
    assert done.exit_code == 0, done.output
    assert list((tmp_path / "records-evidence").glob("*.pdf"))
    assert call(workspace, "results", "last", "--evidence").exit_code == 2


def test_wide_results_tell_everything_of_a_record(workspace):
    """One column below the other, those that are empty left out."""
    shown = call(workspace, "results", "last", "--wide").stdout
    assert "record 0" in shown
    assert "verification score: 1" in shown
    assert "claimed:" not in shown


def test_papers_that_are_known_are_named_while_they_are_few(tmp_path):
    """A folder of five hundred fills no screen."""
    write_sample_papers(tmp_path / "papers", count=4)
    add = (tmp_path / "workspace", "documents", "add")
    call(*add, tmp_path / "papers")
    some = sorted((tmp_path / "papers").glob("*.pdf"))[:3]
    assert call(*add, *some).stderr.count("Known already, by its content") == 3
    told = call(*add, tmp_path / "papers").stderr
    assert told == "4 papers are known already, by their content.\n"


def test_sample_papers_are_written_to_a_folder(workspace, tmp_path):
    """It is made; what is in the way is told."""
    done = call(workspace, "samples", tmp_path / "new" / "papers", "--count", "2")
    assert done.exit_code == 0, done.output
    assert "2 sample papers written to" in done.output
    assert len(list((tmp_path / "new" / "papers").glob("*.pdf"))) == 2

    (tmp_path / "file").touch()
    refused = call(workspace, "samples", tmp_path / "file", "--count", "2")
    assert isinstance(refused.exception, WorkspaceError)
    assert str(tmp_path / "file") in str(refused.exception)


def test_the_demo_leaves_the_workspace_of_the_environment_alone(tmp_path, monkeypatch):
    """Only an option moves it; what it hints at is its own workspace."""
    import curation_kit.cli.demo as module

    monkeypatch.setenv("CURATION_KIT_WORKSPACE", str(tmp_path / "work"))
    monkeypatch.setattr(module, "DEMO_WORKSPACE", tmp_path / "demo")
    monkeypatch.setattr(module, "_add_samples", lambda _: ([], []))
    monkeypatch.setattr(module, "in_foreground", lambda _: True)
    CliRunner().invoke(app, ["demo"])  # there is no paper to run
    assert (tmp_path / "demo").is_dir()
    assert not (tmp_path / "work").exists()
    assert "curation-kit-demo" in CliRunner().invoke(app, ["demo", "--help"]).output


def test_highlighted_papers(workspace, tmp_path):
    """One by name; all in the ZIP; what is missing is told."""
    from curation_kit.workspace import Workspace

    opened = Workspace(workspace)
    row = next(row for row in opened.jobs.get("last").document_rows() if row["records"])
    opened.close()

    one = call(workspace, "highlight", "last", row["document"], "--out", tmp_path)
    all_of_them = call(
        workspace, "export", "last", "--evidence", "--out", tmp_path / "all.zip"
    )
    nothing = call(workspace, "highlight", "last", "nonsense.pdf")

    [path] = tmp_path.glob("*-evidence.pdf")
    assert str(path) in one.output.replace("\n", "")
    assert path.read_bytes().startswith(b"%PDF-")
    assert all_of_them.exit_code == 0
    names = zipfile.ZipFile(tmp_path / "all.zip").namelist()
    assert f"evidence/{row['document']}" in names
    assert "no document" in str(nothing.exception)
