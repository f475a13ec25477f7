"""What sentences state: a gene is, or is not, expressed at a place and time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from curation_kit.agents.gene_expression.genes.mentions import GeneMention
from curation_kit.agents.gene_expression.places.finder import Mention
from curation_kit.agents.gene_expression.reading.locating import Where
from curation_kit.agents.gene_expression.reasons import Reason

__all__ = ["Expressed", "Reading", "Statement"]


@dataclass(frozen=True, slots=True)
class Statement:
    """A gene is, or is not, expressed at a place and time.

    `compared` tells that it is concluded from what changes in mutants.
    """

    gene: GeneMention
    anatomy: Mention | None
    stage: Mention | None
    component: Mention | None
    negated: bool
    trigger: str
    compared: bool = False

    def within(self, length: int) -> bool:
        """Whether all it names stands in its quote of so many characters."""
        parts = (self.gene, self.anatomy, self.stage, self.component)
        return all(0 <= one.start < one.end <= length for one in parts if one)

    def moved(self, by: int, *names: str) -> Statement:
        """Give it with some of its parts so much later in the quote."""
        parts = {
            name: replace(part, start=part.start + by, end=part.end + by)
            for name in names
            if (part := getattr(self, name))
        }
        return replace(self, **parts)


@dataclass(slots=True)
class Reading:
    """What one sentence states, and why the rest of it was not kept.

    `said` is what the next sentence goes on about: "It was also seen in ...".
    """

    statements: list[Statement] = field(default_factory=list)
    dropped: list[Reason] = field(default_factory=list)
    said: Expressed | None = None


@dataclass(slots=True)
class Expressed:
    """Genes a clause says are, or are not, expressed, each with the word for it.

    `rows` are where and when, and `negated` is whether not there; `changed` tells
    that the clause only says that the expression rises or falls.
    """

    genes: list[tuple[GeneMention, str]]
    negated: bool
    rows: list[Where] = field(default_factory=list)
    changed: bool = False

    def moved(self, by: int) -> Expressed:
        """Give it with all it names so much later."""

        def later(part: Mention | None) -> Mention | None:
            return part and replace(part, start=part.start + by, end=part.end + by)

        genes = [
            (replace(gene, start=gene.start + by, end=gene.end + by), trigger)
            for gene, trigger in self.genes
        ]
        rows = [(later(a), later(s), later(c)) for a, s, c in self.rows]
        return Expressed(genes, self.negated, rows, self.changed)
