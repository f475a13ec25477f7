from __future__ import annotations

from pathlib import Path

import pytest
from batches import chain

from curation_kit.errors import FlowError, NotFound
from curation_kit.flow import TEMPLATES, FlowLibrary

pytestmark = pytest.mark.usefixtures("fakes")

AGENTS = ["fake_input", "fake_extractor", "fake_validator", "csv"]


@pytest.fixture
def library(tmp_path: Path) -> FlowLibrary:
    """An empty library."""
    return FlowLibrary(tmp_path)


def test_a_saved_flow_can_be_found_listed_and_deleted(library: FlowLibrary) -> None:
    """Built-in ones come first; what is given out is a copy."""
    path = library.save(chain(*AGENTS, name="My flow"))
    library["My flow"].steps.clear()

    assert library.names() == [*TEMPLATES, "My flow"]
    assert list(library) == library.names()
    assert library["My flow"] == chain(*AGENTS, name="My flow")
    assert (path.name, len(library)) == ("my-flow.yaml", len(TEMPLATES) + 1)

    library.delete("My flow")

    assert library.names() == [*TEMPLATES]
    with pytest.raises(NotFound, match="Saved flows"):
        library["My flow"]


def test_each_change_gives_another_version(library: FlowLibrary) -> None:
    """Without one it stays."""
    for change in (
        lambda: library.save(chain(*AGENTS)),
        lambda: library.save(chain(*AGENTS[:2], "csv")),
        lambda: library.rename("F", "G"),
        lambda: library.delete("G"),
    ):
        before = library.version()
        assert library.version() == before
        change()
        assert library.version() != before


def test_saving_again_replaces(library: FlowLibrary) -> None:
    """There is one file for one name, wherever people put it."""
    path = library.save(chain(*AGENTS))
    moved = path.rename(path.with_name("shared by Ann.yaml"))

    library.save(chain(*AGENTS[:2], "csv"))

    assert [file.name for file in library.folder.iterdir()] == [moved.name]
    assert len(library["F"].steps) == 3


def test_names_that_share_a_file_name_are_kept_apart(library: FlowLibrary) -> None:
    """Two names with the same letters do not overwrite each other."""
    for name in ("A b", "A-b", "A/b", "線", "虫"):
        library.save(chain(*AGENTS, name=name))

    assert {"A b", "A-b", "A/b", "線", "虫"} <= set(library.names())
    assert library.broken() == {}
    assert all(path.parent == library.folder for path in library.folder.iterdir())


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("gene expression extraction", "more than capitals"),
        ("MINE", "more than capitals"),
        ("", "no name"),
    ],
)
def test_a_taken_name_is_refused(library: FlowLibrary, name: str, problem: str) -> None:
    """Names differ by more than capitals, from those of built-in flows too."""
    library.save(chain(*AGENTS, name="Mine"))

    with pytest.raises(FlowError, match=problem):
        library.save(chain(*AGENTS, name=name))


def test_a_flow_with_problems_is_not_saved(library: FlowLibrary) -> None:
    """Nothing is written."""
    with pytest.raises(FlowError, match="No step reads"):
        library.save(chain("csv"))

    assert list(library.folder.iterdir()) == []


def test_renaming_moves_the_flow(library: FlowLibrary) -> None:
    """The old name is free again; capitals may change."""
    library.save(chain(*AGENTS, name="Old"))

    library.rename("Old", "New")
    library.rename("New", "NEW")

    assert library.names() == [*TEMPLATES, "NEW"]
    assert library["NEW"].name == "NEW"


def test_renaming_loses_no_flow(library: FlowLibrary) -> None:
    """A rename that cannot be done leaves all as it was."""
    library.save(chain(*AGENTS, name="One"))
    library.save(chain(*AGENTS, name="Two"))

    for new in ("Two", "two", "", "gene expression extraction"):
        with pytest.raises(FlowError):
            library.rename("One", new)
    with pytest.raises(FlowError, match="built in"):
        library.rename("Gene Expression Extraction", "Mine")
    with pytest.raises(FlowError, match="built in"):
        library.delete("Gene Expression Extraction")

    assert library.names() == [*TEMPLATES, "One", "Two"]


def test_a_saved_flow_stands_in_the_place_of_a_built_in_one(
    library: FlowLibrary,
) -> None:
    """Deleting it brings the built-in one back."""
    name = "Gene Expression Extraction"
    mine = chain(*AGENTS, name=name)
    library.save(mine, replacing="")

    assert library[name] == mine != TEMPLATES[name]
    assert library.names() == [*TEMPLATES] == [flow.name for flow in library.all()]
    assert library.built_in() == {*TEMPLATES} - {name}
    assert library.broken() == {}
    with pytest.raises(FlowError, match="already is a flow"):
        library.save(mine, replacing="")

    library.delete(name)

    assert library[name] == TEMPLATES[name]
    assert library.built_in() == {*TEMPLATES}


def test_files_that_hold_no_flow_are_reported(library: FlowLibrary) -> None:
    """One bad file hides no other; each is named with its reason."""
    library.save(chain(*AGENTS, name="Good"))
    bad = {
        "a.yaml": ("name: [", "not valid YAML"),
        "b.yaml": ("steps: []", "no name"),
        "z.yml": ("name: Good", "already is a flow"),
    }
    for name, (text, _) in bad.items():
        (library.folder / name).write_text(text)
    (library.folder / "c.yaml").write_bytes(b"\xff\xfe\x00")
    (library.folder / "d.yaml").mkdir()

    broken = {path.name: reason for path, reason in library.broken().items()}

    assert library.names() == [*TEMPLATES, "Good"]
    assert set(broken) == {*bad, "c.yaml", "d.yaml"}
    assert all(reason in broken[name] for name, (_, reason) in bad.items())
    assert broken["c.yaml"] == "It is not text in UTF-8."


def test_a_flow_takes_the_place_of_another(library: FlowLibrary) -> None:
    """A flow opened, changed and renamed is saved in one go."""
    library.save(chain(*AGENTS, name="One"))
    library.save(chain(*AGENTS, name="Two"))
    library.save(chain(*AGENTS, "json", name="Three"), replacing="One")

    assert library.names() == [*TEMPLATES, "Three", "Two"]
    assert [flow.name for flow in library.all()] == library.names()
    for replacing in ("Three", ""):
        with pytest.raises(FlowError, match='already is a flow "Two"'):
            library.save(chain(*AGENTS, name="Two"), replacing=replacing)
