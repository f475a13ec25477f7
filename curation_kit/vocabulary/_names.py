"""One spelling for each name, the same when tables are built and when they are read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

__all__ = [
    "Word",
    "canonical",
    "fold",
    "gene_key",
    "plain_dashes",
    "singular",
    "spelled_out",
    "words",
]

_WORD = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*")

#: Plurals that no rule gives (anatomy and cell biology).
_IRREGULAR = {
    "alveoli": "alveolus",
    "atria": "atrium",
    "axes": "axis",
    "bronchi": "bronchus",
    "calyces": "calyx",
    "canaliculi": "canaliculus",
    "cilia": "cilium",
    "conceptuses": "conceptus",
    "cortices": "cortex",
    "dorsa": "dorsum",
    "endothelia": "endothelium",
    "epithelia": "epithelium",
    "feet": "foot",
    "fetuses": "fetus",
    "flagella": "flagellum",
    "fungi": "fungus",
    "ganglia": "ganglion",
    "glomeruli": "glomerulus",
    "gyri": "gyrus",
    "halves": "half",
    "irises": "iris",
    "larynges": "larynx",
    "lenses": "len",  # as "lens" is spelled here
    "matrices": "matrix",
    "mitochondria": "mitochondrion",
    "neuroepithelia": "neuroepithelium",
    "nuclei": "nucleus",
    "nucleoli": "nucleolus",
    "ommatidia": "ommatidium",
    "oogonia": "oogonium",
    "ova": "ovum",
    "pharynges": "pharynx",
    "plexuses": "plexus",
    "primordia": "primordium",
    "sensilla": "sensillum",
    "septa": "septum",
    "shelves": "shelf",
    "spermatogonia": "spermatogonium",
    "spermatozoa": "spermatozoon",
    "sulci": "sulcus",
    "teeth": "tooth",
    "testes": "testis",
    "thalami": "thalamus",
    "thymuses": "thymus",
    "uteri": "uterus",
    "uteruses": "uterus",
    "ventra": "ventrum",
    "villi": "villus",
    "microvilli": "microvillus",
    "zoa": "zoon",
}


#: What stands for a Greek letter in gene names: "TGF-β1", "TGF-beta1", "TGFb1".
_GREEK = {
    "alpha": "a",
    "beta": "b",
    "gamma": "g",
    "delta": "d",
    "epsilon": "e",
    "zeta": "z",
    "eta": "h",
    "theta": "q",
    "iota": "i",
    "kappa": "k",
    "sigma": "s",
    "omega": "w",
}
_LETTERS = str.maketrans("αβγδεζηθικσςω", "abgdezhqikssw")
#: "PPARgamma" and "IkappaBalpha", not "betaine".
_SPELLED_LETTER = re.compile(
    "(?<![a-z])(?:"
    + "|".join(f"{name}|{name.capitalize()}|{name.upper()}" for name in _GREEK)
    + ")(?![a-z])"
)
#: Each Greek letter with its name.
_SPELLED = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψως",
        (
            *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"),
            *("iota", "kappa", "lambda", "mu", "nu", "xi", "omicron", "pi", "rho"),
            *("sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "sigma"),
        ),
        strict=True,
    )
)
_ANY_GREEK = "".join(_SPELLED) + "".join(_SPELLED).upper()
_GREEK_LETTER = re.compile(f"[{_ANY_GREEK}](?=([{_ANY_GREEK}])?)")

_ROMAN = {"II": "2", "III": "3", "IV": "4", "VI": "6", "VII": "7", "VIII": "8"}
_ROMAN_NUMBER = re.compile(r"(?<=[^\W_][ -])(?:III?|IV|VI{1,3})\b")
_BETWEEN_NUMBERS = re.compile(r"(?<=\d)[\W_]+(?=\d)")
_BETWEEN_PARTS = re.compile(r"[^\w\0]+|_")

#: What fonts of papers, and models, have for a hyphen.
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))

#: Shorter words ("gas", "es") are taken as they are.
_SHORTEST = 4


class Word(NamedTuple):
    """One word of a text in canonical form, with its place."""

    text: str
    start: int
    end: int


def fold(name: str) -> str:
    """Spell a gene name for comparison: compatibility forms and case removed."""
    return plain_dashes(unicodedata.normalize("NFKC", name).casefold())


def plain_dashes(name: str) -> str:
    """Give a name with the hyphens of a keyboard, as databases spell it."""
    return name.translate(_DASHES)


# The tables of several species are asked about one name in turn.
@lru_cache(maxsize=1_000)
def gene_key(name: str) -> str:
    """Spell a gene name so that hyphens, Greek letters and Roman numbers agree.

    "TGF-β1", "TGF beta 1" and "Tgfb1" have one key; so have "factor VIII" and
    "Factor 8". "Hoxa1-3" is not "Hoxa13": numbers stay apart. Several genes may
    share a key: a look-up still compares the names.
    """
    name = unicodedata.normalize("NFKC", name)
    name = _SPELLED_LETTER.sub(lambda found: _GREEK[found[0].lower()], name)
    name = _ROMAN_NUMBER.sub(lambda found: _ROMAN[found[0]], name)
    name = _BETWEEN_NUMBERS.sub("\0", name.casefold().translate(_LETTERS))
    return _BETWEEN_PARTS.sub("", name).replace("\0", "-")


def spelled_out(name: str) -> str:
    """Spell Greek letters as ontologies do.

    Examples
    --------
    >>> spelled_out("17β-estradiol"), spelled_out("γδ T cells")
    ('17beta-estradiol', 'gamma-delta T cells')
    """
    if name.isascii():  # as nearly all that are compared
        return name
    return _GREEK_LETTER.sub(
        lambda found: _SPELLED[found[0].lower()] + ("-" if found[1] else ""),
        unicodedata.normalize("NFKC", name),
    )


def singular(word: str) -> str:
    """Singular of an English noun, good enough to compare two spellings."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ae") and len(word) > _SHORTEST:  # larvae, vertebrae
        return word[:-1]
    if (
        len(word) < _SHORTEST
        or not word.endswith("s")
        or word.endswith(("ss", "us", "is"))
    ):
        return word
    if word.endswith("ies") and len(word) > _SHORTEST:
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses")):
        return word[:-2]
    return word[:-1]


def words(text: str) -> Iterator[Word]:
    """Words of a text in canonical form, in order; hyphens separate words."""
    for match in _WORD.finditer(text):
        word = singular(fold(match[0]).replace("’", "'").removesuffix("'s"))
        yield Word(word, match.start(), match.end())


def canonical(name: str) -> str:
    """Spell a term so that case, hyphens and plural do not matter.

    Nor does an article: "lumen of the gut" is "lumen of gut".
    """
    run: list[str] = []
    for word in words(name):
        if not (word.text == "the" and run and run[-1] == "of"):
            run.append(word.text)
    return " ".join(run)
