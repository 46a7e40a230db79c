// What a driver's page knows of the driver's own charges: from a snapshot and then from events, as pure data. Not for
// drawing or fetching, and not for whose charges they are: the gateway sends no others.
import { Versions } from '../../utils/live-order.js';

/** @import { Session } from '../../../ui/types/api.d.ts' */
/** @import { ChargingFailed, ChargingRequested, ChargingStarted, ChargingStopped, CostUpdated, LiveEvent, MeterValues, Price } from '../../../ui/types/events.d.ts' */

/** `seconds` held at the page's own clock `at`: it can go on counting though the gateway's clock is another. @typedef {{session: Session, seconds: number, at: number}} Charge */

const GOING = new Set(['requested', 'accepted', 'charging', 'suspended', 'stopping']);
const BEGUN = new Set(['charging', 'suspended', 'stopping']);

/** Whether a charge goes on or may begin yet. @param {Session} session */
export const isGoing = ({ status }) => GOING.has(status);

/** Whether its time counts. @param {Session} session */
export const isRunning = ({ status }) => BEGUN.has(status);

/** What a session is before anything else is known of it. @param {ChargingRequested | ChargingStarted} data @returns {Session} */
const unknown = ({ sessionId, stationId, chargePointId, connectorId, startedBy, version }) => ({
  ...{ id: sessionId ?? '', stationId, chargePointId, connectorId, startedBy, version, status: 'requested' },
  ...{ stationName: '', chargePointName: '', requestedAt: '', durationSeconds: 0, energyWh: 0, energyConsumed: 0 },
  inferred: false,
});

export class MyChargesModel {
  /** @type {Map<string, Charge>} */ #charges = new Map();
  #versions = new Versions();

  /** Starts anew from a snapshot, newest first. @param {Session[]} sessions @param {number} at the page's clock, ms */
  reset(sessions, at) {
    this.#charges = new Map(sessions.map((session) => [session.id, hold(session, at)]));
    this.#versions.reset(sessions);
  }

  /** Takes in what REST answered, unless events have told of later. @param {Session} session @param {number} at */
  put(session, at) {
    const known = this.#charges.get(session.id);
    if (known && known.session.version > session.version) return;
    // A new one stands first: they are kept newest first.
    this.#charges = known ? this.#charges : new Map([[session.id, hold(session, at)], ...this.#charges]);
    this.#charges.set(session.id, hold(session, at));
  }

  /** Lets go of those that are over, but for so many of the newest. @param {number} keep */
  forgetOver(keep) {
    const over = [...this.#charges.values()].filter(({ session }) => !isGoing(session)).slice(keep);
    over.forEach(({ session: { id } }) => {
      this.#charges.delete(id);
      this.#versions.forget(id);
    });
  }

  /** All of them, newest first. @returns {Session[]} */
  get sessions() {
    return [...this.#charges.values()].map(({ session }) => session);
  }

  /** The same with their running times. @returns {Charge[]} */
  get charges() {
    return [...this.#charges.values()];
  }

  /** The newest that goes on. @returns {Charge | null} */
  get active() {
    return [...this.#charges.values()].find(({ session }) => isGoing(session)) ?? null;
  }

  /** @param {string | null} id @returns {Charge | null} */
  find(id) {
    return this.#charges.get(id ?? '') ?? null;
  }

  /**
   * Takes an event in. Returns the session it changed.
   * @param {LiveEvent} event @param {number} at the page's clock, ms @returns {Session | null}
   */
  apply(event, at) {
    if (!event.type.startsWith('charging.') && event.type !== 'meter.values' && event.type !== 'cost.updated') return null;
    const data = /** @type {{sessionId?: string | null, version: number}} */ (event.data);
    const id = data.sessionId ?? '';
    if (id === '' || !this.#versions.isNews(id, event.type, data.version)) return null;
    if (event.type === 'charging.requested' || event.type === 'charging.started') this.#know(event.data, at);
    const charge = this.#charges.get(id);
    if (!charge) return null;
    Object.assign(charge.session, fieldsOf(event), { version: Math.max(charge.session.version, data.version) });
    if (event.type === 'charging.started') {
      Object.assign(charge, { seconds: since(event), at });
      charge.session.cost ??= nothingYet(event.data.price);
    }
    if ('durationSeconds' in event.data) Object.assign(charge, { seconds: event.data.durationSeconds, at });
    if (event.type === 'charging.remote.start.accepted' && charge.session.status === 'requested') charge.session.status = 'accepted';
    return charge.session;
  }

  /** A charge begun elsewhere, by card or on another screen. @param {ChargingRequested | ChargingStarted} data @param {number} at */
  #know(data, at) {
    const id = data.sessionId ?? '';
    if (!this.#charges.has(id)) this.#charges = new Map([[id, hold(unknown(data), at)], ...this.#charges]);
  }
}

/** @param {Session} session @param {number} at @returns {Charge} */
function hold(session, at) {
  return { session: structuredClone(session), seconds: session.durationSeconds, at };
}

/** @param {{data: {startedAt: string}, timestamp: string}} started */
const since = ({ data, timestamp }) => Math.max(0, (Date.parse(timestamp) - Date.parse(data.startedAt)) / 1000);

/** What a charge costs that drew nothing yet: nothing, where it costs at all. @param {Price | null | undefined} price */
function nothingYet(price) {
  if (!price) return null;
  const { amount, currency } = price.exampleFor20Kwh;
  const zero = { amount: (0).toFixed((amount.split('.')[1] ?? '').length), currency };
  return { net: zero, tax: zero, total: zero, lines: [] };
}

/** What of the session an event tells. @param {LiveEvent} event @returns {Partial<Session>} */
function fieldsOf(event) {
  switch (event.type) {
    case 'charging.requested':
      return { status: event.data.status, requestedAt: event.data.requestedAt };
    case 'charging.started':
      return { status: event.data.status, startedAt: event.data.startedAt, tariffId: event.data.price?.tariffId ?? null };
    case 'charging.suspended':
    case 'charging.resumed':
      return { status: event.data.status };
    case 'charging.updated':
      return { status: event.data.status, energyWh: event.data.energyWh, durationSeconds: event.data.durationSeconds };
    case 'meter.values':
      return measured(event.data);
    case 'cost.updated':
      return priced(event.data);
    case 'charging.stopped':
      return stopped(event.data);
    case 'charging.failed':
      return failed(event.data);
    default:
      return {};
  }
}

/** @param {MeterValues} data @returns {Partial<Session>} */
function measured({ energyWh, powerW, socPercent }) {
  // A reading without power says nothing of the power.
  return {
    energyWh,
    ...(typeof powerW === 'number' ? { powerW } : {}),
    ...(typeof socPercent === 'number' ? { socPercent } : {}),
  };
}

/** @param {CostUpdated} data @returns {Partial<Session>} */
const priced = ({ net, tax, total, lines }) => ({ cost: { net, tax, total, lines } });

/** @param {ChargingStopped} data @returns {Partial<Session>} */
function stopped({ status, stoppedAt, stopReason, energyWh, durationSeconds, cost }) {
  // Its lines come with the session itself, which is asked for then.
  const bill = cost ? { cost: { ...cost, lines: [] } } : {};
  return { status, stoppedAt, stopReason, energyWh, durationSeconds, powerW: null, ...bill };
}

/** @param {ChargingFailed} data @returns {Partial<Session>} */
const failed = ({ status, failure }) => ({ status, failure });
