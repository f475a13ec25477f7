from __future__ import annotations

from typing import get_args

from curation_kit.cli import results, run, scoring, services
from curation_kit.evaluation import MATCHES
from curation_kit.jobs import Backend, Rows
from curation_kit.llm import Service
from curation_kit.results import TABLE_FORMATS


def test_choices_of_the_command_are_those_of_the_package() -> None:
    """They stand there twice, so that the help need not load what has them."""
    structured = Service.model_fields["structured"].annotation

    assert get_args(results.Format) == TABLE_FORMATS
    assert get_args(results.Rows) == get_args(Rows)
    assert get_args(run.Backend) == get_args(Backend)
    assert get_args(scoring.Match) == MATCHES
    assert get_args(services.Structured) == get_args(structured)
