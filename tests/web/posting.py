"""Ask for a completion."""

from __future__ import annotations

from curation_kit.web import Response, send

ASK = {"model": "fake", "messages": [{"role": "user", "content": "hi"}]}


def post(url: str, **given) -> Response:
    """Ask for a completion."""
    return send(
        "POST", f"{url}/chat/completions", body=ASK, **{"timeout": 20.0, **given}
    )
