"""The highlights of a paper's records: what is marked, and what its notes say."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from curation_kit.documents.highlights import Highlight
from curation_kit.documents.text import DocumentText
from curation_kit.evidence.marks import COLORS, QUOTE, mark_of
from curation_kit.evidence.mentions import mentions_of
from curation_kit.records import (
    LIST_SEPARATOR,
    Box,
    Evidence,
    Mention,
    Record,
    Verdict,
    Verification,
    cell,
    id_column,
)

__all__ = ["Highlighting", "highlighting", "record_lines"]

#: Names of columns, where they are not the column's own words.
_TITLES = {"gene_symbol": "Gene", "negated": "Not expressed"}

_MEANING = {
    Verification.VERIFIED: "the paper says this, word for word",
    Verification.APPROXIMATE: "the paper says nearly this: compare",
    Verification.UNSUPPORTED: "the quote was not found in the paper",
}


@dataclass(frozen=True, slots=True)
class Highlighting:
    """What goes into the copy of a paper.

    Attributes
    ----------
    highlights
        Quotes, then the values in them, each in its colour.
    note
        About the evidence that has no place on a page; empty if all has.
    """

    highlights: list[Highlight]
    note: str


@dataclass(slots=True)
class _Quote:
    """One place of the paper with all that was found there."""

    evidence: Evidence
    records: list[tuple[int, Record, int]] = field(default_factory=list)
    mentions: dict[tuple[Any, ...], list[str]] = field(default_factory=dict)
    places: dict[tuple[Any, ...], Mention] = field(default_factory=dict)


def highlighting(
    records: Iterable[tuple[int, Record]],
    text: DocumentText | None = None,
    *,
    curators: Mapping[int, tuple[str, str]] | None = None,
) -> Highlighting:
    """Tell what to mark in a paper, and what to write to it.

    Records on the same sentence share its highlight, whose note lists them all.

    Parameters
    ----------
    records
        The records of one paper, each with its number from 0. People read it
        counted from 1, as on the page.
    text
        The paper: with it the values of records whose extractor did not tell
        where they stand are marked, too.
    curators
        Who gave the verdict of a record, and the note to it, by its number.
    """
    said = curators or {}
    quotes: dict[tuple[Any, ...], _Quote] = {}
    missing: list[tuple[int, Record, Evidence | None]] = []
    for number, record in records:
        if not record.evidence:
            missing.append((number, record, None))
        for place, evidence in enumerate(record.evidence, 1):
            if not evidence.boxes or evidence.verification is Verification.UNSUPPORTED:
                missing.append((number, record, evidence))
                continue
            key = tuple(evidence.boxes)
            quote = quotes.setdefault(key, _Quote(evidence))
            quote.records.append((number, record, place))
            for mention in mentions_of(record, evidence, text):
                if not mention.boxes:
                    continue
                kind = mark_of(mention.column), *mention.boxes
                quote.places.setdefault(kind, mention)
                told = quote.mentions.setdefault(kind, [])
                line = _line(record, mention.column)
                if line and line not in told:
                    told.append(line)
    return Highlighting(
        [
            *(_highlight(quote, said) for quote in quotes.values()),
            *_values(quotes.values()),
        ],
        _note(missing, said),
    )


def _highlight(quote: _Quote, said: Mapping[int, tuple[str, str]]) -> Highlight:
    """Mark a quote; grey if a curator has rejected all that was read out of it."""
    several = len(quote.records) > 1
    parts = [f"{len(quote.records)} records on this quote"] if several else []
    for number, record, place in quote.records:
        head = f"Record {number + 1}"
        if len(record.evidence) > 1:
            head += f", quote {place} of {len(record.evidence)}"
        evidence = record.evidence[place - 1]
        lines = record_lines(record, *said.get(number, ()))
        parts.append("\n".join([head, *lines, *_support(evidence)]))
    rejected = all(item.review == Verdict.REJECTED for _, item, _ in quote.records)
    boxes = tuple(quote.evidence.boxes)
    return Highlight(
        _name(QUOTE, boxes),
        boxes,
        COLORS["other" if rejected else QUOTE],
        "Evidence",
        "\n\n".join(parts),
    )


def _values(quotes: Iterable[_Quote]) -> list[Highlight]:
    """Mark the values in quotes: as high as their lines, each place once."""
    found: dict[str, Highlight] = {}
    for quote in quotes:
        for key, mention in quote.places.items():
            mark = mark_of(mention.column)
            name = _name(mark, mention.boxes)
            text = "\n".join(quote.mentions[key])
            if name in found:  # in another quote, which this one overlaps
                before = found[name].text.split("\n")
                new = [line for line in text.split("\n") if line not in before]
                text = "\n".join([*before, *new])
            found[name] = Highlight(
                name,
                tuple(_fitted(box, quote.evidence.boxes) for box in mention.boxes),
                COLORS[mark],
                _title(mention.column),
                text,
            )
    return list(found.values())


def _fitted(box: Box, lines: Sequence[Box]) -> Box:
    """Give a word the height of its line, which may run up the page."""
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    for line in lines:
        if (
            line.page == box.page
            and line.x0 <= x <= line.x1
            and line.y0 <= y <= line.y1
        ):
            if line.y1 - line.y0 <= line.x1 - line.x0:
                return Box(box.page, box.x0, line.y0, box.x1, line.y1)
            return Box(box.page, line.x0, box.y0, line.x1, box.y1)
    return box


def _name(kind: str, boxes: Sequence[Box]) -> str:
    """Name a highlight after its place, the same in every copy."""
    digest = hashlib.sha256(repr([tuple(map(_rounded, box)) for box in boxes]).encode())
    return f"curation-kit-{kind}-{digest.hexdigest()[:16]}"


def _rounded(value: float) -> float:
    return round(float(value), 1)


# ---- texts


def record_lines(record: Record, curator: str = "", note: str = "") -> list[str]:
    """Values of a record as a person reads them, one line each.

    An identifier stands behind its label, what is empty is left out.

    Parameters
    ----------
    curator, note
        Who gave the verdict, if that is known, and the note to it.
    """
    columns = record.domain_columns()
    lines = []
    if getattr(record, "negated", False) is True:
        lines.append("not expressed")
        columns = tuple(name for name in columns if name != "negated")
    lines += [line for name in columns if (line := _line(record, name))]
    if record.review:
        by = f" by {curator}" if curator else ""
        lines.append(f"Review: {record.review}{by}")
        if curator and note:
            lines.append(f"Note: {note}")
    if why := record.explained():
        lines.append(f"Why: {why}")
    return lines


def _line(record: Record, column: str) -> str:
    """Give one value with its title; none for an identifier that has a label."""
    names = record.domain_columns()
    if column not in names or column in map(id_column, names):
        return ""
    value = cell(getattr(record, column))
    if value is True:
        return f"{_title(column)}: yes"
    if value is None or value is False or value == "":
        return ""
    text = str(value).replace(LIST_SEPARATOR, ", ")
    name = id_column(column)
    if name in names:
        candidates = record.candidates.get(name) or record.candidates.get(column)
        if curie := getattr(record, name):
            text += f" ({curie})"
        elif candidates:
            ids = ", ".join(f"{item.label} {item.id}" for item in candidates)
            text += f" (ambiguous: {ids})"
    return f"{_title(column)}: {text}"


def _title(column: str) -> str:
    words = re.sub("_(label|symbol|id)$", "", column).replace("_", " ")
    return _TITLES.get(column) or words.capitalize()


def _support(evidence: Evidence) -> list[str]:
    """How the quote was found, and what a curator should look at."""
    how = evidence.verification
    lines = [f"Verification: {how.value} ({_MEANING[how]})"]
    if how is Verification.APPROXIMATE:
        lines[0] = f"{lines[0][:-1]}, likeness {evidence.score:.0%})"
        if evidence.claimed:
            lines.append(f"Claimed: “{evidence.claimed}”")
        lines += [f"Difference: {item}" for item in evidence.differences]
    if evidence.flags:
        lines.append(f"Look at: {', '.join(evidence.flags)}")
    return lines


def _note(
    missing: Sequence[tuple[int, Record, Evidence | None]],
    said: Mapping[int, tuple[str, str]],
) -> str:
    if not missing:
        return ""
    parts = ["No highlight, because the paper does not have it on a page:"]
    for number, record, evidence in missing:
        lines = [
            f"Record {number + 1}",
            *record_lines(record, *said.get(number, ())),
        ]
        if evidence is None:
            lines.append("It has no quote.")
        else:
            lines += [*_support(evidence), f"“{evidence.claimed or evidence.quote}”"]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)
