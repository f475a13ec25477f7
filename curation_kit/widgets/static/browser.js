// Saves files that come in slices, and keeps the address and the history.
// A page with ticked lines, in the blue of the buttons.
const ICON = `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect x="2" y="1" width="12" height="14" rx="2.5" fill="#1f5fbf"/><path d="M4.5 5.2l1.1 1.1 2-2.3M4.5 10.2l1.1 1.1 2-2.3M9.5 5.5h2.3M9.5 10.5h2.3" fill="none" stroke="#fff" stroke-width="1.3" stroke-linecap="round" stroke-linejoin="round"/></svg>`)}`;
const OURS = ["page", "job", "tab", "record", "flow", "topic"];

function render({ model, el }) {
  const files = []; // { offer, name, size, parts, received }: the first is on its way, the others wait
  let since = 0; // when the next slice was asked for

  // What comes of a step in the history must not become a new entry of it. While another
  // such step waits, the browser is further on than the kernel: the last one counts.
  const address = (visits) => {
    const last = visits.findLastIndex((visit) => visit?.step);
    if (!model.get("owns_address") || last > 0) return;
    const url = new URL(window.location.href);
    OURS.forEach((name) => url.searchParams.delete(name));
    new URLSearchParams(model.get("query")).forEach((value, name) => url.searchParams.set(name, value));
    const here = new URL(window.location.href);
    if (url.href === here.href) return;
    window.history[last < 0 ? "pushState" : "replaceState"](null, "", url);
    // Another page begins at its top, another tab of a page where it is. Voilà
    // scrolls a part of the page, not the window.
    for (const { searchParams } of [here, url]) ["tab", "record"].forEach((name) => searchParams.delete(name));
    if (url.href === here.href) return;
    for (let at = el; at; at = at.parentElement) at.scrollTop = 0;
  };
  const told = () => address(pending("visit"));
  const step = () => send("visit", [window.location.search], null, { step: true });

  // Links to places, from any part of the same dashboard; see placeLink.
  const follow = (event) => {
    const dashboard = event.target.closest(".ck-dashboard");
    if (dashboard?.contains(el)) send("visit", [event.detail], event.target);
  };

  const save = ({ name, parts }) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(parts));
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };
  /** Save what is there in full, and ask for the next slice. */
  const fetchNext = () => {
    while (files[0]?.received >= files[0]?.size) save(files.shift());
    if (!files.length) return;
    since = Date.now();
    send("slice", [files[0].offer, files[0].received]);
  };
  // An answer that was lost on the way must not hold up the other files.
  const drawn = () => { if (files.length && Date.now() - since >= FORGOTTEN) fetchNext(); };

  // What comes in one message is there before it could be read.
  const draw = () => {
    const [file] = files;
    return file && file.size > 1 << 20 && h("div", { class: "ck-message ck-is-notice", role: "status" },
      h("span", null, `Downloading ${file.name}`),
      h("progress", { max: file.size, value: file.received, "aria-label": "Download" }));
  };

  const { remove, send, pending } = mount({
    model, el, draw, drawn,
    onMessage: (message, buffers, { redraw, answered }) => {
      const [file] = files;
      if (message.done === "visit") {
        address([answered, ...pending("visit")]); // it may lead where an earlier step, which was passed over, has led
      } else if (message.save) {
        files.push({ offer: message.offer, name: message.save, size: message.size, parts: [], received: 0 });
        if (!file) fetchNext();
      } else if (file && message.offer === file.offer && message.slice === file.received) {
        const [slice] = buffers;
        file.parts.push(slice);
        file.received += slice.byteLength;
        if (message.gone) send("lost", [file.name]);
        if (!slice.byteLength) files.shift(); // it cannot be read, as the page says
        fetchNext();
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
  model.on("change:query", told);
  if (model.get("owns_address")) window.addEventListener("popstate", step);
  document.addEventListener("ck-visit", follow);
  address([{ step: true }]); // the first address is no new entry of the history
  return () => {
    remove();
    mark.disconnect();
    model.off("change:query", told);
    model.off("change:title", name);
    window.removeEventListener("popstate", step);
    document.removeEventListener("ck-visit", follow);
  };
}

export default { render };
