"""Records that the flow missed, added by curators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from curation_kit.documents.document import Document
from curation_kit.errors import JobError
from curation_kit.evidence import Aligner
from curation_kit.jobs import Review
from curation_kit.phrases import shown
from curation_kit.records import Evidence, Record, Verdict, Verification
from curation_kit.workspace.corrections import changed_values, known, whole_text
from curation_kit.workspace.highlighting import JobHighlighting
from curation_kit.workspace.review_tables import JobReviewTables
from curation_kit.workspace.reviewing import reviewer_named
from curation_kit.workspace.viewing import JobViewing

__all__ = ["JobAdding"]

#: What stands as the reason of a record that nobody's rules have kept.
ADDED = "Added by a curator."

#: Fewer words stand anywhere.
FEWEST_WORDS = 3


class JobAdding(JobReviewTables, JobHighlighting, JobViewing):
    """Add records; what the flow made stays as it was."""

    def add_record(
        self,
        document: Document | str,
        values: Mapping[str, Any],
        *,
        quote: str,
        note: str = "",
        reviewer: str | None = None,
    ) -> tuple[str, int]:
        """Add a record that the flow missed.

        It is among the records and result files from now on, and in `gold`, but not
        among the rows of the machine: `evaluate` counts it as missed.
        `withdraw_review` removes it again.

        Parameters
        ----------
        document
            A completed document of the job, or its file name or id.
        values
            The record's values by column.
        quote
            The words of the paper that say so; they are looked up in it. ``…``
            stands for words left out.
        note, reviewer
            As for `review`.

        Returns
        -------
        tuple of (str, int)
            The key of the record in `results`.

        Raises
        ------
        JobError
            If the quote is not in the paper, the text of the paper is not kept any
            more, the document has no results, or a value is not possible.
        NotFound
            If the job has no such document.
        """
        if not isinstance(values, Mapping):
            raise JobError(
                "values are those of the record by column, for instance "
                f'{{"gene_symbol": "myo-2"}}; not {shown(values)}.'
            )
        document_id = self._with_results(document)["document_id"]
        try:
            record = self._made(values, self._found(document_id, whole_text(quote)))
            self._check_new(document_id, record)
        except JobError as problem:
            name = self.document_name(document_id)
            raise JobError(f"{name}: {problem}") from problem
        review = Review(Verdict.ADDED, {}, whole_text(note), reviewer_named(reviewer))
        number = self._store.add_record(
            self.id, document_id, record.model_dump_json(), review
        )
        return self.papers()[document_id], number

    def _found(self, document_id: str, quote: str) -> Evidence:
        """Where the paper says the words of a quote."""
        if len(quote.split()) < FEWEST_WORDS:
            raise JobError(
                "a record needs its evidence: give the words of the paper that say so, "
                f"{FEWEST_WORDS} or more."
            )
        text = self.kept_text(document_id)
        if text is None:
            raise JobError(
                "its text is not kept any more, so that the quote cannot be looked up: "
                "run a flow over it again, then add the record."
            )
        found = Aligner(text).align(quote)
        if found.verification is Verification.UNSUPPORTED:
            raise JobError(
                f"it does not say this: “{quote.strip()}”. Copy the words from the "
                "paper; … stands for words left out."
            )
        return found

    def _check_new(self, document_id: str, record: Record) -> None:
        """Raise if the same record was added before."""
        for _, _, number, other in self.records_of([document_id]):
            if other.review == Verdict.ADDED and _content(other) == _content(record):
                raise JobError(
                    f"this record was added already: it has number {number}."
                )

    def _made(self, values: Mapping[str, Any], evidence: Evidence) -> Record:
        """Make a record of values that somebody gave."""
        model = self.record_model()
        if not any(whole_text(known(value) or "") for value in values.values()):
            raise JobError(
                f"a record needs values, of {', '.join(model.domain_columns())}."
            )
        needed: dict[str, Any] = {
            name: ""
            for name in model.domain_columns()
            if model.model_fields[name].is_required()
        }
        blank = model.model_construct(**needed)
        return model.model_validate(
            {
                **blank.model_dump(mode="json", warnings=False),
                **changed_values(blank, {**needed, **values}),
                "evidence": [evidence],
                "why": ADDED,
                "review": Verdict.ADDED.value,
            }
        )


def _content(record: Record) -> tuple[Any, ...]:
    """What a record says, and on which words."""
    values = record.model_dump(include={*record.domain_columns()})
    return values, [one.quote for one in record.evidence]
