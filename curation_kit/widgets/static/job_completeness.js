/** The reasons, most frequent first; a click on one shows its candidates only. */
function reasonTable({ reasons, reason: chosen }) {
  const total = reasons.reduce((sum, [, number]) => sum + number, 0);
  const line = (reason, number, meaning, name) => h("tr", { id: `ck-reason-${reason || "all"}`, class: reason === chosen ? "ck-chosen" : null },
    h("td", null, h("button", { type: "button", class: "ck-link", click: "reason", args: [reason], "aria-pressed": reason === chosen ? "true" : "false", title: meaning || null }, name)),
    h("td", { class: "ck-number" }, number.toLocaleString("en")),
    h("td", { class: "ck-muted" }, meaning));
  return h("div", { class: "ck-scroll", tabindex: "0", role: "region", "aria-label": "Reasons" },
    h("table", { class: "ck-table ck-reasons" },
      h("thead", null, h("tr", null, h("th", { scope: "col" }, "Reason"), h("th", { scope: "col", class: "ck-number" }, "Candidates"), h("th", { scope: "col" }, "What it means"))),
      h("tbody", null,
        reasons.map(([reason, number, meaning]) => line(reason, number, meaning, reason)),
        reasons.length > 1 && line("", total, "", "all reasons"))));
}

/** One dropped candidate: where it is from and why it was dropped, and below its sentence. */
const candidateRows = ({ key, document, reason, named, quote, page, section, figures }) => {
  const id = key.join("-");
  const opens = page ? { click: "open_dropped", args: key } : {};
  const place = [page && `page ${page}`, section.replaceAll("_", " "), figures].filter(Boolean).join(" · ");
  return [
    h("tr", { id: `ck-dropped-${id}`, class: `ck-has-more${page ? " ck-opens" : ""}`, ...opens },
      h("td", { class: "ck-document" }, h("bdi", { class: "ck-name", title: document.length > 60 ? document : null }, breakable(document))),
      h("td", { class: "ck-named" }, h("bdi", null, named)),
      h("td", null, reason)),
    h("tr", { id: `ck-sentence-${id}`, class: `ck-more-row${page ? " ck-opens" : ""}`, ...opens }, h("td", { colspan: 3 }, h("div", { class: "ck-evidence" },
      quote ? h("q", { class: "ck-quote" }, quote) : h("span", { class: "ck-muted" }, "No sentence was given."), " ",
      h("span", { class: "ck-muted ck-nowrap" }, place), " ",
      quote && h("button", { type: "button", id: `ck-fold-dropped-${id}`, class: "ck-link ck-small-link", click: "open_dropped", args: key, "aria-label": `Show the page of ${named || "this candidate"}` }, "Show the page")))),
  ];
};

function candidates({ rows, found, page, pages, first, search, reason, unlisted }) {
  const part = Boolean(search.trim() || reason);
  return [
    h("div", { class: "ck-row ck-table-head ck-dropped-head" },
      h("h3", { class: "ck-grow" }, reason ? `Dropped candidates: ${reason}` : "Dropped candidates"),
      part && h("button", { type: "button", class: "ck-link", click: "all" }, "Show all"),
      h("input", { type: "search", id: "ck-find-dropped", class: "ck-input", input: "search", "data-value": search, placeholder: "Search genes, sentences, files…", "aria-label": "Search the dropped candidates", autocomplete: "off" })),
    rows.length
      ? h("div", { class: "ck-scroll", tabindex: "0", role: "region", "aria-label": "Table of dropped candidates" },
        h("table", { class: "ck-table ck-dropped" },
          h("thead", null, h("tr", null, h("th", { scope: "col" }, "Document"), h("th", { scope: "col" }, "Gene"), h("th", { scope: "col" }, "Reason"))),
          h("tbody", null, rows.map(candidateRows))))
      : h("p", { class: "ck-muted" }, part ? "No dropped candidate fits." : "No candidate was dropped."),
    pager({ first, shown: rows.length, total: found, page, pages, action: "turn", args: (to) => [to], what: "candidate" }),
    unlisted > 0 && h("p", { class: "ck-note ck-muted" }, `${count(unlisted, "candidate")} of documents that were run with an earlier version are counted and not listed.`),
  ];
}

/** Papers that gave no record: a finding where they were read in full. */
const emptyPapers = ({ rows, found, page, pages, first }) => found > 0 && [
  h("h3", null, `${count(found, "document")} without a record`),
  h("ul", { class: "ck-empty-papers" }, rows.map(([document, inFull, ledger]) => h("li", null,
    h("bdi", { class: "ck-name" }, breakable(document)), " ",
    h("span", { class: `ck-tag ${inFull ? "ck-tag-verified" : "ck-tag-approximate"}` }, inFull ? "read in full, nothing found" : "not read in full"),
    h("div", { class: "ck-muted" }, ledger)))),
  pager({ first, shown: rows.length, total: found, page, pages, action: "show_empty", args: (to) => [to], what: "document" }),
];

function render({ model, el }) {
  const draw = (get) => {
    const shown = get("completeness");
    if (get("tab") !== "completeness" || !shown.told) return null;
    return h("section", { class: "ck-section ck-part", id: "ck-part-completeness", role: "tabpanel", "aria-labelledby": "ck-tab-completeness" },
      shown.told.length
        ? [
          h("div", { class: "ck-totals" }, shown.told.map((sentence) => h("p", null, sentence))),
          shown.reasons.length > 0 && [h("h3", null, "Why candidates were dropped"), reasonTable(shown), candidates(shown)],
          emptyPapers(shown.empty)]
        : h("p", { class: "ck-muted" }, "No document is completed yet: what was read of each is summed up here."));
  };
  const ask = (choose, change) => choose("show_dropped", "completeness", change,
    ({ search, reason, page }) => [search, reason, page]);
  const find = later(250, (choose, search) => ask(choose, { search }));
  return mount({
    model, el, draw, rest: "#ck-find-dropped",
    handlers: {
      search: ({ target, choose }) => find(choose, target.value),
      reason: ({ args: [reason], choose, get }) => ask(choose, { reason: reason === get("completeness").reason ? "" : reason }),
      turn: ({ args: [page], choose }) => ask(choose, { page }),
      all: ({ choose, root }) => {
        const field = root.querySelector("#ck-find-dropped");
        find.drop();
        field.value = "";
        field.focus();
        ask(choose, { search: "", reason: "" });
      },
    },
  }).remove;
}

export default { initialize: patched, render };
