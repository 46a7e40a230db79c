// Charging without an account: the ways to pay between a chosen bay and its charge. A prepaid code opens its own wallet,
// again if it is entered again; on a phone a provider's page is paid, and the charge begins once it is. Not for which way.
import { html } from '/vendor/lit-html/lit-html.js';
import { icon } from '../../components/icons.js';
import { problemNotice } from '../../components/notice.js';
import { get, postOnce } from '../../utils/api.js';
import { language, t } from '../../utils/i18n.js';
import { Sending } from '../../utils/sending.js';
import { keepGuest } from './auth.js';
import { payChoice, usualAmount } from './pay-page.js';

/** @import { GuestSession, TopupOptions } from '../../../ui/types/api.d.ts' */
/** @import { ChargingPoint, Connector } from '../../../ui/types/events.d.ts' */

/** @typedef {(point: ChargingPoint, connector: Connector, words: string) => unknown} Way with the words that are agreed to */

/** What a wrong code is called in this form. @type {Readonly<Record<string, string>>} */
const MEANINGS = { 'resource.not_found': 'client.code_unknown', 'resource.conflict': 'client.code_used' };

/** @param {{changed: () => void, entered: (screen: 'charge' | 'order') => void, signal: AbortSignal}} page */
export function guestForm({ changed, entered, signal }) {
  const sending = new Sending(changed);
  const paying = new Sending(changed);
  const loading = new Sending(changed);
  /** @type {TopupOptions | null} */
  let offered = null;
  let amount = '';

  /** Asks how money is taken here, once somebody might pay. */
  const look = () => loading.run(async () => {
    offered = (await /** @type {typeof get<TopupOptions>} */ (get)('/api/user/wallet/topup-options', signal)).data;
    amount = usualAmount(offered);
  });

  /** @param {ChargingPoint} point @param {Connector} connector @param {Record<string, unknown>} means */
  async function ask(point, connector, means) {
    const { data } = await /** @type {typeof postOnce<GuestSession>} */ (postOnce)('/api/user/charging/guest-start', {
      ...means,
      language: language(),
      chargePointId: point.id,
      connectorId: connector.connectorId,
      tariffVersion: point.price?.tariffVersion ?? null,
    });
    keepGuest(String(data.session?.customerId ?? data.topup?.customerId), t('guest.name'), data.token);
  }

  /** @param {ChargingPoint} point @param {Connector} connector @param {HTMLFormElement} form */
  async function byCode(point, connector, form) {
    const code = String(new FormData(form).get('code')).trim();
    if (await sending.run(() => ask(point, connector, { code }))) entered('charge');
  }

  /** @param {ChargingPoint} point @param {Connector} connector @param {string} provider */
  async function byPhone(point, connector, provider) {
    const means = { provider, amount: { amount, currency: offered?.smallest.currency } };
    if (await paying.run(() => ask(point, connector, means))) entered('order');
  }

  /** @param {string} sum */
  function choose(sum) {
    amount = sum;
    changed();
  }

  /** @type {Way} */
  const phone = (point, connector, words) => {
    const options = offered;
    if (options === null) return null;
    return html`<section class="account" data-form="guest-pay" aria-labelledby="guest-pay">
      <h2 id="guest-pay">${t('guest.pay_title')}</h2>
      ${paying.problem === null ? null : problemNotice(paying.problem)}
      <p class="consent"><bdi>${words}</bdi></p>
      ${payChoice({ offered: options, amount, busy: paying.busy, choose, pay: (provider) => void byPhone(point, connector, provider) })}
      <p class="muted">${t('guest.pay_hint')}</p>
    </section>`;
  };

  /** @type {Way} */
  const code = (point, connector, words) => html`<form class="account" data-form="guest" @submit=${(/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    void byCode(point, connector, /** @type {HTMLFormElement} */ (event.currentTarget));
  }}>
    <h2>${t('guest.title')}</h2>
    ${sending.problem === null ? null : problemNotice(MEANINGS[sending.problem] ?? sending.problem)}
    <label class="field"><span>${t('guest.code')}</span><input name="code" type="text" autocomplete="off" autocapitalize="characters" required maxlength="40" dir="ltr"></label>
    <p class="muted">${t('guest.hint')}</p>
    <p class="consent"><bdi>${words}</bdi></p>
    <button class="primary big" data-act="guest-start" ?disabled=${sending.busy}>${icon('bolt')}<span>${sending.busy ? t('start.busy') : t('start.go')}</span></button>
  </form>`;

  return {
    /** Whether a phone can pay for a charge here. @param {ChargingPoint} point */
    takesPhones(point) {
      if (offered === null && !loading.busy && loading.problem === null) void look();
      return offered !== null && offered.providers.length > 0 && Boolean(point.price);
    },
    phone,
    code,
  };
}
