"""Rows of small tables to be scored."""

from __future__ import annotations

import pandas as pd

COLUMNS = [
    "document",
    "gene_symbol",
    "gene_id",
    "anatomy_label",
    "anatomy_id",
    "stage_label",
    "stage_id",
    "negated",
]


#: Ids of papers.
A, B, C = "1a" * 32, "2b" * 32, "3c" * 32


def table(*rows):
    """Rows of document, symbol, gene id, place, place id, stage, stage id, negated."""
    return pd.DataFrame(rows, columns=COLUMNS)


MYO = ("a.pdf", "myo-2", "WB:1", "pharynx", "WBbt:1", "L1 larva Ce", "WBls:1", False)
UNC = ("a.pdf", "unc-54", "WB:2", "vulva", "WBbt:2", None, None, False)
NOT = ("b.pdf", "eve", "FB:1", "midgut", "FBbt:1", None, None, True)
