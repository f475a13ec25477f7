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
  model.on(`change:${trait}`, () => { if (!isOpen()) isLeft = false; });
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
      if (wanted === dialog.open) return;
      if (!wanted) dialog.close();
      else {
        dialog.showModal();
        opened(dialog);
      }
    },
    /** Take it as left when the browser has closed it: by Escape. */
    watch: (root, send) => root.querySelector("dialog").addEventListener("close", ({ target }) => {
      if (!target.open && isOpen() && !isLeft) leave({ root, send });
    }),
  };
}
