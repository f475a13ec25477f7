"""YAML that people write and share: flows, settings, options."""

from __future__ import annotations

import re
from typing import Any

import yaml

__all__ = ["read_yaml", "yaml_text"]

#: Line breaks that PyYAML writes as they are, and reads as spaces.
_BREAKS = re.compile("[\x85\u2028\u2029]")


class _Loader(yaml.SafeLoader):
    """As YAML demands and PyYAML does not: a key stands once, characters are whole."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Any:  # noqa: FBT001, FBT002
        seen: set[tuple[str, str]] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if (key.tag, key.value) in seen:
                    raise yaml.constructor.ConstructorError(
                        problem=f'the key "{key.value}" stands there twice',
                        problem_mark=key.start_mark,
                    )
                seen.add((key.tag, key.value))
        return super().construct_mapping(node, deep)

    def construct_scalar(self, node: Any) -> Any:
        # "\ud83e\uddec", as JSON has it, is one character.
        text: str = super().construct_scalar(node)
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


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
        return yaml.load(text, _Loader)  # noqa: S506 - a safe one
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
