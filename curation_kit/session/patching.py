"""What has changed of a page of rows, for a browser that has the page before."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

__all__ = ["LISTS", "patch"]

#: Lists of a page: what stays in them is sent as its place in the page before.
LISTS = ("rows", "keys", "columns")


def patch(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page with the number of its place for each row that was there before.

    A row that stays must be the same object, which is never changed: nothing is
    compared.
    """
    return {
        name: _by_place(before[name], value)
        if name in LISTS and name in before
        else value
        for name, value in after.items()
    }


def _by_place(before: list[Any], after: list[Any]) -> list[Any]:
    places = dict(zip(map(id, before), count(), strict=False))
    return list(map(places.get, map(id, after), after))
