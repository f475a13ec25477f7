"""The head of the job page: what can be done with the job."""

from __future__ import annotations

from traitlets import Dict, Unicode

from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["JobControls"]


class JobControls(Leaf):
    """Back, Pause, Resume, Cancel Job, Retry Failed, Download All Results."""

    _esm = script("tables", "controls")

    offers = Dict().tag(sync=True)
    busy = Unicode().tag(sync=True)
    preparing = Dict().tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        super().__init__(
            session.view,
            session,
            session.downloads.preparation,
            actions={
                "open_page": session.open_page,
                "pause_job": session.jobs.pause,
                "resume_job": session.jobs.resume,
                "cancel_job": session.jobs.cancel,
                "retry_failed": session.jobs.retry_failed,
                "retry_cancelled": session.jobs.retry_cancelled,
                "duplicate_job": session.jobs.duplicate,
                "download_all": session.downloads.of_all,
                "stop_download": session.downloads.preparation.stop,
            },
            reporting=lambda: session.reporting("Working…"),
        )
