from __future__ import annotations

import sys

import pytest
from fakes import FakeExtractor, FakeInput

from curation_kit.agents import (
    agents,
    broken_agents,
    get_agent,
    origin,
    register,
    registry,
    session_agents,
)
from curation_kit.errors import NotFound

OURS = [
    *("pdf", "extract", "gene_expression"),
    *("alliance_allele", "alliance_gene", "chemical", "disease", "gene_validation"),
    *("go_annotations", "go_term", "ontology", "orthologs"),
    *("csv", "json", "tsv", "xlsx"),
]


def test_our_agents_come_in_the_order_of_their_kinds() -> None:
    """Input, extractors, validators, outputs."""
    found = agents()

    assert list(found) == OURS
    assert all(agent.name == name for name, agent in found.items())
    assert all(agent.title and agent.description for agent in found.values())
    assert broken_agents() == {}


def test_an_agent_can_be_registered_and_replaced() -> None:
    """By a decorator, too; the session's own are known as such."""

    @register
    class Other(FakeInput):
        """Takes the place of the fake."""

    assert get_agent("fake_input") is Other
    assert register(FakeInput) is FakeInput
    assert get_agent("fake_input") is FakeInput
    assert session_agents() == {"fake_input"}


def test_the_registry_forgets_what_tests_register() -> None:
    """The test before this one left nothing."""
    assert session_agents() == set()


def test_an_unknown_agent_is_answered_with_the_known_ones() -> None:
    """A typing error is seen at once."""
    with pytest.raises(NotFound, match=r'no agent "cvs".*csv'):
        get_agent("cvs")


def test_plug_ins_are_found_and_bad_ones_are_named(plugins) -> None:
    """A bad plug-in breaks only itself."""
    info = next(plugins.glob("*.dist-info"))
    with (info / "entry_points.txt").open("a") as file:
        file.write(
            "other_name = fakes:FakeInput\n"
            "csv = fakes:FakeExtractor\n"
            "no_agent = fakes:plain_text\n"
            "script = script_agent:Never\n"
        )
    (plugins / "script_agent.py").write_text("raise SystemExit(2)\n")

    assert get_agent("fake_extractor") is FakeExtractor
    broken = broken_agents()
    assert "ImportError: no left foot" in broken["broken"]
    assert 'calls itself "fake_input", not "other_name"' in broken["other_name"]
    assert "no subclass of Agent" in broken["no_agent"]
    assert "script_agent:Never raised SystemExit: 2" in broken["script"]
    assert "csv" in broken
    assert "csv" in agents()
    assert session_agents() == set()
    with pytest.raises(NotFound, match="could not be loaded"):
        get_agent("broken")


def test_agents_of_one_module_may_all_be_decorated(plugins) -> None:
    """As they were in the notebook that they come from."""
    info = next(plugins.glob("*.dist-info"))
    (info / "entry_points.txt").write_text(
        "[curation_kit.agents]\nleft = decorated:Left\nright = decorated:Right\n"
    )
    (plugins / "decorated.py").write_text(
        "from curation_kit.agents import register\nfrom fakes import FakeInput\n"
        "@register\nclass Left(FakeInput):\n    name = 'left'\n"
        "@register\nclass Right(FakeInput):\n    name = 'right'\n"
    )

    assert {origin("left"), origin("right")} == {"fake-agents 1.0"}
    assert broken_agents() == {}
    assert session_agents() == set()


def test_agents_are_there_when_ctrl_c_has_interrupted_their_loading(plugins) -> None:
    """The next one who asks has them all, those that were loaded before too."""
    info = next(plugins.glob("*.dist-info"))
    with (info / "entry_points.txt").open("a") as file:
        file.write("slow = slow_agent:Slow\n")
    (plugins / "slow_agent.py").write_text(
        "import fakes\n"
        "if not hasattr(fakes, 'interrupted'):\n"
        "    fakes.interrupted = True\n"
        "    raise KeyboardInterrupt\n"
        "class Slow(fakes.FakeInput):\n    name = 'slow'\n"
    )

    with pytest.raises(KeyboardInterrupt):
        agents()

    assert {*OURS, "fake_input", "slow"} <= set(agents())
    assert set(broken_agents()) == {"broken"}


@pytest.mark.usefixtures("plugins")
def test_a_plug_in_comes_from_its_package_and_version() -> None:
    """Results are used again while both stay."""
    assert origin("fake_input") == "fake-agents 1.0"


def test_a_plug_in_in_development_is_known_by_its_code(
    plugins, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its version stays while its code changes."""
    info = next(plugins.glob("*.dist-info"))
    (info / "direct_url.json").write_text('{"dir_info": {"editable": true}}')
    (info / "entry_points.txt").write_text("[curation_kit.agents]\nmine = mine:Mine\n")
    code = "from fakes import FakeInput\nclass Mine(FakeInput):\n    name = 'mine'\n"
    seen = []
    for change in ("", "# better\n"):
        (plugins / "mine.py").write_text(code + change)
        monkeypatch.delitem(sys.modules, "mine", raising=False)
        registry._registered.clear()
        registry._digest_of_code.cache_clear()
        registry._loaded = False
        seen.append(origin("mine"))

    assert all(name.startswith("fake-agents 1.0 ") for name in seen)
    assert seen[0] != seen[1]


def test_only_code_counts_as_source_of_a_plug_in_in_development(plugins) -> None:
    """It may write a log beside its modules; one that tells nonsense has none."""
    info = next(plugins.glob("*.dist-info"))
    (info / "direct_url.json").write_text('{"dir_info": {"editable": true}}')
    (info / "entry_points.txt").write_text("[curation_kit.agents]\nmany = many:Many\n")
    (plugins / "many").mkdir()
    for name in ("__init__.py", "rules.py", "log.txt"):
        (plugins / "many" / name).touch()
    assert [path.name for path in registry.sources()] == [
        "__init__.py",
        "rules.py",
    ]

    (info / "direct_url.json").write_text("{")
    assert registry.sources() == []


def test_each_registration_in_a_session_is_an_origin_of_its_own() -> None:
    """The cell of the notebook may have changed."""
    first = origin(register(FakeInput).name)

    assert first.startswith("session ")
    assert origin(register(FakeInput).name) != first
