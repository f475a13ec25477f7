"""The evidence gate: what becomes of records whose quotes do not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from curation_kit.agents import Paper
from curation_kit.documents.text import DocumentText
from curation_kit.errors import DocumentFailure
from curation_kit.evidence import flag_hidden
from curation_kit.flow import EvidenceGate
from curation_kit.jobs import VERDICTS
from curation_kit.phrases import counted
from curation_kit.records import Box, Evidence, Record, Verdict, Verification, cell

__all__ = ["GATE", "GATE_REASONS", "pass_gate"]

#: Name under which the gate drops records.
GATE = "evidence gate"

#: Why the gate drops records, each reason in a sentence.
GATE_REASONS = {
    "evidence approximate": "The paper says nearly what the quote of the record says, "
    "and the flow drops such records.",
    "evidence unsupported": "The quote of the record was not found in the paper, and "
    "the flow drops such records.",
}

#: Flag of quotes of a PDF that cannot be opened any more to look at its pages.
_NOT_LOOKED_AT = "page that could not be looked at"

#: Characters that a file's header may be preceded by, as the PDF standard allows.
_HEAD = 1024


def pass_gate(
    records: Sequence[Record], paper: Paper, gate: EvidenceGate
) -> list[Record]:
    """Check the evidence of a paper's records, and do what the gate says.

    Whatever the gate, a quote that the text does not have where its evidence
    says becomes unsupported and stands behind those that hold, text that cannot
    be seen is flagged, and a curator's verdict that a step has given is taken
    away. Counts go to the paper's ledger. It opens the PDF: call it where papers
    are read.

    Parameters
    ----------
    records
        As the steps before the outputs have left them; they are changed.
    gate
        ``keep``, ``flag`` or ``drop``, as `Flow` says.

    Returns
    -------
    list of Record
        Those that are kept, in the same order.
    """
    if records:
        _check_quotes(records, paper)
        _flag_hidden([one for record in records for one in record.evidence], paper.path)
    kept = []
    for record in records:
        best = _verification(record)
        if record.review in VERDICTS:  # no curator has seen it
            record.review = None
        if gate == "drop" and best is not Verification.VERIFIED:
            _drop(record, paper)
            continue
        if gate != "keep" and _needs_a_look(record):
            record.review = Verdict.CHECK.value
        kept.append(record)
    ledger = paper.ledger
    ledger.verification = dict(Counter(_verification(one).value for one in kept))
    ledger.flagged = sum(one.review == Verdict.CHECK for one in kept)
    return kept


def _verification(record: Record) -> Verification:
    """That of the best evidence; a record without any is unsupported."""
    if not record.evidence:
        return Verification.UNSUPPORTED
    return record.evidence[0].verification


def _needs_a_look(record: Record) -> bool:
    return _verification(record) is not Verification.VERIFIED or any(
        one.flags for one in record.evidence
    )


def _drop(record: Record, paper: Paper) -> None:
    values = {name: cell(getattr(record, name)) for name in record.domain_columns()}
    paper.ledger.drop(
        f"evidence {_verification(record)}",
        agent=GATE,
        evidence=record.evidence[0] if record.evidence else None,
        record={
            name: str(value)
            for name, value in values.items()
            if value not in (None, "", False)
        },
    )


# ---- quotes that are not where they are said to be


def _check_quotes(records: Iterable[Record], paper: Paper) -> None:
    """Let no quote pass that was neither cut out of the text nor found in it."""
    text = paper.text
    wrong = 0
    for record in records:
        checked = [_checked(one, text) for one in record.evidence]
        failed = [
            new is not old for new, old in zip(checked, record.evidence, strict=True)
        ]
        wrong += sum(failed)
        # The best stays first; what has failed is no longer the best.
        behind = sorted(range(len(checked)), key=failed.__getitem__)
        record.evidence = [checked[place] for place in behind]
    if wrong:
        told = counted(wrong, "quote is", "quotes are")
        paper.ledger.notes.append(
            f"{told} not in the text where the flow's steps say, so unsupported."
        )


def _checked(evidence: Evidence, text: DocumentText) -> Evidence:
    """Give evidence that holds, with its place; another one if it does not."""
    start, end = evidence.start, evidence.end
    if evidence.verification is Verification.UNSUPPORTED and start is None:
        return evidence
    if (
        start is None
        or end is None
        or not 0 <= start < end <= len(text.text)
        or text.text[start:end].split() != evidence.quote.split()
        or not evidence.quote.strip()
    ):
        return Evidence(
            quote="", claimed=evidence.claimed or evidence.quote, flags=evidence.flags
        )
    evidence.page = text.page_of(start)
    pages = range(1, len(text.pages) + 1)
    if not evidence.boxes or any(box.page not in pages for box in evidence.boxes):
        # Whether it can be seen is looked at there.
        evidence.boxes = [Box(*box) for box in text.boxes(start, end)]
    evidence.mentions = [
        one
        for one in evidence.mentions
        if start <= one.start < one.end <= end
        and all(box.page in pages for box in one.boxes)
    ]
    if evidence.differences and evidence.verification is Verification.VERIFIED:
        evidence.verification = Verification.APPROXIMATE
    return evidence


# ---- quotes that nobody can see


def _flag_hidden(evidence: list[Evidence], path: Path) -> None:
    with path.open("rb") as file:
        if b"%PDF-" not in file.read(_HEAD):
            return  # another kind of document: it has no pages to look at
    try:
        flag_hidden(evidence, path)
    except DocumentFailure:
        for one in evidence:
            if _NOT_LOOKED_AT not in one.flags:
                one.flags.append(_NOT_LOOKED_AT)
