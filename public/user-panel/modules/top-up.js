// Paying money in: on a payment provider's page, which a phone opens from a QR code, or with a prepaid code. The money is
// there when the wallet's own events say so; this only asks for the page.
import { html } from '/vendor/lit-html/lit-html.js';
import { field } from '../../components/field.js';
import { icon } from '../../components/icons.js';
import { problemNotice } from '../../components/notice.js';
import { qrCode, qrOf } from '../../components/qr-code.js';
import { get, postOnce } from '../../utils/api.js';
import { clock, money } from '../../utils/format.js';
import { isKiosk } from '../../utils/host.js';
import { language, t } from '../../utils/i18n.js';
import { Sending } from '../../utils/sending.js';
import { amountsWithin } from './wallet-model.js';

/** @import { TopupObject, TopupOptions, TopupTaken, WalletTransactionObject } from '../../../ui/types/api.d.ts' */
/** @import { Drawn } from '../../components/qr-code.js' */
/** @import { MyCharges } from './my-charges.js' */

/** @typedef {{topup: TopupObject, code: Drawn}} Page */

const PROVIDERS = { stripe: 'Stripe', razorpay: 'Razorpay' };

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
    amount = amountsWithin(options)[1] ?? options.smallest.amount;
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

  function close() {
    paying = null;
    changed();
  }

  /** @param {TopupOptions} offered */
  const choice = (offered) => html`<section class="card form" data-part="top-up" aria-labelledby="top-up-title">
    <h2 id="top-up-title">${t('topup.title')}</h2>
    ${asking.problem === null ? null : problemNotice(asking.problem)}
    <div class="choices" role="group" aria-label=${t('topup.amount')}>
      ${amountsWithin(offered).map((sum) => html`<button type="button" class="option" data-amount=${sum} aria-pressed=${String(sum === amount)}
        @click=${() => { amount = sum; changed(); }}><bdi>${money({ amount: sum, currency: offered.smallest.currency }, language())}</bdi></button>`)}
    </div>
    <div class="row">${offered.providers.map((provider) => html`<button type="button" class="primary" data-pay=${provider} ?disabled=${asking.busy}
      @click=${() => ask(provider, offered.smallest.currency)}>${icon('phone')}${t('topup.by_phone', { provider: PROVIDERS[provider] })}</button>`)}</div>
    <p class="muted">${t('topup.hint')}</p>
  </section>`;

  /** @param {Page} page */
  const scan = ({ topup, code }) => html`<section class="card form paying" data-part="paying" aria-labelledby="paying-title">
    <h2 id="paying-title">${t('topup.scan', { amount: money(topup.amount, language()) })}</h2>
    ${qrCode(code, t('topup.code_label'))}
    <p role="status">${t('topup.waiting')}</p>
    <p class="muted">${t('topup.until', { time: clock(topup.expiresAt, language()) })}</p>
    <div class="row">
      ${isKiosk() ? null : html`<a class="button primary" href=${code.text} target="_blank" rel="noopener" data-act="open-page">${t('topup.open')}</a>`}
      <button type="button" data-act="close-payment" @click=${close}>${t('topup.another')}</button>
    </div>
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
    const page = paying ? (done ? thanks(done) : scan(paying)) : options.providers.length > 0 ? choice(options) : null;
    return html`${page} ${codes()}`;
  };
}
