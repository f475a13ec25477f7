// Shared by all widgets: it stands before each widget's own script.
// Text from outside only ever becomes a text node or an attribute value, never HTML.

const NAMES = { click: "data-click", input: "data-input", change: "data-change", submit: "data-submit", again: "data-again" };

// Attributes that are shown or read aloud.
const READ_ALOUD = new Set(["title", "aria-label", "placeholder"]);

/** Text that reads as it is written: a name may have signs that turn its letters round. */
const harmless = (text) => String(text).replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd");

// What an element is known by when its parent is drawn again: its `key`, else its place
// among the children that were given, where one that is left out keeps its place.
const keys = new WeakMap();
const keyOf = (node) => (node.id ? `#${node.id}` : keys.get(node));

const append = (element, children, path) => children.forEach((child, at) => {
  if (child === false || child === null || child === undefined) return;
  if (Array.isArray(child)) {
    append(element, child, `${path}${at}.`);
    return;
  }
  const node = child instanceof Node ? child : document.createTextNode(harmless(child));
  if (!keys.has(node)) keys.set(node, `${path}${at}`);
  element.append(node);
});

/**
 * Make an element; `click: "name", args: [...]` names what happens on a click. Items of a
 * list that changes have a `key` or an id; options of a select are known by their values.
 * `data-value` is what the kernel knows of a field: see `fill`.
 */
function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (READ_ALOUD.has(name)) element.setAttribute(name, harmless(value));
    else if (name === "args") element.setAttribute("data-args", JSON.stringify(value));
    else if (name === "key") keys.set(element, `=${value}`);
    else element.setAttribute(NAMES[name] ?? name, value === true ? "" : String(value));
  }
  if (tag === "option") keys.set(element, `=${element.value}`);
  append(element, children, "");
  fill(element);
  return element;
}

const ANSWERED = 3_000;
const SILENT = 5_000; // after so long without an answer the page says so
const FORGOTTEN = 60_000; // a question that is not answered by then may be asked again
const ASIDE = /^(Control|Shift|Alt|AltGraph|Meta|CapsLock|NumLock|Fn|Audio.*|Media.*)$/; // keys that do nothing on the page
const PRESSED = 1_000; // the longest that a mouse button which is down keeps things as they are

// Fields that a person has just changed, until what the kernel gives agrees: an answer to
// an earlier change knows nothing of this one. Without an answer the old state of a check
// box comes back; a choice stays until the kernel has answered, and then is what it knows.
const changed = new WeakMap();
const isAhead = (field) => Date.now() < changed.get(field);
let busy = false; // whether the kernel owes an answer to what is being drawn

// What a field was filled with: its `data-value`, what the kernel knows. When that changes
// it is filled in again, but not where one types. A search or a form is left as it is till
// then; a choice (`change`) is told at once, so one that the kernel has refused is no more.
const filled = new WeakMap();
function fill(field) {
  const { value, change } = field.dataset;
  if (value === undefined) return;
  const isNew = filled.get(field) !== value;
  if (!isNew && (busy || change === undefined)) return;
  if (field.value !== value) {
    if (isAhead(field) || (field === document.activeElement && field.tagName !== "SELECT")) return;
    field.value = value;
  }
  changed.delete(field);
  if (!isNew) return;
  if (field.value === value || field.tagName !== "SELECT") filled.set(field, value); // its option may come later
}

// What is not drawn but happens to an element: a dialog is opened, what was pressed waits,
// a widget has asked the kernel for something.
const HAPPENS = { open: "dialog", "aria-busy": "button, a, [data-click]", "data-asked": ".ck" };

/** Turn one element into another in place: focus, scroll and typed text stay. */
function morph(from, to) {
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !(HAPPENS[name] && from.matches(HAPPENS[name]))) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  if (from.type === "checkbox") {
    if (from.checked === to.hasAttribute("checked")) changed.delete(from);
    else if (!isAhead(from)) from.checked = to.hasAttribute("checked");
  }
  const chosen = from.tagName === "SELECT" && from.value;
  const old = new Map([...from.childNodes].map((child) => [keyOf(child), child]));
  const nodes = [...to.childNodes].map((node) => {
    const was = old.get(keyOf(node));
    if (was?.nodeName !== node.nodeName) return node;
    old.delete(keyOf(node));
    if (node.nodeType !== Node.TEXT_NODE) morph(was, node);
    else if (was.data !== node.data) was.data = node.data;
    return was;
  });
  old.forEach((child) => child.remove());
  let place = from.firstChild;
  for (const node of nodes) {
    if (node === place) place = place.nextSibling;
    else if (node.parentNode === from && from.moveBefore) from.moveBefore(node, place); // keeps the focus
    else from.insertBefore(node, place);
  }
  while (place) { // of two with one key the other, and what the browser put there: a translation
    const gone = place;
    place = place.nextSibling;
    gone.remove();
  }
  if (nodes.some(({ value }) => value === chosen)) from.value = chosen; // whatever options came or went
  fill(from);
}

/** A link clicked with Ctrl, Shift or the like opens in a tab or window of its own. */
const opensElsewhere = (event, target) => target.tagName === "A"
  && (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

/** A link to a place of the dashboard, by the query of its address. */
const placeLink = (query, props, ...children) => h("a", { href: `?${query}`, "data-visit": query, ...props }, children);

/** A link to a topic of the help, or to a section of one ("results/columns"). */
const helpLink = (topic, ...children) => placeLink(
  `page=help&topic=${encodeURIComponent(topic)}`, { class: "ck-help-link" }, children);

/** Take a click on such a link to the part of the dashboard that changes places. */
function follow(event) {
  const link = event.target.closest?.("[data-visit]");
  if (!link || opensElsewhere(event, link)) return;
  event.preventDefault();
  link.dispatchEvent(new CustomEvent("ck-visit", { bubbles: true, detail: link.getAttribute("data-visit") }));
}

const unanswered = () => h("div", { key: "unanswered", class: "ck-floating ck-unanswered", role: "alert", popover: "manual" },
  h("strong", null, "No answer yet. "),
  "What runs behind this page (in a notebook: its kernel) is busy, or it has ended. There is no need to click again; if this stays for a minute, reload the page. Jobs go on.");

/** The page of the dashboard that is shown: it takes the focus when what had it is gone. */
const placeOnScreen = (el) => [...el.closest(".ck-dashboard")?.querySelectorAll(":scope > .ck-place") ?? []]
  .find((place) => place.offsetParent !== null);

/**
 * Draw a widget and keep it drawn.
 * `draw(get)` gives its element from the traits; `handlers` are actions that the
 * page does itself, all other actions are sent to the kernel. `rest` selects what
 * takes the focus when what has it is disabled or gone; else the page takes it.
 * A handler's `choose(action, trait, change, argsOf)` asks for another part of what a trait
 * shows, its first page unless the change has one: what was chosen before stays, answered or
 * not, and `argsOf` gives the arguments of the action from all of it.
 */
function mount({ model, el, draw, handlers = {}, onMessage, drawn, rest }) {
  const root = h("div", { class: "ck", "data-lm-suppress-shortcuts": "true" });
  el.append(root);
  let waiting = false;
  let pressed = 0; // timer while a mouse button is down
  let removed = false;
  let wish = ""; // what takes the focus as soon as it is there, unless a person goes on
  // What the kernel told last, and over it what was chosen since: news of a job, and the
  // answer to an earlier choice, know nothing of that.
  const get = (name) => asked.filter((question) => question.trait === name && isPending(question))
    .reduce((shown, { change }) => ({ ...shown, ...change }), model.get(name));
  const now = () => {
    if (pressed) return; // `release` will
    waiting = false;
    busy = asked.some(isPending);
    if (!busy) unsettled = false;
    mark();
    const at = document.activeElement;
    const next = h("div", { class: "ck", "data-lm-suppress-shortcuts": "true" }, draw(get));
    if (asked.some(isSilent)) (root.querySelector("dialog[open]") ? next.querySelector("dialog") : next).append(unanswered());
    morph(root, next);
    if (!root.isConnected) { redraw(); return; } // dialogs and the focus are for what is on the page
    root.querySelector(".ck-floating:not(:popover-open)")?.showPopover(); // above all that scrolls or lies over the page
    if (at !== document.activeElement && root.contains(at)) at.focus({ preventScroll: true }); // without moveBefore
    drawn?.(root, get, focusOn);
    const target = wish && root.querySelector(wish);
    if (target && target !== document.activeElement && target.getClientRects().length) { // what is hidden cannot take it yet
      wish = "";
      (target.disabled ? target.parentElement.querySelector("button:not(:disabled)") : target)?.focus();
      if (target.hasAttribute("data-select")) target.select();
    }
    if (holder) setTimeout(keepFocus, 80); // after handlers that take it themselves
  };
  let holder = null; // has the focus, unless it was lost
  const keepFocus = () => {
    if (!holder || document.activeElement !== document.body) return;
    const next = root.querySelector("dialog[open]") ?? (rest && root.querySelector(rest)) ?? placeOnScreen(el);
    if (!next || next.disabled) return; // perhaps after the next redraw
    holder = null;
    next.focus({ preventScroll: true });
  };
  root.addEventListener("focusin", ({ target }) => { holder = target; });
  root.addEventListener("focusout", ({ target }) => setTimeout(() => {
    if (target === document.activeElement) return; // it was only moved
    if (holder === target && target.isConnected && !target.disabled) holder = null; // it was given away
  }));
  const redraw = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(onPage);
  };
  // A notebook puts what it has drawn on the page later, and takes off it what was scrolled away.
  const onPage = () => {
    if (root.isConnected) now();
    else if (!removed) requestAnimationFrame(onPage);
  };
  const focusOn = (selector) => { wish = selector; redraw(); };
  // What is pressed stays under the mouse until the click has happened.
  const release = () => {
    if (!pressed) return;
    clearTimeout(pressed);
    pressed = 0;
    if (waiting) requestAnimationFrame(onPage);
  };
  const goOn = ({ key }) => { if (!ASIDE.test(key)) wish = ""; };
  const press = (event) => {
    goOn(event);
    clearTimeout(pressed);
    pressed = setTimeout(release, PRESSED);
  };
  const hand = [["pointerdown", press], ["pointerup", release], ["pointercancel", release], ["keydown", goOn]];
  hand.forEach(([type, listener]) => document.addEventListener(type, listener, true));
  // What is asked, and `by` which button or row. A second click or Enter before the answer
  // to the first asks for nothing: no job is made twice. Buttons of which each click is one
  // step on say so (`again`): what is asked after such a step is about something else.
  let asked = []; // what is not answered yet: { action, args, by, since }, of a choice { trait, change }, too, or what else `send` was given
  let marked = new Set(); // what shows that it waits for an answer
  const isPending = ({ since }) => Date.now() - since < FORGOTTEN;
  const isSilent = ({ since }) => Date.now() - since > SILENT;
  const pending = (name) => asked.filter((question) => question.action === name && isPending(question));
  const mark = () => {
    const waits = new Set(asked.filter(isPending).map(({ by }) => by).filter(Boolean));
    marked.forEach((element) => { if (!waits.has(element)) element.removeAttribute("aria-busy"); });
    waits.forEach((element) => element.setAttribute("aria-busy", "true"));
    marked = waits;
    // For other widgets, until the page says that there is no answer.
    root.dataset.asked = asked.filter((question) => !isSilent(question)).map(({ action }) => action).join(" ");
  };
  const send = (action, args = [], by = null, { buffers, ...chosen } = {}) => {
    const question = { action, args: JSON.stringify(args), by, since: Date.now(), ...chosen };
    try { model.send({ action, args }, undefined, buffers); } catch { // it is known to be dead
      question.since -= SILENT + 1;
      redraw();
    }
    asked = [...asked.filter(isPending), question];
    mark();
    [SILENT, FORGOTTEN].forEach((wait) => setTimeout(() => { if (asked.includes(question)) redraw(); }, wait + 1));
  };
  const sendOnce = (action, args = [], by = null, chosen = {}) => {
    const last = asked.findLast((question) => question.action === action);
    if (!last || !isPending(last) || last.args !== JSON.stringify(args)) send(action, args, by, chosen);
  };
  const sendAgain = (action, args, by, chosen) => {
    asked.forEach((question) => { question.args = null; });
    send(action, args, by, chosen);
  };
  let settling = 0; // timer since a field was changed
  let unsettled = false; // whether what the kernel makes of a change is still to be drawn
  const listen = (type) => root.addEventListener(type, (event) => {
    const target = event.target.closest?.(`[data-${type}]`);
    if (!target || target.disabled || opensElsewhere(event, target)) return;
    if (type === "submit" || target.tagName === "A") event.preventDefault();
    if (type === "input" || type === "change") {
      changed.set(target, Date.now() + ANSWERED);
      clearTimeout(settling);
      settling = setTimeout(() => { unsettled = true; redraw(); }, ANSWERED + 1);
    }
    const action = target.getAttribute(`data-${type}`);
    const args = JSON.parse(target.getAttribute("data-args") ?? "[]");
    const once = target.hasAttribute("data-again") ? sendAgain : sendOnce;
    const tell = !["click", "submit"].includes(type) ? send
      : (name, given, by = event.submitter ?? target, chosen) => once(name, given, by, chosen);
    const choose = (name, trait, { page = 0, ...change }, argsOf) => {
      tell(name, argsOf({ ...get(trait), ...change, page }), undefined, { trait, change });
      redraw();
    };
    if (handlers[action]) handlers[action]({ target, args, send: tell, choose, get, redraw, focusOn, root });
    else tell(action, args);
  });
  ["click", "input", "change", "submit"].forEach(listen);
  root.addEventListener("click", follow);
  // Escape answers a question with no, or leaves the form it is pressed in; a dialog does it itself.
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.target.closest("dialog")) return;
    const no = root.querySelector(":is([role=alertdialog], .ck-flow-rename) :is([data-click=keep], [data-click=stay])");
    (no ?? event.target.closest("form")?.querySelector("[data-click=close]"))?.click();
  });
  model.on("change", redraw);
  const received = (message, buffers) => {
    const at = asked.findIndex(({ action }) => action === message.done); // answers come in order
    const [answered] = at >= 0 ? asked.splice(at, 1) : [];
    mark();
    if (answered?.trait || unsettled || root.querySelector(".ck-unanswered")) redraw();
    onMessage?.(message, buffers, { send, redraw, root, answered });
  };
  model.on("msg:custom", received);
  now();
  // It comes in sight, perhaps again: then what was off the page no longer lies above it.
  const size = new ResizeObserver(() => {
    if (wish || root.querySelector("dialog[open]:not(:modal), .ck-floating:not(:popover-open)")) redraw();
  });
  size.observe(root);
  const remove = () => {
    removed = true;
    size.disconnect();
    hand.forEach(([type, listener]) => document.removeEventListener(type, listener, true));
    model.off("change", redraw);
    model.off("msg:custom", received);
  };
  return { remove, redraw, focusOn, send, pending };
}

/**
 * Keep traits that are sent whole once, then as what has changed: of a list, what was
 * there before comes as its place. A page that has missed a change asks for all.
 */
function patched({ model }) {
  const received = ({ patch, base, lists, content }) => {
    if (!patch) return;
    const before = model.get(patch);
    if (before.version !== base) {
      model.send({ action: "whole", args: [patch] });
      return;
    }
    for (const name of lists) content[name] = content[name].map((item) => (typeof item === "number" ? before[name][item] : item));
    model.set(patch, content);
  };
  model.on("msg:custom", received);
  return () => model.off("msg:custom", received);
}
