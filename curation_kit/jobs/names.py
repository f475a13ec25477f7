"""Names made from what people gave: of jobs, and of their result files."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence

from curation_kit.errors import JobError, NotFound
from curation_kit.flow import Flow
from curation_kit.phrases import composed, meant, whole_characters

__all__ = ["LAST", "check_name", "default_name", "line_of", "no_job", "result_stems"]

#: What means the newest job, wherever a job is named.
LAST = "last"

#: The id of a job.
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")

#: What breaks a line, or turns the text around it, where a name is shown.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def line_of(name: object) -> str:
    """Give the name of a job as one line, without characters that control one."""
    return _CONTROL.sub(" ", whole_characters(name)).strip()


def check_name(name: object) -> None:
    """Raise `JobError` if a job of this name would be taken for another one."""
    line = line_of(name or "")
    if line == LAST:
        raise JobError(f'A job cannot have the name "{LAST}": it means the newest one.')
    if _ID.fullmatch(line):
        raise JobError(f'A job cannot have the name "{line}": it looks like an id.')


def no_job(job_id: str, known: Iterable[str] = ()) -> NotFound:
    """Give the error for an id that no job has; it asks for a `known` name like it."""
    told = f'There is no job "{job_id}" in this workspace'
    if question := meant(job_id, known):
        return NotFound(f"{told}. {question}")
    return NotFound(
        f"{told}: curation-kit jobs, or ws.jobs.list(), lists their names and ids."
    )


def default_name(flow: Flow, count: int, now: float) -> str:
    """Name of a job whose maker gave none: flow, number of documents, time."""
    documents = "1 document" if count == 1 else f"{count} documents"
    stamp = time.strftime("%Y-%m-%d %H:%M", time.localtime(now))
    return f"{flow.name} · {documents} · {stamp}"


#: Bytes; leaves room for a suffix and an extension below the 255 bytes that most
#: file systems allow.
LONGEST_STEM = 200

#: Characters that some file system or archive program refuses in a name, and the
#: tilde, which sets a step's number apart.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*~\u202a-\u202e\u2066-\u2069]')

#: Names that Windows reserves for devices.
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def result_stems(names: Sequence[str]) -> list[str]:
    """Names for result files: safe on every system, unique whatever the case."""
    taken: set[str] = set()
    numbers: dict[str, int] = {}  # not tried yet; thousands may be "main.pdf"
    stems = []
    for name in names:
        stem = composed(re.sub(r"(?i)\.pdf$", "", name))
        stem = _UNSAFE.sub("_", stem).strip(" .")
        while len(stem.encode()) > LONGEST_STEM:
            stem = stem[:-1]
        if not stem or _RESERVED.match(stem):
            stem = f"_{stem}"
        candidate, number = stem, numbers.get(stem.casefold(), 2)
        while candidate.casefold() in taken:
            candidate, number = f"{stem} ({number})", number + 1
        numbers[stem.casefold()] = number
        taken.add(candidate.casefold())
        stems.append(candidate)
    return stems
