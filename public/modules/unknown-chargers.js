// The inbox: chargers that knocked and were not let in, what was wrong with their handshake and what to do, and the form
// that registers one.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { field } from '../components/field.js';
import { icon } from '../components/icons.js';
import { nothing, pageHead, whenKnown } from '../components/page-head.js';
import { codeOf, get, post } from '../utils/api.js';
import { ago, count } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { onReload } from '../utils/reload.js';
import { credentials } from './credentials.js';
import { formDialog, said } from './form-dialog.js';

/** @import { Knocked, RegisteredPoint } from '../../ui/types/api.d.ts' */
/** @import { ChargingPoint } from '../../ui/types/events.d.ts' */
/** @import { DeskPage } from './desk.js' */

/** What was wrong, and what helps. @type {Readonly<Record<string, string>>} */
const WORDS = {
  unknown_identity: 'knock.unknown_identity',
  invalid_identity: 'knock.invalid_identity',
  no_credentials: 'knock.no_credentials',
  wrong_password: 'knock.wrong_password',
  wrong_subprotocol: 'knock.wrong_subprotocol',
  rate_limited: 'knock.rate_limited',
  public_listener: 'knock.public_listener',
  no_websocket: 'knock.no_websocket',
};

/** Only a charger nobody knows can be registered. */
const NEW = 'unknown_identity';

/** @param {DeskPage} page */
export function open({ desk, changed, signal, mayChange }) {
  const state = { loaded: false, problem: /** @type {string | null} */ (null) };
  /** @type {Knocked[]} */
  let items = [];

  async function load() {
    try {
      items = (await /** @type {typeof get<{items: Knocked[]}>} */ (get)('/api/cms/unknown-charge-points', signal)).data.items;
      Object.assign(state, { loaded: true, problem: null });
    } catch (error) {
      if (!signal.aborted) state.problem = codeOf(error);
    }
    changed();
  }
  onReload(load, signal);
  load();
  desk.listen((event) => {
    if (event.type === 'cms.point.created') load();
  }, signal);

  /** @returns {[string, string][]} */
  const stations = () => desk.stations.rows(language()).map(({ id, name }) => [id, name]);

  const form = formDialog({
    name: 'accept',
    title: (/** @type {Knocked | null} */ knocked) => t('inbox.accept_title', { identity: knocked?.identity ?? '' }),
    fields: (_knocked, sending) => html`<div class="form-grid">
      ${field({ name: 'stationId', label: t('stations.name'), options: stations(), required: true, sending })}
      ${field({ name: 'name', label: t('points.name'), hint: t('points.name_hint'), maxlength: 100, sending })}
      ${field({ name: 'connectors', label: t('points.connectors'), value: 1, type: 'number', min: 1, max: 32, required: true })}
      ${field({ name: 'maxPowerKw', label: t('points.rated'), value: 22, type: 'number', min: 0.1, max: 1000, step: '0.1', required: true })}
    </div>`,
    async send(knocked, data) {
      if (!knocked) return null;
      const body = { stationId: said(data, 'stationId'), connectors: Number(said(data, 'connectors')), maxPowerW: Math.round(Number(said(data, 'maxPowerKw')) * 1000), ...(said(data, 'name') ? { name: said(data, 'name') } : {}) };
      const { data: made } = await /** @type {typeof post<RegisteredPoint>} */ (post)(`/api/cms/unknown-charge-points/${knocked.id}/accept`, body);
      desk.points.put(/** @type {ChargingPoint} */ (made));
      items = items.filter(({ id }) => id !== knocked.id);
      return credentials({ url: made.url, password: made.password ?? null });
    },
    changed,
  });

  /** @param {Knocked} knocked */
  function card(knocked) {
    const speech = language();
    const key = WORDS[knocked.result];
    return html`<li class="card alert" data-tone="wait" data-knock=${knocked.result}>
      <header><h2><bdi class="identity">${knocked.identity || t('inbox.nameless')}</bdi></h2>
        <time class="muted" datetime=${knocked.lastSeenAt}>${ago(knocked.lastSeenAt, speech, Date.now())}</time></header>
      <p class="help">${icon('question')}<span>${key ? t(key) : html`<bdi>${knocked.result}</bdi>`}</span></p>
      <dl class="facts-row">
        <div><dt>${t('inbox.address')}</dt><dd><bdi dir="ltr">${knocked.address}</bdi></dd></div>
        <div><dt>${t('inbox.attempts')}</dt><dd>${count(knocked.attempts, speech)}</dd></div>
        <div><dt>${t('inbox.subprotocols')}</dt><dd><bdi dir="ltr">${knocked.subprotocols.join(', ') || '–'}</bdi></dd></div>
        <div><dt>${t('inbox.software')}</dt><dd><bdi>${knocked.userAgent ?? '–'}</bdi></dd></div>
      </dl>
      ${mayChange && knocked.result === NEW ? html`<footer class="row"><button class="primary" data-act="accept" @click=${() => form.open(knocked)}>${icon('plus')}${t('inbox.accept')}</button></footer>` : null}
    </li>`;
  }

  return () => html`<section class="page">
    ${pageHead({ title: t('inbox.title'), under: t('inbox.under'), acts: html`<button data-act="refresh" @click=${load}>${icon('refresh')}${t('form.refresh')}</button>` })}
    ${whenKnown(state, () => items.length === 0 ? nothing('inbox', t('inbox.empty'), html`<p class="muted">${t('inbox.empty_hint')}</p>`) : html`<ul class="alerts">${repeat(items, ({ id }) => id, card)}</ul>`)}
    ${form.view()}
  </section>`;
}
