from __future__ import annotations

import doctest
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import curation_kit as ck

HEAVY = {"ipywidgets", "pandas", "pymupdf", "pydantic"}

CORE = ["errors", "records", "evidence", "species", "formats", "processes", "flow"]
CORE += ["workspace", "store", "jobs", "runner", "results", "agents"]


def modules() -> list[str]:
    """Names of the package and of the modules of its core."""
    found = ["curation_kit"]
    for name in CORE:
        module = importlib.import_module(f"curation_kit.{name}")
        found.append(module.__name__)
        if hasattr(module, "__path__"):
            found += [
                f"{module.__name__}.{item.name}"
                for item in pkgutil.iter_modules(module.__path__)
                if item.name != "__main__"
            ]
    return found


def test_importing_the_package_loads_nothing_heavy() -> None:
    """The package's names load what they need when first used."""
    code = "import sys, curation_kit; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert set(loaded) & HEAVY == set()


def test_the_command_is_ready_for_ctrl_c_before_it_loads_anything() -> None:
    """Without the packages of the environment, which may load what they want."""
    code = (
        f"import sys; sys.path.insert(0, {str(Path(ck.__file__).parents[1])!r});"
        "import curation_kit.cli; print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip

    assert not {"typing", "typer", "curation_kit.cli.program"} & {*loaded}


def test_opening_a_workspace_needs_no_pymupdf_pandas_or_widgets(tmp_path) -> None:
    """What a runner or the command line needs stays light."""
    code = (
        "import sys, curation_kit as ck;"
        f"ws = ck.Workspace({str(tmp_path)!r}); ws.flows.names(); list(ws.jobs);"
        "print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert set(loaded) & (HEAVY - {"pydantic"}) == set()


def test_public_names_are_sorted_and_resolve() -> None:
    """``__all__`` is complete, sorted, and every name in it exists."""
    assert sorted(ck.__all__) == ck.__all__
    assert set(ck._MODULES) | {"__version__"} == set(ck.__all__)
    assert all(getattr(ck, name) is not None for name in ck.__all__)
    assert set(dir(ck)) == set(ck.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A typing error says which name is wrong."""
    with pytest.raises(AttributeError, match="Workspcae"):
        ck.Workspcae  # noqa: B018


@pytest.mark.parametrize("name", modules())
def test_examples_in_docstrings_are_true(name: str) -> None:
    """Doctests of the core pass."""
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("name", modules())
def test_modules_say_what_they_offer(name: str) -> None:
    """Each ``__all__`` names what is there."""
    module = importlib.import_module(name)
    names = getattr(module, "__all__", [])

    assert set(names) <= set(dir(module))
