from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from batches import add_papers, until
from traitlets import HasTraits, Int

import curation_kit as ck
from curation_kit.session import CurationSession
from curation_kit.session.places import PAGES
from curation_kit.widgets import _leaf, dashboard
from curation_kit.widgets._job_documents import JobDocuments

STATIC = Path(_leaf.__file__).parent / "static"


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.js")), ids=lambda p: p.name)
def test_scripts_never_make_html_of_text(path: Path) -> None:
    """Names from outside become text nodes, so they cannot be markup."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", text
    )


def walk(widget: object) -> list[object]:
    """Give a widget and all below it."""
    return [
        widget,
        *(item for child in getattr(widget, "children", ()) for item in walk(child)),
    ]


@pytest.fixture
def page(workspace: ck.Workspace) -> Iterator[object]:
    """The dashboard of an empty workspace."""
    made = dashboard(CurationSession(workspace))
    yield made
    made.session.close()


def test_every_action_of_a_script_is_known(page: object) -> None:
    """A click that the kernel does not know would do nothing."""
    for name in (*PAGES, "job"):
        page.session.page = name
    leaves = [leaf for leaf in walk(page) if isinstance(leaf, _leaf.Leaf)]
    assert len(leaves) > len(PAGES)
    for leaf in leaves:
        script = re.sub(r"(?m)^( *//| \*|/\*\*).*", "", leaf._esm)
        sent = set(re.findall(r'(?:click|change|submit|action): "(\w+)"', script))
        asked = r'(?:(?:send|tell|choose)\(|button\("[^"]+", )"(\w+)"'
        sent |= set(re.findall(asked, script))
        handled = set(re.findall(r"(?m)^ {4,6}(\w+): (?:async |\w+)?\(", script))
        special = {"begin", "slice", "arrived"}
        unknown = sent - handled - leaf._actions.keys() - special
        assert not unknown, (type(leaf).__name__, unknown)


def test_what_the_page_does_by_itself_takes_no_message_away(page: object) -> None:
    """How wide a panel is, the next slice of a file, names like one; a click does."""
    session = page.session
    session.page = "job"
    session.notice = "Two papers could not be highlighted."
    leaves = {
        name: leaf
        for leaf in walk(page)
        if isinstance(leaf, _leaf.Leaf)
        for name in leaf._actions
    }
    by_itself = {
        "fit": [700.0, 1.0],
        "slice": [0, 0],
        "suggest": ["gene_symbol", "unc-54", ""],
    }
    for name, arguments in by_itself.items():
        leaf = leaves[name]
        leaf._on_message(leaf, {"action": name, "args": arguments}, [])
        assert session.notice
    leaf = leaves["turn_page"]
    leaf._on_message(leaf, {"action": "turn_page", "args": [1]}, [])
    assert not session.notice


@pytest.mark.parametrize("action", ["fit", "slice", "suggest"])
def test_errors_of_what_the_page_does_by_itself_are_told(
    page: object, action: str
) -> None:
    """They are no secret, and take nothing else away."""
    session = page.session
    session.page = "job"
    session.notice = "Two papers could not be highlighted."
    leaf = next(leaf for leaf in walk(page) if action in getattr(leaf, "_actions", {}))
    leaf._on_message(leaf, {"action": action, "args": []}, [])  # without its arguments
    assert "TypeError" in session.error
    assert session.notice


def test_a_question_is_answered_whatever_happens(workspace: ck.Workspace) -> None:
    """The page waits for an answer; an error nobody shows is raised."""

    def fail() -> None:
        raise ZeroDivisionError

    leaf = _leaf.Leaf(CurationSession(workspace), actions={"fail": fail})
    sent: list[dict[str, object]] = []
    leaf.send = sent.append
    with pytest.raises(ZeroDivisionError):
        leaf._on_message(leaf, {"action": "fail"}, [])
    assert sent == [{"done": "fail"}]


class Counted(_leaf.Leaf):
    """Shows a number."""

    count = Int().tag(sync=True)


def test_what_another_thread_sets_meanwhile_is_shown_in_the_end() -> None:
    """While one value is being sent the next one comes: the page has that one."""
    source = HasTraits()
    source.add_traits(count=Int())
    leaf = Counted(source)
    sent: list[int] = []
    other = threading.Thread(target=lambda: setattr(source, "count", 2))

    def send(data: dict[str, Any], **_: object) -> None:
        sent.append(data["state"]["count"])
        if other.ident is None:
            other.start()
            until(lambda: source.count == 2)

    leaf.comm.send = send
    source.count = 1
    other.join(30)
    assert (sent, leaf.count) == ([1, 2], 2)


def test_unknown_actions_do_nothing(workspace: ck.Workspace) -> None:
    """The browser can call the named methods only."""
    session = CurationSession(workspace)
    leaf = _leaf.Leaf(session, actions={}, reporting=session.reporting)
    leaf._on_message(leaf, {"action": "close"}, [])
    assert session.error == ""


def test_errors_of_actions_appear_in_one_place(workspace: ck.Workspace) -> None:
    """A click that fails sets the session's error."""
    from curation_kit.widgets._create import CreateJob

    session = CurationSession(workspace)
    leaf = CreateJob(session)
    leaf._on_message(leaf, {"action": "create_job", "args": ["", ""]}, [])
    assert session.error == "Choose a flow first."


def test_no_button_is_disabled_while_the_form_of_a_job_is_filled_in(
    workspace: ck.Workspace,
) -> None:
    """Who has typed a number presses the button next, and that click would be lost."""
    from curation_kit.widgets._create import CreateJob

    session = CurationSession(workspace)
    leaf, busy = CreateJob(session), []
    leaf.observe(lambda change: busy.append(change["new"]), "busy")

    leaf._on_message(leaf, {"action": "consider", "args": ["", 2]}, [])
    assert busy == []
    leaf._on_message(leaf, {"action": "create_job", "args": ["", ""]}, [])
    assert busy == ["Working…", ""]


def test_upload_answers_every_slice(workspace: ck.Workspace) -> None:
    """An answer below zero tells the browser to stop, and why."""
    from curation_kit.widgets._upload import DocumentUpload

    session = CurationSession(workspace)
    leaf = DocumentUpload(session)
    sent: list[dict[str, object]] = []
    leaf.send = sent.append
    begin = {"action": "begin", "key": "k", "name": "a.pdf", "size": 4}
    leaf._on_message(leaf, begin, [])
    part = {"action": "slice", "key": "k", "offset": 0}
    leaf._on_message(leaf, part, [memoryview(b"%P")])
    leaf._on_message(leaf, {**part, "offset": 9}, [memoryview(b"DF")])
    assert [message["received"] for message in sent] == [0, 2, -1]
    assert "did not arrive in order" in sent[-1]["problem"]
    assert session.error == ""
    session.close()


def test_a_page_is_made_when_it_is_first_opened(page: object) -> None:
    """What nobody looks at costs nothing; what was left is only hidden."""
    assert list(page._pages) == ["jobs"]
    page.session.open_page("documents")
    page.session.open_page("jobs")
    page.session.open_page("documents")
    shown = {name: box.layout.display for name, box in page._pages.items()}
    assert shown == {"jobs": "none", "documents": None}
    assert len(page.children) == 6


def test_a_page_whose_workspace_cannot_be_opened(tmp_path: Path) -> None:
    """It says why, and a second try opens it once that is mended."""
    place = tmp_path / "ws"
    place.write_text("a file where the folder should be")
    page = dashboard(place)
    [message] = page.children
    assert "cannot be used" in message.problem
    click = {"action": "again", "args": []}
    message._on_message(message, click, [])
    assert page.children == (message,)
    place.unlink()
    message._on_message(message, click, [])
    [opened] = page.children
    assert opened.session.page == "jobs"
    opened.session.close()


def test_every_ping_is_answered() -> None:
    """The page takes silence for a lost connection."""
    from curation_kit.widgets._connection import Connection

    leaf = Connection(owns_address=True)
    sent: list[dict[str, object]] = []
    leaf.send = sent.append
    leaf._on_message(leaf, {"action": "ping", "args": []}, [])
    assert sent == [{"done": "ping"}]
    assert leaf.can_reload


def test_one_widget_of_a_page_brings_the_style(
    page: object, workspace: ck.Workspace
) -> None:
    """The others share it; a widget outside the dashboard has its own."""
    from curation_kit.widgets._create import CreateJob

    for name in PAGES:
        page.session.open_page(name)
    leaves = [widget for widget in walk(page) if isinstance(widget, _leaf.Leaf)]
    assert len(leaves) > 10
    assert sum(bool(leaf._css) for leaf in leaves) == 1
    session = CurationSession(workspace)
    assert ".ck-dashboard" in CreateJob(session)._css
    session.close()


def test_counts_of_documents_are_sent_only_while_these_are_on_screen(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """What changes at each look goes to one part; who turns to another has it, too."""
    job = workspace.create(flow, add_papers(workspace, "ok"))
    session = CurationSession(workspace)
    session.open_job(job.id)
    session.view._follower.stop()
    session.view.join()
    leaf = JobDocuments(session)
    sent: list[str] = []
    leaf.comm.send = lambda data, **_: sent.extend(data["state"])
    session.view.monitor = {**session.view.monitor, "rate": 1}
    assert sent == ["monitor"]
    session.view.tab = "results"
    session.view.monitor = {**session.view.monitor, "rate": 2}
    assert leaf.monitor["rate"] == 2
    sent.clear()
    session.view.tab = "documents"
    assert sent == ["monitor", "tab"]
    session.close()
