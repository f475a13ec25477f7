// What brings another record on the page, whichever widget asks for it: see `mark` of `mount`.
const MOVES = [
  "step_record", "select_record", "close_evidence", "next_unreviewed", "accept_record", "reject_record", "edit_record",
  "add_record", "take_back_review", "undo_review", "visit",
].map((action) => `[data-asked~=${action}]`).join();

const hint = (key) => h("kbd", { class: "ck-key", "aria-hidden": "true" }, key);

/** A value as one reads it in the form. */
const inWords = (kind, value) => (kind === "truth" ? { True: "yes", False: "no" }[value] ?? value : value) || "(empty)";

function render({ model, el }) {
  // What was typed and not saved yet, by job and record: whoever comes back finds it again.
  // With the identifiers among it that belong to their new name.
  const drafts = new Map();
  const notes = new Map();
  const keeping = []; // notes on their way: each with its key and text
  let asking = false;
  let saving = ""; // key of the draft that is on its way
  let saved = ""; // and of one that the kernel has taken
  let early = ""; // what was pressed before its record was on the page
  let opener = "edit"; // button of the form that was opened last
  let adding = null; // the job and paper to which a record is being added
  let chosen = ""; // words of the page that were selected then
  let opened = ""; // the record whose form was opened because it was just added

  // The record that is drawn, which may not be the one that the kernel has told of last:
  // what is pressed, typed or kept is about what a curator sees.
  let seen = {};
  const named = ({ job, document_id, number }) => ({ job, document_id, number });
  /** A dropped candidate is told with its sentence, of which a record may be made. */
  const isDropped = ({ quote }) => quote !== undefined;
  const paperOf = ({ job, document_id: documentId }) => `${job}-${documentId}`;
  const keyOf = (review) => `${paperOf(review)}-${isDropped(review) ? "dropped-" : ""}${review.number}`;
  /** What a record is added to: the paper, with any of its records, or a dropped candidate. */
  const placeOf = (review) => (isDropped(review) ? keyOf(review) : paperOf(review));
  const isAdding = () => adding !== null && adding === placeOf(seen);
  const draftKey = () => (isAdding() ? `new-${adding}` : keyOf(seen));
  /** Columns of a record that is being added: nothing is known but the species, and what a dropped candidate has. */
  const fieldsOf = ({ fields, quote }) => (!isAdding() ? fields : fields.map((field) => {
    const known = isDropped({ quote }) || field.name === "taxon" ? field.value : "";
    const value = known || (field.kind === "truth" ? "False" : "");
    return { ...field, value, machine: value };
  }));
  const noteOf = (review) => notes.get(keyOf(review)) ?? review.note;

  const press = (text, key, action, { style = "", disabled = false, title = null, again = false } = {}) => h("button", {
    type: "button", id: `ck-review-${action}`, class: `ck-button ck-small ${style}${action === opener ? " ck-opener" : ""}`, click: action, again, disabled, title, "aria-keyshortcuts": key,
  }, text, " ", hint(key));

  const state = (review) => {
    if (!review.verdict) return h("span", { class: "ck-muted" }, "Not reviewed yet");
    return h("span", { class: "ck-verdict" }, reviewTag(review.verdict), h("span", { class: "ck-muted" }, "by ", h("bdi", { class: "ck-name" }, review.reviewer), ", ", when(review.time)),
      h("button", { type: "button", class: "ck-link", click: "take_back" }, review.verdict === "added" ? "remove" : "take back"));
  };

  const numbers = ({ total = 0, reviewed = 0, left = 0, verified = 0 }, disabled) => h("div", { class: "ck-review-numbers" },
    h("span", { class: "ck-muted", role: "status" }, `${reviewed.toLocaleString("en")} of ${total.toLocaleString("en")} reviewed`),
    press("Next unreviewed", "G", "next_unreviewed", { again: true, disabled: !left, title: left ? null : "Every record shown has a verdict" }),
    h("button", {
      type: "button", id: "ck-review-ask", class: "ck-button ck-small", click: "ask", disabled: disabled || !verified,
      title: "Those shown in the table, on all pages, whose quote is verified and that have no verdict",
    }, `Accept ${verified === 1 ? "the verified one" : `all ${verified.toLocaleString("en")} verified`}…`));

  const confirmation = ({ verified }, { job }) => question("ck-accept-verified",
    `Accept ${count(verified, "record")}? Their quotes are in the papers; whether the rows are right nobody has looked at yet. Undo takes it back.`,
    `Yes, accept ${verified === 1 ? "it" : "them"}`, "accept_all", [job, verified], "No");

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
    seen = review;
    if (!review.fields || (get("tab") !== "results" && !isDropped(review))) {
      early = "";
      return null;
    }
    if (saved) { // only now: till then one may type in its form
      drafts.delete(saved);
      saved = "";
      adding = null;
      rest(root);
    }
    const [key, progress, gone] = [draftKey(), get("progress"), get("lost")];
    const draft = drafts.get(key);
    if (!progress.verified) asking = false;
    if (isDropped(review)) {
      return h("section", { class: "ck-review", "aria-label": "Review" },
        h("div", { class: "ck-review-row" }, press("Add as a record", "M", "add", { disabled: Boolean(gone), title: "Add a record of it: the flow missed it" })),
        draft && form(fieldsOf(review), draft, key));
    }
    return h("section", { class: "ck-review", "aria-label": "Review" },
      h("div", { class: "ck-review-row" },
        h("div", { class: "ck-tool-group" },
          press("Accept", "A", "accept", { style: "ck-accept", disabled: Boolean(gone) }),
          press("Edit", "E", "edit", { disabled: Boolean(gone) }),
          press("Reject", "R", "reject", { style: "ck-reject", disabled: Boolean(gone) }),
          press("Undo", "U", "undo_review", { again: true, disabled: Boolean(gone) || !get("undoable"), title: get("undoable") && `Undo ${get("undoable")}` }),
          press("Add missed", "M", "add", { disabled: Boolean(gone), title: "Add a record of this paper that the flow missed" })),
        h("span", { class: "ck-warn", role: "status", title: early ? "It was pressed before the next record was here: nothing was said of either" : null }, early && `Too early: “${early}” was not taken`),
        (review.verdict || !early) && state(review)),
      draft && form(fieldsOf(review), draft, key, review.verdict === "added"),
      h("div", { class: "ck-review-row" },
        h("label", { class: "ck-review-note" }, h("span", { class: "ck-muted" }, "Note ", hint("N")),
          h("input", { id: `ck-note-${keyOf(review)}`, class: "ck-input ck-slim", input: "note", change: "keep_note", args: [named(review), review.verdict ? review.note : null], "data-value": noteOf(review), autocomplete: "off", disabled: Boolean(gone), placeholder: review.verdict ? "" : "goes with the verdict" })),
        numbers(progress, Boolean(gone))),
      asking && confirmation(progress, review));
  };

  /**
   * Whether another record is on its way. Who goes on to it and presses a verdict means that
   * one, which nobody has seen yet, and has left the one that is still here: neither is judged,
   * and the page says so until the next verdict. Who types as fast as the records come is
   * not held up, nor for long by an answer that was lost. What is saved from a form was written for its record, and is never early.
   */
  const isEarly = (what) => {
    const moves = (el.closest(".ck-dashboard") ?? document).querySelector(MOVES) || keyOf(seen) !== keyOf(model.get("review"));
    early = moves ? what : "";
    mounted.redraw();
    return Boolean(moves);
  };
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
    const fields = fieldsOf(seen);
    const key = draftKey();
    if (!drafts.has(key)) drafts.set(key, { values: Object.fromEntries(fields.map(({ name, value }) => [name, value])), given: new Set(), taken: new Set(), quote: seen.quote ?? "" });
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
  const judge = (action, what) => ({ send }) => {
    if (isEarly(what)) return;
    send(action, [named(seen), noteOf(seen)]); // kept here: after an undo it is there again
    drafts.delete(keyOf(seen));
  };
  const cancel = ({ redraw, root }) => {
    drafts.delete(draftKey());
    if (isAdding()) adding = null;
    saving = "";
    redraw();
    rest(root);
  };

  const mounted = mount({
    model, el, draw, rest: ".ck-opener",
    handlers: {
      accept: judge("accept_record", "Accept"),
      reject: judge("reject_record", "Reject"),
      take_back: ({ send }) => { if (!isEarly("Take back")) send("take_back_review", [named(seen)]); },
      edit: (tools) => {
        if (isEarly("Edit")) return;
        adding = null;
        opener = "edit";
        open(tools);
      },
      add: (tools) => {
        if (isEarly("Add missed")) return;
        const selected = document.getSelection();
        chosen = selected.anchorNode?.parentElement?.closest(".ck-words") ? selected.toString() : "";
        adding = placeOf(seen);
        opener = "add";
        open(tools, seen.quote ? undefined : "#ck-add-quote");
      },
      cancel: (tools) => cancel(tools),
      type: ({ target, args: [name], redraw, root, send }) => {
        const key = draftKey();
        const { values, given, taken } = drafts.get(key);
        const { id } = seen.fields.find((field) => field.name === name);
        values[name] = target.value;
        given.add(name).delete(id);
        if (taken.delete(id)) { // it belongs to the name that was offered with it
          values[id] = fieldsOf(seen).find((field) => field.name === id).value;
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
        const review = seen;
        const draft = drafts.get(keyOf(review));
        // A name that changed takes its identifier away, unless that was given too.
        const values = Object.fromEntries(review.fields.map((field) => [field.name, clearedBy(field, review.fields, draft) ? "" : draft.values[field.name].trim()]));
        // With a name goes its identifier: left out, it would be cleared.
        const changed = review.fields.filter(({ name, machine }) => values[name] !== machine).flatMap(({ name, id }) => (id ? [name, id] : [name]));
        saving = draftKey();
        send("edit_record", [named(review), Object.fromEntries(changed.map((name) => [name, values[name]])), noteOf(review)]);
        redraw();
      },
      words: ({ target }) => { drafts.get(draftKey()).quote = target.value; },
      save_new: ({ send, redraw }) => {
        saving = draftKey();
        const { values: typed, quote } = drafts.get(saving);
        const values = Object.entries(typed).filter(([, value]) => value.trim());
        send("add_record", [named(seen), Object.fromEntries(values), quote]);
        redraw();
      },
      // A field that goes with its record tells of its last change when another one is drawn.
      note: ({ target, args: [record] }) => notes.set(keyOf(record), target.value),
      keep_note: ({ target, args: [record, kept], send }) => {
        if (kept === null || target.value.trim() === kept) return;
        keeping.push([keyOf(record), target.value]);
        send("annotate_record", [record, target.value]);
      },
      ask: ({ focusOn }) => { asking = true; focusOn("#ck-accept-verified-no"); },
      keep: ({ focusOn }) => { asking = false; focusOn("#ck-review-ask"); },
      accept_all: ({ args, send, redraw }) => { asking = false; send("accept_verified", args); redraw(); },
    },
    onMessage: ({ done }) => {
      const isTaken = !model.get("error"); // else it is still a draft, also when one looks at other records
      if (done === "annotate_record") {
        const [key, text] = keeping.shift() ?? [];
        if (isTaken && notes.get(key) === text) notes.delete(key); // as the kernel has it, also after an undo
      } else if (saving && ["edit_record", "add_record"].includes(done)) {
        if (isTaken) saved = saving;
        saving = "";
      } else return;
      mounted.redraw();
    },
    drawn: (root, get) => {
      const review = get("review");
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
  const root = el.querySelector(".ck");
  // A click must not take the selection of the words away.
  root.addEventListener("mousedown", (event) => { if (event.target.closest("#ck-review-add")) event.preventDefault(); });
  const tools = { ...mounted, root };

  const KEYS = { a: "accept", e: "edit", r: "reject", u: "undo_review", m: "add", g: "next_unreviewed" };
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
      if (isEarly("Note")) return;
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
