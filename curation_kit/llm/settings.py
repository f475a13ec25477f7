"""Model services, their limits and prices: the settings of a workspace.

They are one YAML file that people may edit and share: a key is never in it,
only where the key is found.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from curation_kit.errors import NotFound, WorkspaceError

__all__ = ["SETTINGS", "Price", "Service", "Settings"]

#: Name of the file in the folder of a workspace.
SETTINGS = "settings.yaml"


class Price(BaseModel):
    """What a model costs, in US dollars per million tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: float = Field(ge=0)
    output: float = Field(ge=0)

    def cost(self, input_tokens: int, output_tokens: int) -> float:
        """Give the cost of a call in US dollars."""
        return (self.input * input_tokens + self.output * output_tokens) / 1e6


class Service(BaseModel):
    """A server of models that speaks the OpenAI chat API.

    Attributes
    ----------
    base_url
        With the version, without ``/chat/completions``.
    key
        Where its key is found: ``env:NAME``, ``keyring:NAME``, or "" where
        none is needed. Never the key itself.
    model
        Asked when a step names no other.
    context
        Tokens that prompt and answer may have together.
    timeout
        Seconds that an answer may take.
    proxy
        URL of a proxy; "" takes those of the environment.
    http2
        Whether to speak HTTP/2 where the server offers it.
    requests_per_minute, tokens_per_minute
        Limits of the account, for all jobs of the workspace; None for none.
    in_flight
        Calls under way at the same time.
    structured
        How answers of a given shape are asked for; ``auto`` finds out.
    prices
        By name of the model; the tokens of others are shown without a price.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str = Field(pattern=r"^https?://")
    key: str = Field(default="", pattern=r"^(env:\S+|keyring:\S+)?$")
    model: str = ""
    context: int = Field(default=8192, ge=512)
    timeout: float = Field(default=120.0, gt=0)
    proxy: str = ""
    http2: bool = False
    requests_per_minute: int | None = Field(default=None, ge=1)
    tokens_per_minute: int | None = Field(default=None, ge=1)
    in_flight: int = Field(default=16, ge=1)
    structured: Literal["auto", "json_schema", "json_object", "text"] = "auto"
    prices: dict[str, Price] = Field(default_factory=dict)


class Settings(BaseModel):
    """What a workspace knows of services.

    Attributes
    ----------
    services
        By name.
    default_service
        Asked when a step names no other; "" for the only one there is.
    daily_budget
        US dollars that all jobs together may spend in a day (UTC); None for
        no cap.
    answers_megabytes
        Size of the answer cache; the longest unused answers make room.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    services: dict[str, Service] = Field(default_factory=dict)
    default_service: str = ""
    daily_budget: float | None = Field(default=None, ge=0)
    answers_megabytes: int = Field(default=1000, ge=1)

    def service(self, name: str = "") -> tuple[str, Service]:
        """Give a service with its name, the default one when none is named.

        Raises
        ------
        NotFound
            If there is none: what to do is said.
        """
        if not self.services:
            raise NotFound(
                "The workspace has no model service: add one under Settings, or with "
                "curation-kit services add."
            )
        known = ", ".join(f'"{one}"' for one in self.services)
        wanted = name or self.default_service
        if not wanted and len(self.services) == 1:
            (wanted,) = self.services
        if not wanted:
            raise NotFound(f"Choose a model service: {known}.")
        if wanted not in self.services:
            raise NotFound(f'There is no model service "{wanted}"; there is {known}.')
        return wanted, self.services[wanted]

    @classmethod
    def read(cls, workspace: Path) -> Settings:
        """Read the settings of a workspace; the standard ones if it has none.

        Raises
        ------
        WorkspaceError
            If the file cannot be read: what is wrong in it is said.
        """
        path = workspace / SETTINGS
        try:
            return cls.model_validate(yaml.safe_load(path.read_text("utf-8")) or {})
        except FileNotFoundError:
            return cls()
        except ValidationError as error:
            wrong = " ".join(
                f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}."
                for e in error.errors(include_input=False)
            )
            raise WorkspaceError(f"{path}: {wrong}") from None
        except (yaml.YAMLError, OSError, UnicodeDecodeError) as error:
            raise WorkspaceError(f"{path} cannot be read: {error}") from error

    def write(self, workspace: Path) -> None:
        """Write the file whole: a crash in between leaves the earlier one."""
        path = workspace / SETTINGS
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        given = self.model_dump(mode="json", exclude_defaults=True)
        try:
            temporary.write_text(
                yaml.safe_dump(given, sort_keys=False, allow_unicode=True), "utf-8"
            )
            temporary.replace(path)
        except OSError as error:
            raise WorkspaceError(f"{path} cannot be written: {error}") from error
