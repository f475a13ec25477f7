"""Words beside a place that belong to its name: "the dorsal and the ventral skin"."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from curation_kit.agents.gene_expression.places import Mention, What

__all__ = ["qualified"]

#: Where in a place, and of which sex: such words are part of its label.
_POSITION = (
    r"(?:(?:antero|postero|dorso|ventro|medio)?(?:dorsal|ventral|anterior|posterior"
    r"|lateral|medial|proximal|distal|rostral|caudal)|apical|basal|inner|outer|upper"
    r"|lower|superficial|deep|central|peripheral|presumptive|XX|XY)"
)
_BEFORE = re.compile(
    rf"(?<![\w-])((?:{_POSITION}(?:, (?:and |or )?(?:the )?| and (?:the )?| or (?:the )?|/))*"
    rf"{_POSITION}(?: {_POSITION})*) $"
)
_BREAK = re.compile(r",? (?:and|or) (?:the )?|, (?:the )?|/")

#: "the craniofacial mesenchyme", "occipital and frontal bones": of which part.
_ADJECTIVE = re.compile(
    r"(?:^|\b(?:in|of|the|throughout|within|to|from|at|both|and|or|developing|embryonic|adult) |, )"
    r"((?!(?:norm|sever|additi|individu|typic|embryo|neonat|postnat|prenat|f(?:o)?et|experiment|origin|tot|fin|equ|usu|residu|animal|basic|specific"
    r"|simil|particul|singul|transgen|genet|characterist|prim|second|ordin|necess|multipl|cellul|molecul|differenti|functional|critic|identic"
    r"|temporal|spatial|morpholog|histolog|physiolog|patholog|mammal|murine|epical|control|manual|vital|small|all)\w*)[A-Za-z-]+(?:al|ic|ar|oid|ary)) $"
)
#: "hair buds", "vibrissa placodes": a general word that belongs to the name.
_HEAD = re.compile(
    r" (?:(?:bud|germ|peg|placode|layer|progenitor|precursor|follicle|duct|tubule|plate|arche?|fold|ridge|cartilage|bone|muscle|nerve|vessel"
    r"|rudiment|sheath|field|pad|pouche?|compartment|domain)s?(?: cells?)?|primordi(?:um|a)|anlagen?|epitheli(?:um|a)|mesenchyme|stroma|mesothelium|endothelium"
    r"|shel(?:f|ves)|process(?:es)?|gangli(?:on|a)|cortex|medulla|parenchyma|mucosa)\b(?!-)"
)

#: As far back as such words are looked for, in characters.
_FURTHEST = 60


def qualified(text: str, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Give places with the words of position before them.

    Parameters
    ----------
    text
        A sentence.
    mentions
        What it names, in order.

    Yields
    ------
    Mention
        Two for "dorsal and ventral skin": "dorsal skin" and "ventral skin".
    """
    for number, named in enumerate(mentions):
        after = mentions[number + 1].start if number + 1 < len(mentions) else len(text)
        mention = _complete(text, named, after)
        offset = max(0, mention.start - _FURTHEST)
        before = _BEFORE.search(text[offset : mention.start])
        if mention.what is not What.ANATOMY or mention.adjective or not before:
            yield mention
            continue
        start = offset + before.start(1)
        words = _BREAK.split(before[1])
        for word in words[:-1]:
            at = text.index(word, start)
            label = f"{word} {mention.text}"
            key = f"{mention.key} {word.lower()}"
            yield replace(mention, start=at, end=at + len(word), text=label, key=key)
            start = at + len(word)
        start = mention.start - 1 - len(words[-1])
        yield replace(
            mention,
            start=start,
            text=text[start : mention.end],
            key=f"{mention.key} {words[-1].lower()}",
        )


def _complete(text: str, mention: Mention, after: int) -> Mention:
    """Give a place with the words beside it that belong to its name."""
    if mention.what is not What.ANATOMY or mention.adjective:
        return mention
    start, end = mention.start, mention.end
    if (head := _HEAD.match(text, end)) and head.end() <= after:
        end = head.end()
    offset = max(0, start - _FURTHEST)
    if adjective := _ADJECTIVE.search(text[offset:start]):
        start = offset + adjective.start(1)
    if (start, end) == (mention.start, mention.end):
        return mention
    words = text[start:end]
    key = f"{mention.key} {words.lower().rstrip('s')}"
    return replace(mention, start=start, end=end, text=words, key=key)
