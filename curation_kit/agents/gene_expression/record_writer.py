"""Records of what a paper states, with the words of the paper that tell each value."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from curation_kit.agents.gene_expression.genes.mentions import GeneMention
from curation_kit.agents.gene_expression.language import assays
from curation_kit.agents.gene_expression.language.sentences import Sentence
from curation_kit.agents.gene_expression.places.finder import Mention, What
from curation_kit.agents.gene_expression.reading.statements import Statement
from curation_kit.agents.grounding import flag, not_in
from curation_kit.agents.paper import Paper
from curation_kit.records import Evidence, GeneExpressionRecord

__all__ = ["RecordWriter"]

#: What stands in another sentence, at most so many characters before.
_NEAR = 600
#: Panels of a legend too short to be read as sentences end so, too.
_STOP = re.compile(r"[.;]\s+|\n\s*\n")


class RecordWriter:
    """Writes the records of a paper.

    Parameters
    ----------
    paper
        The paper.
    sentences
        Those that were read, in order.
    """

    def __init__(self, paper: Paper, sentences: Sequence[Sentence]) -> None:
        self._paper = paper
        self._sentences = sorted(sentences, key=_start)

    def record(
        self, told: Sequence[tuple[Sentence, Statement]], judged: str
    ) -> GeneExpressionRecord:
        """Give the record of a pattern.

        All that it says stands in its evidence: what the best quote takes from
        elsewhere gets evidence of its own, and what stands nowhere is flagged.

        Parameters
        ----------
        told
            The sentences that state it, the best first.
        judged
            What the classifier says of the best one.
        """
        sentence, statement = told[0]
        named = (self._assay(one) for one, _ in told)
        assay = next(filter(None, named), None)
        record = GeneExpressionRecord(
            gene_symbol=statement.gene.text,
            anatomy_label=_text(statement.anatomy),
            stage_label=_text(statement.stage),
            cellular_component_label=_text(statement.component),
            assay=assay,
            negated=statement.negated,
            evidence=[self._evidence(*one, assay) for one in told],
        )
        sources = {
            column: self._source(record, sentence, column, part)
            for column, part in _parts(statement)
        }
        record.why = _why(sentence, statement, sources) + _more(told) + judged
        if statement.compared:
            flag(record, "concluded from what changes in mutants")
        return record

    def _assay(self, sentence: Sentence) -> str | None:
        """Assay named in a sentence, else in the legend that holds it."""
        caption = sentence.caption
        return assays.assay_of(sentence.text) or (
            assays.assay_of(self._paper.text.text[caption.start : caption.end])
            if caption
            else None
        )

    def _evidence(
        self, sentence: Sentence, statement: Statement, assay: str | None
    ) -> Evidence:
        """Cut a sentence out, and tell where it names what is recorded."""
        spans = [
            (column, part.start, part.end)
            for column, part in _parts(statement)
            if _inside(part, sentence)
        ]
        named = assays.named_assay(sentence.text) if assay else None
        if named and named[0] == assay:
            spans.append(("assay", *named[1:]))
        evidence = self._paper.evidence(sentence.start, sentence.end)
        evidence.mentions = [
            self._paper.mention(column, sentence.start + start, sentence.start + end)
            for column, start, end in spans
        ]
        return evidence

    def _source(
        self,
        record: GeneExpressionRecord,
        sentence: Sentence,
        column: str,
        part: GeneMention | Mention,
    ) -> str:
        """See to it that the evidence tells a value; say where it comes from."""
        if isinstance(part, Mention) and part.told:
            at = self._paper.text.text.find(part.text, *part.told)
            named = (at, at + len(part.text)) if at >= 0 else None
            self._cite(record, part.told, column, named)
            return " (told where the group is named)"
        at = sentence.start + part.start
        if not _inside(part, sentence):
            span = (at, at + part.end - part.start)
            self._cite(record, self._around(*span), column, span)
            return self._from(sentence, at)
        before = " from the sentence before" if part.start < sentence.ahead else ""
        if not not_in(part.text, sentence.text):
            return before
        # Its full name or a synonym stands there, or "nuclear" for the nucleus.
        if isinstance(part, GeneMention) or part.what is What.COMPONENT:
            words = " ".join(sentence.text[part.start : part.end].split())
            return f' (here "{words}"){before}'
        # "The bone" has the name that a sentence before gives it.
        near = max(0, sentence.start - _NEAR)
        at = self._paper.text.text.rfind(part.text, near, sentence.start)
        if at >= 0:
            span = (at, at + len(part.text))
            self._cite(record, self._around(*span), column, span)
            return self._from(sentence, at)
        what = column.removesuffix("_label").replace("_", " ")
        flag(record, f"not in the quote: {what} “{_text(part)}”")
        return ""

    def _cite(
        self,
        record: GeneExpressionRecord,
        quote: tuple[int, int],
        column: str,
        named: tuple[int, int] | None = None,
    ) -> None:
        """Add a quote to the evidence, once, with the place that names a value."""
        holding = (
            one
            for one in record.evidence
            if one.start is not None
            and one.end is not None
            and one.start <= quote[0]
            and quote[1] <= one.end
        )
        evidence = next(holding, None)
        if evidence is None:
            evidence = self._paper.evidence(*quote)
            record.evidence.append(evidence)
        known = {(one.column, one.start, one.end) for one in evidence.mentions}
        if named and (column, *named) not in known:
            evidence.mentions.append(self._paper.mention(column, *named))

    def _around(self, start: int, end: int) -> tuple[int, int]:
        """Sentence that holds a stretch of the paper."""
        index = bisect_right(self._sentences, start, key=_start) - 1
        if index >= 0 and end <= self._sentences[index].end:
            one = self._sentences[index]
            return one.start, one.end
        text = self._paper.text.text
        holder = self._paper.text.caption_of(start)
        first, last = (holder.start, holder.end) if holder else (0, len(text))
        begin = max(
            (m.end() for m in _STOP.finditer(text, first, start)), default=first
        )
        stop = _STOP.search(text, end, last)
        quote = text[begin : stop.start() + 1 if stop else last].rstrip()
        return begin, begin + len(quote)

    def _from(self, sentence: Sentence, at: int) -> str:
        """Where a value is told that its sentence does not name."""
        caption = self._paper.text.caption_of(at)
        if caption and caption != sentence.caption:
            return f" from the legend of {caption.label}"
        if caption:
            return " from another part of the legend"
        if at >= sentence.start:
            return " from the text after"
        next_one = bisect_right(self._sentences, at, key=_start)
        beside = self._sentences[next_one : next_one + 1] == [sentence]
        return f" from the {'sentence' if beside else 'text'} before"


def _start(sentence: Sentence) -> int:
    return sentence.start


def _parts(statement: Statement) -> Iterator[tuple[str, GeneMention | Mention]]:
    """Give what a statement names, each with its column."""
    yield "gene_symbol", statement.gene
    for column, part in (
        ("anatomy_label", statement.anatomy),
        ("stage_label", statement.stage),
        ("cellular_component_label", statement.component),
    ):
        if part:
            yield column, part


def _inside(part: GeneMention | Mention, sentence: Sentence) -> bool:
    return 0 <= part.start < part.end <= len(sentence.text)


def _text(mention: GeneMention | Mention | None) -> str | None:
    return " ".join(mention.text.split()) if mention else None


def _place(sentence: Sentence) -> str:
    """What a sentence stands in, as the subject of a sentence."""
    if sentence.section in {"title", "abstract", "figure legend", "table"}:
        return sentence.section
    return "text" if sentence.section == "body" else f"{sentence.section} section"


def _why(sentence: Sentence, statement: Statement, sources: dict[str, str]) -> str:
    gene = f'the gene "{statement.gene.text}"{sources["gene_symbol"]}'
    named = [
        f'{part.what} "{_text(part)}"{sources[column]}'
        for column, part in _parts(statement)
        if isinstance(part, Mention)
    ]
    how = ", in a negative statement" if statement.negated else ""
    if statement.compared:
        how += ", concluded from what changes in mutants"
    return (
        f"The {_place(sentence)} names {gene} with "
        f'"{statement.trigger}" and {", ".join(named)}{how}.'
    )


def _more(told: Sequence[tuple[Sentence, Statement]]) -> str:
    """How many more sentences say all of it, and how many a part."""
    best = told[0][1]
    whole = sum(
        one.within(len(sentence.text))
        and _keys(one) == _keys(best)
        and one.compared == best.compared
        for sentence, one in told[1:]
    )
    part = len(told) - 1 - whole
    more = ""
    if whole:
        more = f" {whole} more sentence{'s say' if whole > 1 else ' says'} so."
    if part:
        more += f" {part} sentence{'s tell' if part > 1 else ' tells'} a part of it."
    return more


def _keys(statement: Statement) -> list[tuple[str, str]]:
    return [
        (column, part.symbol if isinstance(part, GeneMention) else part.key)
        for column, part in _parts(statement)
    ]
