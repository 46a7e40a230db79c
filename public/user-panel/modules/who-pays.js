// Who pays at a bay where nobody is signed in: an account, a phone, or a prepaid code, one way in sight at a time.
import { html } from '/vendor/lit-html/lit-html.js';
import { icon } from '../../components/icons.js';
import { t } from '../../utils/i18n.js';

/** @import { ChargingPoint, Connector } from '../../../ui/types/events.d.ts' */
/** @import { guestForm } from './guest-form.js' */

/** @typedef {'account' | 'phone' | 'code'} Payer */

/** @type {Readonly<Record<Payer, [import('../../components/icons.js').IconName, string]>>} */
const LOOKS = { account: ['person', 'payer.account'], phone: ['phone', 'payer.phone'], code: ['ticket', 'payer.code'] };

/** @param {{form: () => unknown, guest: ReturnType<typeof guestForm>, changed: () => void}} page */
export function whoPays({ form, guest, changed }) {
  /** @type {Payer} */
  let payer = 'account';

  /** @param {Payer} name */
  function turn(name) {
    const [picture, words] = LOOKS[name];
    const choose = () => {
      payer = name;
      changed();
    };
    return html`<button type="button" data-pay-by=${name} aria-pressed=${String(payer === name)} @click=${choose}>${icon(picture)}<span>${t(words)}</span></button>`;
  }

  /** @param {ChargingPoint} point @param {Connector} connector @param {string} words what is agreed to */
  return (point, connector, words) => {
    const phones = guest.takesPhones(point);
    const forms = { account: form, phone: () => guest.phone(point, connector, words), code: () => guest.code(point, connector, words) };
    return html`<h2 id="who-pays">${t('start.sign_in_first')}</h2>
      <div class="turns" role="group" aria-labelledby="who-pays">${turn('account')} ${phones ? turn('phone') : null} ${turn('code')}</div>
      ${forms[payer]()}`;
  };
}
