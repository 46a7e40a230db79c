// What the board knows: the stations with their bays, from a snapshot and then from events, as pure data and public facts
// only. Not for drawing or fetching.
import { collator } from '../../utils/format.js';
import { shown } from '../../components/connector-state.js';
import { Versions } from '../../utils/live-order.js';

/** @import { ChargingPoint, Connector, ConnectorStatusChanged, ChargerStatusChanged, LiveEvent, PriceChanged, Station, StationStatusChanged } from '../../../ui/types/events.d.ts' */

/** @typedef {{station: Station, points: ChargingPoint[]}} Site */

export class StationsListModel {
  /** @type {Site[]} */ #sites = [];
  /** @type {Map<string, ChargingPoint>} */ #points = new Map();
  #versions = new Versions();

  /** Starts anew from snapshots. @param {Site[]} sites */
  reset(sites) {
    this.#sites = structuredClone(sites);
    const points = this.#sites.flatMap((site) => site.points);
    this.#points = new Map(points.map((point) => [point.id, point]));
    this.#versions.reset([...points, ...this.#sites.map(({ station }) => station)]);
  }

  /** Every site with its points, in the order people count. @param {string} language @returns {Site[]} */
  sites(language) {
    const { compare } = collator(language);
    return this.#sites
      .toSorted((a, b) => compare(a.station.name, b.station.name))
      .map(({ station, points }) => ({ station, points: points.toSorted((a, b) => compare(a.name, b.name)) }));
  }

  /** Takes an event in. Returns whether anything changed. @param {LiveEvent} event */
  apply(event) {
    if (event.type === 'connector.status.changed') return this.#changeConnector(event.data);
    if (event.type === 'station.price.changed' || event.type === 'tariff.period.changed') return this.#changePrice(event.data);
    if (event.type === 'station.status.changed') return this.#changeStation(event.data);
    return event.type === 'charger.status.changed' && this.#changePoint(event.data);
  }

  /** A bay as it is now. @param {string} chargePointId @param {number} connectorId @returns {{point: ChargingPoint, connector: Connector} | null} */
  bay(chargePointId, connectorId) {
    const point = this.#points.get(chargePointId);
    const connector = point?.connectors.find((other) => other.connectorId === connectorId);
    return point && connector ? { point, connector } : null;
  }

  /** @param {PriceChanged} data of one point, or of a station and the points that have no price of their own */
  #changePrice({ stationId, chargePointId, price = null }) {
    const site = this.#sites.find(({ station }) => station.id === stationId);
    if (!site) return false;
    const before = site.station.price?.tariffId;
    const told = site.points.filter(({ id, price: own }) => (chargePointId ? id === chargePointId : own?.tariffId === before));
    told.forEach((point) => Object.assign(point, { price }));
    if (!chargePointId) site.station.price = price;
    return true;
  }

  /** @param {StationStatusChanged} data */
  #changeStation({ stationId, version, ...figures }) {
    const site = this.#sites.find(({ station }) => station.id === stationId);
    if (!site || !this.#versions.isNews(stationId, 'station', version)) return false;
    Object.assign(site.station, figures);
    return true;
  }

  /** @param {ChargerStatusChanged} data */
  #changePoint({ chargePointId, status, connectivity, since, version }) {
    const point = this.#points.get(chargePointId);
    if (!point || !this.#versions.isNews(chargePointId, 'point', version)) return false;
    Object.assign(point, { status, connectivity, since });
    return true;
  }

  /** @param {ConnectorStatusChanged} data */
  #changeConnector({ chargePointId, connectorId, status, since, version }) {
    const connector = this.#points.get(chargePointId)?.connectors.find((other) => other.connectorId === connectorId);
    if (!connector || !this.#versions.isNews(chargePointId, `connector ${connectorId}`, version)) return false;
    Object.assign(connector, { status, since });
    return true;
  }
}

const FREE = 'available';
const OUT = new Set(['faulted', 'unavailable', 'offline', 'unknown']);

/** How many bays of a site are free, in use and out of order, and how many there are. @param {Site} site */
export function bayCounts({ points }) {
  const states = points.flatMap((point) => point.connectors.map(({ status }) => shown(point.connectivity, status)));
  const free = states.filter((state) => state === FREE).length;
  const out = states.filter((state) => OUT.has(state)).length;
  return { free, out, busy: states.length - free - out, total: states.length };
}
