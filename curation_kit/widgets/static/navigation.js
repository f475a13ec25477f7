const draw = (get) => h("nav", { class: "ck-navigation", "aria-label": "Dashboard" },
  h("span", { class: "ck-brand" }, "Curation Kit"),
  get("pages").map(({ page, title, covers }) =>
    h("a", {
      href: `?page=${page}`, click: "open_page", args: [page], class: "ck-page-link",
      "aria-current": covers.includes(get("page")) ? "page" : false,
    }, title)));

export default { render: ({ model, el }) => mount({ model, el, draw }).remove };
