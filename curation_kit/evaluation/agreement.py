"""Which rows of one paper agree with those of the gold table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from curation_kit.evaluation.explaining import Judged, Nearest
from curation_kit.evaluation.matching import Matcher, Name
from curation_kit.evaluation.rows import Row

__all__ = ["COUNTS", "Agreement"]

#: What is counted of the rows, or of the values of one field, in one paper.
COUNTS = ("found", "found_right", "gold", "gold_found")


class Agreement:
    """The rows of one document in both tables, and which of them agree."""

    def __init__(
        self,
        found: list[Row],
        gold: list[Row],
        matcher: Matcher,
        species: frozenset[str],
        fields: Sequence[str],
    ) -> None:
        self._found, self._gold = found, gold
        self._matcher, self._species = matcher, species
        self._compared = fields
        # Of each row, those of the other table with the same gene.
        self._of_found: dict[int, list[Row]] = {row.position: [] for row in found}
        self._of_gold: dict[int, list[Row]] = {row.position: [] for row in gold}
        for one in found:
            for other in gold:
                if self._agree("gene", one.names["gene"], other.names["gene"]):
                    self._of_found[one.position].append(other)
                    self._of_gold[other.position].append(one)

    def judged(self) -> Judged:
        """Say which rows are wrong or were missed, and how others of the gene differ.

        Of each such row, the nearest of the other table with the same gene, if
        there is one, and the fields in which it differs.
        """
        return Judged(
            false={
                row.position: self._nearest(
                    Nearest(gold.position, self._differing(row, gold))
                    for gold in self._of_found[row.position]
                )
                for row in self._found
                if not self._right(row)
            },
            missed={
                row.position: self._nearest(
                    Nearest(found.position, self._differing(found, row))
                    for found in self._of_gold[row.position]
                )
                for row in self._gold
                if not self._hit(row)
            },
        )

    @staticmethod
    def _nearest(others: Iterable[Nearest]) -> Nearest | None:
        """Row with the fewest differences, best not in negation nor in place."""
        return min(
            others,
            key=lambda other: (
                len(other.differing),
                "negated" in other.differing,
                "anatomy" in other.differing,
            ),
            default=None,
        )

    def row_counts(self) -> list[int]:
        """Counts of the rows, as `COUNTS`."""
        return [
            len(self._found),
            sum(map(self._right, self._found)),
            len(self._gold),
            sum(map(self._hit, self._gold)),
        ]

    def field_counts(self, field: str) -> list[int]:
        """Counts of the different values of a field, as `COUNTS`."""
        if field == "gene":
            found = self._genes(self._found, self._of_found)
            gold = self._genes(self._gold, self._of_gold)
        else:
            told = {  # a found value counts where some gold row of the gene has one
                row.position
                for row in self._found
                if any(any(o.names[field]) for o in self._of_found[row.position])
            }
            judged = [row for row in self._found if row.position in told]
            found = self._values(field, judged, self._of_found)
            gold = self._values(field, self._gold, self._of_gold)
        return [len(found), sum(found.values()), len(gold), sum(gold.values())]

    def _genes(
        self, rows: list[Row], partners: dict[int, list[Row]]
    ) -> dict[tuple[str, str], bool]:
        """Different genes, and whether the other table has them."""
        verdicts: dict[tuple[str, str], bool] = {}
        for row in rows:
            key = self._matcher.key("gene", row.names["gene"]), ""
            verdicts[key] = verdicts.get(key, False) or bool(partners[row.position])
        return verdicts

    def _values(
        self, field: str, rows: list[Row], partners: dict[int, list[Row]]
    ) -> dict[tuple[str, str], bool]:
        """Different values of genes in both tables, and whether both have them."""
        verdicts: dict[tuple[str, str], bool] = {}
        for row in rows:
            value, others = row.names[field], partners[row.position]
            if not others or not any(value):
                continue
            gene = self._matcher.key("gene", row.names["gene"])
            key = gene, self._matcher.key(field, value)
            agrees = any(self._agree(field, value, o.names[field]) for o in others)
            verdicts[key] = verdicts.get(key, False) or agrees
        return verdicts

    def _right(self, row: Row) -> bool:
        return any(not self._differing(row, o) for o in self._of_found[row.position])

    def _hit(self, row: Row) -> bool:
        return any(not self._differing(o, row) for o in self._of_gold[row.position])

    def _differing(self, found: Row, gold: Row) -> list[str]:
        """Compared fields of two rows of one gene that do not agree."""
        return [
            field
            for field in self._compared
            if field != "gene"
            and any(gold.names[field])
            and not self._agree(field, found.names[field], gold.names[field])
        ]

    def _agree(self, field: str, one: Name, other: Name) -> bool:
        return self._matcher.agree(field, one, other, self._species)
