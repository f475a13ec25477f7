const draw = (get) => h("nav", { class: "ck-navigation", "aria-label": "Dashboard" },
  h("button", { type: "button", class: "ck-button ck-skip", click: "skip" }, "Skip to the content"),
  h("h1", { class: "ck-brand" }, "Curation Kit"),
  get("pages").map(({ page, title, covers }) =>
    h("a", {
      href: `?page=${page}`, click: "open_page", args: [page], class: "ck-page-link",
      "aria-current": covers.includes(get("page")) ? "page" : false,
    }, title)));

function render({ model, el }) {
  // A button that leads to another page is hidden with its own, a moment later.
  let watch;
  const turned = () => {
    el.scrollIntoView({ block: "nearest" });
    let left = 30;
    clearInterval(watch);
    watch = setInterval(() => {
      const at = document.activeElement;
      // The next page may not be there yet. The bar stays in sight.
      if (at === document.body || at?.offsetParent === null) placeOnScreen(el)?.focus({ preventScroll: true });
      if ((left -= 1) === 0) clearInterval(watch);
    }, 100);
  };
  model.on("change:page", turned);
  const { remove } = mount({
    model, el, draw,
    handlers: {
      skip: () => placeOnScreen(el)?.focus(),
    },
  });
  return () => { clearInterval(watch); model.off("change:page", turned); remove(); };
}

export default { render };
