"""What a page says when its workspace cannot be opened."""

from __future__ import annotations

from collections.abc import Callable

from traitlets import Unicode

from curation_kit.widgets._leaf import Leaf, script

__all__ = ["Refusal"]


class Refusal(Leaf):
    """The reason in a sentence, what to do, and a button to try again.

    Parameters
    ----------
    problem
        Why the workspace cannot be opened.
    again
        Opens it again.
    """

    _esm = script("refusal")

    problem = Unicode().tag(sync=True)

    def __init__(self, problem: str, *, again: Callable[[], None]) -> None:
        super().__init__(actions={"again": again})
        self.problem = problem
