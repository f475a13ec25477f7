"""One tree of errors.

::

    CurationKitError
    ├── WorkspaceError       the folder cannot be used, or another version wrote it
    │   └── WorkspaceClosed  it was closed here, and stays so
    ├── NotFound             no document, flow or job of that name
    ├── FlowError            the flow has problems (all of them are listed)
    ├── JobError             the job cannot do this now, or could not run
    │   └── JobPaused        the job waits for a person to resume it
    ├── DocumentFailure      one paper failed; the runner turns it into data
    │   └── AnswerFailure    one question got no answer; others to the model may
    └── Suspended            one paper is put back, as it may not go on now

The failure of one document is data (status, category, message, hint) and
never leaves the batch. Every other error is raised to the caller.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "AnswerFailure",
    "CurationKitError",
    "DocumentFailure",
    "FailureCategory",
    "FlowError",
    "JobError",
    "JobPaused",
    "NotFound",
    "Suspended",
    "WorkspaceClosed",
    "WorkspaceError",
]


class FailureCategory(StrEnum):
    """Why a document failed, in the words shown to the curator."""

    INPUT = "input"
    FLOW = "flow"
    RATE_LIMIT = "rate_limit"
    TIMEOUT = "timeout"
    MODEL = "model"
    RESOURCE = "resource"
    CRASHED = "crashed"
    INTERNAL = "internal"


class CurationKitError(Exception):
    """Base of every error that curation_kit raises on purpose."""


class WorkspaceError(CurationKitError):
    """The workspace folder cannot be created, opened or written."""


class WorkspaceClosed(WorkspaceError):  # noqa: N818 - reads as what happened
    """The workspace was closed in this process: nothing will mend that."""


class NotFound(CurationKitError, KeyError):  # noqa: N818 - reads as what happened
    """There is no document, flow or job of that name."""

    def __str__(self) -> str:
        # KeyError shows the repr of its argument; a person wants the sentence.
        return str(self.args[0]) if self.args else ""


class FlowError(CurationKitError, ValueError):
    """A flow cannot be saved or run.

    Attributes
    ----------
    problems : list of str
        Every problem found, each a sentence that says what to change.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__(problems)
        self.problems = list(problems)

    def __str__(self) -> str:
        return " ".join(self.problems)


class JobError(CurationKitError):
    """A job cannot do what was asked, or the batch itself could not run."""


class JobPaused(JobError):  # noqa: N818 - nothing is wrong with what was asked
    """A job was paused before it had ended: its reason says what to do."""


class DocumentFailure(CurationKitError):  # noqa: N818 - data, once it is caught
    """One document could not be processed.

    Raised by the reader and by agents, caught once by the runner, which
    stores it as the document's outcome.

    Parameters
    ----------
    category
        One of `FailureCategory`.
    message
        What is wrong, in a sentence that a curator understands.
    hint
        What to do next.
    """

    def __init__(
        self, category: FailureCategory | str, message: str, hint: str = ""
    ) -> None:
        # Exception pickles by its args: all three survive the way home
        # from a worker process.
        super().__init__(category, message, hint)
        self.category = FailureCategory(category)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message


class AnswerFailure(DocumentFailure):
    """A model gave no usable answer to one question, and would not to the same again.

    An agent that asks several may go on with the others; not caught, the
    paper fails.
    """


class Suspended(CurationKitError):  # noqa: N818 - nothing went wrong with the paper
    """One document may not go on now, for instance because the budget is spent.

    Raised in an agent that asks a service, and not to be caught there: the
    runner puts the document back and its job pauses with the reason.
    """
