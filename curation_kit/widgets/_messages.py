"""The one place on the page where errors and notices appear."""

from __future__ import annotations

from traitlets import Bool, Unicode

from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["Messages"]


class Messages(Leaf):
    """What is wrong, what went wrong last, and what went well."""

    _esm = script("messages")

    lost = Unicode().tag(sync=True)
    error = Unicode().tag(sync=True)
    notice = Unicode().tag(sync=True)
    here = Bool(default_value=True).tag(sync=True)  # not while its place is hidden

    def __init__(self, session: CurationSession) -> None:
        super().__init__(session, actions={"dismiss": session.dismiss})
