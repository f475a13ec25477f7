"""The base of all widgets here: shows traits of a source, calls its methods."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from pathlib import Path
from typing import Any, ClassVar

import anywidget
from traitlets import Bunch, HasTraits

from curation_kit.session.patching import LISTS, patch

__all__ = ["Leaf", "script", "style", "styled_already"]

_STATIC = Path(__file__).parent / "static"

#: The style sheets; of two rules that are equally special, the later one counts.
_STYLES = (
    "style",
    "help",
    "page",
    "documents",
    "flows",
    "jobs",
    "results",
    "completeness",
    "score",
    "evidence",
    "review",
    "settings",
)


#: Whether another widget on the page has brought the style.
_styled: ContextVar[bool] = ContextVar("styled", default=False)


@contextmanager
def styled_already() -> Iterator[None]:
    """Within it widgets are made that do not bring the style: one on the page has.

    Each would send all 50 kB of it, of which the browser needs one.
    """
    before = _styled.set(True)
    try:
        yield
    finally:
        _styled.reset(before)


#: Lines of JavaScript that are nothing but comment.
_COMMENTS = re.compile(r"^[ \t]*(?://.*|/\*\*(?s:.*?)\*/[ \t]*)\n", re.MULTILINE)


def script(*names: str) -> str:
    """Give the JavaScript of a widget: the shared part, then its own.

    Without comments that have lines of their own: each widget of a page sends it all.
    """
    return _COMMENTS.sub(
        "",
        "\n".join(
            (_STATIC / f"{part}.js").read_text(encoding="utf-8")
            for part in ("common", "parts", *names)
        ),
    )


def style() -> str:
    """Give the style sheets that all widgets share, as one."""
    return "\n".join(
        (_STATIC / f"{name}.css").read_text(encoding="utf-8") for name in _STYLES
    )


class Leaf(anywidget.AnyWidget):
    """A part of the page.

    Each synced trait shows the trait of the same name of a source. A message
    ``{"action": name, "args": [...]}`` from the page calls one of the named
    actions, and no other.

    Parameters
    ----------
    sources
        Where the traits come from; the first source that has a trait wins.
    actions
        What the page may call.
    reporting
        Gives a context that shows errors of an action to the person.
    apart
        What stands for `reporting` with some actions: those that take long tell so,
        and those that the page calls by itself take nothing away that is told to the
        person.
    """

    #: Traits of which only what has changed is sent, once the page has them.
    patched: ClassVar[frozenset[str]] = frozenset()

    _css = style()

    def __init__(
        self,
        *sources: HasTraits,
        actions: Mapping[str, Callable[..., object]] | None = None,
        reporting: Callable[[], AbstractContextManager[None]] = nullcontext,
        apart: Mapping[str, Callable[[], AbstractContextManager[None]]] | None = None,
    ) -> None:
        if _styled.get():
            self._css = ""  # anywidget makes a trait of what it finds here
        super().__init__()
        self._actions = {"whole": self._send_whole, **(actions or {})}
        self._reporting = reporting
        self._apart = {"whole": nullcontext, **(apart or {})}
        self._showing = threading.RLock()
        for name in self.shown():
            source = next((item for item in sources if item.has_trait(name)), None)
            if source is not None:
                self._follow(source, name)
        self.on_msg(self._on_message)

    def _follow(self, source: HasTraits, name: str) -> None:
        """Show a trait of a source as it is now, and whenever it changes.

        Threads set traits, too. Whoever is second here shows what was set last;
        `dlink` would leave it out while the first still sends.
        """

        def show(_: object = None) -> None:
            with self._showing:
                setattr(self, name, getattr(source, name))

        source.observe(show, names=name)
        show()

    def notify_change(self, change: Bunch) -> None:
        """Send a new value of a trait, or what has changed of a page of rows."""
        name, before, after = change["name"], change["old"], change["new"]
        if (
            name in self.patched
            and self.comm is not None
            and isinstance(before, dict)
            and before.keys() & set(LISTS)
            and before.keys() == after.keys()
        ):
            self.send(
                {
                    "patch": name,
                    "base": before["version"],
                    "lists": [item for item in LISTS if item in after],
                    "content": patch(before, after),
                }
            )
            HasTraits.notify_change(self, change)  # a widget's own would send all
        else:
            super().notify_change(change)

    def _send_whole(self, name: str) -> None:
        """Send all of a trait to a page that has missed a change."""
        if name in self.patched:
            self.send_state(name)

    def __repr__(self) -> str:
        # nbval compares the repr of an output; that of a widget has random ids.
        return f"{type(self).__name__}()"

    def mimebundle(self) -> dict[str, Any]:
        """Give the bundle that shows this widget in a notebook."""
        bundle: Any = self._repr_mimebundle_()
        return dict(bundle[0] if isinstance(bundle, tuple) else bundle or {})

    @classmethod
    def shown(cls) -> list[str]:
        """Names of the traits that the page sees."""
        return [
            name
            for name in cls.class_trait_names(sync=True)
            if not name.startswith("_")
            and name not in {"layout", "tabbable", "tooltip"}
        ]

    def _on_message(
        self, widget: Leaf, content: dict[str, Any], buffers: list[memoryview]
    ) -> None:
        del widget
        name = content.get("action", "")
        action = self._actions.get(name)
        try:
            if action is not None:
                with self._apart.get(name, self._reporting)():
                    action(*content.get("args", []), *buffers)
        finally:
            self.send({"done": name})
