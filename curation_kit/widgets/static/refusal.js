function render({ model, el }) {
  let asked = false;
  const draw = (get) => h("section", { class: "ck-section ck-refusal", "aria-labelledby": "ck-refusal" },
    h("h2", { id: "ck-refusal" }, "The workspace cannot be opened"),
    h("p", { class: "ck-name", role: "alert" }, get("problem")),
    h("p", { class: "ck-muted" }, "Documents, jobs and results in it are not touched. Mend what the sentence says, then try again. To use another folder, start the dashboard with “curation-kit --workspace FOLDER dashboard”."),
    h("div", { class: "ck-row" },
      h("button", { type: "button", class: "ck-button ck-primary", click: "again" }, "Try again"),
      h("span", { class: "ck-muted", role: "status" }, asked && "It still cannot be opened.")));
  return mount({
    model, el, draw,
    handlers: { again: ({ send, redraw }) => { asked = false; send("again"); redraw(); } },
    onMessage: (message, buffers, { redraw }) => { asked = message.done === "again"; redraw(); },
  }).remove;
}

export default { render };
