// A figure in a table that changes lights up once, so that the eye finds what moved. Where motion is not wanted, nothing
// does.

const STILL = window.matchMedia('(prefers-reduced-motion: reduce)');
const LOOK = [{ backgroundColor: 'color-mix(in srgb, var(--accent) 18%, transparent)' }, { backgroundColor: 'transparent' }];

/** Watches the page's tables from now on. */
export function startFlashing() {
  const seen = new MutationObserver((changes) => {
    if (STILL.matches) return;
    /** @type {Set<Element>} */
    const cells = new Set();
    for (const { target } of changes) {
      const cell = target.parentElement?.closest('[data-flash]');
      if (cell) cells.add(cell);
    }
    cells.forEach((cell) => cell.animate(LOOK, { duration: 700, easing: 'ease-out' }));
  });
  seen.observe(document.body, { characterData: true, subtree: true });
}
