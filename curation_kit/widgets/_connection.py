"""The banner of a page whose kernel or server does not answer any more."""

from __future__ import annotations

from traitlets import Bool

from curation_kit.widgets._leaf import Leaf, script

__all__ = ["Connection"]


class Connection(Leaf):
    """Answers the page's pings; the page shows a banner when no answer comes.

    Parameters
    ----------
    owns_address
        Whether the page is ours to reload: in Voilà, not in JupyterLab.
    """

    _esm = script("connection")

    can_reload = Bool(default_value=False).tag(sync=True)

    def __init__(self, *, owns_address: bool) -> None:
        super().__init__(actions={"ping": self._ping})
        self.can_reload = owns_address

    def _ping(self) -> None:
        """Do nothing: every message is answered when its action is done."""
