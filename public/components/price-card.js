// What a charge costs before it begins, whole: every part of the price, the tax, an example, and when it next changes.
// The gateway reckons; the words of a single price are in price.js.
import { html } from '/vendor/lit-html/lit-html.js';
import { count, money, timeOfDay } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { icon } from './icons.js';
import { priceNote, priceTag } from './price.js';

/** @import { Money, Price } from '../../ui/types/events.d.ts' */

/** A part that is not charged is not shown. @param {string} label @param {Money | null | undefined} amount @param {string} [more] */
function part(label, amount, more) {
  if (!amount) return null;
  return html`<div><dt>${label}</dt><dd><bdi>${money(amount, language())}</bdi>${more ? html` <span class="muted">${more}</span>` : null}</dd></div>`;
}

/** @param {Price | null | undefined} price */
export function priceCard(price) {
  if (!price) return html`<section class="price-card" data-price-card="none"><p class="price-big">${t('price.none')}</p></section>`;
  const speech = language();
  const { perMinute, sessionFee, idlePerMinute, idleGraceMinutes } = price;
  return html`<section class="price-card" data-price-card=${price.tariffVersion} aria-label=${t('start.price')}>
    <p class="price-big">${priceTag(price)}</p>
    <dl class="price-parts">
      ${part(t('price.minute'), perMinute)} ${part(t('price.session'), sessionFee)}
      ${part(t('price.idle'), idlePerMinute, t('price.grace', { minutes: count(idleGraceMinutes, speech) }))}
    </dl>
    ${priceNote(price)} ${nextPrice(price)}
    <p class="price-kept">${icon('check')}<span>${t('price.kept')}</span></p>
  </section>`;
}

/** When the price changes, and to what; nothing while no change is known. @param {Price | null | undefined} price */
export function nextPrice(price) {
  const next = price?.next;
  if (!next) return null;
  const words = { price: money(next.perKwh, language()), time: timeOfDay(Date.parse(next.from), language()) };
  return html`<p class="price-next" data-price="next">${icon('clock')}<span>${t('price.next', words)}</span></p>`;
}
