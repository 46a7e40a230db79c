// The lists of stations and of sessions that go on, and the raw event log. What they know is in desk-model.js.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { icon } from '../components/icons.js';
import { problemNotice, skeleton } from '../components/notice.js';
import { priceTag } from '../components/price.js';
import { sessionLook } from '../components/session-words.js';
import { list } from '../utils/api.js';
import { count, duration, kw, kwh, money } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { follow } from '../utils/page.js';
import { isRunning } from '../user-panel/modules/my-charges-model.js';
import { SessionsModel, StationsModel } from './desk-model.js';

/** @import { TemplateResult } from '/vendor/lit-html/lit-html.js' */
/** @import { Session } from '../../ui/types/api.d.ts' */
/** @import { LiveEvent, Station } from '../../ui/types/events.d.ts' */
/** @import { Pushed } from '../utils/live-order.js' */
/** @import { Following } from '../utils/page.js' */
/** @import { Charge } from '../user-panel/modules/my-charges-model.js' */

/** @typedef {{changed: () => void, heard: (event: Pushed) => void, signal: AbortSignal}} Page */

/** @param {Page} page */
export function stationsPage({ changed, heard, signal }) {
  const model = new StationsModel();
  async function snapshot() {
    const stations = await /** @type {typeof list<Station>} */ (list)('/api/cms/stations', signal);
    model.reset(stations.data);
    return [stations.live];
  }
  /** @param {Pushed} event */
  function onEvent(event) {
    heard(event);
    if (model.apply(/** @type {LiveEvent} */ (event))) changed();
  }
  const following = follow({ rooms: ['cms', 'cms:stations'], snapshot, onEvent, changed, signal });
  return () => frame(t('stations.title'), following, model.rows(language()).length === 0 ? t('stations.empty') : null, () => html`<table class="list">
    <thead><tr><th>${t('stations.name')}</th><th>${t('start.state')}</th><th>${t('stations.points')}</th><th>${t('stations.free')}</th><th>${t('start.price')}</th></tr></thead>
    <tbody>${repeat(model.rows(language()), ({ id }) => id, stationRow)}</tbody>
  </table>`);
}

/** @type {Readonly<Record<string, {tone: string, key: string}>>} */
const STATION = {
  online: { tone: 'free', key: 'stations.online' },
  partly_online: { tone: 'wait', key: 'stations.partly_online' },
  offline: { tone: 'idle', key: 'state.offline' },
};

/** @param {Station} station */
function stationRow(station) {
  const { tone, key } = STATION[station.status] ?? { tone: 'idle', key: 'state.unknown' };
  const speech = language();
  const of = (/** @type {number} */ some, /** @type {number} */ all) => html`<span dir="ltr" data-figure="of">${count(some, speech)} / ${count(all, speech)}</span>`;
  return html`<tr data-station=${station.id}>
    <th scope="row"><bdi>${station.name}</bdi> <bdi class="muted">${[station.address.line1, station.address.city].filter(Boolean).join(', ')}</bdi></th>
    <td><span class="badge" data-tone=${tone}>${icon(tone === 'free' ? 'check' : 'cut')}<span>${t(key)}</span></span></td>
    <td>${of(station.pointsOnline, station.pointsTotal)}</td>
    <td>${of(station.connectorsAvailable, station.connectorsTotal)}</td>
    <td>${priceTag(station.price)}</td>
  </tr>`;
}

/** @param {Page & {openPoint: (id: string) => void}} page */
export function sessionsPage({ changed, heard, openPoint, signal }) {
  const model = new SessionsModel();
  async function snapshot() {
    const sessions = await /** @type {typeof list<Session>} */ (list)('/api/cms/sessions/active', signal);
    model.reset(sessions.data, performance.now());
    return [sessions.live];
  }
  /** @param {Pushed} event */
  function onEvent(event) {
    heard(event);
    if (model.apply(/** @type {LiveEvent} */ (event), performance.now())) changed();
  }
  const following = follow({ rooms: ['cms', 'cms:sessions'], snapshot, onEvent, changed, signal });
  const seconds = setInterval(() => model.rows.length > 0 && changed(), 1000);
  signal.addEventListener('abort', () => clearInterval(seconds));
  return () => frame(t('sessions.title'), following, model.rows.length === 0 ? t('sessions.empty') : null, () => html`<table class="list">
    <thead><tr><th>${t('sessions.place')}</th><th>${t('start.state')}</th><th>${t('charge.energy')}</th><th>${t('points.power')}</th><th>${t('points.duration')}</th><th>${t('bill.total')}</th><th>${t('sessions.who')}</th></tr></thead>
    <tbody>${repeat(model.rows, ({ session }) => session.id, (charge) => sessionRow(charge, openPoint))}</tbody>
  </table>`);
}

/** @param {Charge} charge @param {(id: string) => void} openPoint */
function sessionRow({ session, seconds, at }, openPoint) {
  const { tone, icon: picture, key } = sessionLook(session.status);
  const speech = language();
  const elapsed = isRunning(session) ? seconds + (performance.now() - at) / 1000 : seconds;
  return html`<tr data-session=${session.id}>
    <th scope="row"><button class="quiet" @click=${() => openPoint(session.chargePointId)}><bdi>${session.chargePointName || t('points.connector')}</bdi> · ${count(session.connectorId, speech)}</button></th>
    <td><span class="badge" data-tone=${tone}>${icon(picture)}<span>${t(key)}</span></span></td>
    <td dir="ltr"><b data-figure="session-energy">${kwh(session.energyWh, speech)}</b> kWh</td>
    <td dir="ltr"><b data-figure="session-power">${typeof session.powerW === 'number' ? kw(session.powerW, speech) : '–'}</b> kW</td>
    <td dir="ltr"><span data-figure="session-time">${duration(elapsed)}</span></td>
    <td><bdi data-figure="session-cost">${session.cost ? money(session.cost.total, speech) : t('price.none')}</bdi></td>
    <td><bdi>${session.idToken ?? (session.startedBy === 'operator' ? t('page.cms') : t('sessions.account'))}</bdi></td>
  </tr>`;
}

/** @param {string} title @param {Following} following @param {string | null} empty @param {() => TemplateResult} table */
const frame = (title, { loaded, problem }, empty, table) => html`<section class="points">
  <header class="page-head"><h1>${title}</h1></header>
  ${problem === null ? null : problemNotice(problem)}
  ${loaded ? (empty === null ? html`<div class="card wide">${table()}</div>` : html`<p class="muted">${empty}</p>`) : skeleton(2)}
</section>`;
