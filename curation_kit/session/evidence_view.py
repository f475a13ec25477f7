"""The evidence of one record: its quotes, and the page of the paper with its marks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

from traitlets import Dict, HasTraits

from curation_kit.documents.drawing import PageSize
from curation_kit.documents.page_images import PageImages
from curation_kit.documents.text import DocumentText
from curation_kit.errors import NotFound
from curation_kit.records import Verification
from curation_kit.session.evidence_item import (
    EvidenceItem,
    kind_of,
    marks_on,
    told_of,
)
from curation_kit.session.job_records import RecordTable
from curation_kit.session.page_drawing import Drawing, PageDrawer, Wish
from curation_kit.session.page_lines import printed_lines
from curation_kit.session.page_scale import PageScale
from curation_kit.workspace import JobViewing

__all__ = ["EvidenceView"]


class EvidenceView(HasTraits):
    """Follows the record that is selected in a table of records.

    Pages are drawn aside, and those that may be asked for next ahead of that.

    Attributes
    ----------
    evidence : dict
        ``job`` (its id), ``document``, ``document_id``, ``number``, ``row`` (cells
        by column, in order), ``names`` (of its taxon), ``items`` (each with ``quote``,
        ``page``, ``section``, ``figures``, ``verification``, ``score``, ``claimed``,
        ``differences``, ``flags``),
        ``index`` (the one on screen), ``why``, ``candidates``, ``lookups`` (what other
        sources said, by column), ``dropped`` (why
        a candidate was not kept; empty for records), ``place`` (from 0, or -1)
        and ``found`` (its place among the records of the table). Empty when
        nothing is shown.
    sheet : dict
        The page on screen: ``document_id``, ``key`` (which quote it is shown for),
        ``page``, ``pages``, ``width`` and
        ``height`` in points, ``marks`` (each a kind of `COLORS`, x0, y0, x1, y1
        in points, and its column), ``approximate``, ``zoom``, and ``problem``
        with ``hint`` when it cannot be drawn.
    picture : dict
        ``document_id``, ``page``, ``png``; empty as long as it is drawn.
    words : dict
        What is printed on the page: ``document_id``, ``page``, ``lines`` (see
        `printed_lines`), none where the text of the paper is not kept.

    Parameters
    ----------
    images
        What draws the pages.
    records
        The table that is followed; without one `show` says what to show.
    failed
        Called, from a thread, with an error that no document is to blame for.
    """

    evidence = Dict()
    sheet = Dict()
    picture = Dict()
    words = Dict()

    def __init__(
        self,
        images: PageImages,
        records: RecordTable | None = None,
        *,
        failed: Callable[[Exception], None] = lambda _: None,
    ) -> None:
        super().__init__()
        self._records = records
        # Never held while the table is asked, which has a lock of its own and
        # calls this class when it holds that.
        self._lock = threading.RLock()
        self._drawer = PageDrawer(images, self._drawn, failed)
        self._job: JobViewing | None = None
        self._item: EvidenceItem | None = None
        self._index, self._page = 0, 1
        self._wish: Wish | None = None
        self._text: tuple[str, DocumentText | None] | None = None
        self._scale = PageScale()
        if records is not None:
            records.observe(self._selected, names="record")
            records.observe(self._found_others, names="results")

    # ---- what is shown

    def prepare(self) -> None:
        """Make ready to draw pages, as some will soon be asked for."""
        self._drawer.start()

    def show(self, job: JobViewing, document_id: str, number: int) -> None:
        """Show the evidence of a record.

        Raises
        ------
        NotFound
            If the job has no such record.
        """
        record = job.record(document_id, number)
        self._show(job, EvidenceItem.of_record(job, document_id, number, record))

    def open_dropped(
        self, document_id: str, number: int, job: JobViewing | None = None
    ) -> None:
        """Show where a candidate stood that was dropped, by the job on screen.

        Raises
        ------
        NotFound
            If there is none, for instance since its document was retried.
        """
        if self._records is not None:
            job = self._records.job
        if job is None:
            return
        found = job.dropped_candidate(document_id, number)
        if self._records is not None:
            self._records.select("")
        self._show(job, EvidenceItem.of_dropped(job, document_id, number, found))

    def close(self) -> None:
        """Show nothing."""
        if self._records is not None and self._records.record:
            self._records.select("")  # which closes this
        self._forget()

    def end(self) -> None:
        """Show nothing, and end the thread that draws."""
        self._forget()
        self._drawer.close()

    def step(self, by: int) -> None:
        """Turn to the next quote of the record (1), or to the previous one (-1)."""
        with self._lock:
            if self._item is None:
                return
            index = self._index + by
            if 0 <= index < len(self._item.evidence):
                self.choose(index)

    def choose(self, index: int) -> None:
        """Turn to one of the record's quotes."""
        with self._lock:
            if self._item is None or not 0 <= index < len(self._item.evidence):
                return
            self._index, self._page = index, self._item.page(index)
            self.evidence = {**self.evidence, "index": index}
            self._turn()

    def turn(self, by: int) -> None:
        """Turn to the next page of the paper (1), or to the previous one (-1)."""
        with self._lock:
            pages = self.sheet.get("pages", 0)
            if 1 <= self._page + by <= pages:
                self._page += by
                self._turn()

    def turn_back(self) -> None:
        """Turn to the page of the quote again."""
        with self._lock:
            if self._item is not None:
                self._page = self._item.page(self._index)
                self._turn()

    def step_record(self, by: int) -> None:
        """Select the next record of the table (1), or the previous one (-1)."""
        if self._records is not None and not self.evidence.get("dropped"):
            self._records.step(by)

    def zoom(self, by: int) -> None:
        """Enlarge the page by a step (1), make it smaller (-1), or fit it in (0)."""
        with self._lock:
            self._scale.step(by)
            self._turn()

    def fit(self, width: float, ratio: float = 1.0) -> None:
        """Tell how wide the panel is.

        Parameters
        ----------
        width
            CSS pixels that a page may take.
        ratio
            Pixels of the screen per CSS pixel.
        """
        with self._lock:
            self._scale.fit(width, ratio)
            self._turn()

    def join(self, timeout: float | None = None) -> None:
        """Wait until all is drawn, also what is drawn ahead."""
        self._drawer.join(timeout)

    # ---- following the table

    def _selected(self, change: dict[str, Any]) -> None:
        record = change["new"]
        job = self._records.job if self._records is not None else None
        if not record or job is None:
            if not self.evidence.get("dropped"):
                self._forget()
            return
        try:
            self.show(job, record["document_id"], record["number"])
        except NotFound:  # retried in this moment: the table will say so
            self._forget()

    def _found_others(self, _: object) -> None:
        """Tell the place of the record among others that are found now."""
        if not self.evidence or self._records is None:
            return
        place, found = self._records.place()
        with self._lock:
            if self.evidence:
                self.evidence = {**self.evidence, "place": place, "found": found}

    # ---- within

    def _show(self, job: JobViewing, item: EvidenceItem) -> None:
        place, found = (-1, 0)
        if self._records is not None and not item.dropped:
            place, found = self._records.place()
        with self._lock:
            before = self._item
            same = (
                before is not None
                and (before.document_id, before.number, before.dropped)
                == (item.document_id, item.number, item.dropped)
                and len(before.evidence) == len(item.evidence)
            )
            self._job, self._item = job, item
            if not same:  # a record that was only edited stays where it was
                self._index, self._page = 0, item.page(0)
            self.evidence = {
                **item.about,
                "job": job.id,
                "document_id": item.document_id,
                "number": item.number,
                "items": [told_of(one) for one in item.evidence],
                "index": self._index,
                "place": place,
                "found": found,
            }
            self._turn()

    def _forget(self) -> None:
        with self._lock:
            self._job = self._item = self._wish = None
            self.evidence = self.sheet = self.picture = self.words = {}
            self._text = None

    def _turn(self) -> None:
        """Show the page that is meant, now or as soon as it is drawn."""
        if self._item is None:
            return
        self._tell_words(self._item.document_id)
        wish = self._scale.wish(self._item.path, self._page)
        self._wish = wish
        drawing = self._drawer.kept(wish)
        if drawing is not None:
            self._tell(drawing)
        else:
            self.sheet = self._sheet(Drawing(sizes=self._drawer.sizes(wish.path)))
            shown = self.picture.get("document_id"), self.picture.get("page")
            if shown != (self._item.document_id, self._page):
                self.picture = {}
        self._drawer.want(None if drawing is not None else wish, self._ahead)

    def _tell_words(self, document_id: str) -> None:
        """Tell what is printed on the page, if it is another one."""
        about = {"document_id": document_id, "page": self._page}
        if self.words.items() >= about.items() or self._job is None:
            return
        if self._text is None or self._text[0] != document_id:
            self._text = document_id, self._job.kept_text(document_id)
        text = self._text[1]
        lines = [] if text is None else printed_lines(text, self._page)
        self.words = {**about, "lines": lines}

    def _ahead(self) -> Iterator[Wish]:
        """Pages that may be asked for next, the likeliest first."""
        with self._lock:
            item, job, page, index = self._item, self._job, self._page, self._index
            pages = self.sheet.get("pages", 0)
        if item is None or job is None:
            return
        if index + 1 < len(item.evidence):
            yield self._scale.wish(item.path, item.page(index + 1))
        records = self._records
        for by in (1, -1):
            key = (
                records.around(by) if records is not None and not item.dropped else None
            )
            if key is None:
                continue
            try:
                record = job.record(*key)
            except NotFound:  # its document is being retried
                continue
            first = record.evidence[0].page if record.evidence else None
            yield self._scale.wish(job.document_path(key[0]), first or 1)
        for by in (1, -1):
            if 1 <= page + by <= pages:
                yield self._scale.wish(item.path, page + by)

    def _drawn(self, wish: Wish, drawing: Drawing) -> None:
        with self._lock:
            if wish == self._wish:
                self._tell(drawing)

    def _tell(self, drawing: Drawing) -> None:
        assert self._item is not None  # noqa: S101 - the callers look
        self.sheet = self._sheet(drawing)
        if drawing.png is None:
            self.picture = {}
        else:
            self.picture = {
                "document_id": self._item.document_id,
                "page": self._page,
                "png": drawing.png,
            }

    def _sheet(self, drawing: Drawing) -> dict[str, Any]:
        assert self._item is not None  # noqa: S101 - the callers look
        item, page = self._item, self._page
        size = (
            drawing.sizes[page - 1]
            if page <= len(drawing.sizes)
            else PageSize(0.0, 0.0)
        )
        found = item.evidence[self._index] if item.evidence else None
        marks = marks_on(found, item.mentions[self._index], page) if found else []
        return {
            "document_id": item.document_id,
            "key": [item.number, self._index, item.dropped],
            "page": page,
            "pages": len(drawing.sizes),
            "width": size.width,
            "height": size.height,
            "marks": [
                [kind_of(column), *(round(edge, 2) for edge in box[1:]), column]
                for column, box in marks
            ],
            "approximate": found is not None
            and found.verification is Verification.APPROXIMATE,
            "zoom": self._scale.zoom,
            "problem": drawing.problem,
            "hint": drawing.hint,
        }
