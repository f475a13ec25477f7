from __future__ import annotations

import random
from operator import itemgetter

import pytest

from curation_kit.session.ordered import Ordered

Item = tuple[int, str | None]  # place, value


def in_order(items: list[Item], *, descending: bool) -> list[Item]:
    """What SQL gives for `ORDER BY value … NULLS LAST, place`."""
    filled = [item for item in sorted(items) if item[1] is not None]
    filled.sort(key=itemgetter(1), reverse=descending)
    return filled + [item for item in sorted(items) if item[1] is None]


@pytest.mark.parametrize("descending", [False, True])
def test_stays_in_order(descending: bool) -> None:  # noqa: FBT001 - parametrised
    """Whatever comes and goes, alone or together."""
    chance = random.Random(11)  # noqa: S311 - only varied
    places = list(range(400))
    chance.shuffle(places)
    items = [(place, chance.choice(["", "a", "b", "c", None])) for place in places]
    there, others = items[:100], items[100:]
    order = Ordered(
        there, value=itemgetter(1), place=itemgetter(0), descending=descending
    )
    while others:
        number = chance.randrange(6)
        some, others = others[:number], others[number:]
        if chance.random() < 0.5:
            some = in_order(some, descending=descending)
        order.add(some)
        there += some
        gone = there.pop(chance.randrange(len(there)))
        order.remove(gone)
        order.remove(gone)  # not there any more: nothing happens
        assert order.index(gone) is None
        assert order.items == in_order(there, descending=descending)
    for place, item in enumerate(order.items):
        assert order.index(item) == place
