// A table with its search, the choice of columns, sorting by a press on a head, and pages. The rows are the caller's: they
// stay the same elements while their figures move.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { count } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { icon } from './icons.js';

/**
 * @template Row
 * @typedef {object} Column
 * @property {string} name
 * @property {string} label
 * @property {(row: Row) => unknown} cell
 * @property {string} [sort] the order it stands for
 * @property {boolean} [figure] shown at the end of its cell, in digits of one width
 * @property {boolean} [spare] hidden until it is chosen
 */

/** @typedef {{sort: string, search: string, order: (field: string) => void, look: (text: string) => void}} Looking */

const HIDDEN = 'forecourt.columns.';

/** @param {string} table @param {Column<any>[]} columns @returns {Set<string>} */
function hidden(table, columns) {
  try {
    const kept = JSON.parse(localStorage.getItem(HIDDEN + table) ?? 'null');
    if (Array.isArray(kept)) return new Set(kept.map(String));
  } catch {
    // Another version of the page kept it.
  }
  return new Set(columns.filter(({ spare }) => spare).map(({ name }) => name));
}

/**
 * @template {{id: string}} Row
 * @param {object} options
 * @param {string} options.name found as `data-table`
 * @param {string} options.title
 * @param {Column<Row>[]} options.columns the first is the row's name
 * @param {Row[]} options.rows of the open page
 * @param {number} options.total
 * @param {number} options.page
 * @param {number} options.size rows on a page
 * @param {Looking | null} options.looking null: it can be neither searched nor sorted
 * @param {(page: number) => void} options.turn
 * @param {() => void} options.changed
 * @param {unknown} options.empty what stands there when there is nothing
 * @param {unknown} [options.more] beside the search
 */
export function dataTable({ name, title, columns, rows, total, page, size, looking, turn, changed, empty, more }) {
  const away = hidden(name, columns);
  const shown = columns.filter((column, index) => index === 0 || !away.has(column.name));
  /** @param {string} column */
  const toggle = (column) => () => {
    if (!away.delete(column)) away.add(column);
    localStorage.setItem(HIDDEN + name, JSON.stringify([...away]));
    changed();
  };
  /** @param {(field: string) => void} act */
  const sorting = (act) => (/** @type {string} */ field) => () => {
    if (looking) act.call(looking, field);
    changed();
  };
  const sort = sorting(looking?.order ?? (() => {}));
  /** @param {Event} event */
  const look = (event) => {
    looking?.look(/** @type {HTMLInputElement} */ (event.currentTarget).value);
    changed();
  };
  return html`<section class="card table-card" data-table=${name} aria-label=${title}>
    <div class="table-bar">
      ${looking ? html`<label class="search">${icon('search')}<span class="unseen">${t('table.search')}</span>
        <input type="search" placeholder=${t('table.search')} @input=${look} maxlength="100"></label>` : html`<span class="space"></span>`}
      ${more ?? null}
      <details class="columns-choice">
        <summary class="button quiet">${icon('columns')}<span>${t('table.columns')}</span></summary>
        <div class="menu">${columns.slice(1).map((column) => html`<label><input type="checkbox" .checked=${!away.has(column.name)} @change=${toggle(column.name)}>${column.label}</label>`)}</div>
      </details>
    </div>
    ${rows.length === 0
      ? html`<div class="table-empty">${(looking?.search ?? '') === '' ? empty : html`<p class="muted">${t('table.nothing')}</p>`}</div>`
      : html`<div class="wide" tabindex="0" role="group" aria-label=${title}><table class="list">
          <thead><tr>${shown.map((column) => head(column, looking?.sort ?? '', sort))}</tr></thead>
          <tbody>${repeat(rows, ({ id }) => id, (row) => html`<tr data-row=${row.id}>${shown.map((column, index) => cell(column, row, index))}</tr>`)}</tbody>
        </table></div>`}
    ${total > size ? pages(page, Math.ceil(total / size), total, turn) : null}
  </section>`;
}

/** @template Row @param {Column<Row>} column @param {string} sort @param {(field: string) => () => void} by */
function head({ label, sort: field, figure }, sort, by) {
  if (!field) return html`<th scope="col" ?data-numeric=${figure}>${label}</th>`;
  const up = sort === field;
  const down = sort === `-${field}`;
  return html`<th scope="col" ?data-numeric=${figure} aria-sort=${up ? 'ascending' : down ? 'descending' : 'none'}>
    <button class="sorter" @click=${by(field)}>${label}${up || down ? icon(up ? 'up' : 'down') : null}</button>
  </th>`;
}

/** @template Row @param {Column<Row>} column @param {Row} row @param {number} index */
const cell = (column, row, index) => index === 0
  ? html`<th scope="row">${column.cell(row)}</th>`
  : html`<td ?data-numeric=${column.figure}>${column.cell(row)}</td>`;

/** @param {number} page @param {number} last @param {number} total @param {(page: number) => void} turn */
function pages(page, last, total, turn) {
  const speech = language();
  return html`<nav class="pages" aria-label=${t('table.pages')}>
    <span class="muted">${t('table.of', { page: count(page, speech), last: count(last, speech), total: count(total, speech) })}</span>
    <button class="icon-only back" aria-label=${t('table.before')} ?disabled=${page <= 1} @click=${() => turn(page - 1)}>${icon('back')}</button>
    <button class="icon-only back" aria-label=${t('table.after')} ?disabled=${page >= last} @click=${() => turn(page + 1)}>${icon('forward')}</button>
  </nav>`;
}
