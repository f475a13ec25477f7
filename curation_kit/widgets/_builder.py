"""The flow builder."""

from __future__ import annotations

from typing import Any

from traitlets import Bool, Dict, List, Unicode

from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["FlowEditor"]


class FlowEditor(Leaf):
    """Name, instructions, steps and their options; palette, problems, test, YAML."""

    _esm = script("trial", "rows", "panels", "builder")

    is_open = Bool(default_value=False).tag(sync=True)
    palette: List[Any] = List().tag(sync=True)
    broken_agents: List[Any] = List().tag(sync=True)
    draft = Dict().tag(sync=True)
    check = Dict().tag(sync=True)
    yaml = Unicode().tag(sync=True)
    yaml_error = Unicode().tag(sync=True)
    told = Unicode().tag(sync=True)
    question = Dict().tag(sync=True)
    choices = Dict().tag(sync=True)
    run = Dict().tag(sync=True)
    results = Dict().tag(sync=True)
    services: List[Any] = List().tag(sync=True)
    is_stale = Bool(default_value=False).tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        page = session.flows_page
        builder, test = page.builder, page.test
        super().__init__(
            builder,
            test,
            page,
            session.settings_page,
            actions={
                "show_list": page.show_list,
                "duplicate": page.duplicate,
                "export_yaml": page.export_yaml,
                "save": page.save,
                "save_as_new": page.save_as_new,
                "save_and_leave": page.save_and_leave,
                "leave": page.leave,
                "stay": page.stay,
                "set_name": builder.set_name,
                "set_instructions": builder.set_instructions,
                "set_evidence_gate": builder.set_evidence_gate,
                "add_step": builder.add_step,
                "remove_step": builder.remove_step,
                "move_step": builder.move_step,
                "set_step_instructions": builder.set_step_instructions,
                "set_option": builder.set_option,
                "reset_option": builder.reset_option,
                "set_cell": builder.set_cell,
                "add_row": builder.add_row,
                "remove_row": builder.remove_row,
                "move_row": builder.move_row,
                "apply_yaml": builder.apply_yaml,
                "undo": builder.undo,
                "discard": builder.discard,
                "find_document": test.find,
                "choose_document": test.choose,
                "run_test": page.run_test,
                "stop_test": test.stop,
                "turn_records": test.turn,
                "open_test": page.open_test,
                "open_page": session.open_page,
                "make_job": session.jobs.with_flow,
            },
            reporting=session.reporting,
        )
