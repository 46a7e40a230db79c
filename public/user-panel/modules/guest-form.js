// Charging without an account: the form for a prepaid code, between a chosen bay and its charge. Entered again, the code
// opens the same wallet.
import { html } from '/vendor/lit-html/lit-html.js';
import { icon } from '../../components/icons.js';
import { problemNotice } from '../../components/notice.js';
import { postOnce } from '../../utils/api.js';
import { language, t } from '../../utils/i18n.js';
import { Sending } from '../../utils/sending.js';
import { keepGuest } from './auth.js';

/** @import { ChargingPoint, Connector } from '../../../ui/types/events.d.ts' */

/** What a wrong code is called in this form. @type {Readonly<Record<string, string>>} */
const MEANINGS = { 'resource.not_found': 'client.code_unknown', 'resource.conflict': 'client.code_used' };

/** @param {{changed: () => void, entered: () => void}} page */
export function guestForm({ changed, entered }) {
  const sending = new Sending(changed);

  /** @param {ChargingPoint} point @param {Connector} connector @param {HTMLFormElement} form */
  async function start(point, connector, form) {
    const code = String(new FormData(form).get('code')).trim();
    const done = await sending.run(async () => {
      const { data } = await /** @type {typeof postOnce<import('../../../ui/types/api.d.ts').GuestSession>} */ (postOnce)('/api/user/charging/guest-start', {
        code,
        language: language(),
        chargePointId: point.id,
        connectorId: connector.connectorId,
        tariffVersion: point.price?.tariffVersion ?? null,
      });
      keepGuest(String(data.session.customerId), t('guest.name'), data.token);
    });
    if (done) entered();
  }

  /** @param {ChargingPoint} point @param {Connector} connector @param {string} words what is agreed to */
  return (point, connector, words) => html`<form class="account" data-form="guest" @submit=${(/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    void start(point, connector, /** @type {HTMLFormElement} */ (event.currentTarget));
  }}>
    <h2>${t('guest.title')}</h2>
    ${sending.problem === null ? null : problemNotice(MEANINGS[sending.problem] ?? sending.problem)}
    <label class="field"><span>${t('guest.code')}</span><input name="code" type="text" autocomplete="off" autocapitalize="characters" required maxlength="40" dir="ltr"></label>
    <p class="muted">${t('guest.hint')}</p>
    <p class="consent"><bdi>${words}</bdi></p>
    <button class="primary big" data-act="guest-start" ?disabled=${sending.busy}>${icon('bolt')}<span>${sending.busy ? t('start.busy') : t('start.go')}</span></button>
  </form>`;
}
