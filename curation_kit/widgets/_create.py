"""Create New Batch Job: flow, documents, name."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from traitlets import Bool, Dict, Int, List, Unicode

from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["CreateJob"]


class CreateJob(Leaf):
    """The form of a new job."""

    _esm = script("create")

    flows: List[Any] = List().tag(sync=True)
    flow_gone = Bool(default_value=False).tag(sync=True)
    broken_flows: List[Any] = List().tag(sync=True)
    total = Int().tag(sync=True)
    chips: List[Any] = List().tag(sync=True)
    count = Int().tag(sync=True)
    count_unfit = Int().tag(sync=True)
    warning = Unicode().tag(sync=True)
    twice = Unicode().tag(sync=True)
    suggested_name = Unicode().tag(sync=True)
    estimate = Unicode().tag(sync=True)
    spending = Dict().tag(sync=True)
    prefill = Dict().tag(sync=True)
    defaults = Dict().tag(sync=True)
    busy = Unicode().tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        selection = session.selection

        def working() -> AbstractContextManager[None]:
            return session.reporting("Working…")

        super().__init__(
            session.form,
            session,
            selection,
            actions={
                "open_page": session.open_page,
                "open_panel": selection.open_panel,
                "remove": selection.remove,
                "clear": selection.clear,
                "leave_out_unfit": selection.leave_out_unfit,
                "consider": session.form.consider,
                "create_job": session.jobs.create,
                "test_flow": session.jobs.try_flow,
            },
            reporting=session.reporting,
            # Of a form that is filled in no button is disabled: a click would be lost.
            apart={"create_job": working, "test_flow": working},
        )
