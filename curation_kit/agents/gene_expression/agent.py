"""The agent: find the paper's own findings, by rules or by a model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Field

from curation_kit.agents.asking import ChunkOptions, Question
from curation_kit.agents.base import Extractor, Options
from curation_kit.agents.gene_expression.model import Judged, Rows, judge, read
from curation_kit.agents.gene_expression.reasons import MEANINGS
from curation_kit.agents.organism import SpeciesKeys
from curation_kit.agents.paper import Paper
from curation_kit.agents.prompts import prompt
from curation_kit.llm import Load, Service
from curation_kit.records import GeneExpressionRecord, Record
from curation_kit.species import SPECIES

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
    version = "15"
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
        # The rules and their numpy are not needed to list agents or run a job.
        from curation_kit.agents.gene_expression.rules import by_rules

        options = self.options
        negated = options.include_negated
        records: list[GeneExpressionRecord] = []
        if options.engine != "model":
            records = by_rules(
                paper,
                species=options.species,
                kinds=options.sections,
                include_negated=negated,
            )
        told = self.prompt(options, paper.instructions(self.instructions))
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
