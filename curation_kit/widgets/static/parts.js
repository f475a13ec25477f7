// What all widgets show in the same way: numbers, times, names, pages.

const count = (number, word) => `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;

/** As `duration` of curation_kit.jobs. */
function duration(seconds) {
  const whole = seconds > 0 ? Math.max(Math.round(seconds), 1) : 0;
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} min`;
}

function bytes(size) {
  if (size < 1e6) return `${Math.max(Math.round(size / 1e3), 1)} kB`;
  return `${(size / 1e6).toFixed(1)} MB`;
}

function day(seconds) {
  const date = new Date(seconds * 1000);
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** "5 min ago"; after a week the day. */
function ago(seconds) {
  const past = Math.max(Date.now() / 1000 - seconds, 0);
  if (past < 60) return "just now";
  if (past < 3600) return `${Math.floor(past / 60)} min ago`;
  if (past < 86400) return `${Math.floor(past / 3600)} h ago`;
  if (past < 7 * 86400) return `${count(Math.floor(past / 86400), "day")} ago`;
  return day(seconds).slice(0, 10);
}

/** A time of work in seconds, to a tenth: what one can judge a paper by. */
const tenths = (seconds) => (seconds < 0.05 ? "< 0.1" : seconds.toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 }));

/** A text that breaks at some places before it breaks in a word: a file name at its signs, and at dots but the last. */
const breakable = (text, places = /(?<=[_-])(?=[^_-]{2})|(?<=\.)(?=[^.]{2,}\.)/) => text.split(places).map((part, index) => [index > 0 && h("wbr"), part]);

/** A file name that is cut in its middle where there is no room: papers of a journal differ at the end. */
function fileName(name) {
  const letters = [...name];
  const end = letters.length > 20 ? -10 : letters.length;
  return h("bdi", { class: "ck-name ck-file-name" }, [letters.slice(0, end), letters.slice(end)].map((part) => h("span", null, part.join(""))));
}

/** Gives the address of a PNG; the one before is given back to the browser. */
function pictureAddress() {
  let source = { png: null, url: "" };
  return (png) => {
    if (source.png !== png) {
      if (source.url) URL.revokeObjectURL(source.url);
      source = { png, url: png ? URL.createObjectURL(new Blob([png], { type: "image/png" })) : "" };
    }
    return source.url;
  };
}

const badge = (status) => h("span", { class: `ck-badge ck-${status}` }, status);

/** "1–50 of 312" with buttons to turn the page; `args(page)` gives the action's arguments. */
function pager({ first, shown, total, page, pages, action, args, what }) {
  if (!total) return null;
  const range = total > shown ? `${first + 1}–${first + shown} of ${count(total, what)}` : count(total, what);
  return h("div", { class: "ck-pager" },
    h("span", { class: "ck-muted" }, range),
    pages > 1 && [
      h("button", { type: "button", class: "ck-button ck-small", click: action, args: args(page - 1), disabled: page === 0, "aria-label": `Previous page of ${what}s` }, "‹ Previous"),
      h("button", { type: "button", class: "ck-button ck-small", click: action, args: args(page + 1), disabled: page + 1 >= pages, "aria-label": `Next page of ${what}s` }, "Next ›"),
    ]);
}

/** Call a function once its last call is some time ago, unless it is dropped (`drop`). */
function later(wait, action) {
  let timer;
  const call = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...args), wait);
  };
  call.drop = () => clearTimeout(timer);
  return call;
}
