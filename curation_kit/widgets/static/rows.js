// One option that is a list of items, each with fields of its own.

/** Whether a finding is about a field of an item, or about the item. */
const isAt = ({ part }, index, name) => `${part}.`.startsWith([index + 1, name].filter(Boolean).join(".") + ".");

/**
 * The items of an option, as forms.
 *
 * @param step, form  the step and the option
 * @param id  of the option
 * @param problems  findings about the option; each stands at its part
 * @param field  makes a field that is typed into: (tag, id, value, action, args, props)
 */
function optionRows({ step, form, id, disabled, field, problems }) {
  const rows = form.name in step.values ? step.values[form.name] : form.default ?? [];
  const item = form.item.toLowerCase();
  const cell = (row, index, part) => {
    const cellId = `${id}-${index}-${part.name}`;
    const args = [step.key, form.name, index, part.name];
    const value = part.name in row ? row[part.name] : part.default;
    const wrong = problems.filter((found) => isAt(found, index, part.name));
    const about = [part.description && `${cellId}-about`, wrong.length > 0 && `${cellId}-wrong`].filter(Boolean).join(" ");
    const common = { disabled, "aria-describedby": about || null, "aria-invalid": wrong.length > 0 ? "true" : null };
    const control = {
      check: () => h("input", { type: "checkbox", id: cellId, change: "cell_ticked", args, checked: value === true, ...common }),
      choice: () => h("select", { id: cellId, class: "ck-input ck-wide", change: "cell_chosen", args, "data-value": String(part.choices.indexOf(value)), ...common },
        !part.choices.includes(value) && h("option", { value: "-1", disabled: true }, "Choose…"),
        part.choices.map((one, at) => h("option", { value: String(at) }, String(one)))),
      list: () => field("textarea", cellId, Array.isArray(value) ? value.join("\n") : value, "set_cell", args,
        { rows: "2", placeholder: "one per line", spellcheck: "false", ...common }),
      prose: () => field("textarea", cellId, value, "set_cell", args, { rows: "2", ...common }),
    }[part.control] ?? (() => field("input", cellId, value, "set_cell", args, { type: "text", ...common }));
    return h("div", { class: `ck-cell${part.control === "prose" ? " ck-wide-cell" : ""}` },
      h("label", { for: cellId, class: "ck-option-name" }, part.label, part.required && h("span", { class: "ck-muted" }, " (needed)")),
      control(),
      part.description && h("p", { class: "ck-muted ck-note", id: `${cellId}-about` }, part.description),
      wrong.length > 0 && h("div", { id: `${cellId}-wrong` }, wrong.map(told)));
  };
  const told = ({ plain }) => h("p", { class: "ck-error-text" }, plain);
  // What does not go with the rest of the item is shown only if it is filled in.
  const fits = (row, part) => part.name in row || Object.entries(part.shown_for).every(([name, values]) =>
    values.includes(row[name] ?? form.fields.find((one) => one.name === name)?.default));
  const tool = (label, mark, index, action, args, off) => h("button", {
    type: "button", id: `${id}-${index}-${action}-${mark}`, class: "ck-icon ck-tool", click: "row", args: [action, ...args], disabled: off, title: label,
    "aria-label": `${label}: ${item} ${index + 1}`,
  }, mark);
  const at = [step.key, form.name];
  return h("div", { class: "ck-rows", id, role: "group", "aria-label": form.label },
    rows.map((row, index) => h("fieldset", { class: "ck-row-form" },
      h("legend", { class: "ck-option-name" }, `${form.item} ${index + 1}`),
      !disabled && h("div", { class: "ck-row-tools" },
        tool("Move up", "↑", index, "move_row", [...at, index, index - 1], index === 0),
        tool("Move down", "↓", index, "move_row", [...at, index, index + 1], index === rows.length - 1),
        tool("Remove", "×", index, "remove_row", [...at, index], false)),
      h("div", { class: "ck-cells" }, form.fields.filter((part) => fits(row, part)).map((part) => cell(row, index, part))),
      problems.filter((found) => isAt(found, index, "") && !form.fields.some((part) => fits(row, part) && isAt(found, index, part.name))).map(told))),
    !disabled && h("button", { type: "button", id: `${id}-add`, class: "ck-button ck-small", click: "row", args: ["add_row", ...at], again: true }, `Add a ${item}`));
}
