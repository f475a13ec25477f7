const STATES = ["completed", "failed", "processing", "pending", "cancelled"];

function bar(counts, fraction) {
  const total = counts[""] || 1;
  return h("div", {
    class: "ck-bar", role: "progressbar", "aria-label": "Documents processed",
    "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": Math.round(fraction * 100),
  }, ["completed", "failed", "cancelled", "processing"].map((state) =>
    h("span", { class: `ck-fill ck-fill-${state}`, style: `width:${(100 * counts[state]) / total}%` })));
}

function facts({ status, counts, elapsed, rate, eta }) {
  const perMinute = rate * 60;
  const done = counts.completed + counts.failed + counts.cancelled;
  const open = ["pending", "processing", "paused"].includes(status);
  return h("div", { class: "ck-facts" },
    h("span", null, h("b", null, `${done.toLocaleString("en")} of ${counts[""].toLocaleString("en")}`), " done"),
    h("span", null, "elapsed ", h("b", null, duration(elapsed))),
    h("span", null, "rate ", h("b", null, rate ? `${perMinute >= 10 ? Math.round(perMinute) : perMinute.toFixed(1)} per min` : "–")),
    open && h("span", null, "time left ", h("b", null, eta && status === "processing" ? duration(eta) : "–")));
}

const words = (name) => name.replaceAll("_", " ");

/** One or two table rows: the document, and below it what went wrong or was not found. */
function documentRows(row, hasDownloads) {
  const style = row.status === "failed" ? "ck-failed-row" : "";
  const told = row.error || row.hint || row.note;
  return [
    h("tr", { class: `${style} ${told ? "ck-has-more" : ""}` },
      h("td", { class: "ck-document ck-name" }, row.document),
      h("td", null, badge(row.status)),
      h("td", { class: "ck-step" }, row.step ? words(row.step) : ""),
      h("td", { class: "ck-number" }, row.records ?? ""),
      h("td", { class: "ck-number" }, row.seconds === undefined ? "" : row.seconds.toFixed(1)),
      h("td", { class: "ck-number" }, row.attempts || ""),
      hasDownloads && h("td", { class: "ck-number" }, row.status === "completed"
        && h("button", { type: "button", class: "ck-icon ck-download", click: "download_document", args: [row.id], title: "Download results", "aria-label": `Download results of ${row.document}` }, "⤓"))),
    told && h("tr", { class: `${style} ck-more-row` },
      h("td", { colspan: hasDownloads ? 7 : 6 },
        row.error && h("span", { class: "ck-error-text" }, row.error), " ",
        row.hint && h("span", { class: "ck-muted" }, row.hint),
        row.note && h("span", { class: "ck-muted" }, `Nothing found: ${row.note}`))),
  ];
}

const draw = (get) => {
  const job = get("monitor");
  if (!job.id) return null;
  const has = get("has_downloads");
  const filters = [["", "all"], ...STATES.map((state) => [state, state])]
    .filter(([state]) => state === "" || job.counts[state] || state === job.filter);
  return h("section", { class: "ck-section ck-monitor", "aria-label": `Progress of ${job.name}` },
    h("div", { class: "ck-head" },
      h("div", { class: "ck-grow" },
        h("h2", null, job.name),
        h("div", { class: "ck-muted" }, h("code", null, job.id), ` · ${job.flow}`)),
      badge(job.status)),
    job.reason && h("p", { class: "ck-warning" }, job.reason),
    get("error") && h("p", { class: "ck-warning" }, get("error")),
    bar(job.counts, job.fraction),
    facts(job),
    job.status === "pending" && h("p", { class: "ck-muted" }, "Starting workers: the first documents take a few seconds…"),
    h("div", { class: "ck-filters", role: "group", "aria-label": "Show documents" }, filters.map(([state, label]) =>
      h("button", { type: "button", class: "ck-filter", click: "show_documents", args: [state, 0], "aria-pressed": state === job.filter ? "true" : "false" },
        `${label} `, h("b", null, job.counts[state].toLocaleString("en"))))),
    h("div", { class: "ck-scroll ck-tall", tabindex: "0", role: "region", "aria-label": "Table of documents" },
      h("table", { class: "ck-table ck-fixed" },
        h("thead", null, h("tr", null,
          [["Document", ""], ["Status", "ck-col-status"], ["Step", "ck-col-step"], ["Records", "ck-col-number ck-number"],
            ["Seconds", "ck-col-number ck-number"], ["Tries", "ck-col-number ck-number"]].map(([label, style]) =>
            h("th", { scope: "col", class: style }, label)),
          has && h("th", { scope: "col", class: "ck-col-icon" }, h("span", { class: "ck-hidden" }, "Download")))),
        h("tbody", null, job.rows.map((row) => documentRows(row, has)),
          !job.rows.length && h("tr", null, h("td", { colspan: 7, class: "ck-muted" }, "No document in this state."))))),
    pager({ first: job.first, shown: job.rows.length, total: job.counts[job.filter] ?? 0, page: job.page, pages: job.pages,
      action: "show_documents", args: (page) => [job.filter, page], what: "document" }),
    h("p", { class: "ck-note" },
      helpLink("batch-processing/statuses-of-a-document", "What do these statuses mean?"),
      job.counts.failed > 0 && helpLink("troubleshooting/why-a-paper-failed", "Why papers fail, and what to do")));
};

export default { render: ({ model, el }) => mount({ model, el, draw }).remove };
