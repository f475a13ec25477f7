// The table of a job's documents, on the dashboard and in a notebook.

const STATES = ["completed", "failed", "processing", "pending", "cancelled"];
const FALLING = ["records", "seconds", "attempts", "step"];

/** Whether documents of a cancelled job are still in work: until then a retry is refused. */
const isStopping = ({ status, counts }) => status === "cancelled" && counts.processing > 0;

/** Download, or a menu of the files of one document, or another try. */
function documentActions(row, menu, stops) {
  if (row.status === "failed" || row.status === "cancelled") {
    return !stops && h("button", { type: "button", class: "ck-button ck-small", click: `retry_${row.status}`, args: [row.id], "aria-label": `Retry ${row.document}` }, "Retry");
  }
  if (row.status !== "completed") return null;
  if (!row.outputs) {
    return h("button", { type: "button", class: "ck-icon ck-download", click: "download_document", args: [row.id], title: "Download results", "aria-label": `Download results of ${row.document}` }, "⤓");
  }
  return h("button", { type: "button", class: "ck-icon ck-download", click: "menu", args: [row.id], "aria-expanded": menu === row.id ? "true" : "false", title: "Download results", "aria-label": `Choose a result file of ${row.document}` }, "⤓");
}

/** The files of one document, in a row of their own: nothing is covered or cut off. */
const fileMenu = (row, key, span) => h("tr", { id: `ck-menu-${key}`, class: "ck-more-row" }, h("td", { colspan: span },
  h("div", { class: "ck-row ck-menu", role: "group", "aria-label": `Result files of ${row.document}` },
    h("span", { class: "ck-muted" }, "Download as"),
    row.outputs.map(([step, extension]) =>
      h("button", { type: "button", class: "ck-button ck-small", click: "download", args: [row.id, step] }, extension.toUpperCase())),
    h("button", { type: "button", class: "ck-button ck-small", click: "download", args: [row.id] }, "All in a ZIP"))));

/** Each start of a document, and what was read in it. */
function documentDetail({ id, attempts, earlier, ledger, first }, { document: name, status, records }, { job, span, onDashboard }) {
  const ended = ({ outcome, step, error, charged }) => h("td", null,
    badge(outcome || "processing"),
    step && outcome !== "completed" && h("span", { class: "ck-muted" }, ` at ${step}`),
    error && h("div", { class: "ck-error-text" }, error),
    !charged && h("div", { class: "ck-muted" }, "Not counted: the document was not to blame."));
  return h("tr", { id: `ck-detail-${id}`, class: "ck-detail-row" }, h("td", { colspan: span },
    h("div", { class: "ck-detail" },
      h("h3", null, "Attempts"),
      attempts.length
        ? h("table", { class: "ck-table ck-inner" },
          h("thead", null, h("tr", null, [["No.", "ck-number"], ["Started", ""], ["Seconds in all", "ck-number"], ["How it ended", ""], ["Steps reused", ""]].map(([label, style]) =>
            h("th", { scope: "col", class: style || null }, label)))),
          h("tbody", null,
            earlier > 0 && h("tr", null, h("td", { colspan: 5, class: "ck-muted" }, `${count(earlier, "earlier attempt")} not shown`)),
            attempts.map((item) => h("tr", null,
              h("td", { class: "ck-number" }, item.number),
              h("td", { class: "ck-nowrap" }, `${day(item.started)}:${clock(item.started).slice(-2)}`),
              h("td", { class: "ck-number" }, item.seconds === null ? "" : tenths(item.seconds)),
              ended(item),
              h("td", null, item.reused || "none", item.corrected > 0 && h("div", { class: "ck-muted" }, `with corrected flow ${item.corrected}`))))))
        : h("p", { class: "ck-muted" }, "Not started yet."),
      ledger.length > 0 && [
        h("h3", null, "What was read"),
        h("dl", { class: "ck-pairs" }, ledger.map(([label, text]) => [h("dt", null, label), h("dd", null, text)]))],
      onDashboard && status === "completed" && first && h("form", { class: "ck-row ck-missed", submit: "add_missed", args: [{ job, document_id: id }, first], "aria-label": `Add a record of ${name}` },
        h("span", null, "Missed by the flow?"),
        h("input", { id: `ck-missed-value-${id}`, class: "ck-input ck-slim", autocomplete: "off", spellcheck: "false", placeholder: first.replaceAll("_", " "), "aria-label": first.replaceAll("_", " ") }),
        h("input", { id: `ck-missed-words-${id}`, class: "ck-input ck-slim ck-grow", autocomplete: "off", placeholder: "words of the paper that say so; … for words left out", "aria-label": "Words of the paper that say so" }),
        h("button", { type: "submit", class: "ck-button ck-small" }, "Add a record")),
      onDashboard && h("div", { class: "ck-row" },
        status === "completed" && records > 0 && h("button", { type: "button", class: "ck-button ck-small", click: "download_highlighted", args: [id], title: "A copy of the paper with the evidence of its records highlighted" }, "⤓ PDF with highlights"),
        h("button", { type: "button", class: "ck-link", click: "show_log", args: [name] }, "Show its events in the log")))));
}

/** Rows of one document: itself, what went wrong, and what is unfolded. */
function documentRows(row, { job, onDashboard, stops, menu, detail, steps, costs, span }) {
  const style = row.status === "failed" ? "ck-failed-row" : "";
  const told = row.error || row.hint || row.note;
  const open = detail.id === row.id;
  const key = row.id;
  return [
    h("tr", { id: `ck-doc-${key}`, class: `${style} ${told || open || menu === row.id ? "ck-has-more" : ""}` },
      h("td", { class: "ck-document" }, h("div", { class: "ck-folding" },
        h("button", { type: "button", class: "ck-fold", click: "fold", args: [row.id], "aria-expanded": open ? "true" : "false", "aria-label": `Attempts and reading of ${row.document}` }, open ? "▾" : "▸"),
        h("bdi", { class: "ck-name", title: row.document.length > 60 ? row.document : null }, breakable(row.document)))),
      h("td", null, badge(row.status)),
      steps && h("td", { class: "ck-step", title: row.step ?? null }, row.step && `${row.at} of ${row.of}, ${row.step}`),
      h("td", { class: "ck-number" }, row.records === undefined ? "" : row.records.toLocaleString("en")),
      h("td", { class: "ck-number" }, row.seconds === undefined ? "" : tenths(row.seconds)),
      h("td", { class: "ck-number ck-attempts" }, row.attempts || ""),
      costs && [
        h("td", { class: "ck-number" }, row.tokens === undefined ? "" : tokens(row.tokens)),
        h("td", { class: "ck-number" }, row.cost === undefined ? "" : money(row.cost))],
      onDashboard && h("td", { class: "ck-number ck-actions" }, documentActions(row, menu, stops))),
    menu === row.id && row.outputs && fileMenu(row, key, span),
    told && h("tr", { id: `ck-told-${key}`, class: `${style} ck-more-row ${open ? "ck-has-more" : ""}` },
      h("td", { colspan: span }, h("div", { class: "ck-told" },
        row.error && h("span", { class: "ck-error-text" }, row.error), " ",
        row.hint && h("span", { class: "ck-muted" }, row.hint),
        row.note && h("div", { class: "ck-muted ck-one-line", title: row.note }, `Nothing found: ${row.note}`)))),
    open && documentDetail(detail, row, { job, span, onDashboard }),
  ];
}

/** The whole part: filters, search, table, pages. */
function documentsTable(get, menu) {
  const shown = get("documents");
  const { id: job, counts, status, costs: spent = {} } = get("monitor");
  if (!shown.rows || !counts) return null;
  const onDashboard = get("on_dashboard");
  const detail = get("detail");
  // Only what is being done has a step; where a document failed is told when it is unfolded.
  const steps = ["pending", "processing", "paused"].includes(status);
  const costs = spent.calls !== undefined;
  const stops = isStopping(get("monitor"));
  const span = 5 + steps + 2 * costs + onDashboard;
  const empty = shown.search ? "No document has all of these words in its name." : "No document in this state.";
  return [
    h("div", { class: "ck-row ck-table-head" },
      filters(STATES, counts, shown.status, "Show documents"),
      h("input", { type: "search", id: "ck-find-documents", class: "ck-input ck-push", input: "find", "data-value": shown.search ?? "", placeholder: "Search file names", "aria-label": "Search file names of the job", autocomplete: "off" })),
    h("div", { class: "ck-scroll ck-tall", tabindex: "0", role: "region", "aria-label": "Table of documents" },
      h("table", { class: `ck-table ck-fixed${costs ? " ck-with-costs" : ""}` },
        h("thead", null, h("tr", null,
          sortable("Document", "document", shown), sortable("Status", "status", shown, "ck-col-status"),
          steps && sortable("Step", "step", shown, "ck-col-step"),
          [["Records", "records"], ["Seconds", "seconds"], ["Attempts", "attempts"]].map(([label, key]) =>
            sortable(label, key, shown, `ck-col-number ck-number ck-${key}`)),
          costs && ["Tokens", "Cost"].map((label) => h("th", { scope: "col", class: "ck-col-number ck-number" }, label)),
          onDashboard && h("th", { scope: "col", class: "ck-col-action" }, h("span", { class: "ck-hidden" }, "Results")))),
        h("tbody", null, shown.rows.map((row) => documentRows(row, { job, onDashboard, stops, menu, detail, steps, costs, span })),
          !shown.rows.length && h("tr", null, h("td", { colspan: span, class: "ck-muted" }, empty))))),
    pager({ first: shown.first, shown: shown.rows.length, total: shown.found, page: shown.page, pages: shown.pages, action: "turn", args: (page) => [page], what: "document" }),
    h("p", { class: "ck-note" },
      helpLink("batch-processing/statuses-of-a-document", "What do these statuses mean?"),
      counts.failed > 0 && helpLink("troubleshooting/why-a-paper-failed", "Why documents fail, and what to do")),
  ];
}

/** What the part does itself. */
function documentHandlers(state) {
  const ask = (choose, change) => choose("show_documents", "documents", change,
    ({ status, search, sort, descending, page }) => [status, search, sort, descending, page]);
  const find = later(250, (choose, search) => ask(choose, { search }));
  return {
      filter: ({ args, choose }) => ask(choose, { status: args[0] }),
      find: ({ target, choose }) => find(choose, target.value),
      turn: ({ args, choose, root }) => { ask(choose, { page: args[0] }); root.querySelector(".ck-tall").scrollTop = 0; },
      sort: ({ args, choose, get }) => {
        const [sort, descending] = sorted(args[0], get("documents"), FALLING);
        ask(choose, { sort, descending });
      },
      fold: ({ args, send, get }) => send("expand", [get("detail").id === args[0] ? "" : args[0]]),
      add_missed: ({ target, args: [paper, first], send }) => {
        const [value, words] = [...target.querySelectorAll("input")].map((field) => field.value);
        send("add_record", [paper, { [first]: value }, words]);
      },
      menu: ({ args, redraw }) => { state.menu = state.menu === args[0] ? null : args[0]; redraw(); },
      download: ({ args, send, redraw }) => { state.menu = null; send("download_document", args); redraw(); },
  };
}
