// The charging points page: every point at a glance, its connectors and what runs there now, moving as it is measured.
// What is known and how events change it is in charging-points-model.js.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { shown } from '../components/connector-state.js';
import { icon } from '../components/icons.js';
import { problemNotice, skeleton } from '../components/notice.js';
import { priceTag } from '../components/price.js';
import { plug, statusBadge } from '../components/status.js';
import { list } from '../utils/api.js';
import { count, duration, kw, kwh, ratedKw } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { follow } from '../utils/page.js';
import { live } from '../utils/socket.js';
import { ChargingPointsModel, summary } from './charging-points-model.js';

/** @import { Session } from '../../ui/types/api.d.ts' */
/** @import { ChargingPoint, Connector, LiveEvent } from '../../ui/types/events.d.ts' */
/** @import { Pushed } from '../utils/live-order.js' */
/** @import { Following } from '../utils/page.js' */
/** @import { Row, Running } from './charging-points-model.js' */

const ROOMS = ['cms', 'cms:points', 'cms:sessions'];

/**
 * Opens the page; it follows its rooms until the signal aborts.
 * @param {{changed: () => void, heard: (event: Pushed) => void, openPoint: (id: string) => void, signal: AbortSignal}} page
 */
export function chargingPoints({ changed, heard, openPoint, signal }) {
  const model = new ChargingPointsModel();

  async function snapshot() {
    const [points, sessions] = await Promise.all([
      /** @type {typeof list<ChargingPoint>} */ (list)('/api/cms/charging-points', signal),
      /** @type {typeof list<Session>} */ (list)('/api/cms/sessions/active', signal),
    ]);
    model.reset(points.data, sessions.data, performance.now());
    return [points.live, sessions.live];
  }

  /** @param {Pushed} event */
  function onEvent(event) {
    heard(event);
    if (model.apply(/** @type {LiveEvent} */ (event), performance.now())) changed();
  }

  const following = follow({ rooms: ROOMS, snapshot, onEvent, changed, signal });

  // Durations count on between two events, but only while they are true.
  const seconds = setInterval(() => live.state !== 'not_live' && changed(), 1000);
  signal.addEventListener('abort', () => clearInterval(seconds));

  return () => view(model.rows(language()), following, openPoint);
}

/** @param {Row[]} rows @param {Following} following @param {(id: string) => void} openPoint */
function view(rows, { loaded, problem }, openPoint) {
  return html`<section class="points">
    <header class="page-head">
      <h1>${t('points.title')}</h1>
      ${loaded && rows.length > 0 ? totals(rows) : null}
    </header>
    ${problem === null ? null : problemNotice(problem)}
    ${loaded ? (rows.length === 0 ? empty() : cards(rows, openPoint)) : skeleton(4)}
  </section>`;
}

/** @param {Row[]} rows */
function totals(rows) {
  const { online, total, charging, powerW } = summary(rows);
  const speech = language();
  return html`<dl class="totals">
    <div><dt>${t('points.online')}</dt><dd><span dir="ltr"><b data-figure="online">${count(online, speech)}</b><span class="unit">/ ${count(total, speech)}</span></span></dd></div>
    <div><dt>${t('points.charging')}</dt><dd><span dir="ltr"><b data-figure="charging">${count(charging, speech)}</b></span></dd></div>
    <div><dt>${t('points.power')}</dt><dd><span dir="ltr"><b data-figure="total-power">${kw(powerW, speech)}</b><span class="unit">kW</span></span></dd></div>
  </dl>`;
}

/** @param {Row[]} rows @param {(id: string) => void} openPoint */
const cards = (rows, openPoint) => html`<ul class="cards">
  ${repeat(rows, ({ point }) => point.id, (row) => card(row, openPoint))}
</ul>`;

/** @param {Row} row @param {(id: string) => void} openPoint */
function card({ point, running }, openPoint) {
  const made = [point.vendor, point.model].filter(Boolean).join(' ');
  return html`<li class="card point" data-charge-point=${point.id}>
    <header>
      <div>
        <h2><bdi>${point.name}</bdi></h2>
        <p class="muted"><bdi class="identity">${point.identity}</bdi>${made ? html` · <bdi>${made}</bdi>` : null}</p>
      </div>
      ${statusBadge(point.status)}
    </header>
    ${running.length === 0 ? html`<p class="resting muted">${t('points.resting')}</p>` : running.map((session) => figures(point.id, session))}
    <ul class="connectors">
      ${repeat(point.connectors, ({ connectorId }) => connectorId, (connector) => connectorRow(point, connector))}
    </ul>
    <footer class="row">${priceTag(point.price)}<button data-act="open" @click=${() => openPoint(point.id)}>${icon('bolt')}${t('points.open')}</button></footer>
  </li>`;
}

/** @param {string} id @param {Running} session */
function figures(id, { connectorId, energyWh, powerW, seconds, at }) {
  const speech = language();
  const elapsed = seconds + (performance.now() - at) / 1000;
  return html`<div class="running" data-charge-point=${id} data-connector=${connectorId}>
    <p class="energy" dir="ltr">
      <b data-figure="energy" data-charge-point=${id} data-connector=${connectorId}>${kwh(energyWh, speech)}</b>
      <span class="unit">kWh</span>
    </p>
    <dl>
      <div><dt>${t('points.power')}</dt><dd><span dir="ltr"><b data-figure="power" data-charge-point=${id}>${powerW === null ? '–' : kw(powerW, speech)}</b><span class="unit">kW</span></span></dd></div>
      <div><dt>${t('points.duration')}</dt><dd><span dir="ltr"><b data-figure="duration" data-charge-point=${id}>${duration(elapsed)}</b></span></dd></div>
      <div><dt>${t('points.connector')}</dt><dd><b>${count(connectorId, speech)}</b></dd></div>
    </dl>
  </div>`;
}

/** @param {ChargingPoint} point @param {Connector} connector */
function connectorRow(point, connector) {
  const { name, icon: picture } = plug(connector.type);
  return html`<li data-connector=${connector.connectorId}>
    <span class="number">${count(connector.connectorId, language())}</span>
    <span class="plug">${icon(picture)}<bdi>${name}</bdi> · <bdi dir="ltr">${ratedKw(connector.maxPowerW, language())} kW</bdi></span>
    ${statusBadge(shown(point.connectivity, connector.status))}
  </li>`;
}

function empty() {
  return html`<div class="empty">
    ${icon('plug')}
    <h2>${t('points.empty')}</h2>
    <p>${t('points.empty_hint')}</p>
    <pre dir="ltr"><code>forecourt-gateway admin add-station --name "My site"
forecourt-gateway admin add-charge-point CP-1 --station "My site"</code></pre>
  </div>`;
}
