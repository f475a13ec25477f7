from __future__ import annotations

import hashlib
import lzma
import mmap
from importlib.resources import files

import pytest

from curation_kit.vocabulary import GENE_SPECIES, genes, ontology, sources
from curation_kit.vocabulary._table import Table

DATA = files("curation_kit.vocabulary") / "data"


def content(name: str) -> bytes:
    """Rows of a table, as they are stored or unpacked."""
    plain = DATA / f"{name}.tsv"
    if plain.is_file():
        return plain.read_bytes()
    return lzma.decompress((DATA / f"{name}.tsv.xz").read_bytes())


@pytest.mark.parametrize("name", sources())
def test_a_table_is_the_one_that_its_source_tells(name: str) -> None:
    """No tool has changed its line ends or its order."""
    assert hashlib.sha256(content(name)).hexdigest() == sources()[name]["sha256"]


@pytest.mark.parametrize("name", ["genes_yeast", "terms_DOID", "terms_ZFS"])
def test_every_row_is_found_by_its_key(name: str) -> None:
    """The first and the last too, in mapped and in unpacked tables."""
    table = Table(name)
    rows: dict[str, int] = {}
    for line in content(name).decode().splitlines():
        key = line.partition("\t")[0]
        rows[key] = rows.get(key, 0) + 1

    assert {key: len(table.rows(key)) for key in rows} == rows
    assert all(table.starts(key[:3]) for key in rows)


@pytest.mark.parametrize("key", ["", " ", "0", "zzzzzz", "￿"])
def test_what_is_in_no_table_is_not_found(key: str) -> None:
    """Also before the first row and behind the last one."""
    assert Table("terms_ZFS").rows(key) == []


def test_processes_share_the_tables_that_the_built_in_flows_read() -> None:
    """Half a million names are in memory once, however many workers there are."""
    tables = [genes(species)._table for species in GENE_SPECIES]
    tables += [ontology(prefix)._table for prefix in ("UBERON", "CL", "GO", "WBbt")]

    assert {type(table._lines) for table in tables} == {mmap.mmap}
