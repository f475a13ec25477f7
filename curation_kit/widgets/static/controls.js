function render({ model, el }) {
  let asking = false;
  const draw = (get) => {
    const { status = "", counts = {} } = get("monitor");
    const busy = Boolean(get("busy"));
    const runs = status === "pending" || status === "processing";
    const open = runs || status === "paused";
    if (!open) asking = false;
    const button = (label, action, { style = "", disabled = false } = {}) =>
      h("button", { type: "button", id: `ck-${action}`, class: `ck-button ${style}`, click: action, disabled: busy || disabled }, label);
    return h("div", { class: "ck-controls" },
      h("div", { class: "ck-row" },
        h("button", { type: "button", class: "ck-link", click: "open_page", args: ["jobs"] }, "‹ All batch jobs"),
        h("span", { class: "ck-grow" }),
        runs && button("Pause", "pause_job"),
        status === "paused" && button("Resume", "resume_job"),
        open && button("Cancel Job", "ask", { style: "ck-danger" }),
        counts.failed > 0 && button("Retry Failed", "retry_failed"),
        button("Download All Results", "download_all", { style: "ck-primary", disabled: !counts.completed })),
      asking && h("div", { class: "ck-message ck-is-error", role: "alertdialog", "aria-label": "Cancel this job?" },
        h("span", null, "Cancel this job? Documents already done keep their results; pending ones are not processed."),
        button("Yes, cancel it", "cancel", { style: "ck-danger" }),
        button("Keep it", "keep")));
  };
  return mount({
    model, el, draw,
    handlers: {
      ask: ({ redraw, root }) => { asking = true; redraw(); setTimeout(() => root.querySelector("#ck-keep")?.focus(), 50); },
      keep: ({ redraw }) => { asking = false; redraw(); },
      cancel: ({ send, redraw }) => { asking = false; send("cancel_job"); redraw(); },
    },
  }).remove;
}

export default { render };
