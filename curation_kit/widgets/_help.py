"""Help: topics with a table of contents and a search."""

from __future__ import annotations

from typing import Any

from traitlets import Dict, List, Unicode

from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["Help"]


class Help(Leaf):
    """A topic of the help; links lead to other topics and pages."""

    _esm = script("help")

    topics: List[Any] = List().tag(sync=True)
    article = Dict().tag(sync=True)
    section = Unicode().tag(sync=True)
    search = Dict().tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        super().__init__(
            session.help,
            actions={"find": session.help.find},
            reporting=session.reporting,
        )
