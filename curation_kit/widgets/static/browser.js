// Saves files that come in slices, and keeps the address and the history.
// A page with ticked lines, in the blue of the buttons.
const ICON = `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect x="2" y="1" width="12" height="14" rx="2.5" fill="#1f5fbf"/><path d="M4.5 5.2l1.1 1.1 2-2.3M4.5 10.2l1.1 1.1 2-2.3M9.5 5.5h2.3M9.5 10.5h2.3" fill="none" stroke="#fff" stroke-width="1.3" stroke-linecap="round" stroke-linejoin="round"/></svg>`)}`;
const OURS = ["page", "job", "tab", "record", "flow", "topic"];

function render({ model, el }) {
  let file = null; // { name, size, parts, received }

  // A change that comes from the history must not become a new entry of it.
  let visiting = null;
  const address = () => {
    if (!model.get("owns_address")) return;
    const url = new URL(window.location.href);
    OURS.forEach((name) => url.searchParams.delete(name));
    new URLSearchParams(model.get("query")).forEach((value, name) => url.searchParams.set(name, value));
    const here = new URL(window.location.href);
    if (url.href === here.href) return;
    const method = visiting === null ? "pushState" : "replaceState";
    window.history[method](null, "", url);
    visiting = null;
    // Another page begins at its top, another tab of a page where it is. Voilà
    // scrolls a part of the page, not the window.
    for (const { searchParams } of [here, url]) ["tab", "record"].forEach((name) => searchParams.delete(name));
    if (url.href === here.href) return;
    for (let at = el; at; at = at.parentElement) at.scrollTop = 0;
  };
  const visit = () => {
    visiting = window.location.search;
    model.send({ action: "visit", args: [visiting] });
  };

  // Links to places, from any part of the same dashboard; see placeLink.
  const follow = (event) => {
    const dashboard = event.target.closest(".ck-dashboard");
    if (dashboard?.contains(el)) send("visit", [event.detail], event.target);
  };

  const save = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(file.parts));
    link.download = file.name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    file = null;
  };

  // What comes in one message is there before it could be read.
  const draw = () => file && file.size > 1 << 20 && h("div", { class: "ck-message ck-is-notice", role: "status" },
    h("span", null, `Downloading ${file.name}`),
    h("progress", { max: Math.max(file.size, 1), value: file.received, "aria-label": "Download" }));

  const { remove, send } = mount({
    model, el, draw,
    onMessage: (message, buffers, { redraw }) => {
      if (message.done === "visit") visiting = null;
      else if (message.save) {
        file = { name: message.save, size: message.size, parts: [], received: 0 };
        if (file.size) send("slice", [0]);
        else save();
      } else if (file && message.slice === file.received) {
        file.parts.push(buffers[0]);
        file.received += buffers[0].byteLength;
        if (file.received >= file.size || !buffers[0].byteLength) save();
        else send("slice", [file.received]);
      }
      redraw();
    },
  });
  const name = () => { if (model.get("owns_address")) document.title = harmless([model.get("title"), "Curation Kit"].filter(Boolean).join(" – ")); };
  name();
  model.on("change:title", name);
  if (model.get("owns_address")) {
    document.querySelectorAll("link[rel~=icon]").forEach((link) => link.remove());
    document.head.append(h("link", { rel: "icon", type: "image/svg+xml", href: ICON }));
  }
  // Pages come later than this part: the one on screen is what the document is about.
  const mark = new MutationObserver(() => {
    const pages = el.closest(".ck-dashboard")?.querySelectorAll(":scope > .ck-place:not([tabindex])") ?? [];
    for (const page of pages) {
      page.setAttribute("tabindex", "-1");
      if (model.get("owns_address")) page.setAttribute("role", "main");
    }
  });
  mark.observe(document.body, { childList: true, subtree: true });
  model.on("change:query", address);
  if (model.get("owns_address")) window.addEventListener("popstate", visit);
  document.addEventListener("ck-visit", follow);
  visiting = ""; // the first address stays as it is in the history
  address();
  visiting = null;
  return () => {
    remove();
    mark.disconnect();
    model.off("change:query", address);
    model.off("change:title", name);
    window.removeEventListener("popstate", visit);
    document.removeEventListener("ck-visit", follow);
  };
}

export default { render };
