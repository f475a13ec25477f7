"""The dashboard server: Voilà on the main notebook, for one person."""

from __future__ import annotations

from curation_kit.server._voila import dashboard_notebook, serve_dashboard

__all__ = ["dashboard_notebook", "serve_dashboard"]
