// A page cannot see in a portable way whether its kernel lives, so it asks: an
// answer to a ping comes from the kernel itself.
const INTERVAL = 15_000;
const PATIENCE = 10_000;

/**
 * What is at the page's address: "kernel" when a server answers, "door" when it asks
 * for its token, "server" when nothing answers. What else it says does not matter.
 */
async function atAddress() {
  try {
    const options = { method: "HEAD", cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(5_000) };
    const { type, status } = await fetch(window.location.href, options);
    return type === "opaqueredirect" || status === 401 || status === 403 ? "door" : "kernel";
  } catch {
    return "server";
  }
}

const TEXTS = {
  kernel: "This page gets no answer from its notebook: it is very busy, or it has ended. Jobs go on. If this message stays, reload the page.",
  cell: "This page gets no answer from the notebook's kernel: it is busy with another cell, or it has ended. Jobs go on. If this message stays, restart the kernel and run the cell again.",
  door: "The dashboard's server was started again, and does not know the address of this page any more. Jobs go on. Open the address that “curation-kit dashboard” printed last.",
  server: "The dashboard's server does not answer. Jobs go on. If it was stopped, start it again with “curation-kit dashboard” and open the address that it prints.",
};

function render({ model, el }) {
  let lost = ""; // why, one of TEXTS; empty while all is well
  let told = ""; // what came of a click on the button
  let asked = 0; // when the ping without an answer was sent; 0 when there is none
  let looked = 0; // when the server was last tried
  let ticked = Date.now();

  const draw = () => h("div", { role: "alert" }, lost && h("div", { class: "ck-message ck-floating ck-lost", popover: "manual" },
    h("span", null, h("strong", null, "The connection is lost. "), TEXTS[lost], told && ` ${told}`),
    ["kernel", "server"].includes(lost) && model.get("can_reload") && h("button", { type: "button", class: "ck-button", click: "reload" }, "Reload")));

  const answered = () => {
    asked = 0;
    if (lost) { lost = told = ""; redraw(); }
  };
  async function giveUp(since) {
    if (Date.now() - looked < 5_000) return;
    looked = Date.now();
    const found = await atAddress();
    const why = found === "server" || model.get("can_reload") ? found : "cell";
    if (asked !== since || lost === why) return; // the answer came meanwhile
    lost = why;
    told = "";
    redraw();
  }
  /** Ask now; a kernel that is known to be dead refuses at once. */
  const ping = () => {
    if (!asked) asked = Date.now();
    try { model.send({ action: "ping", args: [] }); } catch { giveUp(asked); }
  };
  const tick = () => {
    const now = Date.now();
    // A computer that slept has not waited: its connection gets time to come back.
    if (now - ticked > 2 * PATIENCE) asked = 0;
    ticked = now;
    if (document.hidden) asked = 0; // nobody looks, and timers of hidden pages are late
    else if (asked && now - asked > PATIENCE) giveUp(asked);
  };
  const beat = () => { if (!document.hidden) ping(); };
  const awake = () => { if (!document.hidden) { asked = 0; ping(); } };

  async function reload() {
    // Without a server it would end at the browser's own error page.
    const found = await atAddress();
    if (found === "kernel") window.location.reload();
    else if (found === "door") { lost = found; told = ""; redraw(); }
    else { told = "It still does not answer."; redraw(); }
  }

  const { remove, redraw } = mount({
    model, el, draw,
    handlers: {
      reload: () => reload(),
    },
    onMessage: (message) => { if (message.done === "ping") answered(); },
  });
  const timers = [setInterval(tick, 1_000), setInterval(beat, INTERVAL)];
  document.addEventListener("visibilitychange", awake);
  window.addEventListener("online", awake);
  return () => {
    timers.forEach(clearInterval);
    document.removeEventListener("visibilitychange", awake);
    window.removeEventListener("online", awake);
    remove();
  };
}

export default { render };
