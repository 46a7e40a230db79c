// What the charging points page knows: the points and their running sessions, from a snapshot and then from events, as
// pure data. Not for drawing or fetching.
import { collator } from '../utils/format.js';
import { Versions } from '../utils/live-order.js';

/** @import { Session } from '../../ui/types/api.d.ts' */
/** @import { ChargingPoint, ConnectorStatusChanged, ChargingStarted, ChargingStopped, EventData, LiveEvent, MeterValues, PriceChanged } from '../../ui/types/events.d.ts' */

/**
 * A session that runs now. `seconds` held at the page's own clock `at`, so that it can go on counting without trusting
 * that the gateway's clock and this one agree.
 * @typedef {object} Running
 * @property {string} id
 * @property {number} connectorId
 * @property {number} energyWh
 * @property {number | null} powerW
 * @property {number} seconds
 * @property {number} at
 */

/** @typedef {{point: ChargingPoint, running: Running[]}} Row */

/** @param {string} from @param {string} to */
const secondsBetween = (from, to) => Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);

export class ChargingPointsModel {
  /** @type {Map<string, ChargingPoint>} */ #points = new Map();
  /** @type {Map<string, Running & {chargePointId: string}>} */ #sessions = new Map();
  #pointVersions = new Versions();
  #sessionVersions = new Versions();

  /** Starts anew from snapshots. @param {ChargingPoint[]} points @param {Session[]} sessions @param {number} at the page's clock, ms */
  reset(points, sessions, at) {
    this.#points = new Map(points.map((point) => [point.id, structuredClone(point)]));
    this.#sessions = new Map(
      sessions.map(({ id, chargePointId, connectorId, energyWh, powerW, durationSeconds }) => [
        id,
        { id, chargePointId, connectorId, energyWh, powerW: powerW ?? null, seconds: durationSeconds, at },
      ]),
    );
    this.#pointVersions.reset(points);
    this.#sessionVersions.reset(sessions);
  }

  /** Every point with its sessions, in the order people count. @param {string} language @returns {Row[]} */
  rows(language) {
    const { compare } = collator(language);
    return [...this.#points.values()]
      .sort((a, b) => compare(a.name, b.name) || compare(a.id, b.id))
      .map((point) => ({ point, running: this.#runningAt(point.id) }));
  }

  /** The same in no order, for whoever only counts. @returns {Row[]} */
  get all() {
    return [...this.#points.values()].map((point) => ({ point, running: this.#runningAt(point.id) }));
  }

  /** @param {string} id @returns {ChargingPoint | null} */
  find(id) {
    return this.#points.get(id) ?? null;
  }

  /** Takes in a whole point, as an event or REST told it, unless it is older than what is known. @param {ChargingPoint} point */
  put(point) {
    const known = this.#points.get(point.id);
    if (known && known.version > point.version) return false;
    this.#points.set(point.id, structuredClone(point));
    return true;
  }

  /** @param {string} id */
  remove(id) {
    return this.#points.delete(id);
  }

  /** @param {PriceChanged} data of one point, or of a station and the points that have no tariff of their own */
  #changePrice({ stationId, chargePointId, price = null }) {
    const told = [...this.#points.values()].filter((point) => (chargePointId ? point.id === chargePointId : point.stationId === stationId && !point.tariffId));
    told.forEach((point) => Object.assign(point, { price }));
    return told.length > 0;
  }

  /** @param {string} chargePointId @returns {Running[]} */
  #runningAt(chargePointId) {
    return [...this.#sessions.values()]
      .filter((session) => session.chargePointId === chargePointId)
      .sort((a, b) => a.connectorId - b.connectorId);
  }

  /** Takes an event in. Returns whether anything changed. @param {LiveEvent} event @param {number} at the page's clock, ms */
  apply(event, at) {
    switch (event.type) {
      case 'charging.started':
        return this.#isSessionNews(event) && this.#start(event.data, event.timestamp, at);
      case 'meter.values':
        return this.#isSessionNews(event) && this.#measure(event.data);
      case 'charging.stopped':
        return this.#isSessionNews(event) && this.#stop(event.data);
      case 'charger.connected':
      case 'charger.disconnected':
      case 'charger.status.changed':
        return this.#changePoint(event, ({ status, connectivity, since }) => ({ status, connectivity, since }));
      case 'charger.booted':
        return this.#changePoint(event, ({ vendor, model }) => ({ vendor: vendor ?? null, model: model ?? null }));
      case 'connector.status.changed':
        return this.#changeConnector(event.data);
      case 'cms.point.created':
      case 'cms.point.updated':
        return this.put(event.data.chargingPoint);
      case 'cms.point.deleted':
        return this.remove(event.data.id);
      case 'station.price.changed':
      case 'tariff.period.changed':
        return this.#changePrice(event.data);
      default:
        return false;
    }
  }

  /** @param {{type: string, data: {sessionId?: string | null, version: number}}} event */
  #isSessionNews({ type, data: { sessionId, version } }) {
    // Readings outside a session have no figure on this page, nor have those of one that is over.
    if (typeof sessionId !== 'string' || (type !== 'charging.started' && !this.#sessions.has(sessionId))) return false;
    return this.#sessionVersions.isNews(sessionId, type, version);
  }

  /** @param {ChargingStarted} data @param {string} timestamp @param {number} at */
  #start({ sessionId, chargePointId, connectorId, startedAt }, timestamp, at) {
    if (!sessionId) return false;
    const seconds = secondsBetween(startedAt, timestamp);
    this.#sessions.set(sessionId, { id: sessionId, chargePointId, connectorId, energyWh: 0, powerW: null, seconds, at });
    return true;
  }

  /** @param {MeterValues} data */
  #measure({ sessionId, energyWh, powerW }) {
    const session = this.#sessions.get(sessionId ?? '');
    if (!session) return false;
    session.energyWh = energyWh;
    session.powerW = powerW ?? session.powerW;
    return true;
  }

  /** @param {ChargingStopped} data */
  #stop({ sessionId }) {
    this.#sessionVersions.forget(sessionId ?? '');
    return this.#sessions.delete(sessionId ?? '');
  }

  /**
   * @template {'charger.connected' | 'charger.disconnected' | 'charger.status.changed' | 'charger.booted'} Type
   * @param {{type: Type, data: EventData[Type]}} event
   * @param {(data: EventData[Type]) => Partial<ChargingPoint>} fields
   */
  #changePoint({ type, data }, fields) {
    const point = this.#points.get(data.chargePointId);
    if (!point || !this.#pointVersions.isNews(point.id, type, data.version)) return false;
    Object.assign(point, fields(data));
    return true;
  }

  /** @param {ConnectorStatusChanged} data */
  #changeConnector({ chargePointId, connectorId, status, since, version }) {
    const connector = this.#points.get(chargePointId)?.connectors.find((other) => other.connectorId === connectorId);
    if (!connector || !this.#pointVersions.isNews(chargePointId, `connector ${connectorId}`, version)) return false;
    Object.assign(connector, { status, since });
    return true;
  }
}

/** The sums above the list. @param {Row[]} rows */
export function summary(rows) {
  const running = rows.flatMap((row) => row.running);
  return {
    online: rows.filter(({ point }) => point.connectivity === 'online').length,
    total: rows.length,
    charging: running.length,
    powerW: running.reduce((sum, { powerW }) => sum + (powerW ?? 0), 0),
  };
}
