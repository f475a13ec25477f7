"""How a paper uses a word: what tells that a short name is meant as a gene."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections import Counter, defaultdict

__all__ = ["WordUse"]

#: Whole or not at all: no part of a name is followed by what a name is.
_NAME = r"(?>[A-Za-z][\w()]*(?:-(?!lacZ|GFP|[Gg][Aa][Ll]4)[\w]+)?)"
_AFTER = (
    r"genes?|mRNAs?|transcripts?|proteins?|RNA|expression|promoter|reporter|antibod(?:y|ies)|antiser(?:um|a)"
    r"|homologs?|orthologs?|loc(?:us|i)|(?:ribo)?probes?|enhancer|alleles?|mutants?|immunoreactivity|(?:immuno)?staining"
    r"|transcription|signals?|cDNA|knock-?(?:in|out)s?|null|expressing"
)
#: What is of or for a gene: "transcripts of ey", "stained for vg".
_OF = (
    r"(?:(?:co-?)?expression|transcription|transcripts?|mRNAs?|levels?|signals?|staining|(?:ribo)?probes?) (?:of|for)"
    r"|antibod(?:y|ies) (?:against|to|for)|encod(?:es|ing)|genes?|(?:stain|label|labell|immunostain)(?:ed|ing) (?:for|with)"
    r"|(?:positive|immunoreactive|negative) for|misexpression of|detect"
)
#: How a legend says what is seen of a gene: "vg (green)".
_COLOUR = r" \((?:shown )?(?:in )?(?:green|red|blue|magenta|cyan|yellow|gr[ae]y|white|purple|brown)\b"
_BESIDE = (
    re.compile(
        rf"(?<![\w-])({_NAME})(?:(?: |-(?=expressing))(?:{_AFTER})\b|::|-lacZ|-GFP|-[Gg][Aa][Ll]4|:e?GFP|[+⁺] |{_COLOUR})"
    ),
    re.compile(r"\bTg(?:BAC)?\(([a-z]\w+):"),
    re.compile(
        rf"\b(?i:anti-|(?:{_OF}) ?(?:the |both |anti-)?)({_NAME}(?:(?: \([^()]{{1,20}}\))?(?:,? and |, ){_NAME}){{0,6}})"
    ),
)
#: "ey is expressed", "neither ey nor toy was detected", "detected vg in", "cells lacked vg".
_STATED = (
    re.compile(
        rf"(?<![\w-])((?:{_NAME}(?:, (?:and |or )?| and | n?or )){{0,4}}{_NAME}) (?:is|are|was|were|can be|could be|becomes?|first|then|expression) "
        r"(?:(?:also|not|still|only|both|first|never|seen|became|most|\w+ly) ){0,2}"
        r"(?:(?:co-?)?express(?:ed|es)|transcribed|detect(?:ed|able)|enriched|absent|present|restricted|confined|limited|visible|seen|found|observed)\b"
    ),
    re.compile(
        rf"\b(?:detect(?:ed)?|(?:co-?)?express(?:es|ed|ing)?|lack(?:s|ed|ing)?|contain(?:s|ed)?|saw|observed?) (?:(?:no|both|the|only) )?({_NAME})\b(?= in\b| and\b|\.|,)"
    ),
    re.compile(rf"(?<![\w-])({_NAME}), (?:which|that) (?:is|was) (?:\w+ )?expressed\b"),
    re.compile(rf"\b[Nn]o ({_NAME}) (?:was|were) (?:detected|seen|found)\b"),
)
#: "a gene that we named mr-s": a name that no table has yet.
_COINED = re.compile(
    r"\b(?:named|termed|called|designated|dubbed|refer(?:red)? to (?:[\w-]+ ){0,3}as)(?: (?:it|the|this|mouse|human|zebrafish|fly|gene|protein)){0,2}"
    rf" [\"'“]?({_NAME})"
)
_ADDED = re.compile(r" \([^()]*\)")
_LIST_BREAK = re.compile(r",? and |, (?:or )?| n?or ")
#: Times that words beside a new name must tell that it is a gene's.
_SPOKEN_OF = 3
#: "genes: sona, trol, vkg and dlp": a list of three or more.
_LISTED = re.compile(
    rf"\bgenes?\b[^.;()]{{0,60}}[—:(]\s?((?:{_NAME}, ){{2,}}(?:and )?{_NAME}(?: and {_NAME})?)"
)
#: What a place in such a list tells of a gene: as much as two words beside it.
_LIST_WEIGHT = 2
#: "eyeless (ey)", "vascular endothelial growth factor (VEGF)".
_BRACKET = re.compile(r"\((?:encoded by )?([A-Za-z][A-Za-z0-9-]{1,8}?)s?[);,]")
_BEFORE_BRACKET = re.compile(r"(?:[\w'-]+ ){1,8}$")

#: As far back as the words before a bracket are looked for, in characters.
_FURTHEST = 120
_GENE_WORDS = re.compile(
    r"(?:receptor|factor|protein|kinase|ligand|channel|transporter|gene|homolog|subunit|enzyme|cadherin"
    r"|globulin|collagen|like|family|homeobox|domain|member|hormone|peptide|\w{3,}(?:ase|in|ins|gen|kine|one))s?$"
)
#: Words of a name that precede a bracket, at most.
_LONGEST = 4


class WordUse:
    """What one paper's text tells of each word in it.

    Parameters
    ----------
    text
        The whole paper.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._lower = Counter(re.findall(r"(?<![\w-])[a-z]{2,}(?![\w-])", text))
        self._names = Counter(re.findall(r"(?<![\w-])[A-Za-z]*[A-Z]\w*", text))
        self._context: Counter[str] = Counter()
        for pattern in _BESIDE:
            for names in pattern.findall(text):
                self._context.update(_LIST_BREAK.split(_ADDED.sub("", names)))
        self._stated: Counter[str] = Counter()
        for pattern in _STATED:
            for names in pattern.findall(text):
                self._stated.update(_LIST_BREAK.split(names))
        for match in _LISTED.finditer(text):
            for name in re.split(r",? and |, ", match[1]):
                self._context[name] += _LIST_WEIGHT
        self._coined = Counter(_COINED.findall(text))
        self._full_names: dict[str, set[str]] = defaultdict(set)
        self.abbreviations: set[str] = set()
        self._read_brackets(text)

    def in_lower_case(self, name: str) -> int:
        """Times the paper writes a name as an ordinary word."""
        return self._lower[name.lower()]

    def capitalised(self, name: str) -> int:
        """Times the paper writes a name exactly so, with a capital in it."""
        return self._names[name]

    def within(self, name: str) -> int:
        """Times the paper writes a name with its capital within a sentence."""
        return len(re.findall(rf"[a-z,;(] \(?{re.escape(name)}\b", self._text))

    def series(self, stem: str) -> list[str]:
        """Names of the paper that are a stem and a number: "K5", "K14" of "K"."""
        return [
            name
            for name in self._names
            if name.startswith(stem) and name[len(stem) :].isdigit()
        ]

    def evidence(self, name: str) -> int:
        """Times that a word beside it, or what is said of it, tells of a gene."""
        return self._context[name] + self._stated[name]

    def coined(self, name: str) -> bool:
        """Whether the paper gives a gene this name, and speaks of the gene by it."""
        marked = not name.isalpha() or not (name.islower() or name.istitle())
        return marked and bool(self._coined[name]) and self._context[name] >= _SPOKEN_OF

    def full_names(self, name: str) -> set[str]:
        """Words before the bracket that holds a name, one to four of them."""
        return self._full_names.get(name, set())

    def _read_brackets(self, text: str) -> None:
        for match in _BRACKET.finditer(text):
            offset = max(0, match.start() - _FURTHEST)
            before = _BEFORE_BRACKET.search(text[offset : match.start()])
            if before is None:
                continue
            words, short = before[0].split(), match[1]
            counts = range(1, min(_LONGEST, len(words)) + 1)
            self._full_names[short] |= {" ".join(words[-n:]) for n in counts}
            if short[0].isupper() and _abbreviates(words, short):
                self.abbreviations.add(short)


def _abbreviates(words: list[str], short: str) -> bool:
    """Whether a bracket shortens words that do not name a gene."""
    letters = [letter for letter in short.lower() if letter.isalpha()]
    for count in {len(letters), len(letters) - 1, 2}:
        long = words[-count:] if 0 < count <= len(words) else []
        if (
            long
            and long[0][:1].lower() == letters[0]
            and all(letter in "".join(long).lower() for letter in letters)
            and not any(_GENE_WORDS.fullmatch(word.lower()) for word in long)
        ):
            return True
    return False
