// The board: every bay of the site with its state, readable at three metres and open to everybody. What is known and how
// events change it is in stations-list-model.js.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { shown } from '../../components/connector-state.js';
import { icon } from '../../components/icons.js';
import { problemNotice, skeleton } from '../../components/notice.js';
import { priceTag } from '../../components/price.js';
import { look, plug } from '../../components/status.js';
import { list } from '../../utils/api.js';
import { count, ratedKw } from '../../utils/format.js';
import { language, t } from '../../utils/i18n.js';
import { follow } from '../../utils/page.js';
import { StationsListModel, freeBays } from './stations-list-model.js';

/** @import { ChargingPoint, Connector, LiveEvent, Station } from '../../../ui/types/events.d.ts' */
/** @import { Pushed } from '../../utils/live-order.js' */
/** @import { Site } from './stations-list-model.js' */

/**
 * Opens the board; it follows its room until the signal aborts.
 * @param {object} page
 * @param {() => void} page.changed
 * @param {(event: Pushed) => void} page.heard every event, for the raw panel
 * @param {(chargePointId: string, connectorId: number) => void} page.choose a bay was pressed
 * @param {AbortSignal} page.signal
 */
export function stationsList({ changed, heard, choose, signal }) {
  const model = new StationsListModel();

  async function snapshot() {
    const stations = await /** @type {typeof list<Station>} */ (list)('/api/user/stations', signal);
    const points = await Promise.all(
      stations.data.map(({ id }) =>
        /** @type {typeof list<ChargingPoint>} */ (list)(`/api/user/stations/${encodeURIComponent(id)}/points`, signal),
      ),
    );
    model.reset(stations.data.map((station, index) => ({ station, points: points[index]?.data ?? [] })));
    return [stations, ...points].map((answer) => answer.live);
  }

  /** @param {Pushed} event */
  function onEvent(event) {
    heard(event);
    if (model.apply(/** @type {LiveEvent} */ (event))) changed();
  }

  const following = follow({ rooms: ['public'], snapshot, onEvent, changed, signal });

  return {
    model,
    view: () => html`${following.problem === null ? null : problemNotice(following.problem)}
    ${following.loaded ? board(model.sites(language()), choose) : skeleton(4)}`,
  };
}

/** @typedef {(chargePointId: string, connectorId: number) => void} Choose */

/** @param {Site[]} sites @param {Choose} choose */
function board(sites, choose) {
  if (!sites.some(({ points }) => points.length > 0)) {
    return html`<div class="empty">${icon('plug')}<h2>${t('board.empty')}</h2><p>${t('board.empty_hint')}</p></div>`;
  }
  return html`${repeat(sites, ({ station }) => station.id, (site) => siteSection(site, choose))}`;
}

/** @param {Site} site @param {Choose} choose */
function siteSection(site, choose) {
  const { free, total } = freeBays(site);
  const speech = language();
  return html`<section class="site" data-station=${site.station.id}>
    <header class="site-head">
      <h1><bdi>${site.station.name}</bdi></h1>
      <p class="free-bays" role="status" data-tone=${free > 0 ? 'free' : 'busy'}>
        ${icon(free > 0 ? 'check' : 'bolt')}
        <span>${t('board.free', { free: count(free, speech), total: count(total, speech) })}</span>
      </p>
    </header>
    <ul class="bays">
      ${repeat(site.points, ({ id }) => id, (point) => pointBays(point, choose))}
    </ul>
  </section>`;
}

/** @param {ChargingPoint} point @param {Choose} choose */
const pointBays = (point, choose) => html`<li class="bay-group" data-charge-point=${point.id}>
  <header><h2><bdi>${point.name}</bdi></h2>${priceTag(point.price)}</header>
  <ul>
    ${repeat(point.connectors, ({ connectorId }) => connectorId, (connector) => bay(point, connector, choose))}
  </ul>
</li>`;

/** @param {ChargingPoint} point @param {Connector} connector @param {Choose} choose */
function bay(point, connector, choose) {
  const state = shown(point.connectivity, connector.status);
  const { tone, icon: picture, key } = look(state);
  const { name, icon: socket } = plug(connector.type);
  return html`<li>
    <button class="bay" data-tone=${tone} data-status=${state} data-connector=${connector.connectorId}
      @click=${() => choose(point.id, connector.connectorId)}>
      <span class="bay-number">${count(connector.connectorId, language())}</span>
      <span class="bay-state">${icon(picture)}<span>${t(key)}</span></span>
      <span class="bay-plug">${icon(socket)}<bdi>${name}</bdi></span>
      <span class="bay-power" dir="ltr"><b>${ratedKw(connector.maxPowerW, language())}</b><span class="unit">kW</span></span>
    </button>
  </li>`;
}
