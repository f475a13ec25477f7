const COLUMNS = [
  ["name", "File name", "ck-name-column"], ["pages", "Pages", "ck-number"], ["size", "Size", "ck-number ck-wide-only"],
  ["batch", "Upload batch", ""], ["state", "Preflight", ""], ["species", "Species", "ck-wide-only"],
  ["added", "Added", ""], ["jobs", "Jobs", "ck-number"],
];
const STATES = [["", "all"], ["fit", "can be processed"], ["unfit", "cannot be processed"]];
const MARKS = { fit: ["ready", "completed"], partly: ["ready in part", "paused"], unfit: ["problem", "failed"] };
const SPAN = COLUMNS.length + 1;

/** One or two table rows: the document, and below it what is wrong and what to do. */
function documentRows(row, { problems, labels }) {
  const [text, style] = MARKS[row.mark ?? "fit"];
  const told = row.problem === undefined ? null : problems[row.problem];
  const names = (row.batches ?? []).map((index) => labels[index]);
  const others = names.length - 1 + (row.more ?? 0);
  const look = row.mark === "unfit" ? "ck-failed-row" : "";
  return [
    h("tr", { key: row.id, class: `${look} ${told ? "ck-has-more" : ""}` },
      h("td", { class: "ck-col-tick" },
        h("input", { type: "checkbox", change: "tick", args: [row.id], checked: row.ticked, "aria-label": `Select ${row.name}` })),
      h("td", { class: "ck-name-column" },
        h("button", { type: "button", class: "ck-link", click: "open", args: [row.id], title: `Look at ${row.name}` }, h("bdi", { class: "ck-name" }, breakable(row.name)))),
      h("td", { class: "ck-number" }, row.pages || "–"),
      h("td", { class: "ck-number ck-wide-only" }, bytes(row.size)),
      h("td", { title: names.join(", ") }, h("div", { class: "ck-clip" }, names[0] ?? ""), others > 0 && h("div", { class: "ck-muted" }, `and ${others} more`)),
      h("td", null, h("span", { class: `ck-badge ck-${style}` }, text)),
      h("td", { class: "ck-wide-only" }, row.species === undefined ? "" : labels[row.species]),
      h("td", { class: "ck-nowrap", title: day(row.added) }, ago(row.added)),
      h("td", { class: "ck-number" }, row.jobs ?? 0)),
    told && h("tr", { key: `${row.id}-told`, class: `${look} ck-more-row` },
      h("td", null),
      h("td", { colspan: SPAN - 3 }, told[0], " ", h("span", { class: "ck-muted" }, told[1])),
      h("td", { class: "ck-wide-only" }), h("td", { class: "ck-wide-only" })), // as many cells as the columns that a narrow page shows
  ];
}

/** How far the deletion is, with a way to stop it; or what came of it. */
function deletion({ count: number, done, deleting }) {
  const text = deleting
    ? `Deleting ${count(number, "document")}: ${done.toLocaleString("en")} are gone.`
    : `${done.toLocaleString("en")} of ${count(number, "document")} are deleted, the others were kept.`;
  return h("div", { class: `ck-message ${deleting ? "ck-is-error" : "ck-is-notice"}`, id: "ck-deletion" },
    h("span", { class: "ck-grow", role: "status" }, text),
    deleting && number > 100 && h("progress", { max: number, value: done, "aria-label": "Documents deleted" }),
    deleting
      ? number > 100 && h("button", { type: "button", class: "ck-button", click: "stop_deleting" }, "Stop")
      : h("button", { type: "button", class: "ck-button", click: "keep" }, "OK"));
}

const empty = () => h("div", { class: "ck-empty" },
  h("p", null, h("strong", null, "No documents yet")),
  h("p", { class: "ck-muted" }, "Upload papers or add a folder above. To try things out, add the sample papers: twelve invented studies, one of them damaged and one scanned."),
  h("button", { type: "button", class: "ck-button", click: "add_samples" }, "Add the sample papers"));

const draw = (get) => {
  const table = get("table");
  const { total = 0, fit = 0, unfit = 0, found = 0, ticked = 0, rows = [], page = 0, pages = 1, first = 0, search = "", batch = "", state = "" } = table;
  const asking = get("asking");
  const filtered = search || batch || state;
  const numbers = { "": total, fit, unfit };
  return h("section", { class: "ck-section ck-documents", "aria-labelledby": "ck-documents" },
    h("div", { class: "ck-head" },
      h("h2", { id: "ck-documents" }, "Documents"),
      h("span", { class: "ck-muted", role: "status" }, filtered
        ? `${found.toLocaleString("en")} of ${count(total, "document")} found`
        : `${count(total, "document")} in the workspace`)),
    total === 0 ? empty() : [
      h("div", { class: "ck-row" },
        h("input", { type: "search", class: "ck-input ck-grow", input: "search", "data-value": search, placeholder: "Search file names, titles, DOIs", "aria-label": "Search documents", autocomplete: "off" }),
        h("select", { class: "ck-input ck-batches", change: "search", "data-value": batch, "aria-label": "Upload batch" },
          h("option", { value: "" }, "All upload batches"),
          get("batches").map(({ name, size }) => h("option", { value: name }, `${name} (${size.toLocaleString("en")})`)))),
      h("div", { class: "ck-filters", role: "group", "aria-label": "Show documents" }, STATES.map(([name, label]) =>
        h("button", { type: "button", class: "ck-filter", click: "state", args: [name], "aria-pressed": name === state ? "true" : "false" },
          `${label} `, h("b", null, numbers[name].toLocaleString("en"))))),
      h("div", { class: "ck-row ck-ticks" },
        h("span", { class: "ck-muted ck-ticked", role: "status" }, `${ticked.toLocaleString("en")} selected`),
        h("button", { type: "button", class: "ck-link", click: "tick_found", args: [true], again: true, disabled: !found }, `Select all ${filtered ? `${found.toLocaleString("en")} found` : found.toLocaleString("en")}`),
        h("button", { type: "button", class: "ck-link", click: "untick_all", again: true, disabled: !ticked }, "Select none"),
        h("button", { type: "button", id: "ck-delete-ticked", class: "ck-button ck-small ck-danger ck-push", click: "ask_to_delete", disabled: !ticked }, "Delete selected…")),
      asking.from === "table" && (asking.deleting === undefined ? askToDelete(asking) : deletion(asking)),
      rows.length
        ? h("div", { class: "ck-scroll", tabindex: "0", role: "region", "aria-label": "Table of documents" },
          h("table", { class: "ck-table ck-fixed ck-documents-table" },
            h("thead", null, h("tr", null,
              h("th", { class: "ck-col-tick", scope: "col" },
                h("input", { type: "checkbox", change: "tick_page", checked: rows.every((row) => row.ticked), "aria-label": "Select all documents on this page" })),
              COLUMNS.map(([column, label, style]) => sortable(label, column, table, `ck-col-${column} ${style}`)))),
            h("tbody", null, rows.map((row) => documentRows(row, table)))))
        : h("p", { class: "ck-muted" }, "No document matches. ",
          h("button", { type: "button", class: "ck-link", click: "reset" }, "Show all documents")),
      pager({ first, shown: rows.length, total: found, page, pages, action: "turn", args: (to) => [to], what: "document" }),
    ]);
};

function render({ model, el }) {
  const find = (root, choose, change) => choose("find", "table", {
    search: root.querySelector("input[type=search]").value, batch: root.querySelector("select").value, ...change,
  }, ({ search, batch, state }) => [search, batch, state]);
  const findLater = later(150, find);
  let asked = false;
  return ticking(mount({
    model, el, draw, rest: "input[type=search]",
    handlers: {
      search: ({ root, choose }) => findLater(root, choose),
      state: ({ root, choose, args }) => { findLater.drop(); find(root, choose, { state: args[0] }); },
      reset: ({ root, choose }) => {
        findLater.drop();
        root.querySelectorAll("input[type=search], select").forEach((field) => { field.value = ""; });
        find(root, choose, { state: "" });
      },
      tick: ({ target, args, send }) => send("tick", [args[0], target.checked]),
      tick_page: ({ target, send }) => send("tick_page", [target.checked]),
    },
    drawn: (root, get) => {
      const asks = get("asking").from === "table";
      if (asks && !asked) root.querySelector("#ck-keep-documents")?.focus();
      if (!asks && asked && document.activeElement === document.body) root.querySelector("#ck-delete-ticked")?.focus();
      asked = asks;
    },
  }));
}

export default { render };
