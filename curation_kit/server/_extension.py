"""The Jupyter Server extension: ``/curation`` beside notebooks and JupyterLab."""

from __future__ import annotations

from pathlib import Path

from jupyter_server.serverapp import ServerApp
from traitlets import Unicode
from traitlets.config import LoggingConfigurable

from curation_kit.server._feed import Feed
from curation_kit.server._handlers import curation_handlers

__all__ = ["CurationKit"]


class CurationKit(LoggingConfigurable):
    """Options of the extension, for ``jupyter_server_config.py``."""

    workspace = Unicode(
        help="Folder of the workspace that is served; CURATION_KIT_WORKSPACE or "
        "~/curation-kit when left out.",
    ).tag(config=True)


def _load_jupyter_server_extension(serverapp: ServerApp) -> None:
    """Add the handlers.

    The workspace is opened at the first request; one that is not there is made by
    the first document that is put into it, not by who looks.
    """
    named = CurationKit(parent=serverapp).workspace
    feed = Feed(Path(named) if named else None)
    handlers = curation_handlers(serverapp.base_url, feed)
    serverapp.web_app.add_handlers(".*$", handlers)  # type: ignore[no-untyped-call]
