"""What the page says of a service: whether its key is there, and of a test."""

from __future__ import annotations

import os
from typing import Any

from curation_kit.llm import Settings

__all__ = ["connection_report", "key_found"]


def key_found(place: str) -> bool:
    """Whether a key is where the settings say; the key itself is not looked at."""
    return not place or bool(os.environ.get(place.removeprefix("env:")))


def connection_report(settings: Settings, name: str) -> dict[str, Any]:
    """Test the connection to a service, for the page."""
    raise NotImplementedError((settings, name))
