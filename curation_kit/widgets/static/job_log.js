const TONES = { document_failed: "ck-error-text", job_failed: "ck-error-text", document_requeued: "ck-warn", job_paused: "ck-warn", service_waiting: "ck-warn", cluster_waiting: "ck-warn" };

function line([seq, time, name, text, type]) {
  return h("li", { id: `ck-event-${seq}`, class: "ck-line" },
    h("time", { datetime: new Date(time * 1000).toISOString(), title: `${day(time)}:${clock(time).slice(-2)}` }, clock(time)),
    h("span", { class: "ck-line-text" },
      name && [h("bdi", { class: "ck-line-name" }, name), ": "],
      h("span", { class: TONES[type] ?? null }, name ? text : text[0].toUpperCase() + text.slice(1))));
}

function render({ model, el }) {
  const draw = (get) => {
    const shown = get("events");
    if (get("tab") !== "log" || !shown.rows) return null;
    const last = shown.page + 1 >= shown.pages;
    return h("section", { class: "ck-section ck-part", id: "ck-part-log", role: "tabpanel", "aria-labelledby": "ck-tab-log" },
      h("div", { class: "ck-row ck-table-head" },
        h("span", { class: "ck-muted ck-grow" }, last ? "The newest event is at the bottom." : "An earlier page: new events are on the last one."),
        h("input", { type: "search", id: "ck-find-events", class: "ck-input", input: "find", "data-value": shown.search ?? "", placeholder: "Search file names", "aria-label": "Show events of documents with this in their names", autocomplete: "off" })),
      h("ol", { class: "ck-log", tabindex: "0", "aria-label": "Events, newest last" }, shown.rows.map(line),
        !shown.rows.length && h("li", { class: "ck-muted" }, "No event of such a document.")),
      shown.rows.length > 0 && h("div", { class: "ck-pager" },
        h("span", { class: "ck-muted" }, `${shown.first + 1}–${shown.first + shown.rows.length} of ${count(shown.found, "event")}`),
        shown.pages > 1 && [
          h("button", { type: "button", class: "ck-button ck-small", click: "turn", args: [shown.page - 1], disabled: shown.page === 0 }, "‹ Earlier"),
          h("button", { type: "button", class: "ck-button ck-small", click: "turn", args: [shown.page + 1], disabled: last }, "Later ›"),
          h("button", { type: "button", class: "ck-button ck-small", click: "turn", args: [null], disabled: last }, "Newest")]));
  };
  const ask = (choose, change) => choose("show_events", "events", change, ({ search, page }) => [search, page]);
  const find = later(250, (choose, search) => ask(choose, { search, page: null }));
  let before = "";
  return mount({
    model, el, draw,
    handlers: {
      turn: ({ args, choose }) => ask(choose, { page: args[0] }),
      find: ({ target, choose }) => find(choose, target.value),
    },
    drawn: (root, get) => {
      const { search = "", page, pages, rows } = get("events");
      const list = root.querySelector(".ck-log");
      if (!list) { before = ""; return; }
      // A new page begins at its end when it is the last; who has scrolled up stays there.
      const here = `${search}/${page}`;
      const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
      if (here !== before) list.scrollTop = page + 1 >= pages ? list.scrollHeight : 0;
      else if (page + 1 >= pages && atEnd && rows.length) list.scrollTop = list.scrollHeight;
      before = here;
    },
  }).remove;
}

export default { initialize: patched, render };
