"""Names of diseases, chemicals and GO terms: tables here first, then OLS.

The Ontology Lookup Service (OLS4) is documented at
``https://www.ebi.ac.uk/ols4/api-docs``. Its exact search compares whole labels and
synonyms only where ``queryFields`` names them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Field, field_validator

from curation_kit.agents.api.base import ApiOptions, Question
from curation_kit.agents.api.inquiry import Answer
from curation_kit.agents.api.names import Entry, NameValidator, best
from curation_kit.agents.api.sources import Source
from curation_kit.agents.base import Options
from curation_kit.records import Candidate, Lookup, LookupStatus
from curation_kit.vocabulary import TermMatch, ontology, sources, spelled_out

__all__ = ["ChemicalAgent", "DiseaseAgent", "GoTermAgent"]

OLS = Source(
    name="ols",
    title="Ontology Lookup Service",
    address="https://www.ebi.ac.uk/ols4/api",
    variable="CURATION_KIT_OLS_URL",
)

#: Rows of one page; more terms of one name there are not.
ROWS = 50


class Doc(BaseModel):
    """A term, as the search gives it: fields that are empty are left out."""

    obo_id: str = ""
    label: str = ""
    synonym: list[str] = Field(default_factory=list)

    @field_validator("synonym", mode="before")
    @classmethod
    def _as_list(cls, value: Any) -> Any:
        """Make a list of a single synonym, which comes without brackets."""
        return [value] if isinstance(value, str) else value or []


class Response(BaseModel):
    """The part of an answer that has the terms."""

    numFound: int  # noqa: N815 - as the API spells it
    docs: list[Doc]


class Search(BaseModel):
    """What the search gives."""

    response: Response


class TermValidator(NameValidator):
    """Looks names up in one ontology.

    Attributes
    ----------
    prefix
        Of the identifiers that are wanted where the records do not say it; empty
        if an option says it.
    """

    source = OLS
    prefix: ClassVar[str] = ""

    def prefix_of(self, question: Question) -> str:
        """Prefix of the identifiers that are wanted."""
        told = type(question.record).ontologies.get(question.column, "")
        return told if told in self.ontologies else self.prefix

    def resolve(self, question: Question) -> Lookup:
        """Look a name up in the table, then ask for it."""
        here = self.here(question)
        if here is not None:
            return here
        for name in dict.fromkeys((question.value, spelled_out(question.value))):
            answer, entries = self._search(question, name, "label,synonym")
            if found := best(name, entries):
                break
        return self.resolved(answer, found)

    def confirm(self, question: Question) -> Lookup:
        """Compare a name with those of the identifier's term."""
        here, known = self.here(question), question.known
        if here is not None and known in [one.id for one in here.found]:
            return here.model_copy(update={"status": LookupStatus.CONFIRMED})
        answer, entries = self._search(question, known, "obo_id")
        same = [entry for entry in entries if entry.id == known]
        return self.confirmed(answer, question, same[0] if same else None)

    def here(self, question: Question) -> Lookup | None:
        """Tell what the table that comes with the program says; None if nothing."""
        prefix = self.prefix_of(question)
        found = _of_best_kind(ontology(prefix).lookup(question.value))
        if not found:
            return None
        table = sources()[f"terms_{prefix}"]
        return Lookup(
            source=f"{table['upstream']} {table['released']}, offline",
            status=LookupStatus.RESOLVED if len(found) == 1 else LookupStatus.AMBIGUOUS,
            found=[
                Candidate(id=term.id, label=term.label, source=term.kind)
                for term in found
            ],
        )

    def limits(self) -> dict[str, str]:
        """Give more parameters of the search."""
        return {}

    def _search(
        self, question: Question, name: str, fields: str
    ) -> tuple[Answer[Search], list[Entry]]:
        """Search for a name; give the terms of the ontology that is meant.

        The search also gives terms that it imports.
        """
        prefix = self.prefix_of(question)
        params = {
            # It becomes part of a query between quotation marks.
            "q": name.replace('"', " ").replace("\\", " "),
            "ontology": prefix.casefold(),
            "type": "class",
            "queryFields": fields,
            "exact": "true",
            "fieldList": "obo_id,label,synonym",
            "rows": str(ROWS),
            **self.limits(),
        }
        answer = question.inquiry.get("search", params, Search, absent=())
        docs = answer.body.response.docs if answer.body else []
        return answer, [
            Entry(doc.obo_id, doc.label, tuple(doc.synonym), "OLS")
            for doc in docs
            if doc.label and doc.obo_id.startswith(f"{prefix}:")
        ]


def _of_best_kind(found: Sequence[TermMatch]) -> list[TermMatch]:
    """Of terms that are sorted by kind, those that are as good as the first."""
    return [
        term
        for term in found
        if (term.kind, term.exact) == (found[0].kind, found[0].exact)
    ]


class DiseaseOptions(ApiOptions):
    """Options of the disease agent."""

    ontology: Literal["DOID", "MONDO"] = Field(
        default="DOID",
        description="Whose identifiers are wanted; the Alliance uses those of DOID.",
    )


class DiseaseAgent(TermValidator):
    """Turn names of diseases into terms of DOID or MONDO."""

    name = "disease"
    title = "Disease"
    description = (
        "Looks names of diseases up in the Disease Ontology (DOID) or MONDO: in the "
        "tables that come with the program, then at the Ontology Lookup Service, "
        "which needs the network."
    )
    version = "1"
    columns = ("disease_label", "disease")
    ontologies = frozenset({"DOID", "MONDO"})
    Options: ClassVar[type[Options]] = DiseaseOptions
    options: DiseaseOptions

    def prefix_of(self, question: Question) -> str:
        """Prefix of the ontology of the column, or of the one that was chosen."""
        return super().prefix_of(question) or self.options.ontology


class ChemicalAgent(TermValidator):
    """Turn names of chemicals into terms of ChEBI."""

    name = "chemical"
    title = "Chemical"
    description = (
        "Looks names of chemicals up in ChEBI: by their main name in the table that "
        "comes with the program, by synonyms at the Ontology Lookup Service, which "
        "needs the network."
    )
    version = "1"
    columns = ("chemical_label", "chemical")
    ontologies = frozenset({"CHEBI"})
    prefix = "CHEBI"


class GoTermOptions(ApiOptions):
    """Options of the GO term agent."""

    aspect: Literal[
        "any", "molecular_function", "biological_process", "cellular_component"
    ] = Field(default="any", description="Part of GO that the name is of.")


#: IRIs of the roots of GO.
_ROOTS = {
    "molecular_function": "http://purl.obolibrary.org/obo/GO_0003674",
    "biological_process": "http://purl.obolibrary.org/obo/GO_0008150",
    "cellular_component": "http://purl.obolibrary.org/obo/GO_0005575",
}


class GoTermAgent(TermValidator):
    """Turn names of functions, processes and components into GO terms."""

    name = "go_term"
    title = "GO Term"
    description = (
        "Looks names up in the Gene Ontology: cellular components in the table that "
        "comes with the program, all others at the Ontology Lookup Service, which "
        "needs the network."
    )
    version = "1"
    columns = ("go_label", "go_term", "cellular_component_label", "cellular_component")
    ontologies = frozenset({"GO"})
    prefix = "GO"
    Options: ClassVar[type[Options]] = GoTermOptions
    options: GoTermOptions

    def here(self, question: Question) -> Lookup | None:
        """Ask the table of components, unless another part of GO is wanted."""
        wanted = self.options.aspect in {"any", "cellular_component"}
        return super().here(question) if wanted else None

    def limits(self) -> dict[str, str]:
        """Search below the root of the part that is wanted."""
        root = _ROOTS.get(self.options.aspect)
        return {"allChildrenOf": root} if root else {}
