// Runs in every page of the window before the page's own scripts (src-tauri/src/desktop/lock.rs): nothing is dragged out of it,
// nothing closes it, the pointer hides while fingers are used, and it says that it lives (src-tauri/src/desktop/watch.rs). Not for what a locked window stops: that is done outside the page.
(() => {
  const hidden = new CSSStyleSheet();
  hidden.replaceSync('*, *::before, *::after { cursor: none !important }');
  const known = document.adoptedStyleSheets;
  document.adoptedStyleSheets = [...known, hidden];
  hidden.disabled = true;
  /** @param {PointerEvent} event */
  const seen = ({ pointerType }) => {
    hidden.disabled = pointerType === 'mouse';
  };
  window.addEventListener('pointermove', seen, { capture: true, passive: true });
  window.addEventListener('pointerdown', seen, { capture: true, passive: true });
  // Closing the page would leave an empty window.
  Object.defineProperty(window, 'close', { value: () => {} });
  // A page that is stuck cannot: it is shown anew then.
  const tauri = /** @type {{__TAURI_INTERNALS__: {invoke: (command: string) => Promise<void>}}} */ (/** @type {unknown} */ (window));
  const beat = () => tauri.__TAURI_INTERNALS__.invoke('alive').catch(() => {});
  setTimeout(beat);
  setInterval(beat, 1000);
  window.addEventListener('dragstart', (event) => event.preventDefault(), { capture: true });
})();
