"""What is needed to see where in the paper a record comes from."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curation_kit.documents.cache import TextCache
from curation_kit.documents.text import DocumentText
from curation_kit.evidence import mentions_of
from curation_kit.records import Evidence, Mention, Record, Verification
from curation_kit.workspace.completeness import JobCompleteness
from curation_kit.workspace.record_keys import resolve

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["JobViewing", "RecordEvidence"]


class RecordEvidence:
    """The evidence of one record; in a notebook it shows the page with its marks.

    Attributes
    ----------
    job : Job
    document_id : str
    number : int
        The record; see `Job.record`.
    """

    def __init__(self, job: JobViewing, document_id: str, number: int) -> None:
        self.job = job
        self.document_id = document_id
        self.number = number

    def __repr__(self) -> str:
        name = self.job.document_name(self.document_id)
        record = self.job.record(self.document_id, self.number)
        values = [
            str(value)
            for column in record.domain_columns()
            if isinstance(value := getattr(record, column), str) and value
        ]
        lines = [f"{name}, record {self.number}: {' · '.join(values)}"]
        for evidence in record.evidence:
            lines += _told(evidence)
        if not self.job.document_path(self.document_id).is_file():
            lines.append(
                f"{name} was removed from the workspace: add the same file again to "
                "see its pages."
            )
        return "\n".join(lines)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """Show the page, by whoever offers a display of evidence."""
        for entry in entry_points(group="curation_kit.displays", name="evidence"):
            bundle: dict[str, Any] = entry.load()(self)
            return bundle
        return {"text/plain": repr(self)}


def _told(evidence: Evidence) -> list[str]:
    """Lines about one quote, and what a curator has to look at."""
    if evidence.verification is Verification.UNSUPPORTED and not evidence.quote:
        lines = [f"claimed: “{evidence.claimed or ''}”, not in the paper (unsupported)"]
    else:
        place = f"page {evidence.page}" if evidence.page else "not in the paper"
        section = f", {evidence.section}" if evidence.section else ""
        lines = [f"“{evidence.quote}” ({evidence.verification}, {place}{section})"]
        if evidence.claimed:
            lines.append(f"  claimed: “{evidence.claimed}”")
    lines += [f"  {difference}" for difference in evidence.differences]
    if evidence.flags:
        lines.append(f"  look at: {', '.join(evidence.flags)}")
    return lines


class JobViewing(JobCompleteness):
    """The papers behind the records."""

    def document_path(self, document_id: str) -> Path:
        """Where the PDF of a document is, if it was not deleted."""
        return self._folders.documents / f"{document_id}.pdf"

    def kept_text(self, document_id: str) -> DocumentText | None:
        """Text of a document as it was read, None if it is not kept any more."""
        return next(TextCache(self._folders.cache).texts(document_id), None)

    def mentions(
        self, document_id: str, record: Record, evidence: Evidence
    ) -> list[Mention]:
        """Where a quote names what is recorded, with boxes.

        What the extractor did not tell is looked for in the quote, with the text
        of the paper that was kept when it was read.
        """
        if evidence.mentions or evidence.start is None:
            return mentions_of(record, evidence)
        for text in TextCache(self._folders.cache).texts(document_id):
            if text.text[evidence.start : evidence.end] == evidence.quote:
                return mentions_of(record, evidence, text)
        return mentions_of(record, evidence)

    def show_evidence(
        self, record: pd.Series[Any] | tuple[Any, ...] | int
    ) -> RecordEvidence:
        """Show the page that a record comes from, with its quote marked.

        Parameters
        ----------
        record
            A row of `results`, its key there (``("smith2020.pdf", 3)``), or its
            position there, from 0.

        Raises
        ------
        NotFound
            If the job has no such record.
        """
        return RecordEvidence(self, *resolve(self, record))
