"""Run commands of curation-kit in this process."""

from __future__ import annotations

from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

import curation_kit as ck
import curation_kit.cli.cache
import curation_kit.cli.demo
import curation_kit.cli.doctor
import curation_kit.cli.dropped
import curation_kit.cli.jobs
import curation_kit.cli.library
import curation_kit.cli.results
import curation_kit.cli.reviews
import curation_kit.cli.run
import curation_kit.cli.scoring
import curation_kit.cli.services
import curation_kit.cli.steering
from curation_kit.cli.app import app
from curation_kit.errors import CurationKitError


def call(workspace: Path, *arguments: object) -> Result:
    """Run a command on a workspace; wrong use is the exception of what is given."""
    words = ["--workspace", str(workspace), *map(str, arguments)]
    return CliRunner().invoke(app, words)


def run(workspace: ck.Workspace, *arguments: object) -> Result:
    """Run a command that works; what refuses it is raised."""
    done = call(workspace.path, *arguments)
    if isinstance(done.exception, CurationKitError):
        raise done.exception
    assert done.exit_code == 0, (done.output, done.exception)
    return done
