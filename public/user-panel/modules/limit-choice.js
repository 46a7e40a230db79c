// Where a charge is to end: at the stop button, or at an amount of money, energy or time, whichever was chosen. The gateway
// ends it in time; this only says the wish.
import { html } from '/vendor/lit-html/lit-html.js';
import { count, money } from '../../utils/format.js';
import { language, t } from '../../utils/i18n.js';

/** @import { Price } from '../../../ui/types/events.d.ts' */

/** @typedef {{amount?: {amount: string, currency: string}, energyWh?: number, minutes?: number}} Limit */
/** @typedef {'none' | 'money' | 'energy' | 'time'} Kind */

/** What is offered of each kind: whole units of money, kWh, minutes. @type {Readonly<Record<Exclude<Kind, 'none'>, readonly number[]>>} */
const OFFERED = { money: [5, 10, 20, 50], energy: [10, 20, 40, 60], time: [30, 60, 120, 240] };

/** The decimals of a price in the currency. @param {Price} price */
const decimals = (price) => price.exampleFor20Kwh.amount.split('.')[1]?.length ?? 0;

/** @param {Kind} kind @param {number} size @param {Price | null | undefined} price @returns {Limit | null} */
export function limitOf(kind, size, price) {
  if (kind === 'money') return price ? { amount: { amount: size.toFixed(decimals(price)), currency: price.currency } } : null;
  if (kind === 'energy') return { energyWh: size * 1000 };
  return kind === 'time' ? { minutes: size } : null;
}

/** @param {() => void} changed */
export function limitChoice(changed) {
  /** @type {Kind} */
  let kind = 'none';
  let size = 0;

  /** @param {Kind} next */
  const turn = (next) => () => {
    kind = next;
    size = next === 'none' ? 0 : OFFERED[next][1] ?? 0;
    changed();
  };
  /** @param {number} next */
  const choose = (next) => () => {
    size = next;
    changed();
  };

  /** @param {Price | null | undefined} price @param {number} amount */
  function words(price, amount) {
    const speech = language();
    if (kind === 'money' && price) return money({ amount: amount.toFixed(decimals(price)), currency: price.currency }, speech);
    if (kind === 'energy') return `${count(amount, speech)} kWh`;
    return t('limit.minutes', { minutes: count(amount, speech) });
  }

  return {
    /** As a start takes it; null: at the stop button. @param {Price | null | undefined} price */
    wish: (price) => limitOf(kind, size, price),
    /** @param {Price | null | undefined} price */
    view: (price) => html`<fieldset class="limit" data-limit=${kind}>
      <legend>${t('limit.title')}</legend>
      <div class="choices">
        ${choice('none', t('limit.none'))} ${price ? choice('money', t('limit.money')) : null}
        ${choice('energy', t('limit.energy'))} ${choice('time', t('limit.time'))}
      </div>
      ${kind === 'none' ? null : html`<div class="choices" role="group" aria-label=${t('limit.size')}>
        ${OFFERED[kind].map((amount) => html`<button type="button" class="option" data-limit-size=${amount} aria-pressed=${String(amount === size)}
          @click=${choose(amount)}><bdi>${words(price, amount)}</bdi></button>`)}
      </div>`}
    </fieldset>`,
  };

  /** @param {Kind} name @param {string} label */
  function choice(name, label) {
    return html`<button type="button" class="option" data-limit-kind=${name} aria-pressed=${String(kind === name)} @click=${turn(name)}>${label}</button>`;
  }
}
