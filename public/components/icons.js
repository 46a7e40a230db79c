// The pictures of the pages, drawn on a 24×24 grid in the colour of the text. They stand beside a word and are hidden
// from screen readers; a picture alone says nothing here.
import { html, svg } from '/vendor/lit-html/lit-html.js';

/** @import { TemplateResult } from '/vendor/lit-html/lit-html.js' */

/** Name → shape. Shapes differ in outline, so that states are told apart without colour. */
const SHAPES = {
  check: svg`<circle cx="12" cy="12" r="9"/><path d="m8 12.5 2.8 2.8L16 9.5"/>`,
  bolt: svg`<path d="M13 2.5 5 13.5h6l-1 8 8-11h-6z"/>`,
  plug: svg`<path d="M9 3v5m6-5v5M6.5 8h11v3.5a5.5 5.5 0 0 1-11 0zM12 17v4"/>`,
  pause: svg`<circle cx="12" cy="12" r="9"/><path d="M10 9v6m4-6v6"/>`,
  flag: svg`<path d="M6 21V4m0 .5h11.5l-2.5 4 2.5 4H6"/>`,
  bookmark: svg`<path d="M7 3.5h10V21l-5-4-5 4z"/>`,
  blocked: svg`<circle cx="12" cy="12" r="9"/><path d="m5.8 5.8 12.4 12.4"/>`,
  alert: svg`<path d="M12 3.5 2.5 20h19zM12 10v4.5m0 2.6v.2"/>`,
  cut: svg`<path d="M2.5 8.5a15 15 0 0 1 19 0M6 12.3a10 10 0 0 1 12 0m-8.5 3.700a4.5 4.5 0 0 1 5 0M12 19.500v.1M4 3l16 18"/>`,
  question: svg`<rect x="3.5" y="3.5" width="17" height="17" rx="4"/><path d="M9.5 9.6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1 1-1.1 1.9m0 2.8v.2"/>`,
  pulse: svg`<path d="M2.5 12.5H7l2.5-7 4.5 13 2.5-6h5"/>`,
  clock: svg`<circle cx="12" cy="12" r="9"/><path d="M12 7v5.4l3.5 2"/>`,
  globe: svg`<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c5 5.5 5 12.5 0 18-5-5.5-5-12.5 0-18z"/>`,
  contrast: svg`<circle cx="12" cy="12" r="9"/><path class="solid" d="M12 3a9 9 0 0 1 0 18z"/>`,
  leave: svg`<path d="M14 4H5.5v16H14M10 12h10m-3.5-3.5L20 12l-3.5 3.5"/>`,
  type2: svg`<path d="M5.5 4.5h13A9.5 9.5 0 1 1 5.5 4.5z"/><path class="dots" d="M9.5 8v.1m5-.1v.1M7.5 12v.1M12 12v.1m4.5-.1v.1M9.7 16v.1m4.6-.1v.1"/>`,
  combo: svg`<path d="M7 2.5h10a6.6 6.6 0 1 1-10 0z"/><path class="dots" d="M9.5 5.5v.1m5-.1v.1M12 8.5v.1"/><rect x="4.5" y="15.5" width="15" height="6.5" rx="3.25"/><path class="dots" d="M9 18.7v.1m6-.1v.1"/>`,
};

/** @typedef {keyof typeof SHAPES} IconName */

/** @param {IconName} name @returns {TemplateResult} */
export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${SHAPES[name]}</svg>`;
}
