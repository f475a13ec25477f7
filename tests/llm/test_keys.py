"""Keys are found where the settings say, and shown nowhere."""

from __future__ import annotations

import keyring
import pytest

from curation_kit.llm.faults import Scope
from curation_kit.llm.keys import (
    KEYRING,
    MissingKey,
    find_key,
    forget_keys,
    redact,
)

KEY = "sk-planted-0123456789"


def test_no_key_is_needed() -> None:
    """Local services have none."""
    assert find_key("") is None


def test_a_key_in_the_environment(monkeypatch) -> None:
    """Blanks around it are a slip of copying."""
    monkeypatch.setenv("LAB_KEY", f" {KEY}\n")
    key = find_key("env:LAB_KEY")
    assert key.get_secret_value() == KEY
    assert KEY not in f"{key!r} {key}"


def test_a_key_in_the_keyring(drawer) -> None:
    """Looked up once, until somebody refuses it."""
    keyring.set_password(KEYRING, "lab", KEY)
    for _ in range(3):
        assert find_key("keyring:lab").get_secret_value() == KEY
    assert drawer.looks == 1
    keyring.set_password(KEYRING, "lab", "new")
    forget_keys()
    assert find_key("keyring:lab").get_secret_value() == "new"


@pytest.mark.usefixtures("drawer")
def test_a_key_that_is_put_there_after_it_was_missed() -> None:
    """No need to start anything anew."""
    for _ in range(2):
        with pytest.raises(MissingKey):
            find_key("keyring:lab")
    keyring.set_password(KEYRING, "lab", KEY)
    assert find_key("keyring:lab").get_secret_value() == KEY


@pytest.mark.parametrize("value", [None, "", "  "])
def test_nothing_there(monkeypatch, value) -> None:
    """It concerns all calls of the service, and a person has to mend it."""
    monkeypatch.delenv("LAB_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("LAB_KEY", value)
    with pytest.raises(MissingKey, match="environment variable LAB_KEY") as raised:
        find_key("env:LAB_KEY")
    fault = raised.value.fault
    assert (fault.scope, fault.passing) == (Scope.SERVICE, False)
    assert "Set LAB_KEY" in fault.hint
    assert fault.environment


@pytest.mark.usefixtures("drawer")
def test_nothing_in_the_keyring() -> None:
    """The command that puts it there is told."""
    with pytest.raises(MissingKey) as raised:
        find_key("keyring:lab")
    assert "keyring set curation_kit lab" in raised.value.fault.hint
    assert not raised.value.fault.environment


def test_a_keyring_that_is_locked(drawer) -> None:
    """Said without what the keyring says, which may hold anything."""
    drawer.locked = True
    with pytest.raises(MissingKey, match="KeyringLocked") as raised:
        find_key("keyring:lab")
    assert KEY not in str(raised.value)
    assert raised.value.__context__ is None


@pytest.mark.parametrize("value", ["two words", "kéy", "a\nb"])
def test_what_can_be_no_key(monkeypatch, value) -> None:
    """It would break the header, and the message would show it."""
    monkeypatch.setenv("LAB_KEY", value)
    with pytest.raises(MissingKey, match="is no key") as raised:
        find_key("env:LAB_KEY")
    assert value not in str(raised.value)


def test_redacting(monkeypatch) -> None:
    """Services repeat keys that they refuse."""
    monkeypatch.setenv("LAB_KEY", KEY)
    key = find_key("env:LAB_KEY")
    assert redact(f"Incorrect key {KEY}.", key) == "Incorrect key [key]."
    assert redact("Fine.", None) == "Fine."
