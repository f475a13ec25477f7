// Largest file that is sent in one message, as LARGEST_GOLD of curation_kit.session.job_score.
const LARGEST = 5_000_000;

const MATCHES = [["exact", "only letter by letter"], ["label", "whatever their case, hyphens and plural"], ["ontology", "also by synonyms and near terms"]];

/** What the job is scored against, and how names are compared. */
const choice = ({ golds, gold, match, within }) => h("div", { class: "ck-row ck-score-choice" },
  h("label", { class: "ck-grow" }, h("span", { class: "ck-label" }, "Rows known to be right (gold table)"),
    h("select", { id: "ck-gold", class: "ck-input ck-wide", change: "gold", "data-value": gold },
      h("option", { value: "" }, golds.length ? "Choose a table of known truth…" : "There is none in the workspace yet"),
      golds.map((name) => h("option", { value: name }, name)))),
  h("label", { class: "ck-button ck-upload-gold" }, "Add a file…",
    h("input", { type: "file", id: "ck-gold-file", class: "ck-hidden", change: "file", accept: ".csv,.tsv,.tab,.txt,.xlsx" })),
  h("div", { class: "ck-row" },
    h("label", null, h("span", { class: "ck-label" }, "Names count as the same"),
      h("select", { id: "ck-match", class: "ck-input", change: "match", "data-value": match },
        MATCHES.map(([value, text]) => h("option", { value }, text)))),
    match === "ontology" && h("label", { title: "How many steps two terms may be apart in the tree of the ontology and still agree: 0 means the same term" }, h("span", { class: "ck-label" }, "Steps apart at most"),
      h("input", { type: "number", id: "ck-within", class: "ck-input ck-within", min: 0, max: 9, step: 1, "data-value": within, change: "within" }))));

const explained = () => [
  h("p", { class: "ck-muted" }, "Rows that you know to be right, as CSV, TSV or Excel with the columns document, gene_symbol and anatomy_label, say how well this job did, and show where it errs."),
  helpLink("evaluating/gold-tables", "How a gold table looks")];

const DIFFERENCES = { changed: "Changed", moved: "Other evidence", lost: "Only here", gained: "Only there" };

const side = (one, action) => h("td", null, one
  ? [h("div", null, h("bdi", null, one.row)),
    h("div", { class: "ck-evidence" }, one.quote && h("q", { class: "ck-quote" }, one.quote), " ",
      h("span", { class: "ck-muted ck-nowrap" }, place(one.page, "", "")), " ", shows(action, one.key, one.row))]
  : h("span", { class: "ck-muted" }, "not found"));

/** Both jobs in columns beside each other. */
function differences({ summary, kinds, kind, rows, found, page, pages, first }) {
  return [
    h("p", null, summary),
    kindButtons(kinds, DIFFERENCES, kind, "show_differences", "Kinds of differences"),
    rows.length
      ? h("div", { class: "ck-scroll", tabindex: "0", role: "region", "aria-label": "Table of differences" },
        h("table", { class: "ck-table ck-beside" },
          h("thead", null, h("tr", null, ["Document", "This job", "The other job"].map((name) => h("th", { scope: "col" }, name)))),
          h("tbody", null, rows.map(({ document, fields, before, after }, index) => h("tr", { id: `ck-difference-${kind}-${index}` },
            h("td", { class: "ck-document" }, h("bdi", { class: "ck-name" }, breakable(document)), fields && h("div", { class: "ck-id ck-fields" }, fields.replaceAll("_", " "))),
            side(before, "open_record"), side(after, "open_other"))))))
      : h("p", { class: "ck-muted" }, "There is none of this kind."),
    pager({ first, shown: rows.length, total: found, page, pages, action: "show_differences", args: (to) => [kind, to], what: "difference" })];
}

const besides = ({ jobs, other, other_problem: problem, comparison }) => h("div", { class: "ck-besides" },
  h("h3", null, "Beside another job"),
  jobs.length || other
    ? h("label", null, h("span", { class: "ck-hidden" }, "Another job"),
      h("select", { id: "ck-other", class: "ck-input ck-wide", change: "other", "data-value": other },
        h("option", { value: "" }, "Choose a job to compare with…"),
        jobs.map(([id, name]) => h("option", { value: id }, `${name} (${id})`))))
    : h("p", { class: "ck-muted" }, "There is no other job in this workspace."),
  problem && h("p", { class: "ck-warning", role: "alert" }, problem),
  comparison.kinds && differences(comparison));

function render({ model, el }) {
  let opened = ""; // key of the record or candidate that was opened last
  const draw = (get) => {
    const shown = get("score");
    if (get("tab") !== "score" || !shown.golds) return null;
    const { gold, problem, result } = shown;
    return h("section", { class: "ck-section ck-part", id: "ck-part-score", role: "tabpanel", "aria-labelledby": "ck-tab-score" },
      choice(shown),
      !gold && explained(),
      problem && h("p", { class: "ck-warning", role: "alert" }, problem),
      result.summary && [
        h("p", { class: "ck-score-summary", role: "status" }, result.summary, " ", h("span", { class: "ck-muted" }, result.coverage)),
        scoreTable(result), paperTable(result), errorTable(result, opened)],
      besides(shown));
  };
  const ask = (choose, change) => choose("choose_gold", "score", change,
    ({ gold, match, within }) => [gold, match, within]);
  const open = (action) => ({ args, send, redraw }) => {
    opened = JSON.stringify(args);
    redraw();
    send(action, args);
  };
  return mount({
    model, el, draw, rest: "#ck-gold",
    handlers: {
      ...errorHandlers("score", ({ result }) => result, (result) => ({ result })),
      open_record: open("open_record"),
      open_dropped: open("open_dropped"),
      open_other: open("open_other"),
      gold: ({ target, choose }) => ask(choose, { gold: target.value }),
      match: ({ target, choose }) => ask(choose, { match: target.value }),
      within: ({ target, choose }) => ask(choose, { within: Math.max(Math.round(Number(target.value)) || 0, 0) }),
      other: ({ target, send }) => send("compare_with", [target.value]),
      file: async ({ target }) => {
        const [file] = target.files;
        if (!file) return;
        const content = file.size > LARGEST ? [] : [await file.arrayBuffer()];
        model.send({ action: "add_gold", args: [file.name] }, undefined, content);
        target.value = ""; // the same file may be given again, once it is mended
      },
    },
  }).remove;
}

export default { render };
