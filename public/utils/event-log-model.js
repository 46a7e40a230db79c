// The newest events as they came, bounded, with a filter by type and a pause: pure data for the raw event panels.
// Not for what events mean, and no archive: that is the broker's and the database's.

/** @import { Pushed } from './live-order.js' */

/** The most that is kept; what is older falls out. */
export const KEPT = 200;

export class EventLog {
  /** @type {Pushed[]} */ #events = [];
  /** @type {Pushed[] | null} */ #frozen = null;
  #filter = '';

  /**
   * Takes an event in, once: two subscriptions of a page may both be told of it. Returns whether the view changed.
   * @param {Pushed} event
   */
  add(event) {
    if (this.#events.some(({ id }) => id === event.id)) return false;
    this.#events = [event, ...this.#events].slice(0, KEPT);
    return this.#frozen === null;
  }

  /** What begins the types that are shown; empty = all. */
  get filter() {
    return this.#filter;
  }

  /** @param {string} start */
  set filter(start) {
    this.#filter = start;
  }

  /** Whether the view stands still. New events are kept meanwhile, and shown when it goes on. */
  get paused() {
    return this.#frozen !== null;
  }

  /** Stands still, or goes on. */
  pause() {
    this.#frozen = this.#frozen === null ? this.#events : null;
  }

  /** What is shown, newest first. @returns {Pushed[]} */
  get rows() {
    return (this.#frozen ?? this.#events).filter(({ type }) => type.startsWith(this.#filter));
  }

  /** The first words of the types that came, to choose from: `charging`, `meter`, …. @returns {string[]} */
  get families() {
    return [...new Set(this.#events.map(({ type }) => type.split('.')[0] ?? type))].sort();
  }
}
