// How somebody needs the page to be: larger text, controls within reach from a wheelchair, more time. Kept on this screen
// until it is wiped. How it looks is in styles/comfort.css.

/** Text sizes in percent. */
export const SIZES = Object.freeze(/** @type {const} */ ([100, 125, 150, 200]));

/** @typedef {{size: number, low: boolean, patient: boolean}} Comfort */

const KEPT = 'forecourt.comfort';

/** @type {Comfort} */
const USUAL = { size: 100, low: false, patient: false };

/** @returns {Comfort} */
export function comfort() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? '{}');
    return { size: SIZES.find((size) => size === kept.size) ?? 100, low: kept.low === true, patient: kept.patient === true };
  } catch {
    return USUAL;
  }
}

/** Shows what was chosen before. */
export function startComfort() {
  const { size, low } = comfort();
  const { dataset } = document.documentElement;
  dataset.size = String(size);
  dataset.reach = low ? 'low' : 'all';
}

/** @param {Partial<Comfort>} change */
export function setComfort(change) {
  localStorage.setItem(KEPT, JSON.stringify({ ...comfort(), ...change }));
  startComfort();
}
