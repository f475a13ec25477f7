// What stands beside the steps of a flow: gate, palette, checks, YAML, the question
// of who leaves.

const GATES = [
  ["flag", "Flag them: kept, and marked to be checked (default)"],
  ["drop", "Drop them: left out, and listed with their reason"],
  ["keep", "Keep them as they are"],
];

const agentsOf = (get) => new Map(get("palette").flatMap(({ kind, title, agents }) =>
  agents.map((agent) => [agent.name, { ...agent, kind, kindTitle: title }])));

/** What becomes of records whose quotes do not hold. */
const evidenceGate = (get, disabled) => h("section", { class: "ck-section", "aria-labelledby": "ck-gate-title" },
  h("h2", { id: "ck-gate-title" }, "Evidence gate"),
  h("p", { class: "ck-muted ck-gate-note", id: "ck-gate-about" },
    "Before results are written, the quote of each record is looked up in the paper. What becomes of records whose quote is approximate or unsupported?"),
  h("select", { id: "ck-gate", class: "ck-input ck-wide", change: "gate_chosen", disabled, "aria-labelledby": "ck-gate-title", "aria-describedby": "ck-gate-about",
    "data-value": get("draft").evidence_gate },
  GATES.map(([value, text]) => h("option", { value }, text))));

function agentPalette(get) {
  const { steps } = get("draft");
  const agents = agentsOf(get);
  const hasInput = steps.some(({ agent }) => agents.get(agent)?.kind === "input");
  return h("section", { class: "ck-section", "aria-labelledby": "ck-palette" },
    h("h2", { id: "ck-palette" }, "Add a step"),
    h("p", { class: "ck-muted" }, "A step is put where it belongs in the order."),
    h("div", { class: "ck-palette", tabindex: "0", role: "group", "aria-labelledby": "ck-palette" }, get("palette").map(({ kind, title, about, agents: list }) => h("div", { class: "ck-palette-kind" },
      h("h3", null, title), h("p", { class: "ck-muted ck-note" }, about),
      h("ul", null, list.map((agent) => {
        const there = kind === "input" && hasInput;
        return h("li", { class: "ck-palette-agent" },
          h("div", null, h("b", null, agent.title), " ", h("span", { class: "ck-muted" }, `${agent.name}, version ${agent.version}`)),
          h("button", { type: "button", id: `ck-add-${agent.name}`, class: "ck-button ck-small", click: "add", args: [agent.name], again: true, disabled: there,
            "aria-label": there ? `${agent.title} is in the flow` : `Add ${agent.title}` }, there ? "In the flow" : "Add"),
          h("p", { class: "ck-muted ck-note" }, agent.description));
      })),
      !list.length && h("p", { class: "ck-muted" }, "None is installed."))),
    get("broken_agents").length > 0 && h("div", { class: "ck-palette-kind" },
      h("h3", null, "Not available"),
      h("p", { class: "ck-muted ck-note" }, "These agents are installed but could not be loaded."),
      h("ul", null, get("broken_agents").map(({ name, reason }) => h("li", { class: "ck-name ck-broken-agent" },
        h("b", null, name), h("p", { class: "ck-error-text ck-note" }, reason)))))));
}

function flowChecks(get) {
  const { findings = [] } = get("check");
  const { steps, source, changed } = get("draft");
  const problems = findings.filter(({ blocks }) => blocks);
  const remarks = findings.filter(({ blocks }) => !blocks);
  const item = ({ text, step }) => h("li", { key: text, class: "ck-name" }, step && steps[step - 1]
    ? h("button", { type: "button", class: "ck-link", click: "show_step", args: [steps[step - 1].key] }, text) : text);
  return h("section", { class: `ck-section ck-checks-panel${problems.length ? " ck-has-problems" : ""}`, "aria-labelledby": "ck-checks" },
    h("h2", { id: "ck-checks" }, problems.length ? `${count(problems.length, "thing")} to mend` : "Ready to run"),
    h("div", { role: "status" },
      problems.length > 0
        ? h("ul", { class: "ck-problems" }, problems.map(item))
        : h("p", { class: "ck-muted" }, "The flow has no problems. ",
          h("button", { type: "button", class: "ck-link", click: "show_test" }, "Test it on one document"), " before you ",
          source && !changed ? h("button", { type: "button", class: "ck-link", click: "make_job" }, "run it on many") : "run it on many", "."),
      remarks.length > 0 && [h("h3", null, "Worth knowing"), h("ul", { class: "ck-problems ck-remarks" }, remarks.map(item))]));
}

function leaveQuestion(get) {
  const { name, lost, can_save: canSave } = get("question");
  const what = name.trim() || get("draft").source;
  return h("div", { class: "ck-message ck-is-error ck-leave", role: "alertdialog", "aria-labelledby": "ck-leave-text" },
    h("span", { id: "ck-leave-text" }, what ? ["“", h("bdi", null, what), "”"] : "This new flow", " has changes that are not saved. ",
      lost ? "They would be lost." : "They stay here as a draft until you close this tab."),
    h("button", { type: "button", id: "ck-stay", class: "ck-button ck-small ck-primary", click: "stay" }, "Stay here"),
    canSave && h("button", { type: "button", class: "ck-button ck-small", click: "save_and_leave" }, "Save and go on"),
    h("button", { type: "button", class: `ck-button ck-small${lost ? " ck-danger" : ""}`, click: "leave" }, lost ? "Discard the changes" : "Go on, keep the draft"));
}

function yamlView(get, disabled, isOpen) {
  return h("section", { class: "ck-section", "aria-labelledby": "ck-yaml-title" },
    h("div", { class: "ck-head" },
      h("h2", { id: "ck-yaml-title" }, "YAML"),
      h("button", { type: "button", class: "ck-button ck-small ck-push", click: "toggle", args: ["yaml"], "aria-expanded": isOpen ? "true" : "false" },
        isOpen ? "Hide" : "Show"),
      h("button", { type: "button", class: "ck-button ck-small", click: "export_draft" }, "Export as a file")),
    h("p", { class: "ck-muted ck-note" }, "The same flow as text: to share with a colleague, or to keep under version control."),
    isOpen && h("form", { submit: "apply" },
      h("textarea", { id: "ck-yaml", class: "ck-input ck-wide ck-code", rows: "14", spellcheck: "false", "aria-label": "The flow as YAML",
        readonly: disabled, input: "yaml_typing", "data-value": get("yaml") }),
      get("yaml_error") && h("p", { class: "ck-warning", role: "alert" }, get("yaml_error")),
      !disabled && h("div", { class: "ck-row" },
        h("button", { type: "submit", class: "ck-button ck-small" }, "Apply to the draft"),
        h("button", { type: "button", class: "ck-link", click: "revert_yaml" }, "Put the draft's YAML back"))));
}
