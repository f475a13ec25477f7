"""The project's own files agree with each other."""

from __future__ import annotations

import csv
import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]

#: Packages that conda-forge knows by another name.
CONDA_NAMES = {
    "build": "python-build",
    "jupyter-server": "jupyter_server",
    "matplotlib": "matplotlib-base",
}


def _split(requirement: str) -> tuple[str, str]:
    name, bounds = re.fullmatch(r"([A-Za-z0-9_.-]+)(.*)", requirement).groups()
    return name.lower(), bounds.replace(" ", "")


def test_environment_has_the_packages_and_bounds_of_pyproject():
    """Conda users get what pip users get."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = dict(
        map(_split, [*project["dependencies"], *extras["test"], *extras["dev"]])
    )
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    listed = [item for item in environment["dependencies"] if isinstance(item, str)]
    by_pip = next(
        item for item in environment["dependencies"] if isinstance(item, dict)
    )
    listed += [item for item in by_pip["pip"] if not item.startswith("-")]
    found = dict(map(_split, listed))

    assert found.pop("python") == project["requires-python"]
    found.pop("pip")
    assert found == {
        CONDA_NAMES.get(name, name): bounds for name, bounds in wanted.items()
    }


def test_the_changelog_names_the_version_or_is_unreleased():
    """What is released is described."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text()
    assert "## Unreleased" in changelog or f"## {version}" in changelog


def test_the_readme_has_the_figures_of_the_rows_as_measured():
    """Readers decide by them what to look at."""
    with (ROOT / "tests" / "quality" / "figures.tsv").open() as file:
        measured = {
            (row["group"], row["name"]): round(100 * float(row["value"]))
            for row in csv.DictReader(file, delimiter="\t")
        }
    told = re.findall(
        r"^\| papers .*? \| (\d+) \| (\d+) \| (\d+) \|$",
        (ROOT / "README.md").read_text(),
        re.MULTILINE,
    )
    assert [list(map(int, row)) for row in told] == [
        [
            measured["Own papers, rows without a mark", f"{half}: precision"],
            measured["Own papers, rows with a mark", f"{half}: precision"],
            measured["Own papers", f"{half}: recall"],
        ]
        for half in ("development", "held out")
    ]
