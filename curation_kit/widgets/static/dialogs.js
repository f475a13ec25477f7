/**
 * A modal dialog that the kernel opens and a person leaves at once: it does not wait for
 * the kernel, and a redraw before the kernel knows does not open it again.
 *
 * @param trait  changes when the dialog is opened or closed
 * @param isOpen  whether the kernel says that it is open
 * @param opened  called with the dialog when it has been opened
 */
function modal({ model, trait, isOpen, opened = () => {} }) {
  let isLeft = false; // which the kernel does not know yet
  const leave = ({ root, send }) => {
    isLeft = true;
    send("dismiss");
    root.querySelector("dialog").close(); // the focus goes back to what opened it
  };
  return {
    leave,
    /** Open or close it, after a redraw. */
    settle: (root) => {
      const dialog = root.querySelector("dialog");
      const wanted = isOpen() && !isLeft;
      if (wanted && dialog.matches(":modal")) return;
      const wasOpen = dialog.open; // and off the page meanwhile: it lies above nothing any more
      dialog.close();
      if (!wanted) return;
      dialog.showModal();
      if (!wasOpen) opened(dialog);
    },
    /** Take it as left when the browser closes it: by Escape; gives what ends that. */
    watch: (root, send) => {
      const dialog = root.querySelector("dialog");
      const known = () => { if (!isOpen()) isLeft = false; };
      model.on(`change:${trait}`, known);
      // At once: what is pressed next comes before the browser tells that it has closed it.
      dialog.addEventListener("cancel", ({ defaultPrevented }) => { if (!defaultPrevented) leave({ root, send }); });
      dialog.addEventListener("close", () => {
        if (!dialog.open && isOpen() && !isLeft) leave({ root, send });
      });
      return () => model.off(`change:${trait}`, known);
    },
  };
}
