"""How a job is run."""

from __future__ import annotations

from traitlets import Dict, Unicode

from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["JobSettingsView"]


class JobSettingsView(Leaf):
    """The flow as it was run, the corrected ones, and the options."""

    _esm = script("tables", "job_settings")

    settings = Dict().tag(sync=True)
    tab = Unicode().tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        super().__init__(session.view.settings, session.view)
