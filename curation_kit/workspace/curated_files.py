"""Result files that are made anew when they are wanted: see `result_entries`."""

from __future__ import annotations

from curation_kit.agents import get_agent, origin
from curation_kit.errors import DocumentFailure, JobError, NotFound
from curation_kit.jobs import Rows, check_rows
from curation_kit.runner import DocumentTask, format_again
from curation_kit.workspace.job_reading import JobReading

__all__ = ["CuratedFiles", "nothing_reviewed"]


class CuratedFiles(JobReading):
    """What an output step writes of the records as curators left them."""

    def reviewed_ids(self) -> set[str]:
        """Ids of the documents with at least one review."""
        rows = self._store.reviews_per_document(self.id)
        return {row["document_id"] for row in rows}

    def check_rows_exist(self, rows: Rows) -> None:
        """Raise if only reviewed rows are wanted, and nothing was reviewed."""
        check_rows(rows)
        if rows == "reviewed" and not self.reviewed_ids():
            raise nothing_reviewed(self.name)

    def result_bytes(self, document_id: str, step: int, rows: Rows = "all") -> bytes:
        """Content of a result file, written now by the agent of its output step.

        Parameters
        ----------
        step
            Index of the output step in the flow of the document.
        rows
            Which records it holds: see `records`.

        Raises
        ------
        JobError
            If the agent is not installed any more, or fails.
        """
        row = self._store.document(self.id, document_id)
        if row is None:
            raise NotFound(f"{self.name} has no document {document_id[:12]}.")
        flow = self._store.flows(self.id)[row["flow"]]
        records = [found for *_, found in self.records_of([document_id], rows)]
        names = [step.agent for step in flow.steps]
        try:
            task = DocumentTask(
                document_id=document_id,
                name=row["name"],
                path=self._folders.documents / f"{document_id}.pdf",
                stem=row["stem"],
                flow=flow,
                agents=tuple(get_agent(name) for name in names),
                origins=tuple(origin(name) for name in names),
                cache=self._folders.cache,
            )
            return format_again(task, step, records, self.record_model())
        except Exception as error:
            if rows == "machine" or document_id not in self.reviewed_ids():
                raise JobError(
                    f"The result file of {row['name']} is gone or was changed, and "
                    f"cannot be made anew: {_why(error)} Its records are safe: "
                    f"curation-kit results {self.id} --out records.csv"
                ) from error
            raise JobError(
                f"The records of {row['name']} were reviewed, and its result file "
                f"cannot be written with the changes: {_why(error)} The file as the "
                "flow wrote it is among the rows of the machine."
            ) from error


def nothing_reviewed(name: str) -> JobError:
    """Give the error for reviewed rows of a job that has none."""
    return JobError(
        f"No record of {name} was reviewed yet: accept, edit or reject "
        "some, or take all rows."
    )


def _why(error: Exception) -> str:
    if isinstance(error, DocumentFailure):
        return f"{error.message} {error.hint}"
    return (
        str(error)
        if isinstance(error, NotFound)
        else f"{type(error).__name__}: {error}."
    )
