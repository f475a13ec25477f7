"""A list that stays in its order while some of its items come and go."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, Generic, TypeVar

__all__ = ["Ordered"]

T = TypeVar("T")


class Ordered(Generic[T]):
    """Items sorted by a value; those without one come last.

    An item is put in its place, or found, in a time that hardly grows with their
    number.

    Parameters
    ----------
    items
        The first ones, in whatever order.
    value
        What an item is sorted by; None if it has nothing.
    place
        Where it stands among those of the same value; no two have the same.
    descending
        Sort with the largest value first; places count upwards all the same.

    Attributes
    ----------
    items : list
        All of them in their order; not to be changed.
    """

    def __init__(
        self,
        items: Iterable[T],
        *,
        value: Callable[[T], Any],
        place: Callable[[T], Any],
        descending: bool = False,
    ) -> None:
        self._value = value
        self._place = place
        self._descending = descending
        filled: list[T] = []
        without: list[T] = []
        for item in sorted(items, key=place):
            (without if value(item) is None else filled).append(item)
        filled.sort(key=value, reverse=descending)
        self.items = filled + without

    def add(self, items: Sequence[T]) -> None:
        """Put items in their places; those that follow each other go together."""
        if not items:
            return
        keys = [self._key(item) for item in items]
        index = bisect_left(self.items, keys[0], key=self._key)
        behind = index < len(self.items) and self._key(self.items[index]) < keys[-1]
        if behind or any(b < a for a, b in pairwise(keys)):
            for item in items:
                insort(self.items, item, key=self._key)
        else:
            self.items[index:index] = items

    def remove(self, item: T) -> None:
        """Take an item away; nothing happens if it is not there."""
        if (index := self.index(item)) is not None:
            del self.items[index]

    def index(self, item: T) -> int | None:
        """Give the index of an item; None if it is not there."""
        index = bisect_left(self.items, self._key(item), key=self._key)
        there = index < len(self.items) and self.items[index] is item
        return index if there else None

    def _key(self, item: T) -> tuple[bool, Any, Any]:
        value = self._value(item)
        if value is None:
            return True, None, self._place(item)
        return False, _Down(value) if self._descending else value, self._place(item)


class _Down:
    """A value of which the larger ones come first."""

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        self._value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Down) and bool(self._value == other._value)

    def __lt__(self, other: _Down) -> bool:
        return bool(other._value < self._value)

    __hash__ = None  # type: ignore[assignment]
