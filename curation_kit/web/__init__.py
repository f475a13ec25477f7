"""HTTP: connections kept open, bounds for what comes, errors in plain words."""

from __future__ import annotations

from curation_kit.web.sending import Response, host_of, send
from curation_kit.web.troubles import Trouble, WebError

__all__ = ["Response", "Trouble", "WebError", "host_of", "send"]
