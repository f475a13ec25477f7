const short = (name) => (name.length > 60 ? `${name.slice(0, 58)}…` : name);

function whatIsLost({ count: number, names, jobs, more_jobs: more, waiting }) {
  const them = number === 1 ? "it" : "them";
  const listed = jobs.map((name) => `“${name}”`).join(", ") + (more ? ` and ${count(more, "other job")}` : "");
  return [
    h("strong", null, `Delete ${number === 1 ? short(names[0]) : count(number, "document")}?`), " ",
    number > 1 && h("span", null, `${names.map(short).join(", ")}${number > names.length ? " and others" : ""}. `),
    jobs.length
      ? `The jobs which use ${them} keep their results, but can neither run ${them} again nor show evidence in ${them}: ${listed}.`
      : `No job uses ${them}.`,
    waiting > 0 && ` ${waiting === 1 ? "One run is" : `${waiting} runs are`} not done yet and will fail.`,
    ` The ${number === 1 ? "file is" : "files are"} deleted from the workspace for good.`,
  ];
}

/** What is asked before documents are deleted; an answer in focus is the harmless one. */
const askToDelete = (asking) => h("div", { class: "ck-message ck-is-error", role: "alertdialog", "aria-label": asking.count === 1 ? "Delete this document?" : "Delete documents?" },
  h("span", null, whatIsLost(asking)),
  h("button", { type: "button", class: "ck-button ck-danger", click: "delete" }, `Yes, delete ${asking.count === 1 ? "it" : count(asking.count, "document")}`),
  h("button", { type: "button", class: "ck-button", id: "ck-keep-documents", click: "keep" }, asking.count === 1 ? "Keep it" : "Keep them"));
