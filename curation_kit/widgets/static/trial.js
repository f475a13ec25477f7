// The part of the flow builder that runs the flow on one document.
const OVER = ["completed", "failed", "cancelled"];
const PARTS = [["anatomy", "in"], ["stage", "at"], ["cellular_component", "in"]];
const SHARED = ["quote", "page", "section", "figures", "verification", "review", "candidates"];
const plainName = (name) => (name[0].toUpperCase() + name.slice(1)).replaceAll("_", " ");

/** A record in words: what was found, and the quote that it stands on. */
function record(row) {
  const id = (text) => text && [" ", h("span", { class: "ck-id" }, text)];
  const told = row.gene_symbol
    ? [
      h("b", null, row.gene_symbol), id(row.gene_id),
      row.negated && [" ", h("span", { class: "ck-tag ck-tag-not" }, "not")],
      PARTS.filter(([part]) => row[`${part}_label`]).map(([part, word]) =>
        [h("span", { class: "ck-muted" }, ` ${word} `), row[`${part}_label`], id(row[`${part}_id`])]),
      row.assay && [h("span", { class: "ck-muted" }, " by "), row.assay]]
    : Object.entries(row).filter(([name]) => !SHARED.includes(name)).map(([name, value], index) =>
      [index > 0 && " · ", h("span", { class: "ck-muted" }, `${plainName(name)}: `), value === true ? "yes" : value]);
  const place = [row.page && `page ${row.page}`, row.section?.replaceAll("_", " "), row.figures];
  return h("li", { class: "ck-test-record" },
    h("div", { class: "ck-name" }, told),
    h("div", { class: "ck-name" },
      row.verification && h("span", { class: `ck-tag ck-tag-${row.verification}` }, row.verification),
      row.quote ? h("q", { class: "ck-quote" }, row.quote) : h("span", { class: "ck-muted" }, "This record has no quote."), " ",
      h("span", { class: "ck-muted" }, place.filter(Boolean).join(" · "))),
    row.candidates && h("div", { class: "ck-muted ck-name" }, "Ambiguous: ", row.candidates));
}

function outcome(get) {
  const run = get("run");
  if (!run.id) return null;
  const { rows = [], found = 0, page = 0, pages = 1, first = 0 } = get("results");
  const over = OVER.includes(run.status);
  return h("div", { class: "ck-test-run", "aria-busy": over ? "false" : "true" },
    h("div", { class: "ck-row", role: "status" },
      badge(run.status),
      h("span", { class: "ck-name" }, h("bdi", null, run.document)),
      h("span", { class: "ck-muted ck-steady" },
        run.step && !over && `${run.step.replaceAll("_", " ")}…`,
        !run.step && !over && (run.job === "paused" ? "paused" : "starting: the first test takes a few seconds…"),
        run.status === "completed" && `${count(run.records ?? 0, "record")} in ${tenths(run.seconds)} s`,
        run.status === "failed" && run.step && `at the step ${run.step.replaceAll("_", " ")}`,
        run.status === "cancelled" && "stopped"),
      h("button", { type: "button", class: "ck-link ck-push", click: "open_test" }, "Open the job's page")),
    h("div", null, get("is_stale") && h("p", { class: "ck-warning" }, "The flow has been changed since this test: run it again to see what it gives now.")),
    run.reason && !run.error && h("p", { class: "ck-warning" }, run.reason),
    run.error && h("div", { class: "ck-message ck-is-error", role: "alert" }, h("span", null, run.error, run.hint && [" ", h("span", null, run.hint)])),
    run.ledger && h("p", { class: "ck-muted ck-name" }, h("b", null, "What was read: "), run.ledger.replace(/\.?$/, ".")),
    run.status === "completed" && !run.records && h("p", null, "Nothing was found in this document; what was read is told above."),
    rows.length > 0 && h("ul", { class: "ck-test-records", "aria-label": "Records of the test" }, rows.map(record)),
    pager({ first, shown: rows.length, total: found, page, pages, action: "turn_records", args: (to) => [to], what: "record" }));
}

function trial(get) {
  const { rows = [], total = 0, found = 0, chosen = "", search = "" } = get("choices");
  const run = get("run");
  const runs = run.id && !OVER.includes(run.status);
  const problem = rows.find(({ id }) => id === chosen)?.problem;
  return h("section", { class: "ck-section ck-test", "aria-labelledby": "ck-test" },
    h("div", { class: "ck-head" },
      h("h2", { id: "ck-test" }, "Test this flow"),
      h("span", { class: "ck-muted" }, "Run it on one document, as it stands above, before you run it on many. It need not be saved.")),
    total === 0
      ? h("p", { class: "ck-muted" }, "There is no document yet. ",
        h("button", { type: "button", class: "ck-link", click: "open_page", args: ["documents"] }, "Add one"), " first.")
      : h("form", { class: "ck-row ck-test-form", submit: "run_test" },
        h("input", { type: "search", id: "ck-test-search", class: "ck-input", input: "find_documents", placeholder: "Search file names", "aria-label": "Search the documents for the test", autocomplete: "off" }),
        h("select", { class: "ck-input ck-test-choice", id: "ck-test-document", change: "document_chosen", "aria-label": "Document for the test", "data-value": chosen },
          rows.map(({ id, name, problem: unfit }) => h("option", { value: id }, unfit ? `${name} (cannot be processed)` : name))),
        h("button", { type: "submit", class: "ck-button ck-primary", disabled: !get("check").can_run || !chosen }, runs ? "Stop and test again" : "Run test"),
        runs && h("button", { type: "button", class: "ck-button", click: "stop_test" }, "Stop"),
        h("span", { class: search ? "ck-muted" : "ck-hidden", role: "status" }, search && `${found.toLocaleString("en")} of ${count(total, "document")} found`)),
    h("div", null, total > 0 && !get("check").can_run && h("p", { class: "ck-muted" }, "The flow cannot run yet: mend what is listed first."),
      problem && !run.error && h("p", { class: "ck-warning" }, problem)),
    outcome(get));
}
