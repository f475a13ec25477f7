const LABELS = {
  document: "Document", gene_symbol: "Gene", anatomy_label: "Anatomy", stage_label: "Stage",
  cellular_component_label: "Cellular component", negated: "Negated",
};
const label = (name) => LABELS[name] ?? (name[0].toUpperCase() + name.slice(1)).replaceAll("_", " ");

/** Columns to show: an identifier stands below its label; empty columns are left out. */
function columnsOf(columns, rows) {
  const at = (name) => columns.indexOf(name);
  const ids = new Map();
  for (const name of columns) {
    const id = name.replace(/_(label|symbol)$/, "_id");
    if (id !== name && at(id) >= 0) ids.set(name, at(id));
  }
  const below = new Set(ids.values());
  const shown = columns
    .map((name, index) => ({ name, index, below: ids.get(name) }))
    .filter(({ index }) => !below.has(index))
    .filter(({ name, index }) => name === "document" || rows.some((row) => row[index] && !(name === "negated" && row[index] === "False")));
  // "not" turns a row's meaning round: it stays in sight on a narrow page.
  const negated = shown.findIndex(({ name }) => name === "negated");
  if (negated > 1) shown.splice(1, 0, ...shown.splice(negated, 1));
  return shown;
}

const EVIDENCE = ["quote", "page", "section", "figures", "verification"];

function cell({ name, index, below }, row) {
  const value = row[index];
  if (name === "negated") return h("td", null, value === "True" && h("span", { class: "ck-tag ck-tag-refused" }, "not"));
  return h("td", { class: name === "document" ? "ck-short" : null, title: name === "document" ? value : null },
    h("div", { class: name === "document" ? "ck-name" : null }, value),
    below !== undefined && row[below] && h("div", { class: "ck-id" }, row[below]));
}

const MEANING = {
  verified: "The quote is in the paper, on this page. Whether the row is right is for you to judge.",
  approximate: "The paper says nearly this.",
  unsupported: "The quote was not found in the paper.",
};

/** What a record stands on: the quote, and where it is in the paper. */
function evidence(columns, row, span) {
  const [quote, page, section, figures, verification] = EVIDENCE.map((name) => row[columns.indexOf(name)]);
  const place = [page && `page ${page}`, section && section.replaceAll("_", " "), figures && figures.replaceAll("|", ", ")];
  return h("tr", { class: "ck-more-row" }, h("td", { colspan: span }, h("div", { class: "ck-evidence" },
    verification && h("span", { class: `ck-tag ck-tag-${verification}`, title: MEANING[verification] }, verification),
    quote && h("q", { class: "ck-quote" }, quote), " ",
    h("span", { class: "ck-muted ck-nowrap" }, place.filter(Boolean).join(" · ")))));
}

const draw = (get) => {
  const { columns = [], rows = [], total = 0, found = 0, page = 0, pages = 1, first = 0, search = "" } = get("results");
  const shown = columnsOf(columns, rows).filter(({ name }) => !EVIDENCE.includes(name));
  return h("section", { class: "ck-section", "aria-labelledby": "ck-results" },
    h("div", { class: "ck-head" },
      h("h2", { id: "ck-results" }, "Results"),
      h("span", { class: "ck-muted", role: "status" }, search ? `${found.toLocaleString("en")} of ${count(total, "record")}` : count(total, "record")),
      helpLink("results/columns", "What do these columns mean?"),
      h("input", { type: "search", class: "ck-input ck-push", input: "search", placeholder: "Search genes, anatomy, quotes…", "aria-label": "Search the results", autocomplete: "off" })),
    rows.length
      ? h("div", { class: "ck-scroll", tabindex: "0", role: "region", "aria-label": "Table of results" },
        h("table", { class: "ck-table ck-results" },
          h("thead", null, h("tr", null, shown.map(({ name }) => h("th", { scope: "col" }, label(name))))),
          h("tbody", null, rows.map((row) => [
            h("tr", { class: "ck-has-more" }, shown.map((column) => cell(column, row))),
            evidence(columns, row, shown.length)]))))
      : h("p", { class: "ck-muted" }, search ? "No record contains all of these words." : "No records yet: they appear here as documents complete."),
    pager({ first, shown: rows.length, total: found, page, pages, action: "turn", args: (to) => [to], what: "record" }));
};

function render({ model, el }) {
  const text = (root) => root.querySelector("input[type=search]").value;
  const find = later(250, (root, send) => send("show_results", [text(root), 0]));
  return mount({
    model, el, draw,
    handlers: {
      search: ({ root, send }) => find(root, send),
      turn: ({ root, args, send }) => send("show_results", [text(root), args[0]]),
    },
  }).remove;
}

export default { render };
