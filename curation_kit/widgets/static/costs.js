// Amounts of money and of tokens, as `dollars` of curation_kit.llm and `tokens` of
// curation_kit.workspace.

/** US dollars: whole cents, two digits below ten of them. */
function money(amount) {
  return `$${amount.toLocaleString("en", amount > 0 && amount < 0.0995
    ? { maximumSignificantDigits: 2 }
    : { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

function tokens(number) {
  if (number < 10_000) return number.toLocaleString("en");
  if (number < 999_500) return `${Math.round(number / 1000)} k`;
  return `${(number / 1e6).toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 })} M`;
}

/** Cost of something that has asked models; its tokens where there is no price. */
function amount({ cost, tokens: number }) {
  if (number === undefined) return "";
  if (cost === null || cost === undefined) return h("span", { title: "The model has no price" }, `${tokens(number)} tokens`);
  return h("span", { title: `${number.toLocaleString("en")} tokens` }, money(cost));
}
