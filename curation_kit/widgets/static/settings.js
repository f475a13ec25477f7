const KEYS = [["none", "None is needed"], ["env", "Environment variable"], ["keyring", "Keyring"]];

const STRUCTURED = [
  ["auto", "Find out (default)"], ["json_schema", "JSON schema"], ["json_object", "JSON, the schema in the prompt"], ["text", "Text, JSON is looked for in it"],
];

// Fields of the form that hold a number or a text, by the name of the setting.
const FIELDS = ["base_url", "model", "context", "timeout", "requests_per_minute", "tokens_per_minute", "in_flight", "proxy"];

const placeOf = (key) => {
  const [kind, ...name] = (key ?? "").split(":");
  return kind ? [kind, name.join(":")] : ["none", ""];
};

function keyText({ key, key_found: found }) {
  const [kind, name] = placeOf(key);
  if (kind === "none") return "no key";
  const where = kind === "env" ? ["environment variable ", h("code", null, name)] : ["keyring entry ", h("code", null, name)];
  return ["key: ", where, " ", h("span", { class: `ck-tag ${found ? "ck-tag-verified" : "ck-tag-problem"}` }, found ? "found" : "not found")];
}

const limitText = ({ requests_per_minute: requests, tokens_per_minute: perMinute, in_flight: atOnce, context }) => [
  requests && `${requests.toLocaleString("en")} requests/min`, perMinute && `${tokens(perMinute)} tokens/min`,
  `${count(atOnce, "call")} at once`, `${context.toLocaleString("en")} tokens of context`,
].filter(Boolean).join(" · ");

function priceText({ prices, model }) {
  const all = Object.entries(prices);
  const list = all.map(([name, { input, output }]) => h("span", { class: "ck-nowrap" }, h("bdi", null, name), ` ${money(input)} in, ${money(output)} out`));
  if (!all.length) return "No price: tokens are counted, a budget cannot be kept.";
  return [list.map((one, at) => [at > 0 && " · ", one]), " per million tokens", model && !(model in prices) && ` · no price for ${model}`];
}

function checkResult(check) {
  if (!check) return null;
  if (check.running) return h("p", { class: "ck-muted ck-check-result" }, h("span", { class: "ck-spinner", "aria-hidden": "true" }), " Testing the connection…");
  return h("div", { class: `ck-message ck-check-result ${check.ok ? "ck-is-notice" : "ck-is-error"}` },
    h("div", { class: "ck-grow" },
      h("b", null, check.summary), check.hint && h("div", null, check.hint),
      check.details?.length > 0 && h("dl", { class: "ck-pairs" }, check.details.map(([label, text]) => [h("dt", null, label), h("dd", null, text)]))));
}

function render({ model, el }) {
  let asking = null; // name of the service that is to be removed
  let filled = 0; // number of the form whose fields have their values
  let keyKind = "none";
  let more = false; // whether the rarely used fields are shown
  let prices = []; // rows: { id, model, input, output }
  let last = 0;
  let told; // what was wrong with the form when it was drawn last
  const row = (name = "", input = "", output = "") => ({ id: ++last, model: name, input, output });

  // ---- the list

  const button = (label, action, name, extra = {}) => h("button", {
    type: "button", id: `ck-${action}-${encodeURIComponent(name)}`, class: `ck-button ck-small ${extra.style ?? ""}`, click: action, args: [name],
    disabled: extra.disabled, "aria-label": `${label}: ${name}`,
  }, label);

  const service = (one, check) => h("li", { class: "ck-service", id: `ck-service-${encodeURIComponent(one.name)}` },
    h("div", { class: "ck-flow-line" },
      h("div", { class: "ck-flow-what" },
        h("h3", { class: "ck-service-name" }, h("bdi", null, one.name), " ", one.is_default && h("span", { class: "ck-tag ck-tag-verified" }, "default")),
        h("div", { class: "ck-name" }, one.model ? h("bdi", null, one.model) : h("span", { class: "ck-muted" }, "no model chosen"), h("span", { class: "ck-muted" }, " at ", h("bdi", null, one.base_url))),
        h("div", { class: "ck-muted ck-name" }, keyText(one)),
        h("div", { class: "ck-muted ck-name" }, limitText(one)),
        h("div", { class: "ck-muted ck-name" }, priceText(one))),
      h("div", { class: "ck-row ck-flow-actions" },
        button("Test connection", "test", one.name, { disabled: check?.running }),
        button("Edit", "edit", one.name),
        !one.is_default && button("Make default", "make_default", one.name),
        button("Remove", "ask", one.name, { style: "ck-danger" }))),
    h("div", { role: "status" }, checkResult(check)),
    asking === one.name && question("ck-remove", `Remove the service “${one.name}”? Jobs that are not done and name it cannot go on. Its key stays where it is.`,
      "Yes, remove it", "really_remove", [one.name], "Keep it"));

  // ---- the form

  function form({ replacing, values, wrong }, presets) {
    const field = (name, label, about, props = {}) => h("div", { class: "ck-setting" },
      h("label", { class: "ck-label", for: `ck-set-${name}` }, label),
      h("input", { id: `ck-set-${name}`, class: "ck-input ck-wide", type: "text", autocomplete: "off", spellcheck: "false",
        "data-value": values[name] ?? "", "aria-describedby": `ck-about-${name}`, "aria-invalid": wrong[name] ? "true" : null, ...props }),
      h("p", { class: "ck-muted ck-note", id: `ck-about-${name}` }, about, wrong[name] && h("span", { class: "ck-error-text ck-wrong" }, ` ${wrong[name]}`)));
    const number = (name, label, unit, about, props = {}) => h("div", { class: "ck-setting" },
      h("label", { class: "ck-label", for: `ck-set-${name}` }, label),
      h("div", { class: "ck-with-unit" },
        h("input", { id: `ck-set-${name}`, class: "ck-input ck-slim", type: "text", inputmode: "decimal", autocomplete: "off", "data-value": values[name] ?? "",
          "aria-describedby": `ck-about-${name}`, "aria-invalid": wrong[name] ? "true" : null, ...props }),
        h("span", { class: "ck-muted" }, unit)),
      h("p", { class: "ck-muted ck-note", id: `ck-about-${name}` }, about, wrong[name] && h("span", { class: "ck-error-text ck-wrong" }, ` ${wrong[name]}`)));
    const priceWrong = Object.entries(wrong).filter(([name]) => name.startsWith("prices"));
    return h("form", { class: "ck-service-form", submit: "save", novalidate: true, "aria-labelledby": "ck-form-title" },
      h("div", { class: "ck-head" },
        h("h3", { id: "ck-form-title" }, replacing ? ["Edit “", h("bdi", null, replacing), "”"] : "New service"),
        !replacing && h("div", { class: "ck-row ck-push" },
          h("label", { class: "ck-muted", for: "ck-preset" }, "Start from"),
          h("select", { id: "ck-preset", class: "ck-input ck-slim", change: "preset" },
            h("option", { value: "" }, "Any server"), presets.map(({ title }, at) => h("option", { value: String(at) }, title))))),
      h("div", { class: "ck-columns" },
        field("name", "Name", "As flows name it."),
        field("base_url", "Base URL", "With the version; any server with the OpenAI chat API.", { placeholder: "https://api.openai.com/v1", inputmode: "url" }),
        field("model", "Model", "Asked when a step names no other."),
        h("div", { class: "ck-setting" },
          h("label", { class: "ck-label", for: "ck-key-kind" }, "Key"),
          h("div", { class: "ck-key-place" },
            h("select", { id: "ck-key-kind", class: "ck-input", change: "key_kind", "aria-describedby": "ck-about-key", "data-value": keyKind }, KEYS.map(([value, text]) => h("option", { value }, text))),
            h("input", { id: "ck-set-key", class: `ck-input ck-grow${keyKind === "none" ? " ck-folded" : ""}`, type: "text", autocomplete: "off", spellcheck: "false", "data-value": placeOf(values.key)[1],
              placeholder: keyKind === "env" ? "OPENAI_API_KEY" : "openai", "aria-label": keyKind === "env" ? "Name of the environment variable" : "Name of the keyring entry", "aria-invalid": wrong.key ? "true" : null })),
          h("p", { class: "ck-muted ck-note", id: "ck-about-key" },
            keyKind === "env" && ["Only its name is kept here, never the key. Set it before the dashboard is started: ", h("code", null, "export NAME=…")],
            keyKind === "keyring" && ["Only the name is kept here, never the key. Put the key there once, in a terminal: ", h("code", null, "keyring set curation_kit NAME")],
            keyKind === "none" && "For servers on your own machine.",
            keyKind !== "none" && wrong.key && h("span", { class: "ck-error-text ck-wrong" }, ` ${wrong.key}`)))),
      h("fieldset", { class: "ck-group" }, h("legend", null, "Limits of the account"),
        h("div", { class: "ck-numbers" },
          number("requests_per_minute", "Requests", "per minute", "Empty: no limit."),
          number("tokens_per_minute", "Tokens", "per minute", "Empty: no limit."),
          number("in_flight", "Calls at once", "", "For all jobs together."),
          number("context", "Context", "tokens", "Prompt and answer together."),
          number("timeout", "Longest wait", "seconds", "For one answer."))),
      h("fieldset", { class: "ck-group" }, h("legend", null, "Prices, in US dollars per million tokens"),
        prices.length > 0 && h("div", { class: "ck-price ck-price-head", "aria-hidden": "true" }, h("span", null, "Model"), h("span", null, "Input"), h("span", null, "Output"), h("span", null)),
        prices.map(({ id }, at) => h("div", { class: "ck-price", id: `ck-price-${id}` },
          ["model", "input", "output"].map((part) => h("input", { id: `ck-price-${id}-${part}`, class: "ck-input ck-slim", type: "text", inputmode: part === "model" ? null : "decimal", autocomplete: "off", spellcheck: "false",
            input: "price", args: [id, part], "aria-label": `${{ model: "Model", input: "Input price", output: "Output price" }[part]}, row ${at + 1}` })),
          h("button", { type: "button", class: "ck-icon", click: "drop_price", args: [id], "aria-label": `Remove the price in row ${at + 1}` }, "×"))),
        priceWrong.map(([name, told]) => h("p", { class: "ck-error-text" }, `${name.split(".").slice(1).join(", ")}: ${told}`)),
        h("button", { type: "button", id: "ck-add-price", class: "ck-button ck-small", click: "add_price" }, "Add a price"),
        h("p", { class: "ck-muted ck-note" }, "As your account lists them; nothing is guessed. Without a price, tokens are shown and no budget can be kept. A model that costs nothing has the price 0.")),
      h("button", { type: "button", class: "ck-link", click: "more", "aria-expanded": more ? "true" : "false" }, `${more ? "▾" : "▸"} Connection`),
      h("div", { class: `ck-columns ck-connection-fields${more || wrong.proxy ? "" : " ck-folded"}` },
        field("proxy", "Proxy", "Empty: that of the environment (HTTPS_PROXY), where a password belongs.", { placeholder: "http://proxy.example.org:3128" }),
        h("div", { class: "ck-setting" },
          h("label", { class: "ck-label", for: "ck-structured" }, "How answers of a given shape are asked for"),
          h("select", { id: "ck-structured", class: "ck-input ck-wide", "data-value": values.structured }, STRUCTURED.map(([value, text]) => h("option", { value }, text)))),
        h("label", { class: "ck-check" }, h("input", { id: "ck-http2", type: "checkbox", "data-checked": values.http2 ? "1" : "" }), h("span", null, "HTTP/2 where the server offers it"))),
      h("div", { class: "ck-row ck-form-end" },
        h("button", { type: "submit", class: "ck-button ck-primary" }, "Save"),
        h("button", { type: "button", class: "ck-button", click: "close" }, "Close without saving"),
        Object.keys(wrong).length > 0 && h("span", { class: "ck-error-text", role: "alert" }, "Not saved: see the fields marked above.")));
  }

  // ---- the page

  const general = ({ spent_today: spent, daily_budget: budget, answers_megabytes: room }) => h("section", { class: "ck-section", "aria-labelledby": "ck-general" },
    h("h2", { id: "ck-general" }, "Budget and kept answers"),
    h("form", { class: "ck-general", submit: "general", novalidate: true },
      h("div", { class: "ck-numbers" },
        h("div", { class: "ck-setting" },
          h("label", { class: "ck-label", for: "ck-daily-budget" }, "Budget of a day"),
          h("div", { class: "ck-with-unit" }, h("span", { class: "ck-muted" }, "$"),
            h("input", { id: "ck-daily-budget", class: "ck-input ck-slim", type: "text", inputmode: "decimal", autocomplete: "off", placeholder: "no cap", "aria-describedby": "ck-about-daily", "data-value": budget ?? "" }),
            h("span", { class: "ck-muted" }, "all jobs together")),
          h("p", { class: "ck-muted ck-note", id: "ck-about-daily" }, "Days end at midnight UTC. At the cap jobs pause, none fails. Empty: no cap.")),
        h("div", { class: "ck-setting" },
          h("label", { class: "ck-label", for: "ck-answers" }, "Room for kept answers"),
          h("div", { class: "ck-with-unit" },
            h("input", { id: "ck-answers", class: "ck-input ck-slim", type: "text", inputmode: "numeric", autocomplete: "off", "aria-describedby": "ck-about-answers", "data-value": room }),
            h("span", { class: "ck-muted" }, "MB")),
          h("p", { class: "ck-muted ck-note", id: "ck-about-answers" }, "An answer that is kept is not paid for twice; those unused for longest make room."))),
      h("div", { class: "ck-row" },
        h("button", { type: "submit", class: "ck-button" }, "Save budget"),
        h("span", { class: "ck-muted" }, `Spent today: ${money(spent)}${budget === null ? "" : ` of ${money(budget)}`}`))));

  const draw = (get) => {
    const services = get("services");
    const open = get("form");
    const checks = get("checks");
    if (get("problem")) {
      return h("section", { class: "ck-section", "aria-labelledby": "ck-services" },
        h("div", { class: "ck-head" }, h("h2", { id: "ck-services" }, "Model services")),
        h("p", { class: "ck-warning", role: "alert" }, "The settings cannot be used. ", get("problem"), " Mend the file in a text editor, or delete it to begin anew."),
        h("button", { type: "button", class: "ck-button", click: "read_again" }, "Read it again"));
    }
    return h("div", null,
      h("section", { class: "ck-section", "aria-labelledby": "ck-services" },
        h("div", { class: "ck-head" },
          h("h2", { id: "ck-services" }, "Model services"),
          h("span", { class: "ck-muted" }, count(services.length, "service")),
          h("button", { type: "button", id: "ck-new-service", class: "ck-button ck-primary ck-push", click: "new", disabled: Boolean(open.number) }, "Add a service")),
        h("p", { class: "ck-muted" }, "Agents that work by rules need none. Those that ask a model ask one of these: a hosted one, or your own server. What they are asked is parts of your papers."),
        h("p", { class: "ck-note ck-settings-help" }, helpLink("model-services", "How to set up a model service"), helpLink("model-services/what-it-costs", "What it costs")),
        h("div", null, open.number && !open.replacing && form(open, get("presets"))),
        h("ul", { class: "ck-flow-list", "aria-label": "Model services" }, services.map((one) =>
          (open.replacing === one.name ? h("li", { class: "ck-service", id: `ck-service-${encodeURIComponent(one.name)}` }, form(open, [])) : service(one, checks[one.name])))),
        !services.length && !open.number && h("p", { class: "ck-muted" }, "No service yet.")),
      general(get("general")));
  };

  const text = (root, id) => root.querySelector(`#ck-set-${id}`).value.trim();
  const nameOf = ({ title }) => title.split(" on ")[0].toLowerCase();
  const given = (root) => ({
    ...Object.fromEntries(FIELDS.map((name) => [name, text(root, name)])),
    key: keyKind === "none" ? "" : `${keyKind}:${text(root, "key")}`,
    http2: root.querySelector("#ck-http2").checked,
    structured: root.querySelector("#ck-structured").value,
    prices: Object.fromEntries(prices.filter((one) => one.model.trim() || one.input || one.output)
      .map((one) => [one.model.trim(), { input: one.input, output: one.output }])),
  });

  return mount({
    model, el, draw, rest: "#ck-new-service",
    handlers: {
      ask: ({ args, focusOn }) => { [asking] = args; focusOn("#ck-remove-no"); },
      keep: ({ focusOn }) => { focusOn(`#${CSS.escape(`ck-ask-${encodeURIComponent(asking)}`)}`); asking = null; },
      really_remove: ({ args, send, redraw }) => { asking = null; send("remove", args); redraw(); },
      key_kind: ({ target, redraw }) => { keyKind = target.value; redraw(); },
      more: ({ redraw }) => { more = !more; redraw(); },
      price: ({ target, args: [id, part] }) => { prices.find((one) => one.id === id)[part] = target.value; },
      add_price: ({ focusOn, root }) => {
        const priced = new Set(prices.map((one) => one.model));
        const name = text(root, "model");
        prices = [...prices, row(priced.has(name) ? "" : name)];
        focusOn(`#ck-price-${last}-${prices.at(-1).model ? "input" : "model"}`);
      },
      drop_price: ({ args: [id], focusOn }) => { prices = prices.filter((one) => one.id !== id); focusOn("#ck-add-price"); },
      preset: ({ target, redraw, root }) => {
        const preset = model.get("presets")[Number(target.value)];
        if (target.value === "" || !preset) return;
        const [kind, name] = placeOf(preset.key);
        keyKind = kind;
        root.querySelector("#ck-set-base_url").value = preset.base_url;
        root.querySelector("#ck-set-key").value = name;
        for (const [limit, value] of Object.entries(preset.limits)) root.querySelector(`#ck-set-${limit}`).value = value;
        // The next choice may follow: the list keeps the focus, and a name it gave goes.
        if (["", ...model.get("presets").map(nameOf)].includes(text(root, "name"))) root.querySelector("#ck-set-name").value = nameOf(preset);
        redraw();
      },
      save: ({ root, send }) => send("save", [text(root, "name"), given(root)]),
      general: ({ root, send }) => send("set_general", [{
        daily_budget: root.querySelector("#ck-daily-budget").value.trim(), answers_megabytes: root.querySelector("#ck-answers").value.trim() }]),
    },
    drawn: (root, get, focusOn) => {
      const open = get("form");
      if (open.number && open.number !== filled) {
        filled = open.number;
        [keyKind] = placeOf(open.values.key);
        prices = Object.entries(open.values.prices ?? {}).map(([name, { input, output }]) => row(name, String(input), String(output)));
        more = Boolean(open.values.proxy || open.values.http2 || open.values.structured !== "auto");
        const http2 = root.querySelector("#ck-http2");
        http2.checked = Boolean(http2.dataset.checked);
        focusOn("#ck-set-name"); // and draw the rows of prices
      }
      for (const { id, ...parts } of prices) {
        for (const [part, value] of Object.entries(parts)) {
          const field = root.querySelector(`#ck-price-${id}-${part}`);
          if (field && field.value !== value) field.value = value;
        }
      }
      if (open.wrong !== told) root.querySelector(".ck-service-form [aria-invalid]:not(:focus)")?.scrollIntoView({ block: "nearest" });
      told = open.wrong;
    },
  }).remove;
}

export default { render };
