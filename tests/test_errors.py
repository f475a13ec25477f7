from __future__ import annotations

import pickle

import pytest

from curation_kit.errors import (
    AnswerFailure,
    CurationKitError,
    DocumentFailure,
    FailureCategory,
    FlowError,
    JobError,
    JobPaused,
    NotFound,
    WorkspaceClosed,
    WorkspaceError,
)


@pytest.mark.parametrize(
    "error",
    [
        WorkspaceError("full"),
        WorkspaceClosed("closed"),
        NotFound("no such flow"),
        FlowError(["No name.", "No steps."]),
        JobError("ended"),
        JobPaused("paused"),
        DocumentFailure("input", "It is blank.", "Scan it."),
        AnswerFailure("model", "It is cut off.", "Ask for less."),
    ],
)
def test_errors_survive_the_way_between_processes(error: CurationKitError) -> None:
    """Text and attributes are the same after pickling."""
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

    assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))


def test_not_found_reads_as_a_sentence() -> None:
    """It is a KeyError, but shows no quotes around its sentence."""
    error = NotFound('There is no flow "x".')

    assert str(error) == 'There is no flow "x".'
    assert isinstance(error, KeyError)


def test_a_flow_error_lists_all_problems() -> None:
    """Nobody mends one problem only to meet the next."""
    error = FlowError(["No name.", "No steps."])

    assert error.problems == ["No name.", "No steps."]
    assert str(error) == "No name. No steps."


def test_a_failure_has_one_of_the_known_categories() -> None:
    """Another word for the category is a mistake of the agent's author."""
    assert DocumentFailure("timeout", "late").category is FailureCategory.TIMEOUT
    with pytest.raises(ValueError, match="bad luck"):
        DocumentFailure("bad luck", "oh dear")
