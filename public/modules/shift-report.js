// What a day comes to, as it stands on its report: sales with their tax, money that moved, and the till.
import { html } from '/vendor/lit-html/lit-html.js';
import { fact } from '../components/page-head.js';
import { count, kwh, money, percent } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';

/** @import { Money } from '../../ui/types/api.d.ts' */
/** @import { Shift } from '../../ui/types/api.d.ts' */

/** The providers' own names. @type {Readonly<Record<string, string>>} */
const PROVIDERS = { stripe: 'Stripe', razorpay: 'Razorpay' };

/** @param {Money} amount @param {string} [name] */
const sum = (amount, name) => html`<bdi data-figure=${name ?? ''}>${money(amount, language())}</bdi>`;

/** @param {Shift} shift */
export function shiftReport({ sales, refunds, owed, topups, topupRefunds, prepaid, cash, given, taken, note }) {
  const speech = language();
  return html`<div class="three" data-shift>
    <section class="card"><h3>${t('shift.sales')}</h3><dl class="facts-list">
      ${fact(t('shift.sold'), sum(sales.total, 'shift-sold'))}
      ${fact(t('shift.net'), sum(sales.net))}
      ${sales.taxes.map((tax) => fact(t('shift.tax', { percent: percent(tax.percent, speech) }), sum(tax.tax)))}
      ${fact(t('charge.energy'), html`<span dir="ltr">${kwh(sales.energyWh, speech)} kWh</span>`)}
      ${fact(t('shift.invoices'), count(sales.invoices, speech))}
      ${sales.reversals > 0 ? fact(t('shift.reversals'), count(sales.reversals, speech)) : null}
      ${sales.numbers.map(({ first, last }) => fact(t('shift.numbers'), html`<bdi>${first === last ? first : `${first} – ${last}`}</bdi>`))}
      ${fact(t('shift.refunds'), sum(refunds))}
      ${fact(t('shift.owed'), sum(owed))}
    </dl></section>
    <section class="card"><h3>${t('shift.money_in')}</h3><dl class="facts-list">
      ${topups.map(({ provider, count: times, amount }) => fact(`${PROVIDERS[provider] ?? provider} · ${count(times, speech)}`, sum(amount)))}
      ${fact(t('shift.went_back'), sum(topupRefunds))}
      ${fact(`${t('shift.codes')} · ${count(prepaid.count, speech)}`, sum(prepaid.amount))}
      ${fact(t('shift.given'), sum(given))}
      ${fact(t('shift.taken'), sum(taken))}
    </dl></section>
    <section class="card"><h3>${t('shift.till')}</h3><dl class="facts-list">
      ${fact(t('shift.before'), sum(cash.before))}
      ${fact(t('shift.came'), sum(cash.came, 'shift-cash'))}
      ${fact(t('shift.went'), sum(cash.went))}
      ${fact(t('shift.should'), sum(cash.expected, 'shift-expected'))}
      ${cash.counted ? fact(t('shift.counted'), sum(cash.counted)) : null}
      ${cash.difference ? fact(t('shift.difference'), sum(cash.difference, 'shift-difference')) : null}
    </dl>${note ? html`<p><bdi>${note}</bdi></p>` : null}</section>
  </div>`;
}
