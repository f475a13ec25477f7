"""What the page says of a service: whether its key is there, and of a trial."""

from __future__ import annotations

from typing import Any

from curation_kit.llm import Settings
from curation_kit.llm.connection import Connection, try_connection
from curation_kit.llm.keys import MissingKey, find_key
from curation_kit.llm.structured import Mode
from curation_kit.session.wording import tenths

__all__ = ["connection_report", "key_found"]

#: Models that are named; a service may have hundreds.
NAMED = 12

_MODES = {
    Mode.JSON_SCHEMA: "by its JSON schema",
    Mode.JSON_OBJECT: "as JSON, the schema in the prompt",
    Mode.TEXT: "as text, in which the JSON is looked for",
}


def key_found(place: str) -> bool:
    """Whether there is a key where the settings say."""
    try:
        find_key(place)
    except MissingKey:
        return False
    return True


def connection_report(settings: Settings, name: str) -> dict[str, Any]:
    """Try a service out; see `SettingsPage.checks`."""
    return _report(try_connection(settings, name))


def _report(found: Connection) -> dict[str, Any]:
    details = []
    if found.works and found.mode is not None:
        details.append(("Answers of a given shape", _MODES[found.mode]))
    if found.models:
        more = len(found.models) - NAMED
        listed = ", ".join(found.models[:NAMED])
        details.append(
            ("Models", f"{listed} and {more:,} more" if more > 0 else listed)
        )
    if found.fault is None:
        summary = f"{found.model} answers, in {tenths(found.seconds)}."
        hint = found.remark
    else:
        summary, hint = found.fault.message, found.fault.hint
    return {
        "ok": found.works,
        "summary": summary,
        "hint": hint,
        "details": details,
        "models": list(found.models),
    }
