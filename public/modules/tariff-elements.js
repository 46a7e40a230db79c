// The lines of a tariff's elements in its form: a price each, and when it holds. What stands in them is tariff-draft.js's.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { field } from '../components/field.js';
import { icon } from '../components/icons.js';
import { language, t } from '../utils/i18n.js';

/** @import { Row, TariffDraft } from './tariff-draft.js' */

/** @type {Readonly<Record<string, string>>} */
const TYPES = { ENERGY: 'tariff.energy', TIME: 'tariff.time', PARKING_TIME: 'tariff.parking_time', FLAT: 'tariff.flat' };

const DAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];

/** A day's short name; the first of June 2026 is a Monday. @param {number} index */
const dayName = (index) => new Intl.DateTimeFormat(language(), { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2026, 5, 1 + index));

/** @param {TariffDraft} draft @param {() => void} changed */
export function elementRows(draft, changed) {
  const add = () => {
    draft.add();
    changed();
  };
  return html`<p class="muted">${t('tariff.elements_hint')}</p>
    ${repeat(draft.rows, ({ key }) => key, (row) => elementRow(draft, row, changed))}
    <button type="button" data-act="add-row" @click=${add}>${icon('plus')}${t('tariff.add_row')}</button>`;
}

/** @param {TariffDraft} draft @param {Row} row @param {() => void} changed */
function elementRow(draft, row, changed) {
  const one = (/** @type {keyof Row} */ name, /** @type {string} */ label, /** @type {object} */ more = {}) =>
    field({ name: `${name} ${row.key}`, label, value: String(row[name]), ltr: true, ...more });
  const drop = () => {
    draft.drop(row.key);
    changed();
  };
  const toggle = (/** @type {string} */ day) => () => {
    draft.toggleDay(row, day);
    changed();
  };
  return html`<fieldset class="card form" data-row=${row.type}>
    <div class="form-grid">
      ${one('type', t('tariff.kind'), { options: Object.entries(TYPES).map(([type, key]) => [type, t(key)]) })}
      ${one('price', t('tariff.net'), { required: true })}
      ${one('vat', t('tariff.tax'))}
      ${one('stepSize', t('tariff.step'), { type: 'number', min: 0 })}
      ${one('startTime', t('tariff.from'), { type: 'time' })}
      ${one('endTime', t('tariff.to'), { type: 'time' })}
    </div>
    <div class="switch" role="group" aria-label=${t('tariff.days')}>${DAYS.map((day, index) => html`<button type="button" class="quiet" aria-pressed=${row.days.includes(day)} @click=${toggle(day)}>${dayName(index)}</button>`)}</div>
    <details>
      <summary>${t('tariff.more')}</summary>
      <div class="form-grid">
        ${one('startDate', t('tariff.first_day'), { type: 'date' })}
        ${one('endDate', t('tariff.before_day'), { type: 'date' })}
        ${one('minKwh', t('tariff.from_kwh'))}
        ${one('maxKwh', t('tariff.below_kwh'))}
        ${one('minPower', t('tariff.from_kw'))}
        ${one('maxPower', t('tariff.below_kw'))}
        ${one('minCurrent', t('tariff.from_a'))}
        ${one('maxCurrent', t('tariff.below_a'))}
        ${one('minDuration', t('tariff.after_seconds'), { type: 'number', min: 0 })}
        ${one('maxDuration', t('tariff.before_seconds'), { type: 'number', min: 0 })}
      </div>
    </details>
    <button type="button" class="quiet" data-act="drop-row" @click=${drop}>${icon('trash')}${t('tariff.drop_row')}</button>
  </fieldset>`;
}
