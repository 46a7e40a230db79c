// Where a charge is to end: at the stop button, or at an amount of money, energy or time, whichever was chosen. The gateway
// ends it in time; this only says the wish.
import { html } from '/vendor/lit-html/lit-html.js';
import { count, money } from '../../utils/format.js';
import { language, t } from '../../utils/i18n.js';
import { amountsFor, decimals, limitOf } from './limit-model.js';

/** @import { Price } from '../../../ui/types/events.d.ts' */
/** @import { Kind } from './limit-model.js' */

/** What is offered, kWh and minutes. */
const ENERGY = [10, 20, 40, 60];
const TIME = [30, 60, 120, 240];

/** @param {() => void} changed */
export function limitChoice(changed) {
  /** @type {Kind} */
  let kind = 'none';
  let size = 0;

  /** @param {Price | null | undefined} price */
  const offered = (price) => (kind === 'money' ? (price ? amountsFor(price) : []) : kind === 'energy' ? ENERGY : kind === 'time' ? TIME : []);

  /** @param {Kind} next @param {Price | null | undefined} price */
  const turn = (next, price) => () => {
    kind = next;
    size = offered(price)[1] ?? offered(price)[0] ?? 0;
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
        ${choice('none', t('limit.none'), price)} ${price ? choice('money', t('limit.money'), price) : null}
        ${choice('energy', t('limit.energy'), price)} ${choice('time', t('limit.time'), price)}
      </div>
      ${kind === 'none' ? null : html`<div class="choices" role="group" aria-label=${t('limit.size')}>
        ${offered(price).map((amount) => html`<button type="button" class="option" data-limit-size=${amount} aria-pressed=${String(amount === size)}
          @click=${choose(amount)}><bdi>${words(price, amount)}</bdi></button>`)}
      </div>`}
    </fieldset>`,
  };

  /** @param {Kind} name @param {string} label @param {Price | null | undefined} price */
  function choice(name, label, price) {
    return html`<button type="button" class="option" data-limit-kind=${name} aria-pressed=${String(kind === name)} @click=${turn(name, price)}>${label}</button>`;
  }
}
