"""Input agent: the text of a PDF, in reading order, with positions."""

from __future__ import annotations

from curation_kit.agents.base import InputAgent, Paper
from curation_kit.documents.cache import TextCache, read_cached
from curation_kit.documents.text import READER_VERSION, DocumentText

__all__ = ["PdfAgent"]


class PdfAgent(InputAgent):
    """Reads the PDF once; later jobs take its text from the workspace's cache."""

    name = "pdf"
    title = "PDF Agent"
    description = (
        "Reads the paper: text in reading order, sections, figure legends, and the "
        "place of every word on its page. Needs a PDF with a text layer."
    )
    version = READER_VERSION

    def read(self, paper: Paper) -> DocumentText:
        """Give the paper's text."""
        text = read_cached(
            paper.path,
            name=paper.name,
            document_id=paper.id,
            cache=TextCache(paper.cache) if paper.cache else None,
        )
        paper.ledger.pages = len(text.pages)
        paper.ledger.pages_without_text = len(text.pages_without_text)
        return text
