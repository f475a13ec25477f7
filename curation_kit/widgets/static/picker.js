const draw = (get) => {
  const { search = "", batch = "", rows = [], found = 0, ticked = 0 } = get("panel");
  return h("dialog", { class: "ck-dialog", tabindex: "-1", "aria-labelledby": "ck-picker-title" },
    h("div", { class: "ck-head" },
      h("h2", { id: "ck-picker-title" }, "Select Documents"),
      h("button", { type: "button", class: "ck-icon", click: "dismiss", "aria-label": "Close without changes" }, "×")),
    h("div", { class: "ck-row" },
      h("input", { type: "search", class: "ck-input ck-grow", input: "search", placeholder: "Search file names, titles, DOIs", "aria-label": "Search file names, titles, DOIs", autocomplete: "off", autofocus: true }),
      h("select", { class: "ck-input", change: "search", "aria-label": "Upload batch" },
        h("option", { value: "" }, "All upload batches"),
        get("batches").map(({ name, size }) => h("option", { value: name }, `${name} (${size})`)))),
    h("div", { class: "ck-row ck-small-row" },
      h("button", { type: "button", class: "ck-link", click: "tick_found", args: [true], again: true }, `Select all ${found.toLocaleString("en")}${batch ? " of this batch" : ""}`),
      h("button", { type: "button", class: "ck-link", click: "tick_none", again: true, disabled: ticked === 0 }, "Select none"),
      h("span", { class: "ck-muted ck-push" },
        search || batch ? `${found.toLocaleString("en")} of ${count(get("total"), "document")} found` : count(get("total"), "document"))),
    h("ul", { class: "ck-checklist", "aria-label": "Documents", tabindex: "-1" },
      rows.map(({ id, name, title, pages, problem, ticked: on }) => h("li", { key: id },
        h("label", null,
          h("input", { type: "checkbox", change: "tick", args: [id], checked: on }),
          h("div", null, h("bdi", { class: "ck-name" }, breakable(name)), title && h("div", { class: "ck-muted ck-one-line" }, h("bdi", null, title))),
          problem
            ? h("span", { class: "ck-warning-text", title: problem }, problem)
            : h("span", { class: "ck-muted ck-number" }, count(pages, "page"))))),
      found > rows.length && h("li", { class: "ck-muted ck-more" }, `${(found - rows.length).toLocaleString("en")} more: refine the search. “Select all” includes them.`),
      found === 0 && h("li", { class: "ck-muted ck-more" }, "No document matches.")),
    h("div", { class: "ck-row ck-foot" },
      h("span", { class: "ck-muted ck-grow", role: "status" }, `${ticked.toLocaleString("en")} selected`),
      h("button", { type: "button", class: "ck-button", click: "dismiss" }, "Close"),
      h("button", { type: "button", class: "ck-button ck-primary", click: "confirm" }, "Confirm Selection")));
};

function render({ model, el }) {
  const find = later(150, (root, send) => send("find", [
    root.querySelector("input[type=search]").value, root.querySelector("select").value]));
  const { leave, settle, watch } = modal({
    model, trait: "is_open", isOpen: () => model.get("is_open"),
    opened: (dialog) => {
      dialog.querySelector("input[type=search]").value = "";
      dialog.querySelector("select").value = "";
      dialog.querySelector("input[type=search]").focus();
    },
  });
  const { remove, send } = mount({
    model, el, draw,
    handlers: {
      search: ({ root, send }) => find(root, send),
      tick: ({ target, args, send }) => send("tick", [args[0], target.checked]),
      dismiss: leave,
    },
    drawn: settle,
  });
  const unwatch = watch(el, send);
  return () => { unwatch(); remove(); };
}

export default { render };
