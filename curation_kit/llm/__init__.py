"""What agents need to ask services over HTTP."""

from curation_kit.llm.answers import AnswerCache, Answers, answer_key
from curation_kit.llm.call_log import Bill, CallLog, estimated_tokens, most_cost
from curation_kit.llm.calls import Admission, Call, Calls, NoCalls, Report, Verdict
from curation_kit.llm.faults import Fault, Scope
from curation_kit.llm.models import Models, NoModels
from curation_kit.llm.pacing import MINUTE, Pace, Start
from curation_kit.llm.requests import Load, Request
from curation_kit.llm.settings import (
    SETTINGS,
    Price,
    Service,
    Settings,
    wrong_settings,
)
from curation_kit.llm.spending import DAY, Spending, Usage, dollars, today

__all__ = [
    "DAY",
    "MINUTE",
    "SETTINGS",
    "Admission",
    "AnswerCache",
    "Answers",
    "Bill",
    "Call",
    "CallLog",
    "Calls",
    "Fault",
    "Load",
    "Models",
    "NoCalls",
    "NoModels",
    "Pace",
    "Price",
    "Report",
    "Request",
    "Scope",
    "Service",
    "Settings",
    "Spending",
    "Start",
    "Usage",
    "Verdict",
    "answer_key",
    "dollars",
    "estimated_tokens",
    "most_cost",
    "today",
    "wrong_settings",
]
