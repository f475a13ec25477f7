from __future__ import annotations

import json
from typing import Any

from curation_kit.results import crate

MANIFEST = {
    "job": {
        "id": "7",
        "name": "Worms",
        "status": "completed",
        "created": "2026-01-02T03:04:05.000+00:00",
        "started": "2026-01-02T03:04:06.000+00:00",
        "ended": "2026-01-02T03:05:05.000+00:00",
        "documents": 2,
    },
    "flow": {"name": "Expression"},
    "software": {
        "curation_kit": "1.0",
        "agents": [{"name": "pdf", "title": "PDF", "version": "2", "origin": "x 1"}],
        "vocabularies": {
            "genes": {
                "upstream": "HGNC",
                "released": "2026",
                "licence": "CC0",
                "sha256": "0a",
            }
        },
    },
}
FILES = {
    name: {"size": 7, "sha256": "0b"}
    for name in ("results.csv", "results.xlsx", "flow.yaml", "manifest.json", "a b.txt")
}
DOCUMENTS = [
    {"document_id": "0c", "name": "Smith 2019.pdf", "doi": "10.1/a<b"},
    {"document_id": "0d", "name": "x.pdf", "doi": None},
]


def made(**job: Any) -> dict[str, Any]:
    """The metadata as a reader of it has it."""
    manifest = {**MANIFEST, "job": {**MANIFEST["job"], **job}}
    return json.loads(
        b"".join(crate(manifest, lambda: DOCUMENTS, FILES, result_files=2))
    )


def test_it_obeys_what_the_specification_demands() -> None:
    """RO-Crate 1.1, every MUST on metadata file, root and data entities."""
    content = made()
    entities = {entity["@id"]: entity for entity in content["@graph"]}

    assert content["@context"][0] == "https://w3id.org/ro/crate/1.1/context"
    assert len(entities) == len(content["@graph"])
    assert all(entity["@type"] for entity in entities.values())
    about = entities["ro-crate-metadata.json"]
    assert about["@type"] == "CreativeWork"
    assert about["conformsTo"]["@id"] == "https://w3id.org/ro/crate/1.1"
    assert about["about"] == {"@id": "./"}
    root = entities["./"]
    assert root["@type"] == "Dataset"
    assert root["datePublished"].startswith("2026-01-02")
    assert all(root[name] for name in ("name", "description", "license"))
    files = {name for name, entity in entities.items() if entity["@type"] == "File"}
    assert files == {part["@id"] for part in root["hasPart"]}
    # In the folder of the crate, percent-encoded.
    assert files == {name.replace(" ", "%20") for name in FILES}


def test_every_reference_leads_to_an_entity() -> None:
    """Nothing is nested, nothing hangs in the air."""
    content = made()
    known = {entity["@id"] for entity in content["@graph"]}

    def references(value: Any) -> set[str]:
        if isinstance(value, list):
            return {found for item in value for found in references(item)}
        if isinstance(value, dict):
            assert value.keys() == {"@id"}
            return {value["@id"]}
        return set()

    found = {
        reference
        for entity in content["@graph"]
        for value in entity.values()
        for reference in references(value)
    }
    assert found - known == {"https://w3id.org/ro/crate/1.1"}


def test_the_run_is_told_of_as_its_profile_wants() -> None:
    """Process Run Crate 0.5: what ran, on what, when, and what came of it."""
    entities = {entity["@id"]: entity for entity in made()["@graph"]}
    run = entities["#run"]

    profile = entities["./"]["conformsTo"]["@id"]
    assert entities[profile]["@type"] == "CreativeWork"
    assert run["@type"] == "CreateAction"
    assert entities[run["instrument"]["@id"]]["softwareVersion"] == "1.0"
    assert {"@id": "#run"} in entities["./"]["mentions"]
    assert run["endTime"] == MANIFEST["job"]["ended"]
    assert run["actionStatus"] == "http://schema.org/CompletedActionStatus"
    assert [item["@id"] for item in run["result"]] == ["results.csv", "results.xlsx"]
    assert [item["@id"] for item in run["object"]] == [
        "flow.yaml",
        "#sha256-0c",
        "#sha256-0d",
    ]
    assert entities["#sha256-0c"]["sameAs"] == "https://doi.org/10.1/a%3Cb"


def test_a_job_that_has_not_ended_has_no_end() -> None:
    """Nor a status of its end."""
    content = made(status="processing", ended=None)
    run = next(item for item in content["@graph"] if item["@id"] == "#run")

    assert not {"endTime", "actionStatus"} & run.keys()
