"""Put thousands of documents, jobs and records into a workspace, through the store."""

from __future__ import annotations

import random
import time
from collections import Counter

from batches import fake_flow

import curation_kit as ck
from curation_kit.documents.document import Document
from curation_kit.documents.report import Preflight
from curation_kit.jobs import JobStore, Outcome, Status
from curation_kit.records import Box, Evidence, GeneExpressionRecord, Ledger, Record

_ANATOMY = [
    f"{side} {part}"
    for side in ("left", "right", "anterior", "posterior", "inner", "outer")
    for part in ("pharynx", "gonad", "neuron", "muscle cell", "hypodermis", "intestine")
]
_STAGES = ["L1 larva", "L2 larva", "L3 larva", "L4 larva", "adult", "embryo", None]
_ASSAYS = ["in situ hybridisation", "reporter gene", "immunofluorescence", None]
_REASONS = ["no place", "no gene", "negated twice"]
_SECTIONS = ["results", "abstract", "figure legend", "discussion"]


def add_many_papers(workspace: ck.Workspace, count: int) -> list[Document]:
    """Add papers that an obedient fake agent can read, in one transaction."""
    library = workspace.documents
    with library._database.transaction():
        for number in range(count):
            document_id = f"{number * 2654435761 % 2**64:016x}{number:048x}"
            name = f"Gene expression in tissue {number % 97} - paper {number}.pdf"
            report = Preflight(
                size=2_000_000 + number, pages=8 + number % 20, species=("worm",)
            )
            library._file(document_id).write_text(f"ok {number}")
            library._insert(document_id, name, report)
            library._database.execute(
                "INSERT INTO upload_batches VALUES (?, ?)",
                (f"batch {number % 7}", document_id),
            )
    return library.list()


def some_records(chance: random.Random, count: int) -> list[Record]:
    """Records like those of real papers: few stages, many genes, quotes that differ."""
    found: list[Record] = []
    for _ in range(count):
        letters = chance.choice("abcdefgh") + chance.choice("lnpst")
        gene = f"{letters}x-{chance.randrange(400)}"
        anatomy, stage = chance.choice(_ANATOMY), chance.choice(_STAGES)
        start, page = chance.randrange(40_000), chance.randrange(1, 20)
        quote = (
            f"Expression of {gene} was seen in the {anatomy} of {stage or 'all'} "
            f"animals (Fig. {chance.randrange(1, 8)}) and in {start} other cells."
        )
        evidence = Evidence(
            quote=quote,
            page=page,
            section=chance.choice(_SECTIONS),
            figures=[f"Fig. {chance.randrange(1, 8)}"],
            boxes=[Box(page, 72.0, 100.0 + y, 300.5, 110.0 + y) for y in (0, 12)],
            start=start,
            end=start + len(quote),
            verification="verified" if chance.random() < 0.9 else "approximate",
            score=1.0,
        )
        found.append(
            GeneExpressionRecord(
                gene_symbol=gene,
                gene_id=f"WB:WBGene{chance.randrange(20_000):08}",
                taxon="NCBITaxon:6239",
                anatomy_label=anatomy,
                anatomy_id=f"WBbt:{_ANATOMY.index(anatomy):07}",
                stage_label=stage,
                stage_id=stage and f"WBls:{_STAGES.index(stage):07}",
                assay=chance.choice(_ASSAYS),
                negated=chance.random() < 0.05,
                evidence=[evidence],
                why=f"{gene} stands beside a word of expression",
            )
        )
    return found


def finish_documents(
    store: JobStore,
    count: int,
    *,
    records: int = 0,
    drops: int = 0,
    seed: int = 0,
    steps: bool = False,
) -> None:
    """Take the next documents and end them: one in fifty fails.

    With `steps` the events of all their steps are written.
    """
    chance = random.Random(seed)  # noqa: S311 - only varied
    for number in range(count):
        claim = store.claim()
        assert claim is not None
        for step in range(1, len(claim.flow.steps) if steps else 0):
            store.steps_started(claim, [(step, time.time())])
        if number % 50 == 49:
            store.finish(
                claim,
                Outcome(
                    status=Status.FAILED,
                    seconds=0.4,
                    step=1,
                    category="input",
                    message="The pages are images, and there is no text in them.",
                    hint="Run OCR on it, then add the new file.",
                ),
                [],
            )
            continue
        kept = some_records(chance, records and chance.randrange(2 * records))
        ledger = Ledger(pages=9, sentences=200, candidates=20, kept=len(kept))
        if drops:
            ledger.candidates = 0  # as they are
            ledger.sections_read = ["abstract", "results"]
            ledger.verification = dict(
                Counter(r.evidence[0].verification for r in kept)
            )
            for drop in range(drops):
                ledger.drop(_REASONS[drop % 3], record={"gene_symbol": f"unc-{drop}"})
            ledger.settle(len(kept))
        store.finish(
            claim,
            Outcome.of(Status.COMPLETED, chance.uniform(0.1, 9.0), kept, ledger),
            [{"step": 3, "name": f"{claim.stem}.csv", "size": 100, "sha256": "0" * 64}],
        )


def large_job(
    workspace: ck.Workspace,
    documents: list[Document],
    *,
    done: int,
    records: int = 0,
    drops: int = 0,
    steps: bool = False,
    seconds: float = 0.0,
) -> ck.Job:
    """Make a job of which so many documents have ended; each other takes `seconds`."""
    flow = fake_flow("csv")
    flow.steps[0].options["seconds"] = seconds
    job = workspace.create(flow, documents, "Large")
    with workspace._store.database.transaction():
        finish_documents(
            workspace._store, done, records=records, drops=drops, steps=steps
        )
    return job
