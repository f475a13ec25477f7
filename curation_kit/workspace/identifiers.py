"""The shape of identifiers that curators write."""

from __future__ import annotations

import re
from collections.abc import Iterable

from curation_kit.errors import JobError
from curation_kit.records import id_column

__all__ = ["check_identifier", "identifier_columns"]

#: Identifiers of the vocabularies and gene nomenclatures that validators use:
#: what stands behind the prefix, and an example.
_KNOWN = {
    "NCBITaxon": (r"\d+", "NCBITaxon:6239"),
    "WB": (r"WBGene\d{8}", "WB:WBGene00000912"),
    "FB": (r"FBgn\d{7}", "FB:FBgn0000606"),
    "ZFIN": (r"ZDB-[A-Z0-9]+-\d{6}-\d+", "ZFIN:ZDB-GENE-990415-72"),
    "HGNC": (r"\d+", "HGNC:8620"),
    "MGI": (r"\d+", "MGI:97490"),
    "RGD": (r"\d+", "RGD:3258"),
    "SGD": (r"S\d{9}", "SGD:S000004660"),
    "FBbt": (r"\d{8}", "FBbt:00000080"),
    "FBdv": (r"\d{8}", "FBdv:00005339"),
    "CL": (r"\d{7}", "CL:0000540"),
    "GO": (r"\d{7}", "GO:0005634"),
    "UBERON": (r"\d{7}", "UBERON:0000955"),
    "WBbt": (r"\d{7}", "WBbt:0003681"),
    "WBls": (r"\d{7}", "WBls:0000041"),
    "ZFA": (r"\d{7}", "ZFA:0000008"),
    "ZFS": (r"\d{7}", "ZFS:0000044"),
    "MmusDv": (r"\d{7}", "MmusDv:0000110"),
    "HsapDv": (r"\d{7}", "HsapDv:0000087"),
}
_CURIE = re.compile(r"([A-Za-z][\w.-]*):([^\s:|][^\s|]*)")
#: An example for each column that gene expression records have.
_EXAMPLES = {
    "taxon": "NCBITaxon",
    "gene_id": "WB",
    "stage_id": "WBls",
    "cellular_component_id": "GO",
}


def identifier_columns(columns: Iterable[str]) -> set[str]:
    """Columns with the identifier of what another column names, and ``taxon``."""
    columns = list(columns)
    found = {id_column(name) for name in columns} | {"taxon"}
    return found & {*columns}


def check_identifier(column: str, value: str) -> None:
    """Check that a value is a CURIE, as far as its prefix is known of that shape.

    Whether there is such a thing is not asked: vocabularies grow.

    Raises
    ------
    JobError
        If it is not; with an example.
    """
    match = _CURIE.fullmatch(value)
    if not match:
        example = _KNOWN[_EXAMPLES.get(column, "UBERON")][1]
        raise JobError(
            f"{column} cannot be {value!r}: an identifier is a prefix, a colon and "
            f"what stands behind it, for instance {example}."
        )
    prefix, local = match.groups()
    meant = next((known for known in _KNOWN if known.lower() == prefix.lower()), prefix)
    if meant not in _KNOWN:
        return
    pattern, example = _KNOWN[meant]
    if meant != prefix or not re.fullmatch(pattern, local):
        raise JobError(
            f"{column} cannot be {value!r}: identifiers of {meant} look like {example}."
        )
