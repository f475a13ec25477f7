"""Places, cell types and cellular components in full papers.

CRAFT (15 papers on mice): annotations of UBERON and CL. A mention is right when its
first and last character are those of an annotation, and *with its term* when the
identifier is the same too; a term that was numbered anew since CRAFT was made counts
under its new number. A paper is right as far as the set of its terms is. An
annotation in pieces ("lateral plate but not the somitic mesoderm") is taken as one
from its first to its last character, which no dictionary finds. CRAFT leaves words
such as "skin" and "hippocampus" out of the set that is measured here (they are in its
extension set), so they count as false finds.

CellFinder (10 papers on human stem cells): anatomical parts and cell types together,
and cellular components. It has no identifiers, and its annotations take in parts of
words and names ("hES", "CD34 cells", "feeders") that are in no ontology; so the share
of mentions that overlap is given too. Of annotations that stand within one another
("embryonic", "embryonic stem cells") the longest counts.

*Every term* is all that is named; *for the rules* is what the extraction uses, which
leaves out what is too general to be a place ("embryo", "tissue") and adjectives that
stand beside no word of expression.

Variants on CRAFT, F1 (development, held out):

| Variant | Mention | Mention with its term | Terms of a paper |
|---|---|---|---|
| the ontologies' names, no general words | .623, .598 | .608, .569 | .667, .694 |
| all (2026-11-28) | .868, .788 | .862, .767 | .861, .792 |
| without adjectives | .825, .742 | .818, .725 | .828, .772 |
| without our synonyms and compounds | .761, .767 | .751, .736 | .784, .769 |
| without the paper's abbreviations | .870, .791 | .864, .769 | .860, .792 |
| with turns of phrase and reagents | .868, .791 | .862, .769 | .862, .795 |
| with undefined capitals | .867, .788 | .860, .767 | .856, .791 |

The paper's abbreviations are read, and turns of phrase and reagents left out, although
neither gains anything here: the annotators marked "fibroblast" in "fibroblast growth
factor" and left some defined abbreviations unmarked.

The misses and false finds of the development half were read, of the other half none.
Systems trained on CRAFT are described in "Parallel sequence tagging for concept
recognition" (BMC Bioinformatics, doi:10.1186/s12859-021-04511-y) and "Concept
recognition as a machine translation problem" (doi:10.1186/s12859-021-04141-4), on
other papers and annotation sets; no published figure was found that could be set
beside ours, for CRAFT or for CellFinder.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from figures import Counts, Figure, figures_of

from curation_kit.agents.gene_expression.places.finder import Mention, PlaceFinder, What
from curation_kit.vocabulary import ontology

DATA = Path(__file__).parents[3] / "shared" / "data"
CRAFT = DATA / "craft"
CELLFINDER = DATA / "corpora/cellfinder/original-data/cellfinder1_brat_sections"

#: The papers whose misses were read.
DEVELOPMENT = frozenset(
    (
        *("14737183", "15630473", "16110338", "16216087", "16539743"),
        *("16628246", "16700629"),  # CRAFT
        *("15971941", "16316465", "16623949", "16672070", "17288595"),  # CellFinder
    )
)

#: Classes of CellFinder, and what the package calls them.
CLASSES = {
    "Anatomy": What.ANATOMY,
    "CellType": What.ANATOMY,
    "CellComponent": What.COMPONENT,
}


@dataclass(frozen=True)
class Named:
    """Something named at a place of a text; the id is empty where none is given."""

    start: int
    end: int
    id: str = ""


@dataclass
class Read:
    """A paper, or a section of one, with what people and the package found in it."""

    paper: str
    gold: list[Named]
    found: list[Named]
    used: list[Named]


def craft() -> list[Read]:
    """Read CRAFT with both."""
    papers = []
    for path in sorted((CRAFT / "articles/txt").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        found, used = found_in(text, text, What.ANATOMY, "mouse")
        papers.append(Read(path.stem, list(craft_gold(path.stem)), found, used))
    return papers


def craft_gold(paper: str) -> Iterable[Named]:
    """UBERON and CL annotations of a paper."""
    for name in ("UBERON", "CL"):
        folder = CRAFT / f"concept-annotation/{name}/{name}/knowtator"
        root = ET.parse(folder / f"{paper}.txt.knowtator.xml").getroot()  # noqa: S314
        terms = {}
        for mention in root.iter("classMention"):
            of = mention.find("mentionClass")
            terms[mention.get("id")] = current(of.get("id"), of.text)
        for one in root.iter("annotation"):
            starts = [int(span.get("start")) for span in one.iter("span")]
            ends = [int(span.get("end")) for span in one.iter("span")]
            yield Named(min(starts), max(ends), terms[one.find("mention").get("id")])


def current(term: str, label: str) -> str:
    """Today's id of a term: some were numbered anew since the papers were read."""
    terms = ontology(term.partition(":")[0])
    if terms.label(term) == label:
        return term
    kinds = {"label"} if terms.label(term) else {"label", "plain English", "synonym"}
    same = [match.id for match in terms.lookup(label) if match.kind in kinds]
    return same[0] if same else term


def cellfinder(what: What) -> list[Read]:
    """Read CellFinder with both: anatomy with cell types, or components."""
    sections = []
    papers: dict[str, str] = {}
    for path in sorted(CELLFINDER.glob("*.txt")):
        paper = path.stem.partition("_")[0]
        text = path.read_text(encoding="utf-8")
        papers[paper] = papers.get(paper, "") + text
    for path in sorted(CELLFINDER.glob("*.txt")):
        paper = path.stem.partition("_")[0]
        text = path.read_text(encoding="utf-8")
        gold = []
        for line in path.with_suffix(".ann").read_text(encoding="utf-8").splitlines():
            kind, start, end = line.split("\t")[1].split(" ")
            if CLASSES.get(kind) is what:
                gold.append(Named(int(start), int(end)))
        found, used = found_in(text, papers[paper], what, "human")
        sections.append(Read(paper, outermost(gold), found, used))
    return sections


def outermost(gold: list[Named]) -> list[Named]:
    """Leave out what stands within another: "embryonic" of "embryonic stem cells"."""
    return [
        one
        for one in gold
        if not any(
            other != one and other.start <= one.start and one.end <= other.end
            for other in gold
        )
    ]


def found_in(
    text: str, paper: str, what: What, species: str
) -> tuple[list[Named], list[Named]]:
    """What the package finds line by line: all that is named, and what rules use."""
    finder = PlaceFinder([species], paper)

    def each(find: Callable[[str], list[Mention]]) -> list[Named]:
        found, at = [], 0
        for line in text.splitlines(keepends=True):
            found += [_named(at, mention) for mention in find(line)]
            at += len(line)
        return found

    return (
        each(lambda line: finder.named(line, what)),
        each(lambda line: [m for m in finder.find(line) if m.what is what]),
    )


def _named(offset: int, mention: Mention) -> Named:
    term = mention.key.partition(":")[2].partition(" ")[0]
    return Named(offset + mention.start, offset + mention.end, term)


def exact(one: Read) -> Counts:
    """Count mentions whose first and last character are right."""
    return _counts(
        {(named.start, named.end) for named in one.gold},
        {(named.start, named.end) for named in one.found},
    )


def with_term(one: Read) -> Counts:
    """Count mentions whose place and term are right."""
    return _counts(set(one.gold), set(one.found))


def by_paper(one: Read) -> Counts:
    """Count the terms of a paper."""
    return _counts({named.id for named in one.gold}, {named.id for named in one.found})


def by_paper_used(one: Read) -> Counts:
    """Count the terms of a paper, of what the rules use."""
    return _counts({named.id for named in one.gold}, {named.id for named in one.used})


def overlap(one: Read) -> Counts:
    """Count mentions that share a character with one of the other side."""
    return Counts(
        sum(_touches(named, one.gold) for named in one.found),
        len(one.found),
        sum(_touches(named, one.found) for named in one.gold),
        len(one.gold),
    )


def _touches(one: Named, others: list[Named]) -> bool:
    return any(one.start < other.end and other.start < one.end for other in others)


def _counts(gold: set[Any], found: set[Any]) -> Counts:
    both = len(gold & found)
    return Counts(both, len(found), both, len(gold))


def merged(reads: Iterable[Read], count: Callable[[Read], Counts]) -> list[Counts]:
    """Counts by paper: the sections of one are drawn together."""
    papers: dict[str, Counts] = {}
    for one in reads:
        new, known = count(one), papers.get(one.paper, Counts(0, 0, 0, 0))
        papers[one.paper] = Counts(
            known.right_found + new.right_found,
            known.found + new.found,
            known.right_gold + new.right_gold,
            known.gold + new.gold,
        )
    return list(papers.values())


def _halves(read: list[Read]) -> list[tuple[str, list[Read]]]:
    return [
        ("all", read),
        ("development", [one for one in read if one.paper in DEVELOPMENT]),
        ("held out", [one for one in read if one.paper not in DEVELOPMENT]),
    ]


def craft_figures() -> list[Figure]:
    """Measure on CRAFT."""
    measured: list[Figure] = []
    for half, reads in _halves(craft()):
        group = f"CRAFT, UBERON and CL, {half} ({len(reads)} papers)"
        for name, count, target in (
            ("mention, every term", exact, None),
            ("mention with its term, every term", with_term, None),
            ("terms of a paper, every term", by_paper, 0.65),
            ("terms of a paper, for the rules", by_paper_used, None),
        ):
            measured += figures_of(group, name, merged(reads, count), target=target)
    return measured


def cellfinder_figures() -> list[Figure]:
    """Measure on CellFinder."""
    measured: list[Figure] = []
    for name, what in (
        ("anatomy and cell types", What.ANATOMY),
        ("cellular components", What.COMPONENT),
    ):
        for half, reads in _halves(cellfinder(what)):
            group = f"CellFinder, {name}, {half}"
            measured += figures_of(group, "mention", merged(reads, exact))
            measured += figures_of(group, "overlapping mention", merged(reads, overlap))
    return measured


def figures() -> list[Figure]:
    """Measure on both corpora."""
    return craft_figures() + cellfinder_figures()


def cheap() -> list[Figure]:
    """Measure what CI holds the code to."""
    return craft_figures()
