"""What a job would take, before it is started: tokens, US dollars, minutes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from curation_kit.agents import Agent, ModelOptions, get_agent
from curation_kit.documents.document import Document
from curation_kit.flow import Flow, Step
from curation_kit.llm import Load, Settings, dollars
from curation_kit.phrases import counted

__all__ = ["Estimate", "estimate", "tokens"]

#: Time of a flow that works by rules and was never run here. Measured with the
#: built-in flow on 30 real papers (451 pages), two at a time: 0.016 to 0.029 s.
SECONDS_PER_PAGE = 0.03

#: Until the first worker has started, in seconds.
STARTING = 3.0

#: So many timed documents make an estimate that is called measured.
ENOUGH = 3

#: Of papers whose first steps were kept from other jobs the time says too little.
_NOT_TIMED = f"this flow is not timed on {ENOUGH} new papers yet"

#: Of a page that nobody has counted. Mean of 40 real papers: 4,400.
CHARACTERS_PER_PAGE = 4_400

#: Time of a call to a model that was never asked here: about 500 tokens of answer
#: at 50 tokens a second.
SECONDS_PER_CALL = 10.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """About what a job would take.

    Attributes
    ----------
    documents, pages
        Of the documents that can be processed.
    calls, input_tokens, output_tokens
        What models would be asked, if no answer were kept already.
    cost
        US dollars for that; None if a model has no price.
    unpriced
        Models without a price, as ``service: model``.
    minutes
        Wall-clock time; None when it cannot be told before the flow has run.
    timed
        Documents on which that was measured with this very flow; 0 when it
        is assumed.
    """

    documents: int
    pages: int
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = 0.0
    unpriced: tuple[str, ...] = ()
    minutes: float | None = None
    timed: int = 0

    @property
    def time_text(self) -> str:
        """How long it takes, and by what that is judged, as a sentence."""
        what = f"{counted(self.documents, 'document')}, {counted(self.pages, 'page')}"
        if self.minutes is None:
            return f"{what}. How long it takes is not known: {_NOT_TIMED}."
        by = (
            f"measured with this flow on {counted(self.timed, 'document')}"
            if self.timed
            else f"assumed: {_NOT_TIMED}"
        )
        return f"{what}: {_about(60 * self.minutes)} ({by})."

    @property
    def cost_text(self) -> str:
        """What models are asked and what that costs; "" when none is asked."""
        if not self.calls:
            return ""
        what = (
            f"About {counted(self.calls, 'call')} to models, "
            f"{tokens(self.input_tokens)} tokens in and "
            f"{tokens(self.output_tokens)} out: "
        )
        if self.cost is None:
            return (
                f"{what}what it costs is not known, as there is no price for "
                f"{', '.join(self.unpriced)}."
            )
        return f"{what}about {dollars(self.cost)}, less what is answered already."


def estimate(
    flow: Flow,
    documents: Sequence[Document],
    settings: Settings,
    *,
    computing: int,
    waiting: int,
    timed: Sequence[tuple[int, float]],
    seconds_of: Callable[[str, str], float | None],
) -> Estimate:
    """Judge what a job would take.

    Parameters
    ----------
    flow
        With the names of the services that it asks.
    computing, waiting
        Documents that compute, and further ones that wait, at the same time.
    timed
        Pages and seconds of documents with which this flow was run.
    seconds_of
        Gives the mean time of a call to a model of a service, None when it was
        never asked.
    """
    fit = [one for one in documents if not one.preflight.problem]
    pages = [max(one.preflight.pages, 1) for one in fit]
    if not fit:
        return Estimate(0, 0, minutes=0.0)
    asked = _Asked()
    for agent, options in _model_steps(flow):
        service = settings.services[options.service]
        loads = [
            agent.load(
                options, one.preflight.characters or size * CHARACTERS_PER_PAGE, service
            )
            for one, size in zip(fit, pages, strict=True)
        ]
        asked.add(options, loads, seconds_of(options.service, options.model))
    slots = min(computing + waiting if flow.waits() else computing, len(fit))
    longest = max(pages)
    measured = len(timed) >= ENOUGH
    if measured:
        read, took = map(sum, zip(*timed, strict=True))
        work = took / read * max(sum(pages) / slots, longest)
    else:
        work = SECONDS_PER_PAGE * max(sum(pages) / min(computing, len(fit)), longest)
        work += asked.seconds(settings, slots)
    known = measured or not _waits_otherwise(flow)
    seconds = STARTING + max(work, asked.least_seconds(settings))
    total = asked.total
    unpriced = tuple(
        f"{service}: {model}"
        for service, model in asked.loads
        if model not in settings.services[service].prices
    )
    return Estimate(
        documents=len(fit),
        pages=sum(pages),
        calls=total.calls,
        input_tokens=total.input_tokens,
        output_tokens=total.output_tokens,
        cost=None if unpriced else asked.cost(settings),
        unpriced=unpriced,
        minutes=seconds / 60 if known else None,
        timed=len(timed) if measured else 0,
    )


class _Asked:
    """What all steps ask, by service and model."""

    def __init__(self) -> None:
        self.loads: dict[tuple[str, str], Load] = {}
        self._each: dict[tuple[str, str], float] = {}  # seconds of a call
        # Calls of one document that follow each other.
        self._longest: defaultdict[tuple[str, str], float] = defaultdict(float)

    def add(
        self, options: ModelOptions, loads: Sequence[Load], seconds: float | None
    ) -> None:
        key = (options.service, options.model)
        self.loads[key] = sum(loads, self.loads.get(key, Load()))
        self._each[key] = SECONDS_PER_CALL if seconds is None else seconds
        self._longest[key] += max(
            min(load.calls, 1 + (load.calls - 1) / load.at_once) for load in loads
        )

    @property
    def total(self) -> Load:
        return sum(self.loads.values(), Load())

    def cost(self, settings: Settings) -> float:
        return sum(
            settings.services[service]
            .prices[model]
            .cost(load.input_tokens, load.output_tokens)
            for (service, model), load in self.loads.items()
        )

    def seconds(self, settings: Settings, slots: int) -> float:
        """Time that the calls take."""
        return sum(
            self._each[key]
            * max(
                load.calls
                / min(slots * load.at_once, settings.services[key[0]].in_flight),
                self._longest[key],
            )
            for key, load in self.loads.items()
        )

    def least_seconds(self, settings: Settings) -> float:
        """Time that the limits of the accounts allow at best."""
        needed = [0.0]
        for name in {service for service, _ in self.loads}:
            service = settings.services[name]
            load = sum(
                (one for key, one in self.loads.items() if key[0] == name), Load()
            )
            used = load.input_tokens + load.output_tokens
            if service.requests_per_minute:
                needed.append(60 * load.calls / service.requests_per_minute)
            if service.tokens_per_minute:
                needed.append(60 * used / service.tokens_per_minute)
        return max(needed)


def _model_steps(flow: Flow) -> Iterator[tuple[type[Agent], ModelOptions]]:
    for step in flow.steps:
        if options := step.model_options():
            yield get_agent(step.agent), options


def _waits_otherwise(flow: Flow) -> bool:
    """Whether a step waits for something else than a model: nobody knows how long."""
    return any(
        agent.waits(options) and not agent.asks_model(options)
        for agent, options in map(Step.prepared, flow.steps)
    )


def tokens(number: int) -> str:
    """A number of tokens, as short as one can say it: "850", "12 k", "1.2 M"."""
    if number < 10_000:  # noqa: PLR2004
        return f"{number:,}"
    if number < 999_500:  # noqa: PLR2004
        return f"{number / 1000:.0f} k"
    return f"{number / 1e6:,.1f} M"


#: Times below the first number are rounded to the second, and told in the third.
_ROUNDED = ((55, 10, 1), (600, 60, 60), (3300, 300, 60))
_UNITS = {1: "s", 60: "min"}


def _about(seconds: float) -> str:
    """A time as one would say it: "about 2 min"."""
    for below, step, unit in _ROUNDED:
        if seconds < below:
            return (
                f"about {max(round(seconds / step), 1) * step // unit:g} {_UNITS[unit]}"
            )
    return f"about {seconds / 3600:.1f} h"
