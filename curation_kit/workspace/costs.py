"""What a job has asked models, and what it has cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from curation_kit.errors import JobError
from curation_kit.flow import Flow
from curation_kit.llm import Settings, Spending, Usage, dollars
from curation_kit.workspace.job_reading import JobReading

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Costs", "JobCosts", "check_prices"]

_CALL_TYPES = {
    "document": "str",
    "step": "str",
    "service": "str",
    "model": "str",
    "status": "str",
    "began": "datetime64[s]",
    "seconds": "Float64",
    "input_tokens": "Int64",
    "output_tokens": "Int64",
    "estimated": "bool",
    "cost": "Float64",
    "fault": "str",
    "document_id": "str",
}


@dataclass(frozen=True, slots=True)
class Costs:
    """What a job has used, and what it may.

    Attributes
    ----------
    total
        Of all its calls so far.
    steps
        Of each step that made calls, by its index in the flow.
    budget
        US dollars that it may spend; None without a cap.
    left
        US dollars that its other documents will cost if they are like those
        that have ended; None before the first has, or without a price.
    """

    total: Usage
    steps: dict[int, Usage]
    budget: float | None
    left: float | None

    @property
    def projected(self) -> float | None:
        """US dollars that the whole job will have cost."""
        return None if self.left is None else self.total.spent + self.left

    @property
    def text(self) -> str:
        """What models were asked and what it has cost; "" when none was asked."""
        used = self.total
        if not used.calls and not used.kept:
            return ""
        cost = used.priced_cost
        spent = "cost not known: no price" if cost is None else f"{dollars(cost)} spent"
        if self.budget is not None:
            spent += f" of {dollars(self.budget)}"
        kept = f", {used.kept:,} answers were kept already" if used.kept else ""
        told = (
            f"Models: {spent}, {used.calls:,} calls{kept}, "
            f"{used.input_tokens:,} tokens in, {used.output_tokens:,} out"
        )
        if used.estimated:
            told += (
                f". Estimated are those of {used.estimated:,} of the calls: the "
                "service did not count their tokens, or they were cut off"
            )
        return told


def check_prices(budget: float | None, flow: Flow, settings: Settings) -> None:
    """Refuse a budget that nobody could keep to.

    Raises
    ------
    JobError
        If a cap is set, on the job or on the day, and a model has no price.
    """
    if budget is None and settings.daily_budget is None:
        return
    if models := flow.unpriced(settings):
        which = "a budget" if budget is not None else "a daily budget"
        raise JobError(
            f"There is {which}, but no price for the model {', '.join(models)}: give "
            "its price per million tokens in the settings of the service (0 if it "
            "costs nothing), or set no budget."
        )


class JobCosts(JobReading):
    """The calls of a job; they are read while it runs."""

    @cached_property
    def _spending(self) -> Spending:
        return Spending(self._store.database)

    @property
    def costs(self) -> Costs:
        """Calls, tokens and cost of the job and of each step, and what is to come."""
        total, budget = self._spending.of_job(self.id), self.row.options.budget
        asks = budget is not None or total.calls or total.kept
        return Costs(
            total=total,
            steps=self._spending.of_steps(self.id),
            budget=budget,
            left=self._store.cost_left(self.id) if asks else None,
        )

    def check_budget(self, budget: float | None) -> None:
        """See whether the job can go on with its budget, or with another one.

        Raises
        ------
        JobError
            If a model has no price, if the budget is spent already, or if it is no
            higher than the one that the job was paused for.
        """
        row = self.row
        cap = row.options.budget if budget is None else budget
        if cap is None:
            return
        flow = self.flows[-1]
        flow.check()  # an agent may have other options by now
        check_prices(cap, flow, flow.settings(self._folders.workspace))
        spent = self.costs.total.cost
        if budget is not None and spent >= budget > 0:
            raise JobError(
                f"{self.name} has spent {dollars(spent)} already: give it a budget "
                f"above that, not {dollars(budget)}."
            )
        used_up = row.options.budget if row.over_budget else None
        if budget is not None and used_up is not None and budget <= used_up:
            raise JobError(
                f"{self.name} is paused for its budget: give more than "
                f"{dollars(used_up)}, not {dollars(budget)}."
            )

    def document_usage(
        self, document_ids: Sequence[str] | None = None
    ) -> dict[str, Usage]:
        """Calls, tokens and cost of documents by id: of these, or of all.

        One for which no model was asked is left out.
        """
        return self._spending.of_documents(self.id, document_ids)

    def call_rows(self) -> list[dict[str, Any]]:
        """Rows of `calls`, without pandas."""
        names = {
            row["document_id"]: row["name"] for row in self._store.documents(self.id)
        }
        return [
            {
                "document": names[row["document_id"]],
                "step": row["agent"],
                "service": row["service"],
                "model": row["model"],
                "status": row["status"],
                "began": dt.datetime.fromtimestamp(int(row["began"])),  # noqa: DTZ006 - local time, for people
                "seconds": row["seconds"],
                "input_tokens": row["input_tokens"],
                "output_tokens": row["output_tokens"],
                "estimated": bool(row["estimated"]),
                "cost": row["cost"],
                "fault": row["fault"],
                "document_id": row["document_id"],
            }
            for row in self._spending.calls(self.id)
        ]

    @property
    def calls(self) -> pd.DataFrame:
        """One row per call to a model: tokens, cost, how it ended.

        ``status`` is ``open`` while it is under way, ``answered``, ``failed``,
        ``kept`` (an earlier answer was used, nobody was asked) or ``lost`` (cut
        off by a crash). Open and lost calls count at the most that they can cost;
        ``estimated`` marks tokens that the service did not tell. Without a
        price there is no ``cost``.
        """
        from curation_kit.results import frame

        self.check_there()
        return frame(self.call_rows(), _CALL_TYPES)
