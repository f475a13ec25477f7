"""The general extractor: rows of columns that the curator names."""

from __future__ import annotations

from curation_kit.agents.extract.agent import ExtractAgent, ExtractOptions
from curation_kit.agents.extract.columns import ExtractColumn

__all__ = ["ExtractAgent", "ExtractColumn", "ExtractOptions"]
