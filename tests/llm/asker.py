"""Somebody who asks a chat service for one thing."""

from __future__ import annotations

from call_notes import CallNotes
from pydantic import BaseModel

from curation_kit.llm import Request, Service, Settings
from curation_kit.llm.client import ModelClient, Retries


class Finding(BaseModel):
    """What is asked for."""

    gene: str
    stages: list[str] = []


class Asker:
    """Asks one service."""

    def __init__(
        self, service: Service, calls: CallNotes, most: int = 5, **waits: float
    ) -> None:
        self.calls = calls
        self._client = ModelClient(
            Settings(services={"lab": service}),
            calls,
            (2, "gene_expression"),
            retries=Retries(service=most, **waits),
        )
        self.service = service

    def ask(self, content: str = "daf-2 is expressed.", **given) -> Finding:
        """Ask about a text."""
        request = Request("lab", self.service.model, "Find the gene.", content, **given)
        return self._client.ask(request, Finding)
