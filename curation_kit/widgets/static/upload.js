const SLICE = 1 << 20;
const QUIET = 5_000; // after so long without an answer the page says so
const PATIENCE = 30_000; // a kernel that is silent for so long is gone
const LANES = 3; // files sent at the same time: small ones mostly wait for answers
const SHOWN = 50;
const LABELS = { duplicate: "duplicate", problem: "cannot be processed", refused: "refused" };
const LOST = "The connection to the notebook's kernel is lost. Try again in a moment; if that fails, reload the page and upload these files again.";

const isPdf = (name) => name.toLowerCase().endsWith(".pdf");

/** Where a server of ours takes a file for the kernel that has made a folder for it. */
const arrivals = (folder) => {
  const config = document.getElementById("jupyter-config-data");
  if (!config) return null;
  return `${JSON.parse(config.textContent).baseUrl.replace(/\/?$/, "/")}curation/uploads/${folder}`;
};

/** Whether it does: the server is ours and has this folder, so the same workspace. */
async function isTaken(address) {
  // HEAD, because plain Voilà would run its notebook for a GET of any address.
  try { return address !== null && (await fetch(address, { method: "HEAD" })).status === 204; } catch { return false; }
}

/** Put a file there; gives whether it arrived. `progress` gets the request too, to stop it. */
const put = (address, file, progress) => new Promise((resolve) => {
  const request = new XMLHttpRequest(); // fetch tells no progress
  request.upload.onprogress = ({ loaded }) => progress(loaded, request);
  request.onloadend = () => resolve(request.status === 200);
  request.open("PUT", address);
  request.setRequestHeader("X-XSRFToken", /\b_xsrf=([^;]*)/.exec(document.cookie)?.[1] ?? "");
  request.send(file);
  progress(0, request);
});

/** What was dropped: a file, or the PDF files of a folder and of those in it. `refuse` hears of what cannot be read. */
async function filesOf(entry, refuse) {
  const files = [];
  try {
    if (entry.isFile) files.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
    else {
      const reader = entry.createReader();
      for (let entries; entries?.length !== 0;) { // a folder is read a hundred entries at a time
        entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
        for (const inner of entries) if (inner.isDirectory || isPdf(inner.name)) files.push(...await filesOf(inner, refuse));
      }
    }
  } catch {
    refuse(entry, "cannot be read on this computer: was it moved, or may you not read it?");
  }
  return files;
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
      h("p", { role: "status" }, parts.join(" · ")),
      !isAdding && number("added") + number("duplicate") > 0 && h("button", { type: "button", id: "ck-make-job", class: "ck-link", click: "make_job" }, "Create a batch job with them"),
      h("span", { class: "ck-grow" }),
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
  let lanes = 0;
  let done = { files: 0, bytes: 0 }; // of this upload
  let lost = false;
  let quiet = false;
  let number = 0;
  let isServed; // promise of whether files go over HTTP; asked with the first one

  const newKey = () => `${Date.now()}-${(number += 1)}`;
  const left = () => items.filter(({ state }) => state !== "failed");
  // Not cancelled, nor told as not sent, nor begun anew under another key meanwhile.
  const isSending = (item, key) => item.state === "sending" && item.key === key;

  const lostError = () => Object.assign(new Error(LOST), { lost: true });

  /** Send a message that needs no answer; a page that knows its kernel is dead throws. */
  function tell(action, args) {
    try { model.send({ action, args }); } catch { lost = true; redraw(); }
  }

  /** Send a message about a file and wait for the number of bytes the kernel has. */
  const asked = (key, content, buffers) => new Promise((resolve, reject) => {
    const hush = setTimeout(() => { quiet = true; redraw(); }, QUIET);
    const timer = setTimeout(() => acks.get(key).reject(lostError()), PATIENCE);
    const end = (settle) => (value) => {
      clearTimeout(hush);
      clearTimeout(timer);
      acks.delete(key);
      quiet = false;
      settle(value);
    };
    acks.set(key, { resolve: end(resolve), reject: end(reject) });
    try { model.send({ ...content, key }, undefined, buffers); } catch { acks.get(key).reject(lostError()); }
  });

  /** Send a file over HTTP; gives false where it must go in slices. */
  async function sendWhole(item, key, folder) {
    const address = arrivals(folder);
    isServed ??= isTaken(address);
    if (!await isServed || !isSending(item, key)) return false;
    const arrived = await put(address, item.file, (sent, request) => {
      Object.assign(item, { sent, stop: () => request.abort() });
      redraw();
    });
    if (!isSending(item, key)) return false;
    if (!arrived) { // a proxy's limit, another server by now: the slices will tell
      isServed = Promise.resolve(false);
      item.sent = 0;
      return false;
    }
    const ack = await asked(key, { action: "arrived" });
    if (ack.received < 0) throw new Error(ack.problem);
    return true;
  }

  async function sendFile(item, key) {
    const { file, name } = item;
    let data = await file.slice(0, SLICE).arrayBuffer();
    const head = new TextDecoder("latin1").decode(data.slice(0, 1024));
    if (file.size > 0 && !head.includes("%PDF-")) {
      tell("refuse", [key, name, "is not a PDF."]);
      return;
    }
    if (!isSending(item, key)) return;
    let ack = await asked(key, { action: "begin", name, size: file.size, batch: item.batch });
    if (ack.received === 0 && file.size > 0 && isSending(item, key) && await sendWhole(item, key, ack.folder)) return;
    while (ack.received >= 0 && ack.received < file.size && isSending(item, key)) {
      ack = await asked(key, { action: "slice", offset: ack.received }, [data]);
      item.sent = Math.max(ack.received, 0);
      redraw();
      if (item.sent < file.size) data = await file.slice(item.sent, item.sent + SLICE).arrayBuffer();
    }
    if (ack.received < 0) throw new Error(ack.problem);
    if (!isSending(item, key)) tell("abort", [key]);
    else if (file.size === 0) tell("finish", [key]);
  }

  /** Send what waits, one file after another, until nothing does. */
  async function lane() {
    lanes += 1;
    for (let item; !lost && (item = items.find(({ state }) => state === "waiting"));) {
      const { key } = item;
      item.state = "sending";
      redraw();
      try {
        await sendFile(item, key);
        if (isSending(item, key)) {
          done.files += 1;
          done.bytes += item.file.size;
          items = items.filter((other) => other !== item);
        }
      } catch (error) {
        if (error.lost) {
          lost = true;
          for (const { reject } of [...acks.values()]) reject(error); // the other lanes wait in vain
          for (const other of left()) {
            Object.assign(other, { state: "failed", problem: other.sent ? "It did not arrive in full." : "It was not sent." });
            other.stop?.();
          }
        } else if (isSending(item, key)) {
          const moved = error.name === "NotReadableError" || error.name === "NotFoundError";
          Object.assign(item, { state: "failed", problem: moved ? "It cannot be read on this computer: was it moved or changed?" : error.message });
          tell("abort", [key]);
        }
      }
    }
    lanes -= 1;
    redraw();
  }

  function work() {
    redraw();
    for (let free = Math.min(LANES - lanes, items.filter(({ state }) => state === "waiting").length); free > 0; free -= 1) lane();
  }

  function take(files) {
    if (!files.length) return;
    const typed = el.querySelector("#ck-batch").value;
    const batch = typed.trim() || `Upload ${day(Date.now() / 1000)}`;
    lost = false;
    if (!left().length) {
      done = { files: 0, bytes: 0 };
      tell("forget", []);
    }
    items.push(...files.map((file) => ({ file, name: file.name, batch, key: newKey(), sent: 0, state: "waiting", problem: "" })));
    work();
  }

  function retry(chosen) {
    lost = false;
    for (const { key } of chosen) tell("abort", [key]); // what arrived of it before
    for (const item of chosen) Object.assign(item, { key: newKey(), sent: 0, state: "waiting", problem: "" });
    work();
  }

  function cancel(chosen) {
    // The file in transfer ends at once or at its next slice; the others were never begun.
    for (const item of chosen) {
      if (item.state === "sending") item.state = "cancelled";
      item.stop?.();
    }
    items = items.filter((item) => !chosen.includes(item));
    redraw();
  }

  const transfer = ({ key, name, file, sent, state, problem }) => h("li", { key, class: "ck-transfer" },
    h("div", null, h("div", { class: "ck-name" }, name), state === "failed" && h("div", { class: "ck-error-text" }, problem)),
    state === "failed"
      ? h("button", { type: "button", class: "ck-button ck-small", click: "retry", args: [key], "aria-label": `Try ${name} again` }, "Try again")
      : state === "sending"
        ? h("progress", { max: Math.max(file.size, 1), value: sent, "aria-label": `Upload of ${name}` })
        : h("span", { class: "ck-muted" }, "waiting"),
    h("span", { class: "ck-muted ck-number" }, sent ? `${bytes(sent)} of ${bytes(file.size)}` : bytes(file.size)),
    h("button", { type: "button", class: "ck-icon", click: "cancel", args: [key], "aria-label": state === "failed" ? `Forget ${name}` : `Cancel the upload of ${name}` }, "×"));

  /** Files on their way, and those that did not arrive. */
  const queue = () => {
    if (!items.length) return null;
    const failed = items.filter(({ state }) => state === "failed");
    const going = left();
    const files = done.files + going.length;
    const total = going.reduce((sum, { file }) => sum + file.size, done.bytes);
    const sent = going.reduce((sum, item) => sum + item.sent, done.bytes);
    const ordered = [...failed, ...going];
    return h("div", { class: "ck-queue" },
      h("div", { class: "ck-row" },
        h("span", { class: "ck-grow", role: "status" },
          going.length > 0 && `Uploading ${count(files, "file")}: ${done.files.toLocaleString("en")} sent, ${bytes(sent)} of ${bytes(total)}`,
          going.length > 0 && failed.length > 0 && " · ",
          failed.length > 0 && `${count(failed.length, "file")} did not arrive`,
          quiet && " · waiting for an answer from the notebook's kernel…"),
        failed.length > 1 && h("button", { type: "button", class: "ck-button ck-small", click: "retry_all" }, "Try all again"),
        h("button", { type: "button", class: "ck-button ck-small", click: "cancel_all" }, going.length ? "Cancel upload" : "Dismiss")),
      files > 1 && going.length > 0 && h("progress", { max: Math.max(total, 1), value: sent, "aria-label": "Upload of all files" }),
      lost && h("p", { class: "ck-warning", role: "alert" }, LOST),
      h("ul", { class: "ck-transfers", tabindex: "0", "aria-label": "Files on their way" }, ordered.slice(0, SHOWN).map(transfer),
        ordered.length > SHOWN && h("li", { class: "ck-muted" }, `and ${(ordered.length - SHOWN).toLocaleString("en")} more waiting`)));
  };

  const draw = (get) => h("section", { class: "ck-section", "aria-labelledby": "ck-add-documents" },
    h("div", { class: "ck-head" }, h("h2", { id: "ck-add-documents" }, "Add documents")),
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
          h("p", { id: "ck-folder-note", class: "ck-muted ck-note" }, "The server is the computer that this page comes from. PDFs in folders below are added too."),
          h("p", { class: "ck-note" }, helpLink("getting-started/which-pdfs-work", "Which PDFs work?"))))),
    h("div", { class: "ck-row ck-batch-row" },
      h("label", { class: "ck-label", for: "ck-batch" }, "Upload batch ", h("span", { class: "ck-muted" }, "(optional)")),
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
    onMessage: (message) => { if (message.ack) acks.get(message.ack)?.resolve(message); },
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
    const refused = [];
    const refuse = ({ name }, reason) => refused.push([name, reason]);
    const found = await Promise.all(entries.filter(Boolean).map((entry) => filesOf(entry, refuse)));
    take(found.flat());
    if (!found.flat().length && !refused.length) refuse(entries.find(Boolean), "is a folder without PDF files.");
    for (const [name, reason] of refused) tell("refuse", [newKey(), name, reason]);
  });
  // Voilà ends the kernel with its page, and with it what adds a folder.
  const adds = () => el.closest("[data-voila]") && model.get("progress").text;
  const stay = (event) => { if (left().length || adds()) event.preventDefault(); };
  window.addEventListener("beforeunload", stay);
  return () => { window.removeEventListener("beforeunload", stay); remove(); };
}

export default { render };
