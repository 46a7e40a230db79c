// One station: what it is and costs, and every bay with its state, readable at three metres. What is known of it is in
// stations-list-model.js.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { bayTile } from '../../components/bay-tile.js';
import { icon } from '../../components/icons.js';
import { nextPrice } from '../../components/price-card.js';
import { priceTag } from '../../components/price.js';
import { count } from '../../utils/format.js';
import { language, t } from '../../utils/i18n.js';
import { site as ofAll } from '../../utils/site.js';
import { bayCounts } from './stations-list-model.js';

/** @import { ChargingPoint, Station } from '../../../ui/types/events.d.ts' */
/** @import { Choose } from '../../components/bay-tile.js' */
/** @import { Site } from './stations-list-model.js' */

/** More bays than this are shown small. */
const MANY = 12;

/** Where it is, in a line. @param {Station} station */
export function addressLine({ address }) {
  return [address.line1, [address.postalCode, address.city].filter(Boolean).join(' ')].filter(Boolean).join(', ');
}

/** @param {Site} site @param {Choose} choose @param {unknown} [back] a way back to the list */
export function stationDetail(site, choose, back) {
  return html`<section class="site" data-station=${site.station.id} data-station-status=${site.station.status} aria-labelledby="site-${site.station.id}">
    ${back ?? null} ${head(site)}
    <ul class="bays" data-bays=${bayCounts(site).total > MANY ? 'many' : 'few'} data-points=${site.points.length}>
      ${repeat(site.points, ({ id }) => id, (point) => pointBays(point, choose, site.station.price?.tariffId))}
    </ul>
  </section>`;
}

/** @param {Site} site */
function head(site) {
  const { station } = site;
  const { free, total } = bayCounts(site);
  const speech = language();
  const where = addressLine(station);
  const help = station.helpline ?? ofAll().helpline;
  return html`<header class="site-head">
    <div class="site-name">
      <h1 id="site-${station.id}"><bdi>${station.name}</bdi></h1>
      ${where === '' ? null : html`<p class="site-where">${icon('pin')}<bdi>${where}</bdi></p>`}
    </div>
    <div class="site-price" data-site-price>
      ${priceTag(station.price)} ${nextPrice(station.price)}
    </div>
    <p class="free-bays" role="status" data-tone=${free > 0 ? 'free' : 'busy'}>
      ${icon(free > 0 ? 'check' : 'bolt')}
      <span>${t('board.free', { free: count(free, speech), total: count(total, speech) })}</span>
    </p>
    ${help ? html`<p class="site-help">${icon('phone')}<span>${t('board.help')} <bdi dir="ltr">${help}</bdi></span></p>` : null}
  </header>`;
}

/** A price of its own is told at the bay, the station's once above. @param {ChargingPoint} point @param {Choose} choose @param {string | undefined} usual */
const pointBays = (point, choose, usual) => html`<li class="bay-group" data-charge-point=${point.id}>
  <header><h2><bdi>${point.name}</bdi></h2>${point.price?.tariffId === usual ? null : priceTag(point.price)}</header>
  <ul>
    ${repeat(point.connectors, ({ connectorId }) => connectorId, (connector) => html`<li>${bayTile(point, connector, choose)}</li>`)}
  </ul>
</li>`;
