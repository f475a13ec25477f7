"""An agent and a workspace in which every name and value is an attack."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from pydantic import Field

import curation_kit as ck
from curation_kit.agents import Extractor, Options, Paper, register
from curation_kit.documents.document import Document
from curation_kit.errors import DocumentFailure
from curation_kit.records import Evidence, GeneExpressionRecord, Record
from curation_kit.samples import write_sample_papers

#: Runs a script where a text becomes markup, an attribute or a template.
MARKUP = (
    '"\'><img src=x onerror="window.owned=1">'
    "<script>window.owned=1</script>&lt;b&gt;{{7*7}}${7*7}"
)
#: Shows ``exe.fdp`` as ``pdf.exe`` where it is not taken out.
TURNED = "\u202eexe.fdp\u2066"
#: A word that no line can break, longer than any line.
LONG = "W" * 255


class HostileOptions(Options):
    """Options with an attack in their texts."""

    depth: str = Field(default=MARKUP, description=f"depth {MARKUP} {TURNED}")


class HostileExtractor(Extractor):
    """Gives records of attacks, and fails with one on a paper named so."""

    name = "hostile"
    title = f"title {MARKUP} {TURNED}"
    description = f"description {MARKUP} {LONG}"
    Options: ClassVar[type[Options]] = HostileOptions
    record = GeneExpressionRecord

    def extract(self, paper: Paper) -> Iterable[Record]:
        """Give two records, or fail."""
        if "fails" in paper.name:
            raise DocumentFailure(
                "input", f"message {MARKUP} {TURNED} {LONG}", f"hint {MARKUP}"
            )
        for value in (f"{MARKUP} {TURNED}", LONG):
            yield GeneExpressionRecord(
                gene_symbol=f"gene {value}",
                anatomy_label=f"anatomy {value}",
                anatomy_id=f"id {value}",
                assay=f"assay {value}",
                evidence=[
                    Evidence(
                        quote=f"quote {value}",
                        page=1,
                        section=f"section {value}",
                        figures=[f"figure {value}"],
                    )
                ],
            )


def fill(workspace: ck.Workspace, folder: Path) -> ck.Job:
    """Run a hostile flow over hostile papers, in this process."""
    register(HostileExtractor)
    papers = [paper.path for paper in write_sample_papers(folder, count=3)]
    batch = f"batch {MARKUP} {TURNED}"
    documents: list[Document] = list(workspace.documents.add(papers, batch))
    names = (f"one {MARKUP}.pdf", f"fails {MARKUP}.pdf", f"{LONG[:251]}.pdf")
    for document, name in zip(documents, names, strict=True):
        workspace.documents.rename(document.id, name.replace("/", "\u2215"))
    flow = ck.Flow(
        name=f"flow {MARKUP} {TURNED}",
        instructions=f"instructions {MARKUP}",
        steps=[
            ck.Step(agent="pdf"),
            ck.Step(agent="hostile", instructions=f"instructions {MARKUP}"),
            ck.Step(agent="csv"),
        ],
    )
    workspace.flows.save(flow)
    workspace.flows.folder.joinpath("broken.yaml").write_text(f"name: {MARKUP}\n\t-")
    ids = [document.id for document in documents]
    return workspace.run(
        flow, ids, f"job {MARKUP} {TURNED} {LONG}", backend="sequential"
    )
