"""What was read of a job's papers, and what did not become a record, page by page."""

from __future__ import annotations

from typing import Any

from traitlets import Dict

from curation_kit.jobs import News
from curation_kit.phrases import counted
from curation_kit.records import LIST_SEPARATOR, Ledger
from curation_kit.session.job_part import CostlyPart, shortened
from curation_kit.session.job_totals import FollowedTotals
from curation_kit.session.paging import turned
from curation_kit.workspace import Job

__all__ = ["DROPPED_PER_PAGE", "EMPTY_PER_PAGE", "CompletenessTable"]

#: Rows with their sentences: about 8 kB.
DROPPED_PER_PAGE = 25

#: Papers without a record, each with what was read of it: about 3 kB.
EMPTY_PER_PAGE = 10

#: Columns of a table of dropped candidates that are no values of the candidate.
_NO_VALUES = {
    "document",
    "reason",
    "agent",
    "quote",
    "page",
    "section",
    "figures",
    "document_id",
    "number",
}


class CompletenessTable(CostlyPart):
    """Totals in words, the reasons with their numbers, one page of candidates.

    Attributes
    ----------
    completeness : dict
        ``told`` (sentences), ``reasons`` (text, number, meaning), what was asked
        for (``search``, ``reason``), ``rows`` of dropped candidates (with
        ``key``: document id, number), ``found``, ``page``, ``pages``,
        ``first``; ``unlisted`` (candidates that are counted only); ``empty``:
        one page of the papers without a record.
    """

    completeness = Dict()
    shown = "completeness"

    #: Of the job that is shown, where somebody keeps them up.
    totals: FollowedTotals | None = None

    def _reset(self) -> None:
        self._search = self._reason = ""
        self._page = self._empty_page = 0
        super()._reset()
        self._found: tuple[tuple[int, str, str], int] | None = None
        self._rows: tuple[tuple[str, str, int], list[dict[str, Any]]] | None = None
        self._papers: tuple[tuple[int, int], list[list[Any]]] | None = None

    def show(self, search: str = "", reason: str = "", page: int = 0) -> None:
        """Turn to a page of the dropped candidates that are meant.

        Parameters
        ----------
        search
            Words that all occur in the sentence, the gene or the file name.
        reason
            Only those dropped for this reason.
        """
        with self._lock:
            self._search, self._reason, self._page = search, reason, max(page, 0)
            self.refresh()

    def show_empty(self, page: int = 0) -> None:
        """Turn to a page of the papers that gave no record."""
        with self._lock:
            self._empty_page = max(page, 0)
            self.refresh()

    def _content(self, job: Job) -> dict[str, Any]:
        if self.totals is None or self.totals.job is not job:
            self.totals = FollowedTotals(job)
        self.totals.look()
        news, totals = job.news(self._seq), self.totals.now
        self._seq = totals.seq
        sums, meanings = totals.ledger, job.drop_reasons()
        found = self._count(job, totals.listed)
        where = turned(found, self._page, DROPPED_PER_PAGE)
        self._page = where["page"]
        return {
            "told": _told(sums, totals.documents),
            "reasons": [
                [reason, number, meanings.get(reason, "")]
                for reason, number in sums.by_reason()
            ],
            "search": self._search,
            "reason": self._reason,
            "rows": self._candidates(job, news),
            **where,
            "unlisted": max(sum(sums.dropped.values()) - totals.listed, 0),
            "empty": self._empty(job, totals.empty),
        }

    def _count(self, job: Job, listed: int) -> int:
        """Number of candidates that are meant; a search of many takes a second."""
        if not (self._search.strip() or self._reason):
            return listed
        asked = (self._seq, self._search, self._reason)
        if self._found is None or self._found[0] != asked:
            number = job.dropped_count(search=self._search, reason=self._reason or None)
            self._found = (asked, number)
        return self._found[1]

    def _candidates(self, job: Job, news: News) -> list[dict[str, Any]]:
        """The page of candidates; what comes behind a full one does not change it."""
        asked = (self._search, self._reason, self._page)
        if self._rows and self._rows[0] == asked and _behind(job, self._rows[1], news):
            return self._rows[1]
        rows = job.dropped_rows(
            search=self._search,
            reason=self._reason or None,
            limit=DROPPED_PER_PAGE,
            offset=self._page * DROPPED_PER_PAGE,
        )
        self._rows = asked, [_row(row) for row in rows]
        return self._rows[1]

    def _empty(self, job: Job, found: int) -> dict[str, Any]:
        where = turned(found, self._empty_page, EMPTY_PER_PAGE)
        self._empty_page, first = where["page"], where["first"]
        if self._papers is None or self._papers[0] != (found, first):
            papers = job.nothing_found(limit=EMPTY_PER_PAGE, offset=first)
            self._papers = (
                (found, first),
                [
                    [row["document"], row["in_full"], shortened(row["ledger"])]
                    for row in papers
                ],
            )
        return {"rows": self._papers[1], **where}


def _behind(job: Job, rows: list[dict[str, Any]], news: News) -> bool:
    """Whether all that has changed comes after the candidates of a full page."""
    if news.documents is None or len(rows) < DROPPED_PER_PAGE:
        return False
    if not news.completed:
        return True
    last = rows[-1]["key"][0]
    places = {
        key: place for key, place, _ in job.document_keys([last, *news.completed])
    }
    return min(places[key] for key in news.completed) > places[last]


def _told(sums: Ledger, completed: int) -> list[str]:
    """Totals in sentences."""
    if not completed:
        return []
    pages = f"{counted(sums.pages, 'page')} of {counted(completed, 'document')} "
    pages += "was read" if sums.pages == 1 else "were read"
    if sums.pages_without_text:
        pages += f", {sums.pages_without_text:,} of them without text"
    told = [f"{pages}."]
    if sums.sections_read:
        skipped = ", ".join(sums.sections_skipped)
        told.append(
            f"Sections read: {', '.join(sums.sections_read)}."
            + (f" Skipped: {skipped}." if skipped else "")
        )
    candidates = (
        f"{counted(sums.candidates, 'candidate')}: {sums.kept:,} kept as records, "
        f"{sums.candidates - sums.kept:,} dropped."
    )
    if sums.sentences or not sums.chunks_sent:  # a model reads pieces
        were = "was" if sums.sentences == 1 else "were"
        candidates = (
            f"{counted(sums.sentences, 'sentence')} {were} judged. {candidates}"
        )
    told.append(candidates)
    if sums.chunks_sent:
        were = "was" if sums.chunks_sent == 1 else "were"
        told.append(
            f"{counted(sums.chunks_sent, 'piece')} {were} sent to a model, "
            f"{sums.chunks_answered:,} answered, {sums.chunks_unparseable:,} of the "
            "answers could not be read."
        )
    if unresolved := sums.unresolved():
        told.append(f"{unresolved}; the next job asks again.")
    return told


def _row(row: dict[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in row.items() if name not in _NO_VALUES}
    gene = values.pop("gene_symbol", "")
    named = [gene] if gene else list(values.values())
    return {
        "key": [row["document_id"], row["number"]],
        "document": row["document"],
        "reason": row["reason"],
        "named": shortened(", ".join(named).replace(LIST_SEPARATOR, ", ")),
        "quote": shortened(" ".join(row["quote"].split())),
        "page": row["page"],
        "section": row["section"] or "",
        "figures": row["figures"].replace(LIST_SEPARATOR, ", "),
    }
