// What the score of a job and the evaluation in a notebook have in common.

const FIELDS = { rows: "Whole rows", gene: "Genes", anatomy: "Anatomy", stage: "Stages", component: "Cellular components", negated: "Expressed or not", assay: "Assays" };

/** "0.83", and below it the interval where there is one. */
const score = (value) => h("td", { class: "ck-number" },
  value ? [h("div", null, value[0].toFixed(2)), value.length > 1 && h("div", { class: "ck-id" }, `${value[1].toFixed(2)}–${value[2].toFixed(2)}`)] : h("span", { class: "ck-muted" }, "–"));

const heads = (first) => h("thead", null, h("tr", null,
  h("th", { scope: "col" }, first),
  ["Precision", "Recall", "F1", "Expected", "Found"].map((name) => h("th", { scope: "col", class: "ck-number" }, name))));

const amounts = (gold, found) => [gold, found].map((number) => h("td", { class: "ck-number" }, number.toLocaleString("en")));

/** Precision, recall and F1 of rows and of each field. */
const scoreTable = ({ scores }) => [
  h("div", { class: "ck-scroll", tabindex: "0", role: "region", "aria-label": "Scores" },
    h("table", { class: "ck-table ck-scores" }, heads("Score of"),
      h("tbody", null, scores.map(([name, precision, recall, f1, gold, found]) => h("tr", { id: `ck-score-${name}` },
        h("td", null, FIELDS[name] ?? name), [precision, recall, f1].map(score), amounts(gold, found)))))),
  scores.some((line) => line.slice(1, 4).some((value) => value?.length > 1))
    && h("p", { class: "ck-muted ck-note" }, "Below a score stands its 95 % interval: where it would lie if other papers like these were judged. Fields are scored in genes that both tables have.")];

/** Papers, the worst first; a click on one shows its errors only. */
const paperTable = ({ documents, document: chosen }) => documents.length > 1 && [
  h("h3", null, "By paper"),
  h("div", { class: "ck-scroll ck-some-papers", tabindex: "0", role: "region", "aria-label": "Scores by paper" },
    h("table", { class: "ck-table ck-scores" }, heads("Paper"),
      h("tbody", null, documents.map(([name, precision, recall, f1, gold, found]) => h("tr", { id: `ck-paper-${name}`, class: name === chosen ? "ck-chosen" : null },
        h("td", null, h("button", { type: "button", class: "ck-link ck-name", click: "of_document", args: [name], "aria-pressed": name === chosen ? "true" : "false" }, breakable(name))),
        [precision, recall, f1].map(score), amounts(gold, found))))))];

const KINDS = { missed: "Missed", wrong: "Wrong" };

/** Buttons for kinds, each with its number. */
const kindButtons = (kinds, names, chosen, action, label) => h("div", { class: "ck-filters", role: "group", "aria-label": label },
  Object.entries(names).map(([kind, name]) => h("button", {
    type: "button", id: `ck-kind-${kind}`, class: "ck-filter", click: action, args: [kind], "aria-pressed": kind === chosen ? "true" : "false",
  }, `${name} `, h("b", null, kinds[kind].toLocaleString("en")))));

const causeButtons = ({ causes, cause: chosen }) => (causes.length > 0 || chosen) && h("ul", { class: "ck-causes", "aria-label": "Causes" },
  causes.map(([cause, number]) => h("li", { id: `ck-cause-${cause}` },
    h("button", { type: "button", class: "ck-link", click: "of_cause", args: [cause], "aria-pressed": cause === chosen ? "true" : "false" }, cause),
    h("span", { class: "ck-muted" }, ` ${number.toLocaleString("en")}`))));

const shows = (action, key, what) => h("button", { type: "button", class: "ck-link ck-small-link", click: action, args: key, "aria-label": `Show the page: ${what}` }, "Show the page");

/** What stands below a row that is wrong: its evidence, why it was kept, what was expected. */
const wrongMore = ({ key, row, quote, page, section, verification, why, nearest }) => [
  h("div", { class: "ck-evidence" }, verdict(verification), quote && h("q", { class: "ck-quote" }, quote), " ",
    h("span", { class: "ck-muted ck-nowrap" }, place(page, section, "")), " ", shows("open_record", key, row)),
  nearest && h("div", { class: "ck-said" }, h("b", null, "Expected: "), nearest),
  why && h("div", { class: "ck-said ck-muted" }, h("b", null, "Why it was kept: "), why)];

/** What stands below a row that was missed: what was found instead, what was dropped. */
const missedMore = ({ key, nearest, dropped, expected_page: page, row }) => [
  page && h("div", { class: "ck-said ck-muted" }, `Expected on page ${page}.`),
  key && h("div", { class: "ck-said" }, h("b", null, "Found: "), nearest, " ", shows("open_record", key, nearest)),
  dropped && h("div", { class: "ck-evidence" }, h("b", null, `Dropped (${dropped.reason}): `), h("q", { class: "ck-quote" }, dropped.quote), " ",
    h("span", { class: "ck-muted ck-nowrap" }, place(dropped.page, "", "")), " ", dropped.page && shows("open_dropped", dropped.key, row))];

const errorRows = (kind, opened) => (error, index) => {
  const more = (kind === "wrong" ? wrongMore(error) : missedMore(error)).filter(Boolean);
  const target = error.key ? ["open_record", error.key] : error.dropped?.page ? ["open_dropped", error.dropped.key] : null;
  const id = `${kind}-${index}`;
  const style = `${target ? " ck-opens" : ""}${opened && opened === JSON.stringify(target?.[1]) ? " ck-chosen" : ""}`;
  const opens = target ? { click: target[0], args: target[1] } : {};
  return [
    h("tr", { id: `ck-error-${id}`, class: `${more.length ? "ck-has-more" : ""}${style}`, ...opens },
      h("td", { class: "ck-document" }, h("bdi", { class: "ck-name" }, breakable(error.document))),
      h("td", { class: "ck-named" }, h("bdi", null, error.row)),
      h("td", null, error.cause)),
    more.length > 0 && h("tr", { id: `ck-error-more-${id}`, class: `ck-more-row${style}`, ...opens }, h("td", { colspan: 3 }, more))];
};

/** Errors of one kind, of one paper or cause if one is chosen, page by page. */
function errorTable(result, opened) {
  const { kinds, kind, document, cause, rows, found, page, pages, first } = result;
  return [
    h("div", { class: "ck-row ck-table-head ck-errors-head" },
      h("h3", { class: "ck-grow" }, "Errors", document && [": ", h("bdi", { class: "ck-name" }, document)]),
      (document || cause) && h("button", { type: "button", class: "ck-link", click: "all_errors" }, "Show all"),
      kindButtons(kinds, KINDS, kind, "of_kind", "Kinds of errors")),
    causeButtons(result),
    rows.length
      ? h("div", { class: "ck-scroll", tabindex: "0", role: "region", "aria-label": "Table of errors" },
        h("table", { class: "ck-table ck-dropped" },
          h("thead", null, h("tr", null, h("th", { scope: "col" }, "Document"), h("th", { scope: "col" }, kind === "wrong" ? "Found, and wrong" : "Expected, and missed"), h("th", { scope: "col" }, "Cause"))),
          h("tbody", null, rows.map(errorRows(kind, opened)))))
      : h("p", { class: "ck-muted" }, kind === "wrong" ? "Nothing that was found is wrong." : "Nothing was missed."),
    pager({ first, shown: rows.length, total: found, page, pages, action: "turn_errors", args: (to) => [to], what: "error" })];
}

/** Handlers of what is above; `inside` finds the result in what the trait shows, `outside` is the reverse. */
const errorHandlers = (trait, inside = (shown) => shown, outside = (result) => result) => {
  const ask = ({ choose, get }, { page = 0, ...wanted }) => {
    const result = { ...inside(get(trait)), ...wanted };
    choose("show_errors", trait, { ...outside(result), page }, () => [result.kind, result.document, result.cause, page]);
  };
  const other = ({ args: [value], get }, name) => (value === inside(get(trait))[name] ? "" : value);
  return {
    of_kind: (its) => ask(its, { kind: its.args[0], cause: "" }),
    of_document: (its) => ask(its, { document: other(its, "document"), cause: "" }),
    of_cause: (its) => ask(its, { cause: other(its, "cause") }),
    all_errors: (its) => ask(its, { document: "", cause: "" }),
    turn_errors: (its) => ask(its, { page: its.args[0] }),
  };
};
