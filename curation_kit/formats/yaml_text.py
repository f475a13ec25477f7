"""YAML that people write and share: flows, settings, options."""

from __future__ import annotations

import re
from typing import Any

import yaml

__all__ = ["read_yaml", "yaml_text"]

#: Line breaks that PyYAML writes as they are, and reads as spaces.
_BREAKS = re.compile("[\x85\u2028\u2029]")


def read_yaml(text: str) -> Any:
    """Read YAML.

    Raises
    ------
    ValueError
        If it is none, or built to grow when it is read: what it is instead, to
        be put behind "It is".
    """
    try:
        if "*" in text:
            _refuse_references(text)
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f" in line {mark.line + 1}" if mark else ""
        raise ValueError(f"not valid YAML{place}: {error.problem}") from error
    except RecursionError as error:
        raise ValueError("nested too deeply to be read") from error
    # Also of a number or a date that there is none: 2024-02-30.
    except (yaml.YAMLError, ValueError, AttributeError) as error:
        raise ValueError(f"not valid YAML: {error}") from error


def _refuse_references(text: str) -> None:
    """A reference may stand for a reference: nine lines become gigabytes."""
    if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
        raise ValueError('references ("*name") cannot be used: write it out')


def yaml_text(value: Any) -> str:
    """Give a value as YAML that `read_yaml` reads as the same value."""
    text = yaml.safe_dump(value, sort_keys=False, allow_unicode=True)
    if _BREAKS.search(text):
        return yaml.safe_dump(value, sort_keys=False)
    return text
