"""Gene expression read by rules: from a paper's sentences to its patterns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from curation_kit.agents.gene_expression.curatable import LABELS, probabilities
from curation_kit.agents.gene_expression.doubts import mark_doubtful
from curation_kit.agents.gene_expression.genes.finder import GeneFinder
from curation_kit.agents.gene_expression.genes.mentions import GeneMention, Use
from curation_kit.agents.gene_expression.language import lexicon
from curation_kit.agents.gene_expression.language.sentences import Sentence, sentences
from curation_kit.agents.gene_expression.patterns import Pattern, gather
from curation_kit.agents.gene_expression.places.finder import Mention, PlaceFinder, What
from curation_kit.agents.gene_expression.places.groups import Groups
from curation_kit.agents.gene_expression.places.noun_phrases import noun_phrases
from curation_kit.agents.gene_expression.reading.context import Context
from curation_kit.agents.gene_expression.reading.controls import seen_in_controls
from curation_kit.agents.gene_expression.reading.gene_lists import GeneLists
from curation_kit.agents.gene_expression.reading.mutated import MutatedGenes
from curation_kit.agents.gene_expression.reading.panels import Panels
from curation_kit.agents.gene_expression.reading.sentence_reader import read_sentence
from curation_kit.agents.gene_expression.reading.statements import Reading, Statement
from curation_kit.agents.gene_expression.reasons import Reason
from curation_kit.agents.gene_expression.record_writer import RecordWriter
from curation_kit.agents.organism import other_organisms, paper_species
from curation_kit.agents.paper import Paper
from curation_kit.records import LIST_SEPARATOR, GeneExpressionRecord
from curation_kit.species import Species

__all__ = ["CLASSES", "by_rules"]

#: In papers on one of these each statement must name an anatomical structure: a stage
#: alone is no pattern, and a component alone is mostly one of cells in culture.
_PLACED = frozenset({"human", "mouse", "rat"})

#: What each of `LABELS` says of a sentence.
CLASSES = (
    "curatable",
    "curatable in part",
    "about expression, but hardly a finding",
    "not about expression",
)


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
    keys = [one.key for one in found]
    reader = _Reader(paper, keys, include_negated)
    for sentence in sentences(paper.text, kinds, paper.ledger):
        reader.read(sentence)
    patterns, summaries = gather(list(reader.patterns.values()))
    for pattern in summaries:
        sentence, statement = pattern.found[0]
        reader.drop(sentence, [statement.gene], Reason.SUMMARY)
    told = [pattern.ranked() for pattern in patterns]
    classes = _classes([found[0][0].text for found in told])
    writer = RecordWriter(paper, reader.sentences)
    records = [writer.record(*one) for one in zip(told, classes, strict=True)]
    mark_doubtful(records, keys)
    return records


class _Reader:
    """Reads the sentences of a paper one after the other."""

    def __init__(self, paper: Paper, species: list[str], include_negated: bool) -> None:  # noqa: FBT001 - as the option is
        self.patterns: dict[tuple[str, ...], Pattern] = {}
        self.sentences: list[Sentence] = []
        self._paper = paper
        self._include_negated = include_negated
        self._must_be_placed = not _PLACED.isdisjoint(species)
        self._genes = GeneFinder(species, paper.text.text)
        self._places_of = PlaceFinder(species, paper.text.text)
        panels = Panels(paper.text, self._stages)
        self._context = Context(paper.text.text, panels)
        self._groups = Groups(paper.text.text, self._phrases)
        self._lists = GeneLists()
        self._mutated = MutatedGenes()

    def read(self, sentence: Sentence) -> None:
        """Add what a sentence states to the patterns found so far."""
        self.sentences.append(sentence)
        self._context.enter(sentence)
        genes = [_no_control(one) for one in self._genes.find(sentence.text)]
        places = self._groups.named(sentence.text, self._places(sentence.text, genes))
        places = self._context.meant(sentence, places)
        listed = self._lists.read(sentence.text, sentence.start, genes, places)
        said = None if genes else self._context.said(sentence)
        reading = Reading()
        if genes or said:
            reading = read_sentence(
                sentence.text, genes, places, legend=_legend(sentence), said=said
            )
            reading.statements = self._context.completed(
                sentence,
                [*reading.statements, *listed],
                [one for one in places if not one.of_mutants],
            )
            self._leave_mutants(sentence, genes, reading)
            statements = self._wanted(reading)
            self._add(sentence, statements)
            if genes and not statements:
                reasons = reading.dropped or [Reason.NO_STATEMENT]
                self.drop(sentence, genes, reasons[-1])
        self._context.leave(sentence, genes, places, reading)

    def drop(
        self, sentence: Sentence, genes: Sequence[GeneMention], reason: Reason
    ) -> None:
        """Tell the curator why a sentence that names genes gives no record."""
        # As the sentence has it; a full name stands for its symbol.
        named = dict.fromkeys(
            sentence.text[gene.start : gene.end] if gene.start >= 0 else gene.text
            for gene in genes
        )
        self._paper.ledger.candidates += 1
        self._paper.ledger.drop(
            reason.value,
            agent="gene_expression",
            evidence=self._paper.evidence(sentence.start, sentence.end),
            record={"gene_symbol": LIST_SEPARATOR.join(named)},
        )

    def _places(self, text: str, genes: Sequence[GeneMention]) -> list[Mention]:
        # Looking for places costs most: only where expression may be stated.
        told = (
            lexicon.speaks_of_expression(text)
            or seen_in_controls(text)
            or any(gene.use is Use.REPORTER for gene in genes)
        )
        if not told:
            return []
        return self._phrases(text, [(gene.start, gene.end) for gene in genes])

    def _phrases(
        self, text: str, taken: Sequence[tuple[int, int]] = ()
    ) -> list[Mention]:
        found = self._places_of.find(text, {start for start, _ in taken})
        return noun_phrases(text, found, taken)

    def _stages(self, text: str) -> list[Mention]:
        return self._places_of.named(text, What.STAGE)

    def _leave_mutants(
        self, sentence: Sentence, genes: Sequence[GeneMention], reading: Reading
    ) -> None:
        """Leave out what is said of a gene in animals that lack it."""
        self._mutated.read(sentence.text, genes)
        found = reading.statements
        mutants = self._mutated.concern(sentence.text, genes, found)
        reading.statements = [one for one in found if one not in mutants]
        reading.dropped += [Reason.MUTANT for _ in mutants]

    def _wanted(self, reading: Reading) -> list[Statement]:
        """Statements that say enough, and that the options ask for."""
        statements = reading.statements
        if self._must_be_placed:
            placed = [one for one in statements if one.anatomy]
            if len(placed) < len(statements):
                reading.dropped.append(Reason.NO_ANATOMY)
            statements = placed
        if self._include_negated:
            return statements
        reading.dropped += [Reason.NEGATED for one in statements if one.negated]
        return [one for one in statements if not one.negated]

    def _add(self, sentence: Sentence, statements: Iterable[Statement]) -> None:
        for one in statements:
            quote, statement = self._context.quoted(sentence, one)
            pattern = self.patterns.setdefault(_key(statement), Pattern(statement))
            if all(known != quote for known, _ in pattern.found):
                pattern.found.append((quote, statement))


#: Stained or blotted to know dividing and dying cells, and how much was loaded.
_CONTROLS = frozenset(
    ("ki67", "ki-67", "mki67", "pcna", "gapdh", "g3pdh", "actb", "rosa26")
)


def _no_control(gene: GeneMention) -> GeneMention:
    """Use a gene of every experiment as a marker."""
    if {gene.text.lower(), gene.symbol.lower()} & _CONTROLS:
        return replace(gene, use=Use.MARKER)
    return gene


def _legend(sentence: Sentence) -> bool:
    return sentence.section == "figure legend"


def _classes(quotes: list[str]) -> list[str]:
    """What the classifier says of each quote, as a sentence for the curator."""
    if not quotes:
        return []
    names = dict(zip(LABELS, CLASSES, strict=True))
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
