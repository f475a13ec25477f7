"""What is known of a gene elsewhere: its orthologs, its GO annotations."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Field

from curation_kit.agents.api.alliance import ALLIANCE, UNKNOWN, Gene
from curation_kit.agents.api.base import ApiOptions, ApiValidator, Question
from curation_kit.agents.api.inquiry import Answer
from curation_kit.agents.api.sources import Source, segment
from curation_kit.agents.base import Options
from curation_kit.agents.organism import SpeciesKeys
from curation_kit.records import (
    LIST_SEPARATOR,
    Candidate,
    Lookup,
    LookupStatus,
    Record,
)
from curation_kit.species import SPECIES

__all__ = ["GoAnnotationsAgent", "OrthologsAgent"]

GO = Source(
    name="go",
    title="Gene Ontology",
    address="https://api.geneontology.org/api",
    variable="CURATION_KIT_GO_URL",
)


class _GeneFacts(ApiValidator):
    """Asks for a list of what is known of the record's gene.

    Attributes
    ----------
    into
        Column that the identifiers are written to, where the records have it.
        The list is in `Record.lookups` in any case, under the same name.
    """

    columns = ("gene_id", "gene")
    into: ClassVar[str]

    def holds(self, one: Candidate) -> bool:
        """Whether it is so; what is said not to be so is in no column."""
        del one
        return True

    def apply(
        self, record: Record, column: str, lookups: Mapping[str, Lookup]
    ) -> Record:
        """Note the list, and write it to the column that is made for it."""
        del column
        several = len(lookups) > 1
        told = {
            f"{self.into} of {gene}" if several else self.into: lookup
            for gene, lookup in lookups.items()
        }
        changes: dict[str, Any] = {"lookups": {**record.lookups, **told}}
        found = [
            one.id
            for lookup in lookups.values()
            for one in lookup.found
            if self.holds(one)
        ]
        if self.into in record.domain_columns() and found:
            ids = list(dict.fromkeys(found))
            is_list = isinstance(getattr(record, self.into), list)
            changes[self.into] = ids if is_list else LIST_SEPARATOR.join(ids)
        return record.model_copy(update=changes)


class Method(BaseModel):
    """A method that predicts orthologs."""

    name: str


class Orthology(BaseModel):
    """Two genes and the methods that call them orthologs."""

    objectGene: Gene  # noqa: N815 - as the API spells it
    predictionMethodsMatched: list[Method] | None = None  # noqa: N815 - same
    predictionMethodsNotMatched: list[Method] | None = None  # noqa: N815 - same

    def candidate(self) -> Candidate:
        """Give the other gene, with its species and how many methods agree."""
        gene, matched = self.objectGene, len(self.predictionMethodsMatched or [])
        asked = matched + len(self.predictionMethodsNotMatched or [])
        species = (gene.taxon and gene.taxon.name) or "unknown species"
        return Candidate(
            id=gene.primaryExternalId,
            label=gene.geneSymbol.displayText,
            source=f"{species}, {matched} of {asked} methods",
        )


class OrthologRow(BaseModel):
    """A row of a page of orthologs."""

    geneToGeneOrthologyGenerated: Orthology  # noqa: N815 - as the API spells it


class OrthologPage(BaseModel):
    """A page of orthologs."""

    total: int
    results: list[OrthologRow] = Field(default_factory=list)


class OrthologsOptions(ApiOptions):
    """Options of the orthologs agent."""

    stringency: Literal["stringent", "moderate", "all"] = Field(
        default="stringent",
        description="How many methods must agree, as the Alliance defines it.",
    )
    species: SpeciesKeys = Field(
        default_factory=list,
        description="Species whose orthologs are listed; empty: all.",
    )


class OrthologsAgent(_GeneFacts):
    """List the orthologs of each record's gene."""

    name = "orthologs"
    title = "Orthologs"
    description = (
        "Lists the orthologs of each record's gene in the other species of the "
        "Alliance of Genome Resources. It needs gene identifiers: put it behind a "
        "validator of genes. Needs the network; answers are kept."
    )
    version = "1"
    source = ALLIANCE
    into = "orthologs"
    Options: ClassVar[type[Options]] = OrthologsOptions
    options: OrthologsOptions

    #: Rows of a page.
    ROWS: ClassVar[int] = 100

    def look_up(self, question: Question) -> Lookup:
        """Ask for all pages of a gene's orthologs."""
        taxa = {SPECIES[key].taxon for key in self.options.species}
        rows: list[Orthology] = []
        number = 0
        while True:
            number += 1
            answer = self._page(question, number)
            if answer.body is None:
                return self.answered(
                    answer, LookupStatus.NOT_FOUND, note=f"no {question.value}"
                )
            page = [row.geneToGeneOrthologyGenerated for row in answer.body.results]
            # A mirror that gives the same page whatever the number would never end.
            if not page or rows[-len(page) :] == page:
                break
            rows += page
            if len(rows) >= answer.body.total:  # its pages may be shorter than asked
                break
        found = [
            row.candidate()
            for row in rows
            if not taxa or (row.objectGene.taxon and row.objectGene.taxon.curie in taxa)
        ]
        return self.answered(answer, LookupStatus.FOUND, found=found)

    def _page(self, question: Question, number: int) -> Answer[OrthologPage]:
        params = {
            "limit": str(self.ROWS),
            "page": str(number),
            "filter.stringency": self.options.stringency,
        }
        path = f"gene/{segment(question.value)}/orthologs"
        return question.inquiry.get(path, params, OrthologPage, absent=UNKNOWN)


Aspect = Literal["molecular_function", "biological_process", "cellular_component"]

#: Evidence that no curator has looked at.
_ELECTRONIC = {"IEA", "IBA"}

#: Begins what is told of an annotation that denies a function.
_NOT = "NOT"


class Term(BaseModel):
    """A GO term, as annotations name it."""

    id: str
    label: str | None = None
    category: list[str] | None = None


class Association(BaseModel):
    """An annotation of a gene."""

    object: Term
    evidence_type: str | None = None
    negated: bool | None = None
    qualifiers: list[str] | None = None
    provided_by: list[str] | None = None

    def is_negated(self) -> bool:
        """Whether it says that the gene has not this function."""
        qualifiers = [one.casefold() for one in self.qualifiers or []]
        return bool(self.negated) or "not" in qualifiers

    def candidate(self) -> Candidate:
        """Give the term, with the evidence for it."""
        told = [*([_NOT] if self.is_negated() else []), self.evidence_type or "?"]
        return Candidate(
            id=self.object.id,
            label=self.object.label or self.object.id,
            source=", ".join([*told, *(self.provided_by or [])]),
        )


class AssociationPage(BaseModel):
    """A page of annotations."""

    associations: list[Association]


class GoAnnotationsOptions(ApiOptions):
    """Options of the GO annotations agent."""

    aspects: list[Aspect] = Field(
        default=["cellular_component"],
        min_length=1,
        description="Parts of GO whose annotations are listed.",
    )
    electronic: bool = Field(
        default=False,
        description="Also list annotations that no curator has looked at (IEA, IBA).",
    )


class GoAnnotationsAgent(_GeneFacts):
    """List the GO annotations of each record's gene, and find the record's own."""

    name = "go_annotations"
    title = "GO Annotations"
    description = (
        "Lists the GO annotations that each record's gene already has, and says "
        "whether the record's cellular component is among them. It needs gene "
        "identifiers: put it behind a validator of genes. Needs the network; answers "
        "are kept."
    )
    version = "1"
    source = GO
    into = "go_annotations"
    Options: ClassVar[type[Options]] = GoAnnotationsOptions
    options: GoAnnotationsOptions

    #: Rows of a page.
    ROWS: ClassVar[int] = 500

    def holds(self, one: Candidate) -> bool:
        """Whether the gene has this function."""
        return not one.source.startswith(_NOT)

    def context(self, question: Question) -> Hashable:
        """Tell the record's own component: it is looked for in the list."""
        return question.text("cellular_component_id")

    def look_up(self, question: Question) -> Lookup:
        """Ask for all pages of a gene's annotations."""
        rows: list[Association] = []
        path = f"bioentity/gene/{segment(question.value)}/function"
        while True:
            params = {"start": str(len(rows)), "rows": str(self.ROWS)}
            answer = question.inquiry.get(path, params, AssociationPage)
            if answer.body is None:
                return self.answered(
                    answer, LookupStatus.NOT_FOUND, note=f"no {question.value}"
                )
            page = answer.body.associations
            # A mirror that gives the same page whatever the start would never end.
            if rows[-self.ROWS :] != page:
                rows += page
                if len(page) == self.ROWS:
                    continue
            break
        found = {
            (one.id, one.source): one
            for one in (row.candidate() for row in rows if self._wanted(row))
        }
        return self.answered(
            answer,
            LookupStatus.FOUND,
            found=list(found.values()),
            note=_own(question.text("cellular_component_id"), rows),
        )

    def _wanted(self, row: Association) -> bool:
        aspects = row.object.category
        return (self.options.electronic or row.evidence_type not in _ELECTRONIC) and (
            not aspects or not {*aspects}.isdisjoint(self.options.aspects)
        )


def _own(component: str, rows: list[Association]) -> str:
    """Say whether the record's own component is annotated already."""
    if not component:
        return ""
    same = [row.candidate().source for row in rows if row.object.id == component]
    if not same:
        return f"{component} is not among them"
    return f"{component} is among them ({'; '.join(dict.fromkeys(same))})"
