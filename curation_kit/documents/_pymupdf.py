"""The one place that imports PyMuPDF.

PyMuPDF loads its layout model and pymupdf4llm (with onnxruntime: about 50 MB
and most of a second) when it is imported. We never use them, so they are kept
out of our processes; afterwards a user's own import of them works as ever.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

__all__ = ["correct_boxes", "plain_colours", "pymupdf"]

_UNUSED = ("pymupdf.layout", "pymupdf4llm")


def _import_alone() -> ModuleType:
    """Import PyMuPDF with the parts we do not use blocked for the moment."""
    if "pymupdf" in sys.modules:
        return sys.modules["pymupdf"]
    blocked = [name for name in _UNUSED if name not in sys.modules]
    # None makes the import system raise ImportError, which PyMuPDF allows for.
    sys.modules.update(dict.fromkeys(blocked))  # type: ignore[arg-type]
    try:
        return importlib.import_module("pymupdf")
    finally:
        for name in blocked:
            del sys.modules[name]


pymupdf = _import_alone()

# MuPDF reports every small repair on stderr; problems that matter reach the
# curator through the preflight report.
pymupdf.TOOLS.mupdf_display_errors(False)  # noqa: FBT003
pymupdf.TOOLS.mupdf_display_warnings(False)  # noqa: FBT003
# Without its layout package PyMuPDF advertises it on the console.
pymupdf.no_recommend_layout()


@contextmanager
def plain_colours() -> Iterator[None]:
    """Take colours as the PDF has them, without the profiles of its devices.

    Where colours do not matter: for every profile MuPDF computes a table, which
    takes some 30 ms in each process and stays in memory.
    """
    pymupdf.TOOLS.set_icc(False)
    try:
        yield
    finally:
        pymupdf.TOOLS.set_icc(True)


@contextmanager
def correct_boxes(*, on: bool) -> Iterator[None]:
    """Have PyMuPDF correct the boxes of fonts that are lower than their size, or not.

    It asks each character's font for that: a tenth of the time of reading.
    """
    before = not pymupdf.TOOLS.unset_quad_corrections()
    pymupdf.TOOLS.unset_quad_corrections(not on)
    try:
        yield
    finally:
        pymupdf.TOOLS.unset_quad_corrections(not before)
