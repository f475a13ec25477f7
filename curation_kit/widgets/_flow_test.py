"""Test this flow: one document, its records and where they come from."""

from __future__ import annotations

from traitlets import Bool, Dict

from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["FlowTrial"]


class FlowTrial(Leaf):
    """Runs the flow on screen on one document and shows what it gives."""

    _esm = script("flow_test")

    is_open = Bool(default_value=False).tag(sync=True)
    check = Dict().tag(sync=True)
    choices = Dict().tag(sync=True)
    run = Dict().tag(sync=True)
    results = Dict().tag(sync=True)
    is_stale = Bool(default_value=False).tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        page, test = session.flows_page, session.flows_page.test
        super().__init__(
            test,
            page.builder,
            actions={
                "find": test.find,
                "choose": test.choose,
                "run_test": page.run_test,
                "stop": test.stop,
                "turn": test.turn,
                "open_test": page.open_test,
                "open_page": session.open_page,
            },
            reporting=session.reporting,
        )
