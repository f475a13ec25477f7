const draw = (get) => {
  const flows = get("flows");
  const busy = Boolean(get("busy"));
  const selected = get("count");
  const chips = get("chips");
  return h("section", { class: "ck-section", "aria-labelledby": "ck-create" },
    h("div", { class: "ck-head" }, h("h2", { id: "ck-create" }, "Create New Batch Job")),
    h("form", { submit: "create" },
      h("div", { class: "ck-columns" },
        h("div", null,
          h("div", { class: "ck-row" },
            h("label", { class: "ck-label", for: "ck-flow" }, "Flow"),
            h("button", { type: "button", class: "ck-link ck-small-link ck-push", click: "open_page", args: ["flows"] }, "Build or edit flows")),
          flows.length
            ? h("select", { id: "ck-flow", class: "ck-input ck-wide" }, flows.map((name) => h("option", { value: name }, name)))
            : h("p", { class: "ck-muted" }, "No flows available. ", h("button", { type: "button", class: "ck-link", click: "open_page", args: ["flows"] }, "Build and save a flow first."))),
        h("div", null,
          h("label", { class: "ck-label", for: "ck-name" }, "Name ", h("span", { class: "ck-muted" }, "(optional)")),
          h("input", { id: "ck-name", class: "ck-input ck-wide", type: "text", maxlength: "120", placeholder: "made from flow, number of papers and time", autocomplete: "off" }))),
      get("broken_flows").map((problem) => h("p", { class: "ck-warning" }, "This flow cannot be read: ", problem)),
      h("div", { class: "ck-row ck-documents-row" },
        h("button", { type: "button", class: "ck-button", click: "open_panel", disabled: get("total") === 0 }, "Select Documents"),
        h("span", { class: "ck-muted", role: "status" },
          get("total") === 0 ? "Add documents above first." : selected ? `${count(selected, "document")} selected` : "None selected yet."),
        selected > 0 && h("button", { type: "button", class: "ck-link", click: "clear" }, "clear")),
      selected > 0 && h("ul", { class: "ck-chips", "aria-label": "Selected documents" },
        chips.map(({ id, name, problem }) => h("li", { class: `ck-chip${problem ? " ck-unfit" : ""}`, title: problem || name },
          h("span", { class: "ck-name" }, name),
          h("button", { type: "button", class: "ck-icon", click: "remove", args: [id], "aria-label": `Remove ${name} from the batch` }, "×"))),
        selected > chips.length && h("li", { class: "ck-muted" }, `and ${(selected - chips.length).toLocaleString("en")} more`)),
      get("warning") && h("p", { class: "ck-warning", role: "status" }, get("warning")),
      h("div", { class: "ck-row" },
        h("button", { type: "submit", class: "ck-button ck-primary", disabled: busy || !selected || !flows.length },
          busy ? "Working…" : "Create Batch Job"))));
};

export default {
  render: ({ model, el }) => mount({
    model, el, draw,
    handlers: {
      create: ({ target, send }) => {
        const name = target.querySelector("#ck-name");
        send("create_job", [target.querySelector("#ck-flow").value, name.value]);
        name.value = "";
      },
    },
  }).remove,
};
