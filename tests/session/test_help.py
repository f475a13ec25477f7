from __future__ import annotations

import json
import os
import pkgutil
import re
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import ClassVar, get_args

import pytest
import typer
from pydantic import Field

import curation_kit as ck
from curation_kit import cli
from curation_kit.agents import Extractor, Options, agents, register
from curation_kit.agents.gene_expression.reasons import Reason
from curation_kit.agents.gene_expression.rules import CLASSES
from curation_kit.cli.app import app
from curation_kit.errors import FailureCategory, NotFound
from curation_kit.evaluation import MATCHES
from curation_kit.flow import TEMPLATES, EvidenceGate
from curation_kit.formats import columns_of
from curation_kit.records import (
    GeneExpressionRecord,
    LookupStatus,
    Record,
    Verdict,
    Verification,
)
from curation_kit.samples import write_sample_papers
from curation_kit.session import CurationSession
from curation_kit.session.help import TOPICS, HelpView, read_topic
from curation_kit.session.help.markdown import Node, plain, read_markdown
from curation_kit.session.places import HELP, PAGES, Place
from curation_kit.session.wording import SENTENCES

TEXTS = Path(ck.__file__).parent / "session" / "help" / "texts"
SCRIPTS = Path(ck.__file__).parent / "widgets" / "static"

#: Words in code style that are no agent, option, column or value of ours.
OTHER_WORDS = {"job", "runner", "true", "last", "changes", "review_all", "version"} | {
    *("sample_plug_in", "processes", "cores", "n_jobs", "documents", "jobs", "llm"),
    *("store", "json_each", "results"),
    # Commands, and what a program is told over HTTP.
    *("pause", "resume", "id", "status", "added", "duplicate", "problem", "text"),
    *("error", "type", "time", "data", "end"),
}


def every(nodes: list[Node], kind: str) -> list[dict[str, object]]:
    """Give all nodes of one type, however deep."""
    found = []
    for node in nodes:
        if isinstance(node, dict):
            found += [node] if node["type"] == kind else []
            found += every(node.get("children", []), kind)
    return found


def commands() -> list[str]:
    """Every command that the help names, in text or in a block."""
    found = []
    for name in TOPICS:
        nodes = read_topic(name).nodes
        texts = [node["text"] for node in every(nodes, "code")]
        for block in every(nodes, "code_block"):
            if block["language"] == "bash":
                texts += block["text"].splitlines()
        found += [text for text in texts if re.match(r"curation-kit\s", text)]
    return sorted(set(found))


@pytest.mark.parametrize("name", TOPICS)
def test_a_topic_is_plain_data(name: str) -> None:
    """It can be sent to the page, and each of its sections has a name of its own."""
    topic = read_topic(name)
    assert json.loads(json.dumps(topic.nodes)) == topic.nodes
    ids = [section["id"] for section in topic.sections]
    assert len(ids) == len(set(ids)), ids
    assert topic.sections[0]["level"] == 1
    assert {section["level"] for section in topic.sections} <= {1, 2, 3}


def test_every_text_is_a_topic() -> None:
    """No page of the help is out of reach."""
    assert {path.stem for path in TEXTS.glob("*.md")} == set(TOPICS)


@pytest.mark.parametrize("name", TOPICS)
def test_every_link_leads_somewhere(name: str) -> None:
    """Topics, their sections, pages, and https addresses."""
    for link in every(read_topic(name).nodes, "link"):
        if "href" in link:
            assert link["href"].startswith("https://")
            continue
        place = Place.of_query(link["visit"])
        assert place.page in PAGES
        if place.page == HELP:
            topic, _, section = place.item.partition("/")
            ids = {found["id"] for found in read_topic(topic).sections}
            assert section in ids, (name, place.item)


@pytest.mark.parametrize("line", commands())
def test_every_command_exists(line: str) -> None:
    """Each command of the help has those options."""
    for module in pkgutil.iter_modules(cli.__path__):
        if module.name != "__main__":
            import_module(f"{cli.__name__}.{module.name}")  # registers its commands
    words = shlex.split(line, comments=True)[1:]
    if ">" in words:
        words = words[: words.index(">")]
    command = typer.main.get_command(app)
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    known = {option for part in command.params for option in part.opts}
    asked = {word for word in words if word.startswith("-")}
    assert not getattr(command, "commands", {}), f"{line}: no such command"
    assert asked <= known, line


@pytest.mark.parametrize(
    ("topic", "made"),
    [("python", "results.zip"), ("scale", "tables/000.parquet")],
)
def test_the_python_of_the_help_runs(tmp_path: Path, topic: str, made: str) -> None:
    """From the first line to the last, as one notebook would."""
    blocks = every(read_topic(topic).nodes, "code_block")
    code = "\n".join(block["text"] for block in blocks if block["language"] == "python")
    write_sample_papers(tmp_path / "papers", count=2)
    environment = {**os.environ, "CURATION_KIT_WORKSPACE": str(tmp_path / "ws")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / made).is_file()


def test_markup_stays_text() -> None:
    """HTML and script links in a text are what the reader sees."""
    nodes = read_markdown("<b>x</b> [y](javascript:z)", "results")
    assert plain(nodes).strip() == "<b>x</b> [y](javascript:z)"


def test_every_name_exists() -> None:
    """What stands in code style is an agent, an option, a column or a value."""
    known = set(agents()) | set(GeneExpressionRecord.columns()) | OTHER_WORDS
    known |= {
        option for agent in agents().values() for option in agent.Options.model_fields
    }
    known |= set(FailureCategory) | set(Verification) | set(Verdict) | set(LookupStatus)
    known |= set(get_args(EvidenceGate)) | {"_run", "gold"} | set(Reason)
    known |= set(MATCHES) | set(SENTENCES)
    wide = columns_of(GeneExpressionRecord, why=True, curation=True)
    known |= {column.name for column in wide}
    for name in TOPICS:
        for code in every(read_topic(name).nodes, "code"):
            if re.fullmatch(r"[a-z_]+", code["text"]):
                assert code["text"] in known, (name, code["text"])


def test_every_column_and_failure_is_explained() -> None:
    """Tables of the help leave none out."""
    results = {code["text"] for code in every(read_topic("results").nodes, "code")}
    assert set(GeneExpressionRecord.columns()) | set(Verification) <= results
    trouble = {
        code["text"] for code in every(read_topic("troubleshooting").nodes, "code")
    }
    assert set(FailureCategory) <= trouble


def test_what_the_classifier_says_is_explained() -> None:
    """Each of the classes that "why it was kept" ends with."""
    told = every(read_topic("results").nodes, "emphasis")
    assert {*CLASSES} <= {" ".join(plain([one]).split()) for one in told}


def test_how_long_a_click_waits_is_told_as_it_is() -> None:
    """What the page does, in milliseconds, and what the help says."""
    page = (SCRIPTS / "common.js").read_text(encoding="utf-8")
    told = plain(read_topic("troubleshooting").nodes)
    assert "SILENT = 5_000;" in page
    assert re.search(r"comes\s+after\s+five\s+seconds", told)
    assert "FORGOTTEN = 60_000;" in page
    assert re.search(r"again\s+within\s+a\s+minute\s+changes\s+nothing", told)


def test_every_event_is_named() -> None:
    """For programs that follow a job."""
    named = {code["text"] for code in every(read_topic("server").nodes, "code")}
    assert set(SENTENCES) <= named


def test_the_built_in_flows_are_named() -> None:
    """All of them, by their names."""
    text = plain(read_topic("curation-flows").nodes)
    assert all(f'"{name}"' in text for name in TEMPLATES)


def test_agents_are_those_installed() -> None:
    """A plug-in appears with its options; its texts stay text."""

    class HostileOptions(Options):
        depth: int = Field(default=3, description="<b>How</b> [deep](javascript:0)")
        labels: list[str] = Field(default_factory=list)
        tags: list[str] = Field(default_factory=lambda data: data["labels"])

    @register
    class Hostile(Extractor):
        name = "hostile"
        title = "<img src=x onerror=alert(1)>"
        description = "**Not** [a link](https://example.org)"
        version = "7"
        Options: ClassVar[type[Options]] = HostileOptions
        record = Record

        def extract(self, paper: object) -> list[Record]:  # noqa: ARG002
            return []

    nodes = read_topic("available-agents").nodes
    text = plain(nodes)
    for promise in (
        "<img src=x onerror=alert(1)>",
        "hostile, version 7. **Not** [a link](https://example.org)",
        "depth 3 <b>How</b> [deep](javascript:0)",
        "labels empty",
        "tags depends on the others",
    ):
        assert promise in text
    assert "listed here" not in text, "they are"
    ours = [link["visit"] for link in every(nodes, "link")]
    assert ours == ["page=help&topic=write-an-agent"]


@pytest.mark.parametrize(
    "text", ["[x](http://x.org)", "[x](?page=nowhere)", "![x](y.png)", "[x](y)"]
)
def test_what_the_page_cannot_show_is_refused(text: str) -> None:
    """A mistake in a text is found by the tests, not by a reader."""
    with pytest.raises(ValueError, match="help"):
        read_markdown(text, "results")


def test_search_finds_sections_with_every_word() -> None:
    """Titles come first, and each result leads to its section."""
    view = HelpView()
    view.find("Retry failed")
    found = view.search["found"]
    assert found
    assert all(Place.of_query(section["visit"]).page == HELP for section in found)
    view.find("no flows available")
    assert view.search["found"][0]["title"] == "No flows available"
    view.find("xyzzy")
    assert view.search == {"words": "xyzzy", "found": []}
    view.find(" ")
    assert view.search["words"] == ""


def test_an_address_opens_a_section(workspace: ck.Workspace) -> None:
    """A link from another page leads to the paragraph that answers."""
    session = CurationSession(
        workspace, query="page=help&topic=batch-processing/statuses-of-a-job"
    )
    assert session.help.article["name"] == "batch-processing"
    assert session.help.section == "statuses-of-a-job"
    assert session.title == "Batch Processing"
    session.open_page(HELP)
    assert (session.help.article["name"], session.help.section) == (
        "getting-started",
        "",
    )
    with pytest.raises(NotFound, match="no topic"):
        session.open_page(HELP, "nowhere")
    assert session.help.article["name"] == "getting-started"
    session.close()


def test_every_link_of_the_pages_leads_to_a_section() -> None:
    """Pages name topics of the help in their scripts."""
    scripts = "\n".join(path.read_text() for path in SCRIPTS.glob("*.js"))
    links = re.findall(r'helpLink\(\s*"([^"]+)"', scripts)
    assert links
    for item in links:
        topic, _, section = item.partition("/")
        assert section in {found["id"] for found in read_topic(topic).sections}, item


def test_every_button_exists() -> None:
    """What the help prints in bold as a button is on a page under that name."""
    scripts = "\n".join(path.read_text() for path in SCRIPTS.glob("*.js"))
    buttons = {
        plain([strong]).strip()
        for name in TOPICS
        for strong in every(read_topic(name).nodes, "strong")
    }
    named = [text for text in sorted(buttons) if text[0].isupper()]
    assert [text for text in named if text not in scripts] == []
