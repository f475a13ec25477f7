"""Places, cell types and components named in full papers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from figures import Counts, Figure, figures_of

from curation_kit.agents.gene_expression.places import PlaceFinder, What
from curation_kit.vocabulary import ontology

DATA = Path(__file__).parents[3] / "shared" / "data"
CRAFT = DATA / "craft"
CELLFINDER = DATA / "corpora/cellfinder/original-data/cellfinder1_brat_sections"

#: The half of CRAFT whose misses were looked at.
DEVELOPMENT = (
    "14737183",
    "15630473",
    "16110338",
    "16216087",
    "16539743",
    "16628246",
    "16700629",
)


@dataclass(frozen=True)
class Named:
    """A term named at a place of a text; the id is empty where none is given."""

    start: int
    end: int
    id: str


def craft_gold(document: str) -> list[Named]:
    """UBERON and CL annotations of a paper; one in pieces is taken as a whole."""
    gold: list[Named] = []
    for name in ("UBERON", "CL"):
        path = CRAFT / f"concept-annotation/{name}/{name}/knowtator"
        root = ET.parse(path / f"{document}.txt.knowtator.xml").getroot()  # noqa: S314
        terms = {
            mention.get("id"): current(
                mention.find("mentionClass").get("id"),
                mention.find("mentionClass").text,
            )
            for mention in root.iter("classMention")
        }
        for annotation in root.iter("annotation"):
            spans = annotation.findall("span")
            gold.append(
                Named(
                    min(int(span.get("start")) for span in spans),
                    max(int(span.get("end")) for span in spans),
                    terms[annotation.find("mention").get("id")],
                )
            )
    return gold


def current(term: str, label: str) -> str:
    """Today's id of a term: some were numbered anew since the papers were read."""
    terms = ontology(term.partition(":")[0])
    if terms.label(term) is not None:
        return term
    return next((match.id for match in terms.lookup(label)), term)


def found_in(text: str, what: What, species: list[str]) -> list[Named]:
    """What the package finds, paragraph by paragraph."""
    finder = PlaceFinder(species, text)
    found, at = [], 0
    for line in text.splitlines(keepends=True):
        found += [
            Named(at + m.start, at + m.end, m.key.split()[0].partition(":")[2])
            for m in finder.named(line, what)
        ]
        at += len(line)
    return found
