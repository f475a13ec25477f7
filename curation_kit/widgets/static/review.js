const hint = (key) => h("kbd", { class: "ck-key", "aria-hidden": "true" }, key);

/** A value as one reads it in the form. */
const inWords = (kind, value) => (kind === "truth" ? { True: "yes", False: "no" }[value] ?? value : value) || "(empty)";

function render({ model, el }) {
  // What was typed and not saved yet, by job and record: whoever comes back finds it again.
  // With the identifiers among it that belong to their new name.
  const drafts = new Map();
  const notes = new Map();
  let asking = false;
  let saving = null; // the record that is on its way, when its verdict was, and its draft
  let opener = "edit"; // button of the form that was opened last
  let adding = null; // the job and paper to which a record is being added
  let chosen = ""; // words of the page that were selected then
  let opened = ""; // the record whose form was opened because it was just added

  const paperOf = ({ job, document_id: documentId }) => `${job}-${documentId}`;
  const keyOf = (review) => `${paperOf(review)}-${review.number}`;
  const isAdding = () => adding !== null && adding === paperOf(here());
  const draftKey = () => (isAdding() ? `new-${adding}` : keyOf(here()));
  /** Columns of a record that is being added: nothing is known but the species. */
  const fieldsOf = ({ fields }) => (!isAdding() ? fields : fields.map((field) => {
    const value = field.kind === "truth" ? "False" : field.name === "taxon" ? field.value : "";
    return { ...field, value, machine: value };
  }));
  const noteOf = (review) => notes.get(keyOf(review)) ?? review.note;

  const press = (text, key, action, { style = "", disabled = false, title = null, again = false } = {}) => h("button", {
    type: "button", id: `ck-review-${action}`, class: `ck-button ck-small ${style}${action === opener ? " ck-opener" : ""}`, click: action, again, disabled, title, "aria-keyshortcuts": key,
  }, text, " ", hint(key));

  const state = (review) => {
    if (!review.verdict) return h("span", { class: "ck-muted" }, "Not reviewed yet");
    return h("span", { class: "ck-verdict" }, reviewTag(review.verdict), h("span", { class: "ck-muted" }, "by ", h("bdi", { class: "ck-name" }, review.reviewer), ", ", when(review.time)),
      h("button", { type: "button", class: "ck-link", click: "take_back_review" }, review.verdict === "added" ? "remove" : "take back"));
  };

  const numbers = ({ total = 0, reviewed = 0, left = 0, verified = 0 }, disabled) => h("div", { class: "ck-review-numbers" },
    h("span", { class: "ck-muted", role: "status" }, `${reviewed.toLocaleString("en")} of ${total.toLocaleString("en")} reviewed`),
    press("Next unreviewed", "G", "next_unreviewed", { again: true, disabled: !left, title: left ? null : "Every record shown has a verdict" }),
    h("button", {
      type: "button", id: "ck-review-ask", class: "ck-button ck-small", click: "ask", disabled: disabled || !verified,
      title: "Those shown in the table, on all pages, whose quote is verified and that have no verdict",
    }, `Accept ${verified === 1 ? "the verified one" : `all ${verified.toLocaleString("en")} verified`}…`));

  const confirmation = ({ verified }) => question("ck-accept-verified",
    `Accept ${count(verified, "record")}? Their quotes are in the papers; whether the rows are right nobody has looked at yet. Undo takes it back.`,
    `Yes, accept ${verified === 1 ? "it" : "them"}`, "accept_all", [], "No");

  /** Name of which a field is the identifier, if it changed and so takes this away. */
  const clearedBy = (field, fields, { values, given }) => field.value && values[field.name] === field.value && !given.has(field.name)
    && fields.find(({ name, id, value }) => id === field.name && values[name].trim() !== value);

  const input = (field, { values }, key) => {
    const { name, kind } = field;
    const id = `ck-edit-${key}-${name}`;
    const value = values[name];
    if (kind === "truth") {
      return h("select", { id, class: "ck-input ck-slim ck-wide", change: "type", args: [name], "data-value": value },
        ["True", "False"].map((one) => h("option", { value: one }, inWords(kind, one))));
    }
    return h("input", {
      id, class: "ck-input ck-slim ck-wide", input: "type", args: [name], value, autocomplete: "off", spellcheck: "false",
      inputmode: kind === "number" ? "decimal" : null, placeholder: kind === "list" ? "several with | between" : null,
    });
  };

  /** What the name may stand for that a field is the identifier of, if that is not in the form yet. */
  const readings = (field, fields, { values }, lost) => {
    const name = fields.find(({ id }) => id === field.name)?.name;
    const { text, readings: found = [] } = model.get("suggestions")[name] ?? {};
    return text !== values[name] ? [] : found.filter((reading) => lost || reading[field.name] !== values[field.name]).map((reading) =>
      h("button", { key: JSON.stringify(reading), type: "button", class: "ck-link ck-reading", click: "take", args: [reading], title: "Put it into the form" },
        h("bdi", null, reading[name]), " ", reading[field.name]));
  };

  const form = (fields, draft, key, added) => h("form", { class: "ck-review-form", submit: isAdding() ? "save_new" : "save", "aria-label": isAdding() ? "A record that the flow missed" : "Values of this record" },
    isAdding() && h("div", { class: "ck-review-quote" },
      h("label", { class: "ck-field-label", for: "ck-add-quote" }, "Words of the paper that say so"),
      h("textarea", { id: "ck-add-quote", class: "ck-input ck-slim ck-wide", rows: "2", input: "words", placeholder: "as they stand in the paper; … for words left out" })),
    h("div", { class: "ck-review-fields" }, fields.map((field) => {
      const lost = clearedBy(field, fields, draft);
      const changed = !isAdding() && !added && draft.values[field.name].trim() !== field.machine;
      return h("div", { id: `ck-field-${key}-${field.name}`, class: `ck-review-field${changed ? " ck-changed" : ""}${lost ? " ck-lost-id" : ""}` },
        h("label", { class: "ck-field-label", for: `ck-edit-${key}-${field.name}` }, label(field.name)),
        input(field, draft, key),
        changed && h("div", { class: "ck-machine" }, "machine: ", h("bdi", { class: "ck-name" }, inWords(field.kind, field.machine))),
        lost && h("div", { class: "ck-machine ck-is-lost" }, "cleared: it belongs to ", h("bdi", { class: "ck-name" }, lost.value || "no name"), ". Give the new one if you know it."),
        readings(field, fields, draft, lost));
    })),
    h("div", { class: "ck-row" },
      h("button", { type: "submit", id: `ck-save-${key}`, class: "ck-button ck-small ck-primary" }, isAdding() ? "Add " : "Save ", hint("Enter")),
      h("button", { type: "button", class: "ck-button ck-small", click: "cancel" }, "Cancel ", hint("Esc")),
      h("span", { class: "ck-muted" }, isAdding() ? "It is marked as added: the flow did not find it." : !added && "What the flow found is kept beside your values.")));

  const draw = (get) => {
    const review = get("review");
    if (get("tab") !== "results" || !review.fields) return null;
    const [key, progress, gone] = [draftKey(), get("progress"), get("lost")];
    const draft = drafts.get(key);
    if (!progress.verified) asking = false;
    return h("section", { class: "ck-review", "aria-label": "Review" },
      h("div", { class: "ck-review-row" },
        h("div", { class: "ck-tool-group" },
          press("Accept", "A", "accept", { style: "ck-accept", disabled: Boolean(gone) }),
          press("Edit", "E", "edit", { disabled: Boolean(gone) }),
          press("Reject", "R", "reject", { style: "ck-reject", disabled: Boolean(gone) }),
          press("Undo", "U", "undo", { again: true, disabled: Boolean(gone) || !get("undoable"), title: get("undoable") && `Undo ${get("undoable")}` }),
          press("Add missed", "M", "add", { disabled: Boolean(gone), title: "Add a record of this paper that the flow missed" })),
        state(review)),
      draft && form(fieldsOf(review), draft, key, review.verdict === "added"),
      h("div", { class: "ck-review-row" },
        h("label", { class: "ck-review-note" }, h("span", { class: "ck-muted" }, "Note ", hint("N")),
          h("input", { id: `ck-note-${keyOf(review)}`, class: "ck-input ck-slim", input: "note", change: "keep_note", value: noteOf(review), autocomplete: "off", disabled: Boolean(gone), placeholder: review.verdict ? "" : "goes with the verdict" })),
        numbers(progress, Boolean(gone))),
      asking && confirmation(progress));
  };

  const here = () => model.get("review");
  const pauses = {}; // by name: of two typed soon after each other both are looked up
  const lookUp = (send, name) => {
    const { values } = drafts.get(draftKey());
    send("suggest", [name, values[name], values.taxon ?? ""]);
  };
  /** Look up what is in the form once typing pauses: a name, or with another species all names again. */
  const suggest = (send, name) => {
    const names = name === "taxon" ? Object.keys(model.get("suggestions")) : [name];
    names.forEach((one) => (pauses[one] ??= later(250, (...args) => drafts.has(draftKey()) && lookUp(...args)))(send, one));
  };
  const open = ({ focusOn, send }, first = ".ck-review-fields .ck-input") => {
    const fields = fieldsOf(here());
    const key = draftKey();
    if (!drafts.has(key)) drafts.set(key, { values: Object.fromEntries(fields.map(({ name, value }) => [name, value])), given: new Set(), taken: new Set(), quote: "" });
    const draft = drafts.get(key).values;
    fields.filter(({ name, id }) => id && draft[name] && !draft[id]).forEach(({ name }) => lookUp(send, name));
    focusOn(first);
  };
  /** Where the form was, the focus rests on its button, unless it has gone elsewhere. */
  const rest = (root) => setTimeout(() => {
    if (document.activeElement === document.body) root.querySelector(".ck-opener")?.focus();
  }, 60);
  let from = null; // where the focus was before it went to the note
  /** Leave the note, which keeps that of a verdict. */
  const leave = (note) => {
    note.blur();
    if (from?.isConnected && from !== document.body) from.focus();
    rest(root);
  };
  const judge = (action) => ({ send }) => {
    const review = here();
    send(action, [noteOf(review)]); // kept here: after an undo it is there again
    drafts.delete(keyOf(review));
  };
  const cancel = ({ redraw, root }) => {
    drafts.delete(draftKey());
    if (isAdding()) adding = null;
    saving = null;
    redraw();
    rest(root);
  };

  const mounted = mount({
    model, el, draw, rest: ".ck-opener",
    handlers: {
      accept: judge("accept_record"),
      reject: judge("reject_record"),
      undo: ({ send }) => {
        if (model.get("undoable") === "note") notes.clear();
        send("undo_review");
      },
      edit: (tools) => { adding = null; opener = "edit"; open(tools); },
      add: (tools) => {
        const selected = document.getSelection();
        chosen = selected.anchorNode?.parentElement?.closest(".ck-words") ? selected.toString() : "";
        adding = paperOf(here());
        opener = "add";
        open(tools, "#ck-add-quote");
      },
      cancel: (tools) => cancel(tools),
      type: ({ target, args: [name], redraw, root, send }) => {
        const key = draftKey();
        const { values, given, taken } = drafts.get(key);
        const { id } = here().fields.find((field) => field.name === name);
        values[name] = target.value;
        given.add(name).delete(id);
        if (taken.delete(id)) { // it belongs to the name that was offered with it
          values[id] = fieldsOf(here()).find((field) => field.name === id).value;
          const field = root.querySelector(`#ck-edit-${CSS.escape(key)}-${id}`);
          if (field) field.value = values[id];
        }
        if (id || name === "taxon") suggest(send, name);
        redraw();
      },
      take: ({ args: [reading], focusOn, root, send }) => {
        const key = draftKey();
        const { values, given, taken } = drafts.get(key);
        for (const [name, value] of Object.entries(reading)) {
          values[name] = value;
          given.add(name);
          taken.add(name);
          const field = root.querySelector(`#ck-edit-${CSS.escape(key)}-${name}`);
          if (field) field.value = value; // what was typed hides the attribute
        }
        if (reading.taxon) suggest(send, "taxon");
        focusOn(`#ck-save-${CSS.escape(key)}`);
      },
      save: ({ send, redraw }) => {
        const review = here();
        const draft = drafts.get(keyOf(review));
        // A name that changed takes its identifier away, unless that was given too.
        const values = Object.fromEntries(review.fields.map((field) => [field.name, clearedBy(field, review.fields, draft) ? "" : draft.values[field.name].trim()]));
        // With a name goes its identifier: left out, it would be cleared.
        const changed = review.fields.filter(({ name, machine }) => values[name] !== machine).flatMap(({ name, id }) => (id ? [name, id] : [name]));
        saving = [keyOf(review), review.time, draftKey()];
        send("edit_record", [Object.fromEntries(changed.map((name) => [name, values[name]])), noteOf(review)]);
        redraw();
      },
      words: ({ target }) => { drafts.get(draftKey()).quote = target.value; },
      save_new: ({ send, redraw }) => {
        const review = here();
        const { values: typed, quote } = drafts.get(draftKey());
        const values = Object.entries(typed).filter(([, value]) => value.trim());
        saving = [keyOf(review), review.time, draftKey()];
        send("add_record", [Object.fromEntries(values), quote]);
        redraw();
      },
      note: ({ target }) => notes.set(keyOf(here()), target.value),
      keep_note: ({ target, send }) => {
        const review = here();
        if (review.verdict && target.value.trim() !== review.note) send("annotate_record", [target.value]);
      },
      ask: ({ focusOn }) => { asking = true; focusOn("#ck-accept-verified-no"); },
      keep: ({ focusOn }) => { asking = false; focusOn("#ck-review-ask"); },
      accept_all: ({ send, redraw }) => { asking = false; send("accept_verified"); redraw(); },
    },
    drawn: (root, get) => {
      const review = get("review");
      if (saving && review.fields && (saving[0] !== keyOf(review) || saving[1] !== review.time)) {
        const [,, key] = saving;
        saving = adding = null;
        drafts.delete(key);
        mounted.redraw();
        rest(root);
      }
      const quote = isAdding() && root.querySelector("#ck-add-quote");
      if (quote) {
        const draft = drafts.get(draftKey());
        if (chosen) [draft.quote, chosen] = [chosen, ""];
        if (quote.value !== draft.quote) quote.value = draft.quote;
      }
      if (review.fresh && opened !== keyOf(review)) {
        opened = keyOf(review);
        setTimeout(() => open(tools));
      }
    },
  });
  // What was refused is still a draft, also when one goes to look at other records.
  model.on("change:error", () => { if (model.get("error")) saving = null; });
  const root = el.querySelector(".ck");
  // A click must not take the selection of the words away.
  root.addEventListener("mousedown", (event) => { if (event.target.closest("#ck-review-add")) event.preventDefault(); });
  const tools = { ...mounted, root };

  const KEYS = { a: "accept", e: "edit", r: "reject", u: "undo", m: "add", g: "next_unreviewed" };
  const typing = (target) => target.closest?.("input, select, textarea, [contenteditable=true]");
  const pressed = (event) => {
    const { target, key } = event;
    const panel = root.querySelector(".ck-review");
    if (!panel?.clientHeight || event.altKey || event.ctrlKey || event.metaKey || event.repeat || event.defaultPrevented) return;
    if (target !== document.body && !target.closest?.(".ck-dashboard")) return; // another cell of a notebook
    if (document.querySelector("dialog[open]") || target.closest?.("[role=alertdialog]")) return;
    const draft = drafts.has(draftKey());
    // The form is meant also where it has not taken the focus yet.
    if (key === "Escape" && (root.contains(target) ? draft || typing(target) : draft && !typing(target))) {
      event.preventDefault(); // the sheet stays open
      if (draft) cancel(tools);
      else leave(target);
      return;
    }
    if (key === "Enter" && target.id?.startsWith("ck-note-")) {
      event.preventDefault();
      leave(target);
      return;
    }
    if (typing(target) || draft) return;
    if (key.toLowerCase() === "n") {
      event.preventDefault();
      from = document.activeElement;
      panel.querySelector(".ck-review-note input")?.focus();
      return;
    }
    const action = KEYS[key.toLowerCase()];
    const pressable = action && root.querySelector(`#ck-review-${action}`);
    if (!pressable || pressable.disabled) return;
    event.preventDefault();
    pressable.click();
  };
  // First of all: what closes the sheet shall know that a form was meant.
  document.addEventListener("keydown", pressed, true);
  return () => {
    document.removeEventListener("keydown", pressed, true);
    mounted.remove();
  };
}

export default { render };
