// The settings page, for admins: what may be changed while the gateway runs, and what its file says. One form: what is saved
// goes together, and holds at once.
import { html } from '/vendor/lit-html/lit-html.js';
import { Asking, askButton } from '../components/ask.js';
import { icon } from '../components/icons.js';
import { problemNotice } from '../components/notice.js';
import { fact, pageHead, whenKnown } from '../components/page-head.js';
import { settingField, siteFields } from '../components/site-fields.js';
import { codeOf, get, put } from '../utils/api.js';
import { LANGUAGES, t } from '../utils/i18n.js';
import { Sending } from '../utils/sending.js';
import { takeSite } from '../utils/site.js';
import { said, saidOrNull } from './form-dialog.js';

/** @import { GatewaySettings, SettingsObject } from '../../ui/types/api.d.ts' */
/** @import { Field } from '../components/field.js' */
/** @import { DeskPage } from './desk.js' */

const PATH = '/api/cms/settings';

/** @type {Readonly<Record<string, string>>} */
const PROVIDERS = { stripe: 'Stripe', razorpay: 'Razorpay' };
/** @type {Readonly<Record<string, string>>} */
const DATABASES = { sqlite: 'SQLite', postgres: 'PostgreSQL' };

/** What the form says otherwise, without what it may not: what stays is not said, but where something else is stored. @param {FormData} form @param {SettingsObject} now */
function body(form, now) {
  const currency = said(form, 'site/currency');
  /** @param {string} name */
  const money = (name) => ({ amount: said(form, name), currency });
  const whole = {
    site: {
      name: saidOrNull(form, 'site/name'),
      currency,
      taxPercent: said(form, 'site/taxPercent'),
      timeZone: said(form, 'site/timeZone'),
      language: said(form, 'site/language'),
      helpline: saidOrNull(form, 'site/helpline'),
    },
    seller: { name: saidOrNull(form, 'seller/name'), address: saidOrNull(form, 'seller/address'), taxId: saidOrNull(form, 'seller/taxId') },
    wallet: { hold: money('wallet/hold'), minimum: money('wallet/minimum'), approvalAbove: money('wallet/approvalAbove') },
    payments: { smallest: money('payments/smallest'), largest: money('payments/largest') },
  };
  // Where the currency itself is another than is stored, the gateway's file is to be mended: nobody's money changes by a form.
  const mended = now.misfits.includes('site.currency') ? [] : now.misfits;
  const known = /** @type {Record<string, Record<string, unknown>>} */ (/** @type {unknown} */ (now));
  const other = Object.entries(whole).map(([area, fields]) => [area, Object.fromEntries(Object.entries(fields).filter(([name, value]) =>
    !now.fixed.includes(`${area}.${snake(name)}`) && (mended.includes(`${area}.${snake(name)}`) || JSON.stringify(value) !== JSON.stringify(known[area]?.[name] ?? null))))]);
  const pin = said(form, 'kiosk/pin');
  return { ...Object.fromEntries(other), ...(pin === '' ? {} : { kiosk: { pin } }) };
}

/** As a setting is written in the file. @param {string} name */
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** @param {DeskPage} page */
export function open({ changed, signal, tell }) {
  /** @type {SettingsObject | null} */
  let now = null;
  /** @type {string | null} */
  let problem = null;
  /** What amounts are in: as it is chosen, before it is saved. */
  let currency = '';
  const sending = new Sending(changed);
  const asking = new Asking();

  /** @param {SettingsObject} settings */
  function take(settings) {
    now = settings;
    currency = settings.site.currency;
    takeSite(settings.site);
  }

  /** @type {typeof get<SettingsObject>} */ (get)(PATH, signal).then(({ data }) => take(data), (error) => {
    if (!signal.aborted) problem = codeOf(error);
  }).finally(changed);

  /** @param {SubmitEvent} event */
  function submit(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    sending.run(async () => {
      if (now === null) return;
      take((await /** @type {typeof put<SettingsObject>} */ (put)(PATH, body(form, now))).data);
      tell('free', t('form.saved'));
    });
  }

  function forgetPin() {
    sending.run(async () => {
      take((await /** @type {typeof put<SettingsObject>} */ (put)(PATH, { kiosk: { pin: null } })).data);
      tell('free', t('form.saved'));
    });
  }

  /** @param {Event} event */
  function chosen({ target }) {
    if (!(target instanceof HTMLSelectElement) || target.name !== 'site/currency') return;
    currency = target.value;
    changed();
  }

  /** @param {SettingsObject} now */
  const noPin = ({ kiosk, fixed }) => (kiosk.pinSet && !fixed.includes('kiosk.pin')
    ? askButton({ asking, name: 'no-pin', picture: 'trash', label: t('settings.pin_remove'), question: t('settings.pin_remove_ask'), yes: t('form.remove_yes'), disabled: sending.busy, act: forgetPin, changed })
    : null);

  return () => html`<section class="page">
    ${pageHead({ title: t('settings.title'), under: t('settings.hint') })}
    ${whenKnown({ loaded: now !== null, problem }, () => now && view(now, { currency, sending, submit, chosen, noPin: noPin(now) }))}
  </section>`;
}

/** @param {SettingsObject} now @param {{currency: string, sending: Sending, submit: (event: SubmitEvent) => void, chosen: (event: Event) => void, noPin: unknown}} form */
function view(now, { currency, sending, submit, chosen, noPin }) {
  const { site, seller, wallet, payments, kiosk, fixed } = now;
  /** @param {string} setting @param {Field} options */
  const own = (setting, options) => settingField(fixed, setting, { sending, ...options });
  /** @param {string} setting @param {string} name @param {string} label @param {{amount: string}} value */
  const amount = (setting, name, label, value) => own(setting, { name, label, value: value.amount, required: true, ltr: true, maxlength: 20 });
  return html`<form class="form" data-form="settings" @submit=${submit} @change=${chosen}>
    ${sending.problem === null ? null : problemNotice(sending.problem)}
    ${part('site', t('settings.site'), html`
      ${siteFields({ site, fixed, currencyStays: now.moneyMoved, named: false, sending })}
      ${own('site.language', { name: 'site/language', label: t('page.language'), value: site.language, options: Object.entries(LANGUAGES) })}
      ${own('site.helpline', { name: 'site/helpline', label: t('stations.helpline'), value: site.helpline, type: 'tel', maxlength: 100 })}`)}
    ${part('seller', t('settings.seller'), html`
      ${own('seller.name', { name: 'seller/name', label: t('settings.company'), value: seller.name, maxlength: 120, autocomplete: 'organization' })}
      ${own('seller.tax_id', { name: 'seller/taxId', label: t('settings.tax_id'), value: seller.taxId, maxlength: 120, ltr: true })}
      ${own('seller.address', { name: 'seller/address', label: t('settings.address'), value: seller.address, lines: 3, maxlength: 726, autocomplete: 'street-address' })}`, t('settings.seller_hint'))}
    ${part('wallet', t('settings.wallet'), html`
      ${amount('wallet.hold', 'wallet/hold', t('settings.hold', { currency }), wallet.hold)}
      ${amount('wallet.minimum', 'wallet/minimum', t('settings.minimum', { currency }), wallet.minimum)}
      ${amount('wallet.approval_above', 'wallet/approvalAbove', t('settings.approval', { currency }), wallet.approvalAbove)}`)}
    ${part('payments', t('settings.payments'), html`
      ${amount('payments.smallest', 'payments/smallest', t('settings.smallest', { currency }), payments.smallest)}
      ${amount('payments.largest', 'payments/largest', t('settings.largest', { currency }), payments.largest)}`)}
    ${part('kiosk', t('settings.kiosk'), html`
      ${own('kiosk.pin', { name: 'kiosk/pin', label: t('staff.pin'), hint: kiosk.pinSet ? t('settings.pin_set') : t('settings.pin_none'), type: 'password', minlength: 6, maxlength: 12, autocomplete: 'new-password', ltr: true })}
      ${noPin}`, t('settings.kiosk_hint'))}
    <div class="form-foot"><button class="primary" data-act="save" ?disabled=${sending.busy}>${icon('check')}${t('form.save')}</button></div>
  </form>
  ${gateway(now)}`;
}

/** @param {string} name @param {string} words @param {unknown} fields @param {string} [hint] */
const part = (name, words, fields, hint) => html`<section class="card form" aria-labelledby="${name}-title">
  <h2 id="${name}-title">${words}</h2>
  ${hint ? html`<p class="muted">${hint}</p>` : null}
  <div class="form-grid">${fields}</div>
</section>`;

/** @param {SettingsObject} now */
const gateway = ({ gateway: own, payments, seller }) => html`<section class="card form" aria-labelledby="gateway-title">
  <h2 id="gateway-title">${t('settings.gateway')}</h2>
  <p class="muted">${t('settings.gateway_hint')}</p>
  <dl class="facts-row">${facts(own)}
    ${fact(t('settings.providers'), payments.providers.length === 0 ? t('settings.none') : payments.providers.map((name) => PROVIDERS[name] ?? name).join(', '))}
    ${fact(t('settings.prefix'), ltr(seller.numberPrefix ?? '–'))}
  </dl>
</section>`;

/** @param {string} text */
const ltr = (text) => html`<bdi dir="ltr">${text}</bdi>`;

/** @param {GatewaySettings} own */
const facts = (own) => html`
  ${fact(t('settings.node'), ltr(own.node))}
  ${fact(t('settings.public_url'), ltr(own.publicUrl ?? '–'))}
  ${fact(t('settings.pages'), own.listen === null || own.listen === undefined ? t('settings.off') : ltr(own.listen))}
  ${fact(t('settings.chargers'), ltr(own.ocppListen))}
  ${fact(t('settings.database'), DATABASES[own.database] ?? own.database)}
  ${fact(t('system.broker'), own.broker ? 'RabbitMQ' : t('settings.none'))}`;
