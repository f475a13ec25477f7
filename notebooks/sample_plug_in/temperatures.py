"""The temperatures that a paper states: an agent for curation_kit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import Field

import curation_kit as ck

SENTENCE = re.compile(r"(?:[^.\n]|\.\d)+\.?")
TEMPERATURE = re.compile(r"(-?\d+(?:\.\d+)?) ?°C")


class TemperatureRecord(ck.Record):
    """A temperature, in the sentence that states it."""

    celsius: float


class TemperatureOptions(ck.Options):
    """The form of the step follows from these."""

    methods_only: bool = Field(default=True, description="Read the methods alone.")
    at_least: float = Field(default=0, description="Leave lower temperatures out.")


class Temperatures(ck.Extractor):
    """Finds them by a pattern."""

    name = "temperatures"
    title = "Temperatures"
    description = "Finds the temperatures that a paper states, in °C."
    record = TemperatureRecord
    Options = TemperatureOptions

    def extract(self, paper: ck.Paper) -> Iterator[TemperatureRecord]:
        """Give one record per temperature."""
        text = paper.text.text
        for section in paper.text.sections:
            if self.options.methods_only and section.kind != "methods":
                continue
            for sentence in SENTENCE.finditer(text, section.start, section.end):
                for found in TEMPERATURE.finditer(text, *sentence.span()):
                    if float(found[1]) < self.options.at_least:
                        continue
                    evidence = paper.evidence(*sentence.span())
                    evidence.mentions = [paper.mention("celsius", *found.span(1))]
                    yield TemperatureRecord(
                        celsius=float(found[1]), evidence=[evidence]
                    )
