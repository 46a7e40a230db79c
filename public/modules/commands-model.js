// What the page of one charge point knows: the commands sent to it with their results. Bounded, newest first,
// pure data. Not for sending.

/** @import { Command, EventData, LiveEvent } from '../../ui/types/events.d.ts' */

/** The most that is kept. */
export const KEPT = 100;

export class CommandsModel {
  /** @type {Command[]} */ #commands = [];
  #id;

  /** @param {string} chargePointId */
  constructor(chargePointId) {
    this.#id = chargePointId;
  }

  /** Newest first. */
  get commands() {
    return this.#commands;
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
    return event.type.startsWith('command.') && this.put(/** @type {EventData['command.requested']} */ (event.data).command);
  }
}
