// What the lists of stations and of sessions know: from snapshots and then from events, as pure data.
import { collator } from '../utils/format.js';
import { MyChargesModel, isGoing } from '../user-panel/modules/my-charges-model.js';
import { Versions } from '../utils/live-order.js';

/** @import { Session } from '../../ui/types/api.d.ts' */
/** @import { LiveEvent, Station } from '../../ui/types/events.d.ts' */

export class StationsModel {
  /** @type {Map<string, Station>} */ #stations = new Map();
  #versions = new Versions();

  /** @param {Station[]} stations */
  reset(stations) {
    this.#stations = new Map(stations.map((station) => [station.id, structuredClone(station)]));
    this.#versions.reset(stations);
  }

  /** @param {string} id @returns {Station | null} */
  find(id) {
    return this.#stations.get(id) ?? null;
  }

  /** Takes in what REST answered, unless it is known already. @param {Station} station */
  put(station) {
    return this.#put(station);
  }

  /** @param {string} id */
  remove(id) {
    return this.#stations.delete(id);
  }

  /** In no order. @returns {Station[]} */
  get all() {
    return [...this.#stations.values()];
  }

  /** By name. @param {string} language @returns {Station[]} */
  rows(language) {
    const { compare } = collator(language);
    return [...this.#stations.values()].sort((a, b) => compare(a.name, b.name));
  }

  /** Takes an event in. Returns whether anything changed. @param {LiveEvent} event */
  apply(event) {
    switch (event.type) {
      case 'cms.station.created':
      case 'cms.station.updated':
        return this.#put(event.data.station);
      case 'cms.station.deleted':
        return this.#stations.delete(event.data.id);
      case 'station.status.changed': {
        const { stationId, version, ...figures } = event.data;
        const station = this.#stations.get(stationId);
        if (!station || !this.#versions.isNews(stationId, event.type, version)) return false;
        Object.assign(station, figures);
        return true;
      }
      case 'station.price.changed':
      case 'tariff.period.changed': {
        const station = this.#stations.get(event.data.stationId);
        if (!station || event.data.chargePointId) return false;
        station.price = event.data.price ?? null;
        return true;
      }
      default:
        return false;
    }
  }

  /** @param {Station} station */
  #put(station) {
    if (!this.#versions.isNews(station.id, 'station', station.version)) return false;
    this.#stations.set(station.id, station);
    return true;
  }
}

/** How many that are over are still known: late words about them may come. */
const KEPT = 100;

/** The sessions that go on; the rules of one driver's charges hold for everybody's. */
export class SessionsModel {
  #charges = new MyChargesModel();

  /** @param {Session[]} sessions @param {number} at the page's clock, ms */
  reset(sessions, at) {
    this.#charges.reset(sessions, at);
  }

  /** Takes an event in. Returns the session it changed. @param {LiveEvent} event @param {number} at */
  take(event, at) {
    const session = this.#charges.apply(event, at);
    if (session && !isGoing(session)) this.#charges.forgetOver(KEPT);
    return session;
  }

  /** @param {LiveEvent} event @param {number} at */
  apply(event, at) {
    return this.take(event, at) !== null;
  }

  /** One of them, also after its end. @param {string} id @returns {Session | null} */
  find(id) {
    return this.#charges.find(id)?.session ?? null;
  }

  get rows() {
    return this.#charges.charges.filter(({ session }) => isGoing(session));
  }
}
