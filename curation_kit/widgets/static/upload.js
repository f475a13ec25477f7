const SLICE = 1 << 20;
const PATIENCE = 60_000; // a kernel that is silent for so long is gone
const SHOWN = 8;
const LABELS = { duplicate: "duplicate", problem: "cannot be processed", refused: "refused" };

function outcomes(list, isAdding) {
  if (!list.length) return null;
  const number = (status) => list.filter((item) => item.status === status).length;
  const added = number("added") + number("problem");
  const parts = [
    added && `${count(added, "document")} added`,
    number("duplicate") && `${number("duplicate")} already there`,
    number("refused") && `${number("refused")} refused`,
    number("checking") && `checking ${number("checking")}…`,
  ].filter(Boolean);
  const told = list.filter((item) => LABELS[item.status]);
  return h("div", { class: "ck-outcomes", role: "status", "aria-busy": isAdding },
    h("p", null, parts.join(" · ")),
    h("ul", null, told.map((item) => h("li", null,
      h("span", { class: `ck-tag ck-tag-${item.status}` }, LABELS[item.status]),
      h("span", { class: "ck-name" }, item.name), " ",
      h("span", { class: "ck-muted" }, item.text)))));
}

function render({ model, el }) {
  const queue = []; // files on their way: { file, key, sent, stopped }
  const acks = new Map();
  let working = false;
  let number = 0;

  const acknowledged = (key) => new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      acks.delete(key);
      reject(new Error("the connection to the notebook's kernel is lost. Reload the page."));
    }, PATIENCE);
    acks.set(key, (received) => { clearTimeout(timer); acks.delete(key); resolve(received); });
  });

  async function sendFile(item, redraw) {
    const { file, key } = item;
    const head = await file.slice(0, 1024).text();
    if (!file.name.toLowerCase().endsWith(".pdf") && !head.includes("%PDF-")) {
      model.send({ action: "refuse", args: [file.name, "is not a PDF."] });
      return;
    }
    let ack = acknowledged(key);
    model.send({ action: "begin", key, name: file.name, size: file.size });
    let received = await ack;
    while (received >= 0 && received < file.size && !item.stopped) {
      const data = await file.slice(received, received + SLICE).arrayBuffer();
      ack = acknowledged(key);
      model.send({ action: "slice", key, offset: received }, undefined, [data]);
      received = await ack;
      item.sent = Math.max(received, 0);
      redraw();
    }
    if (item.stopped) model.send({ action: "abort", args: [key] });
    else if (received >= 0 && file.size === 0) model.send({ action: "finish", args: [key] });
    else if (received < 0) model.send({ action: "refuse", args: [file.name, "did not arrive: see the message above."] });
  }

  async function work(redraw) {
    if (working) return;
    working = true;
    while (queue.length) {
      const item = queue[0];
      try {
        await sendFile(item, redraw);
      } catch (error) {
        model.send({ action: "abort", args: [item.key] });
        model.send({ action: "refuse", args: [item.file.name, `could not be read or sent: ${error.message}`] });
      }
      queue.shift();
      redraw();
    }
    working = false;
    redraw();
  }

  function take(files, redraw) {
    const chosen = [...files];
    if (!chosen.length) return;
    if (!working) model.send({ action: "begin_batch", args: [] });
    for (const file of chosen) queue.push({ file, key: `${Date.now()}-${(number += 1)}`, sent: 0, stopped: false });
    redraw();
    work(redraw);
  }

  const draw = (get) => h("section", { class: "ck-section", "aria-labelledby": "ck-documents" },
    h("div", { class: "ck-head" },
      h("h2", { id: "ck-documents" }, "Documents"),
      h("span", { class: "ck-muted" }, `${count(get("total"), "document")} in the workspace`,
        get("unfit") > 0 && `, ${get("unfit")} cannot be processed`)),
    h("div", { class: "ck-columns" },
      h("label", { class: "ck-drop", "data-drop": "true" },
        h("input", { type: "file", class: "ck-hidden", multiple: true, accept: ".pdf,application/pdf", change: "chosen", "aria-label": "Upload PDFs" }),
        h("strong", null, "Upload PDFs"),
        h("span", { class: "ck-muted" }, "Drop files here, or click to choose. Any number, any size.")),
      h("form", { class: "ck-folder", submit: "folder" },
        h("label", { class: "ck-label", for: "ck-folder" }, "Or add a folder on this computer"),
        h("div", { class: "ck-row" },
          h("input", { id: "ck-folder", class: "ck-input ck-grow", type: "text", placeholder: "/home/me/papers", autocomplete: "off", spellcheck: "false" }),
          h("button", { type: "submit", class: "ck-button", disabled: Boolean(get("adding")) }, get("adding") ? "Adding…" : "Add folder")),
        h("p", { class: "ck-muted ck-note ck-name", role: "status" }, get("adding") || "“This computer” is the one where the notebook's kernel runs."))),
    queue.length > 0 && h("div", { class: "ck-queue" },
      h("div", { class: "ck-row" },
        h("span", { class: "ck-grow" }, `Uploading ${count(queue.length, "file")}…`),
        h("button", { type: "button", class: "ck-button ck-small", click: "stop" }, "Stop upload")),
      queue.slice(0, SHOWN).map(({ file, sent }) => h("div", { class: "ck-transfer" },
        h("span", { class: "ck-name" }, file.name),
        h("progress", { max: Math.max(file.size, 1), value: sent, "aria-label": `Upload of ${file.name}` }),
        h("span", { class: "ck-muted ck-number" }, `${bytes(sent)} of ${bytes(file.size)}`))),
      queue.length > SHOWN && h("p", { class: "ck-muted" }, `and ${queue.length - SHOWN} more waiting`)),
    h("p", { class: "ck-note" }, helpLink("getting-started/which-pdfs-work", "Which PDFs work?")),
    outcomes(get("outcomes"), get("is_adding")));

  const { remove, redraw } = mount({
    model, el, draw,
    handlers: {
      chosen: ({ target, redraw }) => { take(target.files, redraw); target.value = ""; },
      stop: ({ redraw }) => { // the file in transfer ends at its next slice; later drops stay
        for (const item of queue.splice(1)) item.stopped = true;
        if (queue.length) queue[0].stopped = true;
        redraw();
      },
      folder: ({ target, send }) => send("add_folder", [target.querySelector("input").value]),
    },
    onMessage: (message) => { if (message.ack) acks.get(message.ack)?.(message.received); },
  });
  const zone = el.querySelector("[data-drop]");
  const over = (on) => (event) => { event.preventDefault(); zone.classList.toggle("ck-over", on); };
  zone.addEventListener("dragover", over(true));
  zone.addEventListener("dragleave", over(false));
  zone.addEventListener("drop", (event) => { over(false)(event); take(event.dataTransfer.files, redraw); });
  return remove;
}

export default { render };
