"""A workspace with one document, and desks for it."""

from __future__ import annotations

from typing import Any

from batches import add_papers, fake_flow

import curation_kit as ck
from curation_kit.jobs import Claim, KeptStep, StepCache
from curation_kit.llm import Service, Settings
from curation_kit.records import GeneExpressionRecord, Ledger
from curation_kit.runner.admission import Admissions
from curation_kit.runner.desk import RunnerDesk

KEPT = KeptStep.of(
    1,
    "fake_extractor",
    [GeneExpressionRecord(gene_symbol="lin-3").model_dump_json()],
    Ledger(pages=2),
)


class Office:
    """A workspace with one document, and desks for it."""

    def __init__(self, workspace: ck.Workspace) -> None:
        self.store = workspace._store
        self.workspace = workspace
        [self.paper] = add_papers(workspace, "ok")

    def claim(self, *, use_cache: bool = True, kept: bool = False) -> Claim:
        """Begin the document in a new job, of which a step may be kept."""
        self.workspace.create(fake_flow("csv"), self.paper, use_cache=use_cache)
        if kept:
            StepCache(self.store.database).keep(self.paper.id, [("b", KEPT)])
        claim = self.store.claim()
        assert claim is not None
        return claim

    def desk(self, claim: Claim) -> RunnerDesk:
        """Give the desk of an attempt."""
        steps = StepCache(self.store.database)
        admissions = Admissions(self.store)
        service = Service(base_url="http://localhost", model="gpt", in_flight=2)
        admissions.adopt(Settings(services={"hosted": service}))
        return RunnerDesk(claim, self.store, steps, admissions)

    def events(self, claim: Claim) -> list[tuple[str, Any]]:
        """What was told of the steps of a job."""
        return [
            (event.type, event.data.get("agents") or event.data["agent"])
            for event in self.store.events(claim.job_id)
            if event.type.startswith("step")
        ]
