const PAUSE = 200; // ms after the last key before the kernel hears of it

const EDITS = ["set_name", "set_instructions", "set_evidence_gate", "set_step_instructions", "set_option", "set_cell"];

const words = (value) => {
  if (Array.isArray(value)) return value.length ? value.map(words).join(", ") : "none";
  if (value !== null && typeof value === "object") return words(Object.values(value)[0] ?? ""); // an item, by its first field
  if (value === true || value === false) return value ? "yes" : "no";
  return value === null || value === "" ? "empty" : String(value);
};

const byId = (id) => `#${CSS.escape(id)}`;

/** What numbers an option takes. */
const range = (least = null, most = null) => {
  if (least === null) return most === null ? "" : `At most ${most}.`;
  return most === null ? `At least ${least}.` : `From ${least} to ${most}.`;
};

function render({ model, el }) {
  const open = new Set(); // keys of the steps whose settings are shown
  const typed = new Map(); // id of a field → what is in it, until the kernel knows
  const flying = []; // [id, value] on their way to the kernel, in order
  const timers = new Map();
  let known = null; // { source, keys } of the flow that was drawn last
  let dragged = null;
  let asked = false;

  // ---- typing

  /** Send a change of a field, and show it until the kernel has answered. */
  const change = (action, args, id, value) => {
    typed.set(id, value);
    flying.push([id, value]); // the kernel answers in the order sent
    model.send({ action, args });
  };
  const post = (target, value) => {
    clearTimeout(timers.get(target.id));
    timers.delete(target.id);
    change(target.getAttribute("data-edit"), [...JSON.parse(target.getAttribute("data-edit-args")), value], target.id, value);
  };
  /** Keep what is typed; tell the kernel when the typing pauses, or at once. */
  const edit = (target, value, now) => {
    if (typed.get(target.id) === value && !timers.has(target.id)) return;
    typed.set(target.id, value);
    clearTimeout(timers.get(target.id));
    if (now) post(target, value);
    else timers.set(target.id, setTimeout(() => post(target, value), PAUSE));
  };
  /** Tell the kernel what is typed before an action that needs it. */
  const flush = () => el.querySelectorAll("[data-edit]").forEach((target) => {
    if (timers.has(target.id)) post(target, typed.get(target.id));
  });

  const field = (tag, id, value, action, args, props = {}) => h(tag, {
    id, class: "ck-input ck-wide", autocomplete: "off", input: "typing", change: "typed",
    "data-edit": action, "data-edit-args": JSON.stringify(args), "data-value": value ?? "", ...props,
  });

  // ---- one option

  function control(step, form, id, disabled, describedby, problems) {
    const isSet = form.name in step.values;
    const known = isSet ? step.values[form.name] : form.default;
    const value = ["check", "choices"].includes(form.control) ? typed.get(id) ?? known : known;
    const args = [step.key, form.name];
    const common = { disabled, "aria-describedby": describedby };
    switch (form.control) {
      case "check":
        return h("input", { type: "checkbox", id, change: "ticked", args, checked: value === true, ...common });
      case "choice": {
        const at = form.choices.findIndex((one) => one === value);
        return h("select", { id, class: "ck-input", change: "chosen", args, "data-value": String(at), ...common },
          (form.optional || at < 0) && h("option", { value: "-1", disabled: !form.optional }, form.optional ? "none" : "Choose…"),
          form.choices.map((one, index) => h("option", { value: String(index) }, words(one))));
      }
      case "choices": {
        const on = Array.isArray(value) ? value : [];
        return h("div", { class: "ck-checks" }, form.choices.map((one, index) => h("label", { class: "ck-check" },
          h("input", { type: "checkbox", id: `${id}-${index}`, change: "several", args: [...args, index], checked: on.includes(one), disabled }), words(one).replaceAll("_", " "))));
      }
      case "rows": return optionRows({ step, form, id, disabled, field, problems });
      case "number":
        return field("input", id, value, "set_option", args, {
          type: "text", inputmode: form.whole ? "numeric" : "decimal", class: "ck-input ck-number-input", ...common });
      case "list":
        return field("textarea", id, Array.isArray(value) ? value.join("\n") : value, "set_option", args, {
          rows: "3", placeholder: "one per line", spellcheck: "false", ...common });
      case "prose":
        return field("textarea", id, value, "set_option", args, { rows: "3", ...common });
      case "yaml":
        return field("textarea", id, value, "set_option", args, {
          rows: "3", class: "ck-input ck-wide ck-code", spellcheck: "false", ...common });
      case "service": return serviceChoice(id, value, args, common);
      case "model": return [
        field("input", id, value, "set_option", args, { type: "text", list: `${id}-list`, placeholder: serviceOf(step)?.model, ...common }),
        h("datalist", { id: `${id}-list` }, (serviceOf(step)?.models ?? []).map((one) => h("option", { value: one })))];
      default:
        return field("input", id, value, "set_option", args, { type: "text", ...common });
    }
  }

  const defaultService = () => model.get("services").find((one) => one.is_default);
  /** The service that a step would ask now. */
  const serviceOf = ({ values }) => (values.service
    ? model.get("services").find((one) => one.name === values.service) : defaultService());

  function serviceChoice(id, value, args, common) {
    const names = model.get("services").map((one) => one.name);
    const usual = defaultService()?.name;
    return h("select", { id, class: "ck-input", change: "service_chosen", args, "data-value": value ?? "", ...common },
      h("option", { value: "" }, usual ? `The default one (${usual})` : names.length ? "The default one (none is chosen yet)" : "The default one (there is no service yet)"),
      names.map((name) => h("option", { value: name }, name)),
      value && !names.includes(value) && h("option", { value }, `${value} (not in this workspace)`));
  }

  const settingsLink = () => placeLink("page=settings", { class: "ck-inline-link" }, "Settings");

  const formatHint = {
    list: "One per line.",
    yaml: "Written as YAML, for instance “name: value”.",
  };

  function optionField(step, form, findings, disabled) {
    const id = `ck-option-${step.key}-${form.name}`;
    const isSet = form.name in step.values;
    const limits = range(...(form.limits ?? []));
    const head = [
      h("span", { class: "ck-option-name" }, form.label),
      form.required && !isSet && h("span", { class: "ck-tag ck-tag-problem" }, "needed"),
      !form.required && !isSet && h("span", { class: "ck-muted" }, "left at its default"),
      isSet && h("span", { class: "ck-tag ck-tag-set" }, "set"),
    ];
    // The slot is always there: what comes after it must not move while one types.
    const reset = h("span", null, isSet && !form.required && !disabled && h("button", {
      type: "button", class: "ck-link ck-reset", click: "reset_option", args: [step.key, form.name],
      "aria-label": `Reset ${form.label} to its default`,
    }, form.control === "yaml" ? "Reset" : `Reset to default (${words(form.default)})`));
    const problems = findings.filter((found) => found.option === form.name);
    const about = h("p", { class: "ck-muted ck-note", id: `${id}-about` },
      [form.description, limits, formatHint[form.control]].filter(Boolean).join(" "), form.control === "service" && [" Services are added in ", settingsLink(), "."]);
    const body = [
      about,
      control(step, form, id, disabled, `${id}-about`, problems),
      problems.filter(({ part }) => form.control !== "rows" || !part).map(({ short }) => h("p", { class: "ck-error-text" }, short)),
    ];
    if (form.control === "choices") return h("fieldset", { class: "ck-option" }, h("legend", null, head), reset, body);
    if (form.control === "rows") return h("div", { class: "ck-option" }, h("div", null, head), reset, body);
    if (form.control === "check") {
      const [, input, told] = body;
      return h("div", { class: "ck-option" }, h("label", { class: "ck-check" }, input, h("span", null, head)), reset, about, told);
    }
    return h("div", { class: "ck-option" }, h("label", { for: id }, head), reset, body);
  }

  // ---- one step

  function settings(step, agent, findings, disabled) {
    const id = `ck-instructions-${step.key}`;
    return h("div", { class: "ck-settings", id: `ck-settings-${step.key}` },
      h("p", { class: "ck-muted" }, agent.description),
      agent.fields.filter(({ name }) => !step.idle.includes(name) || name in step.values)
        .map((form) => optionField(step, form, findings, disabled)),
      h("div", null, step.unknown.map((name) => h("p", { class: "ck-warning" }, `This agent has no option “${name}”. `,
        !disabled && h("button", { type: "button", class: "ck-link", click: "reset_option", args: [step.key, name] }, "Remove it")))),
      h("div", { class: "ck-option" },
        h("label", { for: id }, h("span", { class: "ck-option-name" }, "Custom instructions"),
          h("span", { class: "ck-muted" }, agent.requires ? "needed" : step.reads ? "optional" : "not read by this step")),
        h("p", { class: "ck-muted ck-note" }, step.reads
          ? "What this step should look for or leave out, in your own words."
          : "This step works by rules: what you write here changes nothing."),
        field("textarea", id, step.instructions, "set_step_instructions", [step.key], { rows: step.reads || step.instructions ? "3" : "1", disabled })),
      h("div", null, step.prompt && prompt(step)));
  }

  /** All that the model is told before it sees a paper. */
  function prompt(step) {
    const key = `prompt-${step.key}`;
    const shown = open.has(key);
    return h("div", { class: "ck-option" },
      h("button", { type: "button", id: `ck-${key}`, class: "ck-link", click: "toggle", args: [key], "aria-expanded": shown ? "true" : "false",
        "aria-controls": shown ? `ck-${key}-text` : null }, shown ? "Hide what the model is told" : "Show what the model is told"),
      shown && h("p", { class: "ck-muted ck-note" }, "The instructions come first, then the prompt of this agent. The paper follows, part by part."),
      shown && h("pre", { id: `ck-${key}-text`, class: "ck-prompt ck-code", tabindex: "0", "aria-label": "What the model is told" }, step.prompt));
  }

  const summary = (step, agent) => {
    const set = agent.fields.filter(({ name }) => name in step.values)
      .map((form) => `${form.label}: ${form.control === "yaml" ? "set" : words(step.values[form.name])}`);
    if (step.instructions.trim()) set.push("custom instructions");
    return set.length ? set.join(" · ") : agent.fields.length ? "All options at their defaults." : "";
  };

  function card(step, index, steps, get, agents) {
    const { built_in: disabled } = get("draft");
    const found = (get("check").findings ?? []).filter((one) => one.step === index + 1);
    const agent = agents.get(step.agent);
    const title = agent?.title ?? step.agent;
    const isOpen = open.has(step.key) && agent;
    const blocked = found.some(({ blocks }) => blocks);
    const tool = (label, mark, action, args, off) => h("button", {
      type: "button", id: `ck-${action}-${step.key}-${mark}`, class: "ck-icon ck-tool", click: action, args, disabled: off,
      title: label, "aria-label": `${label}: ${title}`,
    }, mark);
    return h("li", { id: `ck-step-${step.key}`, class: `ck-step-card${blocked ? " ck-has-problem" : ""}`, "data-key": step.key },
      h("div", { class: "ck-step-head" },
        h("span", { class: "ck-step-number", draggable: !disabled && "true", title: disabled ? null : "Drag to move this step", "aria-hidden": "true" }, index + 1),
        h("div", { class: "ck-grow" },
          h("h3", { class: "ck-step-title" }, h("span", { class: "ck-hidden" }, `Step ${index + 1}: `), title, " ",
            h("span", { class: "ck-tag" }, agent ? agent.kind : "not installed")),
          agent ? h("p", { class: "ck-muted ck-note ck-name" }, summary(step, agent)) : null),
        !disabled && [
          tool("Move up", "↑", "move", [step.key, index - 1], index === 0),
          tool("Move down", "↓", "move", [step.key, index + 1], index === steps.length - 1),
          tool("Remove this step", "×", "remove", [step.key], false)],
        agent && h("button", { type: "button", id: `ck-toggle-${step.key}`, class: "ck-button ck-small", click: "toggle", args: [step.key],
          "aria-expanded": isOpen ? "true" : "false", "aria-controls": isOpen ? `ck-settings-${step.key}` : null,
          "aria-label": `${isOpen ? "Hide" : "Show"} the settings of ${title}` }, isOpen ? "Hide" : "Settings")),
      h("div", null, found.filter(({ option }) => !isOpen || !option).map(({ text, blocks }) =>
        h("p", { class: blocks ? "ck-error-text" : "ck-remark" }, text))),
      isOpen && settings(step, agent, found, disabled));
  }

  // ---- the page

  /** A step that is added and needs something shows its settings at once. */
  function openNew({ source, steps }, agents) {
    if (known?.source === source) {
      for (const { key, agent: name } of steps) {
        const agent = agents.get(name);
        if (!known.keys.has(key) && (agent?.requires || agent?.fields.some(({ required }) => required))) open.add(key);
      }
    }
    known = { source, keys: new Set(steps.map(({ key }) => key)) };
  }

  const draw = (get) => {
    if (!get("is_open")) return null;
    const { source, built_in: builtIn, name, steps, changed, can_undo: canUndo, can_discard: canDiscard } = get("draft");
    const { can_save: canSave } = get("check");
    const agents = agentsOf(get);
    openNew(get("draft"), agents);
    const asks = get("question").name !== undefined;
    const isNew = !source;
    const renamed = source && name.trim() && name.trim() !== source;
    return h("div", { class: "ck-builder" },
      h("div", { class: "ck-builder-bar" },
        h("button", { type: "button", class: "ck-link", click: "show_list" }, "‹ All flows"),
        h("span", { class: "ck-builder-name ck-name" }, h("bdi", null, name.trim() || (isNew ? "New flow" : source))),
        h("span", null,
          builtIn && h("span", { class: "ck-tag" }, "built in"),
          changed && h("span", { class: "ck-tag ck-tag-problem" }, "not saved"),
          isNew && !changed && h("span", { class: "ck-tag" }, "new")),
        h("div", { class: "ck-row ck-push" }, builtIn
          ? h("button", { type: "button", class: "ck-button ck-primary", click: "duplicate_draft" }, "Duplicate to edit")
          : [
            h("button", { type: "button", class: "ck-button", click: "undo", again: true, disabled: !canUndo }, "Undo"),
            h("button", { type: "button", class: "ck-button", click: "discard", disabled: !canDiscard }, "Discard changes"),
            !isNew && (renamed
              ? h("button", { type: "button", class: "ck-button", click: "save_new", disabled: !canSave }, "Save as new")
              : h("button", { type: "button", class: "ck-button", click: "duplicate_draft" }, "Duplicate")),
            h("button", { type: "button", class: "ck-button ck-primary", click: "save_draft", disabled: !canSave || !(changed || isNew) },
              renamed ? "Save and rename" : "Save")])),
      h("div", null, asks && leaveQuestion(get)),
      h("div", { class: "ck-hidden", role: "status" }, get("told")),
      h("div", null, builtIn && h("p", { class: "ck-message ck-is-info" }, h("span", null, "This flow is built in and cannot be changed. Test it below, or duplicate it and change the copy."))),
      h("div", null, builtIn && flowChecks(get)), // nothing can be added: no column for it
      h("div", { class: builtIn ? null : "ck-builder-columns" },
        h("div", null,
          h("section", { class: "ck-section", "aria-label": "Name and instructions" },
            h("label", { class: "ck-label", for: "ck-flow-name" }, "Name"),
            field("input", "ck-flow-name", name, "set_name", [], { type: "text", maxlength: "120", placeholder: "Gene expression in worms", disabled: builtIn }),
            h("label", { class: "ck-label ck-later", for: "ck-flow-instructions" }, "Initial instructions ", h("span", { class: "ck-muted" }, "(optional)")),
            field("textarea", "ck-flow-instructions", get("draft").instructions, "set_instructions", [], { rows: "2", disabled: builtIn,
              placeholder: "What the whole flow is about, for steps that read instructions." })),
          evidenceGate(get, builtIn),
          h("section", { class: "ck-section", "aria-labelledby": "ck-steps" },
            h("div", { class: "ck-head" }, h("h2", { id: "ck-steps" }, "Steps"), h("span", { class: "ck-muted" }, "Each document goes through them from top to bottom.")),
            steps.length
              ? h("ol", { class: "ck-steps" }, steps.map((step, index) => card(step, index, steps, get, agents)))
              : h("p", { class: "ck-muted" }, "No steps yet: add the PDF Agent first, from “Add a step”.")),
          trial(get),
          yamlView(get, builtIn, open.has("yaml"))),
        !builtIn && h("div", { class: "ck-beside-steps" }, flowChecks(get), agentPalette(get))));
  };

  const findDocuments = later(PAUSE, (search) => model.send({ action: "find_document", args: [search] }));
  const { remove, send } = mount({
    model, el, draw, rest: "[data-click=show_list]",
    handlers: {
      typing: ({ target }) => edit(target, target.value, false),
      typed: ({ target }) => edit(target, target.value, true),
      gate_chosen: ({ target }) => change("set_evidence_gate", [target.value], target.id, target.value),
      ticked: ({ target, args }) => change("set_option", [...args, target.checked], target.id, target.checked),
      chosen: ({ target, args }) => {
        const form = formOf(args);
        const at = Number(target.value);
        change("set_option", [...args, at >= 0 ? form.choices[at] : null], target.id, target.value);
      },
      service_chosen: ({ target, args }) => change("set_option", [...args, target.value], target.id, target.value),
      several: ({ target, args: [key, name, index] }) => {
        const form = formOf([key, name]);
        const step = model.get("draft").steps.find((one) => one.key === key);
        const id = `ck-option-${key}-${name}`;
        const value = typed.get(id) ?? step.values[name] ?? form.default ?? []; // the last click may be on its way
        const kept = form.choices.filter((one, at) => (at === index ? target.checked : value.includes(one)));
        change("set_option", [key, name, kept], id, kept);
      },
      cell_ticked: ({ target, args }) => change("set_cell", [...args, target.checked], target.id, target.checked),
      cell_chosen: ({ target, args }) => {
        const part = formOf(args).fields.find(({ name }) => name === args[3]);
        change("set_cell", [...args, part.choices[Number(target.value)]], target.id, target.value);
      },
      row: ({ target, args: [action, ...args], send, focusOn, root }) => {
        flush();
        const list = `ck-option-${args[0]}-${args[1]}`;
        const number = root.querySelectorAll(`#${CSS.escape(list)} .ck-row-form`).length;
        focusOn(byId({ move_row: target.id, remove_row: `${list}-add`, add_row: `${list}-${number}-${formOf(args).fields[0].name}` }[action]));
        send(action, args);
      },
      toggle: ({ args: [key], redraw }) => { if (!open.delete(key)) open.add(key); redraw(); },
      show_step: ({ args: [key], focusOn }) => { open.add(key); focusOn(byId(`ck-toggle-${key}`)); },
      show_test: ({ root }) => {
        root.querySelector("#ck-test").scrollIntoView({ block: "start" });
        root.querySelector("#ck-test-document")?.focus({ preventScroll: true });
      },
      add: ({ args, send }) => { flush(); send("add_step", args); },
      move: ({ target, args, send, focusOn }) => { flush(); focusOn(byId(target.id)); send("move_step", args); },
      remove: ({ args: [key], send, focusOn, root }) => {
        flush();
        const gone = root.querySelector(`#ck-step-${key}`);
        const other = gone?.nextElementSibling ?? gone?.previousElementSibling;
        if (other) focusOn(byId(`ck-toggle-${other.dataset.key}`));
        send("remove_step", [key]);
      },
      save_draft: ({ send }) => { flush(); send("save"); },
      save_new: ({ send }) => { flush(); send("save_as_new"); },
      duplicate_draft: ({ send }) => { flush(); send("duplicate"); },
      export_draft: ({ send }) => { flush(); send("export_yaml"); },
      find_documents: ({ target }) => findDocuments(target.value),
      document_chosen: ({ target, send }) => send("choose_document", [target.value]),
      yaml_typing: ({ target }) => typed.set("ck-yaml", target.value),
      revert_yaml: ({ redraw }) => { typed.delete("ck-yaml"); redraw(); },
      apply: ({ send }) => { flush(); if (typed.has("ck-yaml")) send("apply_yaml", [typed.get("ck-yaml")]); },
    },
    onMessage: ({ done }, _, { redraw }) => {
      if (EDITS.includes(done) && flying.length) {
        const [id, value] = flying.shift();
        if (typed.get(id) === value && !timers.has(id)) typed.delete(id);
        redraw();
      }
      if (done === "apply_yaml" && !model.get("yaml_error")) typed.delete("ck-yaml");
    },
    drawn: (root, get) => {
      if (!get("is_open")) { open.clear(); typed.clear(); known = null; }
      // Not where one types: "0." is on its way to 0.5, and must not become 0.
      root.querySelectorAll("[data-value]").forEach((target) => {
        const value = typed.get(target.id) ?? target.dataset.value;
        if (target.value !== value && target !== document.activeElement) target.value = value;
      });
      const asks = get("question").name !== undefined;
      if (asks && !asked) {
        root.querySelector("#ck-stay")?.focus();
        root.querySelector(".ck-leave")?.scrollIntoView({ block: "nearest" });
      }
      asked = asks;
    },
  });

  const formOf = ([key, name]) => {
    const step = model.get("draft").steps.find((one) => one.key === key);
    return agentsOf((trait) => model.get(trait)).get(step.agent).fields.find((one) => one.name === name);
  };

  // ---- dragging a step to another place

  const cardOf = (target) => target.closest?.(".ck-step-card");
  const clear = () => el.querySelectorAll(".ck-drop-here").forEach((one) => one.classList.remove("ck-drop-here"));
  el.addEventListener("dragstart", (event) => {
    dragged = cardOf(event.target)?.dataset.key ?? null;
    if (dragged) event.dataTransfer.effectAllowed = "move";
  });
  el.addEventListener("dragover", (event) => {
    const over = cardOf(event.target);
    if (!dragged || !over) return;
    event.preventDefault();
    clear();
    over.classList.add("ck-drop-here");
  });
  el.addEventListener("drop", (event) => {
    const over = cardOf(event.target);
    if (!dragged || !over) return;
    event.preventDefault();
    flush();
    const at = model.get("draft").steps.findIndex(({ key }) => key === over.dataset.key);
    send("move_step", [dragged, at]);
    clear();
    dragged = null;
  });
  el.addEventListener("dragend", () => { clear(); dragged = null; });

  // The browser itself asks before a tab with changes is closed or reloaded.
  const warn = (event) => { if (model.get("is_open") && model.get("draft").changed) event.preventDefault(); };
  window.addEventListener("beforeunload", warn);
  return () => { window.removeEventListener("beforeunload", warn); remove(); };
}

export default { render };
