// Light, dark or high contrast: the system's choice unless somebody chose by hand. The looks themselves are in
// styles/tokens.css.

export const THEMES = Object.freeze(/** @type {const} */ (['auto', 'light', 'dark', 'contrast']));

/** @typedef {typeof THEMES[number]} Theme */

const KEPT = 'forecourt.theme';

/** The theme chosen by hand, or `auto`. @returns {Theme} */
export function theme() {
  const kept = localStorage.getItem(KEPT);
  return THEMES.find((name) => name === kept) ?? 'auto';
}

/** Shows what was chosen before. */
export function startTheme() {
  const name = theme();
  if (name === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
}

/** @param {Theme} name */
export function setTheme(name) {
  localStorage.setItem(KEPT, name);
  startTheme();
}
