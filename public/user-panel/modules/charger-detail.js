// The screen between a chosen bay and its charge: its state, its connectors to choose from, the whole price, who pays, and
// one button that names the bay and the price. Not for the charge itself.
import { html } from '/vendor/lit-html/lit-html.js';
import { bayTile } from '../../components/bay-tile.js';
import { shown } from '../../components/connector-state.js';
import { field } from '../../components/field.js';
import { icon } from '../../components/icons.js';
import { problemNotice } from '../../components/notice.js';
import { priceCard } from '../../components/price-card.js';
import { statusBadge } from '../../components/status.js';
import { count, money } from '../../utils/format.js';
import { language, t } from '../../utils/i18n.js';
import { at, goInstead } from '../../utils/route.js';

/** @import { Money, VehicleObject } from '../../../ui/types/api.d.ts' */
/** @import { ChargingPoint, Connector } from '../../../ui/types/events.d.ts' */
/** @import { MyCharges } from './my-charges.js' */

/** Where a charge may begin: plugged in first or not. */
const STARTABLE = new Set(['available', 'preparing']);

/**
 * @param {object} options
 * @param {{point: ChargingPoint, connector: Connector}} options.bay as it is now
 * @param {MyCharges | null} options.charges null: nobody is signed in
 * @param {VehicleObject[]} options.vehicles the driver's own, to choose from
 * @param {(point: ChargingPoint, connector: Connector, words: string) => unknown} options.payers for whoever is not signed in
 * @param {ReturnType<typeof import('./limit-choice.js').limitChoice>} options.limit
 * @param {() => void} options.started
 */
export function chargerDetail({ bay: { point, connector }, charges, vehicles, payers, limit, started }) {
  const state = shown(point.connectivity, connector.status);
  const able = STARTABLE.has(state);
  const active = charges?.model.active ?? null;
  /** @param {string} id @param {number} number */
  const turn = (id, number) => goInstead('bay', id, number);

  return html`<section class="screen bay-screen" data-bay=${point.id} aria-labelledby="bay-title">
    <a class="button quiet back" href=${at('station', point.stationId)} data-act="back">${icon('back')}<span>${t('page.back')}</span></a>
    <header class="screen-head">
      <h1 id="bay-title"><bdi>${point.name}</bdi></h1>
      <span data-point-status=${point.status}>${statusBadge(point.status)}</span>
    </header>
    <div class="bay-columns">
      <div class="bay-choice" role="group" aria-label=${t('start.plug')}>
        ${point.connectors.map((other) => bayTile(point, other, turn, other.connectorId === connector.connectorId))}
      </div>
      ${priceCard(point.price)}
      <div class="bay-pay">
        ${charges?.problem ? problemNotice(charges.problem) : null}
        ${charges?.missing ? topUpFirst(charges.missing) : null}
        ${active ? html`<p class="notice" data-tone="wait">${icon('bolt')}<span>${t('problem.already_active')}</span></p>` : null}
        ${able || active ? null : html`<p class="notice" data-tone="wait">${icon('alert')}<span>${t('start.not_now')}</span></p>`}
        ${charges !== null
          ? consent(point, connector, charges, { vehicles, able: able && !active, limit, started })
          : able ? payers(point, connector, agreed(point, connector)) : null}
      </div>
    </div>
  </section>`;
}

/** The way out of too little money. @param {Money} missing */
const topUpFirst = (missing) => html`<a class="button" href="#/wallet" data-act="top-up">${icon('wallet')}<span>${t('start.missing', { amount: money(missing, language()) })}</span></a>`;

/**
 * @param {ChargingPoint} point @param {Connector} connector @param {MyCharges} charges
 * @param {{vehicles: VehicleObject[], able: boolean, limit: ReturnType<typeof import('./limit-choice.js').limitChoice>, started: () => void}} page
 */
function consent(point, connector, charges, { vehicles, able, limit, started }) {
  const { price } = point;

  /** @param {Event} event */
  async function start({ currentTarget }) {
    const chosen = /** @type {HTMLElement} */ (currentTarget).closest('.bay-pay')?.querySelector('select');
    const vehicle = chosen?.value ? { vehicleId: chosen.value } : {};
    const wish = { chargePointId: point.id, connectorId: connector.connectorId, tariffVersion: price?.tariffVersion ?? null, limit: limit.wish(price), ...vehicle };
    if (await charges.start(wish)) started();
  }

  return html`${able ? limit.view(price) : null}
    ${vehicles.length === 0 ? null : field({ name: 'vehicleId', label: t('vehicles.choose'), options: choices(vehicles), value: vehicles.length === 1 ? vehicles[0]?.id : '' })}
    <p class="consent"><bdi>${agreed(point, connector)}</bdi></p>
    <button class="primary big" data-act="start" ?disabled=${charges.busy || !able} @click=${start}>
      ${icon('bolt')}<span>${charges.busy ? t('start.busy') : t('start.go')}</span>
    </button>`;
}

/** @param {VehicleObject[]} vehicles @returns {[string, string][]} */
const choices = (vehicles) => [['', t('vehicles.any')], ...vehicles.map(({ id, name }) => /** @type {[string, string]} */ ([id, name]))];

/** What somebody agrees to who begins. @param {ChargingPoint} point @param {Connector} connector */
function agreed({ name, price }, { connectorId }) {
  const bay = `${name} · ${count(connectorId, language())}`;
  return price ? t('start.consent', { bay, price: money(price.perKwh, language()) }) : t('start.consent_free', { bay });
}
