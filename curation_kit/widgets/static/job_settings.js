function flowSettings(flow, number, copied) {
  const title = number ? `Corrected flow ${number}, given with a retry` : "Flow as it was run";
  return h("div", { class: "ck-flow-settings" },
    h("div", { class: "ck-row" },
      h("h3", { class: "ck-grow" }, `${title}: `, h("bdi", null, flow.name)),
      h("button", { type: "button", class: "ck-button ck-small", click: "copy", args: [number], "aria-label": `Copy ${title} as YAML` }, copied === number ? "Copied" : "Copy as YAML")),
    flow.instructions && h("p", null, h("b", null, "Initial instructions: "), flow.instructions),
    h("p", null, h("b", null, "Evidence gate: "), flow.evidence_gate),
    h("ol", { class: "ck-steps-run" }, flow.steps.map((step) => h("li", null,
      h("b", null, step.title), " ", h("span", { class: "ck-id" }, step.agent),
      step.instructions && h("p", null, h("span", { class: "ck-muted" }, "Instructions: "), step.instructions),
      step.options.length > 0 && h("dl", { class: "ck-pairs" }, step.options.map(([name, value, usual]) => [
        h("dt", null, name), h("dd", null, value, usual && h("span", { class: "ck-muted" }, " (default)"))]))))));
}

function render({ model, el }) {
  let copied = null;
  const draw = (get) => {
    const { flows = [], options = [] } = get("settings");
    if (get("tab") !== "settings") return null;
    return h("section", { class: "ck-section ck-part", id: "ck-part-settings", role: "tabpanel", "aria-labelledby": "ck-tab-settings" },
      flows.map((flow, number) => flowSettings(flow, number, copied)),
      h("h3", null, "How the job is run"),
      h("dl", { class: "ck-pairs" }, options.map(([label, value]) => [h("dt", null, label), h("dd", null, value)])));
  };
  return mount({
    model, el, draw,
    handlers: {
      copy: ({ args, redraw }) => {
        copy(model.get("settings").flows[args[0]].yaml).then(() => {
          [copied] = args;
          redraw();
          setTimeout(() => { copied = null; redraw(); }, 2000);
        });
      },
    },
  }).remove;
}

export default { render };
