"""Reviewing the records of the job on screen, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from traitlets import Dict, HasTraits, Unicode

from curation_kit.agents.readings import readings
from curation_kit.errors import JobError, NotFound
from curation_kit.jobs import VERDICTS, Review
from curation_kit.phrases import counted
from curation_kit.records import Verification
from curation_kit.session.evidence_view import EvidenceView
from curation_kit.session.job_view import RESULTS, JobView
from curation_kit.session.record_query import RecordRow
from curation_kit.session.review_fields import fields, missed
from curation_kit.workspace import Job

__all__ = ["ReviewDesk"]

#: What `RecordRow` says in the column ``review`` of a record that has a verdict.
_JUDGED = {verdict.value for verdict in VERDICTS}

_Key = tuple[str, int]


class ReviewDesk(HasTraits):
    """Verdicts on records; after one on the selected record the next is selected.

    Whatever is said names its record, as ``review`` told of it when somebody pressed
    a button: by the time that arrives another may be selected, which nobody has seen.
    Who has gone on to that one stays there.

    Attributes
    ----------
    review : dict
        Of the selected record: ``job`` (its id), ``document_id``, ``number``,
        ``verdict`` (empty before there is one), ``note``, ``reviewer``, ``time``, and
        ``fields``: for each column that can be edited its ``name``, ``kind`` (``text``,
        ``number``, ``truth`` or ``list``), ``value``, what the ``machine`` says, both
        as text, and ``id``, the column of its identifier. ``fresh`` says that a curator
        has just added it and its form shall open. Of a dropped candidate that is on
        screen ``quote`` (its sentence) and ``fields`` (with what is known of it) are
        what a record of it would begin with. Empty when neither is.
    progress : dict
        Numbers of records: ``total`` and ``reviewed`` of the job, ``accepted``,
        ``edited``, ``added`` and ``rejected`` ones; of those found ``left`` without
        a verdict, and ``verified``, those of them whose quote is verified and that
        nobody is asked to check.
    undoable : str
        What `undo` would take back; empty when there is nothing.
    suggestions : dict
        By column of a name in the form: the ``text`` that is written there, and its
        ``readings`` (see `curation_kit.agents.readings`).

    Parameters
    ----------
    view
        The job on screen.
    evidence
        Shows the dropped candidates.
    check
        Raises when nothing can be saved.
    """

    review = Dict()
    progress = Dict()
    undoable = Unicode()
    suggestions = Dict()

    def __init__(
        self,
        view: JobView,
        evidence: EvidenceView,
        *,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self._view = view
        self._evidence = evidence
        self._records = view.records
        self._check = check
        self._job_id = ""
        self._done: list[tuple[str, dict[_Key, Review | None]]] = []
        self._fresh: _Key | None = None
        self._records.observe(self._selected, names="record")
        evidence.observe(self._evidence_changed, names="evidence")
        self._records.observe(self._counted, names="results")
        self._selected()
        self._counted()

    # ---- verdicts

    def accept(self, record: Mapping[str, Any], note: str = "") -> None:
        """Say that a record is right as it is shown."""
        self._judge(record, "accepted", note)

    def reject(self, record: Mapping[str, Any], note: str = "") -> None:
        """Say that a record is wrong; it stays in the table and says so."""
        self._judge(record, "rejected", note)

    def edit(
        self, record: Mapping[str, Any], changes: Mapping[str, Any], note: str = ""
    ) -> None:
        """Accept a record with these values instead of the machine's.

        Parameters
        ----------
        record
            ``job``, ``document_id`` and ``number``, as in ``review``.
        changes
            By column, as typed. Those that are left out are the machine's; the
            identifier of a new name is cleared, unless it is among them.
        """
        self._judge(record, "accepted", note, changes)

    def add(
        self,
        paper: Mapping[str, Any],
        values: Mapping[str, Any],
        quote: str,
        *,
        fresh: bool = False,
    ) -> None:
        """Add a record that the flow missed.

        Parameters
        ----------
        paper
            ``job`` and ``document_id``, as in ``review``.
        values
            By column, as typed.
        quote
            The words of the paper that say so.
        fresh
            Whether the record then is to be filled in.
        """
        job, document_id = self._job_of(paper), paper["document_id"]
        self._check()
        _, number = job.add_record(document_id, values, quote=quote)
        key = (document_id, number)
        self._fresh = key if fresh else None
        self._remember("adding a record", {key: None})
        self._show(key)

    def suggest(self, column: str, text: str, taxon: str = "") -> None:
        """Look up what a name may stand for that is written into the form.

        Parameters
        ----------
        column, text
            The column of the name, and the name as typed.
        taxon
            Of which species it is, as the form has it.
        """
        job = self._view.job
        if job is None or not self.review:
            return  # it was closed while one typed
        record = job.record_model().model_construct()
        if "taxon" in record.domain_columns():
            record = record.model_copy(update={"taxon": taxon.strip()})
        found = readings(record, column, text)
        told = {"text": text, "readings": found}
        self.suggestions = {**self.suggestions, column: told}

    def annotate(self, record: Mapping[str, Any], note: str) -> None:
        """Change the note of a record that has a verdict."""
        job, key = self._of_record(record)
        before = job.review_of(key)
        if before is None:
            raise JobError(
                "A note goes with a verdict: accept, edit or reject the record."
            )
        self._check()
        job.review(key, before.verdict, note=note)
        self._remember("note", {key: before})
        self._show_change(key)

    def take_back(self, record: Mapping[str, Any]) -> None:
        """Take the verdict on a record back."""
        self._check()
        job, key = self._of_record(record)
        before, beside = job.review_of(key), self._beside()
        job.withdraw_review(key)
        if not job.has_record(*key):  # a curator had added it
            self._done = [done for done in self._done if key not in done[1]]
            self._tell_undoable()
            self._show_change(key, beside)
            return
        self._remember("taking back a verdict", {key: before})
        self._show_change(key)

    def undo(self) -> None:
        """Put the last verdict given here back to what it was, and go there."""
        self._check()
        job = self._open_job()
        if not self._done:
            raise JobError("There is nothing to undo: no verdict was given here.")
        _, before = self._done.pop()
        self._tell_undoable()
        beside = self._beside()
        job.restore_reviews(before)
        key = next(iter(before)) if len(before) == 1 else None
        # Where a record was added there is none now.
        self._show(key if key is None or job.has_record(*key) else beside)

    def accept_verified(self, job_id: str, number: int) -> None:
        """Accept the records found that are verified and have no verdict.

        Parameters
        ----------
        job_id
            The job on screen when that was asked.
        number
            How many a curator was told there are: if it is more by now, as another
            filter is on or the job went on, none is accepted.
        """
        self._check()
        job = self._job_of({"job": job_id})
        judged = job.reviewed_keys()
        wanted = [
            key
            for row in filter(self._is_open(verified=True), self._records.found())
            if (key := (row.document_id, row.number)) not in judged
        ]
        if not wanted:
            raise JobError("No record shown is verified and without a verdict.")
        if len(wanted) > number:
            raise JobError(
                f"{counted(len(wanted), 'record')} would be accepted by now, not "
                f"{number}: none was. Ask once more if all are meant."
            )
        job.review_all("accepted", wanted)
        count = counted(len(wanted), "record")
        self._remember(f"accepting {count}", dict.fromkeys(wanted))
        self._show()

    def next_unreviewed(self) -> None:
        """Select the next record found that has no verdict."""
        at = self._records.column("review")
        if at is None or not self._records.seek(
            lambda row: row.cells[at] not in _JUDGED
        ):
            raise JobError("Every record shown has a verdict.")

    # ---- within

    def _judge(
        self,
        record: Mapping[str, Any],
        verdict: str,
        note: str,
        changes: Mapping[str, Any] | None = None,
    ) -> None:
        self._check()
        self._fresh = None
        job, key = self._of_record(record)
        before, following = job.review_of(key), self._records.around(1)
        job.review(key, verdict, changes=changes, note=note)
        self._remember("edited" if changes else verdict, {key: before})
        self._show_change(key, following)

    def _beside(self) -> _Key | None:
        """The record found before the selected one, else the one after it."""
        return self._records.around(-1) or self._records.around(1)

    def _keep_to(self, job: Job | None) -> None:
        """Forget what was done in another job."""
        job_id = job.id if job else ""
        if job_id != self._job_id:
            self._job_id = job_id
            self._done.clear()
            self._tell_undoable()

    def _open_job(self) -> Job:
        job = self._view.opened()
        self._keep_to(job)
        return job

    def _job_of(self, named: Mapping[str, Any]) -> Job:
        """The job on screen, if that is the one that a curator saw."""
        job = self._open_job()
        if named["job"] != job.id:
            raise JobError(
                "This was about another job, which is no longer open here: nothing "
                "was saved. Open that job, and say it again."
            )
        return job

    def _of_record(self, record: Mapping[str, Any]) -> tuple[Job, _Key]:
        """The record that a curator saw, whichever is selected by now."""
        if not record:
            self._open_job()
            raise JobError("No record is selected: choose one in the table.")
        job, key = self._job_of(record), (record["document_id"], record["number"])
        if not job.has_record(*key):
            raise NotFound(
                "The record that you saw is no longer among the results, so nothing "
                "was saved: it was removed, or its document is being processed again."
            )
        return job, key

    def _remember(self, what: str, before: dict[_Key, Review | None]) -> None:
        self._done.append((what, before))
        self._tell_undoable()

    def _tell_undoable(self) -> None:
        self.undoable = self._done[-1][0] if self._done else ""

    def _show_change(self, key: _Key, following: _Key | None = None) -> None:
        """Show what has changed of a record, and go on if it is still selected."""
        record = self._records.record
        if record and (record["document_id"], record["number"]) == key:
            self._show(following)
        else:
            self._view.refresh()
            self._counted()

    def _show(self, key: _Key | None = None) -> None:
        """Show what has changed, and go to a record."""
        self._view.show_tab(RESULTS)
        if key is not None:
            self._records.turn_to(*key)
        self._selected()
        self._counted()

    def _selected(self, _: object = None) -> None:
        """Tell of the selected record."""
        job, record = self._view.job, self._records.record
        dropped = self._evidence.evidence
        self._keep_to(job)
        if job is not None and not record and dropped.get("dropped"):
            offered = missed(job, dropped)
            if offered != self.review:
                self.suggestions = {}
            self.review = offered
            return
        if job is None or not record:
            self.review = {}
            return
        key = (record["document_id"], record["number"])
        if "quote" in self.review or key != (
            self.review.get("document_id"),
            self.review.get("number"),
        ):
            self.suggestions = {}
        review, shown = job.review_of(key), job.record(*key)
        self.review = {
            "job": job.id,
            "document_id": key[0],
            "number": key[1],
            "verdict": review.verdict.value if review else "",
            "note": review.note if review else "",
            "reviewer": review.reviewer if review else "",
            "time": review.time if review else 0,
            "fresh": key == self._fresh,
            "fields": fields(shown, job.record(*key, rows="machine")),
        }

    def _evidence_changed(self, change: Mapping[str, Any]) -> None:
        """Tell of a dropped candidate that is shown, or is not any more."""
        if change["old"].get("dropped") or change["new"].get("dropped"):
            self._selected()

    def _counted(self, _: object = None) -> None:
        """Tell how many records are reviewed."""
        job, results = self._view.job, self._records.results
        if job is None or not results.get("total"):
            self.progress = {}
            return
        counts = self._view.reviews
        self.progress = {
            **counts,
            "total": results["total"],
            "reviewed": sum(counts.values()),
            "left": self._records.number("open", self._is_open(verified=False)),
            "verified": self._records.number(
                "open and verified", self._is_open(verified=True)
            ),
        }

    def _is_open(self, *, verified: bool) -> Callable[[RecordRow], bool]:
        """Whether a record has no verdict, of the verified ones or of all."""
        review = self._records.column("review")
        quote = self._records.column("verification")
        if review is None or quote is None:
            return lambda _: False
        if verified:
            return lambda row: (
                not row.cells[review] and row.cells[quote] == Verification.VERIFIED
            )
        return lambda row: row.cells[review] not in _JUDGED
