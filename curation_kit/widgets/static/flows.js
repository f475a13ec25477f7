const MAX_FILE = 256_000;

function render({ model, el }) {
  let asking = null; // { kind: "rename" | "delete", name }
  let importing = false;
  let importError = "";

  const button = (label, action, name, extra = {}) => h("button", {
    type: "button", id: extra.id, class: `ck-button ck-small ${extra.style ?? ""}`, click: action, args: [name], disabled: extra.disabled,
    "aria-label": `${label} ${name}`,
  }, label);

  const question = (name) => {
    if (asking?.name !== name) return null;
    if (asking.kind === "delete") {
      return h("div", { class: "ck-message ck-is-error", role: "alertdialog", "aria-label": `Delete ${name}?` },
        h("span", null, "Delete “", h("bdi", null, name), "”? Jobs that used it keep their copy. The file is gone for good."),
        h("button", { type: "button", id: "ck-flow-delete", class: "ck-button ck-small ck-danger", click: "really_delete", args: [name] }, "Yes, delete it"),
        h("button", { type: "button", id: "ck-flow-keep", class: "ck-button ck-small", click: "keep" }, "Keep it"));
    }
    return h("form", { class: "ck-row ck-flow-rename", submit: "really_rename", args: [name] },
      h("label", { for: "ck-flow-new-name" }, "New name"),
      h("input", { id: "ck-flow-new-name", class: "ck-input ck-grow", type: "text", maxlength: "200", "data-value": name, "data-select": true, autocomplete: "off" }),
      h("button", { type: "submit", class: "ck-button ck-small ck-primary" }, "Rename"),
      h("button", { type: "button", class: "ck-button ck-small", click: "keep" }, "Keep the name"));
  };

  const row = ({ name, steps, built_in: builtIn, problem }) => h("li", { key: name, class: "ck-flow" },
    h("div", { class: "ck-flow-line" },
      h("div", { class: "ck-flow-what" },
        h("button", { type: "button", class: "ck-link ck-name ck-flow-name", click: "open", args: [name] }, h("bdi", null, name)), " ",
        builtIn && h("span", { class: "ck-tag" }, "built in"),
        h("div", { class: "ck-muted ck-name" }, steps || "no steps"),
        problem && h("div", { class: "ck-error-text" }, "Cannot run: ", problem)),
      h("div", { class: "ck-row ck-flow-actions" },
        button("Duplicate", "duplicate", name),
        button("Export", "export_yaml", name),
        !builtIn && button("Rename", "ask_rename", name, { id: `ck-rename-${encodeURIComponent(name)}` }),
        !builtIn && button("Delete", "ask_delete", name, { id: `ck-delete-${encodeURIComponent(name)}`, style: "ck-danger" }))),
    question(name));

  const importer = () => h("form", { class: "ck-import", submit: "import_text" },
    h("p", { class: "ck-muted" }, "A flow is a small YAML file, for instance one that a colleague exported. It opens as a draft: nothing is saved yet."),
    h("div", { class: "ck-row" },
      h("label", { class: "ck-button ck-file" }, "Choose a file…",
        h("input", { type: "file", class: "ck-hidden", accept: ".yaml,.yml,text/*", change: "import_file", "aria-label": "Flow file (YAML)" })),
      h("span", { class: "ck-muted" }, "or paste its text:")),
    h("textarea", { id: "ck-import-text", class: "ck-input ck-wide ck-code", rows: "8", spellcheck: "false", "aria-label": "Text of a flow (YAML)" }),
    importError && h("p", { class: "ck-warning", role: "alert" }, importError),
    h("div", { class: "ck-row" },
      h("button", { type: "submit", class: "ck-button ck-primary" }, "Open as a draft"),
      h("button", { type: "button", class: "ck-button", click: "toggle_import" }, "Close")));

  const draw = (get) => {
    if (get("is_open")) return null;
    const { rows = [], total = 0, found = 0, page = 0, pages = 1, first = 0, search = "" } = get("listing");
    return h("section", { class: "ck-section", "aria-labelledby": "ck-flows" },
      h("div", { class: "ck-head" },
        h("h2", { id: "ck-flows" }, "Flows"),
        h("span", { class: "ck-muted", role: "status" }, search ? `${found} of ${count(total, "flow")}` : count(total, "flow")),
        h("input", { type: "search", id: "ck-flow-search", class: "ck-input ck-push", input: "search", "data-value": search, placeholder: "Search names and steps", "aria-label": "Search the flows", autocomplete: "off" }),
        h("button", { type: "button", id: "ck-import", class: "ck-button", click: "toggle_import", "aria-expanded": importing ? "true" : "false" }, "Import"),
        h("button", { type: "button", class: "ck-button ck-primary", click: "new" }, "New flow")),
      h("p", { class: "ck-muted" }, "A flow is what is done with each document: read it, find records, check them, write a file. Built-in flows cannot be changed; duplicate one to make your own."),
      h("div", null, importing && importer()),
      h("div", null, get("broken").map(({ file, problem }) => h("p", { class: "ck-warning" },
        h("b", null, h("bdi", null, file)), " cannot be read: ", problem, " Mend or delete the file in the folder “flows” of the workspace."))),
      rows.length
        ? h("ul", { class: "ck-flow-list", "aria-label": "Flows" }, rows.map(row))
        : h("p", { class: "ck-muted" }, total ? "No flow has all of these words." : "Reading the flows…"),
      pages > 1 && pager({ first, shown: rows.length, total: found, page, pages, action: "turn", args: (to) => [to], what: "flow" }));
  };

  const text = (root) => root.querySelector("#ck-flow-search").value;
  const find = later(200, (root, send) => send("find", [text(root), 0]));
  const ask = (kind, first) => ({ args, focusOn }) => {
    asking = { kind, name: args[0] };
    focusOn(first);
  };
  return mount({
    model, el, draw, rest: "#ck-flow-search",
    handlers: {
      search: ({ root, send }) => find(root, send),
      turn: ({ root, args, send }) => send("find", [text(root), args[0]]),
      ask_rename: ask("rename", "#ck-flow-new-name"),
      ask_delete: ask("delete", "#ck-flow-keep"),
      keep: ({ focusOn }) => {
        focusOn(`#${CSS.escape(`ck-${asking?.kind}-${encodeURIComponent(asking?.name)}`)}`);
        asking = null;
      },
      really_delete: ({ args, send, redraw }) => { asking = null; send("delete", args); redraw(); },
      really_rename: ({ target, args, send, redraw }) => {
        const name = target.querySelector("input").value;
        asking = null;
        if (name.trim() && name !== args[0]) send("rename", [args[0], name]);
        redraw();
      },
      toggle_import: ({ focusOn }) => {
        importing = !importing;
        importError = "";
        focusOn(importing ? "#ck-import-text" : "#ck-import");
      },
      import_text: ({ target, send, redraw }) => {
        const given = target.querySelector("textarea").value;
        importError = given.trim() ? "" : "Paste the text of a flow first, or choose a file.";
        if (given.trim()) send("import_yaml", [given]);
        redraw();
      },
      import_file: ({ target, send, redraw }) => {
        const [file] = target.files;
        target.value = "";
        if (!file) return;
        importError = file.size > MAX_FILE ? `${file.name} is too large for a flow (${bytes(file.size)}).` : "";
        redraw();
        if (importError) return;
        file.text().then((given) => send("import_yaml", [given]), (error) => {
          importError = `${file.name} could not be read: ${error.message}`;
          redraw();
        });
      },
    },
    drawn: (root, get) => {
      if (get("is_open")) { importing = false; asking = null; }
    },
  }).remove;
}

export default { render };
