"""The API of the Alliance of Genome Resources: search, genes and orthologs.

Documented at ``https://www.alliancegenome.org/swagger-ui``. Three things it does
not say: the categories of the search end in ``_search_result``, an empty page
has no ``results``, and an unknown gene is answered with 400.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar, Literal

from pydantic import AliasChoices, BaseModel, Field

from curation_kit.agents.api.base import ApiOptions, Question
from curation_kit.agents.api.inquiry import Answer, Inquiry
from curation_kit.agents.api.names import Entry, NameValidator, best
from curation_kit.agents.api.sources import Source, segment
from curation_kit.agents.base import Options
from curation_kit.agents.organism import SpeciesKeys, paper_species
from curation_kit.records import Candidate, Lookup
from curation_kit.species import SPECIES, SPECIES_OF_TAXON, Species

__all__ = ["ALLIANCE", "UNKNOWN", "AllianceAlleleAgent", "AllianceGeneAgent", "Gene"]

ALLIANCE = Source(
    name="alliance",
    title="Alliance of Genome Resources",
    address="https://www.alliancegenome.org/api",
    variable="CURATION_KIT_ALLIANCE_URL",
)

#: Rows of one page of the search. A name stands on the first page if anywhere:
#: what matches it whole is ranked first.
ROWS = 50

#: What an unknown identifier is answered with.
UNKNOWN = (400, 404)

_SPECIES_OF_NAME = {species.name: species for species in SPECIES.values()}


class Row(BaseModel):
    """A gene or an allele, as the search gives it."""

    id: str = Field(validation_alias=AliasChoices("id", "curie"))
    symbol: str
    species: str | None = None
    name: str | None = None
    systematicName: str | None = None  # noqa: N815 - as the API spells it
    synonyms: list[str] | None = None
    geneCrossReferences: list[str] | None = None  # noqa: N815 - same

    def entry(self) -> Entry:
        """Give it as an entry."""
        others = (self.name, self.systematicName, *(self.synonyms or []))
        species = _SPECIES_OF_NAME.get(self.species or "")
        return Entry(
            id=self.id,
            name=self.symbol,
            others=tuple(filter(None, others)),
            source=self.species or "",
            taxon=species.taxon if species else "",
        )


class Page(BaseModel):
    """A page of the search."""

    total: int
    results: list[Row] = Field(default_factory=list)
    # A search that failed is answered with 200 and nothing found.
    errorMessages: list[str] = Field(default_factory=list, max_length=0)  # noqa: N815


class Text(BaseModel):
    """A name with markup, and without."""

    displayText: str  # noqa: N815 - as the API spells it


class Taxon(BaseModel):
    """A species."""

    curie: str
    name: str | None = None


class Gene(BaseModel):
    """A gene, as the pages of genes give it."""

    primaryExternalId: str  # noqa: N815 - as the API spells it
    geneSymbol: Text  # noqa: N815 - same
    geneFullName: Text | None = None  # noqa: N815 - same
    geneSystematicName: Text | None = None  # noqa: N815 - same
    geneSynonyms: list[Text] | None = None  # noqa: N815 - same
    taxon: Taxon | None = None

    def entry(self) -> Entry:
        """Give it as an entry."""
        more = (self.geneFullName, self.geneSystematicName, *(self.geneSynonyms or []))
        return Entry(
            id=self.primaryExternalId,
            name=self.geneSymbol.displayText,
            others=tuple(text.displayText for text in more if text),
        )


class GenePage(BaseModel):
    """What the page of a gene gives."""

    gene: Gene


class AllianceOptions(ApiOptions):
    """Options of the agents that search the Alliance."""

    species: SpeciesKeys = Field(
        default_factory=list,
        description=(
            "Species that are searched; empty: that of the record's taxon, else those "
            "that the paper names."
        ),
    )


class _AllianceNames(NameValidator):
    """Searches one category of the Alliance."""

    source = ALLIANCE
    Options: ClassVar[type[Options]] = AllianceOptions
    options: AllianceOptions
    category: ClassVar[Literal["gene_search_result", "allele_search_result"]]

    def context(self, question: Question) -> Hashable:
        """Tell the species and the gene, too."""
        more = question.text("taxon"), question.text("gene_id")
        return super().context(question), more

    def species(self, question: Question) -> list[Species]:
        """Species that are searched, the likeliest first."""
        own = SPECIES_OF_TAXON.get(question.text("taxon"))
        if own and not self.options.species:
            return [own]
        return paper_species(question.paper.text, self.options.species)

    def search(
        self, name: str, species: Species | None, inquiry: Inquiry
    ) -> Answer[Page]:
        """Search for a name, in one species or in all."""
        params = {
            "category": self.category,
            "q": name,
            "limit": str(ROWS),
            "offset": "0",
        }
        if species:
            params["species"] = species.name
        return inquiry.get("search", params, Page, absent=())

    def resolve(self, question: Question) -> Lookup:
        """Search the species one after the other, until one has the name."""
        places: list[Species | None] = [*self.species(question)]
        for species in places or [None]:
            answer = self.search(question.value, species, question.inquiry)
            rows = answer.body.results if answer.body else []
            if species:
                rows = [row for row in rows if row.species in (None, species.name)]
            entries = [row.entry() for row in self.kept(rows, question)]
            found = best(question.value, entries)
            if found:
                break
        return self.resolved(answer, found)

    def kept(self, rows: list[Row], question: Question) -> list[Row]:
        """Rows that may be meant."""
        del question
        return rows


class AllianceGeneAgent(_AllianceNames):
    """Turn each gene symbol into the identifier that the Alliance has for it."""

    name = "alliance_gene"
    title = "Alliance Gene"
    description = (
        "Looks gene symbols up at the Alliance of Genome Resources (HGNC, MGI, RGD, "
        "ZFIN, FlyBase, WormBase, SGD), and checks identifiers that are there already. "
        "Needs the network; answers are kept."
    )
    version = "1"
    category = "gene_search_result"
    columns = ("gene_symbol", "gene_label", "gene")

    def confirm(self, question: Question) -> Lookup:
        """Ask for the gene of an identifier, and compare its names."""
        path = f"gene/{segment(question.known)}"
        answer = question.inquiry.get(path, {}, GenePage, absent=UNKNOWN)
        entry = answer.body.gene.entry() if answer.body else None
        return self.confirmed(answer, question, entry)

    def extras(self, found: Candidate) -> dict[str, str]:
        """Give the taxon of a gene."""
        species = _SPECIES_OF_NAME.get(found.source)
        return {"taxon": species.taxon} if species else {}


class AllianceAlleleAgent(_AllianceNames):
    """Turn each allele symbol into the identifier that the Alliance has for it."""

    name = "alliance_allele"
    title = "Alliance Allele"
    description = (
        "Looks allele symbols up at the Alliance of Genome Resources. Where the record "
        "has a gene identifier, only alleles of that gene are taken. Needs the "
        "network; answers are kept."
    )
    version = "1"
    category = "allele_search_result"
    columns = ("allele_symbol", "allele_label", "allele")

    def kept(self, rows: list[Row], question: Question) -> list[Row]:
        """Rows of alleles of the record's gene, if it is known."""
        gene = question.text("gene_id")
        return [
            row
            for row in rows
            if not gene
            or row.geneCrossReferences is None
            or gene in row.geneCrossReferences
        ]

    def confirm(self, question: Question) -> Lookup:
        """Search for the identifier, and compare its names."""
        answer = self.search(question.known, None, question.inquiry)
        rows = answer.body.results if answer.body else []
        same = next((row.entry() for row in rows if row.id == question.known), None)
        return self.confirmed(answer, question, same)
