const EVIDENCE = ["quote", "page", "section", "figures", "verification", "review", "why"];

/** Columns to show: an identifier stands below its label, "not expressed" beside its gene; empty columns are left out. */
function columnsOf(columns) {
  const at = (name) => columns.findIndex((column) => column.name === name);
  const ids = new Map();
  for (const { name } of columns) {
    const id = name.replace(/_(label|symbol)$/, "_id");
    if (id !== name && at(id) >= 0) ids.set(name, at(id));
  }
  const below = new Set(ids.values());
  const shown = columns
    .map(({ name, empty, names }, index) => ({ name, index, empty, names, below: ids.get(name) }))
    .filter(({ name, index, empty }) => !empty && !below.has(index) && !EVIDENCE.includes(name));
  // "Not expressed" turns a row's meaning round: it stands where the row is read first.
  const gene = shown.find(({ name }) => name === "gene_symbol");
  const negated = shown.find(({ name }) => name === "negated");
  if (!gene || !negated) return shown;
  gene.negated = negated.index;
  return shown.filter((column) => column !== negated);
}

/** An identifier that breaks behind its prefix, not in its number. */
const identifier = (id) => h("div", { class: "ck-id" }, breakable(id, /(?<=:)/));

function cell({ name, index, below, names, negated }, row, fold) {
  const value = row[index];
  if (name === "document") {
    return h("td", { class: "ck-short", title: value }, h("div", { class: "ck-folding" }, fold, h("bdi", { class: "ck-name" }, breakable(value))));
  }
  if (name === "negated") return h("td", null, value === "True" && notExpressed());
  if (names?.[value]) return h("td", null, h("div", null, names[value]), identifier(value));
  return h("td", null,
    h("div", null, value, negated !== undefined && row[negated] === "True" && [" ", notExpressed()]),
    below !== undefined && row[below] && identifier(row[below]));
}

/** What a record stands on: the quote, and where it is in the paper. */
function evidence(columns, row, span, key, open) {
  const [quote, page, section, figures, verification, review, why] = EVIDENCE.map((name) => row[columns.findIndex((column) => column.name === name)]);
  return h("tr", { id: `ck-quote-${key.join("-")}`, class: `ck-more-row ck-opens${open ? " ck-chosen" : ""}`, click: "open_row", args: key }, h("td", { colspan: span }, h("div", { class: "ck-evidence" },
    verdict(verification), reviewTag(review),
    quote && h("q", { class: "ck-quote" }, quote), " ",
    h("span", { class: "ck-muted ck-nowrap" }, place(page, section, figures.replaceAll("|", ", "))),
    why && h("div", { class: "ck-why-line ck-muted", title: why }, h("b", null, "Why: "), why))));
}

/** A value as one reads it. */
const told = ({ name, names }, value) => (name === "review" ? SAID[value]?.[0] ?? (value || "not reviewed") : name === "negated" ? { True: "yes", False: "no" }[value] ?? value
  : ["section", "verification"].includes(name) ? value.replaceAll("_", " ") : names?.[value] ?? value) || "(empty)";

const clipped = (text) => (text.length > 40 ? `${text.slice(0, 38)}…` : text);

/** What a filter asks for: "Stage: adult, L4 larva". */
function filterText(column, [how, ...wanted]) {
  const { name } = column;
  if (how === "has") return `${label(name)} contains “${clipped(wanted[0])}”`;
  const more = wanted.length > 3 ? ` and ${wanted.length - 3} more` : "";
  return `${label(name)}: ${wanted.slice(0, 3).map((value) => clipped(told(column, value))).join(", ")}${more}`;
}

/** The filters that are on, each to be taken off. */
const filterChips = (columns, chosen) => h("ul", { id: "ck-filters-on", class: "ck-chips", "aria-label": "Filters that are on" },
  columns.filter(({ name }) => chosen[name]).map((column) => h("li", { class: "ck-chip", id: `ck-on-${column.name}` },
    h("bdi", { class: "ck-name" }, filterText(column, chosen[column.name])),
    h("button", { type: "button", class: "ck-icon", click: "drop", args: [column.name], "aria-label": `Take off the filter ${filterText(column, chosen[column.name])}` }, "×"))));

/** Values of one column with the number of their records, to tick. */
function valueList({ column, search, values = [], found = 0 }, about, filter = ["is"]) {
  const [how, ...wanted] = filter;
  const name = label(column);
  return h("div", { class: "ck-choices", id: "ck-values", role: "group", "aria-label": `Values of ${name}` },
    h("div", { class: "ck-row" },
      h("input", { type: "search", id: "ck-find-values", class: "ck-input ck-slim", input: "values", "data-value": search, placeholder: `Find in ${name}`, "aria-label": `Find values of ${name}`, autocomplete: "off" }),
      search.trim() && found > 0 && h("button", { type: "button", class: "ck-link", click: "contain", args: [column, search] }, `all that contain “${clipped(search)}”`),
      wanted.length > 0 && h("button", { type: "button", class: "ck-link", click: "drop", args: [column] }, "take off"),
      found > values.length && h("span", { class: "ck-muted ck-push" }, `the ${values.length} most frequent of ${count(found, "value")}`)),
    values.length
      ? h("ul", { class: "ck-values" }, values.map(([value, number]) => h("li", { id: `ck-value-${column}-${value}` },
        h("label", { class: "ck-check", title: value.length > 40 ? value : null },
          h("input", { type: "checkbox", change: "tick", args: [column, value], checked: how === "is" && wanted.includes(value) }),
          h("bdi", { class: "ck-name" }, told(about, value)),
          h("span", { class: "ck-muted ck-number" }, number.toLocaleString("en"))))))
      : h("p", { class: "ck-muted" }, search.trim() ? "No value has these words." : "No values."));
}

/** A button for each column that can be filtered, and the values of one of them. */
function filterPanel(columns, { filters: chosen, sort }, choices) {
  const usable = columns.filter(({ name, empty, same }) => (!empty && !same && !["quote", "why"].includes(name)) || chosen[name]);
  return h("div", { id: "ck-filter-panel", class: "ck-filter-panel" },
    h("div", { class: "ck-filters", role: "group", "aria-label": "Columns to filter" },
      usable.map(({ name }) => {
        const [how, ...wanted] = chosen[name] ?? [];
        const open = choices.column === name;
        return h("button", {
          type: "button", id: `ck-column-${name}`, class: "ck-filter", click: "column", args: [name],
          "aria-expanded": open ? "true" : "false", "aria-controls": open ? "ck-values" : null,
        }, label(name), how && [" ", h("b", null, how === "is" ? wanted.length : 1)], open ? " ▴" : " ▾");
      }),
      h("label", { class: "ck-push ck-row ck-muted" }, "Sort by",
        h("select", { id: "ck-order", class: "ck-input ck-slim", change: "order", "data-value": sort },
          h("option", { value: "" }, "order of the job"),
          columns.filter(({ empty }) => !empty).map(({ name }) => h("option", { value: name }, label(name)))))),
    choices.column && valueList(choices, columns.find(({ name }) => name === choices.column), chosen[choices.column]));
}

/** Formats of a table, in a row of their own: nothing is covered or cut off. */
const formatMenu = (what, busy) => h("div", { id: "ck-formats", class: "ck-row ck-menu", role: "group", "aria-label": "Formats of the download" },
  h("span", { class: "ck-muted" }, `Download ${what} as`),
  [["csv", "CSV"], ["tsv", "TSV"], ["json", "JSON"], ["xlsx", "Excel"], ["parquet", "Parquet"]].map(([format, name]) =>
    h("button", { type: "button", class: "ck-button ck-small", click: "save", args: [format], disabled: busy }, name)));

function render({ model, el }) {
  let filtering = false;
  let saving = false; // whether the formats of a download are offered
  let chosen = ""; // row of the selected record
  const draw = (get) => {
    const shown = get("results");
    if (get("tab") !== "results" || !shown.rows) return null;
    const { columns, rows, keys, total, found, page, pages, first, search, filters: chosen, reading } = shown;
    const record = get("record");
    const table = columnsOf(columns);
    const reviewed = columns.findIndex(({ name }) => name === "review");
    const number = Object.keys(chosen).length;
    const part = Boolean(search || number);
    const busy = Boolean(get("preparing").what);
    return h("section", { class: "ck-section ck-part", id: "ck-part-results", role: "tabpanel", "aria-labelledby": "ck-tab-results" },
      h("div", { class: "ck-row ck-table-head" },
        h("span", { class: "ck-muted", role: "status" }, part ? `${found.toLocaleString("en")} of ${count(total, "record")}` : count(total, "record"),
          reading && ` · reading${part || shown.sort ? ", there may be more" : ""} …`),
        h("span", { class: "ck-grow" }),
        total > 0 && [
          h("button", { type: "button", id: "ck-filters", class: "ck-button", click: "filters", "aria-expanded": filtering ? "true" : "false" }, number ? `Filters (${number})` : "Filters"),
          part && h("button", { type: "button", class: "ck-link", click: "all" }, "Show all"),
          h("button", { type: "button", id: "ck-download-records", class: "ck-button", click: "formats", disabled: !found, "aria-expanded": saving ? "true" : "false", title: "All records that are shown, on all pages, in one table" }, "Download")],
        h("input", { type: "search", id: "ck-find-records", class: "ck-input", input: "search", "data-value": search, placeholder: "Search genes, anatomy, quotes", "aria-label": "Search the results", autocomplete: "off" })),
      saving && found > 0 && formatMenu(part ? `${found.toLocaleString("en")} of ${count(total, "record")}` : "all records", busy),
      number > 0 && filterChips(columns, chosen),
      filtering && total > 0 && filterPanel(columns, shown, get("choices")),
      rows.length
        ? h("div", { id: "ck-records-table", class: "ck-scroll", tabindex: "0", role: "region", "aria-label": "Table of results" },
          h("table", { class: "ck-table ck-results" },
            h("thead", null, h("tr", null, table.map(({ name }) => sortable(label(name), name, shown, "", "record-")))),
            h("tbody", null, rows.map((row, index) => {
              const [documentId, item] = keys[index];
              const id = `${documentId}-${item}`;
              const open = record.document_id === documentId && record.number === item;
              const fold = h("button", { type: "button", id: `ck-fold-${id}`, class: "ck-fold", click: "pick", args: [documentId, item], "aria-expanded": open ? "true" : "false", "aria-label": `Evidence of record ${first + index + 1}` }, open ? "▾" : "▸");
              return [
                h("tr", { id: `ck-record-${id}`, class: `ck-has-more ck-opens${open ? " ck-chosen" : ""}${row[reviewed] === "rejected" ? " ck-rejected" : ""}`, click: "open_row", args: [documentId, item] }, table.map((column) => cell(column, row, fold))),
                evidence(columns, row, table.length, [documentId, item], open)];
            }))))
        : h("p", { class: "ck-muted" }, reading ? "The records are being read…" : part ? (search && !number ? "No record contains all of these words." : "No record fits the search and the filters.") : "No records yet: they appear here as documents complete."),
      pager({ first, shown: rows.length, total: found, page, pages, action: "turn", args: (to) => [to], what: "record" }),
      total > 0 && h("p", { class: "ck-note" }, helpLink("results/columns", "What do these columns mean?")));
  };
  const ask = (choose, change) => choose("show_results", "results", change,
    ({ search, page, sort, descending, filters }) => [search, page, sort, descending, filters]);
  const find = later(250, (choose, search) => ask(choose, { search }));
  const filterOf = (get, name) => get("results").filters[name] ?? ["is"];
  const without = (get, name) => Object.fromEntries(Object.entries(get("results").filters).filter(([key]) => key !== name));
  const narrow = ({ choose, get }, name, filter) => {
    const filters = filter[1] === undefined ? without(get, name) : { ...get("results").filters, [name]: filter };
    ask(choose, { filters });
  };
  const values = later(200, (send, text) => send("choose_values", [model.get("choices").column ?? "", text]));
  return mount({
    model, el, draw, rest: "#ck-find-records",
    handlers: {
      search: ({ target, choose }) => find(choose, target.value),
      turn: ({ args, choose }) => ask(choose, { page: args[0] }),
      sort: ({ args, choose, get }) => {
        const [sort, descending] = sorted(args[0], get("results"), []);
        ask(choose, { sort, descending });
      },
      order: ({ target, choose }) => ask(choose, { sort: target.value, descending: false }),
      filters: ({ send, redraw }) => {
        filtering = !filtering;
        if (!filtering) send("choose_values", [""]);
        redraw();
      },
      formats: ({ redraw }) => {
        saving = !saving;
        redraw();
      },
      save: ({ args, send, redraw, root }) => {
        saving = false;
        send("download_records", args);
        redraw();
        root.querySelector("#ck-download-records")?.focus();
      },
      column: ({ args, send, root }) => {
        const open = model.get("choices").column === args[0];
        const field = root.querySelector("#ck-find-values");
        if (field) field.value = "";
        send("choose_values", [open ? "" : args[0]]);
      },
      values: ({ target, send }) => values(send, target.value),
      tick: ({ target, args: [name, value], ...its }) => {
        const [how, ...wanted] = filterOf(its.get, name);
        const others = how === "is" ? wanted.filter((one) => one !== value) : [];
        narrow(its, name, ["is", ...others, ...(target.checked ? [value] : [])]);
      },
      contain: ({ args: [name, words], ...its }) => narrow(its, name, ["has", words]),
      drop: ({ args, choose, get, root }) => {
        (root.querySelector(`#ck-column-${args[0]}`) ?? root.querySelector("#ck-filters"))?.focus();
        ask(choose, { filters: without(get, args[0]) });
      },
      all: ({ choose, root }) => {
        find.drop();
        root.querySelector("#ck-find-records").value = "";
        ask(choose, { search: "", filters: {} });
      },
      open_row: ({ args, send }) => {
        if (String(window.getSelection())) return; // somebody marks words to copy them
        send("select_record", args);
      },
      pick: ({ args, send }) => {
        const { document_id: documentId, number } = model.get("record");
        send("select_record", documentId === args[0] && number === args[1] ? ["", 0] : args);
      },
    },
    drawn: (root, get) => {
      const { document_id: documentId, number } = get("record");
      const key = documentId ? `ck-record-${documentId}-${number}` : "";
      if (key !== chosen) {
        const row = key && root.querySelector(`#${CSS.escape(key)}`);
        if (row || !key) chosen = key;
        // Where it is once the sheet is open, which narrows the table.
        if (row) setTimeout(() => [row.nextElementSibling, row].forEach((part) => part?.scrollIntoView({ block: "nearest" })), 50);
      }
    },
  }).remove;
}

export default { initialize: patched, render };
