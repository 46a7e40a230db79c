// What the page of one charge point knows: the commands sent to it with their results, the frames on its socket, and the
// transactions that run there. Bounded, newest first, pure data. Not for sending.

/** @import { Command, EventData, LiveEvent, OcppMessage } from '../../ui/types/events.d.ts' */
/** @import { Session } from '../../ui/types/api.d.ts' */

/** @typedef {{id: string, message: OcppMessage}} Frame */

/** The most that is kept of commands and of frames. */
export const KEPT = 100;

export class CommandsModel {
  /** @type {Command[]} */ #commands = [];
  /** @type {Frame[]} */ #frames = [];
  /** @type {Map<string, {connectorId: number, transactionId: number}>} */ #running = new Map();
  #id;

  /** @param {string} chargePointId */
  constructor(chargePointId) {
    this.#id = chargePointId;
  }

  /** @param {Session[]} sessions that go on, anywhere */
  reset(sessions) {
    this.#running.clear();
    sessions.filter(({ chargePointId }) => chargePointId === this.#id).forEach(({ id, ...rest }) => this.#run(id, rest));
  }

  /** Newest first. */
  get commands() {
    return this.#commands;
  }

  /** Newest first. */
  get frames() {
    return this.#frames;
  }

  /** What can be stopped. */
  get running() {
    return [...this.#running.values()].sort((a, b) => a.connectorId - b.connectorId);
  }

  /** Takes a command in as REST or an event tells it; one that has its answer never goes back to waiting. @param {Command} command */
  put(command) {
    if (command.chargePointId !== this.#id) return false;
    const known = this.#commands.find(({ id }) => id === command.id);
    if (known && command.status === 'requested') return false;
    if (known) Object.assign(known, command);
    else this.#commands = [structuredClone(command), ...this.#commands].slice(0, KEPT);
    return true;
  }

  /** Takes an event in. Returns whether anything changed. @param {LiveEvent} event */
  apply(event) {
    if (event.type.startsWith('command.')) return this.put(/** @type {EventData['command.requested']} */ (event.data).command);
    if (!('chargePointId' in event.data) || event.data.chargePointId !== this.#id) return false;
    if (event.type === 'ocpp.message') {
      if (this.#frames.some(({ id }) => id === event.id)) return false;
      this.#frames = [{ id: event.id, message: event.data }, ...this.#frames].slice(0, KEPT);
      return true;
    }
    if (event.type === 'charging.started') return this.#run(event.data.sessionId ?? '', event.data);
    return event.type === 'charging.stopped' && this.#running.delete(event.data.sessionId ?? '');
  }

  /** @param {string} id @param {{connectorId: number, transactionId?: number | null}} session */
  #run(id, { connectorId, transactionId }) {
    if (typeof transactionId !== 'number') return false;
    this.#running.set(id, { connectorId, transactionId });
    return true;
  }
}
