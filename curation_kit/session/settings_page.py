"""The page Settings: model services, their prices and limits, the budget of a day."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError
from traitlets import Dict, HasTraits, List, Unicode

from curation_kit.errors import NotFound, WorkspaceError
from curation_kit.llm import Service, Settings, wrong_settings
from curation_kit.session.connections import connection_report, key_found
from curation_kit.workspace import Workspace

__all__ = ["SettingsPage"]

#: Limits of a server on a laptop, which answers one call after the other.
_ONE_BY_ONE = {"in_flight": 1, "timeout": 600.0}

#: Where the form of a new service may begin: title, base URL, place of the key, and
#: limits that are not the usual ones.
PRESETS: tuple[tuple[str, str, str, dict[str, float]], ...] = (
    ("OpenAI", "https://api.openai.com/v1", "env:OPENAI_API_KEY", {}),
    ("OpenRouter", "https://openrouter.ai/api/v1", "env:OPENROUTER_API_KEY", {}),
    ("Ollama on this machine", "http://localhost:11434/v1", "", _ONE_BY_ONE),
    ("llama.cpp on this machine", "http://localhost:8080/v1", "", _ONE_BY_ONE),
    ("vLLM on this machine", "http://localhost:8000/v1", "", {}),
)


#: The kind of place that was chosen, before one that was typed.
_TYPED_TWICE = re.compile(r"^(env|keyring):\s*(?=(env|keyring):)")

#: What names of places may be, in the words of the form.
_KEY_WORDS = {
    "env": "Give the name of the variable, never the key itself: capital letters, "
    "digits and _.",
    "keyring": "Give the name of the entry, never the key itself: at most 24 letters, "
    "digits and . _ -.",
}


class SettingsPage(HasTraits):
    """The services of the workspace, one of them in a form, and what a test said.

    A key is never shown, asked for or kept: only the place where it is found.

    Attributes
    ----------
    services : list of dict
        The settings of each, with its ``name``, whether its key is there
        (``key_found``), the ``models`` known of it, and what to know about it.
    general : dict
        ``daily_budget`` and ``spent_today`` in US dollars, ``answers_megabytes``.
    form : dict
        The service that is edited: ``number`` (grows with each form),
        ``replacing`` (its name, empty for a new one), ``values``, what is
        ``wrong`` by field; empty when no form is open.
    checks : dict
        By service, what the last test of its connection said.
    problem : str
        Why the settings cannot be read; empty when they can.
    presets : list of dict
        Where a new service may begin: ``title``, ``base_url``, ``key``, and
        ``limits`` by field.

    Parameters
    ----------
    check
        Tests the connection to a service; gives whether it is ``ok``, a
        ``summary``, a ``hint``, ``details`` (label and text) and ``models``.
    noted, failed
        Called with what went well, and with an error of the test.
    """

    services = List(Dict())
    general = Dict()
    form = Dict()
    checks = Dict()
    problem = Unicode()
    presets = List(Dict())

    def __init__(
        self,
        workspace: Workspace,
        *,
        noted: Callable[[str], None],
        failed: Callable[[Exception], None],
        check: Callable[[Settings, str], dict[str, Any]] = connection_report,
    ) -> None:
        super().__init__()
        self._workspace = workspace
        self._noted = noted
        self._failed = failed
        self._check = check
        self._lock = threading.Lock()
        self._threads: dict[str, threading.Thread] = {}
        self._forms = 0
        usual = {name: Service.model_fields[name].default for name in _ONE_BY_ONE}
        self.presets = [
            {"title": title, "base_url": url, "key": key, "limits": usual | limits}
            for title, url, key, limits in PRESETS
        ]
        self.refresh()

    def refresh(self) -> None:
        """Read the settings again; what is wrong in the file is told on the page."""
        with self._lock:  # a test that ends reads them, too
            try:
                settings = self._workspace.settings
            except WorkspaceError as error:
                self.problem, self.services, self.general = str(error), [], {}
                return
            self.problem = ""
            self.services = [
                self._row(name, service, is_default=name == settings.default)
                for name, service in settings.services.items()
            ]
            self.general = {
                "daily_budget": settings.daily_budget,
                "answers_megabytes": settings.answers_megabytes,
                "spent_today": self._workspace.spending.of_day().cost,
            }

    # ---- one service

    def new(self) -> None:
        """Begin a new service."""
        self._open("", {})

    def edit(self, name: str) -> None:
        """Put a service into the form."""
        name, service = self._workspace.settings.service(name)
        self._open(name, service.model_dump(mode="json"))

    def close(self) -> None:
        """Close the form; what was typed is lost."""
        self.form = {}

    def save(self, name: str, given: Mapping[str, Any]) -> None:
        """Save the service in the form, or say in the form what is wrong.

        Parameters
        ----------
        given
            The settings; an empty one has its default.
        """
        if not self.form:
            raise NotFound("No service is in the form: begin again.")
        filled = {key: value for key, value in given.items() if value not in ("", None)}
        if place := filled.get("key"):  # some type env:NAME into the field for NAME
            filled["key"] = _TYPED_TWICE.sub("", place)
        try:
            service = Service.model_validate(filled)
        except ValidationError as error:
            wrong = wrong_settings(error)
            if "key" in wrong:
                kind = str(filled["key"]).partition(":")[0]
                wrong["key"] = _KEY_WORDS.get(kind, wrong["key"])
            self.form = {**self.form, "wrong": wrong}
            return
        replacing = self.form["replacing"]
        try:
            changed = self._workspace.settings.with_service(
                name, service, replacing=replacing
            )
        except WorkspaceError as error:
            self.form = {**self.form, "wrong": {"name": str(error)}}
            return
        self._workspace.settings = changed
        name = name.strip()
        with self._lock:  # what was tested was another one
            self.checks = {
                known: one
                for known, one in self.checks.items()
                if known not in {name, replacing}
            }
        self.close()
        self.refresh()
        self._noted(f"“{name}” is saved. Test its connection before you use it.")

    def remove(self, name: str) -> None:
        """Remove a service; jobs that name it stop when they would ask it."""
        self._workspace.settings = self._workspace.settings.without_service(name)
        if self.form.get("replacing") == name:
            self.close()
        self.refresh()
        self._noted(f"“{name}” is removed. Its key stays where it was.")

    def make_default(self, name: str) -> None:
        """Have a service asked wherever a step names none."""
        settings = self._workspace.settings
        name, _ = settings.service(name)
        self._workspace.settings = settings.model_copy(update={"default_service": name})
        self.refresh()

    # ---- all of them

    def set_general(self, given: Mapping[str, Any]) -> None:
        """Set the budget of a day (empty for no cap) and the size of the cache.

        Raises
        ------
        WorkspaceError
            If one is no such number.
        """
        settings = self._workspace.settings
        try:
            changed = Settings.model_validate(
                {
                    **settings.model_dump(),
                    "daily_budget": _amount(given.get("daily_budget")),
                    "answers_megabytes": given.get("answers_megabytes"),
                }
            )
        except ValidationError as error:
            told = wrong_settings(error).items()
            raise WorkspaceError(
                " ".join(f"{_GENERAL[name]}: {wrong}" for name, wrong in told)
            ) from None
        self._workspace.settings = changed
        self.refresh()
        self._noted("Saved.")

    # ---- connections

    def test(self, name: str) -> None:
        """Test the connection to a service, in a thread; `checks` tells the rest."""
        settings = self._workspace.settings
        name, _ = settings.service(name)
        with self._lock:
            if self.checks.get(name, {}).get("running"):
                return
            self.checks = {**self.checks, name: {"running": True}}
        self._threads[name] = threading.Thread(
            target=self._test, args=(settings, name), daemon=True
        )
        self._threads[name].start()

    def join(self, timeout: float | None = None) -> None:
        """Wait until all tests have ended."""
        for thread in list(self._threads.values()):
            thread.join(timeout)

    def _test(self, settings: Settings, name: str) -> None:
        try:
            found = self._check(settings, name)
        except Exception as error:  # noqa: BLE001 - shown on the page
            found = {}
            self._failed(error)
        with self._lock:
            tested = self.checks.get(name, {}).get("running")  # not edited meanwhile
            self.checks = {**self.checks, name: found if tested else {}}
        self.refresh()

    # ---- details

    def _open(self, replacing: str, values: dict[str, Any]) -> None:
        self._forms += 1
        self.form = {
            "number": self._forms,
            "replacing": replacing,
            "values": {**_DEFAULTS, **values, "name": replacing},
            "wrong": {},
        }

    def _row(self, name: str, service: Service, *, is_default: bool) -> dict[str, Any]:
        listed = self.checks.get(name, {}).get("models", [])
        models = dict.fromkeys([service.model, *service.prices, *listed])
        return {
            **service.model_dump(mode="json"),
            "name": name,
            "is_default": is_default,
            "key_found": key_found(service.key),
            "models": [model for model in models if model],
        }


#: What the fields of a new service hold.
_DEFAULTS = Service(base_url="http://localhost").model_dump(mode="json") | {
    "base_url": ""
}

_GENERAL = {
    "daily_budget": "Budget of a day",
    "answers_megabytes": "Kept answers",
}


def _amount(typed: Any) -> Any:
    """Give what a field for US dollars holds; None when it is empty."""
    return None if typed in ("", None) else typed
