const done = ({ completed, failed, cancelled, total }) => [
  `${completed + failed + cancelled} of ${total}`,
  failed > 0 && `, ${failed} failed`,
];

const draw = (get) => {
  const jobs = get("jobs");
  return h("section", { class: "ck-section", "aria-labelledby": "ck-jobs" },
    h("div", { class: "ck-head" }, h("h2", { id: "ck-jobs" }, "Your Batch Jobs")),
    jobs.length
      ? h("div", { class: "ck-scroll" },
        h("table", { class: "ck-table" },
          h("thead", null, h("tr", null, ["Name", "Created", "Status", "Documents done"].map((name) =>
            h("th", { scope: "col" }, name)))),
          h("tbody", null, jobs.map((job) => h("tr", null,
            h("td", { class: "ck-document" },
              h("button", { type: "button", class: "ck-link ck-name", click: "open_job", args: [job.id], title: `Open ${job.name}` }, job.name),
              h("div", { class: "ck-id" }, job.id)),
            h("td", { class: "ck-nowrap" }, day(job.created)),
            h("td", null, badge(job.status)),
            h("td", { class: "ck-nowrap" }, done(job)))))))
      : h("p", { class: "ck-muted" }, "No jobs yet: create the first one above."),
    get("has_more_jobs") && h("p", { class: "ck-muted" }, `The newest ${jobs.length} are shown; workspace.jobs.list() gives all.`));
};

export default { render: ({ model, el }) => mount({ model, el, draw }).remove };
