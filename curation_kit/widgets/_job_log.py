"""The log of a job."""

from __future__ import annotations

from traitlets import Dict, Unicode

from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["JobLog"]


class JobLog(Leaf):
    """What happened, newest last."""

    patched = frozenset({"events"})
    _esm = script("tables", "job_log")

    events = Dict().tag(sync=True)
    tab = Unicode().tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        super().__init__(
            session.view.log,
            session.view,
            actions={"show_events": session.view.log.show},
            reporting=session.reporting,
        )
