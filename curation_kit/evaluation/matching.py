"""When two rows name the same gene, place or stage."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from functools import cache
from typing import Literal, NamedTuple, get_args

from curation_kit.errors import CurationKitError
from curation_kit.phrases import fold
from curation_kit.species import SPECIES
from curation_kit.vocabulary import (
    GENE_SPECIES,
    ONTOLOGIES,
    anatomy_ontologies,
    canonical,
    genes,
    ontology,
    resolve_stage,
)

__all__ = ["MATCHES", "Match", "Matcher", "Name"]

Match = Literal["exact", "label", "ontology"]

#: The ways in which names are compared, the strictest first.
MATCHES: tuple[Match, ...] = get_args(Match)

#: Ontologies of which no parents are known here.
_FLAT = frozenset({"CHEBI", "DOID", "MONDO"})


class Name(NamedTuple):
    """What a row says in one field: an identifier, a label, both or nothing."""

    id: str
    label: str

    @property
    def prefix(self) -> str:
        """Source of the identifier, as ``WBbt`` of ``WBbt:0003681``."""
        return self.id.partition(":")[0]


class Matcher:
    """Compares what two rows say in a field.

    Identifiers decide where both rows have one of the same source, and else the
    labels do, or what the vocabularies say of them.

    Parameters
    ----------
    match
        ``exact``: the same identifier, or the same label, letter by letter.
        ``label``: labels that differ only in case, hyphens, spaces and, but for
        genes, plural are the same, and so is a label that the offline vocabularies
        give as a name of the other's identifier, as ``lens`` of
        ``UBERON:0000965`` (lens of camera-type eye). ``ontology``: like ``label``,
        also where neither has an identifier; and identifiers agree where one term
        is an ancestor of the other (is a, part of, develops from).
    within
        Most steps between ancestor and descendant, 0 for the same term only.

    Raises
    ------
    CurationKitError
        If there is no such way, or `within` is negative.
    """

    def __init__(self, match: Match = "label", within: int = 1) -> None:
        if match not in MATCHES:
            raise CurationKitError(
                f'There is no matching "{match}": choose {", ".join(MATCHES[:-1])} '
                f"or {MATCHES[-1]}."
            )
        try:
            steps = operator.index(within)
        except TypeError:
            steps = -1
        if steps < 0:
            raise CurationKitError(
                f"Terms cannot match within {within!r} steps: give a whole number, "
                "0 or more."
            )
        self.match = match
        self.within = steps
        self._verdicts: dict[tuple[str, Name, Name, frozenset[str]], bool] = {}

    def key(self, field: str, name: Name) -> str:
        """Spell a name so that the same is spelled the same."""
        return name.id or self._label(field, name.label)

    def agree(
        self, field: str, one: Name, other: Name, species: frozenset[str]
    ) -> bool:
        """Whether two names of a field mean the same.

        Parameters
        ----------
        field
            ``gene``, ``anatomy``, ``stage``, ``component``, ``assay`` or ``negated``.
        one, other
            The names.
        species
            Keys of `curation_kit.species.SPECIES` that the paper is about; all
            when empty.
        """
        if one == other:
            return True
        asked = (field, one, other, species)
        verdict = self._verdicts.get(asked)
        if verdict is None:
            verdict = self._verdicts[asked] = self._agree(*asked)
        return verdict

    def _agree(
        self, field: str, one: Name, other: Name, species: frozenset[str]
    ) -> bool:
        if one.id and other.id and one.prefix == other.prefix:
            return one.id == other.id or (
                self.match == "ontology" and _related(one.id, other.id, self.within)
            )
        labels = self._label(field, one.label), self._label(field, other.label)
        if labels[0] == labels[1] and (labels[0] or not (one.id or other.id)):
            return True
        if self.match == "exact" or (
            self.match == "label" and not (one.id or other.id)
        ):
            return False
        both = bool(one.id and other.id)  # of sources that do not know each other
        firsts, seconds = (
            _ids(field, name, species, look=both or not name.id)
            for name in (one, other)
        )
        return any(
            first == second
            or (self.match == "ontology" and _related(first, second, self.within))
            for first in firsts
            for second in seconds
            if self.match == "ontology" or first == one.id or second == other.id
        )

    def _label(self, field: str, label: str) -> str:
        if self.match == "exact":
            return label
        if field == "gene":
            return fold(label).replace("-", "").replace(" ", "")
        return canonical(label) or fold(label)


def _ids(
    field: str, name: Name, species: frozenset[str], *, look: bool
) -> tuple[str, ...]:
    """Identifiers that a name has, or (where these are looked up) may stand for."""
    own = (name.id,) if name.id else ()
    known = _looked_up(field, name.label, species) if look and name.label else ()
    return (*own, *known)


@cache
def _looked_up(field: str, label: str, species: frozenset[str]) -> tuple[str, ...]:
    """Identifiers of the best kind (symbol before alias, label before synonym)."""
    look = _LOOK_UP.get(field)
    return tuple(look(label, sorted(species) or list(SPECIES))) if look else ()


def _genes(label: str, species: list[str]) -> Iterable[str]:
    for key in species:
        found = genes(key).lookup(label) if key in GENE_SPECIES else []
        yield from (gene.id for gene in found if gene.kind == found[0].kind)


def _places(label: str, species: list[str]) -> Iterable[str]:
    for prefix in {prefix for key in species for prefix in anatomy_ontologies(key)}:
        yield from _terms(prefix, label)


def _stages(label: str, species: list[str]) -> Iterable[str]:
    for key in species:
        yield from (term.id for term in resolve_stage(label, key))


def _terms(prefix: str, label: str) -> list[str]:
    found = ontology(prefix).lookup(label)
    return [term.id for term in found if term.kind == found[0].kind]


_LOOK_UP: dict[str, Callable[[str, list[str]], Iterable[str]]] = {
    "gene": _genes,
    "anatomy": _places,
    "stage": _stages,
    "component": lambda label, _: _terms("GO", label),  # the same in all species
}


def _related(one: str, other: str, within: int) -> bool:
    """Whether one term is at most so many steps above the other."""
    return other in _ancestors(one, within) or one in _ancestors(other, within)


@cache
def _ancestors(term_id: str, within: int) -> frozenset[str]:
    prefix = term_id.partition(":")[0]
    if prefix not in ONTOLOGIES or prefix in _FLAT:
        return frozenset()
    above, last = set[str](), {term_id}
    for _ in range(within):
        last = {parent for one in last for parent in ontology(prefix).parents(one)}
        last -= above
        if not last:  # however many steps were asked for
            break
        above |= last
    return frozenset(above)
