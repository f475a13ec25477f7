// What Voilà's template does in scripts of the page; ours allows none there.
// Voilà calls these by name, and shows the cells once its theme is loaded.
window.voila_heartbeat = () => {};
window.update_loading_text = () => {};
window.voila_finish = window.display_cells = () => {
  window.cellLoaded = true;
  if (!window.themeLoaded) return;
  document.getElementById("loading")?.remove();
  document.getElementById("rendered_cells").style.display = "";
};
document.addEventListener("DOMContentLoaded", window.voila_finish);

// Voilà ends the kernel and its connection at "beforeunload": also when the page
// asks whether to leave it and the answer is no, or when a link turns out to be a
// download. At "pagehide" the page really goes.
const listen = window.addEventListener;
window.addEventListener = function (type, listener, options) {
  const leaves = type === "beforeunload" && String(listener).includes("api/shutdown");
  return listen.call(this, leaves ? "pagehide" : type, listener, options);
};
// A page that the browser kept and shows again has no kernel any more.
window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
