"""Widgets of the dashboard on a page without a kernel: a test is what answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from curation_kit.widgets._leaf import script, style

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: The shared part of all widgets, and a model without a kernel: what is sent to it is
#: kept, and `tell` is what a kernel would do.
_SHARED = (
    script()
    + """
class Model {
  constructor(traits) {
    Object.assign(this, { traits, sent: [], given: [], messages: [], heard: {} });
  }
  get(name) { return this.traits[name]; }
  set(name, value) {
    this.traits[name] = value;
    this.emit(`change:${name}`);
    this.emit("change");
  }
  on(type, listener) { (this.heard[type] ??= []).push(listener); }
  off() {}
  emit(type, ...given) { (this.heard[type] ?? []).forEach((hear) => hear(...given)); }
  send(message) {
    this.sent.push(message.action);
    this.given.push(message.args);
    this.messages.push(message);
  }
  tell(name, value) {
    this.set(name, value);
    const frame = () => new Promise(requestAnimationFrame);
    return frame().then(frame);
  }
}
const only = () => document.querySelector(".ck-place");
Object.assign(window, { h, mount, show: (traits, draw, more, el = only()) => {
  window.model = new Model(traits);
  mount({ model, el, draw, ...more });
} });
"""
)


def put(page: Page, shared: str) -> None:
    """Put scripts on an empty page."""
    page.set_content(
        "<!doctype html><body class=ck-dashboard>"
        "<div class=ck-place id=page tabindex=-1></div>"
    )
    page.add_script_tag(content=shared, type="module")
    page.wait_for_function("window.show !== undefined")


def show(page: Page, traits: dict[str, Any], draw: str, more: str = "{}") -> None:
    """Show a widget that draws these traits; `more` is what else `mount` is given."""
    put(page, _SHARED)
    page.evaluate(f"(traits) => show(traits, {draw}, {more})", traits)


def tell(page: Page, name: str, value: object) -> None:
    """Let a trait change, and wait until that is drawn."""
    page.evaluate("([name, value]) => model.tell(name, value)", [name, value])


def stop_the_clock(page: Page) -> None:
    """Let no time pass in the page but what the test says, on a slow machine too."""
    page.clock.install(time=0)
    page.clock.pause_at(1)


def show_real(
    page: Page, traits: dict[str, Any], *names: str, on_page: bool = True
) -> None:
    """Show a widget of the dashboard, by the names of its scripts.

    The page's `leave` does what is done when the widget goes. One that is not on the
    page is drawn all the same, as a notebook does it, and comes there by `put_on_page`.
    """
    own = script(*names).replace("export default", "const widget =")
    put(
        page,
        own
        + _SHARED.removeprefix(script()).replace(
            "mount({ model, el, draw, ...more })",
            "window.leave = widget.render({ model, el })",
        ),
    )
    page.add_style_tag(content=style())
    if on_page:
        page.evaluate("(traits) => show(traits)", traits)
    else:
        take_off_page(page)
        page.evaluate("(traits) => show(traits, null, null, taken)", traits)


def take_off_page(page: Page, selector: str = ".ck-place") -> None:
    """Take a widget off the page, which its scripts know as `taken`."""
    page.evaluate(
        "(selector) => { taken = document.querySelector(selector); taken.remove(); }",
        selector,
    )


def put_on_page(page: Page) -> None:
    """Put on the page what was taken off it."""
    page.evaluate("() => document.body.append(taken)")
