"""Model services, their limits and prices: the settings of a workspace.

They are one YAML file that people may edit and share: a key is never in it,
only where the key is found.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
)

from curation_kit.errors import NotFound, WorkspaceError

__all__ = ["SETTINGS", "Price", "Service", "Settings", "wrong_settings"]

#: Name of the file in the folder of a workspace.
SETTINGS = "settings.yaml"

#: Where a key is found. So narrow that hardly any key fits: one that is pasted in
#: place of its name is refused, and not written.
_KEY = re.compile(r"(env:[A-Z_][A-Z0-9_]*|keyring:[\w.-]{1,24})?")

#: Characters of the name of a service, at most: it stands in lists and messages.
_LONGEST_NAME = 60


class Price(BaseModel):
    """What a model costs, in US dollars per million tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

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

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False
    )

    base_url: str
    key: str = ""
    model: str = ""
    context: int = Field(default=8192, ge=512, le=10**9)
    timeout: float = Field(default=120.0, gt=0, le=1e6)
    proxy: str = ""
    http2: bool = False
    requests_per_minute: int | None = Field(default=None, ge=1, le=10**12)
    tokens_per_minute: int | None = Field(default=None, ge=1, le=10**12)
    in_flight: int = Field(default=16, ge=1, le=100_000)
    structured: Literal["auto", "json_schema", "json_object", "text"] = "auto"
    prices: dict[str, Price] = Field(default_factory=dict)

    @field_validator("base_url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        return _checked_address(url, "https://api.openai.com/v1")

    @field_validator("proxy")
    @classmethod
    def _is_proxy(cls, url: str) -> str:
        return url and _checked_address(url, "http://proxy.example.org:3128")

    @field_validator("key")
    @classmethod
    def _is_place(cls, place: str) -> str:
        if not _KEY.fullmatch(place):
            raise ValueError(
                "Name the place where the key is, never the key itself: env:NAME "
                "(capital letters, digits and _) or keyring:NAME (at most 24 letters, "
                "digits and . _ -)"
            )
        return place


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

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    services: dict[str, Service] = Field(default_factory=dict)
    default_service: str = ""
    daily_budget: float | None = Field(default=None, ge=0)
    answers_megabytes: int = Field(default=1000, ge=1)

    @field_validator("services")
    @classmethod
    def _are_named(cls, services: dict[str, Service]) -> dict[str, Service]:
        if any(not name or name != name.strip() for name in services):
            raise ValueError("Each service needs a name, without blanks around it")
        return services

    @property
    def default(self) -> str:
        """The service that is asked when none is named; "" if that is not clear."""
        if self.default_service or len(self.services) != 1:
            return self.default_service
        return next(iter(self.services))

    def with_service(
        self, name: str, service: Service, *, replacing: str = ""
    ) -> Settings:
        """Give the settings with a service, new or in the place of another one.

        The first service becomes the default.

        Raises
        ------
        WorkspaceError
            If another one has this name, or it is none.
        """
        name = name.strip()
        if not name:
            raise WorkspaceError("Give the service a name.")
        if len(name) > _LONGEST_NAME or not name.isprintable():
            raise WorkspaceError(
                f"The name of a service is one line of at most {_LONGEST_NAME} "
                "characters that can be seen."
            )
        if name != replacing and name in self.services:
            raise WorkspaceError(f'There is a service "{name}" already.')
        kept = {
            (name if known == replacing else known): (
                service if known == replacing else one
            )
            for known, one in self.services.items()
        }
        services = {**kept, name: service}
        is_default = len(services) == 1 or (replacing and self.default == replacing)
        default = name if is_default else self.default
        return self.model_copy(
            update={"services": services, "default_service": default}
        )

    def without_service(self, name: str) -> Settings:
        """Give the settings without a service.

        Raises
        ------
        NotFound
            If there is none of that name.
        """
        name, _ = self.service(name)
        services = {n: one for n, one in self.services.items() if n != name}
        default = "" if self.default_service == name else self.default_service
        return self.model_copy(
            update={"services": services, "default_service": default}
        )

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
        wanted = name or self.default
        if not wanted:
            raise NotFound(
                f"Choose a model service: {known}. Name it in the step's option "
                '"service", or make one the default: under Settings, or with '
                "curation-kit services default NAME."
            )
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
        # Not above: workers get their settings pickled.
        from curation_kit.formats.yaml_text import read_yaml

        path = workspace / SETTINGS
        try:
            return cls.model_validate(read_yaml(path.read_text("utf-8")) or {})
        except FileNotFoundError:
            return cls()
        except ValidationError as error:
            wrong = [
                f"{name or 'settings'}: {told}"
                for name, told in wrong_settings(error).items()
            ]
            raise WorkspaceError(f"{path}: {' '.join(wrong)}") from None
        except (OSError, UnicodeDecodeError) as error:
            raise WorkspaceError(f"{path} cannot be read: {error}") from error
        except ValueError as error:
            raise WorkspaceError(
                f"{path} is {error}. Mend the file; without it there are no services."
            ) from error

    def write(self, workspace: Path) -> None:
        """Write the file whole: a crash in between leaves the earlier one.

        Raises
        ------
        WorkspaceError
            If it cannot be written.
        """
        from curation_kit.formats.yaml_text import yaml_text

        path = workspace / SETTINGS
        temporary = path.with_name(f".{SETTINGS}.{os.getpid()}.tmp")
        given = self.model_dump(mode="json", exclude_defaults=True)
        try:
            temporary.write_text(yaml_text(given), "utf-8")
            temporary.replace(path)
        except OSError as error:
            raise WorkspaceError(f"{path} cannot be written: {error}") from error


#: What pydantic says in a programmer's words, in plain ones.
_PLAIN = {
    "missing": "This is needed",
    "int_parsing": "Give a whole number",
    "int_from_float": "Give a whole number",
    "float_parsing": "Give a number",
    "greater_than": "Give a number above {gt:g}",
    "greater_than_equal": "Give a number from {ge:g} on",
    "extra_forbidden": "There is no such setting",
    "value_error": "{error}",
}


def wrong_settings(error: ValidationError) -> dict[str, str]:
    """What is wrong, by the name of the setting, without what was given: no secret."""
    return {
        ".".join(map(str, one["loc"])): _PLAIN.get(one["type"], "{msg}").format(
            msg=one["msg"], **one.get("ctx", {})
        )
        + "."
        for one in error.errors(include_input=False)
    }


def _checked_address(url: str, example: str) -> str:
    """Refuse what is no address, and one that carries a password or a key."""
    try:
        parts = urlsplit(url.strip())
        parts.port  # noqa: B018 - raises if it is no number
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"Give an address such as {example}")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError(
            "Give the address without user name, password, ? and #: settings are not "
            "secret"
        )
    return url.strip().rstrip("/")
