"""What the sentences before tell of a sentence: whose gene, and at what stage.

Within a paragraph a stage holds on ("At E12.5, ..."), and so does the figure that was
cited last; a legend's title says of which gene its panels are.
"""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from curation_kit.agents.gene_expression.genes.mentions import GeneMention, Use
from curation_kit.agents.gene_expression.language import lexicon
from curation_kit.agents.gene_expression.language.sentences import Sentence
from curation_kit.agents.gene_expression.places.finder import Mention, What
from curation_kit.agents.gene_expression.reading.locating import ends
from curation_kit.agents.gene_expression.reading.panels import Panels
from curation_kit.agents.gene_expression.reading.statements import (
    Expressed,
    Reading,
    Statement,
)
from curation_kit.agents.gene_expression.reading.triggers import HELP
from curation_kit.agents.gene_expression.reasons import Reason

__all__ = ["Context"]

_Named = TypeVar("_Named", GeneMention, Mention)

#: How a sentence begins that is about the genes of the one before.
_BACK = re.compile(
    r"(?:(?:In addition|Additionally|Moreover|Furthermore|However|Later|Then|Interestingly|Similarly|Also|Again|Notably"
    r"|(?:By|In) contrast|(?:At|In|By|From|During|Within) [^,;]{2,40}), )?"
    r"(?:(?P<many>they|both|their|these|the two|all(?: of)? these)|it|its|this|the|no|weak|strong|low|high|faint|additional|some|little)?"
    r"(?:(?<=^)|(?<= )|(?=(?: [\w-]+)? ))\s?(?:(?:[\w-]+ )?(?:expression|staining|signals?|transcripts?|mRNAs?|proteins?|genes?|reporters?|fluorescence|immunoreactivity))?"
    rf"\s?{HELP}{{0,5}}(?:{lexicon.VERB})",
    re.IGNORECASE,
)

_WHAT = r"(?:signals?|expression|transcripts?|mRNAs?|(?:immuno)?staining|labell?ing|immunoreactivity|(?:GFP )?(?:expression|fluorescence)|GFP)"
_HOW = r"(?:strong|weak|high|low|faint|intense|robust|bright)(?:er|est)?|specific|clear|prominent|abundant"
#: A sentence that can be about the gene of one before, though it names none.
_SIGNAL = re.compile(
    r"(?:^|[,;:)] |\b(?:that|and|but) )(?:(?:the|an?|no|this|its|some|strong\w*|weak\w*|faint\w*|high\w*|low\w*|significant|specific|robust|intense|very|variable|generally|transient|broad|diffuse|detectable|further|reporter|GFP|lacZ|zygotic|maternal|hybridi[sz]ation|in situ hybridi[sz]ation|positive|clear|abundant|gene|protein|bright\w*|highest|lowest|additional|similar) )*"
    rf"(?:{_WHAT}|it|bands?|protein|gene)(?: \([^()]*\))?(?: (?:in|at|within) (?:[\w-]+ ){{1,4}}?(?=was|were|is|are|ha[sd]))? ?(?:(?:also|first|then|still|only|\w+ly) )?(?:was|were|is|are|ha[sd]|appear\w*|became|becomes|remain\w*|c(?:an|ould) be|persist\w*)\b"
    rf"|\b(?:(?:show|reveal|detect|observ|display)(?:s|ed|n)?|ha[ds]|note) (?:(?:the|an?|no|only|\w+ly|positive|{_HOW}) ){{0,3}}(?:{_WHAT}|domains)\b"
    # A legend needs no verb.
    rf"|^(?:\(?[A-Z](?:[,–-] ?[A-Z])*\) )?(?:(?:{_HOW}|no) )?{_WHAT} (?:in|within|throughout) ",
    re.IGNORECASE,
)
#: A reporter or stain of something else.
_OTHER_SIGNAL = re.compile(
    r"\b(?:X-?[Gg]al|DAPI|Hoechst|phalloidin|alkaline phosphatase|TUNEL|BrdU|EdU|DOPA|Alcian|Alizarin|hematoxylin|eosin)\b"
)
#: Others than the one gene of the sentence before.
_OTHER_GENES = re.compile(
    r"\bgenes\b|\bmutants?\b|\bothers\b|\bremainder\b|[−–-]/[−–-]"
)
#: What sums up holds for more than one stage.
_SUMMARY = re.compile(
    r"(?:Our|These|Taken|In (?:summary|conclusion)|Thus|Therefore|Together|Overall|Collectively|Altogether|Hence)\b"
)
#: A time of its own, though no stage: the one before does not hold.
_OTHER_TIME = re.compile(
    r"\b(?:postnatal|adult|newborn|neonatal|embryonic|later|earlier|older|younger|mature|stages|ages|time points?|throughout (?:[\w-]+ )?(?:development|life))\b",
    re.IGNORECASE,
)
#: ... unless it refers to one.
_THIS_TIME = re.compile(
    r"\bat (?:this|these|that|the same) (?:[\w-]+ )?(?:stages?|ages?|time ?points?|days?)\b"
)
#: Sentences a stage holds on for.
_FURTHEST = 4
#: A quote of several sentences has at most so many characters before the last.
_LONGEST_QUOTE = 600
_WHOLE = re.compile(r"embryos?$", re.IGNORECASE)
#: No embryo is at such a stage.
_AFTER_BIRTH = re.compile(
    r"\bL[1-4]\b|larva|instar|pupa|adult|hatched|newborn|neonat|postnatal|juvenile|\bP\d",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_PANEL = re.compile(r"\(?[A-Z](?:[\w, –-]{0,12})\)")
_STOP = re.compile(r"[.!?:;)\]\"”’][\s\d,–-]*$")


@dataclass(slots=True)
class _Told:
    """Stages and genes of a sentence, placed in the paper."""

    genes: list[GeneMention] = field(default_factory=list)
    stages: list[Mention] = field(default_factory=list)
    age: int = 0


class Context:
    """Follows the sentences of a paper, and completes what they state.

    Parameters
    ----------
    text
        The paper.
    panels
        The stages of its figures.
    """

    def __init__(self, text: str, panels: Panels) -> None:
        self._text = text
        self._panels = panels
        self._heading = _Told()
        self._told = _Told()
        self._last: Sentence | None = None
        self._said: Expressed | None = None
        self._starts: list[int] = []
        self._figures = ""
        self._places: Sequence[Mention] = ()

    def enter(self, sentence: Sentence) -> None:
        """Go on to a sentence: forget what a new paragraph does not go on about."""
        last, self._last = self._last, sentence
        if last is None or not _same_unit(last, sentence):
            goes_on = last is not None and last.section == sentence.section
            if last is None or not goes_on:
                self._heading = _Told()
            elif _is_heading(last):
                self._heading = self._told
            self._told = replace(self._heading, age=0)
            self._said = None
            self._starts = []
            self._places = ()
            self._figures = ""
        elif _is_heading(last) and sentence.caption:
            # The title of a legend holds for all of its panels.
            self._heading = self._told
        elif sentence.caption and _PANEL.match(sentence.text):
            self._told.stages = self._heading.stages
            self._told.genes = self._heading.genes or self._told.genes
        self._starts.append(sentence.start)
        if lexicon.OWN_FIGURE.search(sentence.text):
            self._figures = sentence.text

    def meant(self, sentence: Sentence, places: Sequence[Mention]) -> list[Mention]:
        """Give "the bone" the name that the sentence before has for it.

        Only if that sentence names one such place: "the frontal bones".
        """
        found = []
        for one in places:
            named = {
                before.text.lower(): before
                for before in self._places
                if one.what is before.what is What.ANATOMY
                and before.key.startswith(f"{one.key} ")
            }
            refers = (
                sentence.text.endswith(" the ", 0, one.start)
                and one.text.isalpha()
                # "The ectoderm of the head" is another.
                and not sentence.text.startswith(" of ", one.end)
            )
            if len(named) == 1 and refers:
                (before,) = named.values()
                found.append(replace(one, text=before.text, key=before.key))
            else:
                found.append(one)
        return found

    def said(self, sentence: Sentence) -> Expressed | None:
        """What a sentence without a gene goes on about: genes, and their places."""
        if self._said and _refers_back(sentence.text, self._said):
            return self._said.moved(-sentence.start)
        if (
            not self._told.genes
            or not _SIGNAL.search(sentence.text)
            or _OTHER_SIGNAL.search(sentence.text)
            or _OTHER_GENES.search(sentence.text)
        ):
            return None
        genes = [(one, "expression") for one in self._told.genes]
        return Expressed(genes, negated=False).moved(-sentence.start)

    def completed(
        self,
        sentence: Sentence,
        statements: Sequence[Statement],
        places: Sequence[Mention],
    ) -> list[Statement]:
        """Give statements without a stage the one that holds for them.

        Parameters
        ----------
        sentence
            The sentence that states them.
        statements
            What it states.
        places
            All that it names of places and stages.
        """
        own = [place for place in places if _is_stage(place)]
        first = min((p.start for p in places if p.what is What.ANATOMY), default=0)
        ahead = [stage for stage in own if stage.start < first]
        found: list[Statement] = []
        for one in statements:
            place = one.anatomy or one.component
            # "embryos" only tells what was looked at.
            told = one.stage and _is_stage(one.stage)
            if told or place is None or place.told:
                found.append(one)
                continue
            if not one.stage and own:
                known = _ahead_of(place, ahead, sentence.text)[-1:]
            else:
                known = self._told_elsewhere(sentence, place)
                if one.stage:
                    known = [s for s in known if not _AFTER_BIRTH.search(s.text)]
            found += [replace(one, stage=stage) for stage in known] or [one]
        return found

    def _told_elsewhere(self, sentence: Sentence, place: Mention) -> list[Mention]:
        """Stages of a place in a sentence that names none.

        That of the panel which shows it; else those of the sentences before, and
        else that of the figure which these cite.
        """
        text = sentence.text
        other_time = _OTHER_TIME.search(text)
        sums_up = _SUMMARY.match(text) and not _THIS_TIME.search(text)
        shown, held = None, []
        if not other_time or other_time[0].lower() == "embryonic":
            shown = self._panels.stage(text, place.start, sentence.caption)
        if not (shown or sums_up or other_time):
            held = self._told.stages
            if not (held or sentence.caption or lexicon.OWN_FIGURE.search(text)):
                shown = self._panels.stage(self._figures, 0, None)
        return [
            _placed(stage, -sentence.start) for stage in ([shown] if shown else held)
        ]

    def quoted(
        self, sentence: Sentence, statement: Statement
    ) -> tuple[Sentence, Statement]:
        """Widen a quote to the sentences before that name a part of what it states."""
        parts = (
            statement.gene,
            statement.anatomy,
            statement.stage,
            statement.component,
        )
        near = [at for at in self._starts if sentence.start - at <= _LONGEST_QUOTE]
        named = [part.start + sentence.start for part in parts if part]
        # What is told further off, in a legend or a heading, has a quote of its own.
        earliest = min(at for at in [*named, sentence.start] if at >= near[0])
        start = max(at for at in near if at <= earliest)
        if start == sentence.start:
            return sentence, statement
        text = self._text[start : sentence.end]
        by = sentence.start - start
        return (
            replace(sentence, text=text, start=start, ahead=by),
            statement.moved(by, "gene", "anatomy", "stage", "component"),
        )

    def leave(
        self,
        sentence: Sentence,
        genes: Sequence[GeneMention],
        places: Sequence[Mention],
        reading: Reading,
    ) -> None:
        """Remember what a sentence names and says, for the next."""
        said = reading.said
        self._places = places
        told = self._told
        self._said = said.moved(sentence.start) if said else None
        stages = [
            _placed(place, sentence.start)
            for place in places
            if place.what is What.STAGE and _DIGIT.search(place.text)
        ]
        age = 0 if stages else told.age + 1
        # "In adults, ..." is no longer about E12.5; "the embryos" may be.
        ended = any(map(_is_stage, places))
        kept = told.stages if age < _FURTHEST and not ended else []
        topic = told.genes
        products = {g.symbol: g for g in genes if g.use in {Use.PRODUCT, Use.REPORTER}}
        if products:
            one = (
                lexicon.speaks_of_expression(sentence.text)
                and len(products) == 1
                and Reason.PREVIOUS not in reading.dropped
            )
            topic = [_placed(g, sentence.start) for g in products.values() if one]
        self._told = _Told(topic, stages or kept, age)


def _is_stage(place: Mention) -> bool:
    return place.what is What.STAGE and not _WHOLE.match(place.text)


def _ahead_of(place: Mention, stages: list[Mention], text: str) -> list[Mention]:
    """Stages that hold for a place: "patterns at E12.5, with G in A and H in B"."""
    return [
        stage
        for stage in stages
        if _DIGIT.search(stage.text)
        and not ends(text, stage)
        and not _OTHER_TIME.search(text, stage.end, place.start)
    ]


def _placed(one: _Named, by: int) -> _Named:
    return replace(one, start=one.start + by, end=one.end + by)


def _refers_back(text: str, said: Expressed) -> bool:
    """Whether a sentence without a gene is about those of the one before."""
    match = _BACK.match(text)
    return match is not None and bool(match["many"]) == (len(said.genes) > 1)


def _is_heading(sentence: Sentence) -> bool:
    return not _STOP.search(sentence.text)


def _same_unit(one: Sentence, other: Sentence) -> bool:
    """Whether two sentences are in one paragraph, or in one legend."""
    if one.caption or other.caption:
        return one.caption == other.caption
    return one.section == other.section and 0 <= other.start - one.end <= 1
