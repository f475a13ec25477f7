const SLICE = 1 << 20;
const QUIET = 5_000; // after so long without an answer the page says so
const PATIENCE = 30_000; // a kernel that is silent for so long is gone
const SHOWN = 50;
const LABELS = { duplicate: "duplicate", problem: "cannot be processed", refused: "refused" };
const LOST = "The connection to the notebook's kernel is lost. Reload the page, then upload what is listed here again.";

const isPdf = (name) => name.toLowerCase().endsWith(".pdf");

/** Files of a dropped folder, and of those in it. */
async function filesOf(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const files = [];
  for (;;) { // a folder is read a hundred entries at a time
    const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!entries.length) return files.filter(({ name }) => isPdf(name));
    for (const inner of entries) files.push(...await filesOf(inner));
  }
}

function outcomes({ counts = {}, rows = [], more = 0 }, isAdding) {
  const number = (status) => counts[status] ?? 0;
  const added = number("added") + number("problem");
  const parts = [
    added && `${count(added, "document")} added`,
    number("problem") && `${number("problem")} of them cannot be processed`,
    number("duplicate") && `${number("duplicate")} already there`,
    number("refused") && `${number("refused")} refused`,
    number("checking") && `checking ${number("checking")}…`,
  ].filter(Boolean);
  if (!parts.length) return null;
  return h("div", { class: "ck-outcomes", "aria-busy": isAdding },
    h("div", { class: "ck-row" },
      h("p", { class: "ck-grow", role: "status" }, parts.join(" · ")),
      h("button", { type: "button", class: "ck-icon", click: "forget", "aria-label": "Dismiss this list" }, "×")),
    rows.length > 0 && h("ul", { class: "ck-outcome-list", tabindex: "0", "aria-label": "Files of which something is to be said" },
      rows.map(({ name, status, text }) => h("li", null,
        h("span", { class: `ck-tag ck-tag-${status}` }, LABELS[status]),
        h("span", { class: "ck-name" }, name), " ",
        h("span", { class: "ck-muted" }, text))),
      more > 0 && h("li", { class: "ck-muted" }, `and ${more.toLocaleString("en")} more: the table below shows what cannot be processed.`)));
}

function folderProgress({ text = "", number = 0, total = 0, stopping = false }) {
  if (!text) return null;
  return h("div", { class: "ck-queue" },
    h("div", { class: "ck-row" },
      h("span", { class: "ck-grow ck-name", role: "status" },
        stopping ? "Stopping after this file…" : total ? `Adding ${(number + 1).toLocaleString("en")} of ${total.toLocaleString("en")}: ${text}` : text),
      h("button", { type: "button", class: "ck-button ck-small", click: "stop_folder", disabled: stopping }, "Stop adding")),
    h("progress", { "aria-label": "Files added", ...(total ? { max: total, value: number } : {}) }));
}

function render({ model, el }) {
  let items = []; // files on their way: { file, name, batch, key, sent, state, problem }
  const acks = new Map();
  let working = false;
  let lost = false;
  let quiet = false;
  let number = 0;

  const newKey = () => `${Date.now()}-${(number += 1)}`;
  const left = () => items.filter(({ state }) => state !== "failed");

  /** Send a message about a file and wait for the number of bytes the kernel has. */
  const asked = (key, content, buffers) => new Promise((resolve, reject) => {
    const hush = setTimeout(() => { quiet = true; redraw(); }, QUIET);
    const end = (settle) => (value) => {
      clearTimeout(hush);
      clearTimeout(timer);
      acks.delete(key);
      quiet = false;
      settle(value);
    };
    const timer = setTimeout(() => end(reject)(Object.assign(new Error(LOST), { lost: true })), PATIENCE);
    acks.set(key, end(resolve));
    try {
      model.send({ ...content, key }, undefined, buffers);
    } catch (error) { // the kernel is dead and the page knows it
      end(reject)(Object.assign(new Error(LOST), { lost: true, cause: error }));
    }
  });

  async function sendFile(item) {
    const { file, key, name } = item;
    let data = await file.slice(0, SLICE).arrayBuffer();
    const head = new TextDecoder("latin1").decode(data.slice(0, 1024));
    if (!isPdf(name) && !head.includes("%PDF-")) {
      model.send({ action: "refuse", args: [key, name, "is not a PDF."] });
      return;
    }
    let ack = await asked(key, { action: "begin", name, size: file.size, batch: item.batch });
    while (ack.received >= 0 && ack.received < file.size && item.state === "sending") {
      ack = await asked(key, { action: "slice", offset: ack.received }, [data]);
      item.sent = Math.max(ack.received, 0);
      redraw();
      data = await file.slice(item.sent, item.sent + SLICE).arrayBuffer();
    }
    if (ack.received < 0) throw new Error(ack.problem);
    if (item.state !== "sending") model.send({ action: "abort", args: [key] });
    else if (file.size === 0) model.send({ action: "finish", args: [key] });
  }

  async function work() {
    if (working) return;
    working = true;
    for (let item; !lost && (item = items.find(({ state }) => state === "waiting"));) {
      item.state = "sending";
      redraw();
      try {
        await sendFile(item);
        items = items.filter((other) => other !== item);
      } catch (error) {
        lost = Boolean(error.lost);
        const reason = error.name === "NotReadableError" || error.name === "NotFoundError"
          ? "It cannot be read on this computer: was it moved or changed?" : error.message;
        Object.assign(item, { state: "failed", problem: lost ? "It did not arrive." : reason });
        if (!lost) model.send({ action: "abort", args: [item.key] });
      }
    }
    if (lost) for (const item of left()) Object.assign(item, { state: "failed", problem: "It was not sent." });
    working = false;
    redraw();
  }

  function take(files) {
    if (!files.length) return;
    const typed = el.querySelector("#ck-batch").value;
    const batch = typed.trim() || `Upload ${day(Date.now() / 1000)}`;
    if (!left().length) model.send({ action: "forget", args: [] });
    items.push(...files.map((file) => ({ file, name: file.name, batch, key: newKey(), sent: 0, state: "waiting", problem: "" })));
    redraw();
    work();
  }

  function retry(chosen) {
    lost = false;
    for (const item of chosen) Object.assign(item, { key: newKey(), sent: 0, state: "waiting", problem: "" });
    redraw();
    work();
  }

  function cancel(chosen) {
    // The file in transfer ends at its next slice; the others were never begun.
    for (const item of chosen) if (item.state === "sending") item.state = "cancelled";
    items = items.filter((item) => !chosen.includes(item));
    redraw();
  }

  const transfer = ({ key, name, file, sent, state, problem }) => h("li", { class: "ck-transfer" },
    h("div", null, h("div", { class: "ck-name" }, name), state === "failed" && h("div", { class: "ck-error-text" }, problem)),
    state === "failed"
      ? h("button", { type: "button", class: "ck-button ck-small", click: "retry", args: [key], "aria-label": `Try ${name} again` }, "Try again")
      : h("progress", { max: Math.max(file.size, 1), value: sent, "aria-label": `Upload of ${name}` }),
    h("span", { class: "ck-muted ck-number" }, state === "sending" ? `${bytes(sent)} of ${bytes(file.size)}` : bytes(file.size)),
    h("button", { type: "button", class: "ck-icon", click: "cancel", args: [key], "aria-label": state === "failed" ? `Forget ${name}` : `Cancel the upload of ${name}` }, "×"));

  /** Files on their way, and those that did not arrive. */
  const queue = () => {
    if (!items.length) return null;
    const failed = items.filter(({ state }) => state === "failed");
    const going = left();
    const total = going.reduce((sum, { file }) => sum + file.size, 0);
    const sent = going.reduce((sum, item) => sum + item.sent, 0);
    const ordered = [...failed, ...going];
    return h("div", { class: "ck-queue" },
      h("div", { class: "ck-row" },
        h("span", { class: "ck-grow", role: "status" },
          going.length > 0 && `Uploading ${count(going.length, "file")}: ${bytes(sent)} of ${bytes(total)}`,
          going.length > 0 && failed.length > 0 && " · ",
          failed.length > 0 && `${count(failed.length, "file")} did not arrive`,
          quiet && " · waiting for an answer from the notebook's kernel…"),
        failed.length > 1 && h("button", { type: "button", class: "ck-button ck-small", click: "retry_all" }, "Try all again"),
        h("button", { type: "button", class: "ck-button ck-small", click: "cancel_all" }, going.length ? "Cancel upload" : "Dismiss")),
      lost && h("p", { class: "ck-warning", role: "alert" }, LOST),
      h("ul", { class: "ck-transfers", tabindex: "0", "aria-label": "Files on their way" }, ordered.slice(0, SHOWN).map(transfer),
        ordered.length > SHOWN && h("li", { class: "ck-muted" }, `and ${(ordered.length - SHOWN).toLocaleString("en")} more waiting`)));
  };

  const draw = (get) => h("section", { class: "ck-section", "aria-labelledby": "ck-add-documents" },
    h("div", { class: "ck-head" }, h("h2", { id: "ck-add-documents" }, "Add Documents")),
    h("div", { class: "ck-columns" },
      h("label", { class: "ck-drop", "data-drop": "true" },
        h("input", { type: "file", class: "ck-hidden", multiple: true, accept: ".pdf,application/pdf", change: "chosen", "aria-label": "Upload PDFs" }),
        h("strong", null, "Upload PDFs"),
        h("span", { class: "ck-muted" }, "Drop files or folders here, or click to choose files. Any number, up to 1 GB each.")),
      h("div", null,
        h("form", { class: "ck-folder", submit: "folder" },
          h("label", { class: "ck-label", for: "ck-folder" }, "Or add a folder on the server"),
          h("div", { class: "ck-row" },
            h("input", { id: "ck-folder", class: "ck-input ck-grow", type: "text", placeholder: "/home/me/papers", autocomplete: "off", spellcheck: "false", "aria-describedby": "ck-folder-note" }),
            h("button", { type: "submit", class: "ck-button", disabled: Boolean(get("progress").text) }, "Add folder")),
          h("p", { id: "ck-folder-note", class: "ck-muted ck-note" }, "The server is the computer where the notebook's kernel runs. PDFs in folders below are added too.")))),
    h("div", { class: "ck-row ck-batch-row" },
      h("label", { class: "ck-label", for: "ck-batch" }, "Upload batch (optional)"),
      h("input", { id: "ck-batch", class: "ck-input", type: "text", maxlength: 100, placeholder: "made from the date and time", autocomplete: "off" }),
      h("span", { class: "ck-muted" }, "A name to find these documents by.")),
    queue(),
    folderProgress(get("progress")),
    outcomes(get("summary"), get("is_adding")));

  const ofKey = (key) => items.filter((item) => item.key === key);
  const { remove, redraw } = mount({
    model, el, draw,
    handlers: {
      chosen: ({ target }) => { take([...target.files]); target.value = ""; },
      cancel: ({ args }) => cancel(ofKey(args[0])),
      cancel_all: () => { lost = false; cancel(items); },
      retry: ({ args }) => retry(ofKey(args[0])),
      retry_all: () => retry(items.filter(({ state }) => state === "failed")),
      folder: ({ target, root, send }) => send("add_folder", [target.querySelector("input").value, root.querySelector("#ck-batch").value]),
    },
    onMessage: (message) => { if (message.ack) acks.get(message.ack)?.(message); },
  });

  const zone = el.querySelector("[data-drop]");
  const over = (on) => (event) => { event.preventDefault(); zone.classList.toggle("ck-over", on); };
  zone.addEventListener("dragover", over(true));
  zone.addEventListener("dragleave", over(false));
  zone.addEventListener("drop", async (event) => {
    over(false)(event);
    const plain = [...event.dataTransfer.files];
    // Entries, which know folders, must be asked for before the event has ended.
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.());
    if (!entries.some((entry) => entry?.isDirectory)) { take(plain); return; }
    const found = await Promise.allSettled(entries.filter(Boolean).map(filesOf));
    const files = found.flatMap(({ value }) => value ?? []);
    if (files.length) take(files);
    else model.send({ action: "refuse", args: [newKey(), entries.find(Boolean).name, "is a folder without PDF files."] });
  });
  const stay = (event) => { if (left().length) event.preventDefault(); };
  window.addEventListener("beforeunload", stay);
  return () => { window.removeEventListener("beforeunload", stay); remove(); };
}

export default { render };
