"""Places as the paper writes them: the noun phrase around a term of a vocabulary.

A vocabulary knows "gonad" and "skin"; the paper says "XX gonads", "dorsal and
ventral skin", "the posterior pole of the gonad".
"""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from curation_kit.agents.gene_expression.language.lexicon import CONTROL
from curation_kit.agents.gene_expression.places.finder import (
    STAGE_ADJECTIVE,
    Mention,
    What,
)

__all__ = ["noun_phrases"]

#: Words that end a noun phrase to the left, and cannot be part of it.
_NO_MODIFIER = re.compile(
    r"(?:an?|the|this|that|these|those|its?|their|our|his|each|every|both|either|neither|all|any|some|no|none|most|many|few|several|other|another"
    r"|same|such|more|most|less|least|only|also|not|and|or|nor|but|as|than|then|of|in|on|at|to|by|for|from|with|within|into|onto|via|per|near|around"
    r"|along|across|between|among|throughout|during|after|before|until|under|over|above|below|behind|beside|beneath|toward|towards|through|without|against"
    r"|like|including|except|versus|is|are|was|were|be|been|being|has|have|had|do|does|did|can|could|may|might|will|would|which|who|whose|where|when|while"
    r"|whereas|although|though|because|if|we|they|it|he|she|there|here|labels?|marks?|shows?|reveals?|expresse?s?|lacks?|contains?|detects?|finds?|found|seen|saw|shown|sees"
    r"|fewer|total|single|one|two|three|four|five|six|seven|eight|nine|ten|twelve|first|second|third|genes?|mrnas?|proteins?|transcripts?|expression|staining|signals?|rna|dna|cdna"
    r"|markers?|panels?|sections?|left|right|arrows?|arrowheads?|images?|cluster|number|numbers|level|levels|part|wild|type|types|human|mouse|mice|rat|rats"
    r"|zebrafish|drosophila|xenopus|chick|chicken|murine|fish|flies|fly|worms?|patients?|animals?|\w+ly|(?!limbed)\w{2,}(?:ed|ing))",
    re.IGNORECASE,
)
#: Words that judge a place or tell its age, and do not say which it is.
_JUDGING = re.compile(
    r"(?:normal|wild-?types?|wt|control|heterozygous|homozygous|mutant|hypomorphic|null|c?KO|knock-?out|deficient|entire|whole|small|large|main|major|typical|early|late|later|young|old|adult|embryonic|f[eo]etal"
    r"|neonatal|postnatal|larval|pupal|prenatal|newborn|new|future|presumptive|prospective|putative|similar|different|various|multiple|rare|individual|specific|certain"
    r"|discrete|distinct|additional|remaining|respective|corresponding|underlying|overlying|adjacent|strong|weak|high|low|faint|robust|intense|broad|prominent"
    r"|intact|fresh|isolated|primary|sham|sham-operated|vehicle|naive|uninjured|unaffected|positive|negative|abundant|endogenous|untreated|healthy|abnormal|littermate|original"
    r"|\S+-(?:positive|negative|matched|expressing|treated|old|type))",
    re.IGNORECASE,
)
#: What is said of two places at once: "dorsal and ventral skin", "XX and XY gonads".
_ADJECTIVE = re.compile(
    r"(?:[\w-]{2,}(?:al|ic|ar|ous|ary|eous|ior|oid|ine)|inner|outer|upper|lower|deep|XX|XY|left|right|flank)",
)
#: Nouns for a part: "the surface of the gonad".
_PART = (
    r"(?:surfaces?|aspects?|layers?|regions?|domains?|walls?|edges?|margins?|tips?|cortex|boundar(?:y|ies)|zones?|poles?|sides?|ends?|hal(?:f|ves)|bases?"
    r"|portions?|borders?|periphery|cent(?:er|re)s?|core|lining|sheaths?|compartments?|epitheli(?:um|a)|mesenchyme|stroma|cells|neurons|roof|floor|apex|rim|lobes?"
    r"|areas?|tissues?|subset|crests?|folds?|buds?|tubules?|ducts?|cap|capsule)"
)
_VAGUE_PART = re.compile(
    r"cells|neurons|regions?|areas?|tissues?|parts?|portions?|subset|domains?|layers"
)
_HEAD = (
    r"(?:cells?|neurons?|layers?|surfaces?|boundar(?:y|ies)|regions?|domains?|tissues?|walls?|edges?|margins?|tips?|cortex|mesenchyme|epitheli(?:um|a)|progenitors?|precursors?"
    r"|zones?|primordi(?:um|a)|rudiments?|lining(?! (?:the|an?)\b)|buds?|folds?|stroma|capsules?|borders?|compartments?|lobes?|poles?|sheaths?|ducts?|tubules?|processe?s?|shel(?:f|ves)|cords?|muscles?|cartilages?|glands?"
    r"|germs?|pegs?|placodes?|papilla(?:e)?|matrix|bulbs?|shafts?|plates?|pads?|ridges?|arch(?:es)?|pouch(?:es)?|vesicles?|cups?|stalks?|pits?)"
)
#: "gonad surface", "Sertoli precursor cells", "gonad mesonephric boundary".
_GOES_ON = re.compile(
    rf"(?:[ -](?:precursor|progenitor|proliferation|stem|surface|muscle|follicle|nerve|support|[\w-]+(?:al|ic|ar|oid)))?[ -]{_HEAD}(?:[ -]{_HEAD})?(?![\w-])"
)
#: "in the neuroblastic layer": nouns that name nothing but a place.
_UNKNOWN = re.compile(
    r"\b(?:in|of|to|within|throughout|and)(?: the| both| an?)? (?:[\w-]+ ){1,3}"
    r"(?P<head>layers?|mesenchyme|mesoderm|ectoderm|endoderm|epitheli(?:um|a)|muscles?|cartilages?|glands?|gangli(?:on|a)|placodes?|vesicles?|neurons?|dermis|sheaths?|sclerotome|discs?|zones?)(?![\w-]| of )"
)
_WORD_BEFORE = re.compile(r"(?<![\w./−-])([A-Za-z][\w'’-]*)[ \n]$")
_AND = re.compile(r"(?:,| and| or|, and|, or|/|&)[ \n]?$")
_PART_OF = re.compile(
    rf"(?<![\w-])(?P<part>{_PART})(?: \([^()]{{1,12}}\))?,? of (?:(?:the|an?|both|each|these|their|its|developing|adult|embryonic|mature|normal|control|rat|mouse|murine|human|zebrafish|\w+ed) )*$"
)
_PART_LAST = re.compile(rf"(?<![\w-]){_PART}$")
_CELLS_AT = re.compile(
    r"(?<![\w-])cells (?:near|along|at|lining|close to|adjacent to|toward|on) (?:the )?$"
)
_DESCRIBES = re.compile(r"(?:al|ic|ar|ior)$")
_SECTION = re.compile(r" (?:sections?|slices?|views?|planes?|levels?)\b")
#: The mutant's: "Fgf9−/− XY gonads", "mutant skin".
_MUTANT = re.compile(
    r"(?:[−–-]/[−–-]|[ΔΔ]/[ΔΔ]|(?<![\w/])(\w{1,8})/\1|\b(?:mutants?|hypomorph(?:s|ic)?|null|KO|cKO|knock-?outs?|deficient|homozygous))[);,]* (?:XX |XY |[\w-]+(?:al|ic|ar|ior) )?$"
)
#: ... and the control's as well: "wild-type and null skin", "WT, but not null, skin".
_BESIDE_CONTROL = re.compile(
    rf"{CONTROL}(?: and| n?or| as well as|,? but not)(?: in)?(?: the)? (?:[^\s,;.()]+ ?)?$"
)
#: What something will become: "the outer layer, a presumptive photoreceptor layer".
_APPOSED = re.compile(r", an? (?:presumptive|putative|prospective|future) $")
#: "XX Wnt4+/− gonads": of the control.
_GENOTYPE = re.compile(
    r"\b(?P<sex>XX|XY) (?:[\w()]+[+−–-]/[+−–-]|(?:wild-?type|control|normal)(?: and [\w-]+)?) $"
)
_ARTICLE = re.compile(r"(?:the|an?|both)[ \n]$")
#: "mesenchyme around the buds" is a place by another.
_BESIDE = re.compile(
    r" (?:around|surrounding|underlying|overlying|lining|flanking|adjacent to|next to|beneath|between) (?:(?:the|a|each) )?"
)
#: Words before the head of a phrase, at most.
_MOST = 4


def noun_phrases(
    text: str, mentions: Sequence[Mention], taken: Sequence[tuple[int, int]] = ()
) -> list[Mention]:
    """Widen the places of a sentence to the phrases that name them.

    Parameters
    ----------
    text
        The sentence.
    mentions
        Places, stages and components, in order.
    taken
        Where something else is named, such as genes: no phrase reaches there.

    Returns
    -------
    list of Mention
        In order. A place that is said to be several ("dorsal and ventral skin")
        becomes several mentions; `key` tells two phrases of one term apart.
    """
    mentions = _compounds(text, [one for one in mentions if not _no_place(text, one)])
    mentions = sorted([*mentions, *_unknown(text, mentions, taken)], key=_start)
    found: list[Mention] = []
    for number, mention in enumerate(mentions):
        shared = text[mention.start : mention.end] != mention.text
        # "medullary cells" is a place, "medullary expression" tells of one.
        described = mention.adjective and not _GOES_ON.match(text, mention.end)
        if mention.what is not What.ANATOMY or described or shared:
            found.append(mention)
            continue
        others = [one for one in mentions if one is not mention]
        edges = [*taken, *((one.start, one.end) for one in others)]
        floor = max((end for _, end in edges if end <= mention.start), default=0)
        ceiling = min(
            (start for start, _ in edges if start >= mention.end), default=len(text)
        )
        if number and found and found[-1].end > mention.start:
            continue  # the phrase before took it in
        found += _widened(text, mention, floor, ceiling)
    found.sort(key=lambda one: (one.start, one.end))
    meant = [_of_whom(text, _meant(text, one, found)) for one in found]
    return _beside(text, meant)


def _beside(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Join a place and the one that it lies by: "mesenchyme around the buds"."""
    joined: list[Mention] = []
    for one in mentions:
        before = joined[-1] if joined else None
        if (
            before
            and before.what is one.what is What.ANATOMY
            and before.end <= one.start
            # "loose mesenchyme" says enough.
            and " " not in before.text
            and text[before.start : before.end] == before.text
            and _BESIDE.fullmatch(text, before.end, one.start)
        ):
            joined[-1] = replace(
                before,
                end=one.end,
                text=" ".join(text[before.start : one.end].split()),
                key=f"{before.key} by {one.key}",
            )
        else:
            joined.append(one)
    return joined


def _of_whom(text: str, mention: Mention) -> Mention:
    """Tell the places of mutants from those of normal animals."""
    before = text[: mention.start]
    mutants = mention.what is not What.STAGE and _MUTANT.search(before)
    if mutants and not _BESIDE_CONTROL.search(before[: mutants.start()]):
        return replace(mention, of_mutants=True)
    return mention


def _meant(text: str, mention: Mention, found: Sequence[Mention]) -> Mention:
    """The phrase before that "the gonad" refers to: "In XY gonads, ... the gonad"."""
    if (
        not (mention.text.isalpha() and text.endswith("the ", 0, mention.start))
        or text.startswith(" of ", mention.end)  # "the ectoderm of the head"
    ):
        return mention
    before = {
        one.key: one
        for one in found
        if one.end <= mention.start and one.key.startswith(f"{mention.key} ")
    }
    if len(before) != 1:
        return mention
    (phrase,) = before.values()
    return replace(mention, text=phrase.text, key=phrase.key)


def _compounds(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Take a place right before another for a part of its name: "granule cell layer"."""
    found: list[Mention] = []
    for one in mentions:
        before = found[-1] if found else None
        if (
            before
            and before.what is one.what is What.ANATOMY
            and text[before.end : one.start] == " "
        ):
            found[-1] = replace(
                one,
                start=before.start,
                text=text[before.start : one.end],
                key=f"{one.key} {before.text.lower()}",
                adjective=False,
            )
        else:
            found.append(one)
    return found


def _start(mention: Mention) -> int:
    return mention.start


def _no_place(text: str, mention: Mention) -> bool:
    """Whether words only describe: "somite-derived", "abdominal sections", mutants."""
    return mention.what is What.ANATOMY and bool(
        text.startswith("-derived ", mention.end)
        or (_DESCRIBES.search(mention.text) and _SECTION.match(text, mention.end))
        or STAGE_ADJECTIVE.search(mention.text)
        or _APPOSED.search(text[: mention.start])
    )


def _unknown(
    text: str, mentions: Sequence[Mention], taken: Sequence[tuple[int, int]]
) -> Iterator[Mention]:
    """Places that no vocabulary has, by the noun that they end with."""
    spans = [*taken, *((one.start, one.end) for one in mentions)]
    for match in _UNKNOWN.finditer(text):
        start, end = match.span("head")
        begin = _left(text, start, match.start())
        words = text[begin:end]
        if begin < start and all(end <= low or high <= begin for low, high in spans):
            yield Mention(begin, end, words, What.ANATOMY, words.lower())


def _widened(text: str, mention: Mention, floor: int, ceiling: int) -> list[Mention]:
    end = mention.end
    goes_on = _GOES_ON.match(text, end, ceiling)
    if goes_on and not re.search(r"[A-Z]{2}", goes_on[0]):
        end = goes_on.end()
    start = _left(text, mention.start, floor)
    wordings = [(start, text[start:end])]
    if start == mention.start and (control := _GENOTYPE.search(text[:start])):
        wordings = [(start, f"{control['sex']} {text[start:end]}")]
    # "occipital and periocular mesenchyme", also where the second is a term.
    head = mention.start
    if start == head and " " in mention.text:
        head += mention.text.index(" ") + 1
    if start < head:
        wordings += [
            (at, f"{other} {text[head:end]}")
            for at, other in _coordinated(text, start, floor)
        ]
    part = _PART_OF.search(text, floor, start)
    if part:
        wordings = list(_parts(text, part, text[start:end], floor)) or wordings
    found = []
    for at, words in wordings:
        shown = " ".join(words.split())
        extra = shown.lower().replace(mention.text.lower(), "", 1).strip()
        key = f"{mention.key} {extra}" if extra else mention.key
        # The phrase ends where its head does, wherever its words stand.
        found.append(
            replace(mention, start=at, end=end, text=shown, key=key, adjective=False)
        )
    return found


def _left(text: str, start: int, floor: int) -> int:
    """Where the words begin that say which place is meant."""
    begin, count = start, 0
    while count < _MOST:
        word = _WORD_BEFORE.search(text, floor, begin)
        if word is None or _NO_MODIFIER.fullmatch(word[1]):
            break
        begin, count = word.start(1), count + 1
    words = list(re.finditer(r"\S+", text[begin:start]))
    for word in words:  # "wild-type XX gonads": XX gonads
        if not _JUDGING.fullmatch(word[0]):
            return begin + word.start()
    return start


def _coordinated(text: str, start: int, floor: int) -> Iterator[tuple[int, str]]:
    """Adjectives that share the head with the one before it."""
    first = re.match(r"[\w-]+", text[start:])
    if first is None or not _ADJECTIVE.fullmatch(first[0]):
        return
    while joined := _AND.search(text, floor, start):
        word = re.search(r"(?<![\w-])([\w-]+)$", text[floor : joined.start()])
        if word is None or not _ADJECTIVE.fullmatch(word[1]):
            return
        start = floor + word.start(1)
        yield start, word[1]


def _parts(
    text: str, part: re.Match[str], whole: str, floor: int
) -> Iterator[tuple[int, str]]:
    """Parts of a place: "the cortex and the anterior and posterior poles of ..."."""
    noun = part.start("part")
    start = _left(text, noun, floor)
    at_cells = _CELLS_AT.search(text, floor, start)
    if at_cells:
        words = text[at_cells.start() : part.end("part")]
        yield at_cells.start(), f"{words} of {whole}"
        return
    if start == noun and _VAGUE_PART.fullmatch(part["part"]):
        return  # "almost all cells of the ectoderm"
    article = "the " if " of the " in part[0] else ""
    yield start, f"{text[start : part.end('part')]} of {article}{whole}"
    for at, other in _coordinated(text, start, floor) if start < noun else ():
        start = at
        yield at, f"{other} {part['part']} of {article}{whole}"
    article_before = _ARTICLE.search(text, floor, start)
    begin = article_before.start() if article_before else start
    joined = _AND.search(text, floor, begin)
    if joined and (before := _PART_LAST.search(text, floor, joined.start())):
        at = _left(text, before.start(), floor)
        yield at, f"{text[at : joined.start()]} of {article}{whole}"
