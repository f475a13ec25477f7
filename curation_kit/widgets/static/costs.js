// Amounts of money and of tokens, as `money` and `tokens` of curation_kit.workspace.

/** US dollars: two digits that count, cents from ten cents on. */
function money(amount) {
  if (!amount) return "$0";
  if (amount >= 0.0995) return `$${amount.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  if (amount < 1e-6) return "< $0.000001";
  return `$${amount.toLocaleString("en", { minimumSignificantDigits: 2, maximumSignificantDigits: 2 })}`;
}

function tokens(number) {
  if (number < 10_000) return number.toLocaleString("en");
  if (number < 999_500) return `${Math.round(number / 1000)} k`;
  return `${(number / 1e6).toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 })} M`;
}

/** Cost of something that has asked models; its tokens where there is no price. */
function amount({ cost, tokens: number }) {
  if (number === undefined) return "";
  if (cost === null || cost === undefined) return h("span", { class: "ck-wraps", title: "The model has no price" }, `${tokens(number)} tokens`)
  return h("span", { title: `${number.toLocaleString("en")} tokens` }, money(cost));
}
