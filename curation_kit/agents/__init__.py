"""Agents: the steps of a flow."""

from curation_kit.agents.base import (
    Agent,
    Extractor,
    Formatter,
    InputAgent,
    Kind,
    ModelOptions,
    Options,
    Validator,
)
from curation_kit.agents.contract import options_schema
from curation_kit.agents.paper import Paper
from curation_kit.agents.registry import (
    agents,
    broken_agents,
    get_agent,
    installed,
    origin,
    register,
    session_agents,
    sources,
)

__all__ = [
    "Agent",
    "Extractor",
    "Formatter",
    "InputAgent",
    "Kind",
    "ModelOptions",
    "Options",
    "Paper",
    "Validator",
    "agents",
    "broken_agents",
    "get_agent",
    "installed",
    "options_schema",
    "origin",
    "register",
    "session_agents",
    "sources",
]
