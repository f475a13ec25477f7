const fact = (label, ...value) => [h("dt", null, label), h("dd", null, value)];

function facts(item) {
  const text = item.pages_with_text < item.pages ? `, ${item.pages_with_text} of them with text` : "";
  return h("dl", { class: "ck-details" },
    item.title && fact("Title", item.title),
    item.doi && fact("DOI", item.doi),
    fact("Pages", item.pages ? `${item.pages}${text}` : "unknown"),
    fact("Size", bytes(item.size)),
    item.species.length > 0 && fact("Species", item.species.join(", "), item.species.length > 1 && h("span", { class: "ck-muted" }, " (likeliest first)")),
    fact("Added", day(item.added), " ", h("span", { class: "ck-muted" }, ago(item.added))),
    fact(item.batches.length === 1 ? "Upload batch" : "Upload batches", item.batches.length ? item.batches.map((name) => h("div", null, name)) : "none"),
    fact("Jobs", item.jobs.length
      ? h("ul", null, item.jobs.map((job) => h("li", { key: job.id },
        h("button", { type: "button", class: "ck-link ck-name", click: "open_job", args: [job.id], title: `Open ${job.name}` }, job.name), " ", badge(job.status))),
      item.more_jobs > 0 && h("li", { class: "ck-muted" }, `and ${count(item.more_jobs, "older job")}`))
      : "none yet"));
}

function report({ problem, warning, hint, pages }) {
  if (problem) return h("p", { class: "ck-warning" }, h("strong", null, "Cannot be processed. "), problem, " ", hint);
  if (warning) return h("p", { class: "ck-warning" }, warning, " ", hint);
  return h("p", { class: "ck-fits" }, `Can be processed: all ${pages > 1 ? `${pages} pages have` : "of it has"} text.`);
}

function render({ model, el }) {
  let renaming = false;
  let shown = ""; // id of the document on screen
  const address = pictureAddress();

  const sheet = (item, picture) => {
    if (picture.id !== item.id) {
      address(null);
      return h("div", { class: "ck-sheet ck-is-loading", role: "status" }, h("span", { class: "ck-muted" }, "Drawing page 1…"));
    }
    if (!picture.png) {
      address(null);
      return h("div", { class: "ck-sheet" }, h("p", null, h("strong", null, picture.problem), " ", h("span", { class: "ck-muted" }, picture.hint ?? "")));
    }
    return h("div", { class: "ck-sheet ck-has-page", tabindex: "0", role: "region", "aria-label": "Page 1" },
      h("img", { class: "ck-page", src: address(picture.png), alt: `Page 1 of ${item.name}` }));
  };

  const title = (item) => renaming
    ? h("form", { class: "ck-row ck-grow", submit: "rename_it" },
      h("input", { id: "ck-new-name", class: "ck-input ck-grow", type: "text", maxlength: 255, "aria-label": "New file name", autocomplete: "off", spellcheck: "false" }),
      h("button", { type: "submit", class: "ck-button ck-primary" }, "Rename"),
      h("button", { type: "button", class: "ck-button", click: "leave_name" }, "Keep the name"))
    : h("div", { class: "ck-row ck-grow" }, h("h2", { id: "ck-preview-title" }, item.name));

  const draw = (get) => {
    const item = get("document");
    const asking = get("asking");
    if (!item.id) {
      address(null);
      return h("dialog", { class: "ck-dialog ck-preview", tabindex: "-1" });
    }
    const place = item.number ? `${item.number.toLocaleString("en")} of ${item.count.toLocaleString("en")}` : "";
    return h("dialog", { class: "ck-dialog ck-preview", tabindex: "-1", "aria-label": `Document ${item.name}` },
      h("div", { class: "ck-head" },
        title(item),
        h("div", { class: "ck-row ck-nowrap" },
          h("span", { class: "ck-muted ck-number", role: "status" }, place),
          h("button", { type: "button", class: "ck-button ck-small", click: "step", args: [-1], again: true, disabled: item.number <= 1, "aria-label": "Previous document" }, "‹"),
          h("button", { type: "button", class: "ck-button ck-small", click: "step", args: [1], again: true, disabled: !item.number || item.number >= item.count, "aria-label": "Next document" }, "›"),
          h("button", { type: "button", class: "ck-icon", click: "dismiss", "aria-label": "Close" }, "×"))),
      get("error") && h("p", { class: "ck-message ck-is-error", role: "alert" }, h("span", null, get("error"))), // that of the page is below the dialog
      h("div", { class: "ck-preview-body" },
        sheet(item, get("picture")),
        h("div", { class: "ck-about", tabindex: "0", role: "region", "aria-label": "About this document" }, report(item), facts(item))),
      asking.from === "preview"
        ? askToDelete(asking)
        : h("div", { class: "ck-row ck-foot" },
          h("button", { type: "button", class: "ck-button", click: "begin_rename", disabled: renaming }, "Rename…"),
          h("button", { type: "button", class: "ck-button ck-danger", click: "ask_to_delete", args: [item.id] }, "Delete…"),
          h("button", { type: "button", class: "ck-button ck-push", click: "dismiss" }, "Close")));
  };

  let asked = false;
  let wasRenaming = false;
  const { leave, settle, watch } = modal({ model, trait: "document", isOpen: () => Boolean(model.get("document").id) });
  const { remove, redraw, send } = mount({
    model, el, draw,
    handlers: {
      begin_rename: ({ redraw }) => { renaming = true; redraw(); },
      leave_name: ({ redraw }) => { renaming = false; redraw(); },
      rename_it: ({ root, send, redraw }) => {
        const name = root.querySelector("#ck-new-name").value;
        renaming = false;
        if (name.trim() && name !== model.get("document").name) send("rename", [model.get("document").id, name]);
        redraw();
      },
      step: ({ args, send }) => { renaming = false; send("step", args); },
      dismiss: leave,
      open_job: ({ root, args, send }) => { leave({ root, send }); send("open_job", args); },
    },
    drawn: (root, get, focusOn) => {
      const dialog = root.querySelector("dialog");
      const { id = "", name } = get("document");
      if (id !== shown) {
        shown = id;
        renaming = wasRenaming && renaming;
        dialog.querySelectorAll(".ck-sheet, .ck-about").forEach((part) => { part.scrollTop = 0; });
      }
      settle(root);
      const field = root.querySelector("#ck-new-name");
      if (field && !wasRenaming) {
        field.value = name;
        field.focus();
        field.setSelectionRange(0, name.replace(/\.pdf$/i, "").length);
      } else if (!field && wasRenaming && dialog.open) focusOn("[data-click=begin_rename]");
      wasRenaming = Boolean(field);
      const asks = get("asking").from === "preview";
      if (asks && !asked) root.querySelector("#ck-keep-documents")?.focus();
      else if (!asks && asked && dialog.open) focusOn("[data-click=ask_to_delete]");
      asked = asks;
    },
  });
  const dialog = el.querySelector("dialog");
  dialog.addEventListener("cancel", (event) => {
    const asks = model.get("asking").from === "preview";
    if (!renaming && !asks) return;
    event.preventDefault(); // Escape leaves the question or the name first
    if (asks) send("keep");
    renaming = false;
    redraw();
  });
  const unwatch = watch(el, send);
  dialog.addEventListener("keydown", (event) => {
    if (event.target.tagName === "INPUT" || event.altKey || event.ctrlKey || event.metaKey) return;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) send("step", [by]);
  });
  return () => { address(null); unwatch(); remove(); };
}

export default { render };
