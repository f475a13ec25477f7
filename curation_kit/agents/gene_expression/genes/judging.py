"""Which names a paper uses for genes: by its tables, its words and the tagger."""

# ruff: noqa: E501, PLR0911, PLR2004 - patterns are easier to read unbroken; one rule, one return; lengths of names

from __future__ import annotations

import re
from collections.abc import Sequence

from curation_kit.agents.gene_expression.genes.forms import without_prefix
from curation_kit.agents.gene_expression.genes.spelling import STRICT, fitting, meant_by
from curation_kit.agents.gene_expression.genes.stopwords import LAB_WORDS, LOWER_WORDS
from curation_kit.agents.gene_expression.genes.votes import TaggerVotes
from curation_kit.agents.gene_expression.genes.word_use import WordUse
from curation_kit.agents.gene_expression.language.abbreviations import abbreviations
from curation_kit.vocabulary import GeneMatch, genes

__all__ = ["MOSTLY", "NameJudge"]

#: A capitalised name without a digit is a gene when the paper uses it so often.
_OFTEN = 3
#: So long a word that has the name of a fly's gene is hardly said of anything else.
_LONG = 8
#: A name of two letters is a gene when so many words beside it tell so.
_SURE = 3
#: Words for several products: "Polycomb repressive complex 1 (PRC1)".
_NOT_ONE_GENE = re.compile(
    r"\b(?:complex(?:es)?|famil(?:y|ies)|pathway|syndrome|disease|disorder|cells?|system|cortex|nucle(?:us|i)|medium|solution|assay)\b(?: \w{1,3})?$",
    re.IGNORECASE,
)
#: Share of a name's uses that the tagger takes for a gene, to believe it.
MOSTLY = 0.5
#: Share below which an alias is not believed to be one, whatever is said of it.
_RARELY = 0.25
#: A gene that no table has is used so often, and named as a gene so often.
_NEW = 8, 5
#: ... or so often if it has a digit.
_MARKED_NEW = 4, 3
_MARKED = re.compile(r"(?=\D*\d)[A-Za-z][A-Za-z0-9]{3,7}")
#: Too short a name to be told from others by itself.
_IN_SERIES = re.compile(r"([A-Z]{1,2})(\d)")
#: "so", "vs", "cm": of two letters, and not only the name of a fly's gene.
_SHORT_WORD = re.compile(r".*[aeiouy].*|cm|ps|rt|sd|st|vs")
_VOWEL = re.compile(r"[aeiouy]")
_DIGIT = re.compile(r"\d")
#: An older name of a fly gene: "dec-1".
_NUMBERED = re.compile(r"[a-z]{3,6}-\d")


class NameJudge:
    """Tells whether one paper uses a name for a gene.

    Parameters
    ----------
    species
        Keys of the gene tables, the paper's main species first.
    text
        The whole paper: how it uses a word decides whether it is a gene.
    """

    def __init__(self, species: Sequence[str], text: str) -> None:
        self._species = list(species)
        self._use = WordUse(text)
        self._votes = TaggerVotes(text)
        self._defined = abbreviations(text)
        self._known: dict[str, str | None] = {}

    def share(self, name: str) -> float:
        """Share of the uses of a name where the tagger takes it for a gene."""
        return self._votes.share(name)

    def symbol(self, name: str) -> str | None:
        """Official symbol, if the paper uses this name for a gene."""
        if name not in self._known:
            self._known[name] = self._judge(name)
        return self._known[name]

    def listed(self, name: str) -> str | None:
        """Official symbol of a name in a list of genes, if it is spelled as one."""
        if (
            len(name) < 2
            or (name.islower() and name in LOWER_WORDS)
            or self._is_another(name)
            or self._shortens_another(name)
        ):
            return None
        fits = (fitting(name, one) for one in self._species)
        exact = (m for m in fits if m and m.kind == "symbol" and m.name == name)
        return next((match.symbol for match in exact), None)

    def _judge(self, name: str) -> str | None:
        if len(name) < 2 or self._is_another(name):
            return None
        symbol = self._spelled_symbol(name) or self._in_series(name)
        # The tagger is asked last: the tables take microseconds, it takes milliseconds.
        return symbol if symbol and not self._shortens_another(name) else None

    def _spelled_symbol(self, name: str) -> str | None:
        """Official symbol of a name that is spelled and used as a gene's."""
        found = [
            (species, match)
            for species in self._species
            if (match := fitting(name, species))
        ]
        ordinary = (
            name.islower()
            and not _DIGIT.search(name)
            and not self._use.evidence(name)
            and not self._use.full_names(name)
        )
        if ordinary and not (found and self._a_product(name)):
            return None
        # Case tells mouse from man in a paper of both: Pax6, PAX6.
        found.sort(key=lambda one: one[1].name != name)
        for species, match in found:
            if self._plausible(name, species, match):
                return match.symbol
        new = self._use.coined(name) or (not found and self._is_new(name))
        return name if new else None

    def _in_series(self, name: str) -> str | None:
        """Official symbol of a name by another of its series: K14 is Krt14, K8 Krt8."""
        numbered = _IN_SERIES.fullmatch(name)
        if not numbered or not self._use.evidence(name):
            return None
        stem, number = numbered.groups()
        for other in self._use.series(stem):
            known = self.symbol(other) if len(other) > len(name) else None
            if known and known.endswith(other[len(stem) :]):
                root = known.removesuffix(other[len(stem) :])
                for species in self._species:
                    for match in genes(species).lookup(f"{root}{number}"):
                        if match.kind == "symbol":
                            return match.symbol
        return None

    def _is_another(self, name: str) -> bool:
        """Whether it is a word of the laboratory, or short for several genes."""
        other = name in LAB_WORDS or _NOT_ONE_GENE.search(self._defined.get(name, ""))
        return bool(other) and not self._shortens_gene(name)

    def _shortens_another(self, name: str) -> bool:
        """Whether it is short for no gene here, say its uses too."""
        short = name in self._defined or name in self._use.abbreviations
        return (
            short and not self._shortens_gene(name) and self._votes.share(name) < MOSTLY
        )

    def _shortens_gene(self, name: str) -> bool:
        """Whether the paper defines it as short for a gene."""
        long = self._defined.get(name, "")
        return any(meant_by(long, species) for species in self._species)

    def _is_new(self, name: str) -> bool:
        """Whether the paper describes a gene that no table has.

        A family is none: there is a gene of its name and a number.
        """
        if self._species[0] in STRICT or name.lower() in LOWER_WORDS:
            return False
        marked = bool(_MARKED.fullmatch(name))
        uses, evidence = _MARKED_NEW if marked else _NEW
        if self._use.evidence(name) < evidence or not 2 < len(name) < 13:
            return False
        family = (self._defined.get(name, name), name, without_prefix(name))
        if any(
            genes(species).lookup(f"{one}{sign}{number}")
            for species in self._species
            for one in family
            for sign in ("", "-", " ")
            for number in "123AB"
        ):
            return False
        votes = self._votes
        return votes.uses(name) >= uses and votes.share(name) > MOSTLY

    def _plausible(self, name: str, species: str, match: GeneMatch) -> bool:
        """Whether a name that a gene has is meant as one here."""
        if species in STRICT:
            return True
        if name.lower() in LOWER_WORDS and not (
            species == "fly" and self._word_for_protein(name)
        ):
            return False
        if self._named(name, species, match):
            return True
        votes = self._votes  # asked last: of all that tells, it takes longest
        doubtful = species != "fly" and match.kind != "symbol"
        if (
            doubtful
            and votes.uses(name) >= _SURE
            and self._use.evidence(name) <= _SURE
            and votes.share(name) < _RARELY
        ):
            return False
        if self._told(name, species, match):
            return True
        if name.islower() and not _DIGIT.search(name):
            # "noggin", "involucrin": the product, spelled as a word.
            return species != "fly" and self._a_product(name)
        if match.kind == "symbol" and match.name == name and len(name) > 2:
            return not self._use.in_lower_case(name) and votes.share(name) > MOSTLY
        return (
            votes.uses(name) >= _SURE
            and not self._use.in_lower_case(name)
            and votes.share(name) > MOSTLY
        )

    def _word_for_protein(self, name: str) -> bool:
        """Whether a paper on flies uses a word for a protein: "Cut was seen in"."""
        return (
            name.istitle()
            and self._use.evidence(name) >= _SURE
            and self._use.within(name) >= _SURE
        )

    def _a_product(self, name: str) -> bool:
        """Whether a word in small letters is a product by most of its uses."""
        if len(name) < 6 or self._votes.uses(name) < 2:
            return False
        share = self._votes.share(name)
        return share > MOSTLY or (share == MOSTLY and self._use.evidence(name) > _SURE)

    def _told(self, name: str, species: str, match: GeneMatch) -> bool:
        """Whether its spelling, and the words beside it, tell of a gene."""
        digit = bool(_DIGIT.search(name))
        if match.kind == "symbol" and digit and len(name) > 2:
            return True
        if species == "fly" and match.name == name and _NUMBERED.fullmatch(name):
            return True
        if digit and len(name) > 3:
            return self._use.evidence(name) > 0 or self._votes.share(name) > MOSTLY
        if species not in {"fly", "zebrafish"} and (
            match.kind != "symbol" or name not in {match.name, match.name.upper()}
        ):
            return self._told_of_name(name, match)
        if len(name) < 3:
            return self._told_of_letters(name, species, match)
        return self._told_of_word(name, species, match)

    def _told_of_name(self, name: str, match: GeneMatch) -> bool:
        """Whether a word means a name: "Snail" of the mouse, "Bax" of man."""
        short = match.kind != "symbol" and len(name) < 4
        enough = 2 * _SURE if short else _SURE
        return self._use.evidence(name) >= enough and not self._use.in_lower_case(name)

    def _told_of_letters(self, name: str, species: str, match: GeneMatch) -> bool:
        """Whether one or two letters mean a symbol."""
        gene_like = name.islower() and not _SHORT_WORD.fullmatch(name)
        enough = 1 if gene_like else _SURE
        fly_protein = species == "fly" and name == match.name.capitalize()
        return self._use.evidence(name) >= enough and (
            match.name == name or fly_protein
        )

    def _told_of_word(self, name: str, species: str, match: GeneMatch) -> bool:
        """Whether a word without a number means a symbol."""
        evidence = self._use.evidence(name)
        short = len(name) == 3 and match.kind != "symbol"
        shouted = len(name) < _LONG and name.isupper() and name != match.name
        if species == "fly" and (short or shouted):
            return evidence > 1
        capitalised = not name.islower()
        if species == "fly" and capitalised and self._use.capitalised(name) > _OFTEN:
            return True
        if capitalised and self._use.in_lower_case(name):
            # The paper also writes it as an ordinary word.
            return species == "fly" and evidence > 1
        # "kdrl" is no word of any language, "vestigial" of a fly: one sign is enough.
        rare = not _VOWEL.search(name) or (species == "fly" and len(name) >= _LONG)
        return evidence > (0 if capitalised or rare else 1)

    def _named(self, name: str, species: str, match: GeneMatch) -> bool:
        """Whether the paper gives the gene's full name before it: "eyeless (ey)"."""
        if match.symbol in meant_by(self._defined.get(name, ""), species):
            return True
        return any(
            known.id == match.id
            for full in self._use.full_names(name)
            if full.lower() != name.lower()
            for known in genes(species).lookup(full)
        )
