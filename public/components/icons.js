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
  home: svg`<path d="M4 11.5 12 4.500l8 7M6 10v9.500h12V10"/><path d="M10 19.500V14h4v5.5"/>`,
  person: svg`<circle cx="12" cy="8" r="4"/><path d="M4.5 20.500a7.5 7.5 0 0 1 15 0"/>`,
  people: svg`<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 19.500a6.5 6.5 0 0 1 13 0M16 5.300a3.5 3.5 0 0 1 0 6.400M18 14a6.5 6.5 0 0 1 3.5 5.5"/>`,
  wallet: svg`<path d="M4 7.500V18a1.5 1.5 0 0 0 1.5 1.500h13A1.5 1.5 0 0 0 20 18V9.500A1.5 1.5 0 0 0 18.5 8H5.300A1.8 1.8 0 0 1 5.5 4.500H17"/><path class="dots" d="M16.2 13.700v.1"/>`,
  pin: svg`<path d="M12 21.500s7-6.3 7-11.500a7 7 0 0 0-14 0c0 5.2 7 11.5 7 11.500z"/><circle cx="12" cy="10" r="2.5"/>`,
  phone: svg`<path d="M6 3.500h3.500l1.5 4.5-2 1.500a11 11 0 0 0 5.5 5.500l1.5-2 4.5 1.500V18a2.5 2.5 0 0 1-2.7 2.500A16 16 0 0 1 3.5 6.2 2.5 2.5 0 0 1 6 3.500z"/>`,
  search: svg`<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>`,
  gear: svg`<circle cx="12" cy="12" r="3.2"/><path d="M12 2.800v3M12 18.200v3M2.8 12h3M18.2 12h3M5.5 5.500l2.1 2.100M16.4 16.400l2.1 2.100M5.5 18.500l2.1-2.100M16.4 7.600l2.1-2.1"/>`,
  bell: svg`<path d="M6 16.500V11a6 6 0 0 1 12 0v5.500l1.5 1.500h-15zM10 20.500h4"/>`,
  building: svg`<path d="M5 20.500v-17h9v17M14 9.500h5v11M3 20.500h18M8 7.500h3M8 11.500h3M8 15.500h3"/>`,
  chart: svg`<path d="M4 4v16h16.500M8 16v-4M12.5 16V8M17 16v-6"/>`,
  briefcase: svg`<rect x="3.5" y="7.5" width="17" height="12" rx="1.5"/><path d="M9 7.500v-3h6v3M3.5 12.500h17M12 12.500v2"/>`,
  card: svg`<rect x="3" y="5.5" width="18" height="13" rx="2"/><path d="M3 10h18M6.5 15h4"/>`,
  server: svg`<rect x="4" y="4" width="16" height="7" rx="1.5"/><rect x="4" y="13" width="16" height="7" rx="1.5"/><path class="dots" d="M7.5 7.500v.1M7.5 16.500v.1"/>`,
  receipt: svg`<path d="M6 3.500h12V21l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6"/>`,
  key: svg`<circle cx="8" cy="15.5" r="4.5"/><path d="M11.3 12.3 20 3.500M16.5 7l3 3"/>`,
  inbox: svg`<path d="M3.5 13.5 6.5 5h11l3 8.500v6h-17zM3.5 13.500H9a3 3 0 0 0 6 0h5.5"/>`,
  forward: svg`<path d="m9 5 7 7-7 7"/>`,
  back: svg`<path d="m15 5-7 7 7 7"/>`,
  close: svg`<path d="m5.5 5.5 13 13m0-13-13 13"/>`,
  plus: svg`<path d="M12 4.500v15M4.5 12h15"/>`,
  edit: svg`<path d="M4 20h4L19.5 8.500l-4-4L4 16zM13 7l4 4"/>`,
  trash: svg`<path d="M4 6.500h16M9 6.500v-3h6v3M6 6.500l1 14h10l1-14M10 10.500v6M14 10.500v6"/>`,
  copy: svg`<rect x="8.5" y="8.5" width="12" height="12" rx="1.5"/><path d="M15.5 8.500v-5h-12v12h5"/>`,
  access: svg`<circle cx="12" cy="12" r="9.5"/><path class="dots" d="M12 6.700v.1"/><path d="M7 10c3.3 1 6.7 1 10 0M12 10.500v3.500l-2.5 4M12 14l2.5 4"/>`,
  stop: svg`<circle cx="12" cy="12" r="9"/><rect x="9" y="9" width="6" height="6" rx="1"/>`,
  tag: svg`<path d="M3.5 4.500v8l8.5 8.5 8.5-8.500L12 4.500z"/><path class="dots" d="M8 9v.1"/>`,
  print: svg`<path d="M7 8.500v-5h10v5M7 17.500H3.5v-9h17v9H17"/><path d="M7 14h10v6.500H7z"/>`,
  ticket: svg`<path d="M3.5 6.500h17v4a1.8 1.8 0 0 0 0 3.500v3.500h-17v-3.500a1.8 1.8 0 0 0 0-3.500z"/><path d="M14 6.500v2m0 2.500v2m0 2.500v2"/>`,
  list: svg`<path d="M9 6h11M9 12h11M9 18h11"/><path class="dots" d="M4.5 6v.1m0 5.900v.1m0 5.900v.1"/>`,
  battery: svg`<rect x="2.5" y="7.5" width="16" height="9" rx="2"/><path d="M21.5 10.500v3M6 10.500v3M9.5 10.500v3"/>`,
  up: svg`<path d="M12 20V4.500m-6 6 6-6 6 6"/>`,
  down: svg`<path d="M12 4v15.500m-6-6 6 6 6-6"/>`,
  refresh: svg`<path d="M20 11a8 8 0 0 0-14.5-4M4 4v4h4M4 13a8 8 0 0 0 14.5 4M20 20v-4h-4"/>`,
  columns: svg`<rect x="3.5" y="4.5" width="17" height="15" rx="1.5"/><path d="M9.2 4.500v15m5.6-15v15"/>`,
  type2: svg`<path d="M5.5 4.5h13A9.5 9.5 0 1 1 5.5 4.5z"/><path class="dots" d="M9.5 8v.1m5-.1v.1M7.5 12v.1M12 12v.1m4.5-.1v.1M9.7 16v.1m4.6-.1v.1"/>`,
  combo: svg`<path d="M7 2.5h10a6.6 6.6 0 1 1-10 0z"/><path class="dots" d="M9.5 5.5v.1m5-.1v.1M12 8.5v.1"/><rect x="4.5" y="15.5" width="15" height="6.5" rx="3.25"/><path class="dots" d="M9 18.7v.1m6-.1v.1"/>`,
};

/** @typedef {keyof typeof SHAPES} IconName */

/** @param {IconName} name @returns {TemplateResult} */
export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${SHAPES[name]}</svg>`;
}
