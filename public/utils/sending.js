// Where a form stands while it is sent: busy, done, or refused and why, and which field is to blame. Not for what it sends.
import { ApiError, codeOf } from './api.js';

export class Sending {
  #changed;
  busy = false;
  done = false;
  /** @type {string | null} the code of what went wrong */
  problem = null;
  /** @type {string | null} the field it is about, `/email` */
  pointer = null;

  /** @param {() => void} changed called when the page must be drawn */
  constructor(changed) {
    this.#changed = changed;
  }

  /**
   * Does it, once at a time. Returns whether it was done.
   * @param {() => Promise<void>} work @param {boolean} [telling] whether success is told of
   */
  async run(work, telling = false) {
    if (this.busy) return false;
    Object.assign(this, { busy: true, done: false, problem: null, pointer: null });
    this.#changed();
    try {
      await work();
      this.done = telling;
      return true;
    } catch (error) {
      this.problem = codeOf(error);
      this.pointer = error instanceof ApiError ? error.pointer : null;
      return false;
    } finally {
      this.busy = false;
      this.#changed();
    }
  }
}
