"""Panels of figures: at what stage is what a sentence shows in "Figure 2B".

Authors give the age of the animals in the legend, and leave it out where the text
tells what is seen.
"""

# ruff: noqa: E501, RUF001 - patterns are easier to read unbroken; primes are meant

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from curation_kit.agents.gene_expression.places.finder import Mention
from curation_kit.documents.text import Caption, DocumentText

__all__ = ["Panels"]

#: "(A)", "(A–C, F)", "A)", "(a and b)".
_MARK = re.compile(
    r"\((?P<bracketed>[A-Z](?:[′']|(?:, ?|[-–]|,? and |,? & )[A-Z])*)\)"
    r"|(?:(?<=[.:;\n] )|(?<=\n)|(?<=^))(?P<open>[A-Z](?:(?:, ?|[-–]| and )[A-Z])*)[).:,] "
)
#: "Figure 2B", "Figs. 3A–C and 4D": figure by figure.
_CITED = re.compile(r"\bFig(?:ure|s|ures)?\.? ?(?P<cited>S?\d[^().;]{0,40})")
_FIGURE = re.compile(
    r"(?P<number>S?\d+) ?(?P<letters>[A-Za-z](?![a-z])(?:[′']|(?:, ?| ?[-–] ?|,? and |,? & )(?:S?\d+)?[A-Za-z](?![a-z]))*)?"
)
_LETTERS = re.compile(r"([A-Z])(?:[-–]([A-Z]))?")
_NUMBERED = re.compile(r"\d|adult|newborn", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.;]\s")


@dataclass(slots=True)
class _Legend:
    """Stages of one figure's legend: of all of it, and of each panel."""

    title: dict[str, Mention] = field(default_factory=dict)
    every: dict[str, Mention] = field(default_factory=dict)
    panels: dict[str, dict[str, Mention]] = field(
        default_factory=lambda: defaultdict(dict)
    )


class Panels:
    """Knows the stages that a paper's legends give.

    Parameters
    ----------
    text
        The paper.
    find_stages
        Gives the stages that a piece of text names.
    """

    def __init__(
        self, text: DocumentText, find_stages: Callable[[str], list[Mention]]
    ) -> None:
        self._legends: dict[str, _Legend] = defaultdict(_Legend)
        for caption in text.captions:
            kind, _, number = caption.label.rpartition(" ")
            if kind.endswith("Figure"):
                _read(self._legends[number], text.text, caption, find_stages)

    def stage(self, words: str, at: int, caption: Caption | None) -> Mention | None:
        """Stage at which something is shown that a sentence tells.

        Parameters
        ----------
        words
            The sentence.
        at
            Where in the sentence it is told.
        caption
            The legend that holds the sentence, if one does.

        Returns
        -------
        Mention or None
            Placed in the paper. None if the legend gives none, or several.
        """
        if caption:
            number = caption.label.rpartition(" ")[2]
            before = [mark for mark in _MARK.finditer(words) if mark.start() <= at]
            letters = _expanded(before[-1][0]) if before else []
            return self._of(number, letters)
        cited = list(_figures(words))
        after = [one for one in cited if one[0] >= at] or cited[-1:]
        return self._of(after[0][1], after[0][2]) if after else None

    def _of(self, number: str, letters: Sequence[str]) -> Mention | None:
        if number not in self._legends:
            return None
        legend = self._legends[number]
        told: dict[str, Mention] = {}
        for letter in letters:
            told |= legend.panels.get(letter, {})
        for stages in (told, legend.title, legend.every):
            if stages:
                return next(iter(stages.values())) if len(stages) == 1 else None
        return None


def _read(
    legend: _Legend,
    paper: str,
    caption: Caption,
    find_stages: Callable[[str], list[Mention]],
) -> None:
    """Take the stages of a legend."""
    words = paper[caption.start : caption.end]
    stages = [
        replace(one, start=one.start + caption.start, end=one.end + caption.start)
        for one in find_stages(words)
        if _NUMBERED.search(one.text)
    ]
    legend.every |= {one.key: one for one in stages}
    marks = list(_MARK.finditer(words))
    edges = [(mark.start(), mark) for mark in marks] + [(len(words), None)]
    first = caption.start + edges[0][0]
    opening = not marks or _opens(words, marks[0].start())
    if opening:
        legend.title |= {one.key: one for one in stages if one.end <= first}
    for (start, mark), (end, _) in pairwise(edges):
        if mark is None:
            continue
        if not _opens(words, start):
            # "not detected at E13 (A), first at E18 (B)": the mark stands behind.
            begin = max((m.end() for m in marks if m.end() <= start), default=0)
            start, end = begin, start  # noqa: PLW2901 - the stretch it stands for
        inside = {
            one.key: one
            for one in stages
            if caption.start + start <= one.start < caption.start + end
        }
        for letter in _expanded(mark[0]):
            legend.panels[letter] |= inside


def _opens(words: str, start: int) -> bool:
    """Whether a mark opens a sentence."""
    before = words[:start].rstrip()
    return not before or before[-1] in ".;:)" or "\n" in words[len(before) : start]


def _expanded(letters: str) -> list[str]:
    """Give each letter of "A–C, F"."""
    found: list[str] = []
    for first, last in _LETTERS.findall(re.sub("and|to", ",", letters).upper()):
        found += [chr(code) for code in range(ord(first), ord(last or first) + 1)]
    return found


def _figures(words: str) -> Iterator[tuple[int, str, list[str]]]:
    """Figures that a sentence cites, each with its panels, in order."""
    for cited in _CITED.finditer(words):
        for figure in _FIGURE.finditer(cited["cited"]):
            letters = re.sub(r"\d+| ", "", figure["letters"] or "")
            yield cited.start(), figure["number"], _expanded(letters)
