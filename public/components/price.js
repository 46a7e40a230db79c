// A price and a bill as people read them. The gateway reckons; here is only how it looks.
import { html } from '/vendor/lit-html/lit-html.js';
import { decimal, money, percent } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';

/** @import { Money, MoneyLine, Price } from '../../ui/types/events.d.ts' */

/** What a kWh costs here. @param {Price | null | undefined} price */
export function priceTag(price) {
  if (!price) return html`<span class="price" data-price="none">${t('price.none')}</span>`;
  const perKwh = money(price.perKwh, language());
  return html`<span class="price" data-price="kwh"><bdi>${t('price.per_kwh', { price: perKwh })}</bdi></span>`;
}

/** The tax inside, and what a usual charge costs. @param {Price} price */
export function priceNote(price) {
  const speech = language();
  return html`<p class="muted">
    ${t('price.note', { tax: percent(price.taxPercent, speech), example: money(price.exampleFor20Kwh, speech) })}
  </p>`;
}

/** @typedef {{total: Money, tax: Money, lines?: MoneyLine[]}} Bill */

/** Names of what a line is for, and of its units. @type {Readonly<Record<string, string>>} */
const WORDS = {
  energy: 'bill.energy',
  time: 'tariff.line_time',
  flat: 'tariff.line_flat',
  idle: 'tariff.line_idle',
  min_price: 'tariff.line_min',
  max_price: 'tariff.line_max',
  kWh: 'bill.kwh',
  min: 'tariff.unit_min',
  session: 'tariff.unit_session',
};

/** @param {string} word @param {string} otherwise */
const named = (word, otherwise) => (WORDS[word] ? t(WORDS[word]) : otherwise);

/** A bill, line by line. @param {Bill | null | undefined} bill */
export function billTable(bill) {
  if (!bill) return html`<p class="muted" data-bill="none">${t('price.none')}</p>`;
  const speech = language();
  return html`<table class="bill">
    <caption class="unseen">${t('bill.title')}</caption>
    <tbody>
      ${(bill.lines ?? []).map(
        (line) => html`<tr>
          <th scope="row">${named(line.kind, line.label)}<span class="muted" dir="ltr">${decimal(line.quantity, speech)} ${named(line.unit, line.unit)} × ${money(line.unitPrice, speech)}</span></th>
          <td data-figure="line"><bdi>${money(line.amount, speech)}</bdi></td>
        </tr>`,
      )}
    </tbody>
    <tfoot>
      <tr><th scope="row">${t('bill.total')}<span class="muted">${t('bill.tax', { tax: money(bill.tax, speech) })}</span></th>
        <td><b data-figure="cost"><bdi>${money(bill.total, speech)}</bdi></b></td></tr>
    </tfoot>
  </table>`;
}
