const BACKENDS = [["", "This computer"], ["dask", "A Dask cluster"], ["ray", "A Ray cluster"]];

/** Options that most people leave alone. */
function advanced(open, { n_jobs: cores, minutes, memory_limit: memory, nice }) {
  const field = (id, text, usual, unit, props) => h("div", null,
    h("label", { class: "ck-field-label", for: id }, text),
    h("div", { class: "ck-with-unit" },
      h("input", { id, type: "number", class: "ck-input ck-slim", placeholder: usual, change: "consider", ...props }),
      h("span", { class: "ck-muted" }, unit)));
  return h("div", { class: "ck-advanced", id: "ck-advanced" },
    h("button", { type: "button", class: "ck-link", click: "unfold", "aria-expanded": open ? "true" : "false" }, `${open ? "▾" : "▸"} Advanced options`),
    h("div", { class: `ck-filter-fields${open ? "" : " ck-folded"}` },
      field("ck-n-jobs", "Documents at the same time", advanced.backend ? "" : cores, advanced.backend ? "default: all its threads" : `default ${cores}, one per core`, { min: 1, max: 256, step: 1 }),
      field("ck-minutes", "Time limit of a document", minutes, `min, default ${minutes}`, { min: 0.1, max: 1440, step: "any" }),
      field("ck-memory", "Memory limit of a document", memory, `GB, default ${memory}`, { min: 0.1, max: 1024, step: "any" }),
      field("ck-nice", "Give way to other programs", nice, `0 to 19, default ${nice}`, { min: 0, max: 19, step: 1 }),
      h("div", null,
        h("label", { class: "ck-field-label", for: "ck-backend" }, "Where papers are processed"),
        h("select", { id: "ck-backend", class: "ck-input ck-slim", change: "backend", "data-value": advanced.backend },
          BACKENDS.map(([value, text]) => h("option", { value }, text)))),
      advanced.backend && h("div", { id: "ck-address-field" },
        h("label", { class: "ck-field-label", for: "ck-address" }, "Address of the cluster"),
        h("div", { class: "ck-with-unit" },
          h("input", { id: "ck-address", type: "text", class: "ck-input ck-slim", autocomplete: "off", spellcheck: "false",
            placeholder: advanced.backend === "dask" ? "tcp://HOST:8786" : "HOST:6379, or auto" }),
          helpLink("clusters", "About clusters"))),
      h("label", { class: "ck-check" },
        h("input", { id: "ck-cache", type: "checkbox", "data-change": "cache", checked: advanced.cache }),
        h("span", null, "Use what earlier jobs have already done for these documents"))));
}
advanced.cache = true;
advanced.backend = "";

/** What models will be asked, what that costs, and where to stop. */
function spending({ text, problem, has_price: hasPrice }) {
  const settings = (text) => placeLink("page=settings", { class: "ck-inline-link" }, text);
  if (problem) return h("p", { class: "ck-warning" }, "This flow cannot run yet. ", problem, " ", settings("Open Settings"));
  if (!text) return null;
  return h("div", { class: "ck-spending" },
    h("p", { role: "status" }, text, !hasPrice && [" Give one in ", settings("Settings"), ", then a budget can be kept."]),
    h("div", { class: "ck-with-unit" },
      h("label", { class: "ck-label", for: "ck-budget" }, "Budget of this job"),
      h("span", { class: "ck-muted" }, "$"),
      h("input", { id: "ck-budget", type: "number", class: "ck-input ck-slim", min: 0, step: "any", placeholder: "no cap", disabled: !hasPrice }),
      h("span", { class: "ck-muted" }, "At the cap the job pauses; it can go on with a higher one.")));
}

// So many chips fill about two rows; one or two more are not worth a button.
const [FEW_CHIPS, MANY_CHIPS] = [8, 10];

function render({ model, el }) {
  let open = false;
  let unfolded = false; // whether all chips are shown
  let prefilled = 0; // number of the earlier job that the form was filled with
  const draw = (get) => {
    const flows = get("flows");
    const busy = Boolean(get("busy"));
    const selected = get("count");
    const chips = get("chips");
    const folds = selected > MANY_CHIPS;
    const shown = folds && !unfolded ? chips.slice(0, FEW_CHIPS) : chips;
    const ready = !busy && selected > 0 && flows.length > 0;
    return h("section", { class: "ck-section", "aria-labelledby": "ck-create" },
      h("div", { class: "ck-head" }, h("h2", { id: "ck-create" }, "Create New Batch Job")),
      h("form", { submit: "create", novalidate: true },
        h("div", { class: "ck-columns" },
          h("div", null,
            h("div", { class: "ck-row" },
              h("label", { class: "ck-label", for: "ck-flow" }, "Flow"),
              h("button", { type: "button", class: "ck-link ck-small-link ck-push", click: "open_page", args: ["flows"] }, "Build or edit flows")),
            flows.length
              ? h("select", { id: "ck-flow", class: "ck-input ck-wide", change: "consider" },
                get("flow_gone") && h("option", { value: "", selected: true }, "That flow is gone: choose another"), // not the next one without a word
                flows.map((name) => h("option", { value: name }, name)))
              : h("p", { class: "ck-muted" }, "No flows available. ", h("button", { type: "button", class: "ck-link", click: "open_page", args: ["flows"] }, "Build and save one"), " first.")),
          h("div", null,
            h("label", { class: "ck-label", for: "ck-name" }, "Name ", h("span", { class: "ck-muted" }, "(optional)")),
            h("input", { id: "ck-name", class: "ck-input ck-wide", type: "text", maxlength: "120", placeholder: get("suggested_name") || "made from the flow and the time", autocomplete: "off" }))),
        get("broken_flows").map((problem) => h("p", { class: "ck-warning" }, "This flow cannot be read: ", problem)),
        h("div", { class: "ck-row ck-documents-row" },
          h("button", { type: "button", id: "ck-select-documents", class: "ck-button", click: "open_panel", disabled: get("total") === 0 }, "Select Documents"),
          h("span", { class: "ck-muted", role: "status" },
            get("total") === 0
              ? ["The workspace has no documents yet. ", h("button", { type: "button", class: "ck-link", click: "open_page", args: ["documents"] }, "Add some"), " first."]
              : selected ? `${count(selected, "document")} selected` : "None selected yet."),
          selected > 0 && h("button", { type: "button", class: "ck-link", click: "clear" }, "Clear")),
        selected > 0 && h("ul", { id: "ck-chips", class: "ck-chips", "aria-label": "Selected documents", tabindex: folds && unfolded ? "0" : false },
          shown.map(({ id, name, problem }) => h("li", { id: `ck-chip-${id}`, class: `ck-chip${problem ? " ck-unfit" : ""}`, title: problem ? `${name}: ${problem}` : name },
            fileName(name),
            h("button", { type: "button", class: "ck-icon", click: "remove", args: [id], "aria-label": `Remove ${name} from the batch` }, "×"))),
          unfolded && selected > chips.length && h("li", { id: "ck-chips-left", class: "ck-muted" }, `and ${(selected - chips.length).toLocaleString("en")} more, listed under Select Documents`),
          folds && h("li", { id: "ck-chips-more" }, h("button", { type: "button", id: "ck-all-chips", class: "ck-link ck-small-link", click: "all_chips", "aria-expanded": unfolded ? "true" : "false", "aria-controls": "ck-chips" },
            unfolded ? "Show fewer" : `and ${(selected - shown.length).toLocaleString("en")} more`))),
        get("warning") && h("div", { class: "ck-warning ck-row", role: "status" },
          h("span", { class: "ck-grow" }, get("warning")),
          get("count_unfit") < selected && h("button", { type: "button", class: "ck-button ck-small", click: "leave_out_unfit" }, get("count_unfit") === 1 ? "Leave it out" : "Leave them out")),
        get("twice") && h("p", { class: "ck-warning ck-name", role: "status" }, get("twice")),
        get("estimate") && h("p", { class: "ck-muted", role: "status" }, get("estimate")),
        h("div", null, spending(get("spending"))),
        advanced(open, get("defaults")),
        h("div", { class: "ck-row" },
          h("button", { type: "submit", class: "ck-button ck-primary", disabled: !ready }, busy ? "Working…" : "Create Batch Job"),
          h("button", { type: "button", class: "ck-button", click: "try", disabled: !ready, title: "Runs the flow on the first selected document, as a job of its own" }, "Test on one document"))));
  };
  const number = (root, id) => {
    const field = root.querySelector(id);
    if (!field) return null;
    if (field.validity.badInput) return field.value || NaN;
    return field.value === "" ? null : Number(field.value);
  };
  const flow = (root) => root.querySelector("#ck-flow")?.value ?? "";
  const options = (root) => ({
    n_jobs: number(root, "#ck-n-jobs"), minutes: number(root, "#ck-minutes"), memory_limit: number(root, "#ck-memory"),
    nice: number(root, "#ck-nice"), use_cache: root.querySelector("#ck-cache").checked, budget: number(root, "#ck-budget"),
    backend: advanced.backend || null, address: root.querySelector("#ck-address")?.value.trim() || null,
  });
  return mount({
    model, el, draw,
    handlers: {
      consider: ({ root, send }) => send("consider", [flow(root), number(root, "#ck-n-jobs"), advanced.backend]),
      backend: ({ target, root, send, redraw }) => {
        advanced.backend = target.value;
        redraw();
        send("consider", [flow(root), number(root, "#ck-n-jobs"), advanced.backend]);
      },
      cache: ({ target }) => { advanced.cache = target.checked; },
      unfold: ({ redraw }) => { open = !open; redraw(); },
      all_chips: ({ redraw }) => { unfolded = !unfolded; redraw(); },
      try: ({ root, send }) => send("test_flow", [flow(root), options(root)]),
      create: ({ root, send }) => {
        const name = root.querySelector("#ck-name");
        send("create_job", [flow(root), name.value, options(root)]);
      },
    },
    drawn: (root, get) => {
      const { number: now = 0, flow: wanted, name } = get("prefill");
      if (now === prefilled) return;
      prefilled = now;
      if (wanted) root.querySelector("#ck-flow").value = get("flow_gone") ? "" : wanted;
      root.querySelector("#ck-name").value = name;
      if (!name) return;
      root.querySelector("h2").scrollIntoView({ block: "nearest" });
      root.querySelector("#ck-name").focus();
    },
  }).remove;
}

export default { render };
