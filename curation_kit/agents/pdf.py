"""Input agent: the text of a PDF, in reading order, with positions."""

from __future__ import annotations

from curation_kit.agents.base import InputAgent
from curation_kit.agents.paper import Paper
from curation_kit.documents.text import READER_VERSION, DocumentText

__all__ = ["PdfAgent"]


class PdfAgent(InputAgent):
    """Reads the PDF."""

    name = "pdf"
    title = "PDF Agent"
    description = (
        "Reads the paper: text in reading order, sections, figure legends, and the "
        "place of every word on its page. Needs a PDF with a text layer."
    )
    version = READER_VERSION

    def read(self, paper: Paper) -> DocumentText:
        """Give the paper's text."""
        from curation_kit.documents.reader import read_document

        text = read_document(paper.path, name=paper.name)
        paper.ledger.pages = len(text.pages)
        paper.ledger.pages_without_text = len(text.pages_without_text)
        return text
