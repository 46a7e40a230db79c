// Paying on a payment provider's page: the choice of how much and through whom, and the page itself as a code that a phone
// opens. Not for what the money is for, nor for when it is there: events say that.
import { html } from '/vendor/lit-html/lit-html.js';
import { icon } from '../../components/icons.js';
import { qrCode } from '../../components/qr-code.js';
import { clock, money } from '../../utils/format.js';
import { isKiosk } from '../../utils/host.js';
import { language, t } from '../../utils/i18n.js';
import { amountsWithin } from './wallet-model.js';

/** @import { Topup, TopupOptions } from '../../../ui/types/api.d.ts' */
/** @import { Drawn } from '../../components/qr-code.js' */

const PROVIDERS = { stripe: 'Stripe', razorpay: 'Razorpay' };

/** What is chosen first: not the least. @param {TopupOptions} offered */
export const usualAmount = (offered) => amountsWithin(offered)[1] ?? offered.smallest.amount;

/**
 * @param {object} choice
 * @param {TopupOptions} choice.offered
 * @param {string} choice.amount the one that is chosen
 * @param {boolean} choice.busy
 * @param {(amount: string) => void} choice.choose
 * @param {(provider: string) => void} choice.pay
 */
export const payChoice = ({ offered, amount, busy, choose, pay }) => html`
  <div class="choices" role="group" aria-label=${t('topup.amount')}>
    ${amountsWithin(offered).map((sum) => html`<button type="button" class="option" data-amount=${sum} aria-pressed=${String(sum === amount)}
      @click=${() => choose(sum)}><bdi>${money({ amount: sum, currency: offered.smallest.currency }, language())}</bdi></button>`)}
  </div>
  <div class="row">${offered.providers.map((provider) => html`<button type="button" class="primary" data-pay=${provider} ?disabled=${busy}
    @click=${() => pay(provider)}>${icon('phone')}${t('topup.by_phone', { provider: PROVIDERS[provider] })}</button>`)}</div>`;

/**
 * @param {object} page
 * @param {Topup} page.topup
 * @param {Drawn} page.code of its address
 * @param {string} page.closing what leaving it is called
 * @param {() => void} page.close
 */
export const payScan = ({ topup, code, closing, close }) => html`<section class="card form paying" data-part="paying" aria-labelledby="paying-title">
  <h2 id="paying-title">${t('topup.scan', { amount: money(topup.amount, language()) })}</h2>
  ${qrCode(code, t('topup.code_label'))}
  <p role="status">${t('topup.waiting')}</p>
  <p class="muted">${t('topup.until', { time: clock(topup.expiresAt, language()) })}</p>
  <div class="row">
    ${isKiosk() ? null : html`<a class="button primary" href=${code.text} target="_blank" rel="noopener" data-act="open-page">${t('topup.open')}</a>`}
    <button type="button" data-act="close-payment" @click=${close}>${closing}</button>
  </div>
</section>`;
