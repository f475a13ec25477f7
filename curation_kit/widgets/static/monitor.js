const TABS = [["documents", "Documents"], ["results", "Results"], ["completeness", "Completeness"], ["score", "Score"], ["log", "Event log"], ["settings", "Settings"]];

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
    fact("Processed", `${done.toLocaleString("en")} of ${counts[""].toLocaleString("en")}`),
    fact("Records", records.toLocaleString("en")),
    fact(open ? "Elapsed" : "Took", duration(elapsed)),
    (open || elapsed >= WORTH_A_RATE) && fact("Rate", rate && elapsed >= WORTH_A_RATE ? `${perMinute >= 10 ? Math.round(perMinute).toLocaleString("en") : perMinute.toFixed(1)} per min` : "–"),
    fact("Created", when(created)),
    status === "processing" && fact("Time left", eta ? duration(eta) : "–"),
    !open && ended - created >= 60 && fact("Ended", when(ended)));
}

/** How well the records are supported: "verified 210 · approximate 3 · …". */
function support({ records, evidence, unresolved }, onDashboard) {
  if (!records) return h("p", { class: "ck-support ck-muted" }, "Evidence: no records");
  const kinds = ["verified", "approximate", "unsupported"];
  return h("p", { class: "ck-support" }, h("span", { class: "ck-muted" }, "Evidence: "),
    kinds.map((kind) => h("span", { class: `ck-tag ck-tag-${kind}` }, `${kind} ${(evidence[kind] ?? 0).toLocaleString("en")}`)),
    evidence.check
      ? h(onDashboard ? "button" : "span", { type: onDashboard && "button", class: onDashboard ? "ck-link ck-small-link" : "ck-warn", click: onDashboard && "show_to_check" }, `${evidence.check.toLocaleString("en")} to check`)
      : h("span", { class: "ck-muted" }, "none to check"),
    unresolved && h("span", { class: "ck-warn" }, unresolved));
}

/** What models were asked and what that has cost; by step when unfolded. */
function spent({ costs, status }, unfolded) {
  if (costs?.calls === undefined) return null;
  const { calls, kept, failed, input, output, cost, reserved, partly, estimated, budget, projected, steps } = costs;
  const open = ["pending", "processing", "paused"].includes(status);
  const fact = (label, ...value) => h("span", { class: "ck-nowrap" }, h("span", { class: "ck-muted" }, label, " "), value);
  const used = (cost ?? 0) + reserved;
  return h("div", { class: "ck-costs" },
    h("div", { class: "ck-row ck-cost-line" },
      h("span", { class: "ck-muted" }, "Models:"),
      fact("spent", h("b", null, cost === null ? "no price" : money(cost)), budget !== null && ` of ${money(budget)}`),
      reserved > 0 && fact("under way", `up to ${money(reserved)}`),
      open && projected !== null && cost !== null && fact("projected", h("span", { class: budget !== null && projected > budget ? "ck-warn" : "" }, `about ${money(projected)}`)),
      fact("tokens", `${tokens(input)} in, ${tokens(output)} out`),
      fact("calls", calls.toLocaleString("en"), failed > 0 && `, ${failed.toLocaleString("en")} without an answer`, kept > 0 && `, ${kept.toLocaleString("en")} answers were kept already`),
      steps.length > 0 && h("button", { type: "button", class: "ck-link ck-small-link", click: "unfold_costs", "aria-expanded": unfolded ? "true" : "false", "aria-controls": "ck-cost-steps" }, `${unfolded ? "▾" : "▸"} By step`)),
    budget !== null && h("div", { class: "ck-bar ck-small-bar ck-budget-bar", role: "progressbar", "aria-label": "Budget spent", "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": budget ? Math.min(Math.round((100 * used) / budget), 100) : 100 },
      h("span", { class: "ck-fill ck-fill-completed", style: `width:${budget ? Math.min((100 * (cost ?? 0)) / budget, 100) : 100}%` }),
      h("span", { class: "ck-fill ck-fill-processing", style: `width:${budget ? Math.min((100 * reserved) / budget, 100) : 0}%` })),
    unfolded && h("div", { class: "ck-scroll", id: "ck-cost-steps", tabindex: "0", role: "region", "aria-label": "Cost by step" }, h("table", { class: "ck-table ck-inner" },
      h("thead", null, h("tr", null, ["Step", "Calls", "Kept answers", "Tokens in", "Tokens out", "Cost"].map((label, at) => h("th", { scope: "col", class: at ? "ck-number" : null }, label)))),
      h("tbody", null, steps.map((step) => h("tr", null,
        h("td", null, `${step.number}. ${step.title}`),
        [step.calls, step.kept, step.input, step.output].map((number) => h("td", { class: "ck-number" }, number.toLocaleString("en"))),
        h("td", { class: "ck-number" }, step.cost === null ? "no price" : money(step.cost))))))),
    partly && cost !== null && h("p", { class: "ck-muted ck-note" }, "Some models have no price: what they cost is not in these amounts."),
    estimated && h("p", { class: "ck-muted ck-note" }, "A service did not count the tokens of some calls, or a call was cut off: those are estimated."));
}

/** Another cap for a job that is paused; a higher one is typed, not taken by a click. */
const raise = ({ costs, over_budget }) => h("form", { class: "ck-row ck-raise", submit: "raise", novalidate: true },
  h("label", { for: "ck-new-budget" }, over_budget ? `New budget of this job, more than ${money(costs.budget)}` : "New budget of this job"),
  h("span", { class: "ck-with-unit" }, h("span", null, "$"),
    h("input", { id: "ck-new-budget", type: "number", class: "ck-input ck-slim", min: 0, step: "any", "data-value": over_budget ? "" : costs.budget })),
  h("button", { type: "submit", class: "ck-button ck-small" }, "Resume with this budget"));

/** What to know about the state of the job, and what to do. */
function advice(job, trouble, onDashboard) {
  const { status, reason } = job;
  if (status === "paused") {
    const capped = (job.costs?.budget ?? null) !== null;
    const onPage = job.over_budget ? "" : " Press Resume to go on;";
    const go = onDashboard ? onPage : ` job.resume(${job.over_budget ? "budget=…" : ""}) goes on;`;
    return h("div", { class: "ck-warning" },
      h("div", { role: "status" }, reason, ` Documents in work are finished, no more are started${go && "."}${go || ";"} what is done stays done.`),
      onDashboard && capped && raise(job));
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
  if (status === "processing" && job.waiting.length) {
    return h("div", { class: "ck-warning", role: "status" }, job.waiting.map((text) => h("div", null, text[0].toUpperCase(), text.slice(1).replace(/\.?$/, "."))));
  }
  if (status === "pending") return h("p", { class: "ck-muted" }, "Waiting for workers: they take a few seconds to start, or longer while other jobs run.");
  if (isStopping(job)) return h("p", { class: "ck-muted", role: "status" }, `Still in work, until the next step: ${count(job.counts.processing, "document")}. After that, what was cancelled can be retried.`);
  if (reason) return h("p", { class: "ck-warning", role: "status" }, reason, status === "failed" && ` Each document below says why and what to do; after mending it, ${onDashboard ? "press Retry Failed" : "job.retry_failed() runs it again"}.`);
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
  const state = { menu: null, unfolded: false };
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
      h("div", { class: "ck-head ck-job-head" },
        h("div", { class: "ck-grow" },
          h("h2", null, h("bdi", null, job.name)),
          h("div", { class: "ck-muted" }, h("code", null, job.id), " · ", h("bdi", null, job.flow))),
        badge(job.status)),
      get("error") && h("p", { class: "ck-warning" }, get("error")),
      advice(job, get("runner_trouble"), onDashboard),
      bar(job.counts, job.fraction),
      facts(job),
      support(job, onDashboard),
      spent(job, state.unfolded),
      onDashboard ? tabs(job, get("tab")) : documentsTable(get, state.menu));
  };
  const mounted = mount({
    model, el, draw,
    handlers: {
      ...documentHandlers(state),
      unfold_costs: ({ redraw }) => { state.unfolded = !state.unfolded; redraw(); },
      raise: ({ root, send }) => {
        const { value } = root.querySelector("#ck-new-budget");
        send("resume_job", [value === "" ? "" : Number(value)]); // of nothing the kernel says what to give
      },
    },
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

export default { initialize: patched, render };
