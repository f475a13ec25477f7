"""Hold what a model says against the paper."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from curation_kit.agents.paper import Paper
from curation_kit.evidence import mentions_of
from curation_kit.records import Evidence, Record, Verification
from curation_kit.vocabulary import plain_dashes

__all__ = ["cite", "flag", "merged", "not_in", "same", "why_of"]

R = TypeVar("R", bound=Record)

#: A quote of fewer words, such as "C", stands everywhere and says nothing.
_FEWEST_WORDS = 3

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"[-−]?\d+(?:,\d{3})*(?:\.\d+)?")
_NUMBER_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def cite(
    paper: Paper,
    record: Record,
    quotes: Iterable[str],
    checked: Sequence[str],
    *,
    after: int = 0,
) -> None:
    """Give a record the evidence that a model claims for it.

    Each quote is sought in the paper. The values of the record are sought in the
    quotes, and the best quote is flagged where one is not there.

    Parameters
    ----------
    checked
        Columns whose values should be in the quotes.
    after
        Of several places that say the same, take the first from this offset on.
    """
    found = [paper.align(one, after=after) for one in quotes if one.strip()]
    record.evidence = _sorted(found) or [Evidence(quote="")]
    for one in record.evidence:
        one.mentions = mentions_of(record, one, paper.text)
    # What the paper has, not what the model made of it. Beside a verified quote, one
    # without the paper's "not" bears nothing out.
    verified = record.evidence[0].verification is Verification.VERIFIED
    told = " ".join(
        one.quote
        for one in record.evidence
        if not (verified and any(differs.grave for differs in one.differences))
    )
    if told and len(_WORD.findall(told)) < _FEWEST_WORDS:
        flag(record, "the quote is too short to say so")
    for column in checked if told else ():
        value = getattr(record, column)
        for item in value if isinstance(value, list) else [value]:
            if not_in(item, told):
                flag(record, f"not in the quote: {_words(column)} “{item}”")


def why_of(record: Record, who: str) -> str:
    """Say why a record is there, by its best quote: `who` found it, or claims it.

    Examples
    --------
    >>> why_of(Record(evidence=[Evidence(quote="")]), 'The model "tiny"')
    'The model "tiny" claims it.'
    """
    best = record.evidence[0]
    if best.verification is Verification.UNSUPPORTED:
        return f"{who} claims it."
    return f"{who} found it in the {best.section or 'text'}."


def flag(record: Record, what: str) -> None:
    """Have a curator look at a record; the evidence gate marks what has a flag."""
    if not record.evidence:
        record.evidence = [Evidence(quote="")]
    flags = record.evidence[0].flags
    if what not in flags:
        flags.append(what)


def not_in(value: Any, quote: str) -> bool:
    """Whether a value cannot stand on a quote: its words or number are not there.

    The words may stand in any order: "anterior neurons" stands on "anterior and
    posterior neurons".

    Examples
    --------
    >>> not_in("anterior neuron", "seen in anterior and posterior neurons")
    False
    >>> not_in("muscle", "seen in anterior and posterior neurons"), not_in(3, "Three")
    (True, False)
    """
    match value:
        case None | "" | bool():
            return False
        case int() | float():
            return value not in _numbers(quote)
        case dt.date():
            return str(value.year) not in quote
    there = {_bare(word) for word in _WORD.findall(quote)}
    return any(_bare(word) not in there for word in _WORD.findall(str(value)))


def merged(records: Iterable[R], *, exact: Sequence[str] = ()) -> list[R]:
    """Make records of the same values one, with the evidence of all.

    Why it is there is told with the best. Whether a word begins with a capital does
    not count.

    Parameters
    ----------
    exact
        Columns where it does.
    """
    found: dict[tuple[Any, ...], R] = {}
    for record in records:
        first = found.setdefault(_key(record, exact), record)
        if first is record:
            continue
        first.evidence = _sorted([*first.evidence, *record.evidence])
        if record.evidence and first.evidence[0] is record.evidence[0]:
            first.why = record.why
    return list(found.values())


def same(record: Record, values: Mapping[str, Any]) -> bool:
    """Whether a record has these values, whatever their case."""
    return all(
        _folded(getattr(record, name)) == _folded(value)
        for name, value in values.items()
    )


def _sorted(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Best first; of those as good in the order given, each place once."""
    places: dict[Any, Evidence] = {}
    order = [*Verification]
    for one in sorted(evidence, key=lambda one: order.index(one.verification)):
        place = (one.start, one.end, one.start is None and one.claimed)
        first = places.setdefault(place, one)
        if first is not one:  # what was flagged of one holds of the place
            first.flags += [told for told in one.flags if told not in first.flags]
    return list(places.values())


def _key(record: Record, exact: Sequence[str]) -> tuple[Any, ...]:
    return tuple(
        getattr(record, name) if name in exact else _first_folded(getattr(record, name))
        for name in record.domain_columns()
    )


def _first_folded(value: Any) -> Any:
    """A value whatever its words begin with: "Muscle" is muscle, SHH is not Shh."""
    if isinstance(value, list):
        return tuple(map(_first_folded, value))
    if isinstance(value, str):
        return " ".join(word[:1].casefold() + word[1:] for word in value.split())
    return value


def _folded(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_folded, value))
    if isinstance(value, str):
        return " ".join(plain_dashes(value).split()).casefold()
    return value


def _numbers(quote: str) -> set[float]:
    digits = {
        float(one.replace(",", "").replace("−", "-")) for one in _NUMBER.findall(quote)
    }
    # "2-4 weeks" has no minus four.
    words = set(re.findall(r"\w+", quote.lower()))
    named = {float(n) for n, word in enumerate(_NUMBER_WORDS) if word in words}
    return digits | {abs(one) for one in digits} | named


def _bare(word: str) -> str:
    """A word without case and plural."""
    word = word.casefold()
    return word.removesuffix("s") if len(word) > 3 else word  # noqa: PLR2004 - "gas"


def _words(column: str) -> str:
    return column.removesuffix("_label").replace("_", " ")
