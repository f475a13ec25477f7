"""What agents need to ask services over HTTP."""

from curation_kit.llm.answers import AnswerCache, Answers, answer_key
from curation_kit.llm.calls import Admission, Call, Calls, NoCalls, Report
from curation_kit.llm.faults import Fault, Scope
from curation_kit.llm.models import Models, NoModels
from curation_kit.llm.requests import Load, Request
from curation_kit.llm.settings import (
    SETTINGS,
    Price,
    Service,
    Settings,
    wrong_settings,
)

__all__ = [
    "SETTINGS",
    "Admission",
    "AnswerCache",
    "Answers",
    "Call",
    "Calls",
    "Fault",
    "Load",
    "Models",
    "NoCalls",
    "NoModels",
    "Price",
    "Report",
    "Request",
    "Scope",
    "Service",
    "Settings",
    "answer_key",
    "wrong_settings",
]
