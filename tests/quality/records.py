"""Records of gene expression.

*Own sentences* are those of `tests/gold/sentences.yaml`, each read alone, as a paper
of one sentence or passage whose species is chosen. A found record is right if the
gold of its case has one with the same gene, anatomy, stage, cellular component and
polarity, and the same assay where the gold names one. Names are the same if they
differ only in case, hyphens and plural, or stand for the same term of an offline
vocabulary. A case that expects no record counts against precision when it gives one.

*Own papers* are those of `tests/gold/papers`, read from the PDF by the agents `pdf`
and `gene_expression` as they come; no species is chosen. A found record is right if
the gold of its paper has one with the same gene, anatomy, cellular component and
polarity, and the same stage where the gold names one; of anatomy and component a term
one step above or below is near enough. *Gene and place* leaves the stage aside. *Rows
with a mark* are those that the agent itself asks a curator to look at, so that they
have the review ``check``; the recall of a part is of all gold rows. What is found in a
paper with nothing to find counts against precision.

The *second set* are 15 papers curated after version 6 of the rules; *all* leaves them
out, so that the other figures mean what they did. Twelve have nothing to find, the
other three four rows in all: far too few to tell recall. Nor is it blind. While version
6 was written, what the rules gave for these papers was listed with its sentences: five
rows. Up to version 7 they came still, but for one that denied CD86 in DCs and then
stated it: the only right one. Version 8 gives it and one other. Two more papers were
curated, on plants, whose genes and places the vocabularies do not know. They are not
scored: of their 14 rows the rules find none, and give no other.

*Rows found in papers with nothing to find*: of both sets; fewer are better, and the
tests fail when a paper gives more than it did.

In sentences and papers, the rules were written with the development half in sight; of
the half that is held out only the scores were seen. Of the held-out papers they were
taken at the end only; of the held-out sentences after each step of version 6 of the
rules, and one step was taken back partly for what they showed, so their figures are no
longer a clean test. Version 6 was also written while reading what the rules find in
abstracts of BioRED, papers of CellFinder, sentences of BC2GM and of WormBase papers.
Those have no gold records: they give fewer records now, right ones among those that
went, and nothing is claimed of them. What was gained on the development papers was not
gained on the held-out ones.

Version 7 marks rows and changes little else. The marks (no stage, where most rows of
the paper have one; a place that the paper also names more closely) were chosen on the
development papers, where they hold in each of the nine papers that have such rows;
logistic models of 1 to 37 features of a row did not carry over from paper to paper
(area under the curve .45 to .59) and were left out. Version 7 was written as version 6
was: the held-out sentences were scored after each step, and one step was left out for
them; what the rules gave for the second set was listed once before it was curated; the
held-out papers were scored once before the last step, and at the end.

Version 8 was written on papers that no version had been tried on. Ten parts of nine
open-access papers (results, legends and abstracts, typeset as PDFs) and the rows of
1,422 abstracts of PubMed were read against the guideline by a language model; nothing
of them is in the repository. What it got wrong most was what a treatment or a disease
does to a gene, what a study set out to do, what a protein is known to be, and cultured
cells: 166 of 221 rows of the abstracts. In the parts that were read, precision rose
from .44 to .60 (recall .19 to .26), in the abstracts from .25 to .61. In 1,500 further
abstracts, of which 90 rows were judged without knowing the version, it rose from .30
to .54, with as many right rows. Of six parts read only after the rules had been
written, three stayed as they were (6 right rows of 8); the other three, on which two
more rules were written later, had 19 right rows of 23 before and 14 of 16 now. So
papers on disease and treatment gain, papers on development hardly. Rules that helped
one sentence of one paper were taken out. The held-out sentences were scored after each
step, the held-out papers once, at the end.

Version 10 was written on rows of the development papers and the parts above, eleven
more open-access papers (most on molecules and disease: seven rows in all), legends and
abstracts of seventeen others, sentences of WormBase papers, and some 150 invented
sentences in the forms that these use. Passages were judged before their rows were seen,
the version hidden: of fourteen, 66 rows of 97 were right before and 71 of 97 after; of
five more, 35 of 46 and 36 of 47. Some rules were written later on what was missed
there. A worm paper typeset whole had 15 right rows of 30 before, and 15 of 15 after
four rules were written on it. Of the passages kept unseen by version 9, 75 rows of 98
were right before and 83 of 107 after; their rows were seen once before the last rules.
So passages gain a little. The held-out papers gain nothing: they were scored near the
end, after which no rule was chosen by them, and at the end. The held-out sentences were
scored after each step.

Version 12 was written after the causes of all missed and wrong rows of the development
papers had been counted: what a sentence on mutants tells of the controls, and genes of
a list in which one is unknown, came out first among those that a rule can tell. It was
measured on the development papers and sentences after each step; the rows of 618
abstracts, papers and groups of sentences of BioRED, CellFinder and WormBase papers
stayed the same, and so did the papers with nothing to find. Left out, for they gained
nothing: controls of which no figure is cited, and taking a paragraph for one on mutants
until it names others. Then some 300 invented sentences were made to break its rules.
Those that gave a place, a gene or a denial that a sentence does not have were narrowed;
three that gained next to nothing were taken out (the whole embryo as a place, signals
named by their probe, what cells that lack one gene express), which cost one right row
of the development papers. The held-out papers were scored twice: before that, and at
the end. Units of the bootstrap: cases, and papers.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from figures import Counts, Figure, figures_of

from curation_kit.agents.gene_expression import GeneExpressionAgent
from curation_kit.agents.paper import Paper
from curation_kit.agents.pdf import PdfAgent
from curation_kit.documents.text import Caption, DocumentText, Page, Section
from curation_kit.evaluation import bootstrap_interval, read_gold
from curation_kit.evaluation.matching import Matcher, Name
from curation_kit.records import GeneExpressionRecord

TESTS = Path(__file__).parents[1]
SENTENCES = TESTS / "gold/sentences.yaml"
PAPERS = TESTS / "gold/papers"
DATA = TESTS.parents[1] / "shared/data"

#: Papers of which only the scores are looked at; the second line has nothing to find.
HELD_OUT = frozenset(
    (
        *("sample_fly_publication", "16410827", "15314655", "17194222"),
        *("10.1038_s41467-024-47207-6", "PMC7380888"),
    )
)

#: Papers curated later. Their scores stand apart, so that the others stay comparable;
#: the first line has findings.
SECOND = frozenset(
    (
        *("10.1038_s41467-023-39119-8", "10.1038_s41467-023-40886-7"),
        *("10.1186_s12915-024-01908-y",),
        *("10.1007_s00125-024-06103-w", "10.1016_j.ccell.2022.07.005"),
        *("10.1093_g3journal_jkad293", "10.1093_nar_gkae069", "10.1093_nar_gkae105"),
        *("10.1186_s12915-023-01805-w", "10.1186_s12915-024-01918-w"),
        *("10.7554_eLife.91357.3", "PMC4445982", "PMC6150305", "PMC7704264"),
        *("PMC7889024",),
    )
)

#: Papers of species that no vocabulary knows; they are not scored.
PLANTS = frozenset(("10.1038_s44319-023-00030-4", "PMC5824918"))

#: How far apart two terms of a paper may be, in steps from term to parent.
NEAR = 1

_RECORD = re.compile(
    r"(?P<not>not )?(?P<gene>.+?)(?: in (?P<anatomy>.+?))?(?: at (?P<stage>.+?))?"
    r"(?: within (?P<component>.+?))?(?: by (?P<assay>.+))?"
)
_MARKED = "Own papers, rows with a mark"
_FIELDS = ("gene", "anatomy", "stage", "component", "assay", "negated")
_PLACED = ("gene", "anatomy", "component", "negated")


@dataclass(frozen=True, slots=True)
class Row:
    """What a record says, without identifiers; empty text for what it does not."""

    gene: str
    anatomy: str
    stage: str
    component: str
    assay: str
    negated: str

    @classmethod
    def parsed(cls, line: str) -> Row:
        """Read one line of `SENTENCES`."""
        match = _RECORD.fullmatch(line)
        if match is None:
            raise ValueError(f"{SENTENCES} has a record that says nothing: {line!r}")
        words = {name: match[name] or "" for name in _FIELDS[:-1]}
        return cls(**words, negated=str(bool(match["not"])))

    def __str__(self) -> str:
        """Write it as `parsed` reads it."""
        place = (
            f" {word} {value}"
            for word, value in (
                ("in", self.anatomy),
                ("at", self.stage),
                ("within", self.component),
                ("by", self.assay),
            )
            if value
        )
        return f"{'not ' if self.negated == 'True' else ''}{self.gene}{''.join(place)}"


@dataclass(frozen=True, slots=True)
class Case:
    """One sentence or passage, and the records or the reason that it should give."""

    phenomenon: str
    species: str
    text: str
    section: str
    gold: tuple[Row, ...]
    dropped: str
    held_out: bool


def cases() -> Iterator[Case]:
    """Sentences and passages written for the tests."""
    with SENTENCES.open(encoding="utf-8") as file:
        phenomena: dict[str, list[dict[str, Any]]] = yaml.safe_load(file)
    for phenomenon, entries in phenomena.items():
        for entry in entries:
            yield Case(
                phenomenon,
                entry["species"],
                entry["text"],
                entry.get("section", "results"),
                tuple(Row.parsed(line) for line in entry.get("records", ())),
                entry.get("dropped", ""),
                entry.get("held_out", False),
            )


def passage(section: str, text: str) -> Paper:
    """Make a paper of one passage."""
    words = [match.span() for match in re.finditer(r"\S+", text)]
    legend = section == "figure legend"
    paper = Paper(id="0" * 64, name="passage.pdf", path=Path("passage.pdf"))
    paper.text = DocumentText(
        text,
        pages=[Page(1, 0, len(text), 595.0, 842.0)],
        sections=[Section(section, "", 0, len(text))],
        captions=[Caption("Figure 1", 0, len(text))] if legend else [],
        word_starts=array("l", [start for start, _ in words]),
        word_ends=array("l", [end for _, end in words]),
        word_pages=array("l", [1] * len(words)),
        word_boxes=array("d", [0.0, 0.0, 10.0, 10.0] * len(words)),
    )
    return paper


def read(paper: Paper, *species: str) -> list[Row]:
    """Give what the agent records of a paper."""
    return [row for row, _ in read_and_marked(paper, *species)]


def read_and_marked(paper: Paper, *species: str) -> list[tuple[Row, bool]]:
    """Give what the agent records of a paper, and which rows it wants looked at."""
    agent = GeneExpressionAgent({"species": list(species)})
    return [
        (
            Row(
                one.gene_symbol,
                one.anatomy_label or "",
                one.stage_label or "",
                one.cellular_component_label or "",
                one.assay or "",
                str(one.negated),
            ),
            any(evidence.flags for evidence in one.evidence),
        )
        for one in agent.extract(paper)
        if isinstance(one, GeneExpressionRecord)
    ]


@dataclass(frozen=True)
class Judge:
    """Tells which records are right.

    `loose` is for papers, see the top; `placed` leaves the stage aside.
    """

    species: frozenset[str]
    loose: bool = False
    placed: bool = False

    def right(self, found: Row, gold: Row) -> bool:
        """Whether a found row says what a gold row says."""
        near = Matcher("ontology", NEAR if self.loose else 0)
        fields = [*_PLACED]
        if (gold.stage and not self.placed) or not self.loose:
            fields.append("stage")
        if gold.assay:
            fields.append("assay")

        def agree(field: str, one: str, other: str) -> bool:
            return near.agree(field, Name("", one), Name("", other), self.species)

        return all(
            agree(field, getattr(found, field), getattr(gold, field))
            for field in fields
        )

    def counts(self, found: Sequence[Row], gold: Sequence[Row]) -> Counts:
        """Count what is right."""
        return Counts(
            sum(any(self.right(one, other) for other in gold) for one in found),
            len(found),
            sum(any(self.right(other, one) for other in found) for one in gold),
            len(gold),
        )


def scored(case: Case) -> tuple[Counts, bool | None]:
    """Score a case; and whether its reason is right, where it has one."""
    paper = passage(case.section, case.text)
    found = read(paper, case.species)
    counts = Judge(frozenset({case.species})).counts(found, case.gold)
    reason = case.dropped in paper.ledger.dropped if case.dropped else None
    return counts, reason


def papers() -> Iterator[tuple[str, list[Row]]]:
    """Names of the curated papers, without ``.pdf``, and their rows."""
    for file in sorted(PAPERS.glob("*.tsv")):
        table = read_gold(file)
        rows = [
            Row(
                line["gene_symbol"],
                line["anatomy_label"],
                line.get("stage_label", ""),
                line.get("cellular_component_label", ""),
                "",
                str(line["negated"].lower() in {"yes", "true"}),
            )
            for line in table.to_dict("records")
            if line["gene_symbol"]
        ]
        yield Path(table["document"].iloc[0]).stem, rows


def pdf(name: str) -> Paper:
    """Read a paper of the shared data."""
    found = [*DATA.glob(f"papers/{name}.pdf"), *DATA.glob(f"craft/pdf/{name}.pdf")]
    paper = Paper(id="0" * 64, name=found[0].name, path=found[0])
    paper.text = PdfAgent().read(paper)
    return paper


def _halves(
    group: str,
    units: Iterable[tuple[bool, Counts]],
    target: float | None = None,
    precision_target: float | None = None,
) -> list[Figure]:
    """Figures of both halves and of all."""
    scored = list(units)
    parts = {
        "all": [counts for _, counts in scored],
        "development": [counts for held_out, counts in scored if not held_out],
        "held out": [counts for held_out, counts in scored if held_out],
    }
    return [
        figure
        for name, counts in parts.items()
        for figure in figures_of(
            group, name, counts, target=target, precision_target=precision_target
        )
    ]


def sentence_figures() -> list[Figure]:
    """Figures of our own sentences; they need no data from elsewhere."""
    group = "Own sentences"
    every = [(case, *scored(case)) for case in cases()]
    right = [float(reason) for _, _, reason in every if reason is not None]

    def share(drawn: Sequence[float]) -> float:
        return sum(drawn) / len(drawn)

    interval = bootstrap_interval(right, share)
    return [
        *_halves(group, [(case.held_out, one) for case, one, _ in every], 0.9),
        Figure(
            group, "dropped for the right reason", share(right), *interval, len(right)
        ),
    ]


def paper_figures() -> list[Figure]:
    """Figures of our own papers."""
    read_papers = [
        (name, read_and_marked(pdf(name)), gold)
        for name, gold in papers()
        if name not in PLANTS
    ]
    targets = {"target": 0.6, "precision_target": 0.75}
    every, plain, marked = {False, True}, {False}, {True}
    figures = []
    for group, placed, marks, goals in (
        ("Own papers", False, every, targets),
        ("Own papers, gene and place", True, every, {}),
        ("Own papers, rows without a mark", False, plain, {}),
        (_MARKED, False, marked, {}),
    ):
        judge = Judge(frozenset(), loose=True, placed=placed)
        units = [
            (name, judge.counts([row for row, mark in rows if mark in marks], gold))
            for name, rows, gold in read_papers
        ]
        first = [(name in HELD_OUT, one) for name, one in units if name not in SECOND]
        second = [one for name, one in units if name in SECOND]
        halves = _halves(group, first, **goals)
        if group == _MARKED:  # what is marked should seldom be right
            halves = [
                replace(one, fewer_is_better=True)
                for one in halves
                if one.name.endswith("precision")
            ]
        figures += halves
        if marks is every:  # the second set has too few rows to part
            figures += figures_of(group, "held out, second set", second, **goals)
    return figures + _spurious(
        {name: len(rows) for name, rows, gold in read_papers if not gold}
    )


def _spurious(found: Mapping[str, int]) -> list[Figure]:
    """How many rows each paper with nothing to find gives, and all together."""
    group = "Rows found in papers with nothing to find"
    rows = list(found.values())

    def figure(name: str, value: int, low: float, high: float, size: int) -> Figure:
        return Figure(group, name, value, low, high, size, fewer_is_better=True)

    return [
        figure("all papers", sum(rows), *bootstrap_interval(rows, sum), len(rows)),
        *(figure(name, number, number, number, 1) for name, number in found.items()),
    ]


def cheap() -> list[Figure]:
    """What the tests hold the rules to; the papers are not in this repository."""
    return sentence_figures() + (paper_figures() if DATA.is_dir() else [])


def figures() -> list[Figure]:
    """All figures of records."""
    return sentence_figures() + paper_figures()
