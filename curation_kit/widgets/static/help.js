const ELEMENTS = {
  paragraph: "p", list: "ul", steps: "ol", item: "li", note: "blockquote", row: "tr",
  cell: "td", strong: "strong", emphasis: "em", rule: "hr",
};

/** Make the elements of a text; a type that is not known here shows its text only. */
function nodes(list = []) {
  return list.map((node) => {
    if (typeof node === "string") return node;
    const inside = () => nodes(node.children);
    switch (node.type) {
      case "heading": return h(`h${Math.min(node.level + 1, 6)}`, { id: `ck-help-${node.id}`, tabindex: "-1" }, inside());
      case "code": return h("code", null, node.text);
      case "code_block": return h("pre", { tabindex: "0", role: "group", "aria-label": node.language === "python" ? "Python code" : "Commands" }, h("code", null, node.text));
      case "head": return h("th", { scope: "col" }, inside());
      case "table": {
        const [head, ...rows] = node.children;
        return h("div", { class: "ck-scroll", tabindex: "0", role: "group", "aria-label": "Table" },
          h("table", { class: "ck-table" }, h("thead", null, nodes([head])), h("tbody", null, nodes(rows))));
      }
      case "link": return node.visit
        ? placeLink(node.visit, {}, inside())
        : h("a", { href: /^https:\/\//.test(node.href) ? node.href : false, target: "_blank", rel: "noopener noreferrer" }, inside());
      default: return ELEMENTS[node.type] ? h(ELEMENTS[node.type], null, inside()) : inside();
    }
  });
}

const results = ({ words, found }) => [
  h("h2", { id: "ck-help-title" }, "Search"),
  h("p", { class: "ck-muted", role: "status" }, found.length ? `${count(found.length, "section")} with “${words}”` : `No section has all the words of “${words}”.`),
  h("ul", { class: "ck-found" }, found.map(({ topic, title, visit, excerpt }) => h("li", null,
    placeLink(visit, {}, title === topic ? topic : `${topic}: ${title}`),
    h("p", { class: "ck-muted" }, excerpt)))),
];

const draw = (get) => {
  const { name, title, nodes: text, sections = [] } = get("article");
  const search = get("search");
  if (!name) return h("p", { class: "ck-muted", role: "status" }, "Opening the help…");
  return h("div", { class: "ck-help" },
    h("nav", { class: "ck-section ck-topics", "aria-label": "Help topics" },
      h("input", { type: "search", class: "ck-input ck-wide", input: "search", placeholder: "Search the help", "aria-label": "Search the help", autocomplete: "off" }),
      h("ul", null, get("topics").map((topic) => h("li", null,
        placeLink(topic.visit, { "aria-current": topic.name === name && !search.words ? "page" : false }, topic.title),
        topic.name === name && !search.words && sections.length > 0 && h("ul", null, sections.map((section) =>
          h("li", null, placeLink(section.visit, {}, section.title)))))))),
    h("article", { class: "ck-section ck-article", id: `ck-help-of-${search.words ? "search" : name}`, "aria-labelledby": "ck-help-title" },
      search.words ? results(search) : [h("h2", { id: "ck-help-title" }, title), nodes(text)]));
};

function render({ model, el }) {
  const find = later(150, (root, send) => send("find", [root.querySelector("input[type=search]").value]));
  // Follows the drawing of the same change, which waits for the next frame.
  const scroll = () => requestAnimationFrame(() => requestAnimationFrame(() => {
    const heading = el.querySelector(`[id="ck-help-${model.get("section")}"]`);
    if (!model.get("section") || !heading) return;
    heading.scrollIntoView();
    heading.focus({ preventScroll: true });
  }));
  const clear = () => {
    const box = el.querySelector("input[type=search]");
    if (box && !model.get("search").words && document.activeElement !== box) box.value = "";
  };
  const { remove } = mount({
    model, el, draw,
    handlers: { search: ({ root, send }) => find(root, send) },
    drawn: clear,
  });
  model.on("change:section", scroll);
  scroll();
  return () => { model.off("change:section", scroll); remove(); };
}

export default { render };
