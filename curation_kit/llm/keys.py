"""Keys of services: found where the settings say, and never shown.

The settings name a place, ``env:NAME`` or ``keyring:NAME``. What is there goes
from here into the header of a request and nowhere else.
"""

from __future__ import annotations

import os
from functools import lru_cache

from pydantic import SecretStr

from curation_kit.errors import FailureCategory
from curation_kit.llm.faults import Fault, Scope

__all__ = ["KEYRING", "MissingKey", "find_key", "forget_keys", "redact"]

#: Name under which the system's keyring has the keys, one per NAME:
#: ``keyring set curation_kit NAME``.
KEYRING = "curation_kit"


class MissingKey(Exception):  # noqa: N818 - carries a fault
    """There is no key where the settings say."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def find_key(place: str) -> SecretStr | None:
    """Give the key of a service; None if it needs none.

    Raises
    ------
    MissingKey
        If there is none in that place, or nothing that can be one.
    """
    kind, _, name = place.partition(":")
    if not kind:
        return None
    if kind == "env":
        key = os.environ.get(name, "").strip()
        where = f"the environment variable {name}"
        how = (
            f"Set {name} before Jupyter, or the command curation-kit, is started; then "
            "resume the job."
        )
    else:
        key = _in_keyring(name).strip()
        where = f'the keyring under "{name}"'
        how = f"Run: keyring set {KEYRING} {name}. Then resume the job."
    if not key:
        forget_keys()  # somebody may put one there
        told = f"There is no key in {where}."
        raise _missing(told, how, environment=kind == "env")
    if not (key.isascii() and key.isprintable() and " " not in key):
        told = f"What is in {where} is no key: it has blanks or accents."
        raise _missing(told, how, environment=kind == "env")
    return SecretStr(key)


@lru_cache(maxsize=64)
def _in_keyring(name: str) -> str:
    try:
        import keyring
    except ImportError:
        raise _missing(
            "Keys in the system's keyring need the package keyring.",
            "Run: pip install keyring, or give the key in an environment variable.",
        ) from None
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(KEYRING, name) or ""
    except KeyringError as error:
        reason = f"The system's keyring gives no keys: {type(error).__name__}."
    raise _missing(
        reason, "Unlock it, or give the key in an environment variable (env:NAME)."
    )


def forget_keys() -> None:
    """Look into the keyring again: somebody may have changed a refused key."""
    _in_keyring.cache_clear()


def redact(text: str, key: SecretStr | None) -> str:
    """Take a key out of a text that somebody else has written."""
    return text if key is None else text.replace(key.get_secret_value(), "[key]")


def _missing(message: str, hint: str, *, environment: bool = False) -> MissingKey:
    fault = Fault(
        FailureCategory.FLOW, message, hint, Scope.SERVICE, environment=environment
    )
    return MissingKey(fault)
