// What all that shows records has in common.
const LABELS = {
  document: "Document", gene_symbol: "Gene", anatomy_label: "Anatomy", stage_label: "Stage",
  cellular_component_label: "Cellular component", negated: "Not expressed",
};
const label = (name) => LABELS[name] ?? (name[0].toUpperCase() + name.slice(1)).replaceAll("_", " ");

const notExpressed = () => h("span", { class: "ck-tag ck-tag-not" }, "not expressed");

const MEANING = {
  verified: "The quote is in the paper, on this page. Whether the row is right is for you to judge.",
  approximate: "The paper says nearly this.",
  unsupported: "The quote was not found in the paper.",
};

const verdict = (verification) => verification
  && h("span", { class: `ck-tag ck-tag-${verification}`, title: MEANING[verification] }, verification);

const place = (page, section, figures) =>
  [page && `page ${page}`, section && section.replaceAll("_", " "), figures].filter(Boolean).join(" · ");

const SAID = {
  check: ["to check", "You are asked to look at it: open it to see why."],
  accepted: ["accepted", "A curator says that it is right."],
  edited: ["edited", "A curator says that it is right with changes, which are shown."],
  added: ["added", "The flow did not find it: a curator added it."],
  rejected: ["rejected", "A curator says that it is wrong."],
};

/** What curators say of a record, or that a step or the evidence gate asks them to. */
const reviewTag = (review) => review
  && h("span", { class: `ck-tag ck-tag-${review}`, title: SAID[review]?.[1] }, SAID[review]?.[0] ?? review);
