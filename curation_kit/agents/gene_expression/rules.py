"""Gene expression read by rules: from a paper's sentences to its patterns."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from curation_kit.agents.base import Paper
from curation_kit.agents.gene_expression import lexicon
from curation_kit.agents.gene_expression.curatable import LABELS, probabilities
from curation_kit.agents.gene_expression.genes import GeneFinder, GeneMention, Use
from curation_kit.agents.gene_expression.patterns import Pattern, gather
from curation_kit.agents.gene_expression.places import Mention, What, find_places
from curation_kit.agents.gene_expression.reasons import Reason
from curation_kit.agents.gene_expression.sentences import Sentence, sentences
from curation_kit.agents.gene_expression.statements import (
    Expressed,
    Reading,
    Statement,
    read_sentence,
    refers_back,
)
from curation_kit.agents.organism import other_organisms, paper_species
from curation_kit.records import (
    LIST_SEPARATOR,
    Evidence,
    GeneExpressionRecord,
)
from curation_kit.species import Species

__all__ = ["by_rules"]


def by_rules(
    paper: Paper,
    *,
    species: Sequence[str],
    kinds: Collection[str],
    include_negated: bool,
) -> list[GeneExpressionRecord]:
    """Give what the sections of some kinds state, one record per pattern.

    Parameters
    ----------
    paper
        Its ledger gets the sentences that name a gene and state nothing, each
        with the reason.
    species
        Keys of `SPECIES` chosen by the curator; those the paper names if empty.
    kinds
        Kinds of `Section` that are read.
    include_negated
        Whether findings that a gene is not expressed are kept.
    """
    found = paper_species(paper.text, species)
    paper.ledger.notes.append(_about(paper, found, chosen=bool(species)))
    if not found:  # nothing can be judged, so nothing is counted as read
        return []
    reader = _Reader(paper, [one.key for one in found], include_negated)
    for sentence in sentences(paper.text, kinds, paper.ledger):
        reader.read(sentence)
    patterns, summaries = gather(list(reader.patterns.values()))
    for pattern in summaries:
        sentence, statement = pattern.found[0]
        reader.drop(sentence, [statement.gene], Reason.SUMMARY)
    told = [pattern.ranked() for pattern in patterns]
    classes = _classes([found[0][0].text for found in told])
    return [_record(paper, *one) for one in zip(told, classes, strict=True)]


class _Reader:
    """Reads the sentences of a paper one after the other."""

    def __init__(self, paper: Paper, species: list[str], include_negated: bool) -> None:  # noqa: FBT001 - as the option is
        self.patterns: dict[tuple[str, ...], Pattern] = {}
        self._paper = paper
        self._species = species
        self._include_negated = include_negated
        self._genes = GeneFinder(species, paper.text.text)
        self._before: tuple[Sentence, Expressed] | None = None
        self._last: Sentence | None = None

    def read(self, sentence: Sentence) -> None:
        """Add what a sentence states to the patterns found so far."""
        before, self._before = self._before, None
        last, self._last = self._last, sentence
        genes = self._genes.find(sentence.text)
        if not genes:
            if before and _adjacent(before[0], sentence):
                self._go_on(sentence, *before)
            return
        reading = read_sentence(
            sentence.text,
            genes,
            self._places(sentence.text, genes),
            legend=_legend(sentence),
        )
        if reading.said:
            self._before = sentence, reading.said
        statements = self._wanted(reading)
        if statements:
            self._add(*self._staged(sentence, statements, last))
            return
        reasons = reading.dropped or [Reason.NO_STATEMENT]
        self.drop(sentence, genes, reasons[-1])

    def drop(
        self, sentence: Sentence, genes: Sequence[GeneMention], reason: Reason
    ) -> None:
        """Tell the curator why a sentence that names genes gives no record."""
        named = dict.fromkeys(gene.text for gene in genes)
        self._paper.ledger.candidates += 1
        self._paper.ledger.drop(
            reason.value,
            agent="gene_expression",
            evidence=self._paper.evidence(sentence.start, sentence.end),
            record={"gene_symbol": LIST_SEPARATOR.join(named)},
        )

    def _go_on(self, sentence: Sentence, first: Sentence, said: Expressed) -> None:
        """Read a sentence without a gene that is about those of the one before."""
        if not refers_back(sentence.text, said):
            return
        shift = sentence.start - first.start
        # One quote holds both sentences, and with them the gene.
        both = replace(first, text=self._paper.text.text[first.start : sentence.end])
        places = self._places(sentence.text, [])
        reading = read_sentence(
            sentence.text, [], places, legend=_legend(sentence), said=said
        )
        if reading.said:
            self._before = both, reading.said
        moved = [
            one.moved(shift, "anatomy", "stage", "component")
            for one in self._wanted(reading)
        ]
        self._add(both, moved)

    def _staged(
        self, sentence: Sentence, statements: list[Statement], last: Sentence | None
    ) -> tuple[Sentence, list[Statement]]:
        """Give statements without a stage the one of the sentence before."""
        if any(one.stage for one in statements) or not (
            last and _adjacent(last, sentence)
        ):
            return sentence, statements
        stages = {
            place.key: place
            for place in find_places(last.text, self._species)
            if place.what is What.STAGE
        }
        # "embryos" only tells what was looked at.
        if len(stages) != 1 or not _DATED.search(next(iter(stages.values())).text):
            return sentence, statements
        (stage,) = stages.values()
        shift = sentence.start - last.start
        text = self._paper.text.text[last.start : sentence.end]
        return replace(last, text=text), [
            replace(one.moved(shift, "gene", "anatomy", "component"), stage=stage)
            for one in statements
        ]

    def _places(self, text: str, genes: Sequence[GeneMention]) -> list[Mention]:
        # Looking for places costs most: only where expression may be stated.
        told = lexicon.EXPRESSION.search(text) or any(
            gene.use is Use.REPORTER for gene in genes
        )
        return find_places(text, self._species) if told else []

    def _wanted(self, reading: Reading) -> list[Statement]:
        """Statements that the options ask for."""
        statements = reading.statements
        if self._include_negated:
            return statements
        reading.dropped += [Reason.NEGATED for one in statements if one.negated]
        return [one for one in statements if not one.negated]

    def _add(self, sentence: Sentence, statements: Iterable[Statement]) -> None:
        for statement in statements:
            pattern = self.patterns.setdefault(_key(statement), Pattern(statement))
            if all(known is not sentence for known, _ in pattern.found):
                pattern.found.append((sentence, statement))


#: What each of `LABELS` says of a sentence.
_CLASSES = (
    "fully curatable",
    "partially curatable",
    "related to expression, not curatable as such",
    "not about expression",
)
#: A stage that tells when: a number, or adult.
_DATED = re.compile(r"\d|adult", re.IGNORECASE)


def _adjacent(one: Sentence, other: Sentence) -> bool:
    """Whether nothing but a space is between two sentences."""
    return one.section == other.section and 0 <= other.start - one.end <= 1


def _legend(sentence: Sentence) -> bool:
    return sentence.section == "figure legend"


def _record(
    paper: Paper, told: list[tuple[Sentence, Statement]], judged: str
) -> GeneExpressionRecord:
    sentence, statement = told[0]
    assays = [assay for one, _ in told if (assay := _assay(paper, one))]
    assay = assays[0] if assays else None
    return GeneExpressionRecord(
        gene_symbol=statement.gene.text,
        anatomy_label=_text(statement.anatomy),
        stage_label=_text(statement.stage),
        cellular_component_label=_text(statement.component),
        assay=assay,
        negated=statement.negated,
        evidence=[_evidence(paper, *one, assay) for one in told],
        why=_why(sentence, statement, len(told)) + judged,
    )


def _classes(quotes: list[str]) -> list[str]:
    """What the classifier says of each quote, as a sentence for the curator."""
    if not quotes:
        return []
    names = dict(zip(LABELS, _CLASSES, strict=True))
    return [
        f" By its words it is {names[label]} (probability {chance:.2f})."
        for label, chance in (
            max(zip(LABELS, row, strict=True), key=lambda one: one[1])
            for row in probabilities(quotes)
        )
    ]


def _about(paper: Paper, species: list[Species], *, chosen: bool) -> str:
    """Say whose genes were looked for, and why."""
    if species:
        names = ", ".join(one.name for one in species)
        how = "chosen in the options" if chosen else "named in the paper"
        return f"Genes of {names} were looked for ({how})."
    others = other_organisms(paper.text)
    why = (
        f"No supported species is named as often as {others} are"
        if others
        else "No supported species is named"
    )
    return f"{why}, so no genes were looked for; set the option species to choose one."


def _key(statement: Statement) -> tuple[str, ...]:
    parts = (statement.anatomy, statement.stage, statement.component)
    return (
        statement.gene.symbol,
        *(part.key if part else "" for part in parts),
        "not" if statement.negated else "",
    )


def _assay(paper: Paper, sentence: Sentence) -> str | None:
    """Assay named in a sentence, else in the legend that holds it."""
    caption = sentence.caption
    return lexicon.assay_of(sentence.text) or (
        lexicon.assay_of(paper.text.text[caption.start : caption.end])
        if caption
        else None
    )


def _evidence(
    paper: Paper, sentence: Sentence, statement: Statement, assay: str | None
) -> Evidence:
    """Cut a sentence out of the paper, and tell where it names what is recorded."""
    spans = [
        (column, part.start, part.end)
        for column, part in (
            ("gene_symbol", statement.gene),
            ("anatomy_label", statement.anatomy),
            ("stage_label", statement.stage),
            ("cellular_component_label", statement.component),
        )
        if part
    ]
    named = lexicon.named_assay(sentence.text) if assay else None
    if named and named[0] == assay:
        spans.append(("assay", *named[1:]))
    evidence = paper.evidence(sentence.start, sentence.end)
    evidence.mentions = [
        paper.mention(column, sentence.start + start, sentence.start + end)
        for column, start, end in spans
    ]
    return evidence


def _text(mention: Mention | None) -> str | None:
    return " ".join(mention.text.split()) if mention else None


def _place(sentence: Sentence) -> str:
    """What a sentence stands in, as the subject of a sentence."""
    if sentence.section in {"title", "abstract", "figure legend", "table"}:
        return sentence.section
    return "text" if sentence.section == "body" else f"{sentence.section} section"


def _why(sentence: Sentence, statement: Statement, count: int) -> str:
    parts = (statement.anatomy, statement.stage, statement.component)
    named = [f'{part.what} "{_text(part)}"' for part in parts if part]
    more = f" {count - 1} more sentences say so." if count > 1 else ""
    if count == 2:  # noqa: PLR2004 - the singular
        more = " 1 more sentence says so."
    denied = ", in a negative statement" if statement.negated else ""
    return (
        f'The {_place(sentence)} names the gene "{statement.gene.text}" with '
        f'"{statement.trigger}" and {", ".join(named)}{denied}.{more}'
    )
