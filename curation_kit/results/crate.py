"""RO-Crate metadata of a job's run, so that repositories know what they are given.

The crate is the folder ``_run`` of the ZIP, not the whole ZIP: a crate holds what
lies in or below the folder of its metadata file (RO-Crate 1.1, "RO-Crate
Structure"), and the top of the ZIP is kept for one result file per paper, which
scripts rely on. Its data entities are therefore the files of ``_run``, the table of
all records among them. The result files above are told of as the work ``#zip``
that the crate is a part of; ``manifest.json`` and ``SHA256SUMS``, both in the
crate, name each of them with its checksum.

Papers are no part of it (their publishers' rights): each is an entity with its
SHA-256 and, where it is known, its DOI.

References
----------
RO-Crate 1.1, https://w3id.org/ro/crate/1.1; Process Run Crate 0.5,
https://w3id.org/ro/wfrun/process/0.5.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any
from urllib.parse import quote

from curation_kit.formats import json_pieces

__all__ = ["crate"]

_CRATE = "https://w3id.org/ro/crate/1.1"
_PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
_TERMS = "https://w3id.org/ro/terms/workflow-run/context"

#: What the files of ``_run`` are; the key is the name, or how it ends.
_ABOUT = {
    "results.csv": ("text/csv", "All records of the job, one row each"),
    "results.xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "All records, with why they were kept and curators' verdicts; the documents",
    ),
    "results.parquet": (
        "application/vnd.apache.parquet",
        "All records with types, for data frames",
    ),
    "documents.csv": ("text/csv", "What became of each document, and why"),
    "ledger.json": ("application/json", "What was read and judged in each document"),
    "dropped.csv": ("text/csv", "Candidates that did not become records, and why"),
    "events.jsonl": ("application/jsonl", "The job's log, one event per line"),
    "manifest.json": (
        "application/json",
        "Flow, options, versions, documents, and every result file with its checksum",
    ),
    ".yaml": ("application/yaml", "The curation flow; curation_kit can run it again"),
}

_STATUS = {"completed": "Completed", "failed": "Failed", "cancelled": "Failed"}


def crate(
    manifest: Mapping[str, Any],
    documents: Callable[[], Iterable[Mapping[str, Any]]],
    files: Mapping[str, Mapping[str, Any]],
    *,
    result_files: int,
) -> Iterator[bytes]:
    """Give the metadata of the crate as JSON-LD, piece by piece.

    Parameters
    ----------
    manifest
        As in ``manifest.json``, without its documents.
    documents
        Gives ``document_id``, ``name`` and ``doi`` of each, as often as asked.
    files
        ``size`` and ``sha256`` of the other files of ``_run`` by name.
    result_files
        Number of result files at the top of the ZIP.
    """
    job, software = manifest["job"], manifest["software"]
    published = job["ended"] or job["created"]
    agents = [_agent(agent) for agent in software["agents"]]
    vocabularies = [
        _vocabulary(name, source) for name, source in software["vocabularies"].items()
    ]
    parts = [_file(name, file) for name, file in files.items()]
    flows = [part for part in parts if part["@id"].endswith(".yaml")]
    results = [part for part in parts if part["@id"].startswith("results.")]
    run: dict[str, Any] = {
        "@id": "#run",
        "@type": "CreateAction",
        "name": f"Run of the flow {manifest['flow']['name']}",
        "description": f"Job {job['id']} of curation_kit, {job['status']}",
        "instrument": {"@id": "#curation_kit"},
        "object": chain(
            _refs(flows), ({"@id": _paper_id(document)} for document in documents())
        ),
        "result": _refs(results),
    }
    if job["status"] in _STATUS:
        # A string: so the profile's own checks want it.
        run["actionStatus"] = f"http://schema.org/{_STATUS[job['status']]}ActionStatus"
    run |= {"startTime": job["started"]} if job["started"] else {}
    run |= {"endTime": job["ended"]} if job["ended"] else {}
    graph: list[dict[str, Any]] = [
        {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "conformsTo": {"@id": _CRATE},
            "about": {"@id": "./"},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": job["name"],
            "description": f"Records that the curation flow {manifest['flow']['name']} "
            f"found in {job['documents']} documents, each with the sentence it stands "
            "on, and how they were made.",
            "datePublished": published,
            "license": {"@id": "#licence"},
            "conformsTo": {"@id": _PROFILE},
            "hasPart": _refs(parts),
            "mentions": [{"@id": "#run"}, *_refs(vocabularies)],
            "isPartOf": {"@id": "#zip"},
        },
        {
            "@id": _PROFILE,
            "@type": "CreativeWork",
            "name": "Process Run Crate",
            "version": "0.5",
        },
        {
            "@id": "#licence",
            "@type": "CreativeWork",
            "name": "Not stated",
            "description": "Who publishes this fills in a licence here, and an "
            "author of the data set above. The quotes "
            "are of the papers; identifiers are of vocabularies with licences of "
            "their own.",
        },
        {
            "@id": "#zip",
            "@type": "CreativeWork",
            "name": f"{job['id']}.zip",
            "description": f"The folder above, with {result_files} result files: one "
            "per completed document and output step of the flow. manifest.json names "
            "them, SHA256SUMS has their checksums.",
        },
        run,
        {
            "@id": "#curation_kit",
            "@type": "SoftwareApplication",
            "name": "curation_kit",
            "softwareVersion": software["curation_kit"],
            "softwareRequirements": _refs(agents),
        },
        *agents,
        *vocabularies,
        *parts,
    ]
    context = json.dumps([f"{_CRATE}/context", _TERMS])
    yield f'{{"@context": {context}, "@graph": '.encode()
    yield from json_pieces(chain(graph, map(_paper, documents())))
    yield b"}\n"


def _refs(entities: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [{"@id": entity["@id"]} for entity in entities]


def _file(name: str, file: Mapping[str, Any]) -> dict[str, Any]:
    kind, about = next(
        (told for ending, told in _ABOUT.items() if name.endswith(ending)),
        ("application/octet-stream", ""),
    )
    entity = {
        "@id": quote(name),
        "@type": "File",
        "name": name,
        "encodingFormat": kind,
        "contentSize": str(file["size"]),
        "sha256": file["sha256"],
    }
    return {**entity, "description": about} if about else entity


def _paper_id(document: Mapping[str, Any]) -> str:
    return f"#sha256-{document['document_id']}"


def _paper(document: Mapping[str, Any]) -> dict[str, Any]:
    paper: dict[str, Any] = {
        "@id": _paper_id(document),
        "@type": ["CreativeWork", "ScholarlyArticle"],
        "name": document["name"],
        "sha256": document["document_id"],
    }
    if document["doi"]:
        paper["sameAs"] = f"https://doi.org/{quote(document['doi'], safe='/')}"
    return paper


def _agent(agent: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@id": f"#agent-{quote(agent['name'])}",
        "@type": "SoftwareApplication",
        "name": agent["title"] or agent["name"],
        "softwareVersion": agent["version"] or "not known",
        **({"description": f"Offered by {agent['origin']}"} if agent["origin"] else {}),
    }


def _vocabulary(name: str, source: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@id": f"#vocabulary-{quote(name)}",
        "@type": "CreativeWork",
        "name": f"{source['upstream']} ({name})",
        "version": source["released"],
        "license": source["licence"],
        "sha256": source["sha256"],
    }
