"""What an agent sees: one paper on its way through a flow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from curation_kit.documents.text import DocumentText
from curation_kit.evidence import Aligner, cut_evidence, cut_mention
from curation_kit.llm import Calls, Models, NoCalls, NoModels
from curation_kit.records import Evidence, Ledger, Mention

__all__ = ["Paper", "joined"]


@dataclass(slots=True)
class Paper:
    """One document on its way through a flow.

    Attributes
    ----------
    id
        SHA-256 of the file's bytes, in hex.
    name
        File name as the curator knows it.
    path
        Where the worker finds the PDF.
    flow_instructions
        The flow's initial instructions, for agents that read them.
    ledger
        Each agent adds what it read and judged.
    answers
        Answers of services other than models: an agent looks here before it
        asks one, and puts each valid answer here as soon as it arrives.
    models
        The models of the workspace, with pacing, budget and kept answers.
    read_text
        Reads the text when it is first asked for, if no step has.
    """

    id: str
    name: str
    path: Path
    flow_instructions: str = ""
    ledger: Ledger = field(default_factory=Ledger)
    answers: Calls = field(default_factory=NoCalls)
    models: Models = field(default_factory=NoModels)
    read_text: Callable[[], DocumentText] | None = None
    _text: DocumentText | None = None
    _aligner: Aligner | None = None

    @property
    def text(self) -> DocumentText:
        """The paper's text, once an input step has read it."""
        if self._text is None and self.read_text is not None:
            self._text = self.read_text()
        if self._text is None:
            message = (
                f"{self.name} was not read: the flow has no input step before this one."
            )
            raise RuntimeError(message)
        return self._text

    @text.setter
    def text(self, text: DocumentText) -> None:
        self._text, self._aligner = text, None

    def instructions(self, of_step: str) -> str:
        """Instructions for a step: those of the flow, then its own."""
        return joined(self.flow_instructions, of_step)

    def evidence(self, start: int, end: int) -> Evidence:
        """Cut a quote out of the paper, with page, section and boxes."""
        return cut_evidence(self.text, start, end)

    def align(
        self, quote: str, *, section: str | None = None, after: int = 0
    ) -> Evidence:
        """Find a quote that somebody claims to be in the paper.

        For agents whose quotes come from a model; see `Aligner.align`.

        Parameters
        ----------
        quote
            What is said to be in the paper.
        section
            Of several places as good, take one in a section of this kind.
        after
            Of several places as good, take the first from this offset on.
        """
        return self._aligned().align(quote, section=section, after=after)

    def align_all(
        self, quotes: Iterable[str], *, section: str | None = None
    ) -> list[Evidence]:
        """Find quotes that were taken from the paper in its order.

        See `Aligner.align_all`.
        """
        return self._aligned().align_all(quotes, section=section)

    def _aligned(self) -> Aligner:
        """The paper's aligner, made when it is first asked for."""
        if self._aligner is None:
            self._aligner = Aligner(self.text)
        return self._aligner

    def mention(self, column: str, start: int, end: int) -> Mention:
        """Where a value of a record stands, for `Evidence.mentions`, with boxes."""
        return cut_mention(self.text, column, start, end)


def joined(*instructions: str) -> str:
    """Instructions of a flow and of its step as one text."""
    return "\n\n".join(filter(None, map(str.strip, instructions)))
