"""Settings: model services and the budget."""

from __future__ import annotations

from typing import Any

from traitlets import Dict, List, Unicode

from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["SettingsForms"]


class SettingsForms(Leaf):
    """The services, one of them in a form; the budget of a day."""

    _esm = script("tables", "costs", "settings")

    services: List[Any] = List().tag(sync=True)
    general = Dict().tag(sync=True)
    form = Dict().tag(sync=True)
    checks = Dict().tag(sync=True)
    problem = Unicode().tag(sync=True)
    presets: List[Any] = List().tag(sync=True)
    busy = Unicode().tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        page = session.settings_page
        super().__init__(
            page,
            session,
            actions={
                "new": page.new,
                "edit": page.edit,
                "close": page.close,
                "save": page.save,
                "remove": page.remove,
                "make_default": page.make_default,
                "set_general": page.set_general,
                "test": page.test,
                "read_again": page.refresh,
            },
            reporting=session.reporting,
        )
