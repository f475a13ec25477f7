function render({ model, el }) {
  let opened = ""; // key of the record or candidate that was opened last
  const draw = (get) => {
    const result = get("result");
    return h("section", { class: "ck-section", "aria-label": "Evaluation" },
      h("h2", null, "Evaluation of ", h("bdi", null, result.job)),
      h("p", { class: "ck-score-summary", role: "status" }, result.summary, " ", h("span", { class: "ck-muted" }, result.coverage)),
      scoreTable(result), paperTable(result), errorTable(result, opened));
  };
  const open = (action) => ({ args, send, redraw }) => {
    opened = JSON.stringify(args);
    redraw();
    send(action, args);
  };
  return mount({
    model, el, draw,
    handlers: {
      ...errorHandlers("result"),
      open_record: open("open_record"),
      open_dropped: open("open_dropped"),
    },
  }).remove;
}

export default { render };
