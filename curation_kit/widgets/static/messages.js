const draw = (get) => get("here") && h("div", { class: "ck-messages", "aria-live": "polite" },
  get("lost") && h("div", { class: "ck-message ck-is-error", role: "alert" }, h("span", null, get("lost"))),
  get("error") && get("error") !== get("lost") && h("div", { class: "ck-message ck-is-error", role: "alert" },
    h("span", null, get("error")),
    h("button", { type: "button", class: "ck-icon", click: "dismiss", "aria-label": "Dismiss this message" }, "×")),
  get("notice") && h("div", { class: "ck-message ck-is-notice", role: "status" },
    h("span", null, get("notice")),
    h("button", { type: "button", class: "ck-icon", click: "dismiss", "aria-label": "Dismiss this message" }, "×")));

export default { render: ({ model, el }) => mount({ model, el, draw }).remove };
