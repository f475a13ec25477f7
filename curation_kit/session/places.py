"""Where in the dashboard a visitor is, as the address of the page tells it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

__all__ = [
    "DOCUMENTS",
    "FLOWS",
    "HELP",
    "JOB",
    "JOBS",
    "PAGES",
    "SETTINGS",
    "Place",
    "read_record_key",
    "record_key",
]

DOCUMENTS, FLOWS, JOBS, JOB = "documents", "flows", "jobs", "job"
SETTINGS, HELP = "settings", "help"

#: Pages in the order of the navigation bar; the page of a job belongs to "jobs".
PAGES = {
    DOCUMENTS: "Documents",
    FLOWS: "Flows",
    JOBS: "Batch Jobs",
    SETTINGS: "Settings",
    HELP: "Help",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A page and what it shows.

    Attributes
    ----------
    page
        One of `PAGES`, or ``job``.
    item
        Id of the job, name of the flow, or topic of the help page.
    tab
        Part of a job's page; empty for the first one.
    record
        The record whose evidence is shown, as `record_key` names it.
    """

    page: str = JOBS
    item: str = ""
    tab: str = ""
    record: str = ""

    @classmethod
    def of_query(cls, query: str) -> Place:
        """Read the query of an address; what it does not know leads to the jobs."""
        values = parse_qs(query.removeprefix("?"))
        if job := values.get("job", [""])[0]:
            tab, record = (values.get(name, [""])[0] for name in ("tab", "record"))
            return cls(JOB, job, tab, record)
        page = values.get("page", [JOBS])[0]
        if page not in PAGES:
            return cls()
        name = _ITEMS.get(page, "")
        return cls(page, values.get(name, [""])[0])

    @property
    def query(self) -> str:
        """The place as query of an address, empty for the list of jobs."""
        if self.page == JOB:
            more = {"tab": self.tab, "record": self.record}
            return urlencode(
                {"job": self.item, **{name: v for name, v in more.items() if v}}
            )
        if self.page == JOBS:
            return ""
        parts = {"page": self.page}
        if self.item and self.page in _ITEMS:
            parts[_ITEMS[self.page]] = self.item
        return urlencode(parts)


#: Name in the address of what a page shows.
_ITEMS = {FLOWS: "flow", HELP: "topic"}

#: So much of a document's id tells it from all others of a job.
_ID_LENGTH = 16


def record_key(document_id: str, number: int) -> str:
    """Name a record in an address."""
    return f"{document_id[:_ID_LENGTH]}-{number}"


def read_record_key(key: str) -> tuple[str, int]:
    """Give the beginning of the document's id, and the number; ("", 0) for others."""
    beginning, _, number = key.partition("-")
    if not beginning.isalnum() or not number.isdecimal():
        return "", 0
    return beginning, int(number)
