"""How an agent asks a model."""

from __future__ import annotations

from typing import Protocol, TypeVar

from pydantic import BaseModel

from curation_kit.errors import DocumentFailure, FailureCategory
from curation_kit.llm.requests import Request
from curation_kit.llm.settings import Service

__all__ = ["Models", "NoModels"]

Shape = TypeVar("Shape", bound=BaseModel)


class Models(Protocol):
    """The models that the workspace's settings name."""

    def ask(self, request: Request, shape: type[Shape]) -> Shape:
        """Ask a model, or give the answer that is kept.

        Raises
        ------
        DocumentFailure
            If there is no valid answer: what is wrong and what to do.
        Suspended
            If it may not be asked now: the document is put back.
        """

    def service(self, name: str) -> Service:
        """Give the settings of a service.

        Raises
        ------
        DocumentFailure
            If the workspace has none of that name.
        """


class NoModels:
    """For an agent that is called outside a job."""

    def ask(self, request: Request, shape: type[Shape]) -> Shape:
        """Refuse."""
        del shape
        return self.service(request.service)  # type: ignore[return-value]

    def service(self, name: str) -> Service:
        """Refuse."""
        raise DocumentFailure(
            FailureCategory.FLOW,
            f'The model service "{name}" can be asked in a job only.',
            "Run the flow with ws.run() or ws.submit().",
        )
