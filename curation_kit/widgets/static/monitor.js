const TABS = [["documents", "Documents"], ["results", "Results"], ["completeness", "Completeness"], ["log", "Event log"], ["settings", "Settings"]];

function bar(counts, fraction) {
  return h("div", {
    role: "progressbar", "aria-label": "Documents processed",
    "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": Math.round(fraction * 100),
  }, shares(counts, counts[""]));
}

// A rate of less work, in seconds, says nothing.
const WORTH_A_RATE = 30;

function facts({ status, counts, elapsed, rate, eta, records, created, ended }) {
  const perMinute = rate * 60;
  const done = counts.completed + counts.failed; // who was cancelled was not processed
  const open = ["pending", "processing", "paused"].includes(status);
  const fact = (label, ...value) => h("div", { class: "ck-fact" }, h("dt", null, label), h("dd", null, value));
  return h("dl", { class: "ck-facts" },
    fact(open ? "Done" : "Processed", `${done.toLocaleString("en")} of ${counts[""].toLocaleString("en")}`),
    fact("Records", records.toLocaleString("en")),
    fact(open ? "Elapsed" : "Took", duration(elapsed)),
    elapsed >= WORTH_A_RATE && fact("Rate", rate ? `${perMinute >= 10 ? Math.round(perMinute).toLocaleString("en") : perMinute.toFixed(1)} per min` : "–"),
    fact("Created", when(created)),
    status === "processing" && fact("Time left", eta ? duration(eta) : "–"),
    !open && ended - created >= 60 && fact("Ended", when(ended)));
}

/** How well the records are supported: "verified 210 · approximate 3 · …". */
function support({ records, evidence }) {
  if (!records) return null;
  const kinds = ["verified", "approximate", "unsupported"];
  return h("p", { class: "ck-support" }, h("span", { class: "ck-muted" }, "Evidence: "),
    kinds.map((kind) => h("span", { class: `ck-tag ck-tag-${kind}` }, `${kind} ${(evidence[kind] ?? 0).toLocaleString("en")}`)),
    h("span", { class: evidence.check ? "ck-warn" : "ck-muted" }, evidence.check ? `${evidence.check.toLocaleString("en")} to check` : "none to check"));
}

/** What to know about the state of the job, and what to do. */
function advice(job, trouble, onDashboard) {
  const { status, reason } = job;
  if (status === "paused") {
    const go = onDashboard ? "Press Resume to go on" : "job.resume() goes on";
    return h("p", { class: "ck-warning", role: "status" }, reason, ` Documents in work are finished, no more are started. ${go}; what is done stays done.`);
  }
  if (trouble && ["pending", "processing"].includes(status)) {
    return h("div", { class: "ck-message ck-is-error" },
      h("span", null, `This job cannot go on: ${trouble} Mend what is written there, then start the runner again. Nothing that is done is lost.`),
      h("button", { type: "button", class: "ck-button", click: "start_runner" }, "Start the runner again"));
  }
  if (job.stands_still) {
    return h("div", { class: "ck-warning", role: "status" }, "No process is at work on this job. ",
      onDashboard
        ? [h("button", { type: "button", class: "ck-link", click: "start_runner" }, "Start one"), "; nothing that is done is lost. If this stays, the command curation-kit doctor says what is wrong."]
        : "job.resume() starts one; nothing that is done is lost.");
  }
  if (status === "pending") return h("p", { class: "ck-muted" }, "Waiting for workers: they take a few seconds to start, or longer while other jobs run.");
  if (reason) return h("p", { class: "ck-warning", role: "status" }, reason, status === "failed" && " Each document below says why and what to do; after mending it, press Retry Failed.");
  return null;
}

function tabs({ counts, records }, chosen) {
  const numbers = { documents: counts[""], results: records };
  return h("div", { class: "ck-tabs", role: "tablist", "aria-label": "Parts of this page" }, TABS.map(([name, label]) =>
    h("button", {
      type: "button", role: "tab", id: `ck-tab-${name}`, class: "ck-tab", click: "show_tab", args: [name],
      "aria-selected": name === chosen ? "true" : "false", "aria-controls": name === chosen ? `ck-part-${name}` : null,
      tabindex: name === chosen ? "0" : "-1",
    }, label, numbers[name] !== undefined && h("span", { class: "ck-tab-number" }, numbers[name].toLocaleString("en")))));
}

function render({ model, el }) {
  const state = { menu: null };
  const draw = (get) => {
    const job = get("monitor");
    if (!job.id) return null;
    const onDashboard = get("on_dashboard");
    if (job.gone) {
      return h("section", { class: "ck-section", "aria-label": "This job was deleted" },
        h("p", null, "The job “", h("b", null, job.name), "” was deleted in another window. Its documents and its flow are still in the workspace."),
        onDashboard && h("button", { type: "button", class: "ck-button", click: "open_page", args: ["jobs"] }, "See all batch jobs"));
    }
    return h("section", { class: `ck-section ck-monitor${onDashboard ? " ck-with-tabs" : ""}`, "aria-label": `Progress of ${job.name}` },
      h("div", { class: "ck-head" },
        h("div", { class: "ck-grow" },
          h("h2", null, h("bdi", null, job.name)),
          h("div", { class: "ck-muted" }, h("code", null, job.id), " · ", h("bdi", null, job.flow))),
        badge(job.status)),
      get("error") && h("p", { class: "ck-warning" }, get("error")),
      advice(job, get("runner_trouble"), onDashboard),
      bar(job.counts, job.fraction),
      facts(job),
      support(job),
      onDashboard ? tabs(job, get("tab")) : documentsTable(get, state.menu));
  };
  const mounted = mount({
    model, el, draw,
    handlers: documentHandlers(model, state),
    drawn: (root, get) => sync(root, "#ck-find-documents", get("documents").search ?? ""),
  });
  // Arrow keys turn to the next tab, as in every list of tabs.
  el.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const tab = event.target.closest?.("[role=tab]");
    if (!step || !tab) return;
    const all = [...tab.parentNode.children];
    const next = all[(all.indexOf(tab) + step + all.length) % all.length];
    next.focus();
    next.click();
  });
  return ticking(mounted);
}

export default { render };
