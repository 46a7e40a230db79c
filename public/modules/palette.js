// Ctrl-K: every page, station, charge point and customer by a few letters of its name. Up and down choose, enter opens.
import { html } from '/vendor/lit-html/lit-html.js';
import { dialog } from '../components/dialog.js';
import { icon } from '../components/icons.js';
import { get } from '../utils/api.js';
import { language, t } from '../utils/i18n.js';
import { at } from '../utils/route.js';
import { pagesFor } from './navigation.js';
import { organization, role } from './sign-in.js';

/** @import { CustomerObject } from '../../ui/types/api.d.ts' */
/** @import { IconName } from '../components/icons.js' */
/** @import { Desk } from './desk.js' */

/** @typedef {{href: string, picture: IconName, name: string, more: string}} Found */

const MOST = 9;
const TYPING_MS = 200;

/** @param {{desk: () => Desk | null, changed: () => void}} options */
export function palette({ desk, changed }) {
  let shown = false;
  let text = '';
  let chosen = 0;
  /** @type {Found[]} */
  let customers = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let typing;

  /** @returns {Found[]} */
  function found() {
    const here = desk();
    const pages = pagesFor(role(), organization()).map(({ name, picture, words }) => ({ href: at(name), picture, name: t(words), more: '' }));
    const stations = here?.stations.rows(language()).map(({ id, name, address }) => ({ href: at('stations', id), picture: /** @type {IconName} */ ('building'), name, more: address.city ?? '' })) ?? [];
    const points = here?.points.rows(language()).map(({ point }) => ({ href: at('points', point.id), picture: /** @type {IconName} */ ('plug'), name: point.name, more: point.identity ?? '' })) ?? [];
    const words = text.trim().toLowerCase();
    const all = [...pages, ...points, ...stations].filter(({ name, more }) => `${name} ${more}`.toLowerCase().includes(words));
    return [...all, ...customers].slice(0, MOST);
  }

  /** Customers are too many to be known here: the gateway looks for them. */
  async function look() {
    const words = text.trim();
    if (words.length < 2 || organization() !== null) return;
    try {
      const { data } = await /** @type {typeof get<{items: CustomerObject[]}>} */ (get)(`/api/cms/customers?limit=5&search=${encodeURIComponent(words)}`);
      if (text.trim() !== words) return;
      customers = data.items.map(({ id, name, email }) => ({ href: at('customers', id), picture: 'person', name, more: email }));
      changed();
    } catch {
      // The rest is found all the same.
    }
  }

  /** @param {Event} event */
  function typed(event) {
    text = /** @type {HTMLInputElement} */ (event.currentTarget).value;
    customers = [];
    chosen = 0;
    clearTimeout(typing);
    typing = setTimeout(look, TYPING_MS);
    changed();
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const rows = found();
    if (event.key === 'ArrowDown') chosen = Math.min(chosen + 1, rows.length - 1);
    else if (event.key === 'ArrowUp') chosen = Math.max(0, chosen - 1);
    else if (event.key === 'Enter' && rows[chosen]) window.location.hash = /** @type {Found} */ (rows[chosen]).href;
    else return;
    event.preventDefault();
    if (event.key === 'Enter') close();
    changed();
  }

  function open() {
    shown = true;
    text = '';
    customers = [];
    chosen = 0;
    changed();
  }

  function close() {
    shown = false;
    changed();
  }

  window.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k' || desk() === null) return;
    event.preventDefault();
    if (shown) close();
    else open();
  });

  const body = () => html`<div class="palette">
    <label class="search">${icon('search')}<span class="unseen">${t('palette.open')}</span>
      <input type="search" role="combobox" aria-expanded="true" aria-controls="found" aria-activedescendant="found-${chosen}" autofocus autocomplete="off"
        placeholder=${t('palette.hint')} maxlength="100" @input=${typed} @keydown=${pressed}></label>
    <ul id="found" class="found" role="listbox" aria-label=${t('palette.open')}>
      ${found().map(({ href, picture, name, more }, index) => html`<li id="found-${index}" role="option" aria-selected=${String(index === chosen)}
        @click=${() => {
          window.location.hash = href;
          close();
        }}>${icon(picture)}<span><bdi>${name}</bdi></span><bdi class="muted">${more}</bdi></li>`)}
    </ul>
    ${found().length === 0 ? html`<p class="muted">${t('table.nothing')}</p>` : null}
  </div>`;

  return {
    open,
    close() {
      shown = false;
    },
    view: () => (shown ? dialog({ name: 'palette', title: t('palette.open'), body: body(), close }) : null),
  };
}
