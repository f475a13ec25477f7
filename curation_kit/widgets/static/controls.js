const ROWS = [["all", "All records"], ["reviewed", "Reviewed records only"], ["machine", "As the flow made them"]];

function render({ model, el }) {
  let asking = ""; // the job of which it is asked whether to cancel it
  let evidence = false; // whether the ZIP shall have the highlighted papers
  let rows = "all"; // which records it shall have
  const draw = (get) => {
    const { id = "", status = "", over_budget, gone, retry, retry_cancelled, download, records, reviewed } = get("offers");
    const { what, done, total, stopping } = get("preparing");
    const busy = Boolean(get("busy"));
    const runs = status === "pending" || status === "processing";
    const open = runs || status === "paused";
    if (!open || asking !== id) asking = "";
    if (!reviewed) rows = "all";
    const button = (label, action, { id = `ck-${action}`, style = "", disabled = false, waits = false, args = null } = {}) =>
      h("button", { type: "button", id, class: `ck-button ${style}`, click: action, args, disabled: busy || disabled, "aria-disabled": waits ? "true" : null }, label);
    return h("div", { class: "ck-controls" },
      h("div", { class: "ck-row" },
        h("button", { type: "button", class: "ck-link", click: "open_page", args: ["jobs"] }, "‹ All batch jobs"),
        what ? h("div", { class: "ck-making ck-grow", role: "status" },
          h("span", { class: "ck-muted" }, stopping ? "Stopping…" : `${what}${total > 1 ? `: ${done.toLocaleString("en")} of ${total.toLocaleString("en")}` : "…"}`),
          h("progress", { max: total > 1 ? total : null, value: total > 1 ? done : null, "aria-label": what }),
          total > 1 && h("button", { type: "button", class: "ck-button ck-small", click: "stop_download", disabled: Boolean(stopping) }, "Stop"))
          : h("span", { class: "ck-grow" }),
        !gone && [ // what comes while a job runs stands first: nothing else moves
          retry && button("Retry Failed", "retry_failed"),
          retry_cancelled && button("Retry Cancelled", "retry_cancelled"),
          runs && button("Pause", "pause_job"),
          status === "paused" && !over_budget && button("Resume", "resume_job"),
          open && button("Cancel Job", "ask", { style: "ck-danger", args: [id] }),
          !open && id && button("Duplicate", "duplicate_job", { args: [id] }),
          h("div", { class: "ck-row ck-whole-download" },
            reviewed && h("select", { id: "ck-rows", class: "ck-input ck-slim", change: "rows", "data-value": rows, "aria-label": "Records in the ZIP", disabled: Boolean(what) },
              ROWS.map(([value, text]) => h("option", { value }, text))),
            h("label", { class: "ck-check" },
              h("input", { type: "checkbox", id: "ck-with-evidence", change: "with_evidence", checked: evidence && records, disabled: Boolean(what) || !records }), "with highlighted PDFs"),
            button("Download All Results", what ? "wait" : "download_all", { id: "ck-download-all", style: "ck-primary", args: [evidence && records, rows], disabled: !download, waits: Boolean(what) }))]),
      asking && question("ck-cancel", "Cancel this job? Documents already done keep their results; pending ones are not processed.",
        "Yes, cancel it", "cancel", [], "Keep it"));
  };
  return mount({
    model, el, draw, rest: "#ck-pause_job, #ck-resume_job",
    handlers: {
      wait: () => {}, // one download at a time; the button keeps the focus meanwhile
      rows: ({ target, redraw }) => { rows = target.value; redraw(); },
      with_evidence: ({ target, redraw }) => { evidence = target.checked; redraw(); },
      ask: ({ args: [id], focusOn }) => { asking = id; focusOn("#ck-cancel-no"); },
      keep: ({ focusOn }) => { asking = ""; focusOn("#ck-ask"); },
      cancel: ({ send, redraw }) => { asking = ""; send("cancel_job"); redraw(); },
    },
  }).remove;
}

export default { render };
