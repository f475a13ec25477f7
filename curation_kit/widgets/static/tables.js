// What the tables of jobs, documents and records share.

// Actions of the table around these buttons, which does them itself.
const [SORT, FILTER, KEEP] = ["sort", "filter", "keep"];

const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString("en-GB");

const when = (seconds) => h("time", {
  datetime: new Date(seconds * 1000).toISOString(), title: `${day(seconds)}:${clock(seconds).slice(-2)}`,
}, ago(seconds));

/** Redraw now and then, so that "3 min ago" stays true; ends with the widget. */
function ticking({ remove, redraw }) {
  const timer = setInterval(redraw, 20_000);
  return () => { clearInterval(timer); remove(); };
}

/** Head of a column by which the table can be sorted. */
function sortable(label, key, { sort, descending }, style = "", what = "") {
  const on = sort === key;
  return h("th", { scope: "col", class: style || null, "aria-sort": on ? (descending ? "descending" : "ascending") : null },
    h("button", { type: "button", id: `ck-sort-${what}${key}`, class: "ck-sort", click: SORT, args: [key] },
      label, h("span", { class: "ck-arrow", "aria-hidden": "true" }, on ? (descending ? "▾" : "▴") : "")));
}

/** The order after a click on a column: turned round, or that column's usual one. */
const sorted = (key, { sort, descending }, falling) =>
  (key === sort ? [key, !descending] : [key, falling.includes(key)]);

/** Buttons that show one state each, with their numbers. */
const filters = (states, counts, chosen, label) =>
  h("div", { class: "ck-filters", role: "group", "aria-label": label },
    [["", "all"], ...states.map((state) => [state, state])]
      .filter(([state]) => state === "" || counts[state] || state === chosen)
      .map(([state, name]) => h("button", {
        type: "button", id: `ck-filter-${name}`, class: "ck-filter", click: FILTER, args: [state],
        "aria-pressed": state === chosen ? "true" : "false",
      }, `${name} `, h("b", null, (counts[state] ?? 0).toLocaleString("en")))));

/** A bar of how the documents ended. */
const shares = (counts, total, style = "") => h("span", { class: `ck-bar ${style}`, "aria-hidden": "true" },
  ["completed", "failed", "cancelled", "processing"].map((state) =>
    h("span", { class: `ck-fill ck-fill-${state}`, style: `width:${(100 * (counts[state] ?? 0)) / (total || 1)}%` })));

/** A question before something that cannot be undone. */
const question = (id, text, yes, action, args, no) => h("div", {
  id, class: "ck-message ck-is-error ck-question", role: "alertdialog", "aria-label": text,
},
h("span", null, text),
h("button", { type: "button", id: `${id}-yes`, class: "ck-button ck-danger", click: action, args }, yes),
h("button", { type: "button", id: `${id}-no`, class: "ck-button", click: KEEP }, no));

/** Put text on the clipboard; where the browser refuses that, by a selection. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}
