const MARKS = { gene: "gene", anatomy: "anatomy", stage: "stage", cellular_component: "component" };

/** Kind of mark of a column, as `mark_of` of curation_kit.evidence.marks gives it. */
const markOf = (column) => Object.entries(MARKS).find(([begin]) => column === begin || column.startsWith(`${begin}_`))?.[1] ?? "other";

/** Values as a legend of the marks: an identifier stands behind its label. */
function legend(row, names, marks) {
  const shown = new Set(marks.map(([, , , , , column]) => column));
  const hasLabel = (name) => name.endsWith("_id") && ["_label", "_symbol"].some((end) => name.replace(/_id$/, end) in row);
  return h("ul", { class: "ck-legend", "aria-label": "Values of this record" },
    Object.entries(row).filter(([name, value]) => value && !hasLabel(name) && !(name === "negated" && value !== "True")).map(([name, value]) => {
      if (name === "negated") return h("li", null, notExpressed());
      const kind = markOf(name);
      const id = row[name.replace(/_(label|symbol)$/, "_id")];
      return h("li", null,
        name !== "taxon" && h("span", { class: `ck-swatch${shown.has(name) ? ` ck-is-${kind}` : ""}`, title: shown.has(name) ? "Marked on this page" : "Not marked on this page", "aria-hidden": "true" }),
        h("span", { class: "ck-muted" }, label(name).replace(/ (label|symbol)$/, "")), " ",
        h("b", { class: "ck-name" }, names[value] ?? value), names[value] && h("span", { class: "ck-id" }, ` ${value}`), id && id !== value && h("span", { class: "ck-id" }, ` ${id}`));
    }));
}

const SAYS = {
  approximate: (item) => `The paper says nearly this (likeness ${Math.round(item.score * 100)} %): compare.`,
  unsupported: () => "This was not found in the paper, so nothing is marked. Do not trust the row before you have read the paper.",
};

/** The quote on screen: where it is, how sure, and what differs. */
function quoteOf(item) {
  const where = place(item.page, item.section, item.figures.join(", "));
  const unsupported = item.verification === "unsupported";
  return [
    h("div", { class: "ck-quote-head" }, verdict(item.verification), h("span", { class: "ck-muted" }, where)),
    item.quote && h("blockquote", { class: "ck-whole-quote" }, h("q", { class: "ck-quote" }, item.quote)),
    SAYS[item.verification] && h("p", { class: unsupported ? "ck-warning" : "ck-muted" }, SAYS[item.verification](item)),
    item.claimed && item.claimed !== item.quote && h("p", { class: "ck-claimed" }, h("b", null, "Claimed: "), h("q", { class: "ck-quote" }, item.claimed)),
    item.differences.length > 0 && h("ul", { class: "ck-differences", "aria-label": "What differs from the paper" },
      item.differences.map(({ text, grave }) => h("li", { class: grave ? "ck-is-grave" : null }, text))),
    item.flags.length > 0 && h("p", { class: "ck-warning" }, h("b", null, "Look at the page: "), item.flags.join(", "), ".")];
}

/** All quotes: the one on screen whole, the others in a line each. */
function quotes({ items, index }) {
  if (!items.length) return h("p", { class: "ck-muted" }, "There is no quote: nothing says where in the paper this was found.");
  return h("ol", { class: "ck-quotes" }, items.map((item, at) => h("li", { id: `ck-quote-item-${at}`, "aria-current": at === index ? "true" : null },
    at === index ? quoteOf(item)
      : h("button", { type: "button", class: "ck-other-quote", click: "choose_evidence", args: [at], title: "Show this quote on its page" },
        verdict(item.verification), h("span", { class: "ck-muted" }, `${place(item.page, item.section, "")} `), h("q", { class: "ck-quote" }, item.quote)))));
}

/** Why the record is there, and what its values may mean. */
const reasons = ({ why, candidates, lookups, dropped }) => [
  dropped && h("p", { class: "ck-warning" }, h("b", null, "Not kept: "), `${dropped}.`),
  why && h("p", { class: "ck-why" }, h("b", null, "Why it was kept: "), why),
  Object.entries(candidates).map(([name, items]) => h("p", { class: "ck-why" }, h("b", null, `${label(name)} is ambiguous: `),
    items.map(({ id, label: text }) => `${text} (${id})`).join(", "))),
  Object.entries(lookups).map(([name, text]) => h("p", { class: "ck-why" }, h("b", null, `${label(name)}: `), text))];

const tool = (text, action, args, disabled, name, title) => h("button", {
  type: "button", class: "ck-button ck-small ck-tool-button", click: action, args, again: true, disabled, "aria-label": name, title: title ?? name,
}, text);

/** What is told while the copy of a paper is made. */
const HIGHLIGHTING = "Highlighting the paper";

const percent = (part, whole) => `${((100 * part) / whole).toFixed(3)}%`;

function render({ model, el }) {
  const onDashboard = model.get("on_dashboard");
  const address = pictureAddress();

  /** Words over the picture, to be selected; each line as wide as it is printed. */
  const wordsOf = ({ document_id: documentId, page, lines = [] }, sheet) => documentId === sheet.document_id && page === sheet.page && sheet.width > 0
    && h("div", { class: "ck-words", "aria-hidden": "true" }, lines.map(([x0, y0, x1, y1, text]) => [h("div", {
      class: "ck-printed",
      style: `left: ${percent(x0, sheet.width)}; top: ${percent(y0, sheet.height)}; width: ${percent(x1 - x0, sheet.width)}; height: ${percent(y1 - y0, sheet.height)}; line-height: ${((100 * (y1 - y0)) / sheet.width).toFixed(3)}cqw; font-size: ${((70 * (y1 - y0)) / sheet.width).toFixed(3)}cqw`,
    }, text), "\n"])); // the line's end, for who copies

  const paper = (sheet, picture, words, name) => {
    const { document_id: documentId, page, pages, width, height, marks, zoom, problem, hint, approximate } = sheet;
    if (problem) {
      address(null);
      return h("div", { class: "ck-no-page" }, h("p", null, h("b", null, problem), " ", hint));
    }
    const ready = picture.document_id === documentId && picture.page === page;
    if (!width && !ready) return h("div", { class: "ck-no-page" }, h("p", { class: "ck-muted" }, `Drawing page ${page}…`));
    return h("div", { class: "ck-paper", id: `ck-paper-${page}`, style: `width: ${100 * zoom}%; aspect-ratio: ${width} / ${height}` },
      ready && h("img", { class: "ck-page", id: `ck-page-${documentId}-${page}`, src: address(picture.png), alt: `Page ${page} of ${pages} of ${name}${marks.length ? ", with the quote marked" : ""}`, draggable: "false" }),
      h("div", { class: `ck-marks${approximate ? " ck-is-approximate" : ""}`, "aria-hidden": "true" },
        marks.map(([kind, x0, y0, x1, y1]) => h("div", {
          class: `ck-mark ck-is-${kind}`,
          style: `left: ${percent(x0, width)}; top: ${percent(y0, height)}; width: ${percent(x1 - x0, width)}; height: ${percent(y1 - y0, height)}`,
        }))),
      wordsOf(words, sheet));
  };

  const tools = (evidence, sheet) => {
    const { items, index } = evidence;
    const { page, pages, zoom } = sheet;
    const own = items[index]?.page;
    return h("div", { class: "ck-tools", role: "toolbar", "aria-label": "Evidence and page" },
      items.length > 1 && h("div", { class: "ck-tool-group" },
        tool("‹", "step_evidence", [-1], index === 0, "Previous quote", "Previous quote (←)"),
        h("span", { class: "ck-tool-text" }, `Quote ${index + 1} of ${items.length}`),
        tool("›", "step_evidence", [1], index + 1 >= items.length, "Next quote", "Next quote (→)")),
      pages > 0 && h("div", { class: "ck-tool-group" },
        tool("‹", "turn_page", [-1], page <= 1, "Previous page", "Previous page ([)"),
        h("span", { class: "ck-tool-text", role: "status" }, `Page ${page} of ${pages}`),
        tool("›", "turn_page", [1], page >= pages, "Next page", "Next page (])"),
        own && own !== page && h("button", { type: "button", class: "ck-link", click: "turn_back" }, `Back to the quote on page ${own}`)),
      h("div", { class: "ck-tool-group ck-push" },
        tool("−", "zoom", [-1], zoom <= 0.5, "Zoom out", "Zoom out (−)"),
        h("button", { type: "button", class: "ck-button ck-small ck-tool-button ck-zoom", click: "zoom", args: [0], title: "Fit the width (0)", "aria-label": `Zoom ${Math.round(100 * zoom)} %: fit the width` }, zoom === 1 ? "Fit" : `${Math.round(100 * zoom)} %`),
        tool("+", "zoom", [1], zoom >= 4, "Zoom in", "Zoom in (+)")));
  };

  const draw = (get) => {
    const evidence = get("evidence");
    const sheet = get("sheet");
    if (!evidence.document_id || !sheet.page) {
      address(null);
      return null;
    }
    const { document: name, row, names, dropped, place: at, found } = evidence;
    const { what } = get("preparing");
    return h("section", { class: `ck-evidence-panel${onDashboard ? "" : " ck-alone"}`, "aria-label": "Evidence" },
      h("div", { class: "ck-evidence-head" },
        h("h2", null, dropped ? "Dropped candidate" : "Evidence"),
        h("bdi", { class: "ck-muted ck-one-line", title: name }, name),
        onDashboard && !dropped && h("button", {
          type: "button", id: "ck-download-paper", class: "ck-icon ck-download", click: what ? null : "download_highlighted", args: [evidence.document_id], "aria-disabled": what ? "true" : null,
          "aria-label": `Download ${name} with the evidence highlighted`, title: what ? `${what}…` : "Download this paper with its evidence highlighted",
        }, "⤓"),
        h("span", { class: "ck-muted ck-nowrap", role: "status" }, !dropped && what === HIGHLIGHTING && "Highlighting…"),
        onDashboard && [
          !dropped && found > 0 && h("div", { class: "ck-tool-group ck-push" },
            tool("‹", "step_record", [-1], at === 0, "Previous record", "Previous record (K or ↑)"),
            h("span", { class: "ck-tool-text", role: "status" }, at < 0 ? "not among the records shown" : `Record ${(at + 1).toLocaleString("en")} of ${found.toLocaleString("en")}`),
            tool("›", "step_record", [1], at + 1 >= found, "Next record", "Next record (J or ↓)")),
          h("button", { type: "button", class: `ck-icon${!dropped && found > 0 ? "" : " ck-push"}`, click: "close_evidence", "aria-label": "Close the evidence", title: "Close (Esc)" }, "×")]),
      h("div", { class: "ck-record-card", tabindex: "0", role: "region", "aria-label": "What is recorded, and its quotes" },
        legend(row, names, sheet.marks), quotes(evidence), reasons(evidence)),
      tools(evidence, sheet),
      h("div", { class: "ck-desk", tabindex: "0", role: "region", "aria-label": `Page ${sheet.page}` }, paper(sheet, get("picture"), get("words"), name)));
  };

  let told = [0, 0];
  let seen = "";
  let at = { top: 0, left: 0 }; // where the page is scrolled to
  const noted = ({ scrollTop: top, scrollLeft: left }) => { at = { top, left }; };
  let size = {}; // of the page and of what is seen of it, in CSS pixels

  const isNarrow = () => window.innerWidth <= 1000;

  /** Tell how wide a page may be; before the panel is seen, how wide it will be. */
  const fit = (root) => {
    const desk = root.querySelector(".ck-desk");
    const width = desk?.clientWidth ? desk.clientWidth - 24
      : onDashboard ? (isNarrow() ? window.innerWidth : 0.62 * window.innerWidth) - 56
        : (el.clientWidth || 900) - 56;
    const ratio = window.devicePixelRatio || 1;
    if (Math.abs(width - told[0]) < 6 && ratio === told[1]) return;
    told = [width, ratio];
    model.send({ action: "fit", args: told });
  };

  /** Bring the quote into view when it is another one; on a zoom keep the middle, and the quote if it was seen. */
  const settle = (root, get) => {
    const desk = root.querySelector(".ck-desk");
    const { document_id: documentId, key: of, page, width } = get("sheet");
    if (!documentId) seen = "";
    if (!desk?.clientHeight || !width) return;
    const key = JSON.stringify([documentId, of, page]);
    const mark = desk.querySelector(".ck-mark");
    const [before, now] = [size, { high: desk.clientHeight, wide: desk.clientWidth, paper: desk.firstElementChild.offsetWidth }];
    size = now;
    const show = () => { desk.scrollTop = mark ? Math.max(mark.offsetTop - now.high / 3, 0) : 0; };
    const within = (top, high, scale = 1) => mark && mark.offsetTop >= top * scale
      && mark.offsetTop + mark.offsetHeight <= (top + high) * scale;
    if (key !== seen) {
      seen = key;
      show();
      desk.scrollLeft = mark && now.paper > now.wide ? Math.max(mark.offsetLeft - 24, 0) : 0;
      root.querySelector(".ck-record-card").scrollTop = 0;
      noted(desk);
      return;
    }
    const scale = now.paper / before.paper;
    // Where it was: a page that has become smaller is scrolled by the browser already.
    const wasSeen = within(at.top, before.high, scale);
    if (scale !== 1) {
      desk.scrollTop = (at.top + before.high / 2) * scale - now.high / 2;
      desk.scrollLeft = (at.left + before.wide / 2) * scale - now.wide / 2;
    }
    if (wasSeen && !within(desk.scrollTop, now.high)) show();
    noted(desk);
  };

  let removed = false; // then nothing waits any more for the sheet to be on the page
  /** Lift the sheet above the page: what holds it (JupyterLab, Voilà) would let it scroll away. */
  const lift = () => {
    if (removed || !onDashboard || !model.get("evidence").document_id) return;
    const sheet = el.closest(".ck-sheet");
    if (!sheet?.isConnected) requestAnimationFrame(lift);
    else if (!sheet.matches(":popover-open")) {
      sheet.popover = "manual";
      sheet.showPopover();
    }
  };

  // The size of the panel is known when it is first seen, and changes with the window.
  let watched = null;
  const get = (name) => model.get(name);
  const sizes = new ResizeObserver(() => {
    const root = el.querySelector(".ck");
    lift(); // when it was off the page: a notebook takes off what is scrolled away
    fit(root);
    cover();
    settle(root, get);
  });
  let opener = ""; // id of what opens the evidence that is closed: it shall have the focus again
  const close = ({ send }) => {
    const { document_id: documentId, number, dropped } = model.get("evidence");
    opener = `ck-fold-${dropped ? "dropped-" : ""}${documentId}-${number}`;
    send("close_evidence");
  };

  /** A sheet over the whole page: nothing below it takes the focus. */
  let covers = false;
  let below = []; // what is inert meanwhile
  const free = () => { below.forEach((part) => { part.inert = false; }); below = []; };
  const cover = () => {
    const sheet = onDashboard && el.closest(".ck-sheet");
    if (!sheet) return;
    const isOpen = el.querySelector(".ck-desk")?.clientHeight > 0; // and seen: what is not takes no focus
    const isWithin = sheet.contains(document.activeElement);
    if (covers !== (isOpen && isNarrow())) {
      covers = !covers;
      free();
      if (covers) below = [...sheet.parentElement.children].filter((part) => part !== sheet);
      below.forEach((part) => { part.inert = true; });
      if (covers && !isWithin) el.querySelector(".ck-record-card")?.focus({ preventScroll: true });
    }
    if (isOpen || !opener) return;
    // A place of the page has it when what had it went first, with another part of the sheet.
    if (isWithin || document.activeElement.matches("body, .ck-place")) document.getElementById(opener)?.focus();
    opener = "";
  };
  const { remove, send } = mount({
    model, el, draw, rest: ".ck-desk",
    handlers: { close_evidence: close },
    drawn: (root) => {
      const desk = root.querySelector(".ck-desk");
      if (desk !== watched) {
        sizes.disconnect();
        if (desk) {
          sizes.observe(desk);
          desk.addEventListener("scroll", () => {
            // Not if the browser scrolls because the size has changed: `settle` will.
            if (desk.clientHeight === size.high && desk.firstElementChild?.offsetWidth === size.paper) noted(desk);
          }, { passive: true });
        }
        watched = desk;
      }
      lift();
      cover();
      settle(root, get);
    },
  });
  const root = el.querySelector(".ck");
  fit(root);

  const KEYS = {
    j: ["step_record", 1], ArrowDown: ["step_record", 1], k: ["step_record", -1], ArrowUp: ["step_record", -1],
    ArrowRight: ["step_evidence", 1], ArrowLeft: ["step_evidence", -1],
    "]": ["turn_page", 1], "[": ["turn_page", -1],
    "+": ["zoom", 1], "=": ["zoom", 1], "-": ["zoom", -1], 0: ["zoom", 0],
  };
  const pressed = (event) => {
    const { target, key } = event;
    if (!root.querySelector(".ck-desk")?.clientHeight || event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    if (!onDashboard && !root.contains(target)) return;
    if (target.closest?.("input, select, textarea, dialog, [contenteditable=true], [role=tab], [role=alertdialog]") || document.querySelector("dialog[open]")) return;
    if (key === "Escape" && onDashboard) {
      event.preventDefault();
      close({ send });
      return;
    }
    const [action, by] = KEYS[key.length === 1 ? key.toLowerCase() : key] ?? [];
    if (!action || (action === "step_record" && !onDashboard)) return;
    event.preventDefault();
    send(action, [by]);
  };
  document.addEventListener("keydown", pressed);
  return () => {
    removed = true;
    document.removeEventListener("keydown", pressed);
    sizes.disconnect();
    free();
    address(null);
    remove();
  };
}

export default { render };
