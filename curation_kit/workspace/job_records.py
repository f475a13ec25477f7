"""What can be read of the records of a batch: one by one, and as a table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError, create_model

from curation_kit.errors import JobError, NotFound
from curation_kit.jobs import Rows, check_rows, curated
from curation_kit.records import Record
from curation_kit.workspace.record_keys import RecordKeys

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["JobRecords"]

#: Documents whose records are read together: what is read is not kept.
_DOCUMENTS_AT_A_TIME = 500


class JobRecords(RecordKeys):
    """The records of a job, as curators left them or as the flow made them."""

    _results: tuple[int, pd.DataFrame] | None = None
    _fits: type[Record] | None = None  # a model that the records are known to fit

    def record_model(self) -> type[Record]:
        """Model of the job's records; it names the columns of `results`.

        That of their extractor; where it is not installed any more, or has other
        columns or options by now, one that only knows the names that are stored.
        """
        stored: list[str] | None = None
        flow = self._store.get(self.id).flow
        try:
            model = flow.record_model()
            if model is not self._fits:
                stored = self._first_record()
                for record in stored:
                    model.model_validate_json(record)
                    self._fits = model
        except (NotFound, ValidationError):
            names = json.loads(*(stored or self._first_record() or ["{}"]))
            return _bare_model(
                [name for name in names if name not in Record.model_fields]
            )
        return model

    def _check_gene_expression(self) -> None:
        """Raise `JobError` if a gold table cannot be about the job's records."""
        lacking = {"gene_symbol", "anatomy_label"} - {*self.record_model().columns()}
        if lacking:
            raise JobError(
                f"The records of {self._store.get(self.id).name} have no "
                f"{', '.join(sorted(lacking))}: gold tables are of gene expression."
            )

    def _first_record(self) -> list[str]:
        return [row["record"] for row in self._store.records(self.id, limit=1)]

    def records(self, rows: Rows = "all") -> Iterator[tuple[str, str, Record]]:
        """File name, document id and record, in document order.

        Parameters
        ----------
        rows
            ``all``: every record, with the curators' values where they changed
            some, and their verdict in ``review`` (also on rejected ones);
            ``reviewed``: only those accepted, edited or added; ``machine``: all as
            the flow made them.
        """
        check_rows(rows)
        model = self.record_model()
        for row in self._store.records_reviewed(self.id):
            if record := curated(model, row, rows):
                yield row["name"], row["document_id"], record

    def documents_with_records(self) -> list[tuple[str, float]]:
        """Id and end (seconds since the epoch) of completed documents with records."""
        rows = self._store.documents_with_records(self.id)
        return [(row["document_id"], row["ended"]) for row in rows]

    def records_of(
        self,
        document_ids: Sequence[str],
        rows: Rows = "all",
        *,
        model: type[Record] | None = None,
    ) -> Iterator[tuple[str, str, int, Record]]:
        """File name, document id, number in it and record, of some documents.

        Parameters
        ----------
        rows
            As for `records`.
        model
            What `record_model` gave, from who asks often.
        """
        check_rows(rows)
        model = model or self.record_model()
        for row in self._store.records_of(self.id, document_ids):
            if record := curated(model, row, rows):
                yield row["name"], row["document_id"], row["number"], record

    def record(self, document_id: str, number: int, rows: Rows = "all") -> Record:
        """One record: its document's id, and its number in it, from 0.

        Parameters
        ----------
        rows
            As for `records`; of a record that a curator added, ``machine`` is what
            was added.

        Raises
        ------
        NotFound
            If there is none, for instance since its document was retried.
        """
        check_rows(rows)
        row = self._store.record(self.id, document_id, number)
        found = None
        if row is not None and rows == "machine":  # also what a curator added
            found = self.record_model().model_validate_json(row["record"])
        elif row is not None:
            found = curated(self.record_model(), row, rows)
        if found is None:
            raise NotFound("This record is no longer among the results of the job.")
        return found

    @property
    def total_records(self) -> int:
        """Number of rows of `results`, without reading them."""
        return self._store.total_records(self.id)

    @property
    def results(self) -> pd.DataFrame:
        """One row per record, with its evidence; grows while the job runs.

        The index names each record by its ``paper`` and its number in it,
        ``record``, from 0: ``job.results.loc["smith2020.pdf"]`` are the records
        of a paper, ``job.results.loc[("smith2020.pdf", 3)]`` is one of them.
        """
        seq = self._store.last_seq(self.id)
        if self._results is None or self._results[0] != seq:
            self._results = (seq, self._frame("all"))
        return self._results[1].copy()  # deep: `.values` of some columns can be written

    def table(self, rows: Rows = "all") -> pd.DataFrame:
        """Give `results` of other rows than all; the keys of the index stay.

        Parameters
        ----------
        rows
            As for `records`.
        """
        check_rows(rows)
        return self.results if rows == "all" else self._frame(rows)

    def _frame(self, rows: Rows) -> pd.DataFrame:
        from curation_kit.results import records_frame

        ids = [document_id for document_id, _ in self.documents_with_records()]
        blocks = (
            self.records_of(ids[start : start + _DOCUMENTS_AT_A_TIME], rows)
            for start in range(0, len(ids), _DOCUMENTS_AT_A_TIME)
        )
        return records_frame(
            chain.from_iterable(blocks), self.record_model(), papers=self.papers()
        )


def _bare_model(names: list[str]) -> type[Record]:
    """Model of records of which only the stored names are known."""
    fields: Any = dict.fromkeys(names, (Any, None))
    return create_model("StoredRecord", __base__=Record, **fields)
