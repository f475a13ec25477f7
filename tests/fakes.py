"""Agents that behave as told by the file they are given.

A "paper" here is a file whose text is a command: ``ok``, ``fail``, ``exit``,
``segfault``, ``overflow`` (of the stack), ``kill``, ``hang``, ``spin`` and
``match`` (in C), ``fill`` and ``zero`` (4 GB of memory), ``raise``,
``need PATH`` (fails while PATH is not there) or ``wait PATH`` (until PATH exists).
"""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from array import array
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from itertools import repeat
from pathlib import Path

from curation_kit.agents import Extractor, InputAgent, Options, Paper, Validator
from curation_kit.documents.text import DocumentText, Page, Section
from curation_kit.errors import DocumentFailure
from curation_kit.records import GeneExpressionRecord, Record


def plain_text(text: str, *, kind: str = "results") -> DocumentText:
    """One page, one section; each word is a box of its own on one line."""
    starts, ends, boxes = array("l"), array("l"), array("f")
    offset = 0
    for word in text.split():
        start = text.index(word, offset)
        offset = start + len(word)
        starts.append(start)
        ends.append(offset)
        boxes.extend([start, 10.0, offset, 20.0])
    return DocumentText(
        text=text,
        pages=[Page(1, 0, len(text), 612.0, 792.0)],
        sections=[Section(kind, "Results", 0, len(text))],
        captions=[],
        word_starts=starts,
        word_ends=ends,
        word_pages=array("l", [1] * len(starts)),
        word_boxes=boxes,
    )


def _nested() -> list:
    """Give a list that is too deep for the stack."""
    sys.setrecursionlimit(10**7)
    return reduce(lambda inner, _: [inner], range(10**6), [])


#: What ends a process, keeps it busy or asks for too much, by command.
HARM: dict[str, Callable[[], object]] = {
    "exit": lambda: os._exit(3),
    "segfault": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "overflow": lambda: _nested() == _nested(),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "hang": lambda: time.sleep(3600),
    "spin": lambda: sum(repeat(0)),
    "match": lambda: re.match(r"(a*)*b", "a" * 60),
    "fill": lambda: b"x" * 2**32,
    "zero": lambda: bytearray(2**32),
}


class FakeInput(InputAgent):
    """Reads the command."""

    name = "fake_input"
    title = "Fake input"

    class Options(Options):
        """How long it takes, in seconds."""

        seconds: float = 0.0

    Options = Options

    def read(self, paper: Paper) -> DocumentText:
        """Give the file's text."""
        if self.options.seconds:
            time.sleep(self.options.seconds)
        return plain_text(paper.path.read_text())


class FakeExtractor(Extractor):
    """Obeys the command; an obedient paper gives one record."""

    name = "fake_extractor"
    title = "Fake extractor"
    record = GeneExpressionRecord

    def extract(self, paper: Paper) -> Iterable[Record]:
        """Obey."""
        command, _, argument = paper.text.text.partition(" ")
        match command:
            case "fail":
                raise DocumentFailure("input", "The paper is blank.", "Scan it again.")
            case "raise":
                raise ZeroDivisionError("one by nought")
            case "need" if not Path(argument).exists():
                raise DocumentFailure(
                    "input", "The service is down.", "Retry it later."
                )
            case "wait":
                starting = Path(f"{argument}.{os.getpid()}")
                starting.write_text(str(os.getpid()))
                starting.replace(f"{argument}.started")  # with all that is in it
                while not Path(argument).exists():
                    time.sleep(0.01)
            case harm if harm in HARM:
                HARM[harm]()
        yield GeneExpressionRecord(
            gene_symbol=command, evidence=[paper.evidence(0, len(paper.text.text))]
        )


class FakeValidator(Validator):
    """Marks each record as seen."""

    name = "fake_validator"
    title = "Fake validator"

    class Options(Options):
        """What the records are marked with."""

        taxon: str = "NCBITaxon:6239"

    Options = Options

    def validate(self, paper: Paper, records: Sequence[Record]) -> Iterable[Record]:
        """Mark the records."""
        del paper
        for record in records:
            record.taxon = self.options.taxon
            yield record
