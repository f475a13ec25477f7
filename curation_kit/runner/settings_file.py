"""The settings of a workspace, as they are now."""

from __future__ import annotations

from pathlib import Path

from curation_kit.llm import SETTINGS, Settings

__all__ = ["SettingsFile"]


class SettingsFile:
    """The settings, read again when the file has changed: people edit it meanwhile."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._seen: tuple[int, int] | None = None
        self._settings = Settings()

    def read(self) -> Settings:
        """Give the settings, the same object while the file is the same."""
        try:
            stat = (self._workspace / SETTINGS).stat()
            seen = stat.st_mtime_ns, stat.st_size
        except FileNotFoundError:
            seen = 0, 0
        if seen != self._seen:
            self._settings, self._seen = Settings.read(self._workspace), seen
        return self._settings
