"""The agent: find the paper's own findings, by rules or by a model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Field

from curation_kit.agents.asking import ChunkOptions, Question
from curation_kit.agents.base import Extractor, Options, Paper
from curation_kit.agents.gene_expression import lexicon
from curation_kit.agents.gene_expression.genes import GeneFinder, Use
from curation_kit.agents.gene_expression.model import Judged, Rows, judge, read
from curation_kit.agents.gene_expression.patterns import Pattern, gather
from curation_kit.agents.gene_expression.places import Mention, find_places
from curation_kit.agents.gene_expression.reasons import MEANINGS, Reason
from curation_kit.agents.gene_expression.sentences import Sentence, sentences
from curation_kit.agents.gene_expression.statements import Statement, read_sentence
from curation_kit.agents.organism import SpeciesKeys, other_organisms, paper_species
from curation_kit.agents.prompts import prompt
from curation_kit.llm import Load, Service
from curation_kit.records import (
    LIST_SEPARATOR,
    Evidence,
    GeneExpressionRecord,
    Record,
)
from curation_kit.species import SPECIES, Species

__all__ = ["GeneExpressionAgent", "GeneExpressionOptions"]

SectionKind = Literal[
    "title",
    "abstract",
    "introduction",
    "results",
    "results and discussion",
    "discussion",
    "body",
    "figure legend",
    "table",
]

#: The best evidence comes from the section named first.
_BEST_SECTIONS = (
    "results",
    "results and discussion",
    "body",
    "figure legend",
    "abstract",
)


_PROMPTS = {"model": "gene_expression-model-1", "both": "gene_expression-both-1"}

#: Characters of a paper that are in the sections read by default: the median of
#: fourteen papers, .29 to .57.
_READ = 0.37

#: What the paper takes of the room for it and the candidates of the rules.
_SHARE_BESIDE_CANDIDATES = 0.6


class GeneExpressionOptions(ChunkOptions):
    """Options of the gene expression agent."""

    engine: Literal["rules", "model", "both"] = Field(
        default="rules",
        description=(
            "Who reads: the rules, offline; a model; or both: the model judges and "
            "completes what the rules find, and what they do not agree on is marked "
            "for a check."
        ),
    )
    species: SpeciesKeys = Field(
        default_factory=list,
        description="Species whose genes are looked for; empty: those the paper names.",
    )
    sections: list[SectionKind] = Field(
        default=[
            "title",
            "abstract",
            "results",
            "results and discussion",
            "body",
            "figure legend",
        ],
        min_length=1,
        description="Sections that are read for the paper's own findings.",
    )
    include_negated: bool = Field(
        default=True,
        description="Keep findings that a gene is not expressed somewhere.",
    )


class GeneExpressionAgent(Extractor):
    """Find where and when genes are expressed, from the paper's own words."""

    name = "gene_expression"
    title = "Gene Expression"
    description = (
        "Finds statements of the paper's own results that a gene is, or is not, "
        "expressed in an anatomical structure, at a stage or in a cellular component. "
        "Works by rules and offline vocabularies for human, mouse, rat, zebrafish, "
        "fly, worm and yeast; or, with the option engine, by a model, for any species."
    )
    version = "3"
    Options: ClassVar[type[Options]] = GeneExpressionOptions
    record = GeneExpressionRecord
    reasons = MEANINGS
    reads_instructions = True  # with a model
    options: GeneExpressionOptions

    @classmethod
    def asks_model(cls, options: BaseModel) -> bool:
        """Whether it does not work by rules alone."""
        return isinstance(options, GeneExpressionOptions) and options.engine != "rules"

    @classmethod
    def reads(cls, options: BaseModel) -> bool:
        """Whether there is a model to read them."""
        return cls.asks_model(options)

    @classmethod
    def prompt(cls, options: BaseModel, instructions: str = "") -> str:
        """What a model is told to do, alone or with the rules."""
        if not (isinstance(options, GeneExpressionOptions) and cls.asks_model(options)):
            return ""
        names = [SPECIES[key].name for key in options.species]
        species = f"Report genes of {' and '.join(names)} only." if names else ""
        return prompt(_PROMPTS[options.engine], instructions, species=species)

    @classmethod
    def load(cls, options: BaseModel, characters: int, service: Service) -> Load:
        """About what a model would be asked; nothing by rules."""
        if not (isinstance(options, GeneExpressionOptions) and cls.asks_model(options)):
            return Load()
        told, read = cls.prompt(options), int(_READ * characters)
        if options.engine == "both":
            question = Question(options, told, Judged, _SHARE_BESIDE_CANDIDATES)
            return question.load(read, service)
        return Question(options, told, Rows).load(read, service)

    @classmethod
    def idle_options(cls, options: BaseModel) -> frozenset[str]:
        """By rules those that are about the model."""
        idle = {} if cls.asks_model(options) else ChunkOptions.model_fields
        return frozenset(idle)

    def identity(self) -> dict[str, Any]:
        """With a model also what it is told; by rules as before there was one."""
        identity = super().identity()
        if self.asks_model(self.options):
            return {**identity, "prompt": self.prompt(self.options)}
        del identity["options"]["engine"]
        return identity

    def extract(self, paper: Paper) -> Iterable[Record]:
        """Give one record per gene, place, stage, component and polarity."""
        options = self.options
        records: list[GeneExpressionRecord] = []
        if options.engine != "model":
            records = self._by_rules(paper)
        told = self.prompt(options, paper.instructions(self.instructions))
        negated = options.include_negated
        match options.engine:
            case "model":
                ask = Question(options, told, Rows)
                records = read(paper, ask, options.sections, include_negated=negated)
            case "both":
                check = Question(options, told, Judged, _SHARE_BESIDE_CANDIDATES)
                records = judge(
                    paper, check, options.sections, records, include_negated=negated
                )
        # A candidate is a record, or what gave none: a sentence that names a gene,
        # or a row of the model.
        paper.ledger.candidates += len(records)
        paper.ledger.kept += len(records)
        return records

    def _by_rules(self, paper: Paper) -> list[GeneExpressionRecord]:
        species = paper_species(paper.text, self.options.species)
        ledger = paper.ledger
        ledger.notes.append(_about(paper, species, chosen=bool(self.options.species)))
        keys = [one.key for one in species]
        if not keys:  # nothing can be judged, so nothing is counted as read
            return []
        finder = GeneFinder(keys, paper.text.text)
        patterns: dict[tuple[str, ...], Pattern] = {}
        for sentence in sentences(paper.text, self.options.sections, ledger):
            self._read(paper, sentence, finder, keys, patterns)
        return [self._record(paper, one) for one in gather(list(patterns.values()))]

    def _read(
        self,
        paper: Paper,
        sentence: Sentence,
        finder: GeneFinder,
        species: list[str],
        patterns: dict[tuple[str, ...], Pattern],
    ) -> None:
        """Add what one sentence states to the patterns found so far."""
        genes = finder.find(sentence.text)
        if not genes:
            return
        legend = sentence.section == "figure legend"
        # Looking for places costs most: only where expression may be stated.
        told = lexicon.EXPRESSION.search(sentence.text) or any(
            gene.use is Use.REPORTER for gene in genes
        )
        places = find_places(sentence.text, species) if told else []
        reading = read_sentence(sentence.text, genes, places, legend=legend)
        statements = reading.statements
        if not self.options.include_negated:
            reading.dropped += [Reason.NEGATED for one in statements if one.negated]
            statements = [one for one in statements if not one.negated]
        if not statements:
            reasons = reading.dropped or [Reason.NO_STATEMENT]
            named = dict.fromkeys(gene.text for gene in genes)
            paper.ledger.candidates += 1
            paper.ledger.drop(
                reasons[-1].value,
                agent=self.name,
                evidence=paper.evidence(
                    sentence.start, sentence.start + len(sentence.text)
                ),
                record={"gene_symbol": LIST_SEPARATOR.join(named)},
            )
        for statement in statements:
            pattern = patterns.setdefault(_key(statement), Pattern(statement))
            if all(known is not sentence for known, _ in pattern.found):
                pattern.found.append((sentence, statement))

    def _record(self, paper: Paper, pattern: Pattern) -> GeneExpressionRecord:
        found = sorted(pattern.found, key=lambda one: _rank(one[0]))
        sentence, statement = found[0]
        # The sentences that say all of it come first: the best is the row's quote.
        told = found + sorted(pattern.less, key=lambda one: _rank(one[0]))
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
            why=_why(sentence, statement, len(told)),
        )


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


def _rank(sentence: Sentence) -> int:
    kind = sentence.section
    return _BEST_SECTIONS.index(kind) if kind in _BEST_SECTIONS else len(_BEST_SECTIONS)


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
    evidence = paper.evidence(sentence.start, sentence.start + len(sentence.text))
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
