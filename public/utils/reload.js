// Who else must load again when a page fell too far behind: what was fetched beside a followed snapshot is as old as that
// snapshot was, and no event will mend it. Not for when that is: live-subscription.js knows.

/** @type {Set<() => void>} */
const listeners = new Set();

/** @param {() => void} listener called when a snapshot was loaded anew @param {AbortSignal} signal */
export function onReload(listener, signal) {
  listeners.add(listener);
  signal.addEventListener('abort', () => listeners.delete(listener));
}

/** A snapshot was loaded anew: events were missed for good. */
export function reloaded() {
  listeners.forEach((listener) => listener());
}
