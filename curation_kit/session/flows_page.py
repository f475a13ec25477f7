"""The page of flows: the list, the builder, and the way between them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from traitlets import Dict, HasTraits

from curation_kit.errors import NotFound
from curation_kit.session.flow_builder import FlowBuilder
from curation_kit.session.flow_draft import flow_of_yaml
from curation_kit.session.flow_list import FlowList
from curation_kit.session.flow_test import FlowTest
from curation_kit.session.places import FLOWS, JOB, Place

if TYPE_CHECKING:
    from curation_kit.session.session import CurationSession

__all__ = ["FlowsPage"]


class FlowsPage(HasTraits):
    """What the buttons of the page of flows do.

    Nothing that was typed is lost by a click: whoever leaves changes behind is
    asked. On other pages of the dashboard they stay as a draft; another flow
    takes their place.

    Parameters
    ----------
    session
        The session that the page is part of.
    arrive
        Called with the name of the flow that is on screen now; empty for the
        list, and for a flow that has not been saved.
    offer
        Called with the name and the text of a file for the browser to save.

    Attributes
    ----------
    list : FlowList
        The flows there are.
    builder : FlowBuilder
        The flow on screen.
    test : FlowTest
        Running it on one document.
    question : dict
        ``name`` of the flow with changes that are not saved, and whether they
        would be ``lost``; empty when nothing is asked.
    """

    question = Dict()

    def __init__(
        self,
        session: CurationSession,
        *,
        arrive: Callable[[str], None],
        offer: Callable[[str, str], None],
    ) -> None:
        super().__init__()
        self._session = session
        self._arrive = arrive
        self._offer = offer
        self.list = FlowList(session.workspace)
        self.builder = FlowBuilder(session.workspace)
        self.test = FlowTest(session.workspace)
        self.builder.observe(self._flow_changed, names="yaml")
        self._next: Place | None = None
        self._is_leaving = False

    def close(self) -> None:
        """End what follows a test."""
        self.test.close()

    # ---- coming and going

    def enter(self, item: str) -> str:
        """Show the flow of an address, or the list; give the flow's name.

        Changes that were left as a draft are on screen again.
        """
        self.question = {}
        builder = self.builder
        if builder.changed:
            self.test.refresh()
            if item not in {"", builder.source}:
                self._ask(Place(FLOWS, item))
            return builder.source
        if item:
            self._show_flow(item)
        else:
            self._show_list()
        return item

    def stays(self, place: Place) -> bool:
        """Whether a change of place has to wait for an answer, which is then asked."""
        session, builder = self._session, self.builder
        here = Place(FLOWS, builder.source)
        if self._is_leaving or session.page != FLOWS or not builder.changed:
            return False
        if builder.source and place == here:
            return False
        self._ask(place)
        return True

    def open(self, name: str) -> None:
        """Open a flow in the builder."""
        self._session.open_page(FLOWS, name)

    def show_list(self) -> None:
        """Go back to the list of flows."""
        self._session.open_page(FLOWS)

    def save_and_leave(self) -> None:
        """Answer to the question: save, then go on."""
        self.save()
        self._leave()

    def leave(self) -> None:
        """Answer to the question: go on without saving."""
        if self._next is not None and self._next.page == FLOWS:
            self.builder.close()
        self._leave()

    def stay(self) -> None:
        """Answer to the question: go on editing."""
        self.question = {}
        self._next = None

    # ---- flows

    def new(self) -> None:
        """Begin a new flow."""
        self.builder.new()
        self._arrive_at_new()

    def duplicate(self, name: str = "") -> None:
        """Begin a new flow as a copy of one, or of the one on screen."""
        flow = self._session.workspace.flows[name] if name else self.builder.flow
        self.builder.begin(flow, is_kept=bool(name) or not self.builder.changed)
        self._arrive_at_new()

    def import_yaml(self, text: str) -> None:
        """Begin a new flow with the content of a YAML file."""
        flow = flow_of_yaml(text)
        self.builder.begin(flow, is_kept=False)
        self._arrive_at_new()
        self._session.notice = "Imported as a draft: look it over, then save it."

    def export_yaml(self, name: str = "") -> None:
        """Offer a flow, or the one on screen as it is now, as a YAML file."""
        flow = self._session.workspace.flows[name] if name else self.builder.flow
        self._offer(f"{_file_stem(flow.name)}.yaml", flow.to_yaml())

    def save(self) -> None:
        """Save the flow on screen."""
        self._saved(self.builder.save())

    def save_as_new(self) -> None:
        """Save the flow on screen beside the one it was made from."""
        self._saved(self.builder.save_as_new())

    def rename(self, name: str, new_name: str) -> None:
        """Give a saved flow another name."""
        self._session.workspace.flows.rename(name, new_name.strip())
        self._changed(f"“{name}” is now “{new_name.strip()}”.")

    def delete(self, name: str) -> None:
        """Delete a saved flow; jobs keep their copy."""
        self._session.workspace.flows.delete(name)
        self._changed(f"“{name}” is deleted. Jobs that used it keep their copy.")

    # ---- test

    def run_test(self) -> None:
        """Run the flow on screen on the document chosen."""
        self.test.start(self.builder.flow)
        self._session.job_list.refresh()

    def open_test(self) -> None:
        """Go to the page of the test's job; the draft stays as it is."""
        job = self.test.job
        if job is None:
            raise NotFound("No test has run yet.")
        self._go(Place(JOB, job.id))

    # ---- details

    def _ask(self, place: Place) -> None:
        self._next = place
        self.question = {
            "name": self.builder.draft["name"],
            "lost": place.page == FLOWS,
            "can_save": self.builder.check["can_save"],
        }

    def _leave(self) -> None:
        place, self._next = self._next, None
        self.question = {}
        if place is not None:
            self._go(place)

    def _go(self, place: Place) -> None:
        """Go to a place without asking."""
        self._is_leaving = True
        try:
            self._session.visit(place.query)
        finally:
            self._is_leaving = False

    def _show_flow(self, name: str) -> None:
        same = self.builder.is_open and self.builder.source == name
        try:
            self.builder.open(name)
        except NotFound:
            self._show_list()
            self._arrive("")
            raise
        if not same:
            self.test.close()
        self.test.refresh()

    def _show_list(self) -> None:
        self.builder.close()
        self.test.close()
        self.list.refresh()

    def _arrive_at_new(self) -> None:
        self.test.close()
        self.test.refresh()
        self._arrive("")

    def _saved(self, name: str) -> None:
        self._changed(f"“{name}” is saved.")
        self._arrive(name)

    def _changed(self, notice: str) -> None:
        self._session.refresh()
        self.list.refresh()
        self._session.notice = notice

    def _flow_changed(self, change: dict[str, Any]) -> None:
        self.test.compare(change["new"])


def _file_stem(name: str) -> str:
    """Give a name of a file for a flow: letters, digits, spaces, dashes."""
    return re.sub(r"[^\w .()+-]+", "-", name).strip(" .-")[:80] or "flow"
