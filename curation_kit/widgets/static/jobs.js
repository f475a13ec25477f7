const JOB_STATES = ["pending", "processing", "paused", "completed", "failed", "cancelled"];

const done = ({ completed, failed, cancelled, total }) => {
  const ended = completed + failed; // who was cancelled was not processed
  return h("div", { class: "ck-done" },
    shares({ completed, failed, cancelled }, total, "ck-small-bar"),
    h("span", { class: "ck-number" }, `${ended.toLocaleString("en")} of ${total.toLocaleString("en")}`),
    failed > 0 && h("span", { class: "ck-error-text ck-nowrap" }, `${failed.toLocaleString("en")} failed`));
};

const stopped = (status) => !["pending", "processing"].includes(status);

function jobRows(job, asked, costs) {
  const deleting = asked === job.id;
  return [
    h("tr", { id: `ck-job-${job.id}`, class: deleting ? "ck-has-more" : null },
      h("td", { class: "ck-document" },
        h("button", { type: "button", class: "ck-link ck-name", click: "open_job", args: [job.id], title: `Open ${job.name}` }, h("bdi", null, breakable(job.name))),
        h("div", { class: "ck-id ck-wraps" }, job.id, " · ", h("bdi", null, job.flow))),
      h("td", { class: "ck-nowrap" }, when(job.created)),
      h("td", null, badge(job.status), job.status === "paused" && job.reason && h("div", { class: "ck-muted ck-reason", title: job.reason }, job.reason)),
      h("td", null, done(job)),
      h("td", { class: "ck-number" }, job.seconds === null ? "–" : duration(job.seconds)),
      costs && h("td", { class: "ck-number" }, amount(job)),
      h("td", { class: "ck-actions" }, h("div", null,
        h("button", { type: "button", class: "ck-button ck-small", click: "duplicate_job", args: [job.id], "aria-label": `Duplicate ${job.name} as a new job`, title: "Fill the form above with this job's flow and documents" }, "Duplicate"),
        h("button", { type: "button", id: `ck-delete-${job.id}`, class: "ck-button ck-small ck-danger", click: "ask", args: [job.id], disabled: !stopped(job.status), title: stopped(job.status) ? null : "Cancel the job first", "aria-label": `Delete ${job.name}` }, "Delete")))),
    deleting && h("tr", { id: `ck-question-${job.id}` }, h("td", { colspan: 6 + costs },
      question("ck-sure", `Delete “${job.name}” with its records and result files? The documents and the flow stay. This cannot be undone.`,
        "Yes, delete it", "remove", [job.id], "Keep it"))),
  ];
}

function render({ model, el }) {
  let asked = null;
  const draw = (get) => {
    const jobs = get("jobs");
    const shown = get("listing");
    const { counts = {} } = shown;
    const any = counts[""] > 0;
    const costs = jobs.some((job) => job.tokens !== undefined);
    return h("section", { class: "ck-section", "aria-labelledby": "ck-jobs" },
      h("div", { class: "ck-head" }, h("h2", { id: "ck-jobs" }, "Your Batch Jobs")),
      any && h("div", { class: "ck-row ck-table-head" },
        filters(JOB_STATES, counts, shown.status, "Show jobs"),
        h("input", { type: "search", id: "ck-find-jobs", class: "ck-input ck-push", input: "find", "data-value": shown.search ?? "", placeholder: "Search name, id or flow", "aria-label": "Search jobs by name, id or flow", autocomplete: "off" })),
      !any && h("p", { class: "ck-muted" }, "No jobs yet: create the first one above."),
      any && !jobs.length && h("p", { class: "ck-muted" }, shown.search ? "No job has all of these words in its name, id or flow." : "No job in this state."),
      jobs.length > 0 && h("div", { class: "ck-scroll", tabindex: "0", role: "region", "aria-label": "Table of jobs" },
        h("table", { class: `ck-table ck-jobs${costs ? " ck-jobs-costs" : ""}` },
          h("thead", null, h("tr", null,
            sortable("Name", "name", shown, "", "job-"), sortable("Created", "created", shown, "", "job-"),
            sortable("Status", "status", shown, "", "job-"), sortable("Documents done", "documents", shown, "", "job-"),
            sortable("Duration", "seconds", shown, "ck-number", "job-"),
            costs && h("th", { scope: "col", class: "ck-number" }, "Cost"),
            h("th", { scope: "col" }, h("span", { class: "ck-hidden" }, "Actions")))),
          h("tbody", null, jobs.map((job) => jobRows(job, asked, costs))))),
      any && pager({ first: shown.first, shown: jobs.length, total: shown.found, page: shown.page, pages: shown.pages, action: "turn", args: (page) => [page], what: "job" }));
  };
  const ask = (choose, change) => choose("show_jobs", "listing", change,
    ({ search, status, sort, descending, page }) => [search, status, sort, descending, page]);
  const find = later(250, (choose, search) => ask(choose, { search }));
  return ticking(mount({
    model, el, draw, rest: "#ck-find-jobs",
    handlers: {
      filter: ({ args, choose }) => ask(choose, { status: args[0] }),
      find: ({ target, choose }) => find(choose, target.value),
      turn: ({ args, choose }) => ask(choose, { page: args[0] }),
      sort: ({ args, choose, get }) => {
        const [sort, descending] = sorted(args[0], get("listing"), ["created", "documents", "seconds"]);
        ask(choose, { sort, descending });
      },
      ask: ({ args, focusOn }) => { [asked] = args; focusOn("#ck-sure-no"); },
      keep: ({ focusOn }) => { focusOn(`#ck-delete-${asked}`); asked = null; },
      remove: ({ args, send, redraw }) => { asked = null; send("delete_job", args); redraw(); },
    },
  }));
}

export default { render };
