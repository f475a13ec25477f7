"""What can go wrong with a call, in the words of the failure categories."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from curation_kit.errors import AnswerFailure, DocumentFailure, FailureCategory

__all__ = ["Fault", "Scope"]


class Scope(StrEnum):
    """What a fault tells about the next call."""

    REQUEST = "request"  # nothing: it is about this one
    SERVICE = "service"  # it will fail in the same way


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a call gave no answer.

    Attributes
    ----------
    category, message, hint
        As in `DocumentFailure`; never the key.
    passing
        Whether the same call may succeed later.
    retry_after
        Seconds that the service asks to wait.
    environment
        Whether a key of the environment is missing or wrong: a process sees only
        the environment that it was started with.
    """

    category: FailureCategory
    message: str
    hint: str
    scope: Scope = Scope.REQUEST
    passing: bool = False
    retry_after: float | None = None
    environment: bool = False

    def failure(self) -> DocumentFailure:
        """Give what the agent raises."""
        lasting = self.scope is Scope.REQUEST and not self.passing
        kind = AnswerFailure if lasting else DocumentFailure
        return kind(self.category, self.message, self.hint)
