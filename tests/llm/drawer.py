"""A keyring in memory."""

from __future__ import annotations

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked


class Drawer(KeyringBackend):
    """Has the passwords that a test puts in."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.passwords: dict[tuple[str, str], str] = {}
        self.looks = 0
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        """Look."""
        self.looks += 1
        if self.locked:
            raise KeyringLocked("sk-planted-0123456789")
        return self.passwords.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Put in."""
        self.passwords[service, username] = password
