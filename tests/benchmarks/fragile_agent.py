"""The PDF agent, but a file that says so takes its process with it."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from curation_kit.agents.pdf import PdfAgent

if TYPE_CHECKING:
    from curation_kit.agents import Paper
    from curation_kit.documents.text import DocumentText

#: A comment at the end of a PDF that is otherwise sound.
MARK = b"\n% segfault\n"


class FragilePdf(PdfAgent):
    """Reads the PDF, or dies as a fault in its reader's C code would have it."""

    name = "fragile_pdf"
    title = "Fragile PDF Agent"

    def read(self, paper: Paper) -> DocumentText:
        """Give the paper's text."""
        with paper.path.open("rb") as file:
            file.seek(-len(MARK), os.SEEK_END)
            if file.read() == MARK:
                os.kill(os.getpid(), signal.SIGSEGV)
        return super().read(paper)


def install(folder: Path) -> None:
    """Offer it as a plug-in to who has the folder, and this one, on its path."""
    info = folder / "fragile_agent-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: fragile-agent\nVersion: 1.0\n"
    )
    (info / "entry_points.txt").write_text(
        "[curation_kit.agents]\nfragile_pdf = fragile_agent:FragilePdf\n"
    )
