"""The one place that imports PyMuPDF.

PyMuPDF loads its layout model (onnxruntime, about 50 MB and a second of start
up) when it is imported. We never use it, so it is kept out of our processes;
afterwards a user's own ``import pymupdf.layout`` works as ever.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

__all__ = ["pymupdf"]

_LAYOUT = "pymupdf.layout"


def _import_without_layout() -> ModuleType:
    """Import PyMuPDF with its layout model blocked for the moment."""
    if "pymupdf" in sys.modules or _LAYOUT in sys.modules:
        return importlib.import_module("pymupdf")
    # None makes the import system raise ImportError, which PyMuPDF allows for.
    sys.modules[_LAYOUT] = None  # type: ignore[assignment]
    try:
        return importlib.import_module("pymupdf")
    finally:
        del sys.modules[_LAYOUT]


pymupdf = _import_without_layout()

# MuPDF reports every small repair on stderr; problems that matter reach the
# curator through the preflight report.
pymupdf.TOOLS.mupdf_display_errors(False)  # noqa: FBT003
pymupdf.TOOLS.mupdf_display_warnings(False)  # noqa: FBT003
