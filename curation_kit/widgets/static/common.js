// Shared by all widgets: it stands before each widget's own script.
// Text from outside only ever becomes a text node or an attribute value, never HTML.

const NAMES = { click: "data-click", input: "data-input", change: "data-change", submit: "data-submit" };

/** Make an element; `click: "name", args: [...]` names what happens on a click. */
function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "args") element.setAttribute("data-args", JSON.stringify(value));
    else element.setAttribute(NAMES[name] ?? name, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === false || child === null || child === undefined) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

/** Turn one element into another in place: focus, scroll and typed text stay. */
function morph(from, to) {
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !(from.tagName === "DIALOG" && name === "open")) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  if (from.type === "checkbox") from.checked = to.hasAttribute("checked");
  // Elements with an id are found again wherever they stand now: a row that moves
  // in a sorted table keeps its focus.
  const nodes = [...to.childNodes];
  const named = new Map([...from.children].filter(({ id }) => id).map((child) => [child.id, child]));
  const wanted = new Set(nodes.map(({ id }) => id).filter(Boolean));
  let place = from.firstChild;
  for (const node of nodes) {
    while (place?.id && !wanted.has(place.id)) {
      const gone = place;
      place = place.nextSibling;
      gone.remove();
    }
    const old = node.id ? named.get(node.id) : place?.id ? null : place;
    if (!old) from.insertBefore(node, place);
    else if (old.nodeType !== node.nodeType || old.nodeName !== node.nodeName) {
      if (old === place) place = place.nextSibling;
      old.replaceWith(node);
      if (node.nextSibling !== place) from.insertBefore(node, place);
    } else {
      if (old === place) place = place.nextSibling;
      else from.insertBefore(old, place);
      if (node.nodeType === Node.TEXT_NODE) {
        if (old.data !== node.data) old.data = node.data;
      } else morph(old, node);
    }
  }
  while (place) {
    const gone = place;
    place = place.nextSibling;
    gone.remove();
  }
}

/**
 * Draw a widget and keep it drawn.
 * `draw(get)` gives its element from the traits; `handlers` are actions that the
 * page does itself, all other actions are sent to the kernel.
 */
function mount({ model, el, draw, handlers = {}, onMessage, drawn }) {
  const root = h("div", { class: "ck", "data-lm-suppress-shortcuts": "true" });
  el.append(root);
  let waiting = false;
  const get = (name) => model.get(name);
  const now = () => {
    waiting = false;
    morph(root, h("div", { class: "ck", "data-lm-suppress-shortcuts": "true" }, draw(get)));
    drawn?.(root, get);
  };
  const redraw = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(now);
  };
  const send = (action, args = []) => model.send({ action, args });
  const listen = (type) => root.addEventListener(type, (event) => {
    const target = event.target.closest?.(`[data-${type}]`);
    if (!target || target.disabled) return;
    if (type === "submit" || target.tagName === "A") event.preventDefault();
    const action = target.getAttribute(`data-${type}`);
    const args = JSON.parse(target.getAttribute("data-args") ?? "[]");
    if (handlers[action]) handlers[action]({ target, args, send, redraw, root });
    else send(action, args);
  });
  ["click", "input", "change", "submit"].forEach(listen);
  model.on("change", redraw);
  const received = (message, buffers) => onMessage?.(message, buffers, { send, redraw, root });
  model.on("msg:custom", received);
  now();
  const remove = () => {
    model.off("change", redraw);
    model.off("msg:custom", received);
  };
  return { remove, redraw };
}

const count = (number, word) => `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;

function duration(seconds) {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} min`;
}

function bytes(size) {
  if (size < 1e6) return `${Math.max(Math.round(size / 1e3), 1)} kB`;
  return `${(size / 1e6).toFixed(1)} MB`;
}

function day(seconds) {
  const date = new Date(seconds * 1000);
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

const badge = (status) => h("span", { class: `ck-badge ck-${status}` }, status);

/** "1–50 of 312" with buttons to turn the page; `args(page)` gives the action's arguments. */
function pager({ first, shown, total, page, pages, action, args, what }) {
  if (!total) return null;
  const range = total > shown ? `${first + 1}–${first + shown} of ${count(total, what)}` : count(total, what);
  return h("div", { class: "ck-pager" },
    h("span", { class: "ck-muted" }, range),
    pages > 1 && [
      h("button", { type: "button", class: "ck-button ck-small", click: action, args: args(page - 1), disabled: page === 0, "aria-label": `Previous page of ${what}s` }, "‹ Previous"),
      h("button", { type: "button", class: "ck-button ck-small", click: action, args: args(page + 1), disabled: page + 1 >= pages, "aria-label": `Next page of ${what}s` }, "Next ›"),
    ]);
}

/** Call a function once its last call is some time ago. */
function later(wait, action) {
  let timer;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...args), wait);
  };
}
