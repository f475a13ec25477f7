// Saves files that come in slices, and keeps ?job= in the address up to date.
function render({ model, el }) {
  let file = null; // { name, size, parts, received }

  const address = () => {
    if (!model.get("owns_address")) return;
    const url = new URL(window.location.href);
    const job = model.get("job_id");
    if (job) url.searchParams.set("job", job);
    else url.searchParams.delete("job");
    if (url.href !== window.location.href) window.history.replaceState(null, "", url);
  };

  const save = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(file.parts));
    link.download = file.name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    file = null;
  };

  const draw = () => file && h("div", { class: "ck-message ck-is-notice", role: "status" },
    h("span", null, `Downloading ${file.name}`),
    h("progress", { max: Math.max(file.size, 1), value: file.received, "aria-label": "Download" }));

  const { remove } = mount({
    model, el, draw,
    onMessage: (message, buffers, { send, redraw }) => {
      if (message.save) {
        file = { name: message.save, size: message.size, parts: [], received: 0 };
        if (file.size) send("slice", [0]);
        else save();
      } else if (file && message.slice === file.received) {
        file.parts.push(buffers[0]);
        file.received += buffers[0].byteLength;
        if (file.received >= file.size || !buffers[0].byteLength) save();
        else send("slice", [file.received]);
      }
      redraw();
    },
  });
  model.on("change:job_id", address);
  address();
  return () => { remove(); model.off("change:job_id", address); };
}

export default { render };
