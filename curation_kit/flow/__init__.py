"""Flows: a named chain of steps that turns one paper into a result file."""

from __future__ import annotations

from curation_kit.flow.checking import Finding
from curation_kit.flow.library import FlowLibrary
from curation_kit.flow.model import EvidenceGate, Flow, check_is_flow, record_model
from curation_kit.flow.step import Step
from curation_kit.flow.templates import TEMPLATES

__all__ = [
    "TEMPLATES",
    "EvidenceGate",
    "Finding",
    "Flow",
    "FlowLibrary",
    "Step",
    "check_is_flow",
    "record_model",
]
