"""What models are told: Markdown files, one for each version of a prompt.

A prompt that is changed gets a new file with the next number: jobs show which
one they used.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from string import Template

__all__ = ["prompt"]


def prompt(name: str, instructions: str = "", **values: str) -> str:
    """Give all that a model is told to do.

    Parameters
    ----------
    name
        Of a prompt and its version, for instance ``extract-1``.
    instructions
        The curator's own, of the flow and of the step: they come first.
    values
        Put in the place of the ``$names`` in the prompt.
    """
    base = Template(_read(name)).substitute(values, paper=_read("paper-1").strip())
    own = instructions.strip()
    layers = [f"# Instructions of the curator\n\n{own}"] if own else []
    return "\n\n".join([*layers, base.strip()])


@cache
def _read(name: str) -> str:
    return files(__name__).joinpath(f"{name}.md").read_text("utf-8")
