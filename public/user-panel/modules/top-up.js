// Paying money in: on a payment provider's page, which a phone opens from a QR code, or with a prepaid code. The money is
// there when the wallet's own events say so; this only asks for the page.
import { html } from '/vendor/lit-html/lit-html.js';
import { field } from '../../components/field.js';
import { icon } from '../../components/icons.js';
import { problemNotice } from '../../components/notice.js';
import { qrOf } from '../../components/qr-code.js';
import { get, postOnce } from '../../utils/api.js';
import { money } from '../../utils/format.js';
import { language, t } from '../../utils/i18n.js';
import { Sending } from '../../utils/sending.js';
import { payChoice, payScan, usualAmount } from './pay-page.js';

/** @import { Topup, TopupOptions, TopupTaken, WalletTransactionObject } from '../../../ui/types/api.d.ts' */
/** @import { Drawn } from '../../components/qr-code.js' */
/** @import { MyCharges } from './my-charges.js' */

/** @typedef {{topup: Topup, code: Drawn}} Page */

/** @param {{charges: MyCharges, changed: () => void, signal: AbortSignal}} page */
export function topUp({ charges, changed, signal }) {
  /** @type {TopupOptions | null} */
  let options = null;
  /** @type {Page | null} */
  let paying = null;
  /** @type {WalletTransactionObject | null} what a code brought */
  let redeemed = null;
  let amount = '';
  const loading = new Sending(changed);
  const asking = new Sending(changed);
  const redeeming = new Sending(changed);

  loading.run(async () => {
    options = (await /** @type {typeof get<TopupOptions>} */ (get)('/api/user/wallet/topup-options', signal)).data;
    amount = usualAmount(options);
  });

  /** @param {string} provider @param {string} currency */
  const ask = (provider, currency) => asking.run(async () => {
    const said = { amount: { amount, currency }, provider };
    const { topup } = (await /** @type {typeof postOnce<TopupTaken>} */ (postOnce)('/api/user/wallet/topup', said)).data;
    if (topup.checkoutUrl) paying = { topup, code: await qrOf(topup.checkoutUrl) };
  });

  /** @param {SubmitEvent} event */
  function redeem(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const code = String(new FormData(form).get('code')).trim();
    redeemed = null;
    redeeming.run(async () => {
      redeemed = (await /** @type {typeof postOnce<WalletTransactionObject>} */ (postOnce)('/api/user/wallet/redeem', { code })).data;
      form.reset();
    }, true);
  }

  /** The wallet's movement that this page's payment made. @param {Page} page */
  const paid = ({ topup }) => charges.wallet.transactions.find(({ topupId }) => topupId === topup.id);

  /** @param {string} sum */
  function choose(sum) {
    amount = sum;
    changed();
  }

  function close() {
    paying = null;
    changed();
  }

  /** @param {TopupOptions} offered */
  const choice = (offered) => html`<section class="card form" data-part="top-up" aria-labelledby="top-up-title">
    <h2 id="top-up-title">${t('topup.title')}</h2>
    ${asking.problem === null ? null : problemNotice(asking.problem)}
    ${payChoice({ offered, amount, busy: asking.busy, choose, pay: (provider) => ask(provider, offered.smallest.currency) })}
    <p class="muted">${t('topup.hint')}</p>
  </section>`;

  /** @param {WalletTransactionObject} movement */
  const thanks = (movement) => html`<section class="card form" data-part="paid">
    <p class="notice" data-tone="free" role="status">${icon('check')}<span>${t('topup.paid', { amount: money(movement.amount, language()) })}</span></p>
    <button type="button" data-act="close-payment" @click=${close}>${t('topup.another')}</button>
  </section>`;

  const codes = () => html`<form class="card form" data-form="redeem" @submit=${redeem}>
    <h2>${t('topup.code_title')}</h2>
    ${redeeming.problem === null ? null : problemNotice(redeeming.problem)}
    ${redeemed === null ? null : html`<p class="notice" data-tone="free" role="status">${icon('check')}<span>${t('topup.paid', { amount: money(redeemed.amount, language()) })}</span></p>`}
    ${field({ name: 'code', label: t('topup.code'), hint: t('topup.code_hint'), required: true, maxlength: 40, ltr: true })}
    <button data-act="redeem" ?disabled=${redeeming.busy}>${icon('check')}${t('topup.redeem')}</button>
  </form>`;

  return () => {
    if (options === null) return loading.problem === null ? null : problemNotice(loading.problem);
    const done = paying && paid(paying);
    const page = paying ? (done ? thanks(done) : payScan({ ...paying, closing: t('topup.another'), close })) : options.providers.length > 0 ? choice(options) : null;
    return html`${page} ${codes()}`;
  };
}
