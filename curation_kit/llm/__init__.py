"""What agents need to ask services over HTTP."""

from curation_kit.llm.answers import AnswerCache, Answers, answer_key
from curation_kit.llm.call_log import CallLog, estimated_tokens, most_cost
from curation_kit.llm.calls import Admission, Call, Calls, NoCalls, Report, Verdict
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
from curation_kit.llm.spending import DAY, Spending, Usage, today

__all__ = [
    "DAY",
    "SETTINGS",
    "Admission",
    "AnswerCache",
    "Answers",
    "Call",
    "CallLog",
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
    "Spending",
    "Usage",
    "Verdict",
    "answer_key",
    "estimated_tokens",
    "most_cost",
    "today",
    "wrong_settings",
]
