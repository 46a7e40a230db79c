// Which screen is open, as the part of the address behind "#": the back button, a reload and a link all work. Not for
// what a screen shows. On a station's screen there is no way back to where the person before was: no history is kept.
import { isStationScreen } from './host.js';

/** The open screen and what it is about: `['bay', ID, '1']`; empty for the first screen. @returns {string[]} */
export function route() {
  const parts = window.location.hash.replace(/^#\/?/, '').split('/').filter(Boolean);
  try {
    return parts.map(decodeURIComponent);
  } catch {
    // Somebody typed half an escape: no screen has that name.
    return [];
  }
}

/** The address of a screen. @param {(string | number)[]} parts */
export const at = (...parts) => `#/${parts.map(encodeURIComponent).join('/')}`;

/** Opens a screen. @param {(string | number)[]} parts */
export function go(...parts) {
  if (isStationScreen()) goInstead(...parts);
  else window.location.hash = at(...parts);
}

/** Opens a screen in place of this one, so that the back button does not lead here again. @param {(string | number)[]} parts */
export function goInstead(...parts) {
  window.location.replace(at(...parts));
}

/** @param {() => void} listener called when another screen was opened */
export function onRoute(listener) {
  window.addEventListener('hashchange', listener);
}

/** Lets the page's own links keep no history, where the screen is a station's. */
export function keepNoHistory() {
  if (!isStationScreen()) return;
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    if (!link || event.defaultPrevented) return;
    event.preventDefault();
    window.location.replace(String(link.getAttribute('href')));
  });
}
