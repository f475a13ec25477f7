function render({ model, el }) {
  const state = { menu: null };
  const draw = (get) => get("tab") === "documents" && get("monitor").id && !get("monitor").gone
    && h("section", { class: "ck-section ck-part", id: "ck-part-documents", role: "tabpanel", "aria-labelledby": "ck-tab-documents" },
      documentsTable(get, state.menu));
  return mount({
    model, el, draw,
    handlers: documentHandlers(state),
  }).remove;
}

export default { initialize: patched, render };
