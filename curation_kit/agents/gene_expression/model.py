"""Gene expression read by a model, alone or together with the rules."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import Field

from curation_kit.agents.asking import NOTHING, Answer, Question, Quotes
from curation_kit.agents.chunks import Chunk
from curation_kit.agents.gene_expression.reading.exclusions import denies
from curation_kit.agents.gene_expression.reasons import Reason
from curation_kit.agents.grounding import cite, flag, merged, not_in, same, why_of
from curation_kit.agents.paper import Paper
from curation_kit.evidence import mentions_of
from curation_kit.records import Evidence, GeneExpressionRecord

__all__ = ["Judged", "Rows", "judge", "read"]

#: Values that a quote should have; the assay may be told elsewhere.
_CHECKED = ("gene_symbol", "anatomy_label", "stage_label", "cellular_component_label")

#: What a judgement may add to a candidate, or have otherwise.
_COMPLETED = (*_CHECKED[1:], "assay")

#: Where a sentence has one of these, what it denies may be something else.
_CONTRAST = re.compile(
    r"[;:]|\b(?:but|except\w*|however|only|exclusively|restricted|confined|limited"
    r"|although|though|whereas|while|when|yet|rather|others?|unlike|contrast|besides"
    r"|apart|outside)\b",
    re.IGNORECASE,
)

#: What models write for a label that the paper does not tell.
_NO_LABEL = NOTHING | {"none", "unknown", "not specified"}


class _Labels(Answer):
    """What has labels, if the paper tells them."""

    @staticmethod
    def _is_nothing(said: Any) -> bool:
        if isinstance(said, str):
            return said.strip().casefold() in _NO_LABEL
        return said is None


class Row(_Labels):
    """One statement as the model reports it: no identifiers."""

    quotes: Quotes = Field(default_factory=list)
    gene_symbol: str = ""
    anatomy_label: str | None = None
    stage_label: str | None = None
    cellular_component_label: str | None = None
    assay: str | None = None
    negated: bool = False


class Rows(Answer):
    """What a part of a paper states."""

    rows: list[Row]


class Judgement(_Labels):
    """What the model thinks of one candidate of the rules."""

    number: int
    verdict: Literal["right", "wrong", "unsure"]
    reason: str | None = None
    anatomy_label: str | None = None
    stage_label: str | None = None
    cellular_component_label: str | None = None
    assay: str | None = None


class Judged(Answer):
    """What the model thinks of the candidates of a part, and what they lack."""

    judgements: list[Judgement]
    rows: list[Row] = Field(default_factory=list)


def read(
    paper: Paper,
    question: Question[Rows],
    kinds: Collection[str],
    *,
    include_negated: bool,
) -> list[GeneExpressionRecord]:
    """Give what a model finds in the sections of some kinds."""
    name = question.options.model
    records = [
        _record(paper, chunk, row, f'The model "{name}"')
        for chunk, answer in question.ask(paper, kinds)
        for row in _kept(paper, answer.rows, include_negated=include_negated)
    ]
    return merged(records, exact=["gene_symbol"])


def judge(
    paper: Paper,
    question: Question[Judged],
    kinds: Collection[str],
    candidates: Sequence[GeneExpressionRecord],
    *,
    include_negated: bool,
) -> list[GeneExpressionRecord]:
    """Have a model judge and complete what the rules found.

    What rules and model agree on stands as it is. All else is flagged, so that a
    curator looks at it: candidates that the model thinks wrong, is not sure of, or
    did not judge; values that differ; and rows that only the model has.
    """
    table = _Candidates(list(candidates))
    found: list[GeneExpressionRecord] = []
    name = question.options.model
    for chunk, answer in question.ask(paper, kinds, table.of):
        for judgement in answer.judgements:
            if record := table.take(chunk, judgement.number):
                _apply(paper, record, judgement)
        for row in _kept(paper, answer.rows, include_negated=include_negated):
            if table.confirm(row):
                continue
            record = _record(paper, chunk, row, f'Only the model "{name}"')
            flag(record, "only the model found it, the rules did not")
            found.append(record)
    for record in table.waiting:
        flag(record, "the model did not judge it")
    return merged([*candidates, *found], exact=["gene_symbol"])


@dataclass(slots=True)
class _Candidates:
    """The candidates of the rules: those that wait for a judgement, and all."""

    every: list[GeneExpressionRecord]
    waiting: list[GeneExpressionRecord] = field(init=False)
    _listed: dict[Chunk, list[GeneExpressionRecord]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.waiting = list(self.every)

    def of(self, chunk: Chunk) -> str:
        """Those in a part that wait, as JSON."""
        here = [one for one in self.waiting if chunk.holds(one.evidence[0].start or 0)]
        self._listed[chunk] = here
        columns = ("gene_symbol", *_COMPLETED, "negated")
        listed = [
            {
                "number": number,
                **{name: getattr(one, name) for name in columns},
                "quote": one.evidence[0].quote,
            }
            for number, one in enumerate(here, start=1)
        ]
        return f"Candidates: {json.dumps(listed, ensure_ascii=False)}"

    def take(self, chunk: Chunk, number: int) -> GeneExpressionRecord | None:
        """Give the candidate that is judged, once."""
        here = self._listed[chunk]
        record = here[number - 1] if 0 < number <= len(here) else None
        return record if record is not None and self._judged(record) else None

    def confirm(self, row: Row) -> bool:
        """Whether a row says what a candidate says; that then needs no judgement."""
        values = row.model_dump(include={*_CHECKED, "negated"})
        for record in self.every:
            if same(record, values):
                self._judged(record)
                return True
        return False

    def _judged(self, record: GeneExpressionRecord) -> bool:
        for place, one in enumerate(self.waiting):
            if one is record:
                del self.waiting[place]
                return True
        return False


def _kept(paper: Paper, rows: Iterable[Row], *, include_negated: bool) -> list[Row]:
    """Rows that are statements; the others are dropped, with the reason."""
    kept = []
    for row in rows:
        reason = None
        if not row.gene_symbol.strip():
            reason = Reason.NO_GENE
        elif not any(getattr(row, name) for name in _CHECKED[1:]):
            reason = Reason.NO_ANATOMY
        elif row.negated and not include_negated:
            reason = Reason.NEGATED
        if reason is None:
            kept.append(row)
            continue
        values = row.model_dump(exclude={"quotes", "negated"}, exclude_none=True)
        paper.ledger.drop(
            reason.value,
            agent="gene_expression",
            evidence=paper.align(row.quotes[0]) if row.quotes else None,
            record={name: value for name, value in values.items() if value},
        )
    return kept


def _record(paper: Paper, chunk: Chunk, row: Row, who: str) -> GeneExpressionRecord:
    values = row.model_dump(exclude={"quotes"})
    record = GeneExpressionRecord(
        **{
            name: " ".join(value.split()) or None if isinstance(value, str) else value
            for name, value in values.items()
        }
    )
    cite(paper, record, row.quotes, _CHECKED, after=chunk.start)
    _check_sign(record)
    record.why = why_of(record, who)
    return record


def _check_sign(record: GeneExpressionRecord) -> None:
    """Flag a record whose quotes say the opposite: there, or not there.

    Of 478 records of the rules, which go by the same words and more, this would flag
    9 of 447 that say there, some of them wrong, and none of 31 that say not there.
    """
    quotes = [one.quote for one in record.evidence if one.quote]
    if not quotes:
        return
    if record.negated:
        if not any(map(denies, quotes)):
            flag(record, "no quote says that it is not there")
    elif all(denies(one) and not _CONTRAST.search(one) for one in quotes):
        flag(record, "the quote says that something is not there")


def _apply(paper: Paper, record: GeneExpressionRecord, judgement: Judgement) -> None:
    told = judgement.reason or "it gives no reason"
    if judgement.verdict == "wrong":
        flag(record, f"the model disagrees: {told}")
        return
    if judgement.verdict == "unsure":
        flag(record, f"the model is not sure: {told}")
    else:
        record.why += " The model agrees."
    for name in _COMPLETED:
        value = getattr(judgement, name)
        if not value or same(record, {name: value}):
            continue
        what = name.removesuffix("_label").replace("_", " ")
        own = getattr(record, name)
        if own is not None:
            flag(record, f"the model has another {what}: “{value}”")
            continue
        setattr(record, name, value)
        record.why += f" The model added the {what} “{value}”."
        best = record.evidence[0]
        if name in _CHECKED and not_in(value, best.quote):
            flag(record, f"not in the quote: {what} “{value}”")
        _mention(paper, record, name, best)


def _mention(
    paper: Paper, record: GeneExpressionRecord, name: str, evidence: Evidence
) -> None:
    """Mark where a quote names a value that was added."""
    alone = GeneExpressionRecord(gene_symbol="", **{name: getattr(record, name)})
    bare = evidence.model_copy(update={"mentions": []})
    evidence.mentions += mentions_of(alone, bare, paper.text)
